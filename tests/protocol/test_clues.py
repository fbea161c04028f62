"""What can be read of a frame that is no request, whatever stands beside it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.protocol.clues import TOKENS_MAX, asks_for_v2, find_malformed, read_clues, read_string

JUNK = [b"NaN", rb'"\ud83d"', b"'x'", b"0x7", b'"\xff"', b"tru", b"1.", b'"a\nb"', b'{"ID":"9"}', b'["ID"]', b"5"]


@given(
    st.lists(st.tuples(st.sampled_from(["A", "B", "MSG", "TO"]), st.sampled_from(JUNK)), max_size=6),
    st.integers(0, 6),
    st.text(max_size=20),
)
def test_an_id_is_read_whatever_stands_beside_it(members: list[tuple[str, bytes]], place: int, request_id: str) -> None:
    """In every place among members of which any may be no JSON; an ID inside of them is not taken for it."""
    parts = [b'"%b":%b' % (name.encode(), value) for name, value in members]
    parts.insert(place, b'"ID":%b' % json.dumps(request_id).encode())
    assert read_string(read_clues(b"{%b}" % b",".join(parts)).request_id) == request_id


@given(st.binary(max_size=200))
def test_whatever_a_frame_is_nothing_is_raised(frame: bytes) -> None:
    clues = read_clues(frame)
    assert asks_for_v2(clues) <= (read_string(clues.cmd) in {"JOIN", "REGISTER"})


def test_where_it_is_malformed_is_said() -> None:
    assert find_malformed(b'{"CMD":"PING"}') is None
    assert find_malformed(b"[]") is None
    assert find_malformed(b'{"CMD":NaN}') == "invalid character (byte 7)"


@pytest.mark.parametrize(
    ("version", "asks"),
    [(b"2", True), (b"3", True), (b"1", False), (b"2.0", False), (b'"2"', False), (b"null", False), (b"NaN", False)],
)
def test_a_whole_number_from_two_on_asks_for_v2(version: bytes, asks: bool) -> None:
    for malformed in (b"", b',"X":NaN'):
        assert asks_for_v2(read_clues(b'{"CMD":"JOIN","V":%b%b}' % (version, malformed))) is asks
        assert asks_for_v2(read_clues(b'{"CMD":"REGISTER"%b}' % malformed))
        assert not asks_for_v2(read_clues(b'{"CMD":"SEND","V":%b%b}' % (version, malformed)))


def test_looking_for_an_id_in_what_is_no_json_is_bounded() -> None:
    """By the pieces that are looked at, whatever they are."""
    for piece in (b'"', b'\\"', b"{", b"[]", b",", b'"":'):
        frame = b'{"X":NaN,' + piece * (TOKENS_MAX * 4 // len(piece)) + b',"ID":"1"}'
        assert read_string(read_clues(frame).request_id) is None
    assert read_string(read_clues(b'{"X":NaN,%b"ID":"1"}' % (b'"":0,' * 300)).request_id) == "1"
