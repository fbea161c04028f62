"""The client with a naive first-generation server, over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from muca.client import (
    Client,
    Connected,
    Disconnected,
    ErrorCode,
    Message,
    Missed,
    NotSupported,
    PeerChange,
    PeerChanged,
    Reach,
    Refused,
)
from muca.model.rooms import LOBBY, conversation_id
from tests.client.socket_server import a_client, next_event, until
from tests.naive.v1_server import NaiveV1Server

OPTIONS = [
    pytest.param({}, id="plain"),
    pytest.param({"spaces": False}, id="without spaces"),
    pytest.param({"list_delay_seconds": 0.2}, id="LIST after 200 ms"),
]
NAMES = ("tony", "mary", "henry", "peter")


@pytest.fixture(params=OPTIONS)
def server(request: pytest.FixtureRequest) -> Iterator[NaiveV1Server]:
    with NaiveV1Server(**request.param) as server:
        yield server
    assert server.faults == []


@pytest.fixture
def plain() -> Iterator[NaiveV1Server]:
    with NaiveV1Server() as server:
        yield server
    assert server.faults == []


@pytest.fixture
async def four(server: NaiveV1Server) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(a_client(f"127.0.0.1:{server.port}", uid=uid)) for uid in NAMES]
        await until(lambda: all(set(client.peers) == set(NAMES) for client in clients))
        yield clients


async def texts(client: Client, count: int) -> list[str]:
    """Return the next messages' texts, with how far they reached."""
    messages = [await next_event(client, Message) for _ in range(count)]
    return [f"{message.reach} {message.sender}: {message.text}" for message in messages if isinstance(message, Message)]


async def test_four_write_to_everyone_to_one_and_to_some(four: list[Client]) -> None:
    tony, mary, henry, peter = four
    assert {client.v for client in four} == {1}

    everyone = await tony.send("to all")
    one = await tony.send("to one", ["mary"])
    some = await tony.send("to some", ["Mary", "henry"])

    assert (everyone.reach, everyone.room, everyone.seq) == (Reach.ALL, LOBBY, None)
    assert (one.reach, one.room) == (Reach.PRIVATE, conversation_id(["tony", "mary"]))
    assert (some.reach, some.room) == (Reach.GROUP, None)
    assert await texts(mary, 3) == ["ALL tony: to all", "PRIVATE tony: to one", "GROUP tony: to some"]
    assert await texts(henry, 2) == ["ALL tony: to all", "GROUP tony: to some"]
    await mary.send("bye", ["peter"])
    assert await texts(peter, 2) == ["ALL tony: to all", "PRIVATE mary: bye"]


async def test_names_are_checked_by_the_client(four: list[Client], server: NaiveV1Server) -> None:
    tony = four[0]
    for to, code in ((["tony"], ErrorCode.NO_RECIPIENT), (["nobody"], ErrorCode.UNKNOWN_RECIPIENT)):
        with pytest.raises(Refused) as caught:
            await tony.send("x", to)
        assert caught.value.code is code
    with pytest.raises(NotSupported):
        await tony.history(LOBBY)

    assert [frame["CMD"] for frame in server.heard] == ["JOIN"] * 4


async def test_twenty_messages_in_a_row_arrive_one_object_a_read(four: list[Client]) -> None:
    tony, mary, *_ = four

    await asyncio.gather(*(tony.send(f"{number} ž 😀\n") for number in range(20)))

    assert await texts(mary, 20) == [f"ALL tony: {number} ž 😀\n" for number in range(20)]


async def test_leaving_and_coming_back_is_seen(four: list[Client], server: NaiveV1Server) -> None:
    tony, *_, peter = four

    await peter.close()
    left = await next_event(tony, PeerChanged, change=PeerChange.LEFT)
    assert list(tony.peers) == ["tony", "mary", "henry"]
    async with a_client(f"127.0.0.1:{server.port}", uid="peter"):
        joined = await next_event(tony, PeerChanged, change=PeerChange.JOINED, uid="peter")

    assert left == PeerChanged(change=PeerChange.LEFT, uid="peter", nickname="Peter")
    assert joined == PeerChanged(change=PeerChange.JOINED, uid="peter", nickname="Peter")


async def test_a_uid_in_use_is_refused(four: list[Client], server: NaiveV1Server) -> None:
    with pytest.raises(Refused, match="“tony”") as caught:
        await a_client(f"127.0.0.1:{server.port}", uid="tony").connect()

    assert caught.value.code is ErrorCode.UID_IN_USE
    assert four[0].connected


async def test_a_killed_server_is_noticed_and_rejoined_when_it_is_back(plain: NaiveV1Server) -> None:
    async with a_client(f"127.0.0.1:{plain.port}") as chat:
        await next_event(chat, Connected)
        await asyncio.to_thread(plain.kill)
        broken = await next_event(chat, Disconnected)
        assert isinstance(broken, Disconnected)
        assert broken.retry_seconds is not None
        assert dict(chat.peers) == {}
        late = asyncio.ensure_future(chat.send("while it was down"))

        plain.restart()

        again = await next_event(chat, Connected)
        assert isinstance(again, Connected)
        assert (again.again, again.v) == (True, 1)
        await next_event(chat, Missed)
        assert (await late).text == "while it was down"
        await until(lambda: plain.heard[-1]["CMD"] == "SEND")


async def test_a_broken_connection_is_made_up_for(plain: NaiveV1Server) -> None:
    async with a_client(f"127.0.0.1:{plain.port}", uid="a") as a, a_client(f"127.0.0.1:{plain.port}", uid="b") as b:
        plain.drop("a")
        await next_event(a, Disconnected)
        await next_event(a, Connected, again=True)
        await until(lambda: {"a", "b"} == set(b.peers))
        await b.send("there you are", ["a"])

        assert await texts(a, 1) == ["PRIVATE b: there you are"]


async def test_the_naive_server_refuses_a_second_join_as_the_real_ones_do(plain: NaiveV1Server) -> None:
    def join_twice() -> list[str]:
        join = json.dumps({"CMD": "JOIN", "UN": "A", "UID": "a"}).encode()
        with socket.create_connection(("127.0.0.1", plain.port)) as connection:
            connection.sendall(join)
            first = connection.recv(1000).decode()
            connection.sendall(join.replace(b'"a"', b'"b"'))
            return [first, connection.recv(1000).decode()]

    first, second = await asyncio.to_thread(join_twice)

    assert first.startswith('{"CMD": "ACK", "TYPE": "OKAY"}{"CMD": "LIST"')
    assert second == '{"CMD": "ACK", "TYPE": "FAIL"}'
