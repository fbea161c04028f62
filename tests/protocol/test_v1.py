"""The first generation's dialect on the server: any cut, any fields, silence for what is not of the table."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Event, EventKind, Message, Reach
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import (
    Bye,
    Ignoring,
    MarkerMoved,
    PeerChange,
    PeerChanged,
    PeerList,
    RoomOpened,
    ServerNotice,
    TypingNow,
)
from muca.model.replies import Done, Fail, Joined, Okay, Page, ServerInfo, Stored
from muca.model.requests import History, Join, Ping, Pong, Register, Send
from muca.model.roles import Role
from muca.model.rooms import Peer, RoomKind
from muca.protocol.dialect import Fault, ProtocolError, ServerDialect
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from tests.protocol.cuts import any_cuts, every_cut, receive_all
from tests.protocol.hearing import checked
from tests.protocol.poison import JOINS, VERSIONS, nested
from tests.protocol.samples import KINDS, good

LIMITS = Limits()
SESSION = (
    '{"CMD":"JOIN","UN":"Tony","UID":"tony@lab"}1 {"FROM" : "tony@lab", "TO": [], "MSG": "hi }{ \\"there\\" \\\\",'
    ' "CMD":"SEND"}\r\n{"CMD":"NONE"}{"CMD":"SEND","MSG":"Gr\\u00fc\\u00dfe 😀\\ud83d\\ude00\\n","TO":["a","b"]}true'
).encode()
REQUESTS = [
    Join(nickname="Tony", uid="tony@lab"),
    Send(text='hi }{ "there" \\', recipients=()),
    Send(text="Grüße 😀😀\n", recipients=("a", "b")),
]
JOIN_V2 = b'{"CMD":"JOIN","UN":"Tony","UID":"tony@lab","V":2,"ID":"1"}'


def send(**fields: object) -> bytes:
    """Write a SEND as a first-generation program would."""
    return json.dumps({"CMD": "SEND", "MSG": "x", "TO": [], "FROM": "me"} | fields).encode()


@pytest.fixture
def v1() -> V1:
    """A connection that has joined."""
    dialect = V1(LIMITS)
    dialect.joined()
    return dialect


class TestReceive:
    """Bytes to requests."""

    def test_every_cut_of_a_session_says_the_same(self) -> None:
        """Undelimited, spaced, with probes between."""
        for chunks in every_cut(SESSION):
            assert receive_all(V1(LIMITS), chunks) == REQUESTS

    @given(st.data())
    def test_any_cuts_of_a_session_say_the_same(self, data: st.DataObject) -> None:
        """Many cuts at once."""
        assert receive_all(V1(LIMITS), data.draw(any_cuts(SESSION))) == REQUESTS

    @given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), ascii_only=st.booleans())
    def test_text_is_kept_unchanged(self, text: str, ascii_only: bool) -> None:
        """Escaped or as UTF-8."""
        frame = json.dumps({"CMD": "SEND", "MSG": text, "TO": [text]}, ensure_ascii=ascii_only).encode()
        assert V1(LIMITS).receive(frame) == [Send(text=text, recipients=(text,))]

    def test_fields_that_v1_does_not_have_are_the_clients_own(self, v1: V1) -> None:
        """Whatever is in them."""
        own = {"ID": 7, "ROOM": [1], "FROM": None, "TOKEN": {}, "SESSION": 1, "X": {"CMD": "JOIN"}}
        assert v1.receive(send(**own)) == [Send(text="x", recipients=())]
        join = {"CMD": "JOIN", "UN": "Tony", "UID": "tony@lab"} | own
        assert v1.receive(json.dumps(join).encode()) == [Join(nickname="Tony", uid="tony@lab")]

    def test_names_are_the_cores_to_judge(self) -> None:
        """A JOIN with a bad name is a JOIN."""
        frame = b'{"CMD":"JOIN","UN":"","UID":"a\\u0000\\n"}'
        assert V1(LIMITS).receive(frame) == [Join(nickname="", uid="a\0\n")]

    @pytest.mark.parametrize("poison", JOINS, ids=lambda poison: poison.name)
    def test_a_broken_join_is_a_fault(self, poison: Any) -> None:
        """It is the one request that v1 answers."""
        (fault,) = V1(LIMITS).receive(poison.data)
        assert isinstance(fault, Fault)
        assert (fault.code, fault.answers) == (ErrorCode.BAD_REQUEST, None)

    def test_error_comes_after_what_was_complete(self, v1: V1) -> None:
        """First the requests, then, with the next bytes, the error, permanently."""
        assert v1.receive(send() + b"GET / HTTP/1.1") == [Send(text="x", recipients=())]
        for data in (b"", send()):
            with pytest.raises(ProtocolError) as caught:
                v1.receive(data)
            assert caught.value.reason is CloseReason.BAD_FRAME

    def test_error_comes_at_once_when_nothing_was_complete(self, v1: V1) -> None:
        """No request, no delay."""
        with pytest.raises(ProtocolError):
            v1.receive(b"GET / HTTP/1.1")


class TestBounds:
    """At the bound, and one past it."""

    def test_depth(self, v1: V1) -> None:
        """``frame_depth_max``; a deeper frame costs itself alone."""
        deepest = nested(LIMITS.frame_depth_max)
        assert v1.receive(deepest) == [Send(text="deep", recipients=())]
        assert v1.receive(nested(LIMITS.frame_depth_max + 1) + deepest) == [Send(text="deep", recipients=())]

    @pytest.mark.parametrize("joined", [False, True])
    def test_bytes(self, joined: bool) -> None:
        """``join_bytes_max`` before JOIN, ``frame_bytes_max`` after it, whole or unfinished."""
        bytes_max = LIMITS.announced.frame_bytes_max if joined else LIMITS.join_bytes_max
        largest = send(X="").replace(b'"X": ""', b'"X": "%b"' % (b"x" * (bytes_max - len(send(X="")))))
        assert len(largest) == bytes_max
        too_large = largest.replace(b"xx", b"xxx", 1)
        for frame, expected in ((largest, [Send(text="x", recipients=())]), (too_large, [])):
            v1 = V1(LIMITS)
            if joined:
                v1.joined()
            assert v1.receive(frame) == expected
        assert v1.receive(too_large[:-1]) == []
        assert v1.receive(b"}") == []
        assert v1.receive(too_large[:-1]) == []
        with pytest.raises(ProtocolError) as caught:
            v1.receive(b"xx")
        assert caught.value.reason is CloseReason.FRAME_TOO_LARGE


class TestLargeJoins:
    """A JOIN with more than ``join_bytes_max`` bytes is answered, whole or cut."""

    PAD = b"a" * 17_000
    V2_JOIN = b'{"CMD":"JOIN","V":2,"UN":"b","ID":"j6b","UID":"x","PAD":"%b"}'
    LONG_NAME = b'{"CMD":"JOIN","V":2,"ID":"j6b","UID":"x","UN":"%b"}'
    REGISTER = b'{"CMD":"REGISTER","ID":"j6b","UID":"x","UN":"%b"}'
    V1_JOIN = b'{"CMD":"JOIN","UN":"b","ID":"j6b","UID":"x","PAD":"%b"}'

    @pytest.mark.parametrize("frame", [V2_JOIN, LONG_NAME, REGISTER])
    def test_whole_for_v2(self, frame: bytes) -> None:
        v1 = V1(LIMITS)
        (fault,) = v1.receive(frame % self.PAD + JOIN_V2 + b"\n")
        assert isinstance(fault, Fault)
        assert (fault.code, fault.answers) == (ErrorCode.BAD_REQUEST, "j6b")
        assert "at most 16384" in fault.explanation
        assert v1.successor is not None
        assert v1.successor.receive(b"") == [Join(nickname="Tony", uid="tony@lab", v=2, request_id="1")]

    @pytest.mark.parametrize("step", [1_000, 4_096, 100_000])
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            (V2_JOIN, ErrorCode.BAD_REQUEST),
            (LONG_NAME, ErrorCode.BAD_REQUEST),
            (REGISTER, ErrorCode.BAD_REQUEST),
            (b'{"CMD":"JOIN","V":2,"UID":"x","UN":"%b"}', None),
        ],
    )
    def test_cut_for_v2(self, frame: bytes, code: ErrorCode | None, step: int) -> None:
        """The answer and the BYE are v2's; without an ID only the BYE."""
        v1 = V1(LIMITS)
        data = (frame % (self.PAD * 6))[:-2]
        with pytest.raises(ProtocolError) as caught:
            receive_all(v1, (data[at : at + step] for at in range(0, len(data), step)))
        assert caught.value.reason is CloseReason.FRAME_TOO_LARGE
        assert v1.successor is not None
        fault = caught.value.fault
        assert (fault and fault.code, fault and fault.answers) == (code, code and "j6b")

    @pytest.mark.parametrize("version", [b"2", b"2.0", b"25"])
    def test_a_version_where_it_is_cut_may_go_on(self, version: bytes) -> None:
        begun = b'{"CMD":"JOIN","UID":"x","UN":"%b","V":%b' % (self.PAD, version)
        v1 = V1(LIMITS)
        with pytest.raises(ProtocolError) as caught:
            v1.receive(begun)
        assert caught.value.fault is not None
        assert v1.successor is None

    def test_of_the_first_generation(self) -> None:
        """Refused, whole or cut, and another frame left out in silence."""
        v1 = V1(LIMITS)
        (fault,) = v1.receive(self.V1_JOIN % self.PAD)
        assert isinstance(fault, Fault)
        assert v1.receive(send(X="x" * 17_000)) == []
        for frame, is_answered in ((self.V1_JOIN % self.PAD, True), (send(X="x" * 17_000), False)):
            begun = V1(LIMITS)
            with pytest.raises(ProtocolError) as caught:
                begun.receive(frame[:-2])
            assert (caught.value.fault is not None) is is_answered
            assert begun.successor is None

    def test_once_joined_v2_is_not_asked_for(self, v1: V1) -> None:
        bytes_max = LIMITS.announced.frame_bytes_max
        with pytest.raises(ProtocolError) as caught:
            v1.receive((self.V2_JOIN % (b"a" * bytes_max))[:-2])
        assert caught.value.fault is not None
        assert v1.successor is None

    @pytest.mark.parametrize("data", [b'["CMD":"JOIN","V":2,"ID":"1","X":"%b', b'"{\\"CMD\\":\\"JOIN\\",\\"V\\":2,%b'])
    def test_what_is_no_object_asks_for_nothing(self, data: bytes) -> None:
        v1 = V1(LIMITS)
        with pytest.raises(ProtocolError) as caught:
            v1.receive(data % self.PAD)
        assert caught.value.fault is None
        assert v1.successor is None

    def test_a_join_that_the_end_of_the_stream_cuts(self) -> None:
        """A JOIN for v2 is answered; a first-generation one is ignored."""
        v1 = V1(LIMITS)
        assert v1.receive(JOIN_V2[:-1]) == []
        (fault,) = v1.finish()
        assert isinstance(fault, Fault)
        assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, "1")
        for begun in (b'{"CMD":"JOIN","UN":"b","UID":"x"', b"1 ", b'"V'):
            v1 = V1(LIMITS)
            assert v1.receive(begun) == []
            assert v1.finish() == []


