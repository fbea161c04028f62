"""Runs the store in threads: one commits, another reads.

Writes that arrive during a commit become the next commit: batches grow with the load, without a timer.
When there is nothing to commit, the same thread does the store's housekeeping, in small steps; under constant
load, one step now and then.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeVar

import structlog

from muca.core.effects import ReadStore, Write
from muca.core.inputs import Committed, Learned, Seen
from muca.model.feed import EventsRemoved, News
from muca.model.ids import ConnectionId, RoomId, Seq, Uid
from muca.model.storage import (
    Admit,
    Append,
    Appended,
    Decide,
    Look,
    LookResult,
    Retention,
    StoreBroken,
    StoreError,
    StoreFull,
    WriteResult,
    news_of,
)
from muca.server.conditions import OF_ALL_WRITING, Condition, Conditions
from muca.server.figures import Figures
from muca.server.worker import Worker
from muca.storage.store import Store

_T = TypeVar("_T")

GATHER_SECONDS_A_RECIPIENT: Final = 0.000_025
"""How long messages gather for one commit, for each recipient of one message, times one more than the messages of the
previous commit: the busier it is, the more a longer wait saves."""
GATHER_WRITES_MAX: Final = 32
"""As many writes do not wait: a larger commit would not be much cheaper for each."""

TEND_SECONDS = 0.5
"""The pause of housekeeping when it has nothing to do; also how soon news from other processes are read without a ring.
"""
TEND_UNDER_LOAD_SECONDS = 2.0
"""How long housekeeping yields to commits; then one step is done between two of them."""
RECOUNT_SECONDS = 5.0
"""The minimum interval between pushes of counts changed by retention: one push per person and room."""
RECOUNTED_ROOMS_MAX = 500
"""Rooms whose counts are pushed at once."""
READ_AGAIN_SECONDS = 60.0
"""How long reads must not fail until reading counts as working again, as a bad sector is not read all the time."""


class _OwnWrite(NamedTuple):
    """A write that the server needs itself, not the Hub."""

    connection: ConnectionId
    write: Decide
    answered: asyncio.Future[WriteResult]


class _OwnRead(NamedTuple):
    """A read that the server needs itself, not the Hub."""

    connection: ConnectionId
    look: Look
    answered: asyncio.Future[LookResult]


class Take(Protocol):
    """Passes results to the Hub."""

    def __call__(self, *results: Committed | Seen | Learned) -> None:
        """Take these, in order."""


class StoreThreads:
    """Carries out ``Write`` and ``ReadStore`` effects.

    Args:
        store: the store; the caller closes it after ``drain``.
        take: called with the results, in the event loop.
        broken: called in the event loop when the disk can no longer be trusted.
        commit_writes_max: writes of one commit.
        gather_seconds_max: the longest time between the beginnings of two commits for which messages wait.
        retention: how long events are kept.
        tend_files: does a small step of housekeeping of files, and returns whether there is more.
        now_ms: returns the time for retention.
        figures: where commits and new messages are counted.
        conditions: told what fails, and what works again.
    """

    def __init__(
        self,
        store: Store,
        take: Take,
        broken: Callable[[StoreBroken], None],
        commit_writes_max: int,
        gather_seconds_max: float,
        retention: Retention,
        tend_files: Callable[[Store, int], bool],
        now_ms: Callable[[], int],
        figures: Figures,
        conditions: Conditions,
    ) -> None:
        self._store = store
        self._take = take
        self._broken = broken
        self._commit_writes_max = commit_writes_max
        self._gather_seconds_max = gather_seconds_max
        self._gather_seconds = 0.0
        """How long messages gather now."""
        self._begun_at = -math.inf
        """When the previous commit began, by the event loop's clock."""
        self._gathered: asyncio.TimerHandle | None = None
        self._is_urgent = False
        """Whether something other than messages waits."""
        self._retention = retention
        self._tend_files = tend_files
        self._now_ms = now_ms
        self._figures = figures
        self._conditions = conditions
        self._waiting: list[Write | _OwnWrite] = []
        self._committing = False
        self._read_failed_at = 0.0
        """When a read last failed, by the event loop's clock."""
        self._dead = False
        self._reads: dict[ConnectionId, deque[ReadStore | _OwnRead]] = {}
        """Waiting reads, by connection."""
        self._turns: dict[Uid, dict[ConnectionId, None]] = {}
        """The order of reads: accounts take turns, and so do the connections of each account."""
        self._reading = False
        self._log = structlog.get_logger()
        self._idle = asyncio.Event()
        self._idle.set()
        self._writer = Worker("muca-writer")
        self._reader = Worker("muca-reader")
        self._loop = asyncio.get_running_loop()
        self._tending = False
        self._is_rung = False
        """Whether news came while housekeeping was under way, which may have looked for them before."""
        self._recounts_at = 0.0
        """When counts may be pushed again, by the event loop's clock."""
        self._gives_way_until = self._loop.time() + TEND_UNDER_LOAD_SECONDS
        self._next_tending: asyncio.TimerHandle | None = self._loop.call_later(TEND_SECONDS, self._tend)

    @property
    def writes_waiting(self) -> int:
        """How many writes wait for the next commit."""
        return len(self._waiting)

    @property
    def reads_waiting(self) -> int:
        """How many reads wait for their turn."""
        return sum(map(len, self._reads.values()))

    async def decide(self, connection: ConnectionId, decide: Decide) -> WriteResult:
        """Let the store decide, for an HTTP request."""
        answered: asyncio.Future[WriteResult] = self._loop.create_future()
        self.write(_OwnWrite(connection, decide, answered))
        self.commit()
        return await answered

    async def look(self, connection: ConnectionId, look: Look) -> LookResult:
        """Let the store read something, for an HTTP request."""
        answered: asyncio.Future[LookResult] = self._loop.create_future()
        self.read(_OwnRead(connection, look, answered))
        return await answered

    def write(self, effect: Write | _OwnWrite) -> None:
        """Add a write to the next commit."""
        if not self._dead:
            if not self._waiting:
                self._idle.clear()
            self._waiting.append(effect)
            if type(effect.write) is not Append:
                self._is_urgent = True

    def commit(self) -> None:
        """Start the next commit, unless one is running or there is nothing to write.

        A few messages to many recipients wait a moment for others if the previous commit has only just begun: a commit
        and the writes to all recipients cost about the same for one message as for ten.
        """
        if self._committing or self._tending or not self._waiting:
            return
        if not self._is_urgent and len(self._waiting) < GATHER_WRITES_MAX:
            wait_seconds = self._begun_at + self._gather_seconds - self._loop.time()
            if wait_seconds > 0:
                if self._gathered is None:
                    self._gathered = self._loop.call_later(wait_seconds, self._commit_gathered)
                return
        self._committing = True
        self._is_urgent = False
        self._begun_at = self._loop.time()
        batch = self._waiting[: self._commit_writes_max]
        del self._waiting[: self._commit_writes_max]
        self._writer.submit(partial(self._commit, batch))

    def _commit_gathered(self) -> None:
        self._gathered = None
        self.commit()

    def _commit(self, batch: list[Write | _OwnWrite]) -> None:
        """Runs in the writer thread."""
        begun = time.perf_counter()
        try:
            results = self._store.commit([effect.write for effect in batch])
        except StoreBroken as error:
            self._loop.call_soon_threadsafe(self._broke, error)
            return
        except StoreError as error:
            results = [error] * len(batch)
        except Exception as error:  # a bug must not stop all commits
            self._log.exception("commit_failed")
            results = [_as_store_error(error)] * len(batch)
        failure = next((result for result in results if isinstance(result, StoreError)), None)
        if failure is not None:
            results = [self._let_in(effect, result) for effect, result in zip(batch, results, strict=True)]
        elif self._store.is_full:  # only deletions succeed now
            failure = self._conditions.now.get(
                Condition.WRITING, StoreFull("the remaining space is reserved for deletions")
            )
        self._loop.call_soon_threadsafe(self._committed, batch, results, failure, time.perf_counter() - begun)

    def _let_in(self, effect: Write | _OwnWrite, result: WriteResult) -> WriteResult:
        """Let a known person join without a write if writing failed. Runs in the writer thread."""
        if not (isinstance(effect.write, Admit) and isinstance(result, StoreError)):
            return result
        try:
            return self._store.let_in(effect.write)
        except Exception:  # reading fails, too
            return result

    def _committed(
        self, batch: list[Write | _OwnWrite], results: list[WriteResult], failure: StoreError | None, seconds: float
    ) -> None:
        self._committing = False
        self.commit()
        self._figures.commit(seconds)
        messages = sum(type(result) is Appended and not result.retried for result in results)
        self._figures.messages += messages
        delivered = self._figures.deliveries
        self._tell_of(Condition.WRITING, failure)
        inputs: list[Committed | Learned] = []
        for asked, result in zip(batch, results, strict=True):
            if isinstance(asked, Write):
                inputs.append(Committed(asked, result))
            else:
                _answer(asked.answered, result)
                inputs.append(Learned(news_of(result)))
        self._take(*inputs)
        if messages:
            recipients = (self._figures.deliveries - delivered) / messages
            worthwhile = recipients * (messages + 1) * GATHER_SECONDS_A_RECIPIENT
            self._gather_seconds = min(worthwhile, self._gather_seconds_max)
        self._rest()

    def _tell_of(self, condition: Condition, failure: StoreError | None) -> None:
        if failure is not None:
            self._conditions.begin(condition, failure)
        else:
            self._conditions.end(condition)

    def _broke(self, error: StoreBroken) -> None:
        """Stop all writes, and report none as successful."""
        if self._dead:
            return
        self._dead = True
        self._conditions.begin(Condition.WRITING, error)
        self._waiting.clear()
        self._idle.set()
        self._broken(error)

    def _tend(self) -> None:
        """Start the next step of housekeeping, after the current commit.

        While commits are waiting, it mostly only looks for news from other processes.
        """
        self._next_tending = None
        if self._dead:
            return
        busy = self._committing or bool(self._waiting)
        self._tending = True
        self._idle.clear()
        step = not busy or self._loop.time() >= self._gives_way_until
        self._writer.submit(partial(self._tend_to_store, step))

    def look_outside(self) -> None:
        """Look for news from other processes now."""
        if self._next_tending is None:
            self._is_rung = True
        else:
            self._next_tending.cancel()
            self._tend()

    def _tend_to_store(self, step: bool) -> None:
        """Runs in the writer thread."""
        more = False
        news: tuple[News, ...] = ()
        recounts: dict[RoomId, Seq] = {}
        failure: StoreError | None = None
        try:
            news = self._store.take_outside()  # first: they must come even if the rest fails
            if step:
                now_ms = self._now_ms()
                more = self._store.tend(now_ms, self._retention)
                more = self._tend_files(self._store, now_ms) or more
            if self._loop.time() >= self._recounts_at:
                recounts = self._store.take_recounts(RECOUNTED_ROOMS_MAX)
        except StoreBroken as error:
            self._loop.call_soon_threadsafe(self._broke, error)
        except StoreError as error:
            failure = error
        except Exception as error:  # a bug must not stop all commits
            if Condition.HOUSEKEEPING not in self._conditions.now:
                self._log.exception("housekeeping_defect")
            failure = _as_store_error(error)
        self._loop.call_soon_threadsafe(self._tended, step, more, news, recounts, failure)

    def _tended(
        self, step: bool, more: bool, news: tuple[News, ...], recounts: dict[RoomId, Seq], failure: StoreError | None
    ) -> None:
        self._tending = False
        if step or failure is not None:
            self._tell_of(Condition.HOUSEKEEPING, failure)
            is_over = failure is None and isinstance(self._conditions.now.get(Condition.WRITING), OF_ALL_WRITING)
            if step and is_over and not self._store.is_full:
                self._conditions.end(Condition.WRITING)
        if step:
            self._gives_way_until = self._loop.time() + TEND_UNDER_LOAD_SECONDS
        self.commit()
        at_once = self._is_rung or (more and not (self._committing or self._waiting))
        self._is_rung = False
        self._next_tending = self._loop.call_later(0 if at_once else TEND_SECONDS, self._tend)
        if recounts:
            self._recounts_at = self._loop.time() + RECOUNT_SECONDS
            news += (EventsRemoved(rooms=recounts),)
        if news:
            self._take(Learned(news))
        self._rest()

    def read(self, effect: ReadStore | _OwnRead) -> None:
        """Queue a read; accounts take turns."""
        if not self._dead:
            self._reads.setdefault(effect.connection, deque()).append(effect)
            self._turns.setdefault(effect.look.wanted.actor, {})[effect.connection] = None
            self._idle.clear()
            self._read_next()

    def forget(self, connection: ConnectionId) -> None:
        """Cancel the waiting reads of a closed connection."""
        for effect in self._reads.pop(connection, ()):
            self._give(effect, StoreError("nobody waits for it any more"))
        self._rest()

    def _give(self, asked: ReadStore | _OwnRead, result: LookResult) -> None:
        if isinstance(asked, ReadStore):
            self._take(Seen(asked, result))
        else:
            _answer(asked.answered, result)

    def _read_next(self) -> None:
        if self._reading or not self._reads:
            return
        self._reading = True
        self._reader.submit(partial(self._read, self._take_turn()))

    def _take_turn(self) -> ReadStore | _OwnRead:
        """Return the next read of the account whose turn it is. There must be a waiting read."""
        while True:
            uid, connections = next(iter(self._turns.items()))
            del self._turns[uid]
            connection = next(iter(connections))
            del connections[connection]
            waiting = self._reads.get(connection)
            if waiting is not None and len(waiting) > 1:
                connections[connection] = None
            if connections:
                self._turns[uid] = connections
            if waiting is not None:
                effect = waiting.popleft()
                if not waiting:
                    del self._reads[connection]
                return effect

    def _read(self, effect: ReadStore | _OwnRead) -> None:
        """Runs in the reader thread."""
        result: LookResult
        try:
            result = self._store.look(effect.look)
        except StoreError as error:
            result = error
        except Exception as error:  # as in _commit
            self._log.exception("read_failed")
            result = _as_store_error(error)
        self._loop.call_soon_threadsafe(self._seen, effect, result)

    def _seen(self, asked: ReadStore | _OwnRead, result: LookResult) -> None:
        self._reading = False
        self._read_next()
        if isinstance(result, StoreError):
            self._read_failed_at = self._loop.time()
            self._conditions.begin(Condition.READING, result)
        elif self._loop.time() - self._read_failed_at >= READ_AGAIN_SECONDS:
            self._conditions.end(Condition.READING)
        self._give(asked, result)
        self._rest()

    def _rest(self) -> None:
        if not (self._committing or self._waiting or self._tending or self._reading or self._reads):
            self._idle.set()

    async def drain(self) -> None:
        """Wait until all writes and reads are done and answered."""
        await self._idle.wait()

    def stop(self) -> None:
        """End the threads after their current work."""
        self._dead = True
        for timer in (self._next_tending, self._gathered):
            if timer is not None:
                timer.cancel()
        self._writer.stop()
        self._reader.stop()


def _answer(asked: asyncio.Future[_T], answer: _T) -> None:
    """Set the result of a future, unless it was cancelled."""
    if not asked.done():
        asked.set_result(answer)


def _as_store_error(error: Exception) -> StoreError:
    wrapped = StoreError(f"{type(error).__name__}: {error}")
    wrapped.__cause__ = error
    return wrapped
