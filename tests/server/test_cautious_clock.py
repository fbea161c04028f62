"""The time by which things are deleted: whatever the wall clock does, not ahead of the true time."""

import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from muca.server import store_threads
from muca.server.cautious_clock import AHEAD_MS, DOUBT_MS, START_DOUBT_MS, CautiousClock
from muca.storage.sqlite.store import SqliteStore
from tests.client.socket_server import until
from tests.serving import serving
from tests.wire import Wire

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NOON_MS = 20_000 * DAY_MS


class Clocks:
    """A machine's clocks, in the hand of the test."""

    def __init__(self, believed_ms: int | None = None, wall_ms: int = NOON_MS) -> None:
        self.wall_ms = wall_ms
        self.elapsed_ms = 77
        self.cautious = CautiousClock(believed_ms, lambda: self.wall_ms, lambda: self.elapsed_ms)

    def set(self, wall_ms: int) -> int:
        """Set the wall clock, and read the cautious one."""
        self.wall_ms = wall_ms
        return self.cautious.now_ms()

    def wait(self, ms: int) -> int:
        """Let time pass, reading the cautious clock all the time; give what it says at last."""
        for step in [HOUR_MS] * (ms // HOUR_MS) + [ms % HOUR_MS]:
            self.wall_ms += step
            self.elapsed_ms += step
            now_ms = self.cautious.now_ms()
        return now_ms


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as logged:
        yield logged


def events(logged: list[MutableMapping[str, Any]]) -> list[str]:
    return [line["event"] for line in logged]


def test_a_clock_that_goes_right_is_believed(logged: list[MutableMapping[str, Any]]) -> None:
    clocks = Clocks()
    assert clocks.wait(10 * DAY_MS) == NOON_MS + 10 * DAY_MS
    assert clocks.set(clocks.wall_ms + AHEAD_MS) == clocks.wall_ms
    assert logged == []


def test_two_days_ahead_for_eight_seconds(logged: list[MutableMapping[str, Any]]) -> None:
    clocks = Clocks()
    assert clocks.set(NOON_MS + 2 * DAY_MS) == NOON_MS
    assert clocks.wait(8_000) == NOON_MS + 8_000
    assert clocks.set(NOON_MS + 8_000) == NOON_MS + 8_000
    assert events(logged) == ["clock_doubted", "clock_believed"]
    assert logged[0]["seconds_ahead"] == 2 * DAY_MS // 1_000


def test_a_reading_that_holds_is_believed_at_last(logged: list[MutableMapping[str, Any]]) -> None:
    clocks = Clocks()
    clocks.set(NOON_MS + 2 * DAY_MS)
    assert clocks.wait(DOUBT_MS - 1) == NOON_MS + DOUBT_MS - 1
    assert clocks.wait(1) == NOON_MS + 2 * DAY_MS + DOUBT_MS
    assert events(logged) == ["clock_doubted", "clock_believed"]


def test_a_clock_that_goes_on_jumping_is_never_believed(logged: list[MutableMapping[str, Any]]) -> None:
    clocks = Clocks()
    for _ in range(5):
        clocks.set(clocks.wall_ms + 2 * DAY_MS)
        clocks.wait(DOUBT_MS - 1)
    assert clocks.cautious.now_ms() == NOON_MS + 5 * (DOUBT_MS - 1)
    assert events(logged) == ["clock_doubted"] * 5


def test_a_clock_that_is_put_back_is_followed_at_once() -> None:
    clocks = Clocks()
    assert clocks.set(NOON_MS - 3 * DAY_MS) == NOON_MS - 3 * DAY_MS
    assert clocks.set(NOON_MS) == NOON_MS - 3 * DAY_MS, "what it was before is as doubtful as any jump"
    assert clocks.wait(DOUBT_MS) == NOON_MS + DOUBT_MS


@pytest.mark.parametrize(("ahead_ms", "doubt_ms"), [(2 * DAY_MS, START_DOUBT_MS), (30_000 * DAY_MS, DOUBT_MS)])
def test_a_start_with_a_wrong_clock(ahead_ms: int, doubt_ms: int) -> None:
    """A machine without a battery for its clock, or one whose clock was set wrong while it was off."""
    clocks = Clocks(NOON_MS, NOON_MS + ahead_ms)
    clocks.cautious.now_ms()
    assert clocks.wait(doubt_ms - 1) == NOON_MS + doubt_ms - 1
    assert clocks.set(NOON_MS + doubt_ms + 60_000) == NOON_MS + doubt_ms + 60_000


def test_a_server_that_runs_for_a_lesson_a_day_deletes_what_is_old(logged: list[MutableMapping[str, Any]]) -> None:
    lesson_ms, believed_ms = 45 * 60_000, NOON_MS
    for day in range(1, 8):
        clocks = Clocks(believed_ms, NOON_MS + day * DAY_MS)
        clocks.cautious.now_ms()
        clocks.wait(START_DOUBT_MS)
        believed_ms = clocks.wait(lesson_ms - START_DOUBT_MS)
        assert believed_ms == clocks.wall_ms
    assert {line["log_level"] for line in logged} == {"info"}, "to have been off is nothing to warn of"


def test_a_start_in_1970_of_a_server_without_a_past() -> None:
    clocks = Clocks(None, 0)
    assert clocks.wait(60_000) == 60_000
    assert clocks.set(NOON_MS) == 60_000


@given(st.lists(st.tuples(st.integers(0, 2 * HOUR_MS), st.integers(-5 * DAY_MS, 5 * DAY_MS)), max_size=20))
def test_it_is_never_further_ahead_than_what_is_believed_at_once(moves: list[tuple[int, int]]) -> None:
    """While no wrong reading holds for as long as it takes to be believed."""
    clocks, true_ms, wrong_since_ms = Clocks(), NOON_MS, NOON_MS
    for passed_ms, wrong_ms in moves:
        true_ms += passed_ms
        clocks.elapsed_ms += passed_ms
        now_ms = clocks.set(true_ms + wrong_ms)
        if true_ms - wrong_since_ms >= DOUBT_MS:
            return
        assert now_ms <= true_ms + AHEAD_MS * len(moves)
        assert now_ms <= max(true_ms + wrong_ms, NOON_MS + clocks.elapsed_ms)


async def test_a_room_outlives_a_clock_that_jumps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: list[MutableMapping[str, Any]]
) -> None:
    """A real server, whose machine is two days ahead for a while, and a room that keeps one day."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 0.01)
    told: list[int] = []
    tend, true_time_ns = SqliteStore.tend, time.time_ns

    def watched(store: SqliteStore, now_ms: int, retention: Any) -> bool:
        told.append(now_ms)
        return tend(store, now_ms, retention)

    monkeypatch.setattr(SqliteStore, "tend", watched)
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony")
        made = await tony.ask(CMD="CREATE", TITLE="Optics", ID="c")
        room = made["DATA"]["ROOM"]
        await tony.ask(CMD="SET", ROOM=room, KEEP_DAYS=1, ID="k")
        await tony.ask(CMD="SEND", ROOM=room, MSG="still there", ID="s")
        monkeypatch.setattr("time.time_ns", lambda: true_time_ns() + 2 * DAY_MS * 1_000_000)
        before = len(told)
        await until(lambda: len(told) > before + 20)
        monkeypatch.setattr("time.time_ns", true_time_ns)
        before = len(told)
        await until(lambda: len(told) > before + 20)
        page = (await tony.ask(CMD="HISTORY", ROOM=room, ID="h"))["DATA"]
        assert [event.get("MSG") for event in page["EVENTS"]][-1] == "still there"
        assert events(logged).count("clock_doubted") == 1


async def test_a_message_of_a_machine_without_a_clock_is_not_from_1970(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention would take it as soon as the clock is right."""
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        token = (await tony.join("Tony", "tony"))["DATA"]["TOKEN"]
        before_ms = (await tony.ask(CMD="SEND", TO=[], MSG="before", ID="1"))["DATA"]["TS"]
    monkeypatch.setattr("time.time_ns", lambda: 5_000_000_000)
    async with serving(tmp_path) as server, Wire(server.port) as tony:
        await tony.join("Tony", "tony", TOKEN=token)
        sent = await tony.ask(CMD="SEND", TO=[], MSG="after", ID="2")
    assert before_ms - 60_000 < sent["DATA"]["TS"] < before_ms + 600_000
