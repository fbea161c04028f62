"""What every parser of a picture's format gives, and what they share: how a picture is turned, as Exif says it.

A parser takes the bytes of a whole file apart without decoding anything. It keeps the parts that are known to be needed
for showing the picture, as they are, and leaves out all others: where, when, by whom and with what it was made.
"""

import struct
from typing import Final, NamedTuple


class NotParsed(Exception):
    """It is no picture of that format, or a broken one."""


class Picture(NamedTuple):
    """A picture without what it tells beside the picture."""

    parts: list[bytes]
    """Its bytes."""
    width: int
    """In pixels, as they are stored: see ``orientation``."""
    height: int
    orientation: int = 1
    """How it is to be turned to be upright, 1 (not at all) to 8 (Exif 3.0, 4.6.5.1.6)."""

    copies: int = 1
    """How often it is in memory while it is decoded and made small, at four bytes a pixel."""

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as it is seen."""
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)


PARTS_MAX: Final = 200_000
"""Segments, chunks or blocks of a file. Empty ones are many in few bytes, and each is work; a GIF of the largest size
that a file may have comes in half as many."""


class PartCount:
    """Counts what a parser has come through."""

    def __init__(self) -> None:
        self._count = 0

    def add_one(self) -> None:
        """Count another one. Raises ``NotParsed`` when there are too many."""
        self._count += 1
        if self._count > PARTS_MAX:
            raise NotParsed("it comes in too many parts")


_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_ENTRY_BYTES: Final = 12


def read_orientation(exif: bytes) -> int:
    """Read how a picture is turned from its Exif, a TIFF structure; 1 where that does not say or is broken."""
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
    """Write Exif that says this and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)
