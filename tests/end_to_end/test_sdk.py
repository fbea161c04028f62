"""The SDK on the real server: both generations in one room, breaks, restarts, tokens."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import msgspec
import pytest
import pytest_asyncio

from muca.client import (
    Client,
    Connected,
    Disconnected,
    ErrorCode,
    FileTokenStore,
    Ignoring,
    MarkerMoved,
    MemoryTokenStore,
    Message,
    PeerChange,
    PeerChanged,
    Reach,
    Refused,
    RoomOpened,
)
from muca.client.inbox import EVENTS_MAX
from muca.model.limits import Limits
from muca.model.rooms import LOBBY, conversation_id
from muca.server.serve import Server
from tests.browser.seeding import seed_conversations
from tests.client.proxy import Proxy
from tests.client.socket_server import a_client, next_event, until
from tests.serving import UNHURRIED, serving
from tests.websocket import WebSocketWire
from tests.wire import DEADLINE_SECONDS, Wire

ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server with its defaults, but that nobody is too fast for."""
    async with serving(tmp_path, Limits(**UNHURRIED)) as running:
        yield running


def at(port: int) -> str:
    """Return the address of a port on loopback."""
    return f"127.0.0.1:{port}"


def for_others(*sent: Message) -> list[Message]:
    """Return messages as everyone but the sender sees them."""
    return [msgspec.structs.replace(message, request_id=None) for message in sent]


async def messages(client: Client, count: int) -> list[Message]:
    """Return the next messages."""
    found = [await next_event(client, Message) for _ in range(count)]
    return [message for message in found if isinstance(message, Message)]


async def test_a_large_server_lists_everyone_page_by_page(tmp_path: Path) -> None:
    """Whatever JOIN listed; and those who come and go afterwards are followed."""
    async with serving(tmp_path, Limits(**UNHURRIED, peers_in_join_max=2)) as server, AsyncExitStack() as stack:
        uids = [f"p{number}" for number in range(5)]
        for uid in uids:
            await stack.enter_async_context(a_client(at(server.port), uid=uid))
        async with a_client(at(server.port), uid="last") as last:
            await until(lambda: list(last.peers) == [*uids, "last"])
            async with a_client(at(server.port), uid="guest"):
                await until(lambda: "guest" in last.peers)
            await until(lambda: list(last.peers) == [*uids, "last"])


async def test_everyone_some_and_one(server: Server) -> None:
    async with a_client(at(server.port), uid="tony") as tony, a_client(at(server.port), uid="mary") as mary:
        await until(lambda: "mary" in tony.peers)
        sent = [await tony.send("to all"), await tony.send("to one", ["Mary"])]

        assert [message.reach for message in sent] == [Reach.ALL, Reach.PRIVATE]
        assert sent[1].room == conversation_id(["tony", "mary"])
        assert await messages(tony, 2) == sent
        assert await messages(mary, 2) == for_others(*sent)
        assert (await mary.history(LOBBY)).events == tuple(for_others(sent[0]))
        with pytest.raises(Refused) as caught:
            await tony.send("x", ["nobody"])
        assert caught.value.code is ErrorCode.UNKNOWN_RECIPIENT


async def test_with_a_first_generation_program(server: Server) -> None:
    async with a_client(at(server.port), uid="tony") as tony, Wire(server.port) as wire:
        assert (await wire.join_v1("Old", "old"))["TYPE"] == "OKAY"
        await next_event(tony, PeerChanged, change=PeerChange.JOINED, uid="old")
        sent = await tony.send("hello", ["Old"])
        assert await wire.until("MSG") == {"CMD": "MSG", "TYPE": "PRIVATE", "MSG": "hello", "FROM": "tony"}
        wire.send({"CMD": "SEND", "MSG": "hi\n", "TO": ["tony"], "FROM": "forged"})

        await next_event(tony, RoomOpened)
        first, second = await messages(tony, 2)

        assert first == sent
        assert (second.text, second.sender, second.room, second.seq) == ("hi\n", "old", sent.room, 2)


