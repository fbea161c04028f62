"""The ttk styles: there for every kind of message, in both themes, on the ground they stand on."""

from tkinter import ttk

import pytest

from muca.model.events import Reach
from muca.ui.tk.palette import DARK, LIGHT, Palette
from muca.ui.tk.root import Root
from muca.ui.tk.styles import hue_style


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_every_kind_has_a_button_and_a_chip_in_its_hue(root: Root, palette: Palette) -> None:
    root.look.use(palette.name)
    style = ttk.Style(root)
    for reach in (*Reach, None):
        hue = palette.hue(reach)
        assert style.lookup(hue_style(reach, "Send.TButton"), "foreground") == hue.ink
        assert style.lookup(hue_style(reach, "Chip.TLabel"), "foreground") == hue.text
        assert style.lookup(hue_style(reach, "Chip.TLabel"), "background") == hue.ground


@pytest.mark.parametrize("name", ["light", "dark"])
def test_widgets_made_before_a_change_keep_their_style(root: Root, name: str) -> None:
    button = ttk.Button(root, style="Private.Send.TButton", text="SEND")
    label = ttk.Label(root, style="SmallMuted.Side.TLabel")
    for appearance in ("dark", "light", name):
        root.look.use(appearance)
    assert str(button.cget("style")) == "Private.Send.TButton"
    assert str(label.cget("style")) == "SmallMuted.Side.TLabel"
    assert ttk.Style(root).theme_use() == f"muca-{name}"


def test_a_button_shows_that_it_has_the_keys(root: Root) -> None:
    """By another image: a ring in the colour of text."""
    button = ttk.Button(root, style="Quiet.TButton", text="JOIN")
    button.pack(padx=20, pady=20)
    root.present("200x100+0+0")
    root.update()

    def pixels() -> bytes:
        from PIL import ImageGrab

        x, y = button.winfo_rootx(), button.winfo_rooty()
        box = (x, y, x + button.winfo_width(), y + button.winfo_height())
        return ImageGrab.grab(box, xdisplay=root.winfo_screen().partition(".")[0]).tobytes()

    before = pixels()
    button.state(["focus"])
    root.update()
    assert pixels() != before
