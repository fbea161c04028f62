"""v2 over WebSocket: messages in any cut, and every way in which they end. The suite is in tests/server/web."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import Bye, Push
from muca.model.replies import Okay, Reply
from muca.model.requests import Ping, Pong, Send
from muca.protocol.dialect import Chatter, Ended, Fault, Received
from muca.protocol.v2 import V2
from muca.protocol.websocket import V2OverWebSocket, text_frame
from tests.protocol.cuts import any_cuts, every_cut

LIMITS = Limits(join_bytes_max=200, announced=AnnouncedLimits(frame_bytes_max=1_000))
PING = b'{"CMD":"PING","ID":"%d"}'


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A frame as clients send it."""
    return Frame(opcode, data, fin).serialize(mask=True)


def text(data: bytes) -> bytes:
    """A text message."""
    return masked(Opcode.TEXT, data)


def receive(*chunks: bytes, dialect: V2OverWebSocket | None = None) -> list[Received]:
    """Return what a dialect receives in these cuts, chatter put together."""
    dialect = dialect or V2OverWebSocket(LIMITS)
    received = [item for chunk in chunks for item in dialect.receive(chunk)]
    chatter = [item for item in received if isinstance(item, Chatter)]
    said: list[Received] = [item for item in received if not isinstance(item, Chatter)]
    if not chatter:
        return said
    answer = b"".join(item.answer for item in chatter)
    return [*said, Chatter(frames=sum(item.frames for item in chatter), answer=answer)]


SESSION = b"".join(
    [
        text(PING % 1),
        masked(Opcode.PING, b"are you there?"),
        masked(Opcode.TEXT, (PING % 2)[:5], fin=False),
        masked(Opcode.PONG, b""),
        masked(Opcode.CONT, b"", fin=False),
        masked(Opcode.CONT, (PING % 2)[5:]),
        text('{"CMD":"SEND","TO":[],"MSG":"Grüße 😀"}'.encode()),
        text(b""),
        text(b'{"CMD":"PING",\n"ID":"3"}'),
        masked(Opcode.CLOSE, Close(CloseCode.NORMAL_CLOSURE, "bye").serialize()),
        text(PING % 9),
    ]
)


def check_session(received: list[Received]) -> None:
    """What it says, whatever the cuts."""
    *said, chatter = received
    assert chatter == Chatter(
        frames=5, answer=Frame(Opcode.PONG, b"are you there?").serialize(mask=False)
    )  # two pings and pongs, two pieces, the close frame
    assert [getattr(item, "request_id", None) for item in said] == ["1", "2", None, None, "3", None]
    assert isinstance(said[2], Send)
    assert said[2].text == "Grüße 😀"
    assert isinstance(said[3], Fault)
    assert said[3].code is ErrorCode.BAD_JSON
    assert said[5] == Ended(reason=CloseReason.LEFT)


def test_a_session_in_two_pieces_cut_anywhere() -> None:
    for chunks in every_cut(SESSION):
        check_session(receive(*chunks))


@given(any_cuts(SESSION))
def test_a_session_in_any_cuts(chunks: list[bytes]) -> None:
    check_session(receive(*chunks))


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_garbage_ends_it_or_is_answered_and_nothing_is_raised(chunks: list[bytes]) -> None:
    """And behind the end there is nothing."""
    ended = 0
    dialect = V2OverWebSocket(LIMITS)
    for chunk in chunks:
        received = dialect.receive(chunk)
        assert not (ended and received)
        ended += sum(isinstance(item, Ended) for item in received)
    assert ended <= 1


@pytest.mark.parametrize(("joined", "bytes_max"), [(False, 200), (True, 1_000)])
def test_size_at_the_bound_and_past_it(joined: bool, bytes_max: int) -> None:
    """As one frame or in pieces; past it WebSocket says so, too."""
    for past in (0, 1):
        padded = b'{"CMD":"PING","PAD":"%b"}' % (b"p" * (bytes_max - 23 + past))
        for said in (text(padded), masked(Opcode.TEXT, padded[:9], fin=False) + masked(Opcode.CONT, padded[9:])):
            dialect = V2OverWebSocket(LIMITS)
            if joined:
                dialect.joined()
            first = receive(said, dialect=dialect)[0]
            if not past:
                assert isinstance(first, Ping)
                continue
            assert isinstance(first, Ended)
            assert first.reason is CloseReason.FRAME_TOO_LARGE
            assert heard(dialect.end(first.reason)) == [CloseCode.MESSAGE_TOO_BIG]


