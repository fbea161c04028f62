"""The client for threads. The server runs in this test's event loop, the client's callers in threads."""

import asyncio
import gc
import inspect
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from muca.client import (
    AnyEvent,
    BlockingClient,
    CannotConnect,
    Client,
    Connected,
    Disconnected,
    Hits,
    MemoryTokenStore,
    Message,
    NotConnected,
    Refused,
    Role,
)
from muca.model.requests import Search
from muca.model.rooms import LOBBY
from tests.client.certificates import a_certificate
from tests.client.socket_server import SocketServer
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS


class Town:
    """A server in a thread of its own, for tests that block."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = SocketServer(tls=tls)
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.run(self.server.listen())

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(DEADLINE_SECONDS)

    def cut(self) -> None:
        self.loop.call_soon_threadsafe(self.server.cut)

    def close(self) -> None:
        self.run(self.server.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def client(self, *, reconnect: bool = True) -> BlockingClient:
        return BlockingClient(
            self.server.address, uid="me", nickname="Me", tokens=MemoryTokenStore(), reconnect=reconnect
        )


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


def subscribed(client: BlockingClient) -> "SimpleQueue[AnyEvent]":
    queue: SimpleQueue[AnyEvent] = SimpleQueue()
    client.subscribe(queue.put)
    return queue


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_join_send_read_leave(town: Town) -> None:
    with town.client() as chat:
        assert (chat.connected, chat.v, chat.uid, chat.nickname) == (True, 2, "me", "Me")
        assert chat.address == town.server.address
        assert list(chat.peers) == ["me"]
        assert list(chat.rooms) == [LOBBY]

        message = chat.send("hello")

        assert chat.history(LOBBY).events == (message,)
        events = chat.events()
        assert isinstance(next(events), Connected)
        assert next(events) == message
    assert not chat.connected
    assert list(chat.events()) == []


def test_events_after_subscribe_are_refused_at_once(town: Town) -> None:
    with town.client() as chat:
        queue = subscribed(chat)

        with pytest.raises(RuntimeError, match="another consumer"):
            chat.events()
        with pytest.raises(RuntimeError, match="another consumer"):
            chat.subscribe(queue.put)
        assert isinstance(queue.get(timeout=DEADLINE_SECONDS), Connected)


def test_who_has_begun_to_iterate_loses_the_events_to_a_subscriber_and_hears_so(town: Town) -> None:
    with town.client() as chat:
        events = chat.events()
        next(events)
        chat.subscribe(lambda _: None)

        with pytest.raises(RuntimeError, match="another consumer"):
            next(events)


def test_while_a_thread_waits_for_the_next_event_nobody_else_does(town: Town) -> None:
    with town.client() as chat:
        started, others = chat.events(), chat.events()
        heard: SimpleQueue[AnyEvent] = SimpleQueue()

        def listen() -> None:
            for event in started:
                heard.put(event)

        thread = threading.Thread(target=listen)
        thread.start()
        assert isinstance(heard.get(timeout=DEADLINE_SECONDS), Connected)
        until(chat._consuming.locked)

        for consume in (chat.events, lambda: next(others), lambda: chat.subscribe(heard.put)):
            with pytest.raises(RuntimeError, match="another consumer"):
                consume()
    thread.join(DEADLINE_SECONDS)
    assert list(chat.events()) == []


def test_two_threads_use_one_client(town: Town) -> None:
    with town.client() as chat:
        results: dict[str, list[Message]] = {}

        def talk(name: str) -> None:
            results[name] = [chat.send(f"{name} {number}") for number in range(50)]

        threads = [threading.Thread(target=talk, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE_SECONDS)

        seqs = [message.seq for messages in results.values() for message in messages]
        assert sorted(seq for seq in seqs if seq is not None) == list(range(1, 101))
        for name, messages in results.items():
            assert [message.text for message in messages] == [f"{name} {number}" for number in range(50)]
            own = [message.seq or 0 for message in messages]
            assert own == sorted(own)


def test_a_reader_thread_and_a_writer_thread(town: Town) -> None:
    with town.client() as chat:
        texts: list[str] = []

        def read() -> None:
            texts.extend(event.text for event in chat.events() if isinstance(event, Message))

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(20):
            chat.send(str(number))
        until(lambda: len(texts) == 20)
    reader.join(DEADLINE_SECONDS)

    assert not reader.is_alive()
    assert texts == [str(number) for number in range(20)]


def test_a_subscriber_gets_every_event_in_the_clients_thread(town: Town) -> None:
    threads: set[str] = set()
    queue: SimpleQueue[AnyEvent] = SimpleQueue()

    def take(event: AnyEvent) -> None:
        threads.add(threading.current_thread().name)
        queue.put(event)

    chat = town.client()
    chat.subscribe(take)
    chat.connect()
    chat.send("hello")

    assert isinstance(queue.get(timeout=DEADLINE_SECONDS), Connected)
    assert isinstance(queue.get(timeout=DEADLINE_SECONDS), Message)
    assert threads == {"muca client me"}
    chat.close()


def test_a_subscriber_that_fails_is_logged_and_called_again(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    queue: SimpleQueue[AnyEvent] = SimpleQueue()

    def take(event: AnyEvent) -> None:
        queue.put(event)
        raise ZeroDivisionError("of the subscriber")

    chat = town.client()
    chat.subscribe(take)
    chat.connect()
    chat.send("hello")

    assert isinstance(queue.get(timeout=DEADLINE_SECONDS), Connected)
    assert isinstance(queue.get(timeout=DEADLINE_SECONDS), Message)
    chat.close()
    assert "a subscriber failed" in caplog.text
    assert "of the subscriber" in caplog.text


def test_a_subscriber_may_post_but_not_wait(town: Town) -> None:
    errors: SimpleQueue[BaseException] = SimpleQueue()
    sent: SimpleQueue[Future[Message]] = SimpleQueue()
    chat = town.client()

    def take(event: AnyEvent) -> None:
        if isinstance(event, Connected):
            sent.put(chat.post_send("from the callback"))
            try:
                chat.send("never")
            except RuntimeError as error:
                errors.put(error)

    chat.subscribe(take)
    chat.connect()

    assert sent.get(timeout=DEADLINE_SECONDS).result(DEADLINE_SECONDS).text == "from the callback"
    assert "post_" in str(errors.get(timeout=DEADLINE_SECONDS))
    chat.close()


def test_posting_does_not_wait(town: Town) -> None:
    chat = town.client()
    connected = chat.post_connect()
    connected.result(DEADLINE_SECONDS)
    futures = [chat.post_send(str(number)) for number in range(10)]
    page = chat.post_history(LOBBY)

    assert [future.result(DEADLINE_SECONDS).seq for future in futures] == list(range(1, 11))
    assert len(page.result(DEADLINE_SECONDS).events) == 10
    closed = chat.post_close()
    closed.result(DEADLINE_SECONDS)
    with pytest.raises(NotConnected):
        chat.post_send("x")


def test_errors_are_raised_where_one_waits(town: Town) -> None:
    town.server.simulated.tokens["me"] = "secret"
    chat = town.client()
    with pytest.raises(Refused):
        chat.connect()
    with pytest.raises(NotConnected):
        chat.send("x")
    chat.close()


def test_an_unreachable_server_is_reported_and_the_thread_ends(town: Town) -> None:
    town.run(town.server.stop())
    chat = town.client()

    with pytest.raises(CannotConnect), chat:
        pass

    assert not chat._thread.is_alive()


def test_close_ends_the_thread_and_may_be_called_again(town: Town) -> None:
    chat = town.client()
    chat.close()
    chat.close()

    assert not chat._thread.is_alive()
    with pytest.raises(NotConnected):
        chat.connect()


def test_close_from_another_thread_ends_who_waits(town: Town) -> None:
    chat = town.client()
    chat.connect()
    town.server.mute = True
    waiting = chat.post_send("x")
    reader = threading.Thread(target=lambda: list(chat.events()))
    reader.start()

    chat.close()

    with pytest.raises(NotConnected):
        waiting.result(DEADLINE_SECONDS)
    reader.join(DEADLINE_SECONDS)
    assert not reader.is_alive()


def test_close_while_connecting_ends_connect(town: Town) -> None:
    town.server.simulated.tokens["me"] = "secret"
    town.server.mute = True
    chat = town.client()
    connecting = chat.post_connect()

    chat.close()

    with pytest.raises((NotConnected, CancelledError)):
        connecting.result(DEADLINE_SECONDS)


def test_a_client_that_is_dropped_ends_its_thread(town: Town) -> None:
    chat = town.client()
    chat.connect()
    thread = chat._thread

    del chat
    gc.collect()

    thread.join(DEADLINE_SECONDS)
    assert not thread.is_alive()


def test_it_reconnects_by_itself(town: Town) -> None:
    with town.client() as chat:
        events = subscribed(chat)
        assert isinstance(events.get(timeout=DEADLINE_SECONDS), Connected)
        town.cut()
        assert isinstance(events.get(timeout=DEADLINE_SECONDS), Disconnected)
        again = events.get(timeout=DEADLINE_SECONDS)
        assert isinstance(again, Connected)
        assert again.again
        assert chat.send("hello").seq == 1


def test_without_reconnect_the_events_end(town: Town) -> None:
    with town.client(reconnect=False) as chat:
        town.cut()

        assert [type(event) for event in chat.events()] == [Connected, Disconnected]


def test_every_method_of_the_client_is_there_twice() -> None:
    """One that waits and one that gives a future, with the same arguments and documentation."""
    methods = {
        name: method
        for name, method in inspect.getmembers(Client, inspect.iscoroutinefunction)
        if not name.startswith("_") and name not in {"close", "register"}
    }
    assert len(methods) > 40
    for name, method in methods.items():
        waits, posts = getattr(BlockingClient, name), getattr(BlockingClient, f"post_{name}")
        assert inspect.signature(waits).parameters == inspect.signature(method).parameters
        assert (waits.__name__, posts.__name__, posts.__doc__) == (name, f"post_{name}", method.__doc__)


def test_every_property_of_the_client_is_there(town: Town) -> None:
    names = [name for name, _ in inspect.getmembers(Client, lambda member: isinstance(member, property))]
    with town.client() as chat:
        for name in names:
            assert getattr(chat, name) == getattr(chat._client, name), name
        assert (chat.role, chat.away, chat.ignores) == (Role.MEMBER, frozenset(), frozenset())
        assert chat.joined is not None


def test_what_is_asked_is_asked_of_the_server(town: Town) -> None:
    town.server.simulated.canned[Search] = Hits(hits=(), next=3)
    with town.client() as chat:
        assert chat.search("red shift", limit=5).next == 3
        assert chat.post_search("red shift").result(DEADLINE_SECONDS).next == 3
        chat.mark_read(LOBBY, 1)


def test_a_client_that_is_used_in_another_event_loop_says_so(town: Town) -> None:
    """Each ``asyncio.run`` begins one; a future of the first would never be done in the second."""
    chat = Client(town.server.address, uid="me", nickname="Me", tokens=MemoryTokenStore())
    asyncio.run(chat.connect())

    async def next_event() -> object:
        return await anext(chat.events())

    for use in (lambda: chat.send("x"), lambda: chat.upload(b"x", "a"), next_event, chat.connect):
        with pytest.raises(RuntimeError, match="belongs to the event loop"):
            asyncio.run(use())
    asyncio.run(chat.close())
    assert not chat.connected


def test_a_client_whose_event_loop_runs_in_another_thread_says_so(town: Town) -> None:
    with town.client() as chat:
        for use in (chat._client.close, lambda: chat._client.send("x")):
            with pytest.raises(RuntimeError, match="belongs to the event loop"):
                asyncio.run(use())
        assert chat.send("still there").seq == 1


def test_in_the_child_of_a_fork_a_client_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread does not exist there, so a caller would wait forever."""
    with town.client() as chat:
        monkeypatch.setattr("os.getpid", lambda: -1)
        for use in (lambda: chat.send("x"), lambda: chat.post_send("x"), chat.close):
            with pytest.raises(RuntimeError, match="before the process forked"):
                use()
        monkeypatch.undo()
        assert chat.connected


async def test_in_a_notebook_it_registers_and_joins(tmp_path: Path) -> None:
    """There an event loop runs in the thread that calls."""
    async with serving(tmp_path) as server:
        address, tokens = f"127.0.0.1:{server.port}", MemoryTokenStore()

        def cell() -> str:
            async def in_a_loop() -> str:
                BlockingClient.register(address, uid="me", nickname="Me", password="correct horse", tokens=tokens)
                with BlockingClient(address, uid="me", nickname="Me", password="correct horse", tokens=tokens) as chat:
                    return chat.send("from a cell").text

            return asyncio.run(in_a_loop())

        assert await asyncio.to_thread(cell) == "from a cell"


def test_over_tls(tmp_path: Path) -> None:
    """Its event loop is the standard library's, whatever loop other tests have."""
    tokens = MemoryTokenStore()
    with closing(Town(a_certificate(tmp_path).context)) as town:
        for number in (1, 2):
            with BlockingClient(town.server.address, uid="me", nickname="Me", tokens=tokens, tls="always") as chat:
                assert chat.send("hello").seq == number
        with pytest.raises(CannotConnect):
            BlockingClient.register(
                town.server.address, uid="me", nickname="Me", password="p", tokens=MemoryTokenStore()
            )
