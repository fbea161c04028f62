"""GET /websocket: who may open one, and that it is then a connection like all others."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import CloseCode, Frame, Opcode

from muca.core import living
from muca.model.limits import AnnouncedLimits, Limits
from tests.protocol.cuts import pieces
from tests.server.test_tls import port as tls_port
from tests.server.test_tls import trusting
from tests.server.web.http import answer, ask, request
from tests.serving import UNHURRIED, serving
from tests.websocket import WebSocketWire
from tests.wire import DEADLINE_SECONDS, Wire

HANDSHAKE = {
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec_WebSocket_Version": "13",
}


async def test_members_over_websocket_tls_tcp_and_of_the_first_generation_are_in_one_chat(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, tls=True) as server,
        WebSocketWire(server.port) as tony,
        WebSocketWire(tls_port(server), tls=trusting(tmp_path)) as mary,
        Wire(server.port) as zoe,
        Wire(server.port) as old,
    ):
        joined = await tony.join("Tony", "tony")
        assert joined["DATA"]["SERVER"]["TLS"]["PORT"] == server.tls_port
        await mary.join("Mary", "mary")
        await zoe.join("Zoe", "zoe")
        await old.join_v1("Old", "old")
        for number, wire in enumerate((tony, mary, zoe)):
            assert (await wire.ask(CMD="SEND", TO=[], MSG=f"{number}", ID="s"))["TYPE"] == "OKAY"
        old.send({"CMD": "SEND", "TO": [], "MSG": "3"})
        for wire in (tony, mary, zoe):
            await wire.until("MSG", MSG="3", FROM="old")
        assert [(await old.until("MSG"))["MSG"] for _ in range(3)] == ["0", "1", "2"]


async def test_a_slow_reader_is_closed(tmp_path: Path) -> None:
    """As over TCP."""
    async with (
        serving(tmp_path, Limits(close_seconds=1, **UNHURRIED)) as server,
        WebSocketWire(server.port) as slow,
        Wire(server.port) as sender,
    ):
        await slow.join("Slow", "slow")
        await sender.join("Sender", "sender")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a ReadTransport, too
        for number in range(5_000):
            sender.line(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number))
            while (frame := await sender.frame())["CMD"] == "MSG":
                pass
            if frame["CMD"] == "PEER":
                break
        assert (frame["TYPE"], frame["UID"]) == ("LEFT", "slow")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 101),
        ("http://localhost", 101),
        ("http://LOCALHOST:80", 101),
        ("https://chat.example", 101),
        ("https://chat.example:444", 403),
        ("http://localhost:81", 403),
        ("https://localhost", 101),  # as a reverse proxy passes it on, that speaks TLS for the server
        ("http://localhost.evil.example", 403),
        ("http://evil.example/localhost", 403),
        ("null", 403),
        ("", 403),
        ("http://[", 403),
        ("app://localhost", 403),
        ("://localhost", 403),
        ("http://\udcff", 403),
    ],
)
async def test_pages_of_others_may_not_open_one(tmp_path: Path, origin: str | None, status: int) -> None:
    """Programs have no Origin; a page has, and it is this server's, on its own port, or one of the setting."""
    headers = {} if origin is None else {"Origin": origin}
    async with serving(tmp_path, origins=("https://chat.example",)) as server:
        told = await ask(server.port, "/websocket", **HANDSHAKE, **headers)
        assert told.status == status
        assert status == 101 or told.json["CODE"] == "not_allowed"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Upgrade": ""}, 400),
        ({"Upgrade": "h2c"}, 426),
        ({"Connection": "close"}, 426),
        ({"Sec_WebSocket_Key": "short"}, 400),
        ({"Sec_WebSocket_Version": "8"}, 400),
        ({"Content_Length": "3"}, 400),
    ],
)
async def test_what_is_no_handshake_is_told_so(tmp_path: Path, changed: dict[str, str], status: int) -> None:
    async with serving(tmp_path) as server:
        told = await ask(server.port, "/websocket", **{**HANDSHAKE, **changed})
        assert (told.status, told.json["CODE"]) == (status, "bad_request")
        assert (await ask(server.port, "/websocket", "POST", **HANDSHAKE)).status == 405


