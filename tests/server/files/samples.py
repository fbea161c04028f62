"""Small files of every sort, and pictures that tell where they were made."""

import io
import struct
import zlib
from typing import Any, Final

from PIL import Image

SECRET: Final = b"52.5163 N 13.3777 E, by Tony"
"""What must not be left in a picture."""
FORMATS: Final = ("gif", "jpeg", "png", "webp")


def exif(orientation: int = 1) -> bytes:
    """Say how a picture is turned, and where it was made."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010E] = SECRET.decode()
    return told.tobytes()


def drawn(width: int = 8, height: int = 4) -> Image.Image:
    """Draw something: red, with a blue corner at the top left."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, 0, width // 2, height // 2))
    return image


def picture(kind: str, width: int = 8, height: int = 4, *, orientation: int = 1, frames: int = 1) -> bytes:
    """Make a picture that tells more than it shows."""
    image, written = drawn(width, height), io.BytesIO()
    options: dict[str, Any] = {}
    if frames > 1:
        others = [Image.new("RGB", (width, height), (number, number, 0)) for number in range(1, frames)]
        options = {"save_all": True, "append_images": others, "loop": 0, "duration": 50}
    match kind:
        case "gif":
            options["comment"] = SECRET
        case "jpeg":
            options |= {"exif": exif(orientation), "comment": SECRET, "quality": 95}
        case "png":
            from PIL.PngImagePlugin import PngInfo

            info = PngInfo()
            info.add_text("Where", SECRET.decode())
            info.add_itxt("Author", SECRET.decode(), zip=False)
            options |= {"exif": exif(orientation), "pnginfo": info}
        case "webp":
            options |= {"exif": exif(orientation), "xmp": SECRET, "lossless": True}
    image.save(written, kind.upper(), **options)
    return written.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """Make a chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """Make a PNG of a few bytes that promises so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def shown(data: bytes) -> list[bytes]:
    """Decode all frames of a picture, turned upright."""
    from PIL import ImageOps, ImageSequence

    with Image.open(io.BytesIO(data)) as image:
        return [ImageOps.exif_transpose(frame).convert("RGB").tobytes() for frame in ImageSequence.Iterator(image)]
