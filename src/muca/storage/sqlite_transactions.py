"""The transactions of the connection that writes: what may be relied on when one is done, and when one fails.

Rules:

1. A transaction is on disk (``synchronous=FULL``), or nothing of it is.
2. When the disk fails, the whole transaction is undone and ``StoreError`` raised, on a full one ``StoreFull``; the next
   one tries afresh.
3. When it is not certain what is on disk (a failed fsync), ``StoreBroken`` is raised, then and ever after, and the file
   is not touched again: the next start finds out what is in it.
4. When a damaged page was met, in writing or reading, the file is not written any more either (``StoreDamaged``), but
   read: the process that has it open may be the last that can.
5. Before and after each transaction, the files must be where they were opened, or nothing is acknowledged
   (``StoreMoved``): what is written into a removed or renamed file is not found at the next start.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

import apsw

from muca.model.storage import StoreBroken, StoreDamaged, StoreError, StoreFull, StoreUnreadable
from muca.storage.reserve import NO_ROOM
from muca.storage.sqlite_file import Places

_HARMLESS_AT_COMMIT: Final = frozenset({apsw.SQLITE_FULL, apsw.SQLITE_BUSY, apsw.SQLITE_IOERR_WRITE})
"""Errors that come before the last page of a transaction is in the write-ahead log: it is certainly undone."""
_BREAKING: Final = frozenset({apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC})
"""Errors after which, also before a COMMIT, the disk cannot be trusted."""
_DAMAGE: Final = frozenset(
    {apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB, apsw.SQLITE_IOERR_CORRUPTFS, apsw.SQLITE_IOERR_DATA}
)
"""Errors that say that the file is damaged."""


class Transactions:
    """The transactions of one connection.

    Args:
        connection: what writes.
        places: where the files were opened.
    """

    def __init__(self, connection: apsw.Connection, places: Places) -> None:
        self._connection = connection
        self._places = places
        self._broken: StoreBroken | StoreDamaged | None = None
        """Why the file is not written any more. Both threads may find the reason."""

    @property
    def is_broken(self) -> bool:
        """Whether the file is not written any more."""
        return self._broken is not None

    @contextlib.contextmanager
    def begin(self) -> Iterator[None]:
        """Do what is inside, and commit it. Raises ``StoreError``, having undone all of it, or ``StoreBroken``."""
        if self._broken is not None:
            raise self._broken
        self._places.check()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
        except (apsw.Error, MemoryError) as error:
            raise self.failure(error, breaking=bool(_codes(error) & _BREAKING)) from error
        except BaseException as error:
            self.failure(error, breaking=False)
            raise
        try:
            self._connection.execute("COMMIT")
        except apsw.Error as error:
            raise self.failure(error, breaking=not _codes(error) & _HARMLESS_AT_COMMIT) from error
        self._places.check()

    def begin_again(self) -> None:
        """Undo what was done since ``begin``. Raises ``apsw.Error``."""
        self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read something outside a transaction, in any thread. Raises ``StoreError``."""
        try:
            yield
        except Exception as error:  # another one than SQLite's: what is in a row is not what we have written
            if _codes(error) & _DAMAGE:
                self._broken = self._broken or StoreDamaged(described(error))
                raise StoreDamaged(described(error)) from error
            raise StoreUnreadable(described(error)) from error

    def leave_alone(self) -> None:
        """Have the connection close without touching a file that is not written any more."""
        if self._broken is not None:
            with contextlib.suppress(apsw.ConnectionClosedError):
                self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    def failure(self, error: BaseException, *, breaking: bool) -> StoreError:
        """Undo the transaction and give what to raise; what may or may not be on disk is left alone for good.

        ``breaking``: whether it is uncertain now what is on disk.
        """
        codes = _codes(error)
        full = apsw.SQLITE_FULL in codes or (apsw.SQLITE_IOERR in codes and self._connection.system_errno in NO_ROOM)
        if not breaking and self._roll_back():
            if codes & _DAMAGE:
                self._broken = self._broken or StoreDamaged(described(error))
                return self._broken
            return (StoreFull if full else StoreError)(described(error))
        self._broken = StoreBroken(described(error))
        return self._broken

    def _roll_back(self) -> bool:
        """Undo the transaction, if one is open. Tells whether that went."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except apsw.Error:
            return False
        return True


def described(error: BaseException) -> str:
    """Say in a line what kind of error it is, and what it says."""
    return f"{type(error).__name__}: {error}"


def _codes(error: BaseException) -> set[int]:
    """Return SQLite's extended result code and the plain one that it belongs to."""
    return {getattr(error, "extendedresult", -1), getattr(error, "result", -1)}  # not every one is from SQLite
