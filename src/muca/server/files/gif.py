"""GIF (version 89a), also animated: blocks up to the trailer. Comments and application extensions are removed."""

import struct
from typing import Final

from muca.server.files.pictures import NotParsed, PartCount, Picture

_SIGNATURES: Final = (b"GIF87a", b"GIF89a")
_HEADER_BYTES: Final = 13
_EXTENSION: Final = 0x21
_IMAGE: Final = 0x2C
_TRAILER: Final = 0x3B
_CONTROL: Final = 0xF9
_APPLICATION: Final = 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""Application extensions for the number of loops of an animation."""


def parse_gif(data: bytes) -> Picture:
    """Parse a GIF file. Raises ``NotParsed``."""
    if data[:6] not in _SIGNATURES or len(data) < _HEADER_BYTES:
        raise NotParsed("no GIF")
    width, height = struct.unpack_from("<HH", data, 6)
    at = _HEADER_BYTES + _table_bytes(data[10])
    parts: list[bytes] = [data[:at]]
    images, count = 0, PartCount()
    while (block := _byte(data, at)) != _TRAILER:
        count.add_one()
        if block == _IMAGE:
            images += 1
            end = _end_of_blocks(data, at + 11 + _table_bytes(_byte(data, at + 9)), count)
            parts.append(data[at:end])
        elif block == _EXTENSION:
            end = _end_of_blocks(data, at + 2, count)
            if _is_kept(data, at):
                parts.append(data[at:end])
        else:
            raise NotParsed("a block is not known")
        at = end
    if 0 in {width, height} or not images:
        raise NotParsed("no picture in it")
    return Picture([*parts, bytes([_TRAILER])], width, height)


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise NotParsed("cut off")
    return data[at]


def _table_bytes(flags: int) -> int:
    """Return the size of the colour table in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_blocks(data: bytes, at: int, count: PartCount) -> int:
    """Find the end of data in blocks, which ends with an empty block."""
    while length := _byte(data, at):
        at += 1 + length
        count.add_one()
    return at + 1


def _is_kept(data: bytes, at: int) -> bool:
    kind = _byte(data, at + 1)
    return kind == _CONTROL or (kind == _APPLICATION and data[at + 3 : at + 14] in _LOOPS)
