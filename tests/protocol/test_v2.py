"""The second dialect on the server: every line is answered, whatever it is."""

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model import replies
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Event, EventKind, Message, Reach, Reaction, Settings
from muca.model.files import FileInfo
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import (
    Bye,
    Ignoring,
    MarkerMoved,
    PeerChange,
    PeerChanged,
    RoomOpened,
    ServerNotice,
    TypingNow,
)
from muca.model.replies import Data, Done, Fail, Joined, Okay, Page, Stored
from muca.model.requests import History, Join, Leave, Ping, Pong, React, Request, Send
from muca.model.roles import Role
from muca.model.rooms import Peer, Room, RoomKind
from muca.protocol.dialect import Fault, ProtocolError, ServerDialect
from muca.protocol.v2 import V2
from tests.protocol.cuts import any_cuts, every_cut, receive_all
from tests.protocol.poison import nested

LIMITS = Limits()
SESSION = (
    '{"CMD":"JOIN","UN":"Tony","UID":"tony@lab","V":2,"ID":"1","TOKEN":"t","SESSION":"s","FUTURE":[{}]}\n'
    '{"CMD":"SEND","ID":"2","TO":["mary","Zoë"],"MSG":"}{ Gr\\u00fc\\u00dfe 😀\\n"}\r\n\n'
    '  {"ID":"3","ROOM":"lobby","MSG":"x","CMD":"SEND"}\n'
    '{"CMD":"HISTORY","ROOM":"lobby","AFTER":0,"LIMIT":10}\n{"CMD":"HISTORY","ROOM":"lobby","BEFORE":7,"ID":"4"}\n'
    '{"CMD":"REACT","ROOM":"lobby","SEQ":1,"EMOJI":"👍🏽"}\n'
    '{"CMD":"PING"}\n{"CMD":"PONG","RE":"5"}\n[1, 2]\n{"CMD":"LEAVE","ID":null}\n'
).encode()
SAID = [
    Join(nickname="Tony", uid="tony@lab", v=2, request_id="1", token="t", session="s"),
    Send(text="}{ Grüße 😀\n", recipients=("mary", "Zoë"), request_id="2"),
    Send(text="x", room="lobby", request_id="3"),
    History(room="lobby", after=0, limit=10),
    History(room="lobby", before=7, request_id="4"),
    React(room="lobby", seq=1, emoji="👍🏽"),
    Ping(),
    Pong(answers="5"),
    Fault(code=ErrorCode.BAD_JSON, explanation="The frame is not a JSON object."),
    Leave(),
]


@pytest.fixture
def v2() -> V2:
    """A connection that has joined."""
    dialect = V2(LIMITS)
    dialect.joined()
    return dialect


class TestReceive:
    """Lines to requests and faults."""

    def test_every_cut_of_a_session_says_the_same(self) -> None:
        """Wherever the lines are cut."""
        for chunks in every_cut(SESSION):
            assert receive_all(V2(LIMITS), chunks) == SAID

    @given(st.data())
    def test_any_cuts_of_a_session_say_the_same(self, data: st.DataObject) -> None:
        """Many cuts at once, some of it begun before."""
        begun, *chunks = data.draw(any_cuts(SESSION))
        assert receive_all(V2(LIMITS, begun=begun), [b"", *chunks]) == SAID

    @given(
        text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).map("a{}".format),
        ascii_only=st.booleans(),
    )
    def test_text_is_kept_unchanged(self, text: str, ascii_only: bool) -> None:
        """Escaped or as UTF-8."""
        line = json.dumps({"CMD": "SEND", "MSG": text, "TO": [text]}, ensure_ascii=ascii_only).encode() + b"\n"
        assert V2(LIMITS).receive(line) == [Send(text=text, recipients=(text,))]

    @pytest.mark.parametrize("request_", [said for said in SAID if not isinstance(said, Fault)])
    def test_requests_are_read_as_they_are_written(self, v2: V2, request_: Request) -> None:
        """The model's own wire form is the dialect's."""
        assert v2.receive(msgspec.json.encode(request_) + b"\n") == [request_]

    @given(st.lists(st.binary()))
    def test_any_line_is_answered(self, lines: list[bytes]) -> None:
        """Every line except a blank one is answered."""
        lines = [line.replace(b"\n", b"") for line in lines]
        received = V2(LIMITS).receive(b"".join(line + b"\n" for line in lines))
        assert len(received) == sum(bool(line.strip()) for line in lines)

    def test_error_comes_after_what_was_complete(self) -> None:
        """First the requests, then, with the next bytes, the error, permanently."""
        v2 = V2(LIMITS)
        assert v2.receive(b'{"CMD":"PING"}\n' + b"x" * (LIMITS.join_bytes_max + 1)) == [Ping()]
        for data in (b"", b"\n"):
            with pytest.raises(ProtocolError) as caught:
                v2.receive(data)
            assert caught.value.reason is CloseReason.FRAME_TOO_LARGE


