"""What cannot be part of a request is found where it is given."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.client import BadArgument, BlockingClient, Client, MemoryTokenStore, MucaError
from muca.client.checking import check_name, check_request
from muca.model.characters import is_blank
from muca.model.limits import Limits
from muca.model.requests import History, Read, Request, Send
from muca.protocol.dialect import Fault
from muca.protocol.v2 import read_frame


@pytest.mark.parametrize(
    ("request_made", "words"),
    [
        (Send(text="\ud83d", recipients=()), "half of a surrogate pair"),
        (Send(text="x", recipients=("a", "\udc00")), "half of a surrogate pair"),
        (Send(text=b"x", recipients=()), "Expected `str`, got `bytes` - at `$.MSG`"),  # type: ignore[arg-type]
        (Send(text="x", recipients=(b"a",)), "got `bytes`"),  # type: ignore[arg-type]
        (Send(text=5, recipients=()), "got `int`"),  # type: ignore[arg-type]
        (Send(text=object(), recipients=()), "object"),  # type: ignore[arg-type]
        (Send(text="x", recipients=(), request_id=""), "1 to 64 characters"),
        (Send(text="x", recipients=(), request_id="x" * 65), "1 to 64 characters"),
        (Read(room="lobby", seq=1.5), "got `float`"),  # type: ignore[arg-type]
        (History(room="lobby", limit="5"), "got `str`"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_sent_is_an_error_of_ours(request_made: Request, words: str) -> None:
    with pytest.raises(BadArgument) as caught:
        check_request(request_made)
    assert words in str(caught.value)
    assert isinstance(caught.value, MucaError)
    assert isinstance(caught.value, ValueError)


@given(st.text(st.characters(), min_size=1, max_size=20))
def test_every_text_is_checked_here_or_can_be_read_by_the_server(text: str) -> None:
    """What else may be wrong with it (U+0000, its length, nothing to be seen), the server says."""
    try:
        check_request(Send(text=text, recipients=()))
    except BadArgument:
        assert any("\ud800" <= character <= "\udfff" for character in text)
    else:
        said = read_frame(b'{"CMD":"SEND","TO":[],"MSG":%b}' % json.dumps(text).encode(), Limits())
        is_refused = isinstance(said, Fault)
        assert "\0" in text or is_blank(text) if is_refused else said == Send(text=text, recipients=())


@pytest.mark.parametrize("kind", [Client, BlockingClient])
@pytest.mark.parametrize("wrong", [{"uid": "\ud83d"}, {"nickname": b"Me"}, {"password": "\ud83d"}, {"device": 5}])
def test_a_client_cannot_be_made_with_it(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadArgument):
        kind("localhost", **({"uid": "me", "nickname": "Me", "tokens": MemoryTokenStore()} | wrong))


def test_a_file_name_that_is_no_text_is_named() -> None:
    """As from a disk whose names are in another encoding."""
    assert check_name("ü.txt") == "ü.txt"
    with pytest.raises(BadArgument, match="give another one as name"):
        check_name(b"\xfc.txt".decode("utf-8", "surrogateescape"))
