"""The ttk styles of the window, rebuilt for each palette.

Buttons, fields and boxes have round corners. These are nine-patch images that ttk stretches. They are drawn onto their
background colour, because on X11 Tk is slow at blending transparent images.
"""

from typing import Any, Final

from ttkbootstrap.style import Assets, El, Style, image_element, layout, register_style, state_map

from muca.model.events import Reach
from muca.ui.tk.palette import Hue, Palette, mix

RADIUS_PX: Final = 8
BOX_RADIUS_PX: Final = 12
TILE_PX: Final = 48
"""Edge length of the images. ttk fills large widgets with copies of the middle, so it should not be small."""

HUE_NAMES: Final = {
    Reach.ALL: "Everyone",
    Reach.GROUP: "Group",
    Reach.ROOM: "Group",
    Reach.PRIVATE: "Private",
    None: "Nobody",
}


def hue_style(reach: Reach | None, style: str) -> str:
    """Return the name of a style in the hue of a kind of message."""
    return f"{HUE_NAMES[reach]}.{style}"


def build_styles(style: Style, palette: Palette) -> None:
    """Build all styles of the window for the current theme."""
    shapes = _Shapes(style)
    for ground, color in (("Surface", palette.surface), ("Side", palette.bg), ("Sunken", palette.sunken)):
        _plain(style, f"{ground}.TFrame", background=color)
        for tone, ink in (("", palette.text), ("Muted", palette.muted), ("Warn", palette.warn.text)):
            for font in ("Normal", "Small", "SmallStrong", "Strong", "Title"):
                name = f"{font}{tone}.{ground}.TLabel"
                _plain(style, name, background=color, foreground=ink, font=f"Muca{font}")
    _plain(style, "Line.TFrame", background=palette.line)
    for reach in HUE_NAMES:
        hue = palette.hue(reach)
        _button(shapes, hue_style(reach, "Send.TButton"), palette, hue.text, hue.ink, palette.surface)
        _chip(shapes, hue_style(reach, "Chip.TLabel"), hue, palette.surface)
    _button(shapes, "Quiet.TButton", palette, palette.sunken, palette.text, palette.surface)
    _button(shapes, "Side.Quiet.TButton", palette, palette.sunken, palette.text, palette.bg)
    _button(shapes, "Ghost.TButton", palette, palette.surface, palette.muted, palette.surface)
    _button(shapes, "Jump.TButton", palette, palette.everyone.ground, palette.everyone.text, palette.surface)
    _button(shapes, "Again.TButton", palette, palette.private.ground, palette.private.text, palette.surface)
    style.configure("Send.TButton", padding=shapes.px((14, 4)))
    style.configure("Again.TButton", padding=shapes.px((8, 0)), font="MucaSmallStrong")
    _box(shapes, "Box.TFrame", palette)
    _entry(shapes, "Field.TEntry", palette)
    _bare_entry(style, "Bare.TEntry", palette)
    _scrollbar(shapes, "Surface.Vertical.TScrollbar", palette, palette.surface)
    _scrollbar(shapes, "Side.Vertical.TScrollbar", palette, palette.bg)
    _scrollbar(shapes, "Sunken.Vertical.TScrollbar", palette, palette.sunken)
    style.configure("tooltip.TLabel", background=palette.text, foreground=palette.surface, bordercolor=palette.text)
    style.configure("tooltip.TLabel", darkcolor=palette.text, lightcolor=palette.text, font="MucaSmall")


