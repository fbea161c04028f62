"""The in-memory store: for tests and simulations, and the reference for what every store does.

Rules:

1. Every write works on a copy of the tables, which replaces them if the write succeeds.
2. A reader sees a snapshot: the tables after the last commit.
3. Nothing is fast or clever: it must be obviously correct.
"""

import threading
import uuid
from collections.abc import Collection, Sequence

import msgspec

from muca.model.feed import News
from muca.model.ids import FileId, RoomId, Seq
from muca.model.storage import (
    Admit,
    Admitted,
    Append,
    Epoch,
    Look,
    LookResult,
    Refused,
    Retention,
    StoreError,
    StoreWrite,
    WriteResult,
)
from tests.memory_store.admit import admit
from tests.memory_store.append import append
from tests.memory_store.changes import decide
from tests.memory_store.queries import answer
from tests.memory_store.retention import drop_old_events, drop_old_uploads
from tests.memory_store.tables import Tables


class MemoryStore:
    """Keeps everything in dictionaries; nothing is persistent."""

    def __init__(self) -> None:
        self.server_id = uuid.uuid4().hex
        self.epoch = Epoch(id=uuid.uuid4().hex, is_new=True)
        self._tables = Tables()
        self._tended_ms: int | None = None
        self._recounts: dict[RoomId, Seq] = {}
        self._lock = threading.Lock()
        """Held while the tables are changed; readers use the current ones."""

    def commit(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        """Do all writes, in order, and return a result for each."""
        with self._lock:
            tables = self._tables
            results: list[WriteResult] = []
            for write in writes:
                changed = tables.copy()
                result = _carried_out(changed, write)
                results.append(result)
                if not isinstance(result, Refused | StoreError):
                    tables = changed
            self._tables = tables
            return results

    def let_in(self, write: Admit) -> Admitted | Refused:
        """Answer an ``Admit`` of somebody known without writing anything. Raises ``StoreError``."""
        tables = self._tables.copy()
        if write.offered_token_hash is not None and not tables.claimed(write.uid):
            raise StoreError(f"{write.uid} cannot be claimed now")
        admitted = admit(tables, msgspec.structs.replace(write, offered_token_hash=None))
        if isinstance(admitted, Refused):
            return admitted
        person = msgspec.structs.replace(admitted.person, changes=self._tables.person(write.uid).changes)
        return msgspec.structs.replace(admitted, person=person, news=())

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all from one snapshot. Raises ``StoreError``."""
        try:
            return answer(self._tables, look)
        except Exception as error:
            raise StoreError(f"{type(error).__name__}: {error}") from error

    is_full = False

    @property
    def tended_ms(self) -> int | None:
        """The last time passed to ``tend``; before that, the time of the newest event, if there is one."""
        newest_ms = max((event.ts_ms or 0 for event in self._tables.events.values()), default=None)
        return newest_ms if self._tended_ms is None else self._tended_ms

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Apply retention, all at once. There is never more to do."""
        self._tended_ms = now_ms
        with self._lock:
            tables = self._tables.copy()
            for room, seq in drop_old_events(tables, now_ms, retention).items():
                self._recounts[room] = max(seq, self._recounts.get(room, 0))
            drop_old_uploads(tables, now_ms, retention)
            self._tables = tables
            return False

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return rooms whose unread counts retention has changed, for people who have not read up to the given SEQ."""
        return {room: self._recounts.pop(room) for room in list(self._recounts)[:rooms_max]}

    def gone_files(self, files_max: int) -> list[FileId]:
        """Return files whose bytes must be removed."""
        return list(self._tables.gone_files)[:files_max]

    def forget_gone(self, files: Collection[FileId]) -> None:
        """Record that the bytes of these files were removed."""
        with self._lock:
            tables = self._tables.copy()
            for file in files:
                tables.gone_files.pop(file, None)
            self._tables = tables

    def known_files(self, files: Collection[FileId]) -> set[FileId]:
        """Return those of these files that exist."""
        return self._tables.files.keys() & set(files)

    def take_outside(self) -> tuple[News, ...]:
        """Return nothing: no other process can change this store."""
        return ()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def _carried_out(tables: Tables, write: StoreWrite) -> WriteResult:
    try:
        if isinstance(write, Append):
            return append(tables, write)
        return admit(tables, write) if isinstance(write, Admit) else decide(tables, write)
    except StoreError as error:
        return error
    except Exception as error:
        failure = StoreError(f"{type(error).__name__}: {error}")
        failure.__cause__ = error
        return failure
