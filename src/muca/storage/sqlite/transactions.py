"""The transactions of the write connection: their guarantees when they succeed and when they fail.

Rules:

1. A transaction is on disk (``synchronous=FULL``), or nothing of it is.
2. If the disk fails, the whole transaction is rolled back and ``StoreError`` raised (``StoreFull`` on a full disk); the
   next one tries again.
3. If the state on disk is uncertain (a failed fsync), ``StoreBroken`` is raised from then on, and the file
   is not touched again: the next start finds out its state.
4. If a damaged page is found, in writing or reading, the file is not written any more either (``StoreDamaged``), but
   still read: the process that has it open may be the last that can.
5. Before and after each transaction, the files must be where they were opened, or nothing is acknowledged
   (``StoreMoved``): the next start would not find what was written to a removed or renamed file.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

import apsw

from muca.model.storage import StoreBroken, StoreDamaged, StoreError, StoreFull, StoreUnreadable
from muca.storage.sqlite.database_file import Places
from muca.storage.sqlite.reserve import NO_ROOM

_HARMLESS_AT_COMMIT: Final = frozenset({apsw.SQLITE_FULL, apsw.SQLITE_BUSY, apsw.SQLITE_IOERR_WRITE})
"""Errors before the last page of a transaction is in the write-ahead log: it is certainly rolled back."""
_BREAKING: Final = frozenset({apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC})
"""Errors after which the disk cannot be trusted, even before a COMMIT."""
_DAMAGE: Final = frozenset(
    {apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB, apsw.SQLITE_IOERR_CORRUPTFS, apsw.SQLITE_IOERR_DATA}
)
"""Errors that mean that the file is damaged."""


class Transactions:
    """The transactions of one connection.

    Args:
        connection: the write connection.
        places: where the files were opened.
    """

    def __init__(self, connection: apsw.Connection, places: Places) -> None:
        self._connection = connection
        self._places = places
        self._broken: StoreBroken | StoreDamaged | None = None
        """Why the file is not written any more; either thread may set it."""

    @property
    def is_broken(self) -> bool:
        """Whether the file is not written any more."""
        return self._broken is not None

    @contextlib.contextmanager
    def begin(self) -> Iterator[None]:
        """Run the block and commit it. Raises ``StoreError`` after rolling everything back, or ``StoreBroken``."""
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
        """Roll back everything since ``begin``, and begin again. Raises ``apsw.Error``."""
        self._connection.execute("ROLLBACK")
        self._connection.execute("BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read something outside a transaction, in any thread. Raises ``StoreError``."""
        try:
            yield
        except Exception as error:  # not from SQLite: a row does not contain what we wrote
            if _codes(error) & _DAMAGE:
                self._broken = self._broken or StoreDamaged(described(error))
                raise StoreDamaged(described(error)) from error
            raise StoreUnreadable(described(error)) from error

    def leave_alone(self) -> None:
        """Make the connection close without touching a file that must not be written any more."""
        if self._broken is not None:
            with contextlib.suppress(apsw.ConnectionClosedError):
                self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)

    def failure(self, error: BaseException, *, breaking: bool) -> StoreError:
        """Roll the transaction back and return the error to raise; a file in an uncertain state is not touched again.

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
        """Roll the transaction back, if one is open. Returns whether this succeeded."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except apsw.Error:
            return False
        return True


def described(error: BaseException) -> str:
    """Return the type and text of an error in one line."""
    return f"{type(error).__name__}: {error}"


def _codes(error: BaseException) -> set[int]:
    """Return SQLite's extended result code and the plain one that it belongs to."""
    return {getattr(error, "extendedresult", -1), getattr(error, "result", -1)}  # not every error is from SQLite
