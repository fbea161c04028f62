"""WebP (RFC 9649), also animated: chunks of a RIFF container."""

import struct
from typing import Final

from muca.server.files.pictures import NotParsed, PartCount, Picture, read_orientation, write_orientation

_KEPT: Final = frozenset({b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_PICTURES: Final = frozenset({b"ANMF", b"VP8 ", b"VP8L"})
_COPIES: Final = 4
"""The decoder, which also handles animations, needs three."""
_VP8X_BYTES: Final = 10
_EXIF_FLAG: Final = 0x08
_XMP_FLAG: Final = 0x04
_VP8_START: Final = b"\x9d\x01\x2a"
_VP8L_START: Final = 0x2F


def parse_webp(data: bytes) -> Picture:
    """Parse a WebP file. Raises ``NotParsed``."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 12:
        raise NotParsed("no WebP")
    (length,) = struct.unpack_from("<I", data, 4)
    chunks = _chunks(data, length + 8)
    exif = next((content for kind, content in chunks if kind == b"EXIF"), None)
    # Some programs write JPEG's prefix there.
    orientation = 1 if exif is None else read_orientation(exif.removeprefix(b"Exif\0\0"))
    width, height = _size(*chunks[0])
    kept: list[bytes] = []
    for kind, content in chunks:
        if kind == b"VP8X":
            if len(content) != _VP8X_BYTES:
                raise NotParsed("its head has another length")
            exif_flag = _EXIF_FLAG if orientation != 1 else 0
            flags = content[0] & ~(_EXIF_FLAG | _XMP_FLAG) | exif_flag
            kept += _new_chunk(kind, bytes([flags]) + content[1:])
        elif kind in _KEPT:
            kept += _new_chunk(kind, content)
    if not any(kind in _PICTURES for kind, _ in chunks):
        raise NotParsed("no picture in it")
    if orientation != 1:
        kept += _new_chunk(b"EXIF", write_orientation(orientation))
    begin = b"RIFF" + struct.pack("<I", 4 + sum(map(len, kept))) + b"WEBP"
    return Picture([begin, *kept], width, height, orientation, _COPIES)


def _chunks(data: bytes, end: int) -> list[tuple[bytes, bytes]]:
    if end > len(data):
        raise NotParsed("cut off")
    found: list[tuple[bytes, bytes]] = []
    at, count = 12, PartCount()
    while at < end:
        count.add_one()
        if at + 8 > end:
            raise NotParsed("cut off")
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > end:
            raise NotParsed("cut off")
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    if not found:
        raise NotParsed("nothing in it")
    return found


def _size(kind: bytes, content: bytes) -> tuple[int, int]:
    """Read width and height from the first chunk."""
    if kind == b"VP8X" and len(content) == _VP8X_BYTES:
        return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
    if kind == b"VP8 " and content[3:6] == _VP8_START and len(content) >= 10:
        width, height = struct.unpack_from("<HH", content, 6)
        if width & 0x3FFF and height & 0x3FFF:
            return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(content) >= 5 and content[0] == _VP8L_START:
        (bits,) = struct.unpack_from("<I", content, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise NotParsed("its size cannot be read")


def _new_chunk(kind: bytes, content: bytes) -> list[bytes]:
    padding = [b"\0"] if len(content) % 2 else []
    return [kind + struct.pack("<I", len(content)), content, *padding]
