"""Files of a server that is killed: what was acknowledged is there, and nothing else stays."""

import json
from pathlib import Path
from typing import Any

import aiohttp

from tests.client.socket_server import until
from tests.server.files.test_folder import everything
from tests.serving import ServerProcess
from tests.wire import Wire


async def upload(port: int, session: str, data: bytes) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {session}"}) as http,
        http.post("/files?name=a.bin", data=data) as answer,
    ):
        assert answer.status == 201
        taken: dict[str, Any] = await answer.json()
        return taken


async def test_a_kill_in_the_middle_of_an_upload_leaves_nothing_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as raw:
        joined = (await tony.join("Tony", "tony"))["DATA"]
        sent, waiting = [await upload(server.port, joined["SESSION"], data) for data in (b"sent", b"waiting")]
        assert (await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[sent["FILE"]], ID="s"))["TYPE"] == "OKAY"
        head = f"POST /files?name=half HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {joined['SESSION']}\r\n"
        raw.send(f"{head}Content-Length: 1000000\r\n\r\n".encode() + bytes(500_000))
        await until(lambda: any(name.startswith("incoming") for name in everything(folder)))
        await server.kill()
    assert len(everything(folder)) == 3
    unknown = folder / sent["FILE"][2:4] / (sent["FILE"][:4] + "0" * 30)
    unknown.write_bytes(b"kept, and killed before the store heard of it")
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        await until(lambda: len(everything(folder)) == 2)
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