async def test_a_half_open_session_is_taken_over_and_nobody_notices(server: Server) -> None:
    async with (
        Proxy(server.port) as proxy,
        a_client(at(server.port), uid="mary") as mary,
        a_client(proxy.address, uid="tony") as tony,
    ):
        await next_event(mary, PeerChanged, change=PeerChange.JOINED, uid="tony")
        proxy.abandon()
        sent = await mary.send("did you hear?")
        await next_event(tony, Connected, again=True)

        assert await messages(tony, 1) == for_others(sent)
        assert (await tony.send("yes")).seq == 2
        heard = [await anext(mary.events()) for _ in range(2)]
        assert [type(event) for event in heard] == [Message, Message]


async def test_a_restart_with_the_same_data_loses_and_doubles_nothing(tmp_path: Path) -> None:
    tokens = {uid: MemoryTokenStore() for uid in ("tony", "mary")}
    async with serving(tmp_path) as first:
        port = first.port
        tony = a_client(at(port), uid="tony", tokens=tokens["tony"])
        mary = a_client(at(port), uid="mary", tokens=tokens["mary"])
        await tony.connect()
        await mary.connect()
        before = [await tony.send(f"before {number}") for number in range(3)]
        assert await messages(mary, 3) == for_others(*before)
    await next_event(tony, Disconnected)
    sending = [asyncio.ensure_future(tony.send(f"meanwhile {number}")) for number in range(3)]
    async with serving(tmp_path, port=port):
        meanwhile = await asyncio.gather(*sending)
        await next_event(mary, Connected, again=True)
        after = [await tony.send("after"), await tony.send("private", ["mary"])]

        assert [message.seq for message in (*before, *meanwhile, *after[:1])] == list(range(1, 8))
        heard = await messages(mary, 5)
        assert [m for m in heard if m.room == LOBBY] == for_others(*meanwhile, after[0])
        assert [m for m in heard if m.room != LOBBY] == for_others(after[1])
        assert (await mary.history(LOBBY, after=0)).events == tuple(for_others(*before, *meanwhile, after[0]))
        await tony.close()
        await mary.close()


