"""What a SEND costs: calls, which are the same on every machine, on its way from bytes to the bytes for everyone.

A change that needs more of them is noticed here before anybody measures it. If it is worth it, raise the bound.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from muca.core.effects import Deliver, Tell, Write
from muca.core.inputs import Committed, Heard, Instant
from muca.model.limits import Limits
from muca.protocol.v2 import V2
from muca.server.figures import Figures
from muca.server.outbox import Outbox
from muca.storage.sqlite.store import SqliteStore
from tests.core.world import World
from tests.server.test_outbox import Member
from tests.serving import UNHURRIED

MEMBERS = 50
SENDERS = 8
MESSAGES = 64
"""Of one commit: together they cost less than alone."""
CALLS_MAX = 130
MENTION_CALLS_MAX = 1.15


class Way:
    """All that a SEND passes through, without sockets and threads."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore.open(folder)
        limits = Limits(**UNHURRIED)
        self.world = World(limits, store=self.store)
        self.outbox = Outbox(lambda: [], 1 << 30, lambda: 0, 250, lambda _: "", Figures())
        self.members: dict[int, Member] = {}
        for number in range(MEMBERS):
            connection = self.world.join(f"Member {number}", f"m{number}")
            self.members[connection] = Member(connection, V2)
            self.outbox.enter(self.members[connection], f"m{number}", ("lobby",))
        self.dialects = {connection: V2(limits) for connection in list(self.members)[:SENDERS]}
        self.ids = count()

    def frames(self, text: str, mentions: str) -> list[tuple[int, bytes]]:
        frame = '{"CMD":"SEND","TO":[],"MSG":"%s"%s,"ID":"s%d"}\n'
        senders = list(self.dialects)
        return [(senders[at % SENDERS], (frame % (text, mentions, next(self.ids))).encode()) for at in range(MESSAGES)]

    def carry(self, frames: list[tuple[int, bytes]]) -> None:
        """From what came in to what goes out."""
        now = Instant(0, 0)
        writes: list[Write] = []
        for connection, frame in frames:
            for request in self.dialects[connection].receive(frame):
                for effect in self.world.hub.handle(Heard(connection, request), now):  # type: ignore[arg-type]
                    assert isinstance(effect, Write)
                    writes.append(effect)
        results = self.store.commit([write.write for write in writes])
        for write, result in zip(writes, results, strict=True):
            for effect in self.world.hub.handle(Committed(write, result), now):
                if isinstance(effect, Tell):
                    self.outbox.tell(self.members[effect.connection], effect.message)
                elif isinstance(effect, Deliver):
                    self.outbox.deliver(effect.room, effect.push)
        self.outbox.flush()


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    way = Way(tmp_path)
    yield way
    way.store.close()


def calls(work: Callable[[], None]) -> int:
    """Count the calls of functions, in Python and in C."""
    found = 0

    def see(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal found
        found += event in {"call", "c_call"}

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def a_message(way: Way, text: str = "The helium level is down to 31 %", mentions: str = "") -> float:
    way.carry(way.frames(text, mentions))  # caches fill
    frames = way.frames(text, mentions)
    return calls(lambda: way.carry(frames)) / MESSAGES


def test_a_message_to_fifty_people_costs_so_many_calls(way: Way) -> None:
    found = a_message(way)
    assert 0 < found <= CALLS_MAX
    for member in way.members.values():
        assert len(member.writes) == 2
        assert b"".join(member.writes[-1]).count(b'"CMD":"MSG"') == MESSAGES


def test_a_mention_costs_little_more(way: Way) -> None:
    text, place = "Ask @Member 1 for the helium", ',"MENTIONS":[{"UID":"m1","BEGIN":4,"LENGTH":9}]'
    assert a_message(way, text, place) <= MENTION_CALLS_MAX * a_message(way)
