"""WebP: what is shown stays, what is told beside it goes, and whatever else it is, is no picture."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server.files.pictures import NotParsed
from muca.server.files.webp import parse_webp
from tests.server.files.samples import SECRET, picture, shown

PLAIN = picture("webp")


def riff(*chunks: bytes) -> bytes:
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def stripped(data: bytes) -> bytes:
    return b"".join(parse_webp(data).parts)


@pytest.mark.parametrize("frames", [1, 3])
def test_it_looks_the_same_and_tells_nothing(frames: int) -> None:
    told = picture("webp", frames=frames)
    assert SECRET in told
    left = stripped(told)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert stripped(left) == left


@pytest.mark.parametrize("end", range(len(PLAIN)))
def test_a_part_of_one_is_none(end: int) -> None:
    with pytest.raises(NotParsed):
        parse_webp(PLAIN[:end])


def test_what_stands_behind_it_is_left_out() -> None:
    assert stripped(PLAIN + SECRET) == stripped(PLAIN)


def test_a_second_head_is_read_like_the_first() -> None:
    with pytest.raises(NotParsed):
        parse_webp(riff(PLAIN[12:30], b"VP8X\0\0\0\0", PLAIN[30:]))


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    told = riff(b"VP8L\x05\0\0\0\x2f\0\0\0\0\0", b"ICCP\0\0\0\0" * (parts - 1))
    if is_picture:
        parse_webp(told)
    else:
        with pytest.raises(NotParsed):
            parse_webp(told)


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_whatever_is_broken_is_parsed_or_refused(at: int, noise: bytes) -> None:
    broken = PLAIN[:at] + noise + PLAIN[at + len(noise) :]
    try:
        picture = parse_webp(broken)
    except NotParsed:
        return
    assert min(picture.upright) > 0


@given(st.binary(max_size=64), st.booleans())
def test_anything_is_parsed_or_refused(data: bytes, begins_well: bool) -> None:
    with pytest.raises(NotParsed):
        parse_webp((PLAIN[:12] if begins_well else b"") + data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stays_as_it_is_turned(orientation: int) -> None:
    told = picture("webp", orientation=orientation)
    found = parse_webp(told)
    assert found.upright == ((4, 8) if orientation > 4 else (8, 4))
    left = b"".join(found.parts)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert (b"Exif" in left or b"eXIf" in left or b"EXIF" in left) is (orientation != 1)
    assert stripped(left) == left
