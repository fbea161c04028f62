"""GIF: what is shown stays, what is told beside it goes, and whatever else it is, is no picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server.files.gif import parse_gif
from muca.server.files.pictures import NotParsed
from tests.server.files.samples import SECRET, picture, shown

PLAIN = picture("gif")


def stripped(data: bytes) -> bytes:
    return b"".join(parse_gif(data).parts)


@pytest.mark.parametrize("frames", [1, 3])
def test_it_looks_the_same_and_tells_nothing(frames: int) -> None:
    told = picture("gif", frames=frames)
    assert SECRET in told
    left = stripped(told)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert stripped(left) == left


@pytest.mark.parametrize("end", range(len(PLAIN)))
def test_a_part_of_one_is_none(end: int) -> None:
    with pytest.raises(NotParsed):
        parse_gif(PLAIN[:end])


def test_what_stands_behind_it_is_left_out() -> None:
    assert stripped(PLAIN + SECRET) == stripped(PLAIN)


@pytest.mark.parametrize(("parts", "is_picture"), [(200_000, True), (200_001, False)])
def test_parts_are_bounded(parts: int, is_picture: bool) -> None:
    head = b"GIF89a\x01\0\x01\0\0\0\0"
    image = b",\0\0\0\0\x01\0\x01\0\0\x02"
    told = head + image + b"\x01\0" * (parts - 1) + b"\0;"
    if is_picture:
        parse_gif(told)
    else:
        with pytest.raises(NotParsed):
            parse_gif(told)


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_whatever_is_broken_is_parsed_or_refused(at: int, noise: bytes) -> None:
    broken = PLAIN[:at] + noise + PLAIN[at + len(noise) :]
    try:
        picture = parse_gif(broken)
    except NotParsed:
        return
    assert min(picture.upright) > 0


@given(st.binary(max_size=64), st.booleans())
def test_anything_is_parsed_or_refused(data: bytes, begins_well: bool) -> None:
    with pytest.raises(NotParsed):
        parse_gif((PLAIN[:12] if begins_well else b"") + data)
