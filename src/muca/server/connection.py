"""One open TCP connection: parses what comes in by its dialect, and writes what the outbox gathers.

Its first bytes choose the dialect (``protocol/beginnings.py``). If they are HTTP, the HTTP server borrows the
transport, and gives it back for a WebSocket.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeAlias, cast

import structlog

from muca.core.inputs import Broke, CameFrom, Chattered, Heard, Input, Misheard, Speaks
from muca.model.addresses import is_loopback, is_within
from muca.model.errors import CloseReason
from muca.model.limits import Limits
from muca.protocol.beginnings import FIRST_DIALECT, JSON, choose
from muca.protocol.dialect import Chatter, Ended, Fault, ProtocolError, Received, ServerDialect
from muca.protocol.proxy_header import ProxyHeaderError, may_begin_header, read_proxy_header
from muca.server.pacing import Pacing
from muca.server.waking_clock import Timer, WakingClock

SLICE_BYTES = 4_096
"""Bytes of one connection that are handled before the others get their turn: up to some milliseconds of work."""


class RemoteClient(NamedTuple):
    """The client of a connection."""

    address: str
    over_tls: bool


class Borrower(Protocol):
    """The HTTP protocol to which a connection's transport is lent."""

    def data_received(self, data: bytes) -> None:
        """Process received bytes."""

    def finish(self) -> None:
        """Finish the current response, then close."""


Lend: TypeAlias = Callable[["ConnectionProtocol", asyncio.Transport], Borrower]
"""Lends the transport of a connection to an HTTP protocol."""


class ConnectionHost(Protocol):
    """What a connection needs of the runtime."""

    clock: WakingClock

    @property
    def trusted_proxies(self) -> Sequence[str]:
        """The addresses of proxies that may name their clients."""

    def opened(self, connection: "ConnectionProtocol", address: str, secure: bool) -> None:
        """Register a new connection."""

    def closed(self, connection: "ConnectionProtocol") -> None:
        """Register that a connection was closed."""

    def is_behind(self, connection: "ConnectionProtocol") -> None:
        """Register that a connection has much unread data."""

    def take(self, *inputs: Input) -> None:
        """Pass inputs to the Hub one by one, and carry out their effects."""

    def say(self, connection: "ConnectionProtocol", words: bytes) -> None:
        """Send bytes at the end of the tick, in order with other output."""


