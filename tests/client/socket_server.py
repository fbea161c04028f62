"""The simulated server on a real socket, and a deadline for every wait."""

import asyncio
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self

from muca.client.client import Client
from muca.client.events import AnyEvent
from muca.client.tokens import MemoryTokenStore, TokenStore
from muca.protocol.dialect import ProtocolError
from tests.client.simulated_server import Connection, SimulatedServer
from tests.wire import DEADLINE_SECONDS


class SocketServer:
    """Serves one client at a time on loopback, over TLS if it has a context. ``mute`` keeps replies back."""

    def __init__(self, server: SimulatedServer | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.simulated = server or SimulatedServer()
        self.mute = False
        self.port = 0
        self.connections = 0
        self._writer: asyncio.StreamWriter | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        """All connections: a client may have opened one more, or have left one that is not closed yet."""
        self._connection: Connection | None = None
        self._listener: asyncio.Server

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    async def listen(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything at once."""
        self._listener.close()
        while self._serving:
            for writer in self._serving.values():
                writer.transport.abort()
            await asyncio.wait(self._serving)
        await self._listener.wait_closed()

    def cut(self) -> None:
        """Break the client's connection."""
        if self._writer is not None:
            self._writer.transport.abort()

    def flush(self) -> None:
        """Send what waits for the client."""
        if self._writer is None or self._connection is None:
            return
        if not self.mute:
            self.simulated.answer(self._connection)
        data, self._connection.to_client = self._connection.to_client, b""
        if data:
            self._writer.write(data)

    def write(self, sender: str, text: str, to: tuple[str, ...] = ()) -> None:
        """Make someone else write."""
        self.simulated.write(sender, text, to)
        self.flush()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writer = writer
        task = asyncio.current_task()
        assert task is not None
        self._serving[task] = writer
        connection = self._connection = self.simulated.accept()
        connection.over_tls = self.tls is not None
        try:
            while data := await reader.read(65_536):
                self.simulated.receive(connection, data)
                self.flush()
        except (ConnectionError, ProtocolError):
            pass
        finally:
            if self.simulated.connection is connection:
                self.simulated.connection = None
            writer.close()
            del self._serving[task]


def a_client(address: str, *, uid: str = "me", tokens: TokenStore | None = None, reconnect: bool = True) -> Client:
    """Return a client whose tokens end with the test."""
    tokens = tokens if tokens is not None else MemoryTokenStore()
    return Client(address, uid=uid, nickname=uid.title(), tokens=tokens, reconnect=reconnect)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():  # noqa: ASYNC110  (what is waited for is mostly not ours to signal)
            await asyncio.sleep(0.001)


async def next_event(client: Client, kind: type[AnyEvent], /, **fields: object) -> AnyEvent:
    """Return the next event of a kind with these fields; what comes before it is passed over."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        async for event in client.events():
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
    raise AssertionError(f"the events ended without {kind} {fields}")
