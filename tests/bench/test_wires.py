"""How a server is spoken to."""

import msgspec
import pytest

from muca.bench.wires import CARRIERS, MUCA, mentioning
from muca.model.limits import Limits
from muca.model.requests import Join, Send
from muca.protocol.v2 import V2
from muca.protocol.websocket import V2OverWebSocket


@pytest.mark.parametrize(("carrier", "dialect"), [("tcp", V2), ("tls", V2), ("websocket", V2OverWebSocket)])
@pytest.mark.parametrize("size", [1, 40, 60, 100, 10_000])
def test_the_server_understands_every_frame(carrier: str, dialect: type[V2] | type[V2OverWebSocket], size: int) -> None:
    """Also where WebSocket writes the length of a frame in another way."""
    frame = CARRIERS[carrier].frame
    said = frame(MUCA.join("bench-0", "Member", "")) + frame(MUCA.send(b"x" * size, b"0-1"))
    join, send = dialect(Limits()).receive(said)
    assert isinstance(join, Join)
    assert join.uid == "bench-0"
    assert isinstance(send, Send)
    assert (send.text, send.request_id) == ("x" * size, "s0-1")


def test_a_mention_covers_a_name_in_the_text() -> None:
    [send] = V2(Limits()).receive(CARRIERS["tcp"].frame(mentioning("bench-0").send(b"x" * 60, b"0-1")))
    assert isinstance(send, Send)
    assert send.mentions is not None
    [mention] = send.mentions
    assert mention.uid == "bench-0"
    assert send.text[mention.begin : mention.begin + mention.length] == "@Member"
    assert len(send.text) == 60


def test_who_comes_back_shows_a_token() -> None:
    assert msgspec.json.decode(MUCA.join("bench-0", "Member", "secret"))["TOKEN"] == "secret"
    assert "TOKEN" not in msgspec.json.decode(MUCA.join("bench-0", "Member", ""))
