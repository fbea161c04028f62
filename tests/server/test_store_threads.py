"""The store beside the event loop: batches that load makes, and failures that stay where they are."""

import asyncio
import threading
from collections.abc import Sequence

import msgspec
import pytest
import structlog

from muca.core.effects import ReadStore, Write
from muca.core.inputs import Committed, Learned, Seen
from muca.model.facts import Person, Wanted
from muca.model.feed import AddressesBanned, EventsRemoved, News
from muca.model.ids import RoomId, Seq
from muca.model.queries import HistoryQuery
from muca.model.replies import Page
from muca.model.rooms import LOBBY, RoomKind
from muca.model.storage import (
    Admit,
    Admitted,
    Append,
    Appended,
    Look,
    LookResult,
    Retention,
    StoreBroken,
    StoreError,
    StoreFull,
    StoreUnreadable,
    StoreWrite,
    WriteResult,
)
from muca.server import store_threads
from muca.server.conditions import Condition, Conditions
from muca.server.figures import Figures
from muca.server.store_threads import StoreThreads
from tests.client.socket_server import until
from tests.memory_store.store import MemoryStore
from tests.storage.words import admit
from tests.wire import DEADLINE_SECONDS

NOTHING = Page(room=LOBBY, events=(), more=False)
LOOK = Look(
    wanted=Wanted(actor="a"),
    guard=lambda _: None,
    query=HistoryQuery(room=LOBBY, events_max=1, bytes_max=1),
    ts_ms=0,
)
RETENTION = Retention(days=3)
NEWS = AddressesBanned(network="192.0.2.0/24")


def ignore(_: object) -> None:
    """Be the continuation of what nobody waits for."""


class GatedStore(MemoryStore):
    """A store whose commits wait for the test, and fail as it says."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)
        self.batches: list[int] = []
        self.failure: Exception | None = None
        self.tended: list[tuple[Retention, str]] = []
        self.steps = 0
        self.failures = 0
        self.changed = False
        self.recounts: dict[RoomId, Seq] = {}

    def commit(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        """Wait, then number the writes."""
        assert self.gate.acquire(timeout=DEADLINE_SECONDS)
        self.batches.append(len(writes))
        if self.failure:
            raise self.failure
        return [Appended(room=LOBBY, seq=number + 1, ts_ms=0) for number in range(len(writes))]

    def let_in(self, write: Admit) -> Admitted:
        """Let everyone in."""
        return Admitted(person=Person(uid=write.uid, nickname=write.nickname), offer_taken=False, device=1, rooms=())

    def look(self, look: Look) -> LookResult:
        """Fail as the test says, or find nothing."""
        if self.failure:
            raise self.failure
        return NOTHING

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Fail as the test says, or do one of the steps that are left."""
        if self.failure:
            self.failures += 1
            raise self.failure
        self.tended.append((retention, threading.current_thread().name))
        return len(self.tended) < self.steps

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return what the test says, and forget it."""
        return {room: self.recounts.pop(room) for room in list(self.recounts)[:rooms_max]}

    def take_outside(self) -> tuple[News, ...]:
        """Return the news once, if there are any."""
        changed, self.changed = self.changed, False
        return (NEWS,) if changed else ()


class Stage:
    """Threads around a gated store, and what they answered."""

    def __init__(self, commit_writes_max: int = 100, gather_seconds_max: float = 0) -> None:
        self.store = GatedStore()
        self.file_steps = 0
        self.figures = Figures()
        self.recipients = 0
        """Those of each message."""
        self.conditions = Conditions()
        self.answers: list[Committed | Seen | Learned] = []
        self.broken: list[StoreBroken] = []
        self.threads = StoreThreads(
            self.store,
            self.take,
            self.broken.append,
            commit_writes_max,
            gather_seconds_max,
            RETENTION,
            self.tend_files,
            lambda: 7,
            self.figures,
            self.conditions,
        )

    def take(self, *answers: Committed | Seen | Learned) -> None:
        """Note them."""
        self.answers += answers
        self.figures.deliveries += self.recipients * len(answers)

    def tend_files(self, store: object, now_ms: int) -> bool:
        """Do one of the steps that are left."""
        assert store is self.store
        self.file_steps -= 1
        return self.file_steps > 0

    def write(self, count: int) -> None:
        """Ask for so many writes, then end the tick."""
        for number in range(count):
            append = Append(room=LOBBY, kind=RoomKind.LOBBY, sender="a", nickname="A", text=str(number), ts_ms=0)
            self.threads.write(Write(number, append, ignore))
        self.threads.commit()

    def results(self) -> list[WriteResult]:
        """Return what the writes came to."""
        return [answer.result for answer in self.answers if isinstance(answer, Committed)]

    async def drain(self) -> None:
        """Wait until all is answered, then end the threads."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.threads.drain()
        self.threads.stop()