class _Shapes:
    """Draws the images of one style engine, and holds references to them."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._assets = Assets(style)

    def px(self, logical_px: Any) -> Any:
        return self.style.scaling.logical(logical_px)

    def rounded(
        self, fill: str, ground: str, *, line: str | None = None, width: int = 1, radius: int = RADIUS_PX
    ) -> str:
        """Draw a rounded square onto a background; ``line`` is its outline."""

        def rounded(draw: Any, w: int, h: int) -> None:
            factor = w / TILE_PX
            draw.rectangle((0, 0, w, h), fill=ground)
            draw.rounded_rectangle(
                (0, 0, w - 1, h - 1),
                radius=round(radius * factor),
                fill=fill,
                outline=line,
                width=max(1, round(width * factor)) if line else 0,
            )

        return str(self._assets.image((TILE_PX, TILE_PX), rounded, fill, ground, line, width, radius))

    def element(
        self, name: str, default: str, states: dict[str, str], *, radius: int = RADIUS_PX, padding: Any = 0
    ) -> None:
        """Create a ttk element from such images."""
        image_element(
            self.style,
            name,
            default=default,
            states=states,
            border=self.px(radius + 2),
            padding=padding,
            width=1,
            height=1,
            sticky="nswe",
        )


def _plain(style: Style, name: str, **options: Any) -> None:
    register_style(style, name)
    style.configure(name, **options)


def _button(shapes: _Shapes, name: str, palette: Palette, fill: str, ink: str, ground: str) -> None:
    style = shapes.style
    element = f"{name}.shape"
    hover = mix(palette.text, fill, 0.06)
    quiet = mix(palette.muted, palette.surface, 0.12)
    shapes.element(
        element,
        shapes.rounded(fill, ground),
        {
            "disabled": shapes.rounded(quiet, ground),
            "pressed": shapes.rounded(mix(palette.text, fill, 0.14), ground, line=palette.text, width=2),
            "focus hover": shapes.rounded(hover, ground, line=palette.text, width=2),
            "focus": shapes.rounded(fill, ground, line=palette.text, width=2),
            "hover": shapes.rounded(hover, ground),
        },
    )
    content = El("Button.padding", sticky="nswe", children=[El("Button.label", sticky="")])
    layout(style, name, El(element, sticky="nswe", children=[content]))
    style.configure(
        name,
        foreground=ink,
        background=ground,
        font="MucaNormalStrong",
        padding=shapes.px((12, 4)),
        anchor="center",
        borderwidth=0,
        focusthickness=0,
        relief="flat",
    )
    state_map(style, name, foreground={"disabled": palette.muted})


def _chip(shapes: _Shapes, name: str, hue: Hue, ground: str) -> None:
    element = f"{name}.shape"
    shapes.element(element, shapes.rounded(hue.ground, ground, radius=7), {}, radius=7)
    content = El("Label.padding", sticky="nswe", children=[El("Label.label", sticky="w")])
    layout(shapes.style, name, El(element, sticky="nswe", children=[content]))
    shapes.style.configure(
        name,
        foreground=hue.text,
        background=hue.ground,
        font="MucaSmallStrong",
        padding=shapes.px((8, 2)),
        borderwidth=0,
    )


def _box(shapes: _Shapes, name: str, palette: Palette) -> None:
    def box(line: str) -> str:
        return shapes.rounded(palette.surface, palette.surface, line=line, radius=BOX_RADIUS_PX)

    element = f"{name}.shape"
    shapes.element(element, box(palette.line), {"focus": box(palette.everyone.text)}, radius=BOX_RADIUS_PX)
    layout(shapes.style, name, El(element, sticky="nswe"))
    shapes.style.configure(name, background=palette.surface)


def _entry(shapes: _Shapes, name: str, palette: Palette) -> None:
    element = f"{name}.shape"
    fill, ground = palette.sunken, palette.surface
    shapes.element(
        element,
        shapes.rounded(fill, ground, line=palette.line),
        {
            "invalid": shapes.rounded(fill, ground, line=palette.private.text, width=2),
            "focus": shapes.rounded(fill, ground, line=palette.everyone.text, width=2),
        },
    )
    content = El("Entry.padding", sticky="nswe", children=[El("Entry.textarea", sticky="nswe")])
    layout(shapes.style, name, El(element, sticky="nswe", children=[content]))
    _ink(shapes.style, name, palette, fill)
    shapes.style.configure(name, padding=shapes.px((10, 6)))


def _bare_entry(style: Style, name: str, palette: Palette) -> None:
    style.element_create(f"{name}.field", "from", "default", "field")
    layout(style, name, El(f"{name}.field", sticky="nswe", children=[El("Entry.textarea", sticky="nswe")]))
    _ink(style, name, palette, palette.surface)
    style.configure(name, borderwidth=0)


def _ink(style: Style, name: str, palette: Palette, fill: str) -> None:
    style.configure(
        name,
        foreground=palette.text,
        background=fill,
        fieldbackground=fill,
        insertcolor=palette.text,
        selectbackground=palette.selection,
        selectforeground=palette.text,
    )


def _scrollbar(shapes: _Shapes, name: str, palette: Palette, ground: str) -> None:
    element = f"{name}.thumb"
    radius = 4

    def thumb(color: str) -> str:
        return shapes.rounded(color, ground, radius=radius, line=ground, width=1)

    calm, strong = mix(palette.muted, ground, 0.35), mix(palette.muted, ground, 0.7)
    image_element(
        shapes.style,
        element,
        default=thumb(calm),
        states={"pressed": thumb(strong), "hover": thumb(strong), "disabled": thumb(ground)},
        border=shapes.px(radius + 1),
        width=shapes.px(10),
        sticky="ns",
    )
    thumb_node = El(element, expand=True, sticky="nswe")
    layout(shapes.style, name, El("Vertical.Scrollbar.trough", sticky="ns", children=[thumb_node]))
    shapes.style.configure(
        name,
        troughcolor=ground,
        background=ground,
        bordercolor=ground,
        darkcolor=ground,
        lightcolor=ground,
        borderwidth=0,
        arrowsize=0,
        relief="flat",
    )
