"""Uploads are looked at: pictures are stripped and made small, bombs are not decoded, what is broken is no picture."""

import io
from pathlib import Path

import pytest
from PIL import Image

from muca.server.files.inspecting import Inspected, inspect
from muca.server.files.kinds import UNKNOWN
from tests.server.files.samples import FORMATS, SECRET, bomb, picture

NO_PICTURE = Inspected(UNKNOWN)


def look_at(folder: Path, data: bytes, *, pixels_max: int = 1_000_000, side_max: int = 64) -> tuple[Inspected, bytes]:
    file = folder / "upload"
    file.write_bytes(data)
    return inspect(file, pixels_max, side_max), file.read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_stripped_and_made_small(tmp_path: Path, kind: str) -> None:
    found, left = look_at(tmp_path, picture(kind, 200, 100))
    assert (found.media_type, found.width, found.height) == (f"image/{kind}", 200, 100)
    assert SECRET not in left
    assert found.thumbnail is not None
    assert SECRET not in found.thumbnail
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert (small.format, small.size) == ("WEBP", (64, 32))
        assert not small.getexif()
        blue, red = (small.convert("RGB").getpixel(place) for place in ((5, 5), (60, 28)))
    assert blue[2] > 150 > blue[0]  # type: ignore[index]
    assert red[0] > 150 > red[2]  # type: ignore[index]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_lies_on_its_side_is_turned_upright(tmp_path: Path, kind: str) -> None:
    found, _ = look_at(tmp_path, picture(kind, 200, 100, orientation=6))
    assert (found.width, found.height) == (100, 200)
    assert found.thumbnail is not None
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.size == (32, 64)
        blue = small.convert("RGB").getpixel((28, 4))
    assert blue[2] > 150 > blue[0]  # type: ignore[index]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_small_one_needs_no_smaller_one(tmp_path: Path, kind: str) -> None:
    assert look_at(tmp_path, picture(kind, 64, 32))[0] == Inspected(f"image/{kind}", 64, 32, None)
    assert look_at(tmp_path, picture(kind, 65, 32))[0].thumbnail is not None


@pytest.mark.parametrize("kind", ["gif", "png", "webp"])
def test_of_an_animation_the_first_picture_is_made_small(tmp_path: Path, kind: str) -> None:
    found, _ = look_at(tmp_path, picture(kind, 100, 50, frames=5))
    assert found.thumbnail is not None
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert getattr(small, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_sort_are_made_small(tmp_path: Path, mode: str) -> None:
    written = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    if mode == "PA":
        Image.new("P", (100, 50)).save(written, kind, transparency=0)
    else:
        Image.new(mode, (100, 50)).save(written, kind)
    assert look_at(tmp_path, written.getvalue())[0].thumbnail is not None


PROGRESSIVE = io.BytesIO()
Image.new("RGB", (200, 100)).save(PROGRESSIVE, "JPEG", progressive=True)


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        (picture("gif", 200, 100), 20_000),
        (picture("jpeg", 200, 100), 20_000),
        (PROGRESSIVE.getvalue(), 40_000),
        (picture("png", 200, 100), 40_000),
        (picture("webp", 200, 100), 80_000),
    ],
    ids=["gif", "jpeg", "progressive jpeg", "png", "webp"],
)
def test_pixels_are_bounded_by_the_memory_they_take(tmp_path: Path, data: bytes, pixels: int) -> None:
    assert look_at(tmp_path, data, pixels_max=pixels)[0].width == 200
    assert look_at(tmp_path, data, pixels_max=pixels - 1)[0] == NO_PICTURE


@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_not_decoded(tmp_path: Path, width: int, height: int) -> None:
    assert look_at(tmp_path, bomb(width, height), pixels_max=60_000_000)[0] == NO_PICTURE


BROKEN = {
    "a bomb within bounds": bomb(100, 100),
    "half a JPEG": picture("jpeg", 200, 100)[:-500],
    "half a GIF": picture("gif", 200, 100)[:-9],
    "a PNG with noise": picture("png")[:60] + b"noise" + picture("png")[65:],
    "a WebP without a picture": b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0",
    "a WebP that is cut off": picture("webp", 200, 100)[:-30],
    "only the beginning": b"\x89PNG\r\n\x1a\n",
    "HTML behind the beginning of a GIF": b"GIF89a<script>alert(1)</script>",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_a_file_like_any_other(tmp_path: Path, data: bytes) -> None:
    assert look_at(tmp_path, data)[0] == NO_PICTURE


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.4"])
def test_others_stay_as_they_are(tmp_path: Path, data: bytes) -> None:
    found, left = look_at(tmp_path, data)
    assert left == data
    assert (found.width, found.height, found.thumbnail) == (None, None, None)
