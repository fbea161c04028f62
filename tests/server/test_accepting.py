"""Taking in connections, also when the system has no room for more."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from structlog.testing import capture_logs

from muca.server.accepting import Acceptor
from muca.server.listeners import bind
from tests.server.web.http import answer, request
from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire


@contextmanager
def connected(port: int, count: int) -> Iterator[None]:
    """Have so many connections that say nothing; they are in the kernel's queue at least."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS))
        yield


async def logged(server: ServerProcess, event: str) -> list[str]:
    """Wait until the server logs an event; return what it logged until then, this event included."""
    assert server.process.stderr is not None
    events: list[str] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        while event not in events:
            events.append(json.loads(await server.process.stderr.readline())["event"])
    return events


async def test_server_survives_without_file_descriptors(tmp_path: Path) -> None:
    """It says so once, goes on for those who are here, files included, and accepts again once there are some."""
    async with (
        ServerProcess(data=tmp_path, open_files=64) as server,
        Wire(server.port) as tony,
        Wire(server.port) as http,
    ):
        session = (await tony.join("Tony", "tony"))["DATA"]["SESSION"]
        http.send(request("/server"))
        assert (await answer(http)).status == 200
        for number in range(2):
            with connected(server.port, 100):
                assert "accepting_resumed" not in await logged(server, "accepting_paused")
                assert (await tony.ask(CMD="SEND", TO=[], MSG="still here", ID=str(number)))["TYPE"] == "OKAY"
                http.send(request("/files?name=a.txt", "POST", b"a", Authorization=f"Bearer {session}"))
                assert (await answer(http)).status == 201
            async with Wire(server.port) as mary:
                await mary.join("Mary", f"mary {number}")
                assert "accepting_paused" not in await logged(server, "accepting_resumed")


class Lucky(asyncio.Protocol):
    """Says that it is here."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(b"here")  # type: ignore[attr-defined]
        transport.close()


async def test_defect_costs_one_connection() -> None:
    """The next one is served."""
    made = 0

    def new() -> asyncio.Protocol:
        nonlocal made
        made += 1
        if made == 1:
            raise ZeroDivisionError
        return Lucky()

    (listener,) = bind("127.0.0.1", 0)
    with closing(listener), capture_logs() as logs:
        accepting = asyncio.gather(Acceptor().accept(listener, new))
        for expected in (b"", b"here"):
            async with Wire(listener.getsockname()[1]) as wire, asyncio.timeout(DEADLINE_SECONDS):
                assert await wire.reader.read() == expected
        accepting.cancel()
        await asyncio.gather(accepting, return_exceptions=True)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("connection_failed", "error")]