async def test_nothing_is_compressed(tmp_path: Path) -> None:
    """A room's pushes are encoded once for all members."""
    async with serving(tmp_path) as server:
        offer = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}
        told = await ask(server.port, "/websocket", **HANDSHAKE, **offer)
        assert told.status == 101
        assert "sec-websocket-extensions" not in told.headers


async def test_what_comes_with_the_handshake_is_not_lost(tmp_path: Path) -> None:
    """Nor what came before it on the same connection."""
    join = Frame(Opcode.TEXT, b'{"CMD":"JOIN","UN":"Tony","UID":"tony","V":2,"ID":"1"}').serialize(mask=True)
    async with serving(tmp_path) as server:
        async with WebSocketWire(server.port, behind=join) as wire:
            assert (await wire.until("ACK"))["TYPE"] == "OKAY"
            assert (await wire.ask(CMD="PING", ID="2"))["CMD"] == "PONG"
        async with Wire(server.port) as wire:
            wire.send(request("/server") + request("/websocket", **HANDSHAKE))
            assert [(await answer(wire)).status for _ in range(2)] == [200, 101]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, 299), max_size=4))
async def test_handshake_and_first_frames_in_any_cuts(tmp_path: Path, cuts: set[int]) -> None:
    """What decides that it is HTTP is the first byte, however alone it comes."""
    said = request("/websocket", **HANDSHAKE) + Frame(Opcode.TEXT, b'{"CMD":"PING","ID":"1"}').serialize(mask=True)
    async with serving(tmp_path / "data") as server, Wire(server.port) as wire:
        for piece in pieces(said, {cut for cut in cuts if cut < len(said)}):
            wire.send(piece)
            await wire.writer.drain()
        assert (await answer(wire)).status == 101
        pong = b'{"CMD":"PONG","RE":"1"}'
        assert await wire.reader.readexactly(len(pong) + 2) == bytes([0x81, len(pong)]) + pong


async def test_before_join_less_may_be_said_than_after(tmp_path: Path) -> None:
    """At the bounds and past them."""
    limits = Limits(join_bytes_max=1_000, announced=AnnouncedLimits(frame_bytes_max=20_000))
    async with serving(tmp_path, limits) as server:
        for joined, most in ((False, 1_000), (True, 20_000)):
            async with WebSocketWire(server.port) as wire:
                if joined:
                    await wire.join("Tony", "tony")
                frame = b'{"CMD":"PING","ID":"1","PAD":"%b"}'
                wire.send(frame % (b"p" * (most - len(frame) + 2)))
                await wire.until("PONG")
                wire.send(frame % (b"p" * (most - len(frame) + 3)))
                bye = await wire.until("BYE")
                assert bye["CODE"] == "frame_too_large"
                assert await wire.ended()
                assert wire.closed is not None
                assert wire.closed.code == CloseCode.MESSAGE_TOO_BIG


async def test_pings_of_both_kinds_are_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, WebSocketWire(server.port) as wire:
        await wire.join("Tony", "tony")
        wire.ping(b"here?")
        assert await wire.ponged() == b"here?"
        assert (await wire.ask(CMD="PING", ID="1"))["CMD"] == "PONG"


async def test_pings_of_websocket_cost_something(tmp_path: Path) -> None:
    """A flood of them is heard more slowly; nothing is lost."""
    limits = Limits(session_cost_burst=50, session_cost_per_second=200)
    async with serving(tmp_path, limits) as server, WebSocketWire(server.port) as wire:
        await wire.join("Tony", "tony")
        begun = asyncio.get_running_loop().time()
        for _ in range(150):
            wire.ping(b"")
        assert (await wire.ask(CMD="PING", ID="1"))["CMD"] == "PONG"
        assert asyncio.get_running_loop().time() - begun > 0.2  # a debt of a burst at most
        assert len(wire.pongs) == 150


async def test_leaving_ends_with_bye_and_a_close_frame(tmp_path: Path) -> None:
    """By LEAVE, by WebSocket's own handshake, whose code is said back, and by closing half of the connection."""
    async with serving(tmp_path) as server, Wire(server.port) as other:
        await other.join("Other", "other")
        for number, code in enumerate((1_000, 4_001, 1_000)):
            async with WebSocketWire(server.port) as wire:
                await wire.join("Tony", f"tony{number}")
                wire.line(CMD="SEND", TO=[], MSG=f"last words {number}", ID="s")
                match number:
                    case 0:
                        wire.line(CMD="LEAVE", ID="l")
                    case 1:
                        wire.say_close(code)
                    case _:
                        wire.writer.write_eof()
                assert (await wire.until("ACK"))["RE"] == "s"
                assert (await wire.until("BYE"))["CODE"] == "left"
                assert await wire.ended()
                assert wire.closed is not None
                assert wire.closed.code == code
                assert (await other.until("MSG"))["MSG"] == f"last words {number}"
                assert (await other.until("PEER", TYPE="LEFT"))["UID"] == f"tony{number}"


