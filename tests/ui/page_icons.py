"""The icons of the browser's page, drawn as the window's are.

``python -m tests.ui.page_icons`` draws them again; ``test_page_icons.py`` fails while they differ.
"""

from pathlib import Path

from PIL import Image

from muca.ui.tk.icon import draw_icon

PUBLIC = Path(__file__).parents[2] / "src/muca/ui/web/public"
GROUND = "#f6f5f2"


def on_ground(size_px: int) -> Image.Image:
    """The sign on a full square: where the system cuts the shape, which leaves the middle four fifths."""
    icon = Image.new("RGBA", (size_px, size_px), GROUND)
    sign = draw_icon(size_px * 6 // 10)
    icon.alpha_composite(sign, ((size_px - sign.width) // 2, (size_px - sign.height) // 2))
    return icon.convert("RGB")


def icons() -> dict[str, Image.Image]:
    """Name of the file, and what is in it."""
    return {
        "icon-192.png": draw_icon(192),
        "icon-512.png": draw_icon(512),
        "icon-maskable-512.png": on_ground(512),
        "apple-touch-icon.png": on_ground(180),
    }


if __name__ == "__main__":
    for name, icon in icons().items():
        icon.save(PUBLIC / name, optimize=True)
