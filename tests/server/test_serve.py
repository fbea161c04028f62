"""A server's life: start, serve, stop, start again."""

import asyncio
import contextlib
import json
import signal
from pathlib import Path

import pytest

from muca.model.rooms import LOBBY
from muca.model.storage import HistoryPage, HistoryQuery
from muca.server.config import Config
from muca.server.listeners import CannotListen, bind
from muca.server.serve import running
from muca.storage.sqlite import SqliteStore
from muca.storage.store import StoreUnusable
from tests.serving import ServerProcess, serving
from tests.wire import Wire


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_drains(tmp_path: Path, number: signal.Signals) -> None:
    """What came in is committed, everyone is told to come back, the exit code is 0, and the next start has it."""
    async with ServerProcess(data=tmp_path) as server:
        async with Wire(server.port) as wire, Wire(server.port) as old:
            token = (await wire.join("Tony", "tony"))["DATA"]["TOKEN"]
            await old.join_v1("Old", "old")
            for count in range(100):
                wire.line(CMD="SEND", TO=[], MSG=str(count), ID=str(count))
            await wire.until("ACK", RE="0")
            server.signal(number)
            seen = {"0"}
            while (frame := await wire.frame())["CMD"] != "BYE":
                if frame["CMD"] == "ACK":
                    seen.add(frame["RE"])
            assert (frame["CODE"], frame["RESUME"]) == ("server_stopping", True)
            assert await wire.ended()
            assert await old.ended()
        code, _ = await server.ended()
        assert code == 0
    async with serving(tmp_path) as again, Wire(again.port) as wire:
        await wire.join("Tony", "tony", TOKEN=token)
        page = (await wire.ask(CMD="HISTORY", ROOM="lobby", LIMIT=200, ID="h"))["DATA"]
        assert seen <= {event["MSG"] for event in page["EVENTS"]}


async def test_restart_on_the_same_port_needs_no_waiting(tmp_path: Path) -> None:
    """Although connections of the former server are still known to the kernel."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        await wire.join_v1("Old", "old")
        port = server.port
    for _ in range(3):
        async with serving(tmp_path, port=port), Wire(port) as wire:
            assert (await wire.join_v1("Old", "old"))["TYPE"] == "OKAY"


async def test_connection_that_never_joined_is_released(tmp_path: Path) -> None:
    """Stopping does not wait for it."""
    async with serving(tmp_path) as server:
        async with Wire(server.port) as silent:
            pass
        async with Wire(server.port) as half:
            half.send(b'{"CMD":"JO')
            await half.writer.drain()
        silent_too = Wire(server.port)
        await silent_too.__aenter__()
    assert await silent_too.ended()
    await silent_too.close()
    await silent.close()


async def test_port_in_use_starts_nothing(tmp_path: Path) -> None:
    """Not even the database is made."""
    (holder,) = bind("127.0.0.1", 0)
    config = Config(host="127.0.0.1", port=holder.getsockname()[1], data=str(tmp_path / "new"))
    with pytest.raises(CannotListen):
        async with running(config):
            pass
    holder.close()
    assert not (tmp_path / "new").exists()


async def test_unusable_database_leaves_the_port_free(tmp_path: Path) -> None:
    """And the file as it was."""
    database = tmp_path / "muca.sqlite3"
    database.write_bytes(b"not a database" * 100)
    before = database.read_bytes()
    (probe,) = bind("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    with pytest.raises(StoreUnusable):
        async with running(Config(host="127.0.0.1", port=port, data=str(tmp_path))):
            pass
    assert database.read_bytes() == before
    bind("127.0.0.1", port)[0].close()


async def test_ipv6_is_served_where_there_is_any(tmp_path: Path) -> None:
    """All interfaces mean both families."""
    sockets = bind(None, 0)
    families = len(sockets)
    for bound in sockets:
        bound.close()
    async with running(Config(port=0, data=str(tmp_path))) as server:
        for host in ("127.0.0.1", "::1")[:families]:
            async with Wire(server.port, host) as wire:
                assert (await wire.join_v1("Old", f"old {host}"))["TYPE"] == "OKAY"


async def test_dead_disk_ends_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failed fsync nothing is acknowledged any more, and the process is to end."""
    from muca.model.storage import StoreBroken

    def broken(*_: object) -> None:
        raise StoreBroken("fsync failed")

    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tmp_path))
        wire = Wire(server.port)
        await wire.__aenter__()
        await wire.join("Tony", "tony")
        monkeypatch.setattr(SqliteStore, "commit", broken)
        wire.line(CMD="SEND", TO=[], MSG="lost?", ID="1")
        async with asyncio.timeout(10):
            assert isinstance(await server.broken, StoreBroken)
        wire.line(CMD="SEND", TO=[], MSG="lost!", ID="2")
        wire.line(CMD="PING", ID="3")
        assert (await wire.until("PONG"))["RE"] == "3"
        async with asyncio.timeout(10):
            await stack.aclose()
        assert (await wire.frame())["CODE"] == "server_stopping"
        await wire.close()


async def test_stop_under_load_ends(tmp_path: Path) -> None:
    """Senders that go on and on do not keep the server alive; what it acknowledged is there afterwards."""

    async def load(port: int, uid: str, acknowledged: set[str], loaded: asyncio.Event) -> None:
        async with Wire(port) as wire:
            await wire.join("Sender", uid)

            async def write() -> None:
                for number in range(1_000_000):
                    wire.line(CMD="SEND", TO=[], MSG=f"{uid} {number}", ID=f"{uid} {number}")
                    await wire.writer.drain()

            writing = asyncio.ensure_future(write())
            try:
                while line := await wire.reader.readline():
                    frame = json.loads(line)
                    if frame["CMD"] == "ACK":
                        acknowledged.add(frame["RE"])
                        if len(acknowledged) > 500:
                            loaded.set()
            except (ConnectionError, ValueError):
                pass
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    acknowledged: set[str] = set()
    loaded = asyncio.Event()
    async with ServerProcess(data=tmp_path) as server:
        loads = [asyncio.ensure_future(load(server.port, uid, acknowledged, loaded)) for uid in ("a", "b", "c")]
        async with asyncio.timeout(20):
            await loaded.wait()
        server.signal(signal.SIGTERM)
        code, _ = await server.ended()
        assert code == 0
        await asyncio.gather(*loads)
    store = SqliteStore.open(tmp_path)
    stored: set[str] = set()
    page = HistoryPage(events=(), more=True)
    while page.more:
        query = HistoryQuery(room=LOBBY, reader="a", after=len(stored), events_max=1_000, bytes_max=10_000_000)
        found = store.history(query)
        assert found is not None
        page = found
        stored |= {event.text for event in page.events}
    store.close()
    assert acknowledged <= stored


async def test_second_signal_waits_for_no_reader(tmp_path: Path) -> None:
    """One that never reads would hold the server up for seconds."""
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as sender:
        stalled = Wire(server.port)
        await stalled.__aenter__()
        await sender.join("Sender", "sender")
        await stalled.join("Stalled", "stalled")
        stalled.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await sender.until("PEER", TYPE="JOINED")
        for number in range(100_000):
            sender.line(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number))
            while (frame := await sender.frame())["CMD"] == "MSG":
                pass
            if frame["CMD"] == "PEER":  # closed as a slow reader: it is being waited for now
                break
        server.signal(signal.SIGTERM)
        assert (await sender.until("BYE"))["CODE"] == "server_stopping"
        server.signal(signal.SIGTERM)
        code, _ = await server.ended()
        assert code == 0
        stalled.writer.transport.abort()
        await stalled.close()
