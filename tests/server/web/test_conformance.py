"""WebSocket as RFC 6455 has it: the Autobahn suite, against a dialect that says back what it hears."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from websockets.frames import Frame, Opcode

from muca.model.limits import Limits
from muca.model.pushes import Push
from muca.model.replies import Reply
from muca.protocol.dialect import Chatter, Received
from muca.protocol.websocket import V2OverWebSocket, WebSocketMessage
from muca.server.web import app
from tests.serving import UNHURRIED, serving

SUITE_SECONDS: Final = 100
LARGEST: Final = 1 << 26
"""Bytes; four times as many as the suite's largest message has."""
SUITE: Final = """
import asyncio, json, sys, kosoku

async def run():
    try:
        results = await kosoku.run_fuzzingclient(sys.argv[1], concurrency=8)
    except kosoku.FailureError as error:
        results = error.results
    print(json.dumps([[case.case_id, case.behavior.value, case.behavior_close.value, case.result, case.result_close]
                      for case in results]))

asyncio.run(run())
"""
"""In a process of its own: the cases change what they import."""


class Case(NamedTuple):
    """What came of one."""

    number: str
    behavior: str
    ending: str
    result: str
    ending_result: str


class Echo(V2OverWebSocket):
    """Says back every message, in its kind; has nothing else to say."""

    def receive(self, data: bytes) -> list[Received]:
        return [_back(item) if isinstance(item, WebSocketMessage) else item for item in self._messages.receive(data)]

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        return b""


def _back(message: WebSocketMessage) -> Chatter:
    kind = Opcode.TEXT if message.is_text else Opcode.BINARY
    return Chatter(frames=0, answer=Frame(kind, message.data).serialize(mask=False))


async def run_suite(port: int) -> Iterator[Case]:
    """Try all cases."""
    suite = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", SUITE, f"ws://127.0.0.1:{port}/websocket"),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SUITE_SECONDS):
        said, _ = await suite.communicate()
    return (Case(*case) for case in json.loads(said))


async def test_every_case_of_the_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a real connection, its slices and its outbox. The cases of compression find none, as they should."""
    monkeypatch.setattr(app, "V2OverWebSocket", Echo)
    limits = Limits(join_bytes_max=LARGEST, unread_bytes_max=LARGEST, **UNHURRIED)
    async with serving(tmp_path, limits) as server:
        cases = list(await run_suite(server.port))
    assert len(cases) == 517
    without_compression = [case for case in cases if case.number.split(".")[0] not in {"12", "13"}]
    assert {case.behavior for case in cases if case not in without_compression} == {"UNIMPLEMENTED"}
    good = {"OK", "NON-STRICT", "INFORMATIONAL"}
    assert [case for case in without_compression if not {case.behavior, case.ending} <= good] == []