async def test_writes_gather_while_a_commit_is_under_way() -> None:
    """However many ticks they come in."""
    stage = Stage()
    stage.write(1)
    stage.write(2)
    stage.write(3)
    stage.store.gate.release(2)
    await stage.drain()
    assert stage.store.batches == [1, 5]
    assert len(stage.answers) == 6


def crowded(recipients: int, gather_seconds_max: float = 3_600) -> Stage:
    """Return a stage where messages have so many recipients, and the store need not be waited for."""
    stage = Stage(gather_seconds_max=gather_seconds_max)
    stage.recipients = recipients
    stage.store.gate = threading.Semaphore(1_000)
    return stage


async def answered(stage: Stage, count: int) -> None:
    """Wait until so many writes are answered."""
    await until(lambda: len(stage.answers) == count)


@pytest.mark.parametrize("others", [store_threads.GATHER_WRITES_MAX - 1, 1])
async def test_a_message_to_many_waits_for_others(others: int) -> None:
    """Not the first one, but one after it. Many messages do not wait, and nothing else does."""
    stage = crowded(1_000_000)
    stage.write(1)
    await answered(stage, 1)
    stage.write(1)
    if others == 1:
        stage.threads.write(Write(7, admit("zoe"), ignore))
        stage.threads.commit()
    else:
        stage.write(others)
    await stage.drain()
    assert stage.store.batches == [1, 1 + others]


async def test_a_message_to_many_does_not_wait_long() -> None:
    """Here a millisecond at most, although more would be saved by an hour."""
    stage = crowded(1_000_000_000, gather_seconds_max=0.001)
    for number in range(3):
        stage.write(1)
        await answered(stage, number + 1)
    await stage.drain()
    assert stage.store.batches == [1, 1, 1]


async def test_a_message_to_few_waits_hardly() -> None:
    """For two recipients, a tenth of a millisecond, whatever the limit."""
    stage = crowded(2)
    for number in range(3):
        stage.write(1)
        await answered(stage, number + 1)
    await stage.drain()
    assert stage.store.batches == [1, 1, 1]


async def test_commit_is_bounded() -> None:
    """What does not fit goes into the next one, in order."""
    stage = Stage(commit_writes_max=4)
    stage.write(9)
    stage.store.gate.release(3)
    await stage.drain()
    assert stage.store.batches == [4, 4, 1]
    texts = [answer.asked.write.text for answer in stage.answers]  # type: ignore[union-attr]
    assert texts == [str(number) for number in range(9)]


async def test_failed_commit_is_answered_and_the_next_one_tried() -> None:
    """Each write of it gets the error; a defect of ours too."""
    stage = Stage()
    for failure in (StoreError("disk full"), ValueError("a defect")):
        stage.store.failure = failure
        stage.write(2)
        stage.store.gate.release()
        async with asyncio.timeout(DEADLINE_SECONDS):
            await stage.threads.drain()
        assert [isinstance(result, StoreError) for result in stage.results()] == [True, True]
        stage.answers.clear()
    stage.store.failure = None
    stage.write(1)
    stage.store.gate.release()
    await stage.drain()
    assert isinstance(stage.results()[-1], Appended)


async def test_who_is_known_is_let_in_where_nothing_can_be_written() -> None:
    stage = Stage()
    stage.store.failure = StoreFull("no room")
    stage.threads.write(Write(1, admit("mary", token="key"), ignore))
    stage.write(1)
    stage.store.gate.release()
    async with asyncio.timeout(DEADLINE_SECONDS):
        await stage.threads.drain()
    assert [type(answer.result) for answer in stage.answers if isinstance(answer, Committed)] == [Admitted, StoreFull]
    assert Condition.WRITING in stage.conditions.now
    stage.store.failure = None
    stage.write(1)
    stage.store.gate.release()
    await stage.drain()
    assert stage.conditions.now == {}


async def test_a_full_disk_is_full_until_more_than_deleting_goes() -> None:
    """The log does not say that it is over after each deletion."""
    with structlog.testing.capture_logs() as logged:
        stage = Stage()
        for failure, is_full in [
            (StoreFull("no room"), True),
            (None, True),
            (StoreFull("no room"), True),
            (None, True),
        ]:
            stage.store.failure, stage.store.is_full = failure, is_full
            stage.write(1)
            stage.store.gate.release()
            async with asyncio.timeout(DEADLINE_SECONDS):
                await stage.threads.drain()
            assert Condition.WRITING in stage.conditions.now
        stage.store.is_full = False
        stage.write(1)
        stage.store.gate.release()
        await stage.drain()
    assert [line["event"] for line in logged] == ["store_failed", "store_recovered"]


