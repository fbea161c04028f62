"""A server's life: start, serve, stop, start again."""

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from muca.model.facts import Wanted
from muca.model.limits import Limits
from muca.model.queries import HistoryQuery
from muca.model.replies import Page
from muca.model.rooms import LOBBY
from muca.model.storage import Look
from muca.server.certificates import CertificateUnusable
from muca.server.config import Config
from muca.server.listeners import CannotListen, bind
from muca.server.own_certificate import own_identity
from muca.server.serve import running
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.serving import UNHURRIED, ServerProcess, serving
from tests.wire import DEADLINE_SECONDS, Wire


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


@pytest.mark.parametrize("tls", [False, True])
async def test_many_may_wait_to_be_accepted(tmp_path: Path, tls: bool) -> None:
    """All of them come while the server is busy with something else: here, this very loop."""
    async with serving(tmp_path, tls=True) as server:
        port = server.tls_port if tls else server.port
        assert port is not None
        with contextlib.ExitStack() as coming:
            for _ in range(500):
                coming.enter_context(socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS))


async def test_who_comes_while_the_server_stops_is_refused(tmp_path: Path) -> None:
    """Nobody waits for a server that will never accept, although a reader holds its end up."""
    limits = Limits(close_seconds=60, unread_bytes_max=100_000_000, **UNHURRIED)
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tmp_path, limits))
        async with Wire(server.port) as deaf:
            await deaf.join("Deaf", "deaf")
            deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
            async with Wire(server.port) as sender:
                await sender.join("Sender", "sender")
                for number in range(200):
                    await sender.ask(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number))
                stopping = asyncio.ensure_future(stack.aclose())
                assert (await sender.until("BYE"))["CODE"] == "server_stopping"
                with pytest.raises(ConnectionRefusedError):
                    await Wire(server.port).__aenter__()
            server.abort()
            await stopping


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
    taken = holder.getsockname()[1]
    config = Config(host="127.0.0.1", port=taken, tls=False, data=str(tmp_path / "new"))
    with pytest.raises(CannotListen):
        async with running(config):
            pass
    config = Config(host="127.0.0.1", port=0, tls_port=taken, data=str(tmp_path / "new"))
    with pytest.raises(CannotListen, match=f"choose another port, such as --tls-port {taken + 1}.$"):
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
        async with running(Config(host="127.0.0.1", port=port, tls=False, data=str(tmp_path))):
            pass
    assert database.read_bytes() == before
    bind("127.0.0.1", port)[0].close()


async def test_ipv6_is_served_where_there_is_any(tmp_path: Path) -> None:
    """All interfaces mean both families."""
    sockets = bind(None, 0)
    families = len(sockets)
    for bound in sockets:
        bound.close()
    async with running(Config(port=0, tls=False, data=str(tmp_path))) as server:
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
        async with asyncio.timeout(DEADLINE_SECONDS):
            assert isinstance(await server.broken, StoreBroken)
        wire.line(CMD="SEND", TO=[], MSG="lost!", ID="2")
        wire.line(CMD="PING", ID="3")
        assert (await wire.until("PONG"))["RE"] == "3"
        async with asyncio.timeout(DEADLINE_SECONDS):
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
    async with ServerProcess(data=tmp_path, unhurried=True) as server:
        loads = [asyncio.ensure_future(load(server.port, uid, acknowledged, loaded)) for uid in ("a", "b", "c")]
        async with asyncio.timeout(DEADLINE_SECONDS):
            await loaded.wait()
        server.signal(signal.SIGTERM)
        code, _ = await server.ended()
        assert code == 0
        await asyncio.gather(*loads)
    store = SqliteStore.open(tmp_path)
    stored: set[str] = set()
    page = Page(room=LOBBY, events=(), more=True)
    while page.more:
        query = HistoryQuery(room=LOBBY, after=len(stored), events_max=1_000, bytes_max=10_000_000)
        look = Look(wanted=Wanted(actor="a", room=LOBBY), guard=lambda _: None, query=query, ts_ms=0)
        found = store.look(look)
        assert isinstance(found, Page)
        page = found
        stored |= {event.text for event in page.events}
    store.close()
    assert acknowledged <= stored


async def test_second_signal_waits_for_no_reader(tmp_path: Path) -> None:
    """One that never reads would hold the server up for seconds."""
    async with ServerProcess(data=tmp_path, unhurried=True) as server, Wire(server.port) as sender:
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


