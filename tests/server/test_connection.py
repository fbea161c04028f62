"""One connection: dialects, closing, and what goes out in which write."""

import asyncio
from pathlib import Path

from muca.model.limits import Limits
from tests.serving import serving
from tests.wire import Wire


async def test_refused_v2_join_is_answered_in_v2(tmp_path: Path) -> None:
    """The answer is in the dialect that was asked for, and another JOIN may follow."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.line(CMD="JOIN", UN="", UID="tony", V=2, ID="1")
        assert (await wire.frame())["CODE"] == "bad_name"
        assert (await wire.join("Tony", "tony"))["TYPE"] == "OKAY"


async def test_frames_behind_a_v2_join_are_v2(tmp_path: Path) -> None:
    """Also when all of it is one write, and nobody waited for the ACK."""
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        join = b'{"CMD":"JOIN","UN":"Tony","UID":"tony","V":2,"ID":"j"}'
        wire.send(
            b"1", join, b'\n{"CMD":"SEND","TO":[],"MSG":"a","ID":"1"}\n{"CMD":"SEND","TO":[],"MSG":"b","ID":"2"}\n'
        )
        assert [(await wire.until("ACK"))["RE"] for _ in range(3)] == ["j", "1", "2"]


async def test_other_side_closing_its_half_ends_the_connection(tmp_path: Path) -> None:
    """A client leaves by closing."""
    async with serving(tmp_path) as server, Wire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        mary.writer.write_eof()
        assert (await tony.until("PEER", TYPE="LEFT"))["UID"] == "mary"
        assert await mary.ended()


async def test_closing_waits_for_the_reader_within_its_limit(tmp_path: Path) -> None:
    """A reader that never reads is let go after that; the server's end does not hang on it."""
    limits = Limits(close_seconds=1, unread_bytes_max=100_000_000)
    async with asyncio.timeout(30):
        async with serving(tmp_path, limits) as server:
            stalled = Wire(server.port)
            await stalled.__aenter__()
            async with Wire(server.port) as sender:
                await stalled.join("Stalled", "stalled")
                await sender.join("Sender", "sender")
                stalled.writer.transport.pause_reading()  # type: ignore[attr-defined]
                for number in range(1_500):
                    assert (await sender.ask(CMD="SEND", TO=[], MSG="x" * 9_000, ID=str(number)))["TYPE"] == "OKAY"
    stalled.writer.transport.abort()
    await stalled.close()