class TestSuccessor:
    """A JOIN that asks for v2."""

    @pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", b" \n\n"])
    def test_every_cut_of_the_change_says_the_same(self, between: bytes) -> None:
        """Everything after the JOIN is v2's: lines, and a fault for each that is none."""
        lines = b'{"CMD":"PING","ID":"2"}\nnonsense\n{"CMD":"SEND","MSG":"}{","TO":[],"ID":"3"}\n'
        for chunks in every_cut(b"1" + JOIN_V2 + between + lines):
            join, ping, fault, said = receive_all(V1(LIMITS), chunks)
            assert join == Join(nickname="Tony", uid="tony@lab", v=2, request_id="1")
            assert ping == Ping(request_id="2")
            assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, None)
            assert said == Send(text="}{", recipients=(), request_id="3")

    def test_v1_stops_before_the_successors_bytes(self) -> None:
        """What came with the JOIN waits in the successor."""
        v1 = V1(LIMITS)
        assert v1.receive(JOIN_V2 + b'{"CMD":"PING"}\n{"CMD":') == [
            Join(nickname="Tony", uid="tony@lab", v=2, request_id="1")
        ]
        assert isinstance(v1.successor, V2)
        assert v1.successor.receive(b"") == [Ping()]
        assert v1.successor.receive(b'"PING","ID":"2"}\n') == [Ping(request_id="2")]

    @pytest.mark.parametrize("join", JOINS, ids=lambda poison: poison.name)
    def test_a_broken_join_changes_too(self, join: Any) -> None:
        """Its fault carries the ID, for the answer is v2's."""
        v1 = V1(LIMITS)
        (fault,) = checked(v1.receive(join.data[:-1] + b',"V":2,"ID":"7"}'))
        assert v1.successor is not None
        assert isinstance(fault, Fault)
        assert fault.answers == "7"

    @pytest.mark.parametrize("fault", [rb'"\ud83d"', b"NaN", b"{]", b'"\xff"', b"[" * 50 + b"]" * 50, b"'x'"])
    def test_a_malformed_join_changes_too(self, fault: bytes) -> None:
        v1 = V1(LIMITS)
        (said,) = v1.receive(b'{"CMD":"JOIN","UN":%b,"UID":"tony@lab","V":2,"ID":"7"}' % fault)
        assert v1.successor is not None
        assert isinstance(said, Fault)
        assert (said.code, said.answers) == (ErrorCode.BAD_JSON, "7")

    def test_a_malformed_first_generation_join_is_refused_and_another_word_left_out(self) -> None:
        v1 = V1(LIMITS)
        assert v1.receive(rb'{"CMD":"SEND","MSG":"\ud83d","TO":[],"FROM":"tony@lab"}') == []
        (said,) = v1.receive(rb'{"CMD":"JOIN","UN":"\ud83d","UID":"tony@lab"}')
        assert isinstance(said, Fault)
        assert v1.successor is None

    def test_fields_of_v2_are_checked_as_in_v2(self) -> None:
        """They are ignored only where they mean nothing."""
        (fault,) = V1(LIMITS).receive(JOIN_V2.replace(b"}", b',"TOKEN":7}'))
        assert fault == Fault(
            code=ErrorCode.BAD_REQUEST, explanation="TOKEN must be a string of 1 to 128 characters.", answers="1"
        )

    @pytest.mark.parametrize("version", VERSIONS, ids=lambda value: value[:9].decode())
    def test_any_other_v_is_a_first_generation_field(self, version: bytes) -> None:
        """Only a whole number, 2 or more, asks for v2; NaN is no JSON at all."""
        v1 = V1(LIMITS)
        v1._objects.bytes_max = 200_000
        (said,) = v1.receive(b'{"CMD":"JOIN","UN":"Tony","UID":"tony@lab","V":%b}' % version)
        assert isinstance(said, Fault) if version == b"NaN" else said == Join(nickname="Tony", uid="tony@lab")
        assert v1.successor is None

    @pytest.mark.parametrize("version", [2, 3, 2**64, 10**1_000])
    def test_a_later_version_gets_v2(self, version: int) -> None:
        """The reply says which version it is."""
        v1 = V1(LIMITS)
        (join,) = v1.receive(b'{"CMD":"JOIN","UN":"Tony","UID":"tony@lab","V":%d}' % version)
        assert join == Join(nickname="Tony", uid="tony@lab", v=version)
        assert v1.successor is not None

    def test_a_refused_first_generation_join_may_be_followed_by_v2(self) -> None:
        """The connection is still free to choose."""
        v1 = V1(LIMITS)
        v1.receive(b'{"CMD":"JOIN","UN":"Tony","UID":"tony@lab"}' + JOIN_V2)
        assert v1.successor is not None

    def test_a_register_is_v2s_too(self) -> None:
        """So that it can be the first thing that is typed, right or wrong."""
        v1 = V1(LIMITS)
        register = b'{"CMD":"REGISTER","UID":"a","UN":"A","PASSWORD":"secret","ID":"1"}'
        assert v1.receive(b"\n" + register + b'\n{"CMD":"PING"}\n') == [
            Register(uid="a", nickname="A", password="secret", request_id="1")
        ]
        assert v1.successor is not None
        assert v1.successor.receive(b"") == [Ping()]
        broken = V1(LIMITS)
        (fault,) = broken.receive(b'{"CMD":"REGISTER","UID":7,"ID":"1"}')
        assert isinstance(fault, Fault)
        assert fault.answers == "1"
        assert broken.successor is not None

    def test_no_other_request_changes_the_dialect(self) -> None:
        """Of v2's words only these two may come first."""
        for command in KINDS.keys() - {"JOIN", "REGISTER", "SEND"}:
            v1 = V1(LIMITS)
            assert v1.receive(json.dumps(good(command, V=2)).encode()) == []
            assert v1.successor is None

    def test_once_joined_a_connection_stays_v1(self, v1: V1) -> None:
        """A session does not change its dialect; the core refuses the second JOIN."""
        assert v1.receive(JOIN_V2) == [Join(nickname="Tony", uid="tony@lab")]
        assert v1.receive(b'{"CMD":"REGISTER","UID":"a","UN":"A","PASSWORD":"secret"}') == []
        assert v1.successor is None


