"""First-generation programs on a real server, four of each kind, as their users would use them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from muca.model.limits import Limits
from muca.server.serve import Server
from tests.naive.v1_clients import KINDS, NaiveClient, OneFrameARead
from tests.serving import serving
from tests.wire import Wire


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server that leaves more time between frames than usual: a busy machine may keep a program from reading."""
    async with serving(tmp_path, Limits(v1_frame_gap_ms=200)) as running:
        yield running


NAMES = ("Tony", "Mary", "Henry", "Peter")


def play(port: int, kind: type[NaiveClient]) -> None:
    """Join, private, group, broadcast, 20 in a row, leave, rejoin, kill −9. Runs in a thread."""
    tony, mary, henry, peter = four = [kind(port, f"{name}{kind.__name__}") for name in NAMES]
    for client in four:
        client.join()
    everyone = [client.uid for client in four]
    for client in four:
        client.wait(lambda it: it.peers() == everyone)

    tony.send("private\n", mary)
    mary.wait(lambda it: it.messages() == [("PRIVATE", tony.uid, "private\n")])
    henry.send("group", tony, mary)
    tony.wait(lambda it: it.messages() == [("GROUP", henry.uid, "group")])
    mary.wait(lambda it: it.messages()[-1:] == [("GROUP", henry.uid, "group")])
    peter.send("broadcast }{ \u4f60\u597d")
    for client in (tony, mary, henry):
        client.wait(lambda it: it.messages()[-1:] == [("ALL", peter.uid, "broadcast }{ \u4f60\u597d")])
    assert peter.messages() == []

    texts = [f"number {number}" for number in range(20)]
    for text in texts:
        mary.send(text)
    for client in (tony, henry, peter):
        client.wait(lambda it: [m[2] for m in it.messages()][-20:] == texts)

    henry.leave()
    for client in (tony, mary, peter):
        client.wait(lambda it: henry.uid not in it.peers())
    henry = kind(port, henry.nickname)
    henry.join()
    for client in (tony, mary, peter):
        client.wait(lambda it: it.peers()[-1:] == [henry.uid])

    peter.vanish()
    for client in (tony, mary, henry):
        client.wait(lambda it: peter.uid not in it.peers())
    for client in (tony, mary, henry):
        client.leave()
    for client in (*four, henry):
        assert client.broken == []


@pytest.mark.parametrize("kind", KINDS)
async def test_four_of_a_kind(server: Server, kind: type[NaiveClient]) -> None:
    """Every word reaches whom it should, and no program chokes."""
    await asyncio.to_thread(play, server.port, kind)


async def test_all_kinds_and_a_v2_member_share_one_chat(server: Server) -> None:
    """Nobody needs to know what the others run."""
    async with Wire(server.port) as modern:
        await modern.join("Modern", "modern@new")
        old = [await asyncio.to_thread(kind, server.port, kind.__name__) for kind in KINDS]
        for client in old:
            await asyncio.to_thread(client.join)
            assert (await modern.until("PEER"))["UID"] == client.uid
        for client in old:
            await asyncio.to_thread(client.send, f"from {client.nickname}")
            assert (await modern.until("MSG"))["FROM"] == client.uid
        reply = await modern.ask(CMD="SEND", TO=[old[0].uid, old[1].uid], MSG="to two", ID="1")
        assert reply["TYPE"] == "OKAY"
        last = ("GROUP", "modern@new", "to two")
        for client in old[:2]:
            await asyncio.to_thread(client.wait, lambda it: it.messages()[-1:] == [last])
        for client in old:
            await asyncio.to_thread(client.leave)
            assert client.broken == []


async def test_frames_to_one_frame_a_read_programs_stay_apart(server: Server) -> None:
    """Joins and messages of one moment come in reads of their own."""
    watcher = await asyncio.to_thread(OneFrameARead, server.port, "Watcher")
    await asyncio.to_thread(watcher.join)
    async with Wire(server.port) as a, Wire(server.port) as b:
        await asyncio.gather(a.join("A", "a"), b.join("B", "b"))
        for number in range(10):
            a.line(CMD="SEND", TO=[], MSG=f"a{number}")
            b.line(CMD="SEND", TO=["Watcher"], MSG=f"b{number}")
        await asyncio.to_thread(watcher.wait, lambda it: len(it.messages()) == 20)
    await asyncio.to_thread(watcher.wait, lambda it: it.peers() == [it.uid])
    await asyncio.to_thread(watcher.leave)
    assert watcher.broken == []


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_frames_arrive_in_any_cut(server: Server, size: int) -> None:
    """A SEND dribbled in small pieces, and several glued together."""
    async with Wire(server.port) as mary, Wire(server.port) as tony:
        await mary.join_v1("Mary", "mary")
        session = [
            {"CMD": "JOIN", "UN": "Tony", "UID": "tony"},
            {"CMD": "SEND", "MSG": 'one \\ " }{ \u4f60', "TO": ["mary"], "FROM": "tony"},
            {"CMD": "SEND", "MSG": "two", "TO": [], "FROM": "tony"},
        ]
        stream = b"1".join(json.dumps(frame).encode() for frame in session)
        for at in range(0, len(stream), size):
            tony.send(stream[at : at + size])
            await tony.writer.drain()
        assert (await mary.until("MSG"))["MSG"] == 'one \\ " }{ \u4f60'
        assert (await mary.until("MSG"))["MSG"] == "two"
