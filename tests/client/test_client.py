"""The asyncio client over real sockets, with a scripted v2 server."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from muca.client import (
    CannotConnect,
    Client,
    Connected,
    Disconnected,
    ErrorCode,
    FileTokenStore,
    KeyPin,
    MemoryTokenStore,
    Message,
    MucaError,
    NotConnected,
    Refused,
)
from muca.client.backoff import Backoff
from muca.client.outbox import OUTBOX_MAX
from muca.model.rooms import LOBBY
from tests.client.simulated_server import SimulatedServer
from tests.client.socket_server import SocketServer, a_client, next_event, until
from tests.wire import DEADLINE_SECONDS


async def test_join_send_read_leave() -> None:
    async with SocketServer() as server:
        async with a_client(server.address) as chat:
            assert chat.connected
            assert chat.v == 2
            assert (chat.address, chat.uid, chat.nickname) == (server.address, "me", "Me")
            assert list(chat.peers) == ["me"]
            assert list(chat.rooms) == [LOBBY]

            message = await chat.send("hello")

            assert (message.text, message.seq, message.room) == ("hello", 1, LOBBY)
            assert (await chat.history(LOBBY)).events == (message,)
            assert await next_event(chat, Message) == message
        assert [chat.connected, chat.v] == [False, None]
        await until(lambda: server.simulated.connection is None)


async def test_a_send_with_the_id_of_an_earlier_one_is_stored_once() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        first = await chat.send("hello", request_id="mine")
        assert await chat.send("hello", request_id="mine") == first
        assert (first.request_id, (await chat.history(LOBBY)).events) == ("mine", (first,))


async def test_events_end_with_close_and_what_waited_is_still_given() -> None:
    async with SocketServer() as server:
        async with a_client(server.address) as chat:
            await chat.send("hello")

        assert [type(event) async for event in chat.events()] == [Connected, Message]


async def test_events_of_a_waiting_consumer_end_with_close() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        events = chat.events()
        await anext(events)
        waiting = asyncio.ensure_future(anext(events, None))
        await asyncio.sleep(0)

        await chat.close()

        assert await waiting is None


async def test_a_second_consumer_is_told_so_and_one_after_the_other_is_fine() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        assert isinstance(await anext(chat.events()), Connected)
        first = asyncio.ensure_future(anext(chat.events()))
        await asyncio.sleep(0)

        with pytest.raises(RuntimeError, match="another consumer"):
            await anext(chat.events())

        first.cancel()
        await asyncio.wait([first])
        message = await chat.send("hello")
        assert await anext(chat.events()) == message


async def test_an_unreachable_port_is_reported_and_the_client_may_try_again() -> None:
    server = SocketServer()
    async with server:
        pass
    chat = a_client(server.address)

    async with asyncio.timeout(DEADLINE_SECONDS):
        with pytest.raises(CannotConnect, match=f"Nothing answers at {server.address}"):
            await chat.connect()
    connected = [chat.connected]
    async with server:
        await chat.connect()
        connected.append(chat.connected)
        await chat.close()
    assert connected == [False, True]


async def test_a_host_that_swallows_everything_is_reported_after_connect_seconds() -> None:
    """A full backlog drops what comes next, as a firewall would."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        chat = Client(f"127.0.0.1:{port}", uid="me", nickname="Me", tokens=MemoryTokenStore(), connect_seconds=0.2)
        async with asyncio.timeout(DEADLINE_SECONDS):
            with pytest.raises(CannotConnect, match=r"did not answer within 0\.2 seconds"):
                await chat.connect()
        for filler in fillers:
            filler.close()


async def test_a_refused_join_is_raised() -> None:
    async with SocketServer() as server:
        server.simulated.tokens["me"] = "secret"
        with pytest.raises(Refused, match=r"No\.") as caught:
            async with a_client(server.address):
                pass

        assert caught.value.code is ErrorCode.TOKEN_WRONG


async def test_a_token_is_kept_and_brought_by_the_next_client(tmp_path: Path) -> None:
    async with SocketServer() as server:
        tokens = FileTokenStore(tmp_path / "tokens.json")
        async with a_client(server.address, tokens=tokens):
            pass
        async with a_client(server.address, tokens=FileTokenStore(tmp_path / "tokens.json")):
            pass

        first, second = server.simulated.joins
        assert first.token is not None
        assert first.token == second.token == server.simulated.tokens["me"]
        with pytest.raises(Refused):
            await a_client(server.address).connect()