class TestEncode:
    """Replies and pushes to bytes."""

    JOINED = Joined(
        session="s",
        server=ServerInfo(id="i", name="n", version="0"),
        limits=AnnouncedLimits(),
        features=(),
        role=Role.MEMBER,
        rooms=(),
        peers=(),
    )
    MESSAGE = Message(room="lobby", seq=1, ts_ms=5, reach=Reach.ALL, sender="a", nickname="A", text="hi")

    @pytest.mark.parametrize("data", [None, JOINED])
    def test_okay_to_a_join(self, data: Joined | None) -> None:
        """The outcome, and nothing more."""
        assert V1.encode(Okay(answers="1", data=data)) == b'{"CMD":"ACK","TYPE":"OKAY"}'

    def test_fail(self) -> None:
        """No code, no explanation."""
        fail = Fail(answers="1", code=ErrorCode.UID_IN_USE, explanation="taken")
        assert V1.encode(fail) == b'{"CMD":"ACK","TYPE":"FAIL"}'

    def test_list(self) -> None:
        """In the order given."""
        peers = PeerList(data=(Peer(uid="t@l", nickname="Tony"), Peer(uid="m@l", nickname="Märy}{")))
        assert V1.encode(peers) == (
            rb'{"CMD":"LIST","DATA":[{"UN":"Tony","UID":"t@l"},{"UN":"M\u00e4ry}\u007b","UID":"m@l"}]}'
        )
        assert V1.encode(PeerList(data=())) == b'{"CMD":"LIST","DATA":[]}'

    @pytest.mark.parametrize("reach", [Reach.ALL, Reach.GROUP, Reach.PRIVATE])
    def test_message(self, reach: Reach) -> None:
        """Room, SEQ, time and nickname stay behind."""
        message = msgspec.structs.replace(self.MESSAGE, reach=reach, text="hi\n")
        assert V1.encode(message) == b'{"CMD":"MSG","TYPE":"%b","MSG":"hi\\n","FROM":"a"}' % reach.encode()

    @given(text=st.one_of(st.text(), st.text(st.sampled_from('}{\\"é😀'))), sender=st.text())
    def test_any_message_can_be_read_by_any_program(self, text: str, sender: str) -> None:
        """ASCII, no newline, no ``}{`` inside, so that frames glued together can be split there."""
        encoded = V1.encode(Message(reach=Reach.GROUP, sender=sender, text=text))
        assert encoded.isascii()
        assert b"\n" not in encoded
        first, second = (encoded + encoded).decode().split("}{")
        assert first + "}" == "{" + second == encoded.decode()
        assert json.loads(encoded) == {"CMD": "MSG", "TYPE": "GROUP", "MSG": text, "FROM": sender}

    @pytest.mark.parametrize(
        "unspeakable",
        [
            Okay(answers="1", data=Stored(room="lobby", seq=1, ts_ms=5)),
            Okay(answers="1", data=Page(room="lobby", events=(), more=False)),
            Okay(answers="1", data=Done()),
            Pong(answers="1"),
            Ping(),
            PeerChanged(change=PeerChange.JOINED, uid="a", nickname="A"),
            PeerChanged(change=PeerChange.AWAY, uid="a", nickname="A"),
            RoomOpened(room="g-x", kind=RoomKind.GROUP, members=()),
            msgspec.structs.replace(MESSAGE, reach=Reach.ROOM),
            msgspec.structs.replace(MESSAGE, text="", deleted=True),
            Event(kind=EventKind.EDIT, room="lobby", seq=2, ts_ms=5, sender="a", nickname="A", of=1, text="ho"),
            MarkerMoved(room="lobby", uid="a", seq=1),
            TypingNow(room="lobby", uid="a"),
            Ignoring(uids=("a",)),
            ServerNotice(code="storage_damaged", explanation="Damaged."),
            Bye(code=CloseReason.LEFT, explanation="", resume=False),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_no_word(self, unspeakable: Any) -> None:
        """What the first generation cannot say is not said."""
        assert V1.encode(unspeakable) == b""


def test_is_a_server_dialect() -> None:
    """By its types too; v1 knows no HISTORY."""
    dialect: ServerDialect = V1(LIMITS)
    assert dialect.name == "v1"
    assert dialect.receive(msgspec.json.encode(History(room="lobby"))) == []


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\u3164"])
def test_a_text_in_which_nothing_is_seen_is_passed_on_as_ever(v1: V1, text: str) -> None:
    """Its sender could not be told why it was not."""
    assert v1.receive(send(MSG=text)) == [Send(text=text, recipients=())]
