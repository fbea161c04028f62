"""TLS, from real sockets and from scripted ones."""

import asyncio
import contextlib
import gc
import random
import ssl
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from muca.model.limits import Limits
from muca.server.own_certificate import own_identity
from muca.server.serve import Server
from muca.server.tls import TlsTransport
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS, Wire

TEXT = "x" * 9_000


def trusting(data: Path) -> ssl.SSLContext:
    """A client that knows the authority of the server with this data folder."""
    return ssl.create_default_context(cafile=data / "tls" / "ca.pem")


def port(server: Server) -> int:
    assert server.tls_port is not None
    return server.tls_port


class Peer:
    """The client's side of TLS, one step at a time."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")
        self.shaken = False

    def shake(self, received: bytes = b"") -> bytes:
        """Go on with the handshake; give what is to be sent."""
        self._incoming.write(received)
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
            self.shaken = True
        return self._outgoing.read()

    def say(self, text: bytes) -> bytes:
        """Return what is to be sent to say this."""
        while text:
            text = text[self._tls.write(text) :]
        return self._outgoing.read()

    def end(self) -> bytes:
        """Return what is to be sent to say that it was all."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.unwrap()
        return self._outgoing.read()

    def hear(self, received: bytes) -> bytes | None:
        """Take in bytes; give what they say, or None when they say that it was all, and nothing else."""
        self._incoming.write(received)
        said = b""
        try:
            while text := self._tls.read(65_536):
                said += text
        except ssl.SSLWantReadError:
            return said
        except ssl.SSLZeroReturnError:  # as an empty read, where this side has said the same
            pass
        return said or None


async def shaken_hands(wire: Wire, data: Path) -> Peer:
    """Do the handshake over a plain connection."""
    peer = Peer(trusting(data))
    wire.send(peer.shake())
    while not peer.shaken:
        wire.send(peer.shake(await wire.reader.read(65_536)))
    return peer


async def rest(wire: Wire, peer: Peer) -> bytes:
    """Return everything that the server says until it says that it was all."""
    said = b""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (text := peer.hear(received := await wire.reader.read(65_536))) is not None:
            assert received, "it closed without saying so"
            said += text
    return said


async def test_both_dialects_meet_over_both_ways(tmp_path: Path) -> None:
    """The first generation's over TLS, too; the certificate is good for the address that was called."""
    async with (
        serving(tmp_path, tls=True) as server,
        Wire(port(server), tls=trusting(tmp_path)) as new,
        Wire(port(server), tls=trusting(tmp_path)) as old,
        Wire(server.port) as plain,
    ):
        joined = await new.join("Tony", "tony")
        assert joined["DATA"]["SERVER"]["TLS"] == {
            "PORT": server.tls_port,
            "FINGERPRINT": server.certificates and server.certificates.identity.fingerprint,
            "OWN": True,
        }
        await old.join_v1("Old", "old")
        await plain.join("Mary", "mary")
        new.line(CMD="SEND", TO=[], MSG="hello", ID="1")
        for wire in (new, old, plain):
            assert (await wire.until("MSG"))["MSG"] == "hello"


async def test_long_pages_come_whole(tmp_path: Path) -> None:
    """Of many records in one write."""
    async with serving(tmp_path, tls=True) as server, Wire(port(server), tls=trusting(tmp_path)) as wire:
        await wire.join("Tony", "tony")
        for number in range(20):
            await wire.ask(CMD="SEND", TO=[], MSG=f"{number} {TEXT}", ID=str(number))
        page = await wire.ask(CMD="HISTORY", ROOM="lobby", LIMIT=200, ID="h")
        assert [event["MSG"].split()[0] for event in page["DATA"]["EVENTS"]] == [str(number) for number in range(20)]


