"""Every text can be read, in light and dark."""

import pytest

from muca.model.events import Reach
from muca.ui.tk.palette import DARK, LIGHT, TILES, Palette, mix

READABLE = 4.5


def contrast(color: str, other: str) -> float:
    """Return the contrast of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((luminance(color), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    shares = (channel / 255 for channel in bytes.fromhex(color[1:]))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_text_has_contrast_on_every_ground(palette: Palette) -> None:
    grounds = (palette.bg, palette.surface, palette.sunken, palette.chosen, palette.selection)
    for ground in grounds:
        assert contrast(palette.text, ground) >= READABLE
    for ground in (palette.bg, palette.surface, palette.sunken, palette.chosen):
        assert contrast(palette.muted, ground) >= READABLE


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_hues_have_contrast_as_text_and_as_filling(palette: Palette) -> None:
    for hue in (*(palette.hue(reach) for reach in Reach), palette.hue(None), palette.warn):
        assert contrast(hue.text, hue.ground) >= READABLE
        assert contrast(hue.text, palette.surface) >= READABLE
        assert contrast(hue.ink, hue.text) >= READABLE
    for hue in (palette.private, palette.warn):
        assert contrast(hue.text, palette.sunken) >= READABLE


def test_white_has_contrast_on_people_s_tiles() -> None:
    assert all(contrast("#ffffff", tile) >= READABLE for tile in TILES)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_mixing() -> None:
    assert mix("#ff0000", "#0000ff", 0.5) == "#800080"
    assert mix("#123456", "#ffffff", 1.0) == "#123456"
