"""``muca check``: beside a server, and on planted faults."""

import contextlib
import json
from pathlib import Path

import apsw
import pytest

from muca.cli.app import app
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.end_to_end.test_files import upload
from tests.serving import ServerProcess
from tests.storage.words import say
from tests.wire import Wire

ASK_FOR_HELP = "muca: Find out why (disk, memory, another program), and restore a backup (muca restore).\n"


def check(data: Path, *arguments: str) -> int:
    code = app(["check", "--data", str(data), *arguments], result_action="return_value")
    assert isinstance(code, int)
    return code


async def test_a_server_that_runs_is_intact_until_a_file_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        joined = (await tony.join("Tony", "tony"))["DATA"]
        file = await upload(server.port, joined["SESSION"], b"the plan")
        assert (await tony.ask(CMD="SEND", TO=[], MSG="", FILES=[file["FILE"]], ID="s"))["TYPE"] == "OKAY", json.dumps(
            file
        )
        assert check(tmp_path) == 0
        assert capsys.readouterr() == (f"{tmp_path}: everything is intact; files: 1\n", "")
        next((tmp_path / "files").rglob("f-*")).unlink()
        assert check(tmp_path, "--repair") == 1
        assert capsys.readouterr() == (f"File {file['FILE']} is missing.\n", ASK_FOR_HELP)


def plant(data: Path, sql: str) -> None:
    with contextlib.closing(SqliteStore.open(data)) as store:
        store.commit([say(f"message {number}") for number in range(10)])
    with contextlib.closing(apsw.Connection(str(data / FILE_NAME))) as database:
        database.execute(sql).fetchall()


def test_a_wrong_search_index_is_rebuilt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, "UPDATE indexed SET n = 5")
    found = "Differences between the search index and the messages: "
    assert check(tmp_path) == 1
    said, advice = capsys.readouterr()
    assert said.startswith(found)
    assert advice == "muca: Stop the server, and run this command with --repair.\n"
    with contextlib.closing(SqliteStore.open(tmp_path)):
        assert check(tmp_path, "--repair") == 2
    said, why = capsys.readouterr()
    assert "another muca server uses this folder; stop it" in why
    assert check(tmp_path, "--repair") == 0
    said, advice = capsys.readouterr()
    assert said.splitlines()[1:] == ["The indexes were rebuilt.", f"{tmp_path}: everything is intact; files: 0"]
    assert advice == ""


def test_what_is_lost_is_not_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, "DELETE FROM events WHERE id = 1 << 32 | 4")
    assert check(tmp_path, "--repair") == 1
    lost = "Room lobby: 9 events from SEQ 1 to 10, where 10 from 1 to 10 should be.\n"
    assert capsys.readouterr() == (lost, ASK_FOR_HELP)


def test_without_a_database_there_is_nothing_to_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path) == 2
    assert "there is no database here yet" in capsys.readouterr().err
