"""The client against muca servers, newer ones too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Event, Message, Reach
from muca.model.limits import Limits
from muca.model.pushes import (
    Bye,
    Ignoring,
    MarkerMoved,
    PeerChange,
    PeerChanged,
    Push,
    RoomOpened,
    ServerNotice,
    TypingNow,
)
from muca.model.replies import Fail, Okay, Stored
from muca.model.requests import History, Join, Leave, Ping, Pong, Request, Send
from muca.model.roles import Role
from muca.model.rooms import Peer, RoomKind
from muca.protocol.client_dialect import FRAME_BYTES_MAX, Ack, ClientDialect, ReceivedBye, read_data
from muca.protocol.client_v2 import ClientV2
from muca.protocol.dialect import ProtocolError
from muca.protocol.v2 import V2
from tests.protocol.cuts import any_cuts, every_cut, receive_all

PUSHES: list[Push | Pong] = [
    Message(room="lobby", seq=1, ts_ms=5, reach=Reach.ALL, sender="a", nickname="Ä", text="}{\n😀"),
    PeerChanged(change=PeerChange.RENAMED, uid="a", nickname="Ö"),
    RoomOpened(room="d-x", kind=RoomKind.DIRECT, members=(Peer(uid="a", nickname="Ä"),)),
    RoomOpened(room="r-x", kind=RoomKind.NAMED, title="Ö", role=Role.OWNER, unread=3),
    Event(kind="edit", room="lobby", seq=2, ts_ms=5, sender="a", nickname="Ä", of=1, text="x", mentions=("b",)),
    Event(kind="blessing", room="lobby", seq=3, ts_ms=5, sender="a", nickname="Ä"),
    MarkerMoved(room="lobby", uid="a", seq=2, unread=0, mentions=0),
    TypingNow(room="lobby", uid="a"),
    Ignoring(uids=("b",)),
    ServerNotice(code="blessing", explanation="Of a newer server."),
    Ping(request_id="7"),
    Pong(answers="8"),
]
STREAM = b"".join(map(V2.encode, PUSHES))


def test_every_cut_of_a_session_says_the_same() -> None:
    """Pushes come out as the server put them in."""
    for chunks in every_cut(STREAM):
        assert receive_all(ClientV2(), chunks) == PUSHES


@given(st.data())
def test_any_cuts_of_a_session_say_the_same(data: st.DataObject) -> None:
    """Many cuts at once, some of it begun before."""
    begun, *chunks = data.draw(any_cuts(STREAM))
    assert receive_all(ClientV2(begun=begun), [b"", *chunks]) == PUSHES


@given(st.text(), st.text(), st.text())
def test_any_text_is_kept(text: str, sender: str, nickname: str) -> None:
    """Both ends of the dialect agree."""
    message = Message(room="lobby", seq=1, ts_ms=5, reach=Reach.ALL, sender=sender, nickname=nickname, text=text)
    assert ClientV2().receive(V2.encode(message)) == [message]


def test_replies() -> None:
    """The data stay unread, the code is a string."""
    okay, done, fail = ClientV2().receive(
        V2.encode(Okay(answers="1", data=Stored(room="lobby", seq=1, ts_ms=5)))
        + V2.encode(Okay())
        + V2.encode(Fail(answers="2", code=ErrorCode.TOKEN_WRONG, explanation="No.", retry_seconds=5, server="i"))
    )
    assert isinstance(okay, Ack)
    assert (okay.outcome, okay.answers, okay.code) == ("OKAY", "1", None)
    assert read_data(okay, Stored) == Stored(room="lobby", seq=1, ts_ms=5)
    assert done == Ack(outcome="OKAY")
    assert fail == Ack(
        outcome="FAIL", answers="2", code="token_wrong", explanation="No.", retry_seconds=5.0, server="i"
    )


def test_goodbye() -> None:
    """As the server said it."""
    said = Bye(code=CloseReason.SERVER_STOPPING, explanation="Later.", resume=True)
    assert ClientV2().receive(V2.encode(said)) == [
        ReceivedBye(code="server_stopping", explanation="Later.", resume=True)
    ]


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        (b'{"CMD":"ACK","TYPE":"FAIL","RE":"1","CODE":"moon_phase","TEXT":"Wait.","RETRY":1,"PHASE":3}', "moon_phase"),
        (b'{"CMD":"BYE","CODE":"moon_phase","TEXT":"Bye.","RESUME":true,"X":[]}', "moon_phase"),
    ],
)
def test_codes_of_a_newer_server_stay_as_they_are(line: bytes, heard: str) -> None:
    """Unknown fields are ignored."""
    (said,) = ClientV2().receive(line + b"\n")
    assert isinstance(said, Ack | ReceivedBye)
    assert said.code == heard


@pytest.mark.parametrize(
    "line",
    [
        b'{"CMD":"WEATHER","SUN":true}',
        b'{"CMD":"LIST","DATA":[]}',
        b'{"CMD":"ROOM","ROOM":"v-1","KIND":"voice"}',
        b'{"CMD":"EVENT","KIND":"role","ROLE":"archbishop","ROOM":"lobby","SEQ":1,"TS":5,"FROM":"a","UN":"A"}',
        b'{"CMD":"PEER","TYPE":"ASLEEP","UID":"a","UN":"A"}',
        b'{"CMD":"MSG","TYPE":"ALL"}',
        b"[1]",
        b"{",
        b'{"CMD":"PING","ID":"\xff"}',
        b'{"CMD":"PING","ID":"\\ud800"}',
        b'{"X":' + b"[" * 100_000,
    ],
    ids=lambda line: line[:30].decode("ascii", "replace"),
)
def test_what_this_version_does_not_know_is_left_out(line: bytes) -> None:
    """It costs nothing else."""
    assert ClientV2().receive(line + b'\n{"CMD":"PING"}\n') == [Ping()]


def test_bound() -> None:
    """A line without end costs the connection."""
    client = ClientV2()
    assert client.receive(b" " * FRAME_BYTES_MAX) == []
    with pytest.raises(ProtocolError) as caught:
        client.receive(b" ")
    assert caught.value.reason is CloseReason.FRAME_TOO_LARGE


@pytest.mark.parametrize(
    "request_",
    [
        Join(nickname="Ä", uid="a", v=2, token="t", session="s", request_id="1"),
        Send(text="}{\n😀", recipients=(), request_id="1"),
        Send(text="x", room="lobby", request_id="1"),
        History(room="lobby", before=7, limit=1, request_id="1"),
        Ping(),
        Pong(answers="1"),
        Leave(request_id="1"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_server_hears_what_was_asked(request_: Request) -> None:
    """Both ends of the dialect agree."""
    line = ClientV2().encode(request_)
    assert line.endswith(b"}\n")
    assert V2(Limits()).receive(line) == [request_]


def test_is_a_client_dialect() -> None:
    """By its types too."""
    dialect: ClientDialect = ClientV2()
    successor: Any = dialect.successor
    assert (dialect.name, successor) == ("v2", None)
