"""The promise: what was acknowledged is in the history, and what anyone saw is too. The server is killed under load."""

import asyncio
import contextlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.serving import ServerProcess
from tests.wire import DEADLINE_SECONDS, Wire

SENDERS = 4
ROUNDS = 5
LOAD_MESSAGES = 300
"""Acknowledged messages of one round, before the kill."""


class Ledger:
    """What the clients know: SENDs that were acknowledged and where, and messages that were seen."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self.unanswered: dict[str, dict[str, Any]] = {}
        self.seen: set[tuple[str, int, str]] = set()
        self.enough = asyncio.Event()
        self.goal = LOAD_MESSAGES

    def note(self, frame: dict[str, Any]) -> None:
        """Take in what a server said."""
        if frame["CMD"] == "MSG":
            self.seen.add((frame["ROOM"], frame["SEQ"], frame["MSG"]))
        elif frame["CMD"] == "ACK" and frame.get("RE") != "join":
            assert frame["TYPE"] == "OKAY", frame
            self.acknowledged[frame["RE"]] = (frame["DATA"]["ROOM"], frame["DATA"]["SEQ"])
            self.unanswered.pop(frame["RE"], None)
            if len(self.acknowledged) >= self.goal:
                self.enough.set()


async def join(wire: Wire, uid: str, ledger: Ledger) -> None:
    """JOIN with the token of this UID, once it has one."""
    fields = {"TOKEN": ledger.tokens[uid]} if uid in ledger.tokens else {}
    data = (await wire.join(uid.title(), uid, **fields))["DATA"]
    ledger.tokens.setdefault(uid, data.get("TOKEN", ""))


async def load(port: int, uid: str, number: int, ledger: Ledger, joined: asyncio.Barrier) -> None:
    """Send as fast as the wire takes it, to everyone and to one, until the server is gone."""
    async with Wire(port) as wire:
        await join(wire, uid, ledger)
        await joined.wait()

        async def write() -> None:
            for count in range(1_000_000):
                request_id = f"{uid}-{number}-{count}"
                to = [] if count % 3 else [f"sender{(int(uid[-1]) + 1) % SENDERS}"]
                send = {"CMD": "SEND", "TO": to, "MSG": request_id, "ID": request_id}
                ledger.unanswered[request_id] = send
                wire.line(**send)
                await wire.writer.drain()
                if count % 50 == 49:
                    await asyncio.sleep(0)

        async def read() -> None:
            while line := await wire.reader.readline():
                if line.endswith(b"\n"):
                    ledger.note(json.loads(line))

        writing = asyncio.ensure_future(write())
        with contextlib.suppress(ConnectionError):
            await read()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def history(wire: Wire, room: str) -> list[dict[str, Any]]:
    """Read a whole room."""
    events: list[dict[str, Any]] = []
    more = True
    while more:
        reply = await wire.ask(CMD="HISTORY", ROOM=room, AFTER=len(events), LIMIT=200, ID="h")
        assert reply["TYPE"] == "OKAY", reply
        events += reply["DATA"]["EVENTS"]
        more = reply["DATA"]["MORE"]
    return events


async def test_killed_under_load_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Every ACK and everything seen is in the log at its SEQ; SEQ is gapless; a retry adds nothing twice."""
    ledger = Ledger()
    for number in range(ROUNDS):
        async with ServerProcess(data=tmp_path, unhurried=True) as server:
            ledger.enough.clear()
            ledger.goal = len(ledger.acknowledged) + LOAD_MESSAGES
            joined = asyncio.Barrier(SENDERS)
            loads = [
                asyncio.ensure_future(load(server.port, f"sender{sender}", number, ledger, joined))
                for sender in range(SENDERS)
            ]
            async with asyncio.timeout(DEADLINE_SECONDS):
                await ledger.enough.wait()
            await server.kill()
            await asyncio.gather(*loads)
    assert ledger.unanswered, "the kills came when nothing was under way: no ambiguity was tested"

    async with ServerProcess(data=tmp_path, unhurried=True) as server:
        retried = dict(list(ledger.unanswered.items())[:200])
        for sender in range(SENDERS):
            async with Wire(server.port) as wire:
                await join(wire, f"sender{sender}", ledger)
                for request_id, send in retried.items():
                    if request_id.startswith(f"sender{sender}-"):
                        ledger.note(await wire.ask(**send) | {"RE": request_id})
        log: dict[tuple[str, int], str] = {}
        for sender in range(SENDERS):
            async with Wire(server.port) as wire:
                fields = {"TOKEN": ledger.tokens[f"sender{sender}"]}
                rooms = (await wire.join("S", f"sender{sender}", **fields))["DATA"]["ROOMS"]
                for room in rooms:
                    events = await history(wire, room["ROOM"])
                    assert [event["SEQ"] for event in events] == list(range(1, room["SEQ"] + 1))
                    log |= {(event["ROOM"], event["SEQ"]): event["MSG"] for event in events}
    for request_id, place in ledger.acknowledged.items():
        assert log[place] == request_id
    for room, seq, text in ledger.seen:
        assert log[room, seq] == text
    assert {text: count for text, count in Counter(log.values()).items() if count > 1} == {}
