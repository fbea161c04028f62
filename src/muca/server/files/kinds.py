"""Detects the type of a file from its first bytes. If it is not certain, it is ``application/octet-stream``.

The type declared by the sender is never used, as browsers trust the server.
"""

import re
from typing import Final

UNKNOWN: Final = "application/octet-stream"

INLINE: Final = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp"),
        *("audio/mpeg", "audio/aac", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"),
        *("video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/webm", "video/ogg"),
    }
)
"""Types that a browser may show inline: pictures, audio and video, which cannot contain scripts."""

HEAD_BYTES: Final = 4_096
"""The number of bytes needed."""

_BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_MP3: Final = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
"""A frame of MPEG 1, 2 or 2.5, Layer III, without ID3 before it; its bit rate is neither free nor reserved."""
_ADTS: Final = re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x00-\xff]")
"""A frame of AAC (ISO/IEC 13818-7, 6.2)."""
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_FILM_BRANDS: Final = (
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"isoa", b"isob", b"isoc"),
    *(b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"av01", b"mmp4", b"M4V ", b"M4VH", b"M4VP", b"F4V ", b"f4v "),
    *(b"dash", b"msdh", b"msix", b"cmfc", b"cmf2", b"cmfs", b"piff", b"MSNV", b"XAVC", b"dby1"),
    *(b"NDSC", b"NDSH", b"NDSM", b"NDSP", b"NDSS", b"NDXC", b"NDXH", b"NDXM", b"NDXP", b"NDXS"),
)
_BRANDS: Final = {
    **dict.fromkeys(_FILM_BRANDS, "video/mp4"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "), "audio/mp4"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
    b"qt  ": "video/quicktime",
    b"crx ": UNKNOWN,  # a camera's raw picture, compatible with video brands
}
"""Of the base media format (ISO/IEC 14496-12, 4.3), as registered at mp4ra.org."""
_BRAND_FAMILIES: Final = {b"3gp": "video/3gpp", b"3g2": "video/3gpp2"}
"""Brands that end with a version."""
_GENERAL_BRANDS: Final = {b"mif1": "image/heic", b"msf1": "image/heic"}
"""Pictures of any codec: the other brands name it."""
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of(head: bytes) -> str:
    """Return the media type of a file by its beginning (``HEAD_BYTES``, or all of it)."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if _MP3.match(head):
        return "audio/mpeg"
    if _ADTS.match(head):
        return "audio/aac"
    if head[:4] in {b"RIFF", b"RF64"}:
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _kind_by_brands(head)
    if head[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"\x42\x82\x84webm" in head[:64] else UNKNOWN
    return "text/plain" if _is_text(head) else UNKNOWN


def _kind_by_brands(head: bytes) -> str:
    """Return the type by the major brand of a file, or else by its compatible brands."""
    size = int.from_bytes(head[:4])
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, min(size, len(head)), 4))]
    for brand in brands:
        kind = _BRANDS.get(brand) or _BRAND_FAMILIES.get(brand[:3])
        if kind is not None:
            return kind
    return _GENERAL_BRANDS.get(brands[0], UNKNOWN)


def _is_text(head: bytes) -> bool:
    """Return whether it is UTF-8 without control characters; the last character may be cut off."""
    if not head or _NO_TEXT.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD_BYTES and error.start > HEAD_BYTES - 4
    return True
