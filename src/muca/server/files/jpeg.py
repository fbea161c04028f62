"""JPEG (ITU-T T.81): segments up to the end of the image; what follows, such as a video, is removed."""

import re
import struct
from typing import Final

from muca.server.files.pictures import NotParsed, PartCount, Picture, read_orientation, write_orientation

_BEGIN: Final = b"\xff\xd8"
_END: Final = 0xD9
_SCAN: Final = 0xDA
_COMMENT: Final = 0xFE
_APPLICATIONS: Final = range(0xE0, 0xF0)
_EXIF: Final = 0xE1
_EXIF_NAME: Final = b"Exif\0\0"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Segments with the size of the picture."""
_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application segments that affect the appearance, by their first bytes."""
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The end of a scan's compressed data. The pattern must not begin with a repetition: it would take quadratic time in a
run of 0xFF, while nothing else can run."""
_FILLED_MARKER: Final = re.compile(rb"\xff+([^\xff])")
_SCANS_MAX: Final = 100
"""A decoder processes all pixels in each scan, which may be only some bytes; progressive pictures have about ten."""


def parse_jpeg(data: bytes) -> Picture:
    """Parse a JPEG file. Raises ``NotParsed``."""
    if data[:2] != _BEGIN:
        raise NotParsed("no JPEG")
    parts: list[bytes] = [_BEGIN]
    size: tuple[int, int] | None = None
    orientation, at, scans = 1, 2, 0
    count = PartCount()
    while True:
        count.add_one()
        marker, at = _marker(data, at)
        if marker == _END:
            break
        segment, end = _segment(data, at)
        if marker in _FRAMES:
            size = struct.unpack_from(">xHH", segment) if len(segment) >= 5 else None
        if marker == _EXIF and segment[: len(_EXIF_NAME)] == _EXIF_NAME:
            orientation = read_orientation(segment[len(_EXIF_NAME) :])
        if _is_kept(marker, segment):
            parts += [bytes([0xFF, marker]), data[at:end]]
        at = end
        if marker == _SCAN:
            scans += 1
            if scans > _SCANS_MAX:
                raise NotParsed("too many scans")
            at = _end_of_scan(data, end)
            parts.append(data[end:at])
    if size is None or 0 in size or not scans:
        raise NotParsed("no picture in it")
    if orientation != 1:
        exif = _EXIF_NAME + write_orientation(orientation)
        behind_jfif = 3 if parts[1] == b"\xff\xe0" else 1
        parts.insert(behind_jfif, struct.pack(">BBH", 0xFF, _EXIF, len(exif) + 2) + exif)
    copies = 1 if scans == 1 else 2  # with several scans, the decoder buffers all of them
    return Picture([*parts, bytes([0xFF, _END])], size[1], size[0], orientation, copies)


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Read a marker, which any number of 0xFF may precede; return it and its end."""
    found = _FILLED_MARKER.match(data, at)
    if found is None:
        raise NotParsed("a marker is missing")
    return found[1][0], found.end()


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    """Read a segment after its marker; return its content and its end."""
    if at + 2 > len(data):
        raise NotParsed("cut off")
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2 or at + length > len(data):
        raise NotParsed("cut off")
    return data[at + 2 : at + length], at + length


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker in _APPLICATIONS:
        name = _KEPT.get(marker)
        return name is not None and segment[: len(name)] == name
    return marker != _COMMENT


def _end_of_scan(data: bytes, at: int) -> int:
    found = _MARKER.search(data, at)
    if found is None:
        raise NotParsed("cut off")
    return found.start()
