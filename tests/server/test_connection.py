"""One connection: dialects, closing, and what goes out in which write."""

import asyncio
import json
import socket
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp.hdrs import METH_ALL

from muca.core.inputs import Misheard, Speaks
from muca.model.limits import Limits
from muca.protocol.beginnings import HTTP, Beginning, choose
from muca.protocol.v2 import V2
from muca.server import connection as server_connection
from muca.server.connection import Borrower, ConnectionProtocol
from muca.server.waking_clock import WakingClock
from tests.serving import UNHURRIED, serving
from tests.wire import DEADLINE_SECONDS, Wire


async def test_refused_v2_join_is_answered_in_v2(tmp_path: Path) -> None:
    """The answer is in the dialect that was asked for, and another JOIN may follow."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.line(CMD="JOIN", UN="", UID="tony", V=2, ID="1")
        assert (await wire.frame())["CODE"] == "bad_name"
        assert (await wire.join("Tony", "tony"))["TYPE"] == "OKAY"


async def test_frames_behind_a_v2_join_are_v2(tmp_path: Path) -> None:
    """Also when all of it is one write, and nobody waited for the ACK."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        join = b'{"CMD":"JOIN","UN":"Tony","UID":"tony","V":2,"ID":"j"}'
        wire.send(
            b"1", join, b'\n{"CMD":"SEND","TO":[],"MSG":"a","ID":"1"}\n{"CMD":"SEND","TO":[],"MSG":"b","ID":"2"}\n'
        )
        assert [(await wire.until("ACK"))["RE"] for _ in range(3)] == ["j", "1", "2"]


async def test_other_side_closing_its_half_is_answered_first(tmp_path: Path) -> None:
    """A client leaves by closing; what it asked for before is done and answered."""
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        mary.line(CMD="JOIN", UN="Mary", UID="mary", V=2, ID="j")
        mary.line(CMD="SEND", TO=[], MSG="last words", ID="1")
        mary.writer.write_eof()
        assert [(await mary.until("ACK"))["RE"] for _ in range(2)] == ["j", "1"]
        assert await mary.ended()
        assert (await tony.until("MSG"))["MSG"] == "last words"
        assert (await tony.until("PEER", TYPE="LEFT"))["UID"] == "mary"


@pytest.mark.parametrize("said", ['"last words"', "NaN"])
async def test_a_last_line_without_a_newline_is_done_and_answered(tmp_path: Path, said: str) -> None:
    """As ``printf`` sends it; also where it waits for the JOIN before it."""
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        mary.send({"CMD": "JOIN", "UN": "Mary", "UID": "mary", "V": 2, "ID": "j"}, b"\n")
        mary.send(b'{"CMD":"SEND","TO":[],"MSG":%b,"ID":"1"}' % said.encode())
        mary.writer.write_eof()
        assert [(await mary.until("ACK"))["RE"] for _ in range(2)] == ["j", "1"]
        assert await mary.ended()
        if said != "NaN":
            assert (await tony.until("MSG"))["MSG"] == "last words"