async def test_a_damaged_token_file_is_reported_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("{")
    async with SocketServer() as server:
        with pytest.raises(MucaError, match="is damaged"):
            await a_client(server.address, tokens=FileTokenStore(path)).connect()

        assert server.connections == 0


class UnwritableTokens(MemoryTokenStore):
    """A store whose disk is full."""

    def keep(self, address: str, server_id: str, uid: str, token: str, pin: KeyPin | None = None) -> None:
        raise MucaError("The disk is full.")


async def test_a_token_that_cannot_be_kept_ends_the_client() -> None:
    async with SocketServer() as server:
        chat = a_client(server.address, tokens=UnwritableTokens())

        with pytest.raises(MucaError, match="The disk is full"):
            await chat.connect()

        assert not chat.connected
        events = [event async for event in chat.events()]
        assert events[-1] == Disconnected(explanation="The disk is full.", retry_seconds=None)
        await chat.close()


async def test_after_a_break_it_comes_back_by_itself_and_misses_nothing() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        await chat.send("1")
        await next_event(chat, Message, text="1")
        server.cut()
        server.write("tony", "2")
        server.write("tony", "3")

        broken = await next_event(chat, Disconnected)
        again = await next_event(chat, Connected)
        missed = [await next_event(chat, Message) for _ in range(2)]

        assert isinstance(broken, Disconnected)
        assert broken.retry_seconds is not None
        assert isinstance(again, Connected)
        assert again.again
        assert [getattr(message, "text", None) for message in missed] == ["2", "3"]


async def test_a_send_whose_answer_is_lost_is_stored_once() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        server.mute = True
        sending = asyncio.ensure_future(chat.send("once"))
        await until(lambda: len(server.simulated.logs[LOBBY]) == 1)
        server.cut()
        server.mute = False

        message = await sending

        assert (message.seq, len(server.simulated.logs[LOBBY])) == (1, 1)


async def test_a_send_while_down_waits_for_the_reconnect() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        await server.stop()
        await next_event(chat, Disconnected)
        sending = asyncio.ensure_future(chat.send("late"))
        await asyncio.sleep(0)
        assert not sending.done()

        await server.listen()

        assert (await sending).seq == 1


async def test_retry_now_does_not_wait_for_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backoff, "next_seconds", lambda _: 10 * DEADLINE_SECONDS)
    async with SocketServer() as server, a_client(server.address) as chat:
        server.cut()
        await next_event(chat, Disconnected)

        chat.retry_now()

        await next_event(chat, Connected, again=True)


async def test_a_send_that_waits_when_the_client_is_closed_is_told_so() -> None:
    async with SocketServer() as server:
        chat = a_client(server.address)
        await chat.connect()
        server.mute = True
        sending = asyncio.ensure_future(chat.send("x"))
        await until(lambda: len(server.simulated.logs[LOBBY]) == 1)

        await chat.close()

        with pytest.raises(NotConnected):
            await sending
        with pytest.raises(NotConnected):
            await chat.send("x")
        with pytest.raises(NotConnected, match="create a new one"):
            await chat.connect()


async def test_without_reconnect_a_break_is_the_end() -> None:
    async with SocketServer() as server:
        chat = a_client(server.address, reconnect=False)
        await chat.connect()
        server.cut()

        events = [event async for event in chat.events()]

        assert isinstance(events[-1], Disconnected)
        assert events[-1].retry_seconds is None
        with pytest.raises(NotConnected):
            await chat.send("x")
        await chat.close()


async def test_a_cancelled_send_is_not_asked_again() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        await server.stop()
        await next_event(chat, Disconnected)
        sending = asyncio.ensure_future(chat.send("never"))
        await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await server.listen()

        assert (await chat.send("then")).seq == 1
        assert server.simulated.texts(LOBBY) == ["then"]