async def test_a_claimed_uid_is_its_owners(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    async with a_client(at(server.port), uid="tony", tokens=FileTokenStore(path)):
        pass
    async with a_client(f"localhost:{server.port}", uid="tony", tokens=FileTokenStore(path)) as again:
        assert again.connected  # another address of the same server: it asks for its token by its id
    with pytest.raises(Refused) as caught:
        await a_client(at(server.port), uid="tony").connect()

    assert caught.value.code is ErrorCode.TOKEN_WRONG


async def test_when_the_answer_to_the_first_join_is_lost_the_uid_is_still_its_owners(server: Server) -> None:
    tokens = MemoryTokenStore()
    made_up = tokens.prepare(at(server.port), "tony").first
    async with Wire(server.port) as lost:
        assert (await lost.join("Tony", "tony", TOKEN=made_up))["TYPE"] == "OKAY"  # the client never hears of it

    async with a_client(at(server.port), uid="tony", tokens=tokens) as tony:
        assert tony.connected


async def test_two_devices_of_one_account_are_in_step(server: Server) -> None:
    tokens = MemoryTokenStore()
    async with (
        a_client(at(server.port), uid="mary") as mary,
        a_client(at(server.port), uid="tony", tokens=tokens) as desk,
        a_client(at(server.port), uid="tony", tokens=tokens) as phone,
    ):
        sent = [await mary.send("@Tony, lunch?"), await desk.send("Yes", ["mary"])]
        assert await messages(desk, 2) == await messages(phone, 2)
        assert phone.rooms[LOBBY].mentions == 1

        await phone.mark_read(LOBBY, sent[0].seq or 0)
        await desk.ignore("mary")
        for device in (desk, phone):
            await next_event(device, MarkerMoved, uid="tony", unread=0)
            await next_event(device, Ignoring, uids=("mary",))
            assert (device.rooms[LOBBY].unread, device.rooms[LOBBY].mentions, device.ignores) == (
                0,
                0,
                frozenset({"mary"}),
            )


async def test_only_the_sessions_of_the_sender_see_the_id_of_a_send(server: Server) -> None:
    """In the push and in HISTORY, over TCP and over WebSocket; nobody does once the message is deleted."""
    async with Wire(server.port) as tony, WebSocketWire(server.port) as page, Wire(server.port) as mary:
        token = (await tony.join("Tony", "tony"))["DATA"]["TOKEN"]
        await page.join("Tony", "tony", TOKEN=token)
        await mary.join("Mary", "mary")
        tony.line(CMD="SEND", TO=[], MSG="hello", ID="own")
        pushes = [await each.until("MSG") for each in (tony, page, mary)]
        assert [push.get("ID") for push in pushes] == ["own", "own", None]
        for each, id in (tony, "own"), (page, "own"), (mary, None):
            [message] = (await each.ask(CMD="HISTORY", ROOM=LOBBY, ID="h"))["DATA"]["EVENTS"]
            assert message.get("ID") == id
        await tony.ask(CMD="DELETE", ROOM=LOBBY, SEQ=1, ID="d")
        for each in (tony, mary):
            message, _ = (await each.ask(CMD="HISTORY", ROOM=LOBBY, ID="h2"))["DATA"]["EVENTS"]
            assert "ID" not in message


async def test_what_retention_removes_counts_no_longer_on_any_live_session(server: Server) -> None:
    """Nor in a fresh JOIN: all three say what HISTORY has left."""
    async with (
        a_client(at(server.port), uid="tony") as tony,
        a_client(at(server.port), uid="mary", tokens=(tokens := MemoryTokenStore())) as mary,
        Wire(server.port) as zoe,
    ):
        await zoe.join("Zoe", "zoe")
        room = (await tony.create_room("Lab")).room
        for uid in ("mary", "zoe"):
            await tony.invite(room, uid)
        for _ in range(4):
            await tony.send("@Mary", room=room)
        await tony.send("last", room=room)
        await until(lambda: room in mary.rooms and mary.rooms[room].unread == 5)
        assert mary.rooms[room].mentions == 4

        await tony.set_room(room, keep_events=3)  # two messages, and this setting
        await until(lambda: mary.rooms[room].unread == 2)
        told = await zoe.until("READ", ROOM=room)
        assert (mary.rooms[room].mentions, told["UNREAD"], told["MENTIONS"]) == (1, 2, 0)
        left = (await mary.history(room)).events
        assert len([message for message in left if isinstance(message, Message)]) == 2
        async with a_client(at(server.port), uid="mary", tokens=tokens) as again:
            assert again.rooms[room] == mary.rooms[room]


async def test_more_conversations_than_join_lists_are_all_known_with_what_is_unread(tmp_path: Path) -> None:
    """All 620 are unread, as with somebody whom everybody writes to."""
    tokens = MemoryTokenStore()
    async with (
        serving(tmp_path, Limits(**UNHURRIED)) as first,
        a_client(at(port := first.port), uid="mary", tokens=tokens),
    ):
        pass
    seed_conversations(tmp_path, "mary", 620)
    async with (
        serving(tmp_path, Limits(**UNHURRIED), port) as server,
        a_client(at(server.port), uid="mary", tokens=tokens) as mary,
        a_client(at(server.port), uid="writer 0") as writer,
    ):
        assert mary.joined is not None
        assert mary.joined.more_rooms
        await until(lambda: len(mary.rooms) == 621)
        assert sum(room.unread for room in mary.rooms.values()) == 620
        oldest = (await writer.send("again", to=["mary"])).room
        await until(lambda: mary.rooms[oldest or ""].unread == 2)
        async with a_client(at(server.port), uid="mary", tokens=tokens) as again:
            await until(lambda: len(again.rooms) == 621)
            assert dict(again.rooms) == dict(mary.rooms)


@pytest.mark.parametrize("seed", range(3))
async def test_cut_anywhere_under_load_everything_arrives_once_and_in_order(server: Server, seed: int) -> None:
    """Two clients write through a network that breaks after random numbers of bytes, also in the middle of frames."""
    random = Random(seed)
    count = 150
    async with (
        Proxy(server.port) as proxy,
        a_client(at(server.port), uid="reader") as reader,
        a_client(proxy.address, uid="tony") as tony,
        a_client(proxy.address, uid="mary") as mary,
    ):

        async def write(client: Client) -> list[Message]:
            return list(await asyncio.gather(*(client.send(f"{client.uid} {number}") for number in range(count))))

        async def disturb() -> None:
            for _ in range(6):
                proxy.bytes_until_cut = random.randrange(1, 12_000)
                await until(lambda: proxy.bytes_until_cut is None or written.done())

        written = asyncio.gather(write(tony), write(mary))
        async with asyncio.timeout(3 * DEADLINE_SECONDS):
            await disturb()
            proxy.bytes_until_cut = None
            answers = await written
            heard = {client.uid: await messages(client, 2 * count) for client in (reader, tony, mary)}

    assert proxy.connections > 4
    expected = sorted((message for own in answers for message in own), key=lambda message: message.seq or 0)
    assert [message.seq for message in expected] == list(range(1, 2 * count + 1))
    for own in answers:
        assert [message.seq for message in own] == sorted(message.seq or 0 for message in own)
    assert heard == {
        uid: [message if message.sender == uid else for_others(message)[0] for message in expected] for uid in heard
    }


async def test_a_consumer_slower_than_its_queue_gets_everything(server: Server) -> None:
    count = EVENTS_MAX + 500
    async with a_client(at(server.port), uid="tony") as tony, a_client(at(server.port), uid="mary") as mary:
        await asyncio.gather(*(tony.send(str(number)) for number in range(count)))
        await until(lambda: mary._link._known.inbox.congested)
        assert (await mary.send("still able to write")).seq == count + 1

        heard = await messages(mary, count + 1)

        assert [message.seq for message in heard] == list(range(1, count + 2))


def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which a program's tokens end with the test."""
    return os.environ | {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}


async def test_the_echo_bot_echoes_in_ten_lines(server: Server, tmp_path: Path) -> None:
    bot = ROOT / "examples" / "echo_bot.py"
    assert len([line for line in bot.read_text().splitlines() if line.strip()]) == 10
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(bot), at(server.port), env=environment(tmp_path / "home")
    )
    try:
        async with a_client(at(server.port), uid="tony") as tony:
            await until(lambda: "echo-bot" in tony.peers)
            await tony.send("not for the bot")
            sent = await tony.send("echo this", ["Echo"])
            await next_event(tony, Message, text="echo this", sender="tony")
            answer = await next_event(tony, Message, room=sent.room)

            assert isinstance(answer, Message)
            assert (answer.sender, answer.text) == ("echo-bot", "echo this")
    finally:
        process.kill()
        await process.wait()


_PROGRAMS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", (ROOT / "docs" / "SDK.md").read_text(), re.DOTALL)

_BOT = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def test_the_programs_of_the_documentation_pass_strict_type_checks(tmp_path: Path) -> None:
    programs = [program for program, _ in _PROGRAMS] + _BOT
    files = [tmp_path / f"program_{number}.py" for number in range(len(programs))]
    for file, program in zip(files, programs, strict=True):
        file.write_text(program)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.stdout, checked.stderr) == (f"Success: no issues found in {len(files)} source files\n", "")


@pytest.mark.parametrize(("program", "output"), _PROGRAMS)
async def test_the_programs_of_the_documentation_run(server: Server, tmp_path: Path, program: str, output: str) -> None:
    program = re.sub(r'"localhost(:40452)?"', f'"{at(server.port)}"', program)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", program),
        env=environment(tmp_path / "home"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(DEADLINE_SECONDS):
        printed, complaints = await process.communicate()

    assert (printed.decode(), complaints.decode(), process.returncode) == (output, "", 0)
