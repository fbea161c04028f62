"""The writes of a commit, within its transaction.

Rules:

1. All writes are done together. If one fails, they are repeated one by one, so that only this one fails.
2. On a full disk, only deletions are done, and what writes nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, cast

import apsw

from muca.model.changes import CloseReport, CountAnew, Erase, ListRooms
from muca.model.ids import RoomId
from muca.model.storage import Admit, Append, Appended, Decide, Decided, StoreError, StoreFull, StoreWrite, WriteResult
from muca.storage.sqlite.admit import admit_all
from muca.storage.sqlite.append import append_all
from muca.storage.sqlite.changes import decide
from muca.storage.sqlite.names import RoomNames
from muca.storage.sqlite.transactions import Transactions, described

_OWN_ERRORS: Final = (apsw.ConstraintError, apsw.MismatchError, apsw.TooBigError)
"""Errors that a single write can cause. All other errors of SQLite are caused by the disk or the database."""


class Batches:
    """Does the writes of a batch on the write connection, within a transaction of the caller."""

    def __init__(self, connection: apsw.Connection, transactions: Transactions) -> None:
        self._connection = connection
        self._transactions = transactions
        self._names = RoomNames(connection)

    def write(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        """Do all writes, in order, and return a result for each. Raises ``apsw.Error`` and ``MemoryError``."""
        try:
            return self._write_together(writes)
        except Exception as error:
            if not _is_own(error):
                raise
        self._transactions.begin_again()
        return [self._write_alone(write) for write in writes]

    def only_erase(self, writes: Sequence[StoreWrite], full: StoreFull) -> list[WriteResult]:
        """Do the writes that delete something or only read, and return ``full`` for the others.

        Raises as ``write`` does.
        """
        return [self._write_alone(write, only_erasing=full) for write in writes]

    def _write_together(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        results: list[WriteResult] = []
        for kind, run in groupby(writes, key=type):
            if kind is Append:
                results += append_all(self._connection, self._names, cast("list[Append]", list(run)))
            elif kind is Admit:
                results += admit_all(self._connection, cast("list[Admit]", list(run)))
            else:
                results += [decide(self._connection, self._names, write) for write in cast("Iterator[Decide]", run)]
        return results

    def _write_alone(self, write: StoreWrite, only_erasing: StoreFull | None = None) -> WriteResult:
        """Do one write completely or not at all; ``only_erasing``: the result of a write that is not allowed now."""
        if only_erasing is not None and not isinstance(write, Decide):
            return only_erasing
        self._connection.execute("SAVEPOINT write")
        try:
            [result] = self._write_together([write])
            if only_erasing is not None and isinstance(result, Decided) and not erases(result):
                only_reads = all(isinstance(change, CountAnew | ListRooms) for change in result.decision.changes)
                if not only_reads:
                    raise only_erasing
        except Exception as error:
            if not _is_own(error):
                raise
            self._names.forget()
            self._connection.execute("ROLLBACK TO write")
            result = error if isinstance(error, StoreError) else StoreError(described(error))
            result.__cause__ = error if result is not error else None
        self._connection.execute("RELEASE write")
        return result


def erases(decided: Decided) -> bool:
    """Return whether something was deleted that must not remain on disk."""
    return any(isinstance(change, (Erase, CloseReport)) for change in decided.decision.changes)


def grown(results: Sequence[WriteResult]) -> set[RoomId]:
    """Return the rooms to which events were added."""
    rooms = {result.room for result in results if isinstance(result, Appended)}
    rooms.update(event.room for result in results if isinstance(result, Decided) for event in result.events)
    return rooms


def _is_own(error: Exception) -> bool:
    """Return whether the write itself is the cause, not the disk or the database."""
    return isinstance(error, _OWN_ERRORS) or not isinstance(error, (apsw.Error, MemoryError))
