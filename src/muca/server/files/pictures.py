"""The result of every parser of a picture format, and shared code: orientation from Exif.

A parser splits the bytes of a whole file without decoding anything. It keeps the parts that are known to be needed
for showing the picture, unchanged, and removes all others: where, when, by whom and with what it was made.
"""

import struct
from typing import Final, NamedTuple


class NotParsed(Exception):
    """The file is not a picture of that format, or is malformed."""


class Picture(NamedTuple):
    """A picture without metadata."""

    parts: list[bytes]
    """Its bytes."""
    width: int
    """In pixels, before applying ``orientation``."""
    height: int
    orientation: int = 1
    """The Exif orientation, from 1 (upright) to 8 (Exif 3.0, 4.6.5.1.6)."""

    copies: int = 1
    """How many copies are in memory while it is decoded and scaled, at four bytes per pixel."""

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height after applying the orientation."""
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)


PARTS_MAX: Final = 200_000
"""Segments, chunks or blocks of a file. Many empty ones fit into few bytes, and each takes time; a GIF of maximum size
has half as many."""


class PartCount:
    """Counts the parts that a parser has read."""

    def __init__(self) -> None:
        self._count = 0

    def add_one(self) -> None:
        """Count another part. Raises ``NotParsed`` if there are too many."""
        self._count += 1
        if self._count > PARTS_MAX:
            raise NotParsed("it comes in too many parts")


_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ENTRY_BYTES: Final = 12


def read_orientation(exif: bytes) -> int:
    """Read the orientation from Exif, a TIFF structure; 1 if it is missing or malformed."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (place,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, place)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, place + 2 + number * _ENTRY_BYTES)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def write_orientation(orientation: int) -> bytes:
    """Return Exif with only this orientation."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)
