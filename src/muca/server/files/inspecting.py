"""Inspects an upload: detects its type and, for a picture, strips its metadata and makes a thumbnail.

A picture is decoded only if its header declares at most ``pixels_max``, or a fraction of it where decoding takes more
memory. Callers must inspect only one at a time.
A malformed picture is treated like any other file.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from muca.server.files.gif import parse_gif
from muca.server.files.jpeg import parse_jpeg
from muca.server.files.kinds import HEAD_BYTES, UNKNOWN, kind_of
from muca.server.files.pictures import NotParsed, Picture
from muca.server.files.png import parse_png
from muca.server.files.webp import parse_webp

_PARSERS: Final[dict[str, Callable[[bytes], Picture]]] = {
    "image/gif": parse_gif,
    "image/jpeg": parse_jpeg,
    "image/png": parse_png,
    "image/webp": parse_webp,
}
_PLAIN_MODES: Final = frozenset({"RGB", "RGBA"})
_QUALITY: Final = 80
"""The quality of thumbnails, out of 100."""


class Inspected(NamedTuple):
    """The result of an inspection."""

    media_type: str
    width: int | None = None
    """Of a picture, after applying its orientation."""
    height: int | None = None
    thumbnail: bytes | None = None
    """WebP."""


def inspect(file: Path, pixels_max: int, side_max: int) -> Inspected:
    """Inspect a file; a picture's metadata is stripped in place. Raises ``OSError``."""
    with file.open("r+b") as opened:
        kind = kind_of(opened.read(HEAD_BYTES))
        if kind not in _PARSERS:
            return Inspected(kind)
        try:
            picture = _strip(opened, _PARSERS[kind])
        except NotParsed:
            return Inspected(UNKNOWN)
        width, height = picture.upright
        if width * height * picture.copies > pixels_max:
            return Inspected(UNKNOWN)
        opened.seek(0)
        try:
            thumbnail = _thumbnail(opened, kind, side_max)
        except NotParsed:
            return Inspected(UNKNOWN)
        return Inspected(kind, width, height, thumbnail if max(width, height) > side_max else None)


def _strip(opened: io.BufferedRandom, parse: Callable[[bytes], Picture]) -> Picture:
    """Reduce a picture to what is needed to show it. Raises ``NotParsed`` and ``OSError``."""
    opened.seek(0)
    picture = parse(opened.read())
    opened.seek(0)
    opened.writelines(picture.parts)
    opened.truncate()
    return picture


def _thumbnail(opened: io.BufferedRandom, kind: str, side_max: int) -> bytes:
    """Decode a picture (the first frame of an animation) and make a thumbnail. Raises ``NotParsed``."""
    from PIL import Image, ImageOps  # when there is a picture: a server without pictures starts sooner, and is smaller

    try:
        with Image.open(opened, formats=[kind.partition("/")[2].upper()]) as image:
            image.draft("RGB", (side_max, side_max))
            image.thumbnail((side_max, side_max))
            upright = ImageOps.exif_transpose(image)
            profile = image.info.get("icc_profile") if upright.mode in _PLAIN_MODES else None
            if upright.mode not in _PLAIN_MODES:
                upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            small = io.BytesIO()
            upright.save(small, "WEBP", quality=_QUALITY, exif=b"", xmp=b"", icc_profile=profile or b"")
            return small.getvalue()
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise NotParsed from error  # Pillow's errors for what it cannot decode
