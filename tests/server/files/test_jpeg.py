"""JPEG: what is shown stays, what is told beside it goes, and whatever else it is, is no picture."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server.files.jpeg import parse_jpeg
from muca.server.files.pictures import NotParsed
from tests.server.files.samples import SECRET, picture, shown

PLAIN = picture("jpeg")


def stripped(data: bytes) -> bytes:
    return b"".join(parse_jpeg(data).parts)


def test_it_looks_the_same_and_tells_nothing() -> None:
    assert SECRET in PLAIN
    left = stripped(PLAIN)
    assert SECRET not in left
    assert shown(left) == shown(PLAIN)
    assert stripped(left) == left


@pytest.mark.parametrize("end", range(len(PLAIN)))
def test_a_part_of_one_is_none(end: int) -> None:
    with pytest.raises(NotParsed):
        parse_jpeg(PLAIN[:end])


def test_what_stands_behind_it_is_left_out() -> None:
    assert stripped(PLAIN + SECRET) == stripped(PLAIN)


@pytest.mark.parametrize("ends", [b"", b"\0\0"])
def test_a_long_run_of_filling_is_gone_through_once(ends: bytes) -> None:
    begun = time.process_time()
    behind_begin, behind_scan = PLAIN[:2], PLAIN[: PLAIN.index(b"\xff\xda") + 14]
    for begin in behind_begin, behind_scan:
        with pytest.raises(NotParsed):
            parse_jpeg(begin + b"\xff" * 60_000 + ends)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("marker", [0xE2, *range(0xE3, 0xEE), 0xEF])
def test_segments_of_others_are_left_out(marker: int) -> None:
    """Other pictures are in 0xE2, which Exif has told of; only a colour profile there is kept."""
    told = PLAIN[:2] + bytes([0xFF, marker, 0, len(SECRET) + 6]) + b"MPF\0" + SECRET + PLAIN[2:]
    assert SECRET not in stripped(told)


def test_filling_may_stand_before_the_end() -> None:
    assert shown(stripped(PLAIN[:-2] + b"\xff" * 9 + PLAIN[-2:])) == shown(PLAIN)


@pytest.mark.parametrize(("scans", "is_picture"), [(100, True), (101, False)])
def test_scans_are_bounded(scans: int, is_picture: bool) -> None:
    begin = PLAIN.index(b"\xff\xda")
    told = PLAIN[:begin] + PLAIN[begin:-2] * scans + PLAIN[-2:]
    if is_picture:
        parse_jpeg(told)
    else:
        with pytest.raises(NotParsed):
            parse_jpeg(told)


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    plain = parse_jpeg(PLAIN).parts
    of_its_own = plain.count(b"\xff\xdb") + 8  # with JFIF, the frame, four tables, the scan and the end
    comment = b"\xff\xfe\0\2"
    told = PLAIN[:2] + comment * (parts - of_its_own) + b"".join(plain)[2:]
    if is_picture:
        parse_jpeg(told)
    else:
        with pytest.raises(NotParsed):
            parse_jpeg(told)


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_whatever_is_broken_is_parsed_or_refused(at: int, noise: bytes) -> None:
    broken = PLAIN[:at] + noise + PLAIN[at + len(noise) :]
    try:
        picture = parse_jpeg(broken)
    except NotParsed:
        return
    assert min(picture.upright) > 0


@given(st.binary(max_size=64), st.booleans())
def test_anything_is_parsed_or_refused(data: bytes, begins_well: bool) -> None:
    with pytest.raises(NotParsed):
        parse_jpeg((PLAIN[:12] if begins_well else b"") + data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stays_as_it_is_turned(orientation: int) -> None:
    told = picture("jpeg", orientation=orientation)
    found = parse_jpeg(told)
    assert found.upright == ((4, 8) if orientation > 4 else (8, 4))
    left = b"".join(found.parts)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert (b"Exif" in left or b"eXIf" in left or b"EXIF" in left) is (orientation != 1)
    assert stripped(left) == left