async def test_a_cancelled_send_that_was_written_does_no_harm() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        server.mute = True
        sending = asyncio.ensure_future(chat.send("perhaps"))
        await until(lambda: len(server.simulated.logs[LOBBY]) == 1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        server.mute = False

        assert (await chat.send("then")).seq == 2


async def test_a_cancelled_connect_leaves_nothing_behind() -> None:
    async with SocketServer() as server:
        server.simulated.tokens["me"] = "secret"
        server.mute = True  # the FAIL to JOIN is kept back
        chat = a_client(server.address)
        connecting = asyncio.ensure_future(chat.connect())
        await until(lambda: len(server.simulated.joins) == 1)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting

        assert not chat.connected
        await until(lambda: server.simulated.connection is None)
        server.simulated.tokens.clear()
        await chat.connect()
        await chat.close()


@pytest.mark.parametrize("step", ["new", "connecting", "joining", "down"])
async def test_close_works_at_any_time_and_twice(step: str) -> None:
    async with SocketServer() as server:
        chat = a_client(server.address)
        connecting: asyncio.Task[None] | None = None
        if step in {"connecting", "joining"}:
            server.simulated.tokens["me"] = "secret"
            server.mute = True  # the FAIL to JOIN is kept back
            connecting = asyncio.ensure_future(chat.connect())
            await until(lambda: step == "connecting" or len(server.simulated.joins) == 1)
        elif step == "down":
            await chat.connect()
            await server.stop()
            await next_event(chat, Disconnected)

        async with asyncio.timeout(DEADLINE_SECONDS):
            await chat.close()
            await chat.close()

        if connecting is not None:
            with pytest.raises(NotConnected):
                await connecting
        assert not chat.connected


async def test_a_server_that_does_not_let_go_does_not_hold_up_close() -> None:
    released = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(b'{"CMD":"ACK","TYPE":"OKAY"}{"CMD":"LIST","DATA":[]}')
        await released.wait()
        writer.close()

    listener = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with listener:
        chat = a_client(f"127.0.0.1:{listener.sockets[0].getsockname()[1]}")
        await chat.connect()
        async with asyncio.timeout(DEADLINE_SECONDS):
            await chat.close()
        released.set()


async def test_no_more_requests_than_the_outbox_holds_are_under_way() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        server.mute = True
        sends = [asyncio.ensure_future(chat.send(str(number))) for number in range(OUTBOX_MAX + 5)]
        await until(lambda: len(server.simulated.logs[LOBBY]) == OUTBOX_MAX)
        assert not any(send.done() for send in sends)
        server.mute = False
        server.flush()

        messages = await asyncio.gather(*sends)

        assert [message.text for message in messages] == [str(number) for number in range(OUTBOX_MAX + 5)]
        assert [message.seq for message in messages] == list(range(1, OUTBOX_MAX + 6))


async def test_a_message_goes_to_people_or_into_a_room() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        with pytest.raises(ValueError, match="not both"):
            await chat.send("x", ["tony"], room=LOBBY)


async def test_recipients_are_a_list_not_a_string() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        with pytest.raises(TypeError, match="list"):
            await chat.send("x", "tony")


async def test_a_connection_that_breaks_right_after_joining_is_made_up_for() -> None:
    async with SocketServer() as server:

        class CuttingTokens(MemoryTokenStore):
            def keep(self, address: str, server_id: str, uid: str, token: str, pin: KeyPin | None = None) -> None:
                super().keep(address, server_id, uid, token, pin)
                loop.call_soon_threadsafe(server.cut)

        loop = asyncio.get_running_loop()
        async with a_client(server.address, tokens=CuttingTokens()) as chat:
            await next_event(chat, Connected, again=True)
            assert (await chat.send("hello")).seq == 1


async def test_a_connect_that_is_cancelled_when_joined_already_ends_the_client() -> None:
    async with SocketServer() as server:
        keeping = asyncio.Event()
        go_on = threading.Event()

        class SlowTokens(MemoryTokenStore):
            def keep(self, address: str, server_id: str, uid: str, token: str, pin: KeyPin | None = None) -> None:
                loop.call_soon_threadsafe(keeping.set)
                go_on.wait(DEADLINE_SECONDS)

        loop = asyncio.get_running_loop()
        chat = a_client(server.address, tokens=SlowTokens())
        connecting = asyncio.ensure_future(chat.connect())
        await keeping.wait()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        go_on.set()

        assert not chat.connected
        with pytest.raises(NotConnected):
            await chat.send("x")
        await chat.close()


async def test_connect_is_called_once() -> None:
    async with SocketServer() as server, a_client(server.address) as chat:
        with pytest.raises(RuntimeError):
            await chat.connect()


async def test_an_address_that_cannot_be_understood_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="has no port"):
        Client("localhost:chat", uid="me", nickname="Me", tokens=MemoryTokenStore())


async def test_a_defect_ends_the_events_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with SocketServer() as server:
        store = MemoryTokenStore()
        chat = a_client(server.address, tokens=store)
        await chat.connect()

        def broken(address: str, server_id: str, uid: str, token: str, pin: KeyPin | None) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(store, "keep", broken)
        server.simulated = SimulatedServer("server-2")
        server.cut()

        events = [event async for event in chat.events()]

        assert isinstance(events[-1], Disconnected)
        assert "bug in muca" in events[-1].explanation
        assert "the client failed" in caplog.text
        await chat.close()