async def test_whoever_says_all_it_has_with_the_handshake_is_answered(tmp_path: Path) -> None:
    """Then it has left."""
    said = Frame(Opcode.TEXT, b'{"CMD":"PING","ID":"1"}').serialize(mask=True)
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.send(request("/websocket", **HANDSHAKE) + said)
        wire.writer.write_eof()
        assert (await answer(wire)).status == 101
        async with asyncio.timeout(DEADLINE_SECONDS):
            rest = await wire.reader.read()
        assert b'"PONG"' in rest
        assert b'"left"' in rest


async def test_a_dead_one_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By PING, as on TCP."""
    monkeypatch.setattr(living, "SWEEP_MS", 100)
    limits = Limits(announced=AnnouncedLimits(ping_seconds=1))
    async with serving(tmp_path, limits) as server, WebSocketWire(server.port) as wire:
        await wire.join("Tony", "tony")
        await wire.until("PING")
        assert (await wire.until("BYE"))["CODE"] == "ping_timeout"
        assert await wire.ended()
        assert wire.closed is not None
        assert wire.closed.code == CloseCode.POLICY_VIOLATION


async def test_whoever_does_not_read_is_closed_and_the_others_are_not_held_up(tmp_path: Path) -> None:
    limits = Limits(unread_bytes_max=50_000, close_seconds=1, **UNHURRIED)
    async with serving(tmp_path, limits) as server, WebSocketWire(server.port) as sender, Wire(server.port) as other:
        slow = await WebSocketWire(server.port).__aenter__()
        await slow.join("Slow", "slow")
        await sender.join("Sender", "sender")
        await other.join("Other", "other")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
        left: dict[str, Any] = {}
        number = 0
        while not left:
            number += 1
            sender.line(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number))
            while (frame := await other.frame()).get("FROM") != "sender":
                if frame["CMD"] == "PEER":
                    left = frame
            assert number < 5_000
        assert left["UID"] == "slow"
        slow.writer.transport.abort()
        await slow.close()


async def test_the_server_s_stop_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        wire = await WebSocketWire(server.port).__aenter__()
        await wire.join("Tony", "tony")
    assert (await wire.until("BYE"))["CODE"] == "server_stopping"
    assert await wire.ended()
    assert wire.closed is not None
    assert wire.closed.code == CloseCode.GOING_AWAY
    await wire.close()


async def test_at_a_stop_under_load_all_that_was_acknowledged_is_there(tmp_path: Path) -> None:
    async with serving(tmp_path, Limits(**UNHURRIED)) as server:
        wires = [await WebSocketWire(server.port).__aenter__() for _ in range(5)]
        for number, wire in enumerate(wires):
            await wire.join(f"N{number}", f"u{number}")
            for sent in range(200):
                wire.line(CMD="SEND", TO=[], MSG=f"{sent}", ID=f"{number}-{sent}")
        await wires[0].until("MSG", MSG="1")
    acknowledged = 0
    for wire in wires:
        with contextlib.suppress(EOFError, ConnectionError):
            while True:
                frame = await wire.frame()
                acknowledged += frame["CMD"] == "ACK" and frame["TYPE"] == "OKAY"
        await wire.close()
    async with serving(tmp_path) as server, WebSocketWire(server.port) as wire:
        joined = await wire.join("Reader", "reader")
        assert joined["DATA"]["ROOMS"][0]["SEQ"] >= acknowledged > 0


async def test_garbage_behind_the_handshake_ends_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, WebSocketWire(server.port, behind=b"\xff" * 99) as wire:
        bye = await wire.until("BYE")
        assert bye["CODE"] == "bad_frame"
        assert bye["TEXT"].startswith("WebSocket: ")
        assert await wire.ended()
        assert wire.closed is not None
        assert wire.closed.code == CloseCode.PROTOCOL_ERROR