async def test_a_frame_that_does_not_end_is_answered_before_the_bye(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony")
        tony.send(b'{"CMD":"SEND","ID":"7","TO":[],"MSG":"' + b"x" * 140_000)
        answer = await tony.until("ACK")
        assert (answer["RE"], answer["CODE"]) == ("7", "bad_request")
        assert (await tony.until("BYE"))["CODE"] == "frame_too_large"


@pytest.mark.parametrize("pad", [17_000, 30_000])
@pytest.mark.parametrize("field", ["PAD", "UN"])
async def test_a_join_that_is_too_large_is_answered(tmp_path: Path, pad: int, field: str) -> None:
    """By its ID, as any frame is; where it was cut off, BYE follows."""
    join = {"CMD": "JOIN", "V": 2, "UN": "b", "ID": "j6b", "UID": "x"}
    join = {key: join[key] for key in join if key != field} | {field: "a" * pad}
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.line(**join)
        answer = await wire.frame()
        assert (answer["CMD"], answer["RE"], answer["CODE"]) == ("ACK", "j6b", "bad_request")
        if pad == 30_000:
            assert (await wire.frame())["CODE"] == "frame_too_large"
            assert await wire.ended()


async def test_a_join_that_is_too_large_and_has_no_id_is_told_bye(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.line(CMD="JOIN", V=2, UID="x", UN="a" * 30_000)
        assert (await wire.frame())["CODE"] == "frame_too_large"
        assert await wire.ended()


@pytest.mark.parametrize("pad", [17_000, 30_000])
async def test_a_first_generation_join_that_is_too_large_is_refused(tmp_path: Path, pad: int) -> None:
    """In v1's own words, without a BYE."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.send({"CMD": "JOIN", "UN": "b", "UID": "x", "PAD": "a" * pad})
        wire.writer.write_eof()
        assert await wire.raw() == '{"CMD":"ACK","TYPE":"FAIL"}'
        with pytest.raises(EOFError, match="unread: ''"):
            await wire.raw()


async def test_frame_behind_a_join_may_be_as_large_as_after_it(tmp_path: Path) -> None:
    """In both dialects, although nobody has waited for the ACK."""
    send = {"CMD": "SEND", "TO": [], "MSG": "m" * 9_000, "PAD": "p" * 30_000}
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony")
        for uid, fields in (("old", {}), ("new", {"V": 2})):
            async with Wire(server.port) as wire:
                wire.send({"CMD": "JOIN", "UN": uid, "UID": uid} | fields, send, b"\n")
                assert (await tony.until("MSG"))["FROM"] == uid


async def test_flood_of_junk_is_shared_out(tmp_path: Path) -> None:
    """Between two slices of one connection's junk the others have their turn."""
    async with serving(tmp_path) as server, Wire(server.port) as flooder, Wire(server.port) as other:
        await flooder.join_v1("Flooder", "flooder")
        await other.join("Other", "other")
        flooder.send(b"{}" * 100_000, {"CMD": "SEND", "TO": [], "MSG": "after the junk"})
        await flooder.writer.drain()
        heard = []
        while "after the junk" not in heard:
            other.line(CMD="PING", ID="p")
            frame = await other.frame()
            heard.append(frame.get("MSG") or frame["CMD"])
        assert heard.count("PONG") > 5


async def test_line_after_line_of_junk_closes(tmp_path: Path) -> None:
    """With a word about why, after a bounded number of answers."""
    async with serving(tmp_path, Limits(faults_max=10)) as server, Wire(server.port) as wire:
        wire.line(CMD="JOIN", UN="", UID="x", V=2)
        wire.send(b"x\n" * 10_000)
        answers = 0
        while (frame := await wire.frame())["CMD"] != "BYE":
            answers += 1
        assert frame["CODE"] == "bad_frame"
        assert answers == 11
        assert await wire.ended()


async def test_closing_waits_for_the_reader_within_its_limit(tmp_path: Path) -> None:
    """A reader that never reads is let go after that; the server's end does not hang on it."""
    limits = Limits(close_seconds=1, unread_bytes_max=100_000_000, **UNHURRIED)
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with serving(tmp_path, limits) as server:
            stalled = Wire(server.port)
            await stalled.__aenter__()
            async with Wire(server.port) as sender:
                await stalled.join("Stalled", "stalled")
                await sender.join("Sender", "sender")
                stalled.writer.transport.pause_reading()  # type: ignore[attr-defined]
                for number in range(1_500):
                    assert (await sender.ask(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number)))["TYPE"] == "OKAY"
    stalled.writer.transport.abort()
    await stalled.close()


class Transport(asyncio.Transport):
    """Knows who is at the other side."""

    def __init__(self, **known: Any) -> None:
        super().__init__(known)

    def is_reading(self) -> bool:
        """Always."""
        return True

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """It is spoken to directly."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is written."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nothing is written."""


def _no_web(*_: object) -> Borrower:
    raise AssertionError


class Opening:
    """The runtime, as a connection that opens sees it."""

    def __init__(self) -> None:
        self.trusted_proxies = ("192.0.2.80",)
        self.clock = WakingClock()
        self.was: list[tuple[str, bool]] = []
        self.taken: list[object] = []
        self.behind: list[ConnectionProtocol] = []

    def take(self, *inputs: object) -> None:
        """Note them."""
        self.taken += inputs

    def opened(self, _: ConnectionProtocol, address: str, secure: bool) -> None:
        self.was.append((address, secure))

    def closed(self, _: ConnectionProtocol) -> None:
        raise AssertionError

    def is_behind(self, connection: ConnectionProtocol) -> None:
        self.behind.append(connection)

    def say(self, _: ConnectionProtocol, words: bytes) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("address", "tls", "secure"),
    [
        ("127.0.0.1", False, True),
        ("127.8.9.1", False, True),
        ("::1", False, True),
        ("192.0.2.1", False, False),
        ("2001:db8::1", False, False),
        ("fe80::1%eth0", False, False),
        ("192.0.2.1", True, True),
    ],
)
async def test_who_listens_on_the_way_is_known(address: str, tls: bool, secure: bool) -> None:
    """Nobody on TLS, nor within this machine."""
    runtime = Opening()
    with socket.socket() as connected:
        transport = Transport(socket=connected, peername=(address, 4_000), **({"ssl_object": object()} if tls else {}))
        ConnectionProtocol(1, Limits(), runtime, _no_web).connection_made(transport)
    assert runtime.was == [(address, secure)]


