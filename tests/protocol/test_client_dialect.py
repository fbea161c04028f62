"""What is in a reply."""

import msgspec
import pytest

from muca.model.errors import CloseReason
from muca.model.limits import AnnouncedLimits
from muca.model.pushes import Message, Reach
from muca.model.replies import Data, Joined, Okay, Page, ServerInfo, Stored
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.protocol.client_dialect import Ack, read_data
from muca.protocol.client_v2 import ClientV2
from muca.protocol.dialect import ProtocolError
from muca.protocol.v2 import V2

JOINED = Joined(
    session="s",
    server=ServerInfo(id="i", name="Gruppe ü", version="0"),
    limits=AnnouncedLimits(text_chars_max=7),
    features=("history",),
    rooms=(Room(room=LOBBY, kind=RoomKind.LOBBY), Room(room="d-x", kind=RoomKind.DIRECT, members=(), seq=3)),
    peers=(Peer(uid="a", nickname="A"),),
    token="t",
)
STORED = Stored(room="lobby", seq=1, ts_ms=5)
PAGE = Page(room="lobby", events=(Message(reach=Reach.ALL, sender="a", text="}{\n😀"),), more=True)


def ack(line: bytes) -> Ack:
    """Give the reply that a line is."""
    (heard,) = ClientV2().receive(line)
    assert isinstance(heard, Ack)
    return heard


@pytest.mark.parametrize("data", [JOINED, STORED, PAGE], ids=lambda data: type(data).__name__)
def test_data_are_read_as_they_were_written(data: Data) -> None:
    """From the server's words to the same words."""
    reply = ack(V2.encode(Okay(answers="1", data=data)))
    assert (reply.outcome, reply.answers) == ("OKAY", "1")
    assert read_data(reply, type(data)) == data  # type: ignore[type-var]


def test_a_newer_servers_data_may_have_more_fields() -> None:
    """They are ignored."""
    reply = ack(b'{"CMD":"ACK","TYPE":"OKAY","DATA":{"ROOM":"lobby","MOOD":"good","SEQ":1,"TS":5}}\n')
    assert read_data(reply, Stored) == STORED


@pytest.mark.parametrize(
    "data",
    [b"", b',"DATA":null', b',"DATA":{}', b',"DATA":7', b',"DATA":{"ROOM":"\xff","SEQ":1,"TS":5}', b',"DATA":[[[]]]'],
)
def test_data_of_another_kind_are_a_bad_frame(data: bytes) -> None:
    """The server does not speak this protocol, or not well."""
    reply = ack(b'{"CMD":"ACK","TYPE":"OKAY"%b}\n' % data)
    with pytest.raises(ProtocolError, match="no Stored in it") as caught:
        read_data(reply, Stored)
    assert caught.value.reason is CloseReason.BAD_FRAME


def test_data_that_are_deep_are_a_bad_frame() -> None:
    """Not the end of the program."""
    deep = msgspec.Raw(b'{"X":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    with pytest.raises(ProtocolError):
        read_data(Ack(outcome="OKAY", data=deep), Stored)
