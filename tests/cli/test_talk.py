"""The chat for scripts: against a real server, as a shell calls it."""

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from muca.cli import talk
from muca.cli.app import app
from muca.client import Client, MemoryTokenStore, Message
from tests.cli.test_account import account
from tests.client.socket_server import until
from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS


class Shell:
    """Runs commands as ``ci@lab``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def run(self, *arguments: str) -> tuple[int, list[str], str]:
        """Return exit code, lines and errors."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            code = await asyncio.to_thread(app, arguments, result_action="return_value")
        out, errors = self._capsys.readouterr()
        assert isinstance(code, int)
        return code, out.splitlines(), errors


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell with an environment for these tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("MUCA_PROFILES", str(tmp_path / "profiles.toml"))
    monkeypatch.setenv("MUCA_UID", "ci@lab")
    monkeypatch.setattr(talk, "PAGE", 3)
    return Shell(capsys)


@asynccontextmanager
async def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """A server, the shell's, on which Mary is online."""
    (tmp_path / "data").mkdir()
    async with ServerProcess(data=tmp_path / "data", unhurried=True) as server:
        address = f"127.0.0.1:{server.port}"
        monkeypatch.setenv("MUCA_SERVER", address)
        async with Client(address, uid="mary", nickname="Mary", tokens=MemoryTokenStore()) as mary:
            yield mary


async def test_what_is_sent_is_stored(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with chat(tmp_path, monkeypatch) as mary:
        assert await shell.run("send", "Deployed", "--nickname", "CI") == (0, ["lobby 1"], "")
        code, [line], _ = await shell.run("send", "Only for you", "--to", "mary", "--json")
        assert (code, json.loads(line)["MSG"], json.loads(line)["TYPE"]) == (0, "Only for you", "PRIVATE")
        monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
        assert (await shell.run("send", "--reply-to", "1"))[0] == 0
        (tmp_path / "log.txt").write_text("all is well")
        assert (await shell.run("send", "", "--file", str(tmp_path / "log.txt")))[0] == 0
        stored = [event for event in (await mary.history("lobby")).events if isinstance(event, Message)]
        said = [(message.nickname, message.text, message.reply_to) for message in stored]
        assert said == [("CI", "Deployed", None), ("ci@lab", "one\ntwo", 1), ("ci@lab", "", None)]
        assert [file.name for file in stored[2].files] == ["log.txt"]


async def test_rooms_are_found_by_title(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public one is entered first."""
    async with chat(tmp_path, monkeypatch) as mary:
        optics = await mary.create_room("Optics")
        await mary.create_room("Secret", private=True)
        for number in range(4):
            await mary.create_room(f"Room {number}")
        assert (await shell.run("rooms", "optics"))[1] == [f"{optics.room}  Optics (not entered)"]
        code, [line], _ = await shell.run("send", "Hi", "--room", "Optics")
        assert (code, line) == (0, f"{optics.room} 3")
        assert (await shell.run("send", "Hi", "--room", optics.room))[0] == 0
        await mary.send("Hello", room=optics.room)
        lines = (await shell.run("rooms"))[1]
        assert lines[:2] == ["lobby  Lobby", f"{optics.room}  Optics (1 unread)"]
        assert len(lines) == 6
        assert json.loads((await shell.run("rooms", "Optics", "--json"))[1][0])["UNREAD"] == 1
        code, _, errors = await shell.run("send", "Hi", "--room", "Secret")
        assert (code, errors) == (1, "muca: There is no such room, or you may not see it.\n")


async def test_history_goes_back_over_pages(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with chat(tmp_path, monkeypatch) as mary:
        for number in range(8):
            await mary.send(f"message {number}")
        for options, first in (("--limit", "7"), 1), (("--limit", "50"), 0), (("--since", "1h"), 0), ((), 0):
            code, lines, _ = await shell.run("history", *options)
            assert (code, [line.partition("Mary: ")[2] for line in lines]) == (
                0,
                [f"message {number}" for number in range(first, 8)],
            )
        assert [json.loads(line)["SEQ"] for line in (await shell.run("history", "--json", "--limit", "2"))[1]] == [7, 8]
        found = (await shell.run("search", "message", "--limit", "5"))[1]
        assert [line.partition("[Lobby] Mary: ")[2] for line in found] == [f"message {at}" for at in (7, 6, 5, 4, 3)]
        assert len((await shell.run("search", "message", "--limit", "60"))[1]) == 8
        assert (await shell.run("history", "--limit", "0"))[::2] == (2, "muca: --limit must be at least 1.\n")
        assert (await shell.run("peers"))[1] == ["mary  Mary", "ci@lab  ci@lab"]
        await mary.set_away()
        assert (await shell.run("peers"))[1][0] == "mary  Mary (away)"
        assert json.loads((await shell.run("peers", "--json"))[1][0]) == {"UID": "mary", "UN": "Mary"}


async def test_tail_goes_on_where_the_past_ends(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until the server ends the session: here, because the account is disabled."""
    async with chat(tmp_path, monkeypatch) as mary:
        room = await mary.create_room("Optics")
        await mary.send("before")
        shown = ""

        def lines() -> list[str]:
            nonlocal shown
            shown += capsys.readouterr().out
            return [line.partition("Mary: ")[2] for line in shown.splitlines()]

        tailing = asyncio.ensure_future(shell.run("tail", "lobby", "--since", "1m"))
        await until(lambda: lines() == ["before"])
        await mary.send("elsewhere", room=room.room)
        await mary.send("after")
        await until(lambda: lines() == ["before", "after"])
        assert (await account(tmp_path / "data", "disable", "ci@lab"))[0] == 0
        code, _, errors = await tailing
        assert (code, errors.startswith("muca: ")) == (3, True)


async def test_what_controls_a_terminal_is_shown(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with chat(tmp_path, monkeypatch) as mary:
        await mary.send("red \x1b[31m\u202eabc\tdef\nnext 🎈")
        first, second = (await shell.run("history"))[1]
        assert (first[20:], second) == ("Mary: red \\u001b[31m\\u202eabc\tdef", "    next 🎈")


async def test_what_is_wrong_is_said_in_one_line(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1: refused; 2: a wrong command; 3: try again later."""
    async with chat(tmp_path, monkeypatch):
        for arguments, code, why in (
            (("send", "a", "--to", "zoe"), 1, "Nobody here has the user id or nickname “zoe”."),
            (("send", "a", "--to", "mary", "--room", "lobby"), 2, "Give --to or --room, not both."),
            (("send", "a", "--file", "nowhere"), 2, "nowhere: there is no such file."),
            (("tail", "--since", "2x"), 2, "--since must be a number with s, m, h or d, such as 2h, not “2x”."),
            (("history", "--since", "x"), 2, "--since must be a number with s, m, h or d, such as 2h, not “x”."),
            (("peers", "--fingerprint", "1"), 2, "fingerprint must be 'sha256:' and 64 hexadecimal digits, not '1'."),
            (("peers", "--profile", "ci"), 2, f"{tmp_path / 'profiles.toml'}: there is no profile “ci”."),
            (
                ("peers", "--server", "127.0.0.1:1"),
                3,
                "Nothing answers at 127.0.0.1:1; check the port, and that the server is running.",
            ),
        ):
            assert await shell.run(*arguments) == (code, [], f"muca: {why}\n")
