"""``muca account`` as its user sees it, with and without a running server."""

import asyncio
import sys
from pathlib import Path

from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire

PASSWORD = "correct horse"


async def account(data: Path, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Run the command; give exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muca", "account", *arguments, "--data", str(data)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        out, errors = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


async def test_operator_makes_lists_and_shuts_out_accounts_of_a_running_server(tmp_path: Path) -> None:
    """It joins with its password; disabled, it is cut within the second, and let in again once that is undone."""
    async with ServerProcess(data=tmp_path) as server:
        code, out, errors = await account(
            tmp_path, "add", "tony", "--nickname", "Tony", "--password-stdin", stdin=PASSWORD + "\n"
        )
        assert (code, errors) == (0, ""), out
        async with Wire(server.port) as tony, Wire(server.port) as back:
            tony.line(CMD="JOIN", UN="Tony", UID="tony", V=2, PASSWORD=PASSWORD)
            welcome = await tony.frame()
            assert welcome["TYPE"] == "OKAY"
            _, listed, _ = await account(tmp_path, "list")
            assert [line.split()[:4] for line in listed.splitlines()][1:] == [["tony", "Tony", "member", "registered"]]
            _, devices, _ = await account(tmp_path, "tokens", "tony")
            device = devices.splitlines()[1].split()[0]
            assert (await account(tmp_path, "disable", "tony"))[0] == 0
            assert (await tony.until("BYE"))["CODE"] == "signed_out"
            join = {"CMD": "JOIN", "UN": "Tony", "UID": "tony", "V": 2, "TOKEN": welcome["DATA"]["TOKEN"]}
            back.line(**join)
            assert (await back.frame())["CODE"] == "account_disabled"
            assert (await account(tmp_path, "disable", "tony", "--undo"))[0] == 0
            back.line(**join)
            assert (await back.frame())["TYPE"] == "OKAY"
            assert (await account(tmp_path, "tokens", "tony", "--revoke", device))[0] == 0
            assert (await back.until("BYE"))["CODE"] == "signed_out"


async def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 2, and nothing has changed."""
    async with ServerProcess(data=tmp_path):
        pass
    await account(tmp_path, "add", "tony", "--password-stdin", stdin=PASSWORD)
    for arguments, stdin, why in (
        (("add", "tony", "--password-stdin"), PASSWORD, "There is an account «tony» already"),
        (("add", "mary", "--password-stdin"), "short", "A password has 8 to 256 characters."),
        (("add", "a\nb", "--password-stdin"), PASSWORD, "contains the character U+000A"),
        (("passwd", "zoe", "--password-stdin"), PASSWORD, "There is no account «zoe»."),
        (("disable", "zoe"), "", "There is no account «zoe»."),
        (("tokens", "tony", "--revoke", "99"), "", "«tony» has no device 99."),
    ):
        code, out, errors = await account(tmp_path, *arguments, stdin=stdin)
        assert (code, out) == (2, "")
        assert why in errors
        assert errors.count("\n") == 1
    _, listed, _ = await account(tmp_path, "list")
    assert len(listed.splitlines()) == 2


async def test_where_there_is_no_server_it_says_so(tmp_path: Path) -> None:
    """And makes nothing."""
    code, _, errors = await account(tmp_path / "nowhere", "list")
    assert code == 2
    assert "nowhere" in errors
    assert not (tmp_path / "nowhere").exists()
