"""A TCP proxy that can be as bad as a real network."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self


class Proxy:
    """Passes bytes between clients and a server on loopback."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._listener: asyncio.Server
        self._abandoned: list[asyncio.StreamWriter] = []
        self.port = 0
        self.connections = 0
        self.bytes_until_cut: int | None = None
        """After so many more bytes in either direction the connection is cut; None: never."""

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()
        for writer in self._abandoned:
            writer.transport.abort()
        await self._listener.wait_closed()

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection, on both sides."""
        for link in list(self._links):
            self._cut(link)

    def abandon(self) -> None:
        """Break every connection on the client's side only: the server does not notice."""
        for client, server in list(self._links):
            server.transport.pause_reading()  # type: ignore[attr-defined]
            self._abandoned.append(server)
            self._links.discard((client, server))
            client.transport.abort()

    def _cut(self, link: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self._links.discard(link)
        for writer in link:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            writer.transport.abort()
            return
        self.connections += 1
        link = (writer, server_writer)
        self._links.add(link)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass_on(reader, server_writer, link))
            group.create_task(self._pass_on(server_reader, writer, link))

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        link: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        with suppress(ConnectionError):
            while (data := await reader.read(4_096)) and link in self._links:
                if self.bytes_until_cut is not None:
                    data = data[: self.bytes_until_cut]
                    self.bytes_until_cut -= len(data)
                writer.write(data)
                if self.bytes_until_cut == 0:
                    self.bytes_until_cut = None
                    await writer.drain()
                    break
        if link in self._links:
            self._cut(link)
