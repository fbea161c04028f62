"""Readers who do not read and senders who do not wait."""

import asyncio
from pathlib import Path

import psutil

from muca.model.limits import Limits
from tests.serving import UNHURRIED, serving
from tests.wire import Wire

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


async def test_sender_that_never_reads_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Its wire rests while its requests wait for the disk, and what it does not read closes it."""
    process = psutil.Process()
    async with serving(tmp_path, Limits(close_seconds=1, **UNHURRIED)) as server, Wire(server.port) as flooder:
        await flooder.join("Flooder", "flooder")
        flooder.writer.transport.pause_reading()  # type: ignore[attr-defined]
        before = process.memory_info().rss
        line = b'{"CMD":"SEND","TO":[],"MSG":"%s"}\n' % (b"y" * 5_000)
        try:
            async with asyncio.timeout(30):
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
