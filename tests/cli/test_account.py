"""``muca account`` as its user sees it, with and without a running server."""

import asyncio
import sys
from pathlib import Path

from muca.model.shell import muca_command
from tests.client.socket_server import until
from tests.end_to_end.test_files import upload
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
        start_new_session=True,  # without a terminal, wherever the tests run
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


async def test_who_is_given_a_role_has_its_rights_at_once(tmp_path: Path) -> None:
    """While it is here: Tony as the owner makes the lobby read-only, Mary may write there once she is a moderator."""
    async with ServerProcess(data=tmp_path) as server:
        for uid in ("tony", "mary"):
            assert (await account(tmp_path, "add", uid, "--password-stdin", stdin=PASSWORD))[0] == 0
        async with Wire(server.port) as tony, Wire(server.port) as mary, Wire(server.port) as again:
            for wire, uid in ((tony, "tony"), (mary, "mary")):
                assert (await wire.join(uid.title(), uid, PASSWORD=PASSWORD))["TYPE"] == "OKAY"
            close_lobby = {"CMD": "SET", "ROOM": "lobby", "READ_ONLY": True, "ID": "1"}
            assert (await tony.ask(**close_lobby))["CODE"] == "not_allowed"
            code, out, errors = await account(tmp_path, "role", "tony", "owner")
            assert (code, out, errors) == (0, "The role of “tony” is now owner.\n", "")
            assert (await tony.ask(**close_lobby))["TYPE"] == "OKAY"
            say = {"CMD": "SEND", "ROOM": "lobby", "MSG": "may I?"}
            assert (await mary.ask(**say, ID="1"))["CODE"] == "room_read_only"
            assert (await account(tmp_path, "role", "mary", "moderator"))[0] == 0
            async with asyncio.timeout(DEADLINE_SECONDS):
                while (await mary.ask(**say, ID="2"))["TYPE"] == "FAIL":
                    pass
            audit = (await tony.ask(CMD="AUDIT", ID="2"))["DATA"]["ENTRIES"]
            given = [entry for entry in audit if entry["ACTION"] == "ROLE"]
            assert [(entry["ACTOR"], entry["UID"], entry["DETAIL"]) for entry in given] == [
                ("-", "mary", "moderator"),
                ("-", "tony", "owner"),
            ]
            assert (await again.join("Mary", "mary", PASSWORD=PASSWORD))["DATA"]["ROLE"] == "moderator"


async def test_no_two_accounts_go_by_one_nickname(tmp_path: Path) -> None:
    """Neither of them could be told from the other. A token alone keeps no nickname; a first password does."""
    async with ServerProcess(data=tmp_path) as server:
        async with Wire(server.port) as ann, Wire(server.port) as guest:
            await ann.join("Tony", "ann")
            await guest.join_v1("Zoe", "zoe")
        for uid, nickname, allowed in (("tony", "Tony", True), ("eve", "TONY", False), ("eve", "Eve", True)):
            arguments = ("add", uid, "--nickname", nickname, "--password-stdin")
            code, _, errors = await account(tmp_path, *arguments, stdin=PASSWORD)
            assert (code, "Another account has the nickname “TONY”" in errors) == ((0, False) if allowed else (2, True))
        code, _, errors = await account(tmp_path, "passwd", "ann", "--password-stdin", stdin=PASSWORD)
        assert (code, "Another account has the nickname “Tony”" in errors) == (2, True)
        assert (await account(tmp_path, "passwd", "tony", "--password-stdin", stdin=PASSWORD))[0] == 0
        code, _, errors = await account(tmp_path, "role", "zoe", "owner")
        assert (code, "“zoe” belongs to a guest" in errors) == (2, True)


