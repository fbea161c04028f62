"""GET /healthz: well, or not."""

import contextlib
from pathlib import Path

import pytest
import structlog

from muca.model.storage import StoreBroken, StoreError
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.server.web.http import ask
from tests.serving import serving
from tests.wire import Wire


async def test_a_damaged_database_is_said_to_everyone_and_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    """To clients, /healthz, /metrics and the log, once; and nothing is written any more."""
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        token = (await tony.join("Tony", "tony"))["DATA"]["TOKEN"]
        room = (await tony.ask(CMD="CREATE", TITLE="Optics", ID="c"))["DATA"]["ROOM"]
        await tony.ask(CMD="SEND", ROOM=room, MSG="to be read", ID="s")
        for number in range(200):
            await tony.ask(CMD="SEND", TO=[], MSG=str(number) * 100, ID=str(number))
    store = SqliteStore.open(tmp_path)
    with contextlib.closing(store):
        [page], [size] = store._writer.execute("SELECT max(pageno) FROM dbstat WHERE name = 'events'"), [4_096]
    with (tmp_path / FILE_NAME).open("r+b") as opened:
        opened.seek((page[0] - 2) * size)
        opened.write(bytes([255]) * size)
    with structlog.testing.capture_logs() as logged:
        async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as again:
            assert (await tony.join("Tony", "tony", TOKEN=token))["TYPE"] == "OKAY"
            seen = [
                await tony.ask(CMD="HISTORY", ROOM="lobby", AFTER=after, LIMIT=40, ID="h")
                for after in range(0, 200, 40)
            ]
            damaged = [answer for answer in seen if answer["TYPE"] == "FAIL"]
            assert damaged
            assert {(answer["CODE"], answer.get("RETRY")) for answer in damaged} == {("storage_damaged", None)}
            read = await tony.ask(CMD="HISTORY", ROOM=room, ID="h")
            assert read["DATA"]["EVENTS"][-1]["MSG"] == "to be read"
            refused = await tony.ask(CMD="SEND", ROOM=room, MSG="lost?", ID="s2")
            assert refused["CODE"] == "storage_damaged"
            assert (await again.join("Tony", "tony", TOKEN=token))["TYPE"] == "OKAY"
            assert (await ask(server.port, "/livez")).json == {"STATUS": "alive"}
            told = await ask(server.port, "/healthz")
            assert (told.status, told.json["CODE"]) == (503, "storage_damaged")
            metrics = (await ask(server.port, "/metrics")).body.decode()
            assert 'muca_storage_failing{what="damage"} 1.0' in metrics
    assert [line["event"] for line in logged].count("store_damaged") == 1


async def test_a_data_folder_that_is_moved_away(tmp_path: Path) -> None:
    """What is said meanwhile is not acknowledged, and the words say why; once it is back, the server goes on."""
    data = tmp_path / "data"
    async with serving(data) as server, Wire(server.port) as tony, Wire(server.port) as owner:
        await owner.join("Olga", "olga")
        await owner.ask(CMD="CLAIM", CODE=server.owner_code, ID="o")
        token = (await tony.join("Tony", "tony"))["DATA"]["TOKEN"]
        await tony.ask(CMD="SEND", TO=[], MSG="before", ID="1")
        data.rename(tmp_path / "elsewhere")
        data.mkdir()
        refused = await tony.ask(CMD="SEND", TO=[], MSG="meanwhile", ID="2")
        assert (refused["CODE"], refused["RETRY"]) == ("storage_unavailable", 5)
        assert "data folder was moved" in refused["TEXT"]
        told = await ask(server.port, "/healthz")
        assert (told.status, told.json["TEXT"]) == (503, refused["TEXT"])
        notice = await owner.until("NOTICE")
        assert (notice["CODE"], notice["TEXT"]) == ("storage_unavailable", refused["TEXT"])
        data.rmdir()
        (tmp_path / "elsewhere").rename(data)
        assert (await tony.ask(CMD="SEND", TO=[], MSG="after", ID="3"))["TYPE"] == "OKAY"
        assert (await ask(server.port, "/healthz")).status == 200
        assert "CODE" not in await owner.until("NOTICE")
    async with serving(data) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony", TOKEN=token)
        page = (await tony.ask(CMD="HISTORY", ROOM="lobby", ID="h"))["DATA"]
        assert [event["MSG"] for event in page["EVENTS"] if event["CMD"] == "MSG"] == ["before", "after"]


@pytest.mark.parametrize("error", [StoreError("full"), StoreBroken("fsync")])
async def test_a_server_that_cannot_write_says_so_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """After a failed fsync it never can again."""

    def fail(*_: object) -> None:
        raise error

    async with serving(tmp_path) as server, Wire(server.port) as wire:
        assert (await ask(server.port, "/healthz")).status == 200
        await wire.join("Tony", "tony")
        with monkeypatch.context() as broken:
            broken.setattr(SqliteStore, "commit", fail)
            wire.line(CMD="SEND", TO=[], MSG="hello", ID="1")
            if isinstance(error, StoreBroken):
                await server.broken
            else:
                assert (await wire.until("ACK"))["CODE"] == "storage_unavailable"
        told = await ask(server.port, "/healthz")
        assert (told.status, told.json["CODE"]) == (503, "storage_unavailable")
        if not isinstance(error, StoreBroken):
            assert (await wire.ask(CMD="SEND", TO=[], MSG="hello", ID="2"))["TYPE"] == "OKAY"
            assert (await ask(server.port, "/healthz")).status == 200