async def test_handshake_that_never_ends_costs_only_itself(tmp_path: Path) -> None:
    """Silent from the start or in the middle: others are served meanwhile, and it is closed."""
    async with (
        serving(tmp_path, Limits(join_seconds=1), tls=True) as server,
        Wire(port(server)) as silent,
        Wire(port(server)) as half,
    ):
        half.send(Peer(trusting(tmp_path)).shake()[:50])
        async with Wire(port(server), tls=trusting(tmp_path)) as wire:
            assert (await wire.join("Tony", "tony"))["TYPE"] == "OKAY"
            assert await silent.ended()
            assert await half.ended()
            assert (await wire.ask(CMD="PING", ID="p"))["CMD"] == "PONG"


async def test_unfinished_handshakes_are_counted_as_connections(tmp_path: Path) -> None:
    """So their number has a bound."""
    async with (
        serving(tmp_path, Limits(connections_per_address_max=1), tls=True) as server,
        Wire(port(server)),
        Wire(server.port) as refused,
    ):
        assert await refused.ended()


@pytest.mark.parametrize(
    "garbage",
    [
        b'{"CMD":"JOIN","UN":"Tony","UID":"tony"}',
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\xff\xff" * 9_000,
        b"\x00" * 6,
    ],
)
async def test_what_is_no_tls_is_closed(tmp_path: Path, garbage: bytes) -> None:
    """And hurts nobody."""
    async with serving(tmp_path, tls=True) as server, Wire(port(server), tls=trusting(tmp_path)) as wire:
        await wire.join("Tony", "tony")
        async with Wire(port(server)) as stranger:
            stranger.send(garbage)
            assert await stranger.ended()
        assert (await wire.ask(CMD="PING", ID="p"))["CMD"] == "PONG"


async def test_tls_on_the_plain_port_is_closed(tmp_path: Path) -> None:
    """The mistake the other way round."""
    async with serving(tmp_path, tls=True) as server:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await Wire(server.port, tls=trusting(tmp_path)).__aenter__()


@pytest.mark.parametrize("says_so", [True, False], ids=["close_notify", "FIN"])
async def test_what_was_asked_before_the_end_is_answered(tmp_path: Path, says_so: bool) -> None:
    """A client that closes its sending side still gets all answers, then the end; the input was more than a slice."""
    async with serving(tmp_path, tls=True) as server, Wire(port(server)) as wire:
        peer = await shaken_hands(wire, tmp_path)
        frames = ['{"CMD":"JOIN","UN":"Tony","UID":"tony","V":2}\n']
        frames += [f'{{"CMD":"SEND","TO":[],"MSG":"{TEXT}","ID":"{number}"}}\n' for number in range(5)]
        asked = peer.say("".join(frames).encode())
        if says_so:
            wire.send(asked + peer.end())
        else:
            wire.send(asked)
            wire.writer.write_eof()
        said = await rest(wire, peer)
        assert [f'"RE":"{number}"'.encode() in said for number in range(5)] == [True] * 5


async def test_closing_connection_says_that_it_was_all(tmp_path: Path) -> None:
    """BYE, then close_notify: nothing was cut off on the way."""
    async with serving(tmp_path, tls=True) as server, Wire(port(server)) as wire:
        peer = await shaken_hands(wire, tmp_path)
        wire.send(peer.say(b'{"CMD":"JOIN","UN":"Tony","UID":"tony","V":2}\n{"CMD":"LEAVE"}\n'))
        assert b'"CMD":"BYE"' in await rest(wire, peer)
        assert await wire.ended()


async def test_slow_reader_is_closed(tmp_path: Path) -> None:
    """What it has not read is counted as on a plain connection."""
    limits = Limits(close_seconds=1)
    async with (
        serving(tmp_path, limits, tls=True) as server,
        Wire(port(server), tls=trusting(tmp_path)) as slow,
        Wire(server.port) as sender,
    ):
        await slow.join("Slow", "slow")
        await sender.join("Sender", "sender")
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a ReadTransport, too
        for number in range(100_000):
            sender.line(CMD="SEND", TO=[], MSG=TEXT, ID=str(number))
            while (frame := await sender.frame())["CMD"] == "MSG":
                pass
            if frame["CMD"] == "PEER":
                break
        assert (frame["TYPE"], frame["UID"]) == ("LEFT", "slow")
        slow.writer.transport.abort()