class TestBounds:
    """At the bound, and one past it."""

    def test_depth(self, v2: V2) -> None:
        """A frame that is too deep is answered, by its ID if that can be found."""
        deepest = nested(LIMITS.frame_depth_max) + b"\n"
        too_deep = nested(LIMITS.frame_depth_max + 1).replace(b"}", b',"ID":"7"}') + b"\n"
        said, fault = v2.receive(deepest + too_deep)
        assert said == Send(text="deep", recipients=())
        assert isinstance(fault, Fault)
        assert (fault.code, fault.answers) == (ErrorCode.BAD_JSON, "7")
        assert "16 levels" in fault.explanation

    @pytest.mark.parametrize("joined", [False, True])
    def test_bytes(self, joined: bool) -> None:
        """A whole line that is too large is answered; an unfinished one is the end."""
        bytes_max = LIMITS.announced.frame_bytes_max if joined else LIMITS.join_bytes_max
        start = b'{"CMD":"PING","ID":"1","X":"'
        largest = start + b"x" * (bytes_max - len(start) - 2) + b'"}'
        assert len(largest) == bytes_max
        v2 = V2(LIMITS)
        if joined:
            v2.joined()
        assert v2.receive(largest) == []
        assert v2.receive(b"\n") == [Ping(request_id="1")]
        (fault,) = v2.receive(largest[:-2] + b'x"}\n')
        assert isinstance(fault, Fault)
        assert (fault.code, fault.answers) == (ErrorCode.BAD_REQUEST, "1")
        assert f"has {bytes_max + 1} bytes; at most {bytes_max}" in fault.explanation
        with pytest.raises(ProtocolError) as caught:
            v2.receive(largest + b" ")
        assert caught.value.reason is CloseReason.FRAME_TOO_LARGE
        assert caught.value.fault is not None
        assert (caught.value.fault.code, caught.value.fault.answers) == (ErrorCode.BAD_REQUEST, "1")

    @pytest.mark.parametrize("rest", [b'{"CMD":"PING","ID":"2"}', b'{"CMD":"PING","ID":"2"', b" \r", b""])
    def test_a_last_line_needs_no_newline(self, v2: V2, rest: bytes) -> None:
        """It is processed or answered once; a blank one is ignored."""
        assert v2.receive(b'{"CMD":"PING","ID":"1"}\n' + rest) == [Ping(request_id="1")]
        finished = v2.finish()
        assert len(finished) == bool(rest.strip())
        assert all(said == Ping(request_id="2") if rest.endswith(b"}") else type(said) is Fault for said in finished)
        assert v2.finish() == []


