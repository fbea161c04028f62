"""``muca backup`` and ``muca restore``, beside a server that runs."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.client.socket_server import until
from tests.end_to_end.test_files import upload
from tests.end_to_end.test_nothing_lost import Ledger, history, load
from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire


async def muca(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command; return exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muca", *map(str, arguments)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        out, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


async def test_a_server_is_backed_up_under_load_killed_and_restored_elsewhere(tmp_path: Path) -> None:
    """Everything that was acknowledged before the backup began is there, with its place."""
    data, archive, ledger = tmp_path / "data", tmp_path / "a.tar.gz", Ledger()
    data.mkdir()
    async with ServerProcess(data=data, unhurried=True) as server:
        async with Wire(server.port) as tony:
            joined = (await tony.join("Tony", "tony"))["DATA"]
            file = await upload(server.port, joined["SESSION"], b"the plan")
            assert (await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[file["FILE"]], ID="s"))["TYPE"] == "OKAY"
        joining = asyncio.Barrier(4)
        writing = asyncio.gather(*(load(server.port, f"sender{at}", 0, ledger, joining) for at in range(4)))
        await asyncio.wait_for(ledger.enough.wait(), DEADLINE_SECONDS)
        before = dict(ledger.acknowledged)
        code, out, errors = await muca("backup", archive, "--data", data)
        assert (code, errors) == (0, "")
        assert out.startswith(f"{archive}: ")
        assert ", files: 1, " in out
        assert len(ledger.acknowledged) > len(before)  # the server went on
        await server.kill()
        await writing

    new = tmp_path / "new"
    code, out, errors = await muca("restore", archive, "--data", new)
    assert (code, errors) == (0, "")
    assert "messages and events until" in out
    async with ServerProcess(data=new) as server, Wire(server.port) as reader:
        welcome = (await reader.join("Tony", "tony", TOKEN=joined["TOKEN"]))["DATA"]
        assert welcome["SERVER"]["FORMER_EPOCH"] == joined["SERVER"]["EPOCH"]
        found = {(event["ROOM"], event["SEQ"]): event["MSG"] for event in await history(reader, "lobby")}
        lobby = {request: place for request, place in before.items() if place[0] == "lobby"}
        assert len(lobby) > 50
        assert {request: found[place] for request, place in lobby.items()} == {request: request for request in lobby}


async def test_a_folder_gets_files_by_time_and_keeps_the_newest(tmp_path: Path) -> None:
    SqliteStore.open(tmp_path / "data").close()
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "muca-2020-01-01T00-00-00Z.tar").touch()
    code, _, errors = await muca("backup", tmp_path / "backups", "--keep", "1", "--data", tmp_path / "data")
    assert (code, errors) == (0, "")
    [made] = (tmp_path / "backups").iterdir()
    assert made.name > "muca-2026"


async def test_what_is_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    """The exit code is 2, or 1 if there is a backup in which files are missing or damaged."""
    code, out, errors = await muca("backup", tmp_path / "a.tar", "--data", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert errors == (
        f"muca: {tmp_path / 'nowhere' / FILE_NAME}: there is no database here yet; "
        "start the server once, or choose the folder that it uses\n"
    )
    assert (await muca("backup", tmp_path, "--keep", "0"))[::2] == (2, "muca: --keep must be at least 1.\n")
    (tmp_path / "note").touch()
    assert (await muca("backup", tmp_path / "note", "--keep", "1"))[::2] == (
        2,
        f"muca: {tmp_path / 'note'}: File exists\n",
    )
    code, _, errors = await muca("restore", tmp_path / "note", "--data", tmp_path / "new")
    assert (code, errors.startswith(f"muca: {tmp_path / 'note'}: is damaged or incomplete")) == (2, True)

    data = tmp_path / "data"
    async with ServerProcess(data=data) as server, Wire(server.port) as tony:
        session = (await tony.join("Tony", "tony"))["DATA"]["SESSION"]
        for content in b"lost", b"damaged":
            await upload(server.port, session, content)
    lost, damaged = sorted(path for path in (data / "files").rglob("f-*"))
    lost.unlink()
    damaged.write_bytes(b"other")
    code, _, errors = await muca("backup", tmp_path / "a.tar", "--data", data)
    assert (code, errors.splitlines()) == (
        1,
        [
            f"muca: Missing in the data folder: {lost.name}.",
            f"muca: Damaged: {damaged.name}.",
        ],
    )


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGTERM")
async def test_one_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    SqliteStore.open(data).close()
    (data / "tls").mkdir()
    os.mkfifo(data / "tls" / "ca.pem")  # it waits here
    (tmp_path / "backups").mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muca", "backup", str(tmp_path / "backups"), "--data", str(data))
    )
    await until(lambda: any((tmp_path / "backups").rglob("muca-*.tar")))
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), DEADLINE_SECONDS) == 128 + signal.SIGTERM
    assert list((tmp_path / "backups").iterdir()) == []
