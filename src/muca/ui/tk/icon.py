"""The icon of muca: a ring in three colours, for the title bar and the window."""

from typing import Final

from PIL import Image, ImageDraw

from muca.ui.tk.palette import LIGHT, Palette

SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
OVERSAMPLE: Final = 4


def draw_icon(size_px: int, palette: Palette = LIGHT) -> Image.Image:
    """Draw the icon as a rounded square with a hole."""
    size = size_px * OVERSAMPLE
    pie = Image.new("RGB", (size, size))
    draw = ImageDraw.Draw(pie)
    box = (-size, -size, 2 * size, 2 * size)
    for hue, start in ((palette.everyone, -90), (palette.group, 30), (palette.private, 150)):
        draw.pieslice(box, start, start + 120, fill=hue.text)
    mask = Image.new("L", (size, size), 0)
    shape = ImageDraw.Draw(mask)
    shape.rounded_rectangle((0, 0, size - 1, size - 1), radius=size * 0.3, fill=255)
    hole = size * 0.27
    shape.ellipse((hole, hole, size - 1 - hole, size - 1 - hole), fill=0)
    icon = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    icon.paste(pie, (0, 0), mask)
    return icon.resize((size_px, size_px), Image.Resampling.LANCZOS)
