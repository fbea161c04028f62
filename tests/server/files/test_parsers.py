"""Pictures of every format: what is needed to show them stays, metadata is removed; anything else is not a picture."""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server.files.gif import parse_gif
from muca.server.files.jpeg import parse_jpeg
from muca.server.files.pictures import NotParsed, Picture
from muca.server.files.png import parse_png
from muca.server.files.webp import parse_webp
from tests.server.files.samples import SECRET, picture, shown

PARSERS: Final[dict[str, Callable[[bytes], Picture]]] = {
    "gif": parse_gif,
    "jpeg": parse_jpeg,
    "png": parse_png,
    "webp": parse_webp,
}
PLAIN: Final = {kind: picture(kind) for kind in PARSERS}
every_kind = pytest.mark.parametrize("kind", PARSERS)


def stripped(kind: str, data: bytes) -> bytes:
    return b"".join(PARSERS[kind](data).parts)


@pytest.mark.parametrize(("kind", "frames"), [*((kind, 1) for kind in PARSERS), ("gif", 3), ("png", 3), ("webp", 3)])
def test_it_looks_the_same_and_tells_nothing(kind: str, frames: int) -> None:
    told = picture(kind, frames=frames)
    assert SECRET in told
    left = stripped(kind, told)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert stripped(kind, left) == left


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", sorted(PARSERS.keys() - {"gif"}))
def test_it_stays_as_it_is_turned(kind: str, orientation: int) -> None:
    told = picture(kind, orientation=orientation)
    found = PARSERS[kind](told)
    assert found.upright == ((4, 8) if orientation > 4 else (8, 4))
    left = b"".join(found.parts)
    assert SECRET not in left
    assert shown(left) == shown(told)
    assert (b"Exif" in left or b"eXIf" in left or b"EXIF" in left) is (orientation != 1)
    assert stripped(kind, left) == left


@every_kind
def test_a_part_of_one_is_none(kind: str) -> None:
    for end in range(len(PLAIN[kind])):
        with pytest.raises(NotParsed):
            PARSERS[kind](PLAIN[kind][:end])


@every_kind
def test_what_stands_behind_it_is_left_out(kind: str) -> None:
    assert stripped(kind, PLAIN[kind] + SECRET) == stripped(kind, PLAIN[kind])


@every_kind
@given(st.data(), st.binary(min_size=1, max_size=8))
def test_whatever_is_broken_is_parsed_or_refused(kind: str, data: st.DataObject, noise: bytes) -> None:
    plain = PLAIN[kind]
    at = data.draw(st.integers(0, len(plain) - 1))
    try:
        found = PARSERS[kind](plain[:at] + noise + plain[at + len(noise) :])
    except NotParsed:
        return
    assert min(found.upright) > 0


@every_kind
@given(st.binary(max_size=64), st.booleans())
def test_anything_is_parsed_or_refused(kind: str, data: bytes, begins_well: bool) -> None:
    with pytest.raises(NotParsed):
        PARSERS[kind]((PLAIN[kind][:12] if begins_well else b"") + data)