MESSAGE = Message(room="lobby", seq=1, ts_ms=5, reach=Reach.ALL, sender="a", nickname="Ä", text="}{\n😀")
ROOM = Room(room="r-x", kind=RoomKind.NAMED, seq=3, title="Physics", topic="light", private=True, role=Role.OWNER)
DATA: list[Any] = [
    replies.PeerPage(peers=(Peer(uid="u", nickname="N"),), away=("u",), next=7),
    Joined(
        session="s",
        server=replies.ServerInfo(
            id="i", name="n", version="0", policy=replies.Policy.INVITE, tls=replies.TlsInfo(port=1, fingerprint="f")
        ),
        limits=AnnouncedLimits(),
        features=("search",),
        role=Role.MODERATOR,
        rooms=(ROOM,),
        more_rooms=True,
        peers=(Peer(uid="a", nickname="A"),),
        away=("a",),
        ignores=("b",),
        registered=True,
        token="t",
        device=7,
    ),
    Stored(room="lobby", seq=1, ts_ms=5),
    replies.Purged(deleted=10, more=True),
    Page(
        room="lobby",
        events=(
            msgspec.structs.replace(
                MESSAGE,
                reply_to=1,
                mentions=("b",),
                mentions_room=True,
                edited_ms=6,
                pinned=True,
                reactions=(Reaction(emoji="👍", count=2, uids=("a", "b")),),
            ),
            Event(
                kind=EventKind.SET, room="lobby", seq=2, ts_ms=5, sender="a", nickname="A", settings=Settings(topic="")
            ),
        ),
        more=True,
    ),
    replies.Hits(hits=(replies.Hit(message=MESSAGE, marks=((0, 2),)),), next=9),
    replies.VersionList(versions=(replies.Version(ts_ms=5, text="x"),)),
    replies.MessageList(messages=(MESSAGE,)),
    replies.RoomPage(rooms=(ROOM,), next="n"),
    ROOM,
    replies.MemberPage(
        members=(replies.Member(uid="a", nickname="A", role=Role.GUEST, last_seen_ms=5, muted_until_ms=6),), more=False
    ),
    replies.Sanctions(sanctions=(replies.Sanction(sanction="ban", address="192.0.2.0/24", until_ms=5, reason="spam"),)),
    replies.ReportList(
        reports=(
            replies.ReportInfo(
                report=1,
                room="lobby",
                seq=1,
                uid="a",
                ts_ms=5,
                reason="",
                message=None,
                versions=(replies.Version(ts_ms=5, text="x"),),
            ),
        )
    ),
    replies.AuditPage(entries=(replies.AuditEntry(ts_ms=5, actor="a", action="KICK", uid="b", room="r-x"),), next=3),
    replies.DeviceList(devices=(replies.Device(device=1, name="", created_ms=1, used_ms=2, current=True),)),
    replies.InvitationList(
        invitations=(replies.InvitationInfo(invitation=1, created_ms=1, uid="a", uses=2, until_ms=3),)
    ),
    replies.MadeInvitation(invitation=1, code="c", until_ms=5),
    replies.HandoverCode(code="c", until_ms=5),
    replies.RoleGiven(role=Role.OWNER),
    replies.Statistics(
        people=3, accounts=2, registered=1, rooms=1, messages=5, database_bytes=4_096, files=7, file_bytes=9
    ),
    Done(),
]


