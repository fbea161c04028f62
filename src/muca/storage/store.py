"""The interface of every store."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from muca.model.ids import FileId, RoomId, Seq
from muca.model.storage import (
    Admit,
    Admitted,
    Epoch,
    Look,
    LookResult,
    Refused,
    Retention,
    Write,
    WriteResult,
)


class StoreUnusable(Exception):
    """The store cannot be opened. What is there was not changed. Its text says what is wrong and what to do."""

    def __init__(self, path: Path, explanation: str, *, is_for_want_of_room: bool = False) -> None:
        explanation = " ".join(explanation.split())  # SQLite says some things in several lines
        super().__init__(f"{path}: {explanation}")
        self.path = path
        self.explanation = explanation
        self.is_for_want_of_room = is_for_want_of_room


class Store(Protocol):
    """Keeps rooms, events, people, and what is known of files. Synchronous; the server runs it in threads.

    ``look`` is called by one thread, everything else by another one, both at once.
    """

    @property
    def server_id(self) -> str:
        """The id that this store was given when it was made; stays the same for its life."""

    @property
    def epoch(self) -> Epoch:
        """Which history the numbers of events belong to. Another one when this is no continuation of what was here."""

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and give a result for each.

        When it returns, all of it is on disk. A write that cannot be done for a reason of its own gets a
        ``StoreError`` in its place and costs no other. Raises ``StoreError`` when nothing at all was stored, and
        ``StoreBroken`` when that is not certain.
        """

    def let_in(self, write: Admit) -> Admitted | Refused:
        """Do what an ``Admit`` does that needs no writing: for when it cannot be committed.

        Nobody is given a token, and the nickname is good for the session. Raises ``StoreError``, also where the UID
        would have to be claimed.
        """

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all of one state. Raises ``StoreError``."""

    @property
    def is_full(self) -> bool:
        """Whether there is no room for anything but deleting, as the last commit has found."""

    @property
    def tended_ms(self) -> int | None:
        """The time that ``tend`` was told last, to some minutes, also by an earlier process.

        Before it was ever told any: that of the newest event. None: there is none.
        """

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Do a small step of housekeeping, some 10 ms: index, retention, freeing of disk. Tells whether there is more.

        ``now_ms`` decides what is too old: a time that is certainly not ahead. Raises as ``commit`` does.
        """

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return rooms in which retention has changed what is unread, each once, until it does so again.

        It changed for those who have read less than up to the seq.
        """

    def gone_files(self, files_max: int) -> list[FileId]:
        """Return files that are nobody's any more and whose bytes are to be removed, until ``forget_gone``.

        Those of messages that were deleted or removed by retention, and uploads that no message has had in time.
        Raises ``StoreError``.
        """

    def forget_gone(self, files: Collection[FileId]) -> None:
        """Take note that their bytes are removed. Raises as ``commit`` does."""

    def known_files(self, files: Collection[FileId]) -> set[FileId]:
        """Return those of these files that there are. Raises ``StoreError``."""

    def changed_outside(self) -> bool:
        """Return whether another program has changed the data since this was asked last. Raises ``StoreError``."""

    def close(self) -> None:
        """Release everything. Whatever was committed stays."""
