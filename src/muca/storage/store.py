"""The interface of every store."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from muca.model.storage import HistoryPage, HistoryQuery, Write, WriteResult


class StoreUnusable(Exception):
    """The store cannot be opened. What is there was not changed. Its text says what is wrong and what to do."""

    def __init__(self, path: Path, explanation: str) -> None:
        super().__init__(f"{path}: {explanation}")
        self.path = path
        self.explanation = explanation


class Store(Protocol):
    """Keeps rooms, events and UIDs. Synchronous; the server runs it in threads.

    ``commit`` is called by one thread at a time, ``history`` by one thread at a time, both at once.
    """

    @property
    def server_id(self) -> str:
        """The id that this store was given when it was made; stays the same for its life."""

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and give a result for each.

        When it returns, all of it is on disk. A write that cannot be done for a reason of its own gets a
        ``StoreError`` in its place and costs no other. Raises ``StoreError`` when nothing at all was stored, and
        ``StoreBroken`` when that is not certain.
        """

    def history(self, query: HistoryQuery) -> HistoryPage | None:
        """Read a page of a room's log, or None when there is no such room for the reader. Raises ``StoreError``."""

    def close(self) -> None:
        """Release everything. Whatever was committed stays."""