class ConnectionProtocol(asyncio.Protocol):
    """The protocol of a connection. A JOIN may change its dialect."""

    def __init__(self, number: int, limits: Limits, host: ConnectionHost, lend: Lend) -> None:
        self.id = number
        self.dialect = FIRST_DIALECT(limits)
        """Until its first bytes choose another one."""
        self.pending: list[bytes] = []
        """Data to write at the end of this tick, in order."""
        self.send: Callable[[bytes], None] = _drop
        self.closing = False
        self.over_tls = False
        self.client: RemoteClient
        """The client: who connected or, through a trusted proxy, whom the proxy named."""
        self._limits = limits
        self._host = host
        self._take = host.take
        self._lend = lend
        self._borrower: Borrower | None = None
        self._first: bytes | None = b""
        """The first bytes; None once they have chosen what the connection speaks."""
        self._preface: bytes | None = None
        """The beginning of a trusted proxy's header; None if none is expected."""
        self._speaks_for: tuple[str, bool]
        """Whose requests these are, and whether nobody can read them on the way."""
        self._transport: asyncio.Transport
        self._pacing: Pacing
        self._unread = b""
        """What came in and waits for its turn."""
        self._heard_all = False
        """Whether the other side will say nothing more."""
        self._paused = False
        self._next_slice: asyncio.Handle | None = None
        self._deadline: Timer | None = None

    # The event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        loop = asyncio.get_running_loop()
        limits = self._limits
        self._pacing = Pacing(
            self._transport.write,
            loop.call_later,
            limits.v1_frame_gap_ms,
            limits.v1_frames_waiting_max,
            limits.v1_bytes_waiting_max,
        )
        peername = transport.get_extra_info("peername")
        address = str(peername[0]) if peername else "unknown"
        self.over_tls = transport.get_extra_info("ssl_object") is not None
        self.client = RemoteClient(address, self.over_tls)
        if is_within(address, self._host.trusted_proxies):
            self._preface = b""
        self._speaks_for = (address, self.over_tls or is_loopback(address))
        self._host.opened(self, *self._speaks_for)

    def take_off_header(self, data: bytes) -> bytes:
        """Process a trusted proxy's header, if there is one; return the data after it, nothing while it is incomplete.

        With TLS, the header comes before the handshake.
        """
        if self._preface is None:
            return data
        data = self._preface + data
        if may_begin_header(data):
            try:
                header = read_proxy_header(data)
            except ProxyHeaderError as error:
                structlog.get_logger().warning("proxy_header_wrong", address=self.client.address, reason=str(error))
                self._transport.abort()
                return b""
            if header is None:
                self._preface = data
                return b""
            if header.address is not None:
                self.client = RemoteClient(header.address, header.over_tls or self.over_tls)
                self.speak_for(header.address, self.client.over_tls or is_loopback(header.address))
            data = data[header.size :]
        self._preface = None
        return data

    def speak_for(self, address: str, is_secure: bool) -> None:
        """Set the client that requests come from, if it has changed."""
        if (address, is_secure) != self._speaks_for:
            self._speaks_for = (address, is_secure)
            self._take(CameFrom(self.id, address, is_secure))

    def data_received(self, data: bytes) -> None:
        """Process bytes; what exceeds a slice waits until the others had their turn."""
        if self._preface is not None and not self.over_tls:
            data = self.take_off_header(data)
            if not data:
                return
        if self._first is not None:
            self._first += data
            beginning = choose(self._first)
            if beginning is None:
                return
            data, self._first = self._first, None
            if beginning.dialect is None:
                self._borrower = self._lend(self, self._transport)
                self._borrower.data_received(data)
                return
            self._begin_sending()
            if beginning is not JSON:
                self._speak(beginning.dialect(self._limits))
        self._unread += data
        self._read_slice()

    def _begin_sending(self) -> None:
        """Let the outbox use the transport, which says when a client does not read."""
        self._transport.set_write_buffer_limits(self._limits.unread_bytes_max)
        self.send = self._transport.write

    def _speak(self, dialect: ServerDialect) -> None:
        """Use another dialect from now on."""
        self.dialect = dialect
        self._take(Speaks(self.id, dialect.abilities))

    def _read_slice(self) -> None:
        """Turn the next slice of received data into inputs."""
        self._next_slice = None
        if self.closing or self._paused:
            return
        data, self._unread = self._unread[:SLICE_BYTES], self._unread[SLICE_BYTES:]
        try:
            while self._take_all(self.dialect.receive(data)):
                data = b""
        except ProtocolError as error:
            if self.dialect.successor is not None:
                self._speak(self.dialect.successor)
            self._take_all([error.fault] if error.fault is not None else [])
            self._take(Broke(self.id, error.reason, error.explanation))
        self._go_on()

    def _go_on(self) -> None:
        """Process the next slice or, without one, read from the socket again; do nothing while paused."""
        if self.closing or self._borrower is not None:
            return
        if self._heard_all and not self._unread and not self._paused:
            self._take_all(self.dialect.finish())
        if self._heard_all and not self._unread and not self._paused:  # the last requests may wait for the store
            self._heard_all = False
            self._take(Broke(self.id, CloseReason.LEFT))
            return
        wants = not self._paused and not self._unread
        if wants != self._transport.is_reading():
            (self._transport.resume_reading if wants else self._transport.pause_reading)()
        if self._unread and not self._paused and self._next_slice is None:
            self._next_slice = asyncio.get_running_loop().call_soon(self._read_slice)

    def _take_all(self, items: list[Received]) -> bool:
        """Pass inputs to the Hub; return whether the last one has asked for another dialect, which answers it."""
        number, successor = self.id, self.dialect.successor
        inputs: list[Input] = []
        for item in items:
            if successor is not None and item is items[-1]:
                self._take(*inputs)
                inputs.clear()
                self._speak(successor)
            if type(item) is Fault:
                inputs.append(Misheard(number, item.code, item.explanation, item.answers))
            elif type(item) is Chatter:
                self._host.say(self, item.answer)
                inputs.append(Chattered(number, item.frames))
            elif type(item) is Ended:
                inputs.append(Broke(number, item.reason, item.explanation))
            else:
                inputs.append(Heard(number, item))  # type: ignore[arg-type]  # type() is faster and does not narrow
        if inputs:
            self._take(*inputs)
        return successor is not None

    def take_back(self, dialect: ServerDialect, begun: bytes) -> None:
        """Use this dialect on the transport that was lent; ``begun``: bytes that have already come in."""
        self._borrower = None
        self._transport.set_protocol(self)
        if self.closing:
            self._transport.close()
            return
        self._begin_sending()
        self._host.is_behind(self)  # maybe, as the transport told HTTP
        self._speak(dialect)
        self.data_received(begun)

    def eof_received(self) -> bool:
        """The client will send nothing more: answer its requests, then end its session."""
        self._heard_all = True
        self._go_on()
        return True

    def pause_writing(self) -> None:
        """The client has much to read."""
        if not self.closing:
            self._host.is_behind(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection was closed."""
        self._end()
        self._pacing.stop()
        if self._deadline is not None:
            self._deadline.cancel()
        self._host.closed(self)

    @property
    def speaks(self) -> str:
        """Its current protocol: ``v1``, ``v2``, ``http`` or ``websocket``."""
        return "http" if self._borrower is not None else self.dialect.name

    # The outbox calls

    def unread_bytes(self) -> int:
        """Bytes queued for the client, without the kernel's buffers and our own pacing."""
        return self._transport.get_write_buffer_size()

    def write(self) -> None:
        """Write the data of this tick to the transport, in one write."""
        pending = self.pending
        self.pending = []
        if self.closing or not pending:
            return
        if self.dialect.abilities.takes_batches:
            self._transport.write(pending[0] if len(pending) == 1 else b"".join(pending))
        else:
            for frame in pending:
                self._pacing.put(frame)

    def write_peer_list(self, frame: bytes) -> None:
        """Send a LIST; it replaces one that still waits."""
        if not self.closing:
            self._pacing.put_peer_list(frame)

    def pause(self) -> None:
        """Stop reading and processing, including data already received."""
        self._paused = True
        self._go_on()

    def resume(self) -> None:
        """Read and process again."""
        self._paused = False
        self._go_on()

    def close(self) -> None:
        """Let the client read what is queued, within the time limit, and close."""
        if self.closing:
            return
        self.write()
        self._pacing.flush()
        self._end()
        if self._borrower is not None:
            self._borrower.finish()
        else:
            self._transport.close()
        self._deadline = self._host.clock.call_later(self._limits.close_seconds, self._transport.abort)

    def _end(self) -> None:
        self.closing = True
        self.send = _drop

    def abort(self) -> None:
        """Close at once, without waiting for queued data."""
        self._transport.abort()


def _drop(_data: bytes) -> None:
    """Write nothing, as before the first bytes and after the end."""
