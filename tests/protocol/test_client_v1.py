"""The client against first-generation servers, and how it finds out that a server is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Message, Reach
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import PeerChange, PeerChanged, PeerList
from muca.model.replies import Fail, Joined, Okay, ServerInfo
from muca.model.requests import History, Join, Leave, Ping, Pong, Register, Send
from muca.model.rooms import LOBBY, Peer, conversation_id
from muca.protocol.client_dialect import FRAME_BYTES_MAX, Ack, ClientDialect, read_data
from muca.protocol.client_v1 import ClientV1
from muca.protocol.client_v2 import ClientV2
from muca.protocol.dialect import ProtocolError
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from tests.protocol.cuts import any_cuts, every_cut, receive_all
from tests.protocol.poison import BROKEN

TEXTS = st.one_of(st.text(), st.text(st.sampled_from('}{\\"é😀')))
STREAM = (
    '{"CMD":"ACK","TYPE":"OKAY"}{"DATA": [{"UID": "a@l", "UN": "Ä"}, {"UN":"Me","UID":"me","AGE":7}], "CMD": "LIST"}\n'
    '{"CMD": "MSG", "TYPE": "PRIVATE", "MSG": "}{ \\u00fc😀\\n", "FROM": "a@l", "ROOM": 7, "SEQ": "x", "TS": []}  '
    '{"CMD":"HELLO"}{"CMD":"MSG","TYPE":"ALL","MSG":"","FROM":"a@l"}\r\n{"CMD":"MSG","TYPE":"GROUP","MSG":"g","FROM":"b"}'
).encode()
HEARD = [
    Ack(outcome="OKAY"),
    PeerList(data=(Peer(uid="a@l", nickname="Ä"), Peer(uid="me", nickname="Me"))),
    Message(room=conversation_id(("me", "a@l")), reach=Reach.PRIVATE, sender="a@l", text="}{ ü😀\n"),
    Message(room=LOBBY, reach=Reach.ALL, sender="a@l", text=""),
    Message(room=None, reach=Reach.GROUP, sender="b", text="g"),
]
JOINED = Joined(
    session="s",
    server=ServerInfo(id="i", name="Gruppe ü", version="0"),
    limits=AnnouncedLimits(),
    features=(),
    rooms=(),
    peers=(Peer(uid="me", nickname="Ä"),),
)


class TestReceive:
    """What old servers send."""

    def test_every_cut_of_a_session_says_the_same(self) -> None:
        """ASCII or UTF-8, spaced or not, glued or not, with whatever fields."""
        for chunks in every_cut(STREAM):
            assert receive_all(ClientV1("me"), chunks) == HEARD

    @given(st.data())
    def test_any_cuts_of_a_session_say_the_same(self, data: st.DataObject) -> None:
        """Many cuts at once."""
        assert receive_all(ClientV1("me"), data.draw(any_cuts(STREAM))) == HEARD

    @given(TEXTS, st.text(), st.text())
    def test_hears_what_our_v1_says(self, text: str, sender: str, nickname: str) -> None:
        """Both ends of the dialect agree."""
        peers = PeerList(data=(Peer(uid=sender, nickname=nickname),))
        told = Message(room=LOBBY, seq=1, ts_ms=5, reach=Reach.ALL, sender=sender, nickname=nickname, text=text)
        stream = V1.encode(Okay(data=None)) + V1.encode(peers) + V1.encode(told)
        heard = Message(room=LOBBY, reach=Reach.ALL, sender=sender, text=text)
        assert receive_all(ClientV1("me"), [stream]) == [Ack(outcome="OKAY"), peers, heard]

    @pytest.mark.parametrize(
        "frame",
        [
            b"{}",
            b'{"CMD":"MSG","TYPE":"LOUD","MSG":"x","FROM":"a"}',
            b'{"CMD":"MSG","TYPE":"ALL","MSG":7,"FROM":"a"}',
            b'{"CMD":"MSG","TYPE":"ALL","MSG":"\xff","FROM":"a"}',
            b'{"CMD":"LIST","DATA":[{"UN":"a"}]}',
            b'{"CMD":"ACK"}',
            b'{"CMD":}',
            b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        ],
        ids=lambda frame: frame[:40].decode("ascii", "replace"),
    )
    def test_what_is_not_of_the_table_is_left_out(self, frame: bytes) -> None:
        """It costs nothing else."""
        assert ClientV1("me").receive(frame + b'{"CMD":"ACK","TYPE":"FAIL"}') == [Ack(outcome="FAIL")]

    @pytest.mark.parametrize("poison", BROKEN, ids=lambda poison: poison.name)
    def test_another_protocol_is_a_bad_frame(self, poison: Any) -> None:
        """After what was complete before it."""
        client = ClientV1("me")
        assert client.receive(b'{"CMD":"ACK","TYPE":"OKAY"}' + poison.data) == [Ack(outcome="OKAY")]
        with pytest.raises(ProtocolError) as caught:
            client.receive(b"")
        assert caught.value.reason is CloseReason.BAD_FRAME
        with pytest.raises(ProtocolError):
            ClientV1("me").receive(poison.data)

    def test_bound(self) -> None:
        """A frame without end costs the connection."""
        client = ClientV1("me")
        start = b'{"CMD":"LIST","DATA":['
        assert client.receive(start + b" " * (FRAME_BYTES_MAX - len(start))) == []
        with pytest.raises(ProtocolError) as caught:
            client.receive(b" ")
        assert caught.value.reason is CloseReason.FRAME_TOO_LARGE


class TestSuccessor:
    """A muca server answers in v2."""

    @pytest.mark.parametrize(
        "reply",
        [
            Okay(data=JOINED),
            Okay(answers="1", data=JOINED),
            Fail(code=ErrorCode.BAD_NAME, explanation="No."),
            Fail(answers="1", code=ErrorCode.TOKEN_REQUIRED, explanation="Tokens!", server="i", retry_seconds=2.5),
        ],
        ids=str,
    )
    def test_every_cut_of_the_change_says_the_same(self, reply: Okay | Fail) -> None:
        """The ACK and everything after it are v2's."""
        push = PeerChanged(change=PeerChange.JOINED, uid="b", nickname="Bö}{")
        stream = V2.encode(reply) + V2.encode(push) + b'{"CMD":"FUTURE"}\n'
        for chunks in every_cut(stream):
            ack, pushed = receive_all(ClientV1("me"), chunks)
            assert (ack.outcome, ack.answers) == (reply.outcome, reply.answers)
            assert pushed == push
            if isinstance(reply, Okay):
                assert read_data(ack, Joined) == JOINED
            else:
                assert (ack.code, ack.explanation, ack.retry_seconds, ack.server) == (
                    reply.code,
                    reply.explanation,
                    reply.retry_seconds,
                    reply.server,
                )

    def test_v1_stops_before_the_successors_bytes(self) -> None:
        """What came with the ACK waits in the successor."""
        client = ClientV1("me")
        assert len(client.receive(V2.encode(Okay(data=JOINED)) + b'{"CMD":"PING"}\n{"CMD"')) == 1
        assert isinstance(client.successor, ClientV2)
        assert client.successor.receive(b"") == [Ping()]
        assert client.successor.receive(b':"PONG","RE":"2"}\n') == [Pong(answers="2")]

    @pytest.mark.parametrize("outcome", ["OKAY", "FAIL"])
    def test_a_bare_ack_changes_nothing(self, outcome: str) -> None:
        """It is an old server's."""
        client = ClientV1("me")
        assert client.receive(b'{"CMD":"ACK","TYPE":"%b"}' % outcome.encode()) == [Ack(outcome=outcome)]
        assert client.successor is None