async def test_hangup_has_the_certificate_read_again(tmp_path: Path) -> None:
    """New connections are shown the new one, those that are open go on; a file that is none changes nothing."""
    for name in ("first", "second"):
        own_identity(tmp_path / name, tmp_path / "authority", {"127.0.0.1"}, datetime.now(UTC))
    given = tmp_path / "given"
    given.mkdir()
    settings = tmp_path / "muca.toml"
    settings.write_text(f'host = "127.0.0.1"\ntls_certificate = "{given}/cert.pem"\ntls_key = "{given}/key.pem"\n')

    def give(name: str) -> ssl.SSLContext:
        for file in ("cert.pem", "key.pem"):
            shutil.copy(tmp_path / name / file, given / file)
        return ssl.create_default_context(cafile=tmp_path / name / "ca.pem")

    first = give("first")
    async with ServerProcess("0", "--config", str(settings), data=tmp_path / "data", tls=True) as server:
        log = server.process.stderr
        assert log is not None

        async def hang_up(event: str) -> None:
            server.signal(signal.SIGHUP)
            async with asyncio.timeout(DEADLINE_SECONDS):
                while event.encode() not in await log.readline():
                    pass

        async with Wire(server.tls_port, tls=first) as before:
            told = (await before.join("Before", "before"))["DATA"]["SERVER"]["TLS"]
            assert "OWN" not in told
            shown = told["FINGERPRINT"]
            assert shown in server.greeting
            second = give("second")
            await hang_up("certificate_read")
            async with Wire(server.tls_port, tls=second) as after:
                assert (await after.join("After", "after"))["DATA"]["SERVER"]["TLS"]["FINGERPRINT"] != shown
            (given / "key.pem").write_bytes(b"no key")
            await hang_up("certificate_unusable")
            async with Wire(server.tls_port, tls=second) as still:
                assert (await still.join("Still", "still"))["TYPE"] == "OKAY"
            assert (await before.ask(CMD="SEND", TO=[], MSG="still here", ID="1"))["TYPE"] == "OKAY"


async def test_hangup_without_tls_ends_nothing(tmp_path: Path) -> None:
    """It means “read again” in every configuration, also where there is nothing to read, and also several at once."""
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as wire:
        await wire.join("Tony", "tony")
        for _ in range(3):
            server.signal(signal.SIGHUP)
        assert server.process.stderr is not None
        async with asyncio.timeout(DEADLINE_SECONDS):
            while b"nothing_to_read_again" not in await server.process.stderr.readline():
                pass
        assert (await wire.ask(CMD="SEND", TO=[], MSG="still here", ID="1"))["TYPE"] == "OKAY"
        server.signal(signal.SIGTERM)
        code, _ = await server.ended()
        assert code == 0


async def test_own_certificate_stays_over_a_restart(tmp_path: Path) -> None:
    """And TLS has a port of its own."""
    shown = set()
    for uid in ("before", "after"):
        async with serving(tmp_path, tls=True) as server, Wire(server.port) as wire:
            assert server.certificates is not None
            assert server.tls_port not in {None, 0, server.port}
            assert (await wire.join(uid, uid))["DATA"]["SERVER"]["TLS"]["OWN"] is True
            shown.add(server.certificates.identity.fingerprint)
    assert len(shown) == 1


async def test_key_of_the_authority_among_the_data_is_warned_of(tmp_path: Path) -> None:
    """A backup would hold it."""
    for place, warns in ((tmp_path / "data" / "authority", True), (tmp_path / "authority", False)):
        with capture_logs() as logs:
            async with (
                serving(tmp_path / "data", tls=True, tls_authority=str(place)) as server,
                Wire(server.port) as wire,
            ):
                await wire.join("Tony", "tony")
        assert ("authority_key_in_data_folder" in {entry["event"] for entry in logs}) is warns


async def test_unusable_certificate_starts_nothing(tmp_path: Path) -> None:
    """Nobody can connect, and the database is free again."""
    nothing = str(tmp_path / "none.pem")
    config = Config(host="127.0.0.1", port=0, tls_certificate=nothing, tls_key=nothing, data=str(tmp_path))
    with pytest.raises(CertificateUnusable):
        async with running(config):
            pass
    async with serving(tmp_path):
        pass


async def test_lost_database_is_warned_of(tmp_path: Path) -> None:
    """It may have been removed on purpose, so the server starts."""
    config = Config(host="127.0.0.1", port=0, tls=False, data=str(tmp_path))
    warned = []
    for _ in range(2):
        with capture_logs() as logs:
            async with running(config):
                pass
        warned.append([line["hint"] for line in logs if line["event"] == "database_new"])
        (tmp_path / "muca.sqlite3").write_bytes(b"")
    assert warned[0] == []
    assert ["restore a backup" in hint for hint in warned[1]] == [True]