async def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path: Path) -> None:
    """Exit code 2, and nothing has changed."""
    async with ServerProcess(data=tmp_path):
        pass
    await account(tmp_path, "add", "tony", "--password-stdin", stdin=PASSWORD)
    passwd = muca_command("account", "passwd", "tony", "--data", str(tmp_path))  # for the same folder
    for arguments, stdin, why in (
        (("add", "tony", "--password-stdin"), PASSWORD, f"run “{passwd}”."),
        (("add", "mary", "--password-stdin"), "short", "The password has 5 characters; 8 to 256 are allowed."),
        (("add", "mary", "--password-stdin"), "", "The password has 0 characters; 8 to 256 are allowed."),
        (("add", "mary", "--password-stdin"), "password", "too easy to guess"),
        (
            ("add", "mary", "--nickname", "Mary Smith", "--password-stdin"),
            "mary smith",
            "must not be the user id or the nickname",
        ),
        (("passwd", "tony", "--password-stdin"), "12345678", "too easy to guess"),
        (("add", "mary"), "", "There is no terminal to ask for the password"),
        (("passwd", "tony"), PASSWORD, "There is no terminal to ask for the password"),
        (("role", "zoe", "owner"), "", "There is no account “zoe”."),
        (("add", "a\nb", "--password-stdin"), PASSWORD, "contains the character U+000A"),
        (("add", " - ", "--password-stdin"), PASSWORD, "The name “ - ” is reserved."),
        (("add", "Room", "--password-stdin"), PASSWORD, "The name “Room” is reserved."),
        (("passwd", "zoe", "--password-stdin"), PASSWORD, "There is no account “zoe”."),
        (("disable", "zoe"), "", "There is no account “zoe”."),
        (("tokens", "tony", "--revoke", "99"), "", "“tony” has no device 99."),
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


async def test_many_accounts_come_from_a_file(tmp_path: Path) -> None:
    """All of them, or none. Those who have no password get one, with which they can join."""
    people = tmp_path / "people.csv"
    async with ServerProcess(data=tmp_path) as server:
        people.write_text("uid,nickname,role\ntony,Tony,owner\nmary,Mary,\n-,,\nmary,,\n")
        code, out, errors = await account(tmp_path, "add", "--csv", str(people))
        assert (code, out) == (2, "")
        assert (
            errors == f"muca: {people}, line 4: The name “-” is reserved.\n{people}, line 5: “mary” was named before.\n"
        )
        _, listed, _ = await account(tmp_path, "list")
        assert len(listed.splitlines()) == 1

        people.write_text("uid,nickname,role,password\ntony,Tony,owner,correct horse\nmary,Mary,,\n")
        code, out, errors = await account(tmp_path, "add", "--csv", str(people))
        assert (code, errors) == (0, "Accounts created: 2.\n")
        [(uid, password)] = [line.split(",") for line in out.splitlines()]
        assert uid == "mary"
        async with Wire(server.port) as tony, Wire(server.port) as mary:
            for wire, who, secret in (tony, "tony", "correct horse"), (mary, "mary", password):
                wire.line(CMD="JOIN", UN=who.title(), UID=who, V=2, PASSWORD=secret)
                assert (await wire.frame())["TYPE"] == "OKAY"
        code, _, errors = await account(tmp_path, "add", "--csv", str(people))
        assert (code, len(errors.splitlines())) == (2, 2)
        assert "The account “tony” already exists." in errors
        for arguments in (), ("zoe", "--csv", str(people)):
            assert (await account(tmp_path, "add", *arguments))[::2] == (2, "muca: Give either a user id or --csv.\n")


async def test_an_erased_account_leaves_nothing(tmp_path: Path) -> None:
    """Its name, messages and files go, in rooms that it has left, too. The others' messages stay."""
    async with (
        ServerProcess(data=tmp_path, unhurried=True) as server,
        Wire(server.port) as tony,
        Wire(server.port) as mary,
    ):
        joined = (await tony.join("Tony Secret", "tony"))["DATA"]
        await mary.join("Mary", "mary")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="c"))["DATA"]["ROOM"]
        await tony.ask(CMD="ENTER", ROOM=room, ID="e")
        for number in range(25):
            await tony.ask(CMD="SEND", TO=[], MSG=f"secret {number}", ID=f"l{number}")
        file = await upload(server.port, joined["SESSION"], b"secret")
        await tony.ask(CMD="SEND", ROOM=room, MSG="secret plan", FILES=[file["FILE"]], ID="r")
        await tony.ask(CMD="SEND", TO=["mary"], MSG="secret, too", ID="d")
        await mary.ask(CMD="SEND", ROOM=room, MSG="harmless", ID="m")
        await tony.ask(CMD="EXIT", ROOM=room, ID="x")

        code, out, errors = await account(tmp_path, "erase", "tony")
        assert (code, out) == (2, "")
        assert errors.startswith("muca: This deletes “tony”, with all messages and files in 3 rooms. Run “")
        code, out, errors = await account(tmp_path, "erase", "tony", "--yes")
        assert (code, out, errors) == (0, "Deleted “tony”, messages: 27.\n", "")
        assert (await tony.until("BYE"))["CODE"] == "account_deleted"
        for where in "lobby", room:
            page = (await mary.ask(CMD="HISTORY", ROOM=where, LIMIT=200, ID="h"))["DATA"]
            texts = [event["MSG"] for event in page["EVENTS"] if event["CMD"] == "MSG" and not event.get("DELETED")]
            assert texts == (["harmless"] if where == room else [])
        assert (await mary.ask(CMD="SEARCH", QUERY="secret", ID="s"))["DATA"]["HITS"] == []
        await until(lambda: list((tmp_path / "files").rglob("f-*")) == [])
        async with asyncio.timeout(DEADLINE_SECONDS):  # its nickname goes while the server is idle
            while "Tony Secret" in str(await mary.ask(CMD="HISTORY", ROOM=room, LIMIT=200, ID="h")):
                pass
        async with Wire(server.port) as again:
            again.line(CMD="JOIN", UN="Other", UID="tony", V=2)
            assert (await again.frame())["TYPE"] == "FAIL"
        code, _, errors = await account(tmp_path, "erase", "nobody", "--yes")
        assert (code, errors) == (2, "muca: There is no account “nobody”.\n")


async def test_the_only_owner_of_something_is_not_erased(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony")
        await tony.ask(CMD="CREATE", TITLE="Optics", ID="c")
        code, _, errors = await account(tmp_path, "erase", "tony", "--yes")
    assert (code, errors) == (
        2,
        "muca: The account is the only owner of “Optics”. Make someone else an owner first, or delete the room.\n",
    )