def heard(data: bytes) -> list[Any]:
    """Return what a client makes of bytes: texts as JSON, and the code of a close frame."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=OPEN)
    client.receive_data(data)
    frames = [event for event in client.events_received() if isinstance(event, Frame)]
    assert client.parser_exc is None
    return [
        json.loads(bytes(frame.data)) if frame.opcode is Opcode.TEXT else client.close_rcvd and client.close_rcvd.code
        for frame in frames
    ]


@pytest.mark.parametrize(
    ("said", "reason", "code"),
    [
        (masked(Opcode.CLOSE, b""), CloseReason.LEFT, CloseCode.NO_STATUS_RCVD),
        (masked(Opcode.CLOSE, Close(CloseCode.GOING_AWAY, "").serialize()), CloseReason.LEFT, CloseCode.GOING_AWAY),
        (
            masked(Opcode.TEXT, b"x", fin=False) + masked(Opcode.CLOSE, Close(4_000, "").serialize()),
            CloseReason.LEFT,
            4_000,
        ),
        (masked(Opcode.BINARY, b"{}"), CloseReason.BAD_FRAME, CloseCode.UNSUPPORTED_DATA),
        (text(b"\xff"), CloseReason.BAD_FRAME, CloseCode.INVALID_DATA),
        (masked(Opcode.TEXT, b"\xc3", fin=False) + masked(Opcode.CONT, b"("), CloseReason.BAD_FRAME, 1_007),
        (text(b"\xff") + masked(Opcode.CLOSE, b""), CloseReason.BAD_FRAME, CloseCode.INVALID_DATA),
        (Frame(Opcode.TEXT, b"{}").serialize(mask=False), CloseReason.BAD_FRAME, CloseCode.PROTOCOL_ERROR),
        (masked(Opcode.CONT, b""), CloseReason.BAD_FRAME, CloseCode.PROTOCOL_ERROR),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),  # masks are random
)
def test_every_end_has_its_reason_and_its_code(said: bytes, reason: CloseReason, code: int) -> None:
    """What was asked before counts; what comes behind does not."""
    dialect = V2OverWebSocket(LIMITS)
    first, ended = receive(text(PING % 1) + said + text(PING % 2), dialect=dialect)[:2]
    assert isinstance(first, Ping)
    assert isinstance(ended, Ended)
    assert ended.reason is reason
    assert receive(text(PING % 3), dialect=dialect) == []
    assert heard(dialect.end(CloseReason.SERVER_STOPPING)) == [code]


@pytest.mark.parametrize("reason", CloseReason)
def test_the_server_s_own_end_has_a_code_and_the_reason_s_name(reason: CloseReason) -> None:
    dialect = V2OverWebSocket(LIMITS)
    close = Close.parse(dialect.end(reason)[2:])
    assert close.reason == reason
    assert (close.code == CloseCode.NORMAL_CLOSURE) == (reason in {CloseReason.LEFT, CloseReason.REPLACED})
    assert dialect.receive(text(PING % 1)) == []


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_text_message_has_the_header_of_its_size(size: int) -> None:
    """As the library writes it, at the last size of each form and the next one."""
    assert text_frame(bytes(size)) == Frame(Opcode.TEXT, bytes(size)).serialize(mask=False)


@pytest.mark.parametrize("chars", [0, 50, 1_000, 70_000])
def test_what_is_said_is_v2_in_text_messages(chars: int) -> None:
    """Of every length that is written differently; joined, as rooms do it, they are still apart."""
    frames: list[Reply | Push] = [
        Pong(answers="1" * chars),
        Okay(answers="ü"),
        Bye(code=CloseReason.LEFT, explanation="x", resume=False),
    ]
    said = b"".join(map(V2OverWebSocket.encode, frames))
    assert heard(said) == [json.loads(V2.encode(frame)) for frame in frames]