class TestEncode:
    """What goes out to a server of which nothing is known."""

    def test_join(self) -> None:
        """One ASCII object that asks for v2, nothing around it, nothing in it that is not needed."""
        client = ClientV1("t@l")
        bare = Join(nickname="Tönÿ 😀", uid="t@l", v=2)
        assert client.encode(bare) == rb'{"CMD":"JOIN","UN":"T\u00f6n\u00ff \ud83d\ude00","UID":"t@l","V":2}'
        full = Join(nickname="T", uid="t@l", v=2, token="k", session="s", request_id="1")
        assert client.encode(Register(uid="t@l", nickname="T", password="p")) == (
            b'{"CMD":"REGISTER","UID":"t@l","UN":"T","PASSWORD":"p"}'
        )
        assert client.encode(full) == b'{"CMD":"JOIN","ID":"1","UN":"T","UID":"t@l","V":2,"TOKEN":"k","SESSION":"s"}'
        assert receive_all(V1(Limits()), [client.encode(full)]) == [full]

    def test_send(self) -> None:
        """The seed's fields alone."""
        request = Send(text="ü\n", recipients=("a", "b"), request_id="1")
        assert ClientV1("t@l").encode(request) == (rb'{"CMD":"SEND","MSG":"\u00fc\n","TO":["a","b"],"FROM":"t@l"}')
        assert b'"TO":[]' in ClientV1("t@l").encode(Send(text="x", recipients=()))

    @given(TEXTS.filter(lambda text: "\0" not in text), st.lists(st.text()), st.text())
    def test_our_v1_hears_what_was_sent(self, text: str, recipients: list[str], uid: str) -> None:
        """In ASCII without ``}{``, and any other parser too."""
        encoded = ClientV1(uid).encode(Send(text=text, recipients=tuple(recipients)))
        assert encoded.isascii()
        assert b"}{" not in encoded
        assert json.loads(encoded) == {"CMD": "SEND", "MSG": text, "TO": recipients, "FROM": uid}
        assert V1(Limits()).receive(encoded) == [Send(text=text, recipients=tuple(recipients))]

    @pytest.mark.parametrize(
        "request_", [Send(text="x", room=LOBBY), History(room=LOBBY), Ping(), Pong(), Leave()], ids=str
    )
    def test_no_word(self, request_: Any) -> None:
        """What the first generation cannot say is not said."""
        assert ClientV1("t@l").encode(request_) == b""


def test_is_a_client_dialect() -> None:
    """By its types too."""
    dialect: ClientDialect = ClientV1("me")
    assert dialect.name == "v1"
