"""The interface of every store."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from muca.model.feed import News
from muca.model.ids import FileId, RoomId, Seq
from muca.model.storage import (
    Admit,
    Admitted,
    Epoch,
    Look,
    LookResult,
    Refused,
    Retention,
    StoreWrite,
    WriteResult,
)


class StoreUnusable(Exception):
    """The store cannot be opened, and was not changed. The text says what is wrong and what to do."""

    def __init__(self, path: Path, explanation: str, *, is_for_want_of_room: bool = False) -> None:
        explanation = " ".join(explanation.split())  # some of SQLite's texts have several lines
        super().__init__(f"{path}: {explanation}")
        self.path = path
        self.explanation = explanation
        self.is_for_want_of_room = is_for_want_of_room


class Store(Protocol):
    """Keeps rooms, events, people, and the records of files. Synchronous; the server runs it in threads.

    ``look`` is called by one thread, everything else by another, concurrently.
    """

    @property
    def server_id(self) -> str:
        """The id of this store, assigned when it was created; never changes."""

    @property
    def epoch(self) -> Epoch:
        """Which history the numbers of events belong to; changes if the store does not continue its last state."""

    def commit(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and return a result for each.

        When it returns, everything is on disk. A write that fails for a reason of its own gets a
        ``StoreError`` as its result, without affecting others. Raises ``StoreError`` if nothing was stored, and
        ``StoreBroken`` if this is uncertain.
        """

    def let_in(self, write: Admit) -> Admitted | Refused:
        """Answer an ``Admit`` of somebody known without writing anything, when it cannot be committed.

        Nobody receives a token, and the nickname applies only to the session. Raises ``StoreError``, also if the UID
        would have to be claimed.
        """

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all from one snapshot. Raises ``StoreError``."""

    @property
    def is_full(self) -> bool:
        """Whether there is only space for deletions, according to the last commit."""

    @property
    def tended_ms(self) -> int | None:
        """The last time passed to ``tend``, to within minutes, also by an earlier process.

        Before the first call: the time of the newest event. None: there is none.
        """

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Do a small step of housekeeping, about 10 ms: index, retention, disk space. Returns whether there is more.

        ``now_ms``: the time for retention, which must not be ahead. Raises as ``commit`` does.
        """

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return rooms whose unread counts retention has changed, each once per change.

        They changed for people who have not read up to the seq.
        """

    def gone_files(self, files_max: int) -> list[FileId]:
        """Return files without a record, whose bytes must be removed, until ``forget_gone``.

        These are files of deleted messages and of those removed by retention, and uploads not used in time.
        Raises ``StoreError``.
        """

    def forget_gone(self, files: Collection[FileId]) -> None:
        """Record that the bytes of these files were removed. Raises as ``commit`` does."""

    def known_files(self, files: Collection[FileId]) -> set[FileId]:
        """Return those of these files that exist. Raises ``StoreError``."""

    def take_outside(self) -> tuple[News, ...]:
        """Return news from other processes since the last call. Raises ``StoreError``."""

    def close(self) -> None:
        """Release all resources. Committed data stays."""
