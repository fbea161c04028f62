"""GET /healthz: well, or not."""

from pathlib import Path

import pytest

from muca.model.storage import StoreBroken, StoreError
from muca.storage.sqlite import SqliteStore
from tests.server.web.http import ask
from tests.serving import serving
from tests.wire import Wire


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
