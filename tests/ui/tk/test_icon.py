"""The sign of muca."""

from muca.ui.tk.icon import draw_icon
from muca.ui.tk.palette import LIGHT


def test_the_icon_has_the_three_hues_and_a_hole() -> None:
    icon = draw_icon(64)
    pixels, alpha = icon.tobytes(), icon.getchannel("A")
    colors = {pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] == 255}
    for hue in (LIGHT.everyone, LIGHT.group, LIGHT.private):
        assert bytes.fromhex(hue.text[1:]) in colors
    assert alpha.getpixel((32, 32)) == 0
    assert alpha.getpixel((0, 0)) == 0