class ScriptedTcp(asyncio.Transport):
    """The TCP transport below: keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        written, self.written = self.written, b""
        return written


class Listening(asyncio.Protocol):
    """The connection above: keeps what it hears."""

    def __init__(self) -> None:
        self.heard = b""
        self.ends = 0
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def eof_received(self) -> bool:
        self.ends += 1
        return True


Both = tuple[Peer, TlsTransport, ScriptedTcp, Listening]


@pytest.fixture
def shaken(tmp_path: Path) -> Callable[[], Both]:
    """Make both sides, their hands shaken."""
    identity = own_identity(tmp_path / "tls", tmp_path / "authority", {"localhost"}, datetime.now(UTC))

    def make() -> Both:
        peer, tcp, listening = Peer(trusting(tmp_path)), ScriptedTcp(), Listening()
        server = TlsTransport(identity.context, listening, 10, asyncio.get_running_loop().call_later)
        server.connection_made(tcp)
        while not peer.shaken:
            server.data_received(peer.shake(tcp.take()))
        return peer, server, tcp, listening

    return make


async def test_bytes_may_come_in_any_pieces(shaken: Callable[[], Both]) -> None:
    """What is heard is what was said; what comes behind the end is not heard, and the end once."""
    chance = random.Random(1)
    for size_max in (1, 40, 5_000, 100_000):
        peer, server, tcp, listening = shaken()
        assert tcp.take() == b"", "a ticket that nobody may ever read"
        said = chance.randbytes(40_000)
        sent = peer.say(said) + peer.end()
        while sent:
            size = chance.randint(1, size_max)
            server.data_received(sent[:size])
            sent = sent[size:]
        server.data_received(b"more")
        server.eof_received()
        assert listening.heard == said
        assert listening.ends == 1
        server.connection_lost(None)


async def test_much_that_was_said_once_keeps_no_memory(shaken: Callable[[], Both]) -> None:
    """The buffers of TLS keep that of the most that was ever in them, and connections are thousands."""
    much, kept = bytes(300_000), []
    resident = psutil.Process().memory_info
    shaken()
    before = resident().rss
    for _ in range(200):
        peer, server, tcp, listening = shaken()
        server.data_received(peer.say(much))
        server.write(much)
        assert listening.heard == much == peer.hear(tcp.take())
        listening.heard = b""
        kept.append(server)
    assert resident().rss - before < 200 * len(much) / 2
    for server in kept:
        server.connection_lost(None)


async def test_damaged_bytes_end_the_connection(shaken: Callable[[], Both]) -> None:
    """What came whole before is heard; an alert says why; afterwards nothing is said or heard."""
    peer, server, tcp, listening = shaken()
    whole, damaged = peer.say(b"whole"), peer.say(b"damaged")
    server.data_received(whole + damaged[:-1] + bytes([damaged[-1] ^ 1]))
    assert listening.heard == b"whole"
    assert tcp.closed
    with pytest.raises(ssl.SSLError, match="alert bad record mac"):
        peer.hear(tcp.take())
    server.write(b"too late")
    server.data_received(whole)
    assert tcp.take() == b""
    assert listening.heard == b"whole"
    server.connection_lost(None)


async def test_what_is_over_is_freed_at_once(shaken: Callable[[], Both]) -> None:
    """Buffers of TLS are large, and the garbage collector does not know it."""
    gc.disable()
    try:
        peer, server, tcp, listening = shaken()
        server.connection_lost(None)
        over = weakref.ref(server)
        del peer, server, tcp, listening
        assert over() is None
    finally:
        gc.enable()


async def test_nothing_is_said_before_the_handshake(tmp_path: Path) -> None:
    """A connection that is refused then is closed without a word."""
    context = own_identity(tmp_path / "tls", tmp_path / "authority", {"localhost"}, datetime.now(UTC)).context
    tcp = ScriptedTcp()
    server = TlsTransport(context, Listening(), 10, asyncio.get_running_loop().call_later)
    server.connection_made(tcp)
    server.write(b"BYE")
    server.close()
    assert (tcp.written, tcp.closed, server.is_closing()) == (b"", True, True)
    server.connection_lost(None)
