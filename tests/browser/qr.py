"""Reads a QR code from a picture of it, as a phone would: a small one, seen straight on."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

from PIL import Image

Modules = list[list[bool]]

MASKS: Final[tuple[Callable[[int, int], bool], ...]] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
FINDER: Final = 7
"""How many modules the squares in three corners have."""


def read_qr(png: bytes) -> str:
    """Return the text; of versions 2 to 5 at level L, whose data are one block, in bytes (ISO/IEC 18004)."""
    modules = _modules(Image.open(BytesIO(png)).convert("L"))
    size = len(modules)
    level, mask = modules[8][0:2], MASKS[4 * modules[8][2] + 2 * modules[8][3] + modules[8][4] ^ 0b101]
    assert level == [True, True], "not of level L"
    bits = [modules[y][x] ^ mask(y, x) for y, x in _path(size)]
    kind, length = _number(bits[:4]), _number(bits[4:12])
    assert kind == 0b0100, "not in bytes"
    return bytes(_number(bits[at : at + 8]) for at in range(12, 12 + 8 * length, 8)).decode()


def _modules(picture: Image.Image) -> Modules:
    """Find the code in its light surroundings, and the size of a module by the upper edge of the first square."""
    left, top, right, _ = picture.point(lambda light: 255 if light < 128 else 0).getbbox() or (0, 0, 0, 0)
    light, width = picture.tobytes(), picture.width

    def is_dark(x: float, y: float) -> bool:
        return light[int(top + y) * width + int(left + x)] < 128

    edge = next(x for x in range(right - left) if not is_dark(x, 1))
    size = 17 + 4 * round(((right - left) / (edge / FINDER) - 17) / 4)
    step = (right - left) / size
    return [[is_dark((x + 0.5) * step, (y + 0.5) * step) for x in range(size)] for y in range(size)]


def _path(size: int) -> list[tuple[int, int]]:
    """Return the places of the data in order: columns in pairs from the right, up and down, without the patterns."""
    aligned = range(size - 9, size - 4)
    corners = [(range(9), range(9)), (range(9), range(size - 8, size)), (range(size - 8, size), range(9))]
    places = []
    for turn, right in enumerate([*range(size - 1, FINDER, -2), 5, 3, 1]):
        for y in range(size - 1, -1, -1) if turn % 2 == 0 else range(size):
            places += [
                (y, x)
                for x in (right, right - 1)
                if not (6 in {y, x} or (y in aligned and x in aligned) or any(y in a and x in b for a, b in corners))
            ]
    return places


def _number(bits: list[bool]) -> int:
    return int("".join(str(int(bit)) for bit in bits), 2)
