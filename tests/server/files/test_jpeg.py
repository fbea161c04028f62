"""JPEG: what is its own."""

import pytest

from muca.server.files.jpeg import parse_jpeg
from muca.server.files.pictures import NotParsed
from tests.server.files.samples import SECRET, picture, shown

PLAIN = picture("jpeg")


@pytest.mark.parametrize("ends", [b"", b"\0\0"])
def test_a_long_run_of_filling_is_gone_through_once(ends: bytes) -> None:
    """Otherwise this takes hours."""
    behind_begin, behind_scan = PLAIN[:2], PLAIN[: PLAIN.index(b"\xff\xda") + 14]
    for begin in behind_begin, behind_scan:
        with pytest.raises(NotParsed):
            parse_jpeg(begin + b"\xff" * 1_000_000 + ends)


@pytest.mark.parametrize("marker", [0xE2, *range(0xE3, 0xEE), 0xEF])
def test_segments_of_others_are_left_out(marker: int) -> None:
    """Other pictures are in 0xE2, which Exif has told of; only a colour profile there is kept."""
    told = PLAIN[:2] + bytes([0xFF, marker, 0, len(SECRET) + 6]) + b"MPF\0" + SECRET + PLAIN[2:]
    assert SECRET not in b"".join(parse_jpeg(told).parts)


def test_filling_may_stand_before_the_end() -> None:
    assert shown(b"".join(parse_jpeg(PLAIN[:-2] + b"\xff" * 9 + PLAIN[-2:]).parts)) == shown(PLAIN)


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