class TestEncode:
    """Replies and pushes to lines."""

    @pytest.mark.parametrize(
        ("message", "line"),
        [
            (Okay(), '{"CMD":"ACK","TYPE":"OKAY"}'),
            (Okay(answers="1", data=Done()), '{"CMD":"ACK","TYPE":"OKAY","RE":"1","DATA":{}}'),
            (
                Okay(answers="1", data=Stored(room="lobby", seq=1, ts_ms=5)),
                '{"CMD":"ACK","TYPE":"OKAY","RE":"1","DATA":{"ROOM":"lobby","SEQ":1,"TS":5}}',
            ),
            (
                Okay(data=Page(room="lobby", events=(MESSAGE,), more=False)),
                '{"CMD":"ACK","TYPE":"OKAY","DATA":{"ROOM":"lobby","EVENTS":[{"CMD":"MSG","ROOM":"lobby","SEQ":1,"TS":5,'
                '"TYPE":"ALL","FROM":"a","UN":"Ä","MSG":"}{\\n😀"}],"MORE":false}}',
            ),
            (
                Fail(answers="1", code=ErrorCode.STORAGE_UNAVAILABLE, explanation="Full.", retry_seconds=0.5),
                '{"CMD":"ACK","TYPE":"FAIL","RE":"1","CODE":"storage_unavailable","TEXT":"Full.","RETRY":0.5}',
            ),
            (
                MESSAGE,
                '{"CMD":"MSG","ROOM":"lobby","SEQ":1,"TS":5,"TYPE":"ALL","FROM":"a","UN":"Ä","MSG":"}{\\n😀"}',
            ),
            (
                msgspec.structs.replace(
                    MESSAGE, files=(FileInfo(file="f-1", name="ä", media_type="image/png", bytes=7, width=4, height=3),)
                ),
                '{"CMD":"MSG","ROOM":"lobby","SEQ":1,"TS":5,"TYPE":"ALL","FROM":"a","UN":"Ä","MSG":"}{\\n😀",'
                '"FILES":[{"FILE":"f-1","NAME":"ä","TYPE":"image/png","BYTES":7,"WIDTH":4,"HEIGHT":3}]}',
            ),
            (
                PeerChanged(change=PeerChange.LEFT, uid="a", nickname="A"),
                '{"CMD":"PEER","TYPE":"LEFT","UID":"a","UN":"A"}',
            ),
            (
                RoomOpened(room="d-x", kind=RoomKind.DIRECT, members=(Peer(uid="a", nickname="A"),)),
                '{"CMD":"ROOM","ROOM":"d-x","KIND":"direct","MEMBERS":[{"UID":"a","UN":"A"}],"SEQ":0}',
            ),
            (
                RoomOpened.of(ROOM),
                '{"CMD":"ROOM","ROOM":"r-x","KIND":"named","SEQ":3,"TITLE":"Physics","TOPIC":"light","PRIVATE":true,'
                '"ROLE":"owner"}',
            ),
            (
                Event(kind=EventKind.MUTE, room="r-x", seq=2, ts_ms=5, sender="a", nickname="A", uid="b", until_ms=9),
                '{"CMD":"EVENT","KIND":"mute","ROOM":"r-x","SEQ":2,"TS":5,"FROM":"a","UN":"A","UID":"b","UNTIL":9}',
            ),
            (
                msgspec.structs.replace(MESSAGE, text="", deleted=True),
                '{"CMD":"MSG","ROOM":"lobby","SEQ":1,"TS":5,"TYPE":"ALL","FROM":"a","UN":"Ä","MSG":"","DELETED":true}',
            ),
            (
                MarkerMoved(room="lobby", uid="a", seq=7, unread=0, mentions=0),
                '{"CMD":"READ","ROOM":"lobby","UID":"a","SEQ":7,"UNREAD":0,"MENTIONS":0}',
            ),
            (TypingNow(room="lobby", uid="a"), '{"CMD":"TYPING","ROOM":"lobby","UID":"a"}'),
            (Ignoring(uids=()), '{"CMD":"IGNORES","UIDS":[]}'),
            (ServerNotice(code="full", explanation="F."), '{"CMD":"NOTICE","CODE":"full","TEXT":"F."}'),
            (ServerNotice(explanation="W."), '{"CMD":"NOTICE","TEXT":"W."}'),
            (
                Bye(code=CloseReason.SERVER_STOPPING, explanation="Later.", resume=True),
                '{"CMD":"BYE","CODE":"server_stopping","TEXT":"Later.","RESUME":true}',
            ),
            (Ping(), '{"CMD":"PING"}'),
            (Pong(answers="1"), '{"CMD":"PONG","RE":"1"}'),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_lines(self, message: Any, line: str) -> None:
        """UTF-8, compact, one line."""
        assert V2.encode(message) == line.encode() + b"\n"

    @pytest.mark.parametrize("data", DATA, ids=lambda data: type(data).__name__)
    def test_data_are_read_as_they_were_written(self, data: Any) -> None:
        """Every kind of data; in HISTORY messages and other events are told apart by their CMD."""
        okay = json.loads(V2.encode(Okay(answers="1", data=data)))
        assert (okay["CMD"], okay["TYPE"], okay["RE"]) == ("ACK", "OKAY", "1")
        assert msgspec.convert(okay["DATA"], type(data)) == data

    def test_every_kind_of_data_is_among_them(self) -> None:
        """None is forgotten."""
        assert {type(data) for data in DATA} == set(get_args(Data))


def test_is_a_server_dialect() -> None:
    """By its types too."""
    dialect: ServerDialect = V2(LIMITS)
    assert dialect.name == "v2"
    assert dialect.successor is None
