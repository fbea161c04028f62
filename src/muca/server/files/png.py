"""PNG (W3C, third edition), also animated: chunks up to IEND."""

import struct
import zlib
from typing import Final

from muca.server.files.pictures import NotParsed, PartCount, Picture, read_orientation, write_orientation

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_KEPT: Final = _CRITICAL | {
    *(b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs"),
    *(b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}
"""Chunks that affect the appearance."""
_COPIES: Final = 2
_FRAME_BYTES: Final = 12
"""Length, type and checksum of a chunk."""


def parse_png(data: bytes) -> Picture:
    """Parse a PNG file. Raises ``NotParsed``."""
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR" or len(data) < 33:
        raise NotParsed("no PNG")
    width, height = struct.unpack_from(">II", data, 16)
    parts: list[bytes] = [_SIGNATURE]
    orientation, at, kind, has_picture = 1, 8, b"", False
    count = PartCount()
    while kind != b"IEND":
        count.add_one()
        kind, content, end = _chunk(data, at)
        has_picture = has_picture or kind == b"IDAT"
        if kind == b"eXIf":
            orientation = read_orientation(content)
        if kind in _KEPT:
            parts.append(data[at:end])
        elif not kind[0] & 0x20:
            raise NotParsed("a chunk that is needed is not known")
        at = end
    if 0 in {width, height} or not has_picture:
        raise NotParsed("no picture in it")
    if orientation != 1:
        parts.insert(2, _new_chunk(b"eXIf", write_orientation(orientation)))
    return Picture(parts, width, height, orientation, _COPIES)


def _chunk(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """Read a chunk; return its type, its content and its end."""
    if at + _FRAME_BYTES > len(data):
        raise NotParsed("cut off")
    (length,) = struct.unpack_from(">I", data, at)
    end = at + _FRAME_BYTES + length
    if end > len(data):
        raise NotParsed("cut off")
    (checksum,) = struct.unpack_from(">I", data, end - 4)
    if zlib.crc32(data[at + 4 : end - 4]) != checksum:
        raise NotParsed("a checksum is wrong")
    return data[at + 4 : at + 8], data[at + 8 : end - 4], end


def _new_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