async def test_housekeeping_that_goes_again_ends_what_kept_all_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to write something before the server counts as healthy again."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 0.001)
    stage = Stage()
    stage.conditions.begin(Condition.WRITING, StoreFull("no room"))
    await until(lambda: stage.conditions.now == {})
    await stage.drain()


@pytest.mark.parametrize(
    ("failure", "what"), [(StoreError("disk I/O error"), "housekeeping"), (StoreFull("no room"), "store")]
)
async def test_housekeeping_that_fails_again_and_again_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, failure: StoreError, what: str
) -> None:
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 0)
    with structlog.testing.capture_logs() as logged:
        stage = Stage()
        stage.store.failure = failure
        await until(lambda: stage.store.failures > 20)
        stage.store.failure = None
        await until(lambda: stage.conditions.now == {})
        await stage.drain()
    assert [line["event"] for line in logged] == [f"{what}_failed", f"{what}_recovered"]


async def test_a_read_that_fails_is_a_condition_until_none_has_failed_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bad place on the disk is not read all the time."""
    stage = Stage()

    async def read(failure: Exception | None) -> None:
        stage.store.failure = failure
        stage.threads.read(ReadStore(1, LOOK, ignore))
        async with asyncio.timeout(DEADLINE_SECONDS):
            await stage.threads.drain()

    await read(StoreUnreadable("I/O"))
    await read(None)
    assert Condition.READING in stage.conditions.now
    monkeypatch.setattr(store_threads, "READ_AGAIN_SECONDS", 0)
    await read(None)
    assert stage.conditions.now == {}
    await stage.drain()


async def test_broken_store_answers_nothing_any_more() -> None:
    """Nobody is told that anything was stored."""
    stage = Stage()
    stage.store.failure = StoreBroken("fsync")
    stage.write(1)
    stage.store.gate.release(2)
    async with asyncio.timeout(DEADLINE_SECONDS):
        await stage.threads.drain()
    stage.write(1)
    stage.threads.read(ReadStore(1, LOOK, ignore))
    await stage.drain()
    assert (stage.answers, len(stage.broken), stage.store.batches) == ([], 1, [1])


async def test_reading_goes_on_while_writing_waits() -> None:
    """And its failures are answers too."""
    stage = Stage()
    stage.write(1)
    read_done = asyncio.Event()
    answers = stage.answers

    def take(*taken: Committed | Seen | Learned) -> None:
        answers.extend(taken)
        read_done.set()

    stage.threads._take = take
    for failure in (None, StoreError("gone"), ValueError("a defect")):
        stage.store.failure = failure
        read_done.clear()
        stage.threads.read(ReadStore(1, LOOK, ignore))
        async with asyncio.timeout(DEADLINE_SECONDS):
            await read_done.wait()
        answer = answers.pop()
        assert isinstance(answer, Seen)
        assert answer.result is NOTHING if failure is None else isinstance(answer.result, StoreError)
    stage.store.failure = None
    stage.store.gate.release()
    await stage.drain()


async def test_reads_of_connections_take_turns_and_end_with_them() -> None:
    """Many reads of one do not keep another waiting, and nobody reads for a connection that is gone."""
    stage = Stage()
    reads = [ReadStore(connection, LOOK, ignore) for connection in (1, 1, 1, 2, 3)]
    for read in reads:
        stage.threads.read(read)
    stage.threads.forget(3)
    await stage.drain()
    order = [answer.asked.connection for answer in stage.answers if isinstance(answer, Seen)]
    assert order == [3, 1, 1, 2, 1]
    assert isinstance(stage.answers[0], Seen)
    assert isinstance(stage.answers[0].result, StoreError)


def look_of(uid: str) -> Look:
    """Ask something as this person."""
    return msgspec.structs.replace(LOOK, wanted=Wanted(actor=uid))


async def test_many_sessions_of_one_person_have_one_turn_together() -> None:
    """So nobody gets more of the reader by connecting more often; within an account its sessions take turns."""
    stage = Stage()
    for connection, uid in ((1, "mallory"), (1, "mallory"), (2, "mallory"), (3, "mallory"), (4, "zoe"), (4, "zoe")):
        stage.threads.read(ReadStore(connection, look_of(uid), ignore))
    await stage.drain()
    assert [answer.asked.connection for answer in stage.answers if isinstance(answer, Seen)] == [1, 1, 4, 2, 4, 3]


async def test_a_connection_that_reads_for_two_people_has_each_read_answered_once() -> None:
    """As when somebody tries to log in as one and then as another."""
    stage = Stage()
    for uid in ("tony", "mary", "tony", "zoe"):
        stage.threads.read(ReadStore(1, look_of(uid), ignore))
    stage.threads.read(ReadStore(2, look_of("mary"), ignore))
    stage.threads.forget(1)
    await stage.drain()
    assert sorted(answer.asked.connection for answer in stage.answers if isinstance(answer, Seen)) == [1, 1, 1, 1, 2]


async def test_housekeeping_goes_on_until_nothing_is_left_and_comes_again() -> None:
    """In the writer's thread, with the server's retention; a failure of it costs nothing but the step."""
    stage = Stage()
    stage.store.failure = StoreError("disk full")
    stage.threads._tend()
    await until(lambda: not stage.threads._tending)
    stage.store.failure = None
    stage.store.steps = 3
    await until(lambda: len(stage.store.tended) >= 4)
    assert {(retention, name[:11]) for retention, name in stage.store.tended} == {(RETENTION, "muca-writer")}
    stage.write(1)
    stage.store.gate.release()
    await stage.drain()
    assert len(stage.answers) == 1


async def test_housekeeping_of_files_goes_on_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and not after a pause each; then there is a pause."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 3_600)
    stage = Stage()
    stage.file_steps = 3
    stage.threads._tend()
    await until(lambda: stage.file_steps <= 0 and not stage.threads._tending)
    await stage.drain()
    assert (stage.file_steps, len(stage.store.tended)) == (0, 3)


async def test_under_steady_load_it_is_tended_to_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes by other programs are noticed as soon as without load; steps of housekeeping come now and then."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 0.01)
    monkeypatch.setattr(store_threads, "TEND_UNDER_LOAD_SECONDS", 3_600)
    stage = Stage()
    stage.store.gate = threading.Semaphore(1_000_000)
    stage.store.steps = 1_000_000
    stage.store.changed = loaded = True

    def take(*answers: Committed | Seen | Learned) -> None:
        """Ask for the next write while another commit is under way."""
        stage.answers += answers
        if loaded and any(isinstance(answer, Committed) for answer in answers):
            stage.write(1)

    stage.threads._take = take
    stage.write(1)
    stage.write(2)
    await until(lambda: Learned((NEWS,)) in stage.answers)
    assert stage.store.tended == []
    stage.threads._gives_way_until = 0
    await until(lambda: stage.store.tended != [])
    stage.store.changed = True
    await until(lambda: stage.answers.count(Learned((NEWS,))) == 2)
    assert len(stage.store.tended) == 1
    loaded = False
    stage.store.steps = 0
    await stage.drain()


async def test_a_store_that_breaks_before_a_step_tells_it_once() -> None:
    """The step that waits behind the commit fails for the same reason."""
    stage = Stage()
    stage.store.failure = StoreBroken("fsync")
    stage.write(1)
    stage.threads._gives_way_until = 0
    stage.threads._tend()
    stage.store.gate.release()
    await until(lambda: not stage.threads._tending)
    await stage.drain()
    assert (stage.answers, len(stage.broken)) == ([], 1)


async def test_changes_by_other_programs_are_told_once() -> None:
    """The Hub follows them as everything else."""
    stage = Stage()
    stage.store.changed = True
    await until(lambda: len(stage.store.tended) >= 2)
    await stage.drain()
    assert stage.answers == [Learned((NEWS,))]


async def test_news_of_other_programs_come_even_if_housekeeping_fails() -> None:
    stage = Stage()
    stage.store.failure = StoreFull("no room")
    stage.store.changed = True
    await until(lambda: stage.store.failures > 0)
    await stage.drain()
    assert stage.answers == [Learned((NEWS,))]


async def test_what_retention_does_to_counts_is_told_at_once_and_then_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a room that loses an event with each message, it would else be a push a message to all who lag behind."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 0.01)
    monkeypatch.setattr(store_threads, "RECOUNTED_ROOMS_MAX", 2)
    stage = Stage()
    stage.store.recounts = {"a": 1, "b": 2, "c": 3}
    await until(lambda: stage.answers != [])
    tended = len(stage.store.tended)
    stage.store.recounts["a"] = 4
    await until(lambda: len(stage.store.tended) > tended + 2)
    assert stage.answers == [Learned((EventsRemoved(rooms={"a": 1, "b": 2}),))]
    stage.threads._recounts_at = 0
    await until(lambda: len(stage.answers) == 2)
    await stage.drain()
    assert stage.answers[1] == Learned((EventsRemoved(rooms={"c": 3, "a": 4}),))
