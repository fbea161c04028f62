"""Readers who do not read and senders who do not wait."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psutil
import pytest

from muca.model.limits import Limits
from tests.serving import UNHURRIED, serving
from tests.wire import DEADLINE_SECONDS, Wire

UNREAD_BYTES_MAX = 65_536


async def test_slow_reader_is_closed_and_nobody_waits(tmp_path: Path) -> None:
    """Its peer leaves; everyone else has every message."""
    async with (
        serving(tmp_path, Limits(unread_bytes_max=UNREAD_BYTES_MAX, close_seconds=1, **UNHURRIED)) as server,
        Wire(server.port) as sender,
        Wire(server.port) as stalled,
    ):
        await sender.join("Sender", "sender")
        await stalled.join("Stalled", "stalled")
        stalled.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await sender.until("PEER", TYPE="JOINED")
        text, sent = "x" * 9_000, 0
        while True:
            sent += 1
            sender.line(CMD="SEND", TO=[], MSG=text, ID=str(sent))
            frame = await sender.frame()
            while frame["CMD"] == "MSG":
                frame = await sender.frame()
            if frame["CMD"] == "PEER":
                break
            assert sent < 5_000, "the stalled reader was never closed"
        assert (frame["TYPE"], frame["UID"]) == ("LEFT", "stalled")
        assert (await sender.ask(CMD="HISTORY", ROOM="lobby", LIMIT=1, ID="h"))["DATA"]["EVENTS"][0]["SEQ"] >= sent - 1


@contextmanager
def members_that_never_read(port: int, count: int) -> Iterator[None]:
    """Have so many members here that ask to join and then read nothing; they keep next to nothing for themselves."""
    with ExitStack() as members:
        for number in range(count):
            member = members.enter_context(socket.socket())
            member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            member.connect(("127.0.0.1", port))
            member.sendall(b'{"CMD":"JOIN","UN":"Deaf %d","UID":"deaf %d","V":2}\n' % (number, number))
        yield


@pytest.mark.parametrize("buffer_bytes", [32_768, 131_072])
async def test_members_that_never_read_cost_what_the_limits_say(tmp_path: Path, buffer_bytes: int) -> None:
    """All that was sent to them before they were closed waited in this process or in the kernel."""
    members, text = 500, "x" * 9_000
    limits = Limits(
        unread_bytes_max=UNREAD_BYTES_MAX, socket_buffer_bytes=buffer_bytes, members_in_join_max=1, close_seconds=1
    )
    async with (
        serving(tmp_path, msgspec.structs.replace(limits, **UNHURRIED)) as server,
        Wire(server.port) as sender,
    ):
        await sender.join("Sender", "sender")
        with members_that_never_read(server.port, members):
            for _ in range(members):
                await sender.until("PEER", TYPE="JOINED")
            sent = left = 0
            while left < members:
                sender.line(CMD="SEND", TO=[], MSG=text, ID=str(sent))
                while (frame := await sender.frame())["CMD"] != "ACK":
                    left += frame["CMD"] == "PEER"
                sent += 1
                assert sent * len(text) <= 2 * buffer_bytes + 2 * UNREAD_BYTES_MAX


async def test_sender_that_never_reads_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Its wire rests while its requests wait for the disk, and what it does not read closes it."""
    process = psutil.Process()
    async with serving(tmp_path, Limits(close_seconds=1, **UNHURRIED)) as server, Wire(server.port) as flooder:
        await flooder.join("Flooder", "flooder")
        flooder.writer.transport.pause_reading()  # type: ignore[attr-defined]
        before = process.memory_info().rss
        line = b'{"CMD":"SEND","TO":[],"MSG":"%s"}\n' % (b"y" * 5_000)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                for _ in range(100_000):
                    flooder.send(line)
                    await flooder.writer.drain()
        except (ConnectionError, TimeoutError) as error:
            assert not isinstance(error, TimeoutError), "the flooder was never closed"
        assert process.memory_info().rss - before < 64 * 1024 * 1024


async def test_frame_before_join_is_bounded(tmp_path: Path) -> None:
    """At the bound it is read; one byte past it, unfinished, it closes the connection. After JOIN more is allowed."""
    start = b'{"CMD":"JOIN","UN":"A","UID":"a","PAD":"'
    async with serving(tmp_path, Limits(join_bytes_max=200)) as server:
        async with Wire(server.port) as wire:
            wire.send(start + b"x" * (200 - len(start) - 2) + b'"}')
            assert (await wire.frame())["TYPE"] == "OKAY"
            wire.send({"CMD": "SEND", "MSG": "m" * 5_000, "TO": []})
            wire.send({"CMD": "JOIN", "UN": "A", "UID": "a"})
            assert (await wire.until("ACK"))["TYPE"] == "FAIL"
        async with Wire(server.port) as wire:
            wire.send(start + b"x" * (201 - len(start)))
            assert await wire.ended()
