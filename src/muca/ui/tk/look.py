"""The look of the window: light and dark themes, fonts, sizes, and callbacks after a change."""

import tkinter as tk
from collections.abc import Callable
from tkinter import font as tk_font

from ttkbootstrap.style import Colors, Style, ThemeDefinition

from muca.ui.tk.palette import DARK, LIGHT, Palette
from muca.ui.tk.styles import build_styles


class WindowLook:
    """The look of one window. Created once, right after the root."""

    def __init__(self, root: tk.Tk, appearance: str) -> None:
        self.palette = LIGHT
        self._style: Style = Style.get_instance()
        self._factor = float(self._style.scaling.factor)
        self._repaints: list[Callable[[], None]] = []
        default = tk_font.nametofont("TkDefaultFont", root=root)
        family, size = str(default.actual("family")), abs(int(default.actual("size")))
        self.family = family
        self.body = tk_font.Font(root, name="MucaBody", family=family, size=size + 1)
        self.strong = tk_font.Font(root, name="MucaStrong", family=family, size=size + 1, weight="bold")
        self.title = tk_font.Font(root, name="MucaTitle", family=family, size=size + 2, weight="bold")
        self.normal = tk_font.Font(root, name="MucaNormal", family=family, size=size)
        self.normal_strong = tk_font.Font(root, name="MucaNormalStrong", family=family, size=size, weight="bold")
        self.small = tk_font.Font(root, name="MucaSmall", family=family, size=size - 1)
        self.small_strong = tk_font.Font(root, name="MucaSmallStrong", family=family, size=size - 1, weight="bold")
        self.fixed = tk_font.nametofont("TkFixedFont", root=root)
        for palette in (LIGHT, DARK):
            self._style.register_theme(_theme(palette))
        self.use(appearance)

    def use(self, appearance: str) -> None:
        """Show ``light`` or ``dark``."""
        self.palette = DARK if appearance == "dark" else LIGHT
        name = f"muca-{self.palette.name}"
        # Build the styles first, because ttkbootstrap expects all of them when it updates the widgets.
        if name not in self._style.tk.splitlist(self._style.tk.call("ttk::style", "theme", "names")):
            self._style.theme_use(name)
        self._style.theme_use(name)
        build_styles(self._style, self.palette)
        for repaint in self._repaints:
            repaint()

    def on_change(self, repaint: Callable[[], None]) -> None:
        """Call a function now and whenever the colours change."""
        self._repaints.append(repaint)
        repaint()

    def px(self, logical_px: float) -> int:
        """Convert pixels at 96 dpi to pixels of this screen."""
        return round(logical_px * self._factor)


def fit(text: str, width_px: int, font: tk_font.Font) -> str:
    """Shorten a text to a maximum width, with … at the end."""
    if font.measure(text) <= width_px:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.measure(text[:middle] + "…") <= width_px:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _theme(palette: Palette) -> ThemeDefinition:
    colors = Colors(
        primary=palette.everyone.text,
        secondary=palette.muted,
        success=palette.group.text,
        info=palette.everyone.text,
        warning=palette.warn.text,
        danger=palette.private.text,
        light=palette.sunken,
        dark=palette.text,
        bg=palette.surface,
        fg=palette.text,
        selectbg=palette.selection,
        selectfg=palette.text,
        border=palette.line,
        inputfg=palette.text,
        inputbg=palette.surface,
        active=palette.sunken,
    )
    return ThemeDefinition(f"muca-{palette.name}", colors, palette.name)
