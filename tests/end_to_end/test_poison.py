"""Every poison, on every entrance, with bystanders connected who notice nothing."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import psutil
import pytest

from tests.protocol.poison import BROKEN, JOINS, WHOLE, endless
from tests.serving import ServerProcess
from tests.wire import Wire

MEMORY_BYTES_MAX = 64 * 1024 * 1024
"""What all of it together may cost the server."""


def corpus() -> Iterable[tuple[str, Iterable[bytes]]]:
    """Return every poison as pieces to send."""
    for poison in (*WHOLE, *JOINS, *BROKEN):
        yield poison.name, (poison.data, b"\n")
    for poison, pieces in endless():
        yield f"endless {poison.name}", itertools.chain((poison.data,), pieces)


@pytest.mark.parametrize("dialect", ["before JOIN", "v1", "v2"])
async def test_bystanders_notice_nothing(tmp_path: Path, dialect: str) -> None:
    """The good messages between the poisons reach them; the server keeps its memory and its life."""
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as old, Wire(server.port) as new:
        await old.join_v1("Old", "old")
        await new.join("New", "new")
        memory = psutil.Process(server.process.pid).memory_info
        before = memory().rss
        for number, (name, pieces) in enumerate(corpus()):
            async with Wire(server.port) as poisoner:
                if dialect == "v1":
                    await poisoner.join_v1("Poisoner", f"p{number}")
                elif dialect == "v2":
                    await poisoner.join("Poisoner", f"p{number}")
                try:
                    for piece in pieces:
                        poisoner.send(piece)
                        await poisoner.writer.drain()
                except ConnectionError:
                    pass  # the server closed: that is one of the right answers
            reply = await new.ask(CMD="SEND", TO=["old"], MSG=f"after {name}", ID=str(number))
            assert reply["TYPE"] == "OKAY", name
            await old.until("MSG", MSG=f"after {name}")
        assert memory().rss - before < MEMORY_BYTES_MAX
        assert server.process.returncode is None