class Lending:
    """Notes what is lent."""

    def __init__(self) -> None:
        self.heard = b""

    def lend(self, *_: object) -> "Lending":
        return self

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def finish(self) -> None:
        """Nothing is answered here."""


async def test_the_first_byte_decides_what_is_spoken() -> None:
    """Every method of HTTP is HTTP. What a program of v1 may begin with, and bytes that are nothing, are not."""
    values = [{}, [], "GET", 1, -1, True, False, None, float("nan"), float("inf")]
    others = [json.dumps(value).encode() for value in values] + [
        b" {}",
        b"\t",
        b"\r\n",
        b"\0",
        b"\x16\x03\x01",
        b"SSH-2.0",
    ]
    for said, is_http in [(method.encode(), True) for method in METH_ALL] + [(other, False) for other in others]:
        lending = Lending()
        with socket.socket() as connected:
            transport = Transport(socket=connected, peername=("192.0.2.1", 4_000))
            connection = ConnectionProtocol(1, Limits(), Opening(), lending.lend)
            connection.connection_made(transport)
            connection.data_received(said + b" ")
        assert (said, connection.speaks == "http") == (said, is_http)
        assert lending.heard == (said + b" " if is_http else b"")


async def test_first_bytes_that_could_begin_two_things_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost meanwhile. The dialect is told to the Hub before its first request."""
    typed = Beginning((b"CAP",), V2)
    monkeypatch.setattr(server_connection, "choose", partial(choose, beginnings=(HTTP, typed)))
    for rest, speaks in ((b"AP\n", "v2"), (b"ONNECT ", "http"), (b"{}", "v1")):
        lending, runtime = Lending(), Opening()
        with socket.socket() as connected:
            transport = Transport(socket=connected, peername=("192.0.2.1", 4_000))
            connection = ConnectionProtocol(1, Limits(), runtime, lending.lend)
            connection.connection_made(transport)
            connection.data_received(b"C")
            assert (connection.speaks, lending.heard, runtime.taken) == ("v1", b"", [])
            connection.data_received(rest)
        assert connection.speaks == speaks
        assert lending.heard == (b"C" + rest if speaks == "http" else b"")
        if speaks == "v2":
            speaks_v2, misheard = runtime.taken
            assert speaks_v2 == Speaks(1, V2.abilities)
            assert isinstance(misheard, Misheard)


async def test_what_http_left_unread_counts_after_it() -> None:
    """The transport has told HTTP already that much is unread, and does not say it twice."""
    lending, runtime = Lending(), Opening()
    with socket.socket() as connected:
        connection = ConnectionProtocol(1, Limits(), runtime, lending.lend)
        connection.connection_made(Transport(socket=connected, peername=("192.0.2.1", 4_000)))
        connection.data_received(b"GET / HTTP/1.1\r\n")
        assert runtime.behind == []
        connection.take_back(V2(Limits()), b"")
    assert runtime.behind == [connection]
