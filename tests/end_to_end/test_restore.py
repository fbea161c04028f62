"""A server is restored from a backup while programs and windows know more than it does."""

import asyncio
from functools import partial
from pathlib import Path

from muca.client import BlockingClient, Client, Connected, MemoryTokenStore, Message, Resynchronised
from muca.model.ids import Uid
from muca.model.rooms import LOBBY
from muca.ui.config_txt import Profile
from muca.ui.view.chat import Chat
from tests.client.socket_server import next_event, until
from tests.restoring import back_up, put_back
from tests.serving import serving


def a_client(port: int, uid: Uid) -> Client:
    return Client(f"127.0.0.1:{port}", uid=uid, nickname=uid.title(), tokens=MemoryTokenStore())


async def say(port: int, *texts: str) -> None:
    """Make somebody write who was not there before."""
    async with a_client(port, "zoe") as zoe:
        for text in texts:
            await zoe.send(text)


async def test_bots_and_windows_live_through_a_restore(tmp_path: Path) -> None:
    """What came after the backup vanishes, what was written since comes exactly once, what is unsent goes out."""
    data = tmp_path / "data"
    async with serving(data) as server:
        port = server.port
        bot = a_client(port, "bot")
        await bot.connect()

        address, who = f"127.0.0.1:{port}", {"uid": "tony", "nickname": "Tony"}
        make_client = partial(BlockingClient, address, **who, tokens=MemoryTokenStore())  # type: ignore[arg-type]
        register = partial(BlockingClient.register, address, **who)  # type: ignore[arg-type]
        window = Chat(Profile(uid="tony", nickname="Tony", server="127.0.0.1", port=port), make_client, register)

        def shown() -> list[str]:
            window.drain(1, 1_000)
            return [entry.text for entry in window.timeline.entries]

        window.join()
        await bot.send("kept 1")
        await bot.send("kept 2")
        await until(lambda: shown() == ["kept 1", "kept 2"])
        backup = back_up(data)
        for number in range(3, 6):
            await bot.send(f"lost {number}")
        await until(lambda: shown()[-1:] == ["lost 5"])
        assert (await next_event(bot, Message, text="lost 5")) is not None
    put_back(backup, data)
    sending = asyncio.ensure_future(bot.send("unsent"))
    async with serving(data) as elsewhere:
        await say(elsewhere.port, "since 3", "since 4")

    async with serving(data, port=port):
        bot.retry_now()
        await sending
        heard: list[object] = []
        async for event in bot.events():
            if isinstance(event, Message | Resynchronised | Connected):
                heard.append(event)
            if isinstance(event, Message) and event.text == "unsent":
                break
        assert isinstance(heard[0], Connected)
        assert heard[1] == Resynchronised(room=LOBBY, seq=2)
        texts = [event.text for event in heard if isinstance(event, Message)]
        assert texts == ["since 3", "since 4", "unsent"]
        window.join()
        await until(lambda: shown() == ["kept 1", "kept 2", "since 3", "since 4", "unsent"])
        assert any("restored to an earlier state" in line.text for line in window.take_console())
        window.leave()
        await bot.close()


async def test_a_move_to_another_folder_costs_nobody_anything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with serving(data) as server:
        port = server.port
        bot = a_client(port, "bot")
        await bot.connect()
        await bot.send("before")
        backup = back_up(data)
    moved = tmp_path / "moved"
    moved.mkdir()
    put_back(backup, moved)
    async with serving(moved) as elsewhere:
        await say(elsewhere.port, "meanwhile")
    async with serving(moved, port=port):
        bot.retry_now()
        await bot.send("after")
        heard: list[object] = []
        async for event in bot.events():
            heard.append(event.text if isinstance(event, Message) else type(event))
            if heard[-1] == "after":
                break
        assert [text for text in heard if isinstance(text, str)] == ["before", "meanwhile", "after"]
        assert Resynchronised not in heard
        await bot.close()
