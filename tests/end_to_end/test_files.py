"""Files of a server that is killed, or that finds another database: what was acknowledged is there."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import aiohttp

from tests.client.socket_server import until
from tests.server.files.test_folder import everything
from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire


async def upload(port: int, session: str, data: bytes) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {session}"}) as http,
        http.post("/files?name=a.bin", data=data) as answer,
    ):
        assert answer.status == 201
        taken: dict[str, Any] = await answer.json()
        return taken


async def test_a_kill_in_the_middle_of_an_upload_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as raw:
        joined = (await tony.join("Tony", "tony"))["DATA"]
        sent, waiting = [await upload(server.port, joined["SESSION"], data) for data in (b"sent", b"waiting")]
        assert (await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[sent["FILE"]], ID="s"))["TYPE"] == "OKAY"
        head = f"POST /files?name=half HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {joined['SESSION']}\r\n"
        raw.send(f"{head}Content-Length: 1000000\r\n\r\n".encode() + bytes(500_000))
        await until(lambda: any(name.startswith("incoming") for name in everything(folder)))
        await server.kill()
    assert len(everything(folder)) == 3
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        await until(lambda: any(name.startswith("quarantine") for name in everything(folder)))
        assert len(everything(folder)) == 3
        joined = (await tony.join("Tony", "tony", TOKEN=joined["TOKEN"]))["DATA"]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http:
            for file, data in (sent, b"sent"), (waiting, b"waiting"):
                headers = {"Authorization": f"Bearer {joined['SESSION']}"}
                async with http.get(f"/files/{file['FILE']}/x", headers=headers) as answer:
                    assert await answer.read() == data
        page = (await tony.ask(CMD="HISTORY", ROOM="lobby", ID="h"))["DATA"]
        assert page["EVENTS"][0]["FILES"] == [sent], json.dumps(page)
        assert (await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[waiting["FILE"]], ID="w"))["TYPE"] == "OKAY"


async def test_what_was_deleted_before_a_kill_is_removed_after_it(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        joined = (await tony.join("Tony", "tony"))["DATA"]
        file = await upload(server.port, joined["SESSION"], b"secret")
        await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[file["FILE"]], ID="s")
        await tony.ask(CMD="DELETE", ROOM="lobby", SEQ=1, ID="d")
        await server.kill()
    async with ServerProcess(data=tmp_path):
        await until(lambda: everything(tmp_path / "files") == [])


async def test_a_start_without_the_database_deletes_no_attachment(tmp_path: Path) -> None:
    """The operator moved a damaged database away, and puts a backup back later."""
    database, folder = tmp_path / "muca.sqlite3", tmp_path / "files"
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        joined = (await tony.join("Tony", "tony"))["DATA"]
        file = await upload(server.port, joined["SESSION"], b"a photo")
        await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[file["FILE"]], ID="s")
        server.signal(signal.SIGTERM)
        await server.ended()
    database.rename(tmp_path / "backup")
    before = everything(folder)
    async with ServerProcess(data=tmp_path) as server:
        assert server.process.stderr is not None
        async with asyncio.timeout(DEADLINE_SECONDS):
            while b"files_unknown" not in await server.process.stderr.readline():
                pass
        server.signal(signal.SIGTERM)
        await server.ended()
    assert everything(folder) == before
    (tmp_path / "backup").replace(database)
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        joined = (await tony.join("Tony", "tony", TOKEN=joined["TOKEN"]))["DATA"]
        headers = {"Authorization": f"Bearer {joined['SESSION']}"}
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http,
            http.get(f"/files/{file['FILE']}/x", headers=headers) as answer,
        ):
            assert await answer.read() == b"a photo"
