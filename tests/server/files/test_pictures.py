"""Exif: how a picture is turned, whatever else it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from muca.server.files.pictures import Picture, read_orientation, write_orientation
from tests.server.files.samples import exif


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_written_is_read(orientation: int) -> None:
    written = write_orientation(orientation)
    assert read_orientation(written) == orientation
    told = Image.Exif()
    told.load(written)
    assert dict(told) == {0x0112: orientation}


def test_what_others_write_is_read() -> None:
    assert read_orientation(exif(6).removeprefix(b"Exif\0\0")) == 6


@pytest.mark.parametrize(
    "broken",
    [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", write_orientation(9), write_orientation(0), write_orientation(6)[:14]],
)
def test_what_is_broken_is_not_turned(broken: bytes) -> None:
    assert read_orientation(broken) == 1


@given(st.binary(max_size=60), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_anything_is_read_as_some_orientation(data: bytes, begin: bytes) -> None:
    assert 1 <= read_orientation(begin + data) <= 8


def test_width_and_height_are_of_the_upright_picture() -> None:
    assert [Picture([], 3, 2, orientation).upright for orientation in (1, 4, 5, 8)] == [(3, 2), (3, 2), (2, 3), (2, 3)]
