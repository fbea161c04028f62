"""The sign of muca."""

from muca.ui.tk.icon import draw_icon
from muca.ui.tk.palette import LIGHT


def test_the_icon_has_the_three_hues_and_a_hole() -> None:
    icon = draw_icon(64)
    colors = {tuple(pixel[:3]) for pixel in icon.get_flattened_data() if pixel[3] == 255}
    for hue in (LIGHT.everyone, LIGHT.group, LIGHT.private):
        assert tuple(bytes.fromhex(hue.text[1:])) in colors
    assert icon.getpixel((32, 32))[3] == 0
    assert icon.getpixel((0, 0))[3] == 0
