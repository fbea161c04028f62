"""Frames are written so that the other side reads the same text."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.events import Message, Reach
from muca.model.requests import Ping
from muca.protocol.encoding import encode_ascii, encode_both, encode_json, encode_line

texts = st.one_of(st.text(), st.text(st.sampled_from('}{\\"u07b\n\0é€😀\u2028\x7f')))


@given(texts, texts)
def test_ascii_frames_are_plain_and_mean_the_same(key: str, text: str) -> None:
    """Nothing but printable ASCII, one object, no ``}{`` in it, and any parser gives the text back."""
    frame = {key: text, "more": [{key: text}, {}]}
    encoded = encode_ascii(frame)
    assert encoded.isascii()
    assert encoded.decode().isprintable() or "\x7f" in key + text
    assert b"}{" not in encoded
    assert json.loads(encoded) == frame


def test_ascii_frames_are_compact_and_escape_in_utf_16() -> None:
    """No spaces, nothing around, surrogate pairs above the basic plane."""
    assert encode_ascii({"CMD": "X", "MSG": "ü}{😀"}) == rb'{"CMD":"X","MSG":"\u00fc}\u007b\ud83d\ude00"}'


@given(texts.filter(lambda text: text != ""))
def test_a_line_is_one_line(text: str) -> None:
    """A newline at the end and nowhere else; UTF-8 is left as it is."""
    line = encode_line(Ping(request_id=text))
    assert line.index(b"\n") == len(line) - 1
    assert json.loads(line) == {"CMD": "PING", "ID": text}


def test_utf_8_is_not_escaped() -> None:
    """What people write costs no more than its bytes."""
    assert encode_line(Ping(request_id="ü😀")) == '{"CMD":"PING","ID":"ü😀"}\n'.encode()


def test_a_lone_surrogate_cannot_be_written() -> None:
    """No JSON for it that everybody could read: an error on the writing side."""
    with pytest.raises(UnicodeEncodeError):
        encode_ascii({"MSG": "\ud800"})
    with pytest.raises(UnicodeEncodeError):
        encode_line(Ping(request_id="\ud800"))


@given(text=texts, request_id=texts.filter(lambda text: text != ""), reply_to=st.none() | st.integers(1, 9))
def test_both_forms_of_a_message_are_as_if_each_was_encoded(text: str, request_id: str, reply_to: int | None) -> None:
    shared = Message(room="r", seq=1, ts_ms=1, reach=Reach.ROOM, sender=text, text=text, reply_to=reply_to)
    own = msgspec.structs.replace(shared, request_id=request_id)
    assert encode_both(own) == (encode_json(shared), encode_json(own))
