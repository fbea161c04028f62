"""The write-ahead log: when it is copied into the database (a checkpoint), and when it is truncated.

Rules:

1. The log is already on disk. If there is no space to copy it now, it stays.
2. It is copied after a number of writes, which is smaller while the disk is nearly full.
3. It is truncated after a deletion, as it still contains the deleted data.
"""

from typing import Final

import apsw

from muca.storage.sqlite.database_file import BUSY_MS
from muca.storage.sqlite.reserve import SpaceReserve
from muca.storage.sqlite.transactions import Transactions

_COPY_WRITES: Final = 5_000
"""Writes after which the log is copied. A write changes one to six pages of 4 KiB."""
_COPY_WRITES_NEAR_FULL: Final = 250
"""The same while the disk is nearly full: once it is full, a long log could not be copied."""


class WriteAheadLog:
    """The log of the write connection.

    Args:
        connection: the write connection, without automatic checkpoints.
        transactions: those of the connection. They end if copying the log fails for another reason than disk space.
        reserve: knows whether the disk is nearly full; None: another process is responsible.
    """

    def __init__(self, connection: apsw.Connection, transactions: Transactions, reserve: SpaceReserve | None) -> None:
        self._connection = connection
        self._transactions = transactions
        self._reserve = reserve
        self._writes = 0
        """Writes since the last copy."""
        self._writes_to_look = _COPY_WRITES_NEAR_FULL
        """Writes until the next check whether the disk is nearly full."""
        self.has_erased = True
        """Whether the log may contain deleted data. At first it may: the last server may have been killed."""

    def count(self, writes: int) -> None:
        """Count writes, and copy the log if it is due. Raises ``StoreBroken``."""
        self._writes += writes
        self._writes_to_look -= writes
        is_due = self._writes >= _COPY_WRITES
        if not is_due and self._writes_to_look <= 0:
            self._writes_to_look = _COPY_WRITES_NEAR_FULL
            is_due = self._reserve is not None and self._reserve.is_near()
        if is_due:
            self.copy()

    def copy(self) -> None:
        """Copy the log into the database, if there is space. Raises ``StoreBroken``."""
        if self._checkpoint(apsw.SQLITE_CHECKPOINT_PASSIVE):
            self._writes = 0

    def cut(self) -> None:
        """Copy and truncate the log, if there is space and nobody is reading it. Raises ``StoreBroken``."""
        self._connection.set_busy_timeout(0)
        try:
            self.has_erased = not self._checkpoint(apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            self._connection.set_busy_timeout(BUSY_MS)

    def _checkpoint(self, mode: int) -> bool:
        try:
            self._connection.wal_checkpoint(mode=mode)
        except (apsw.FullError, apsw.BusyError):
            return False
        except apsw.Error as error:
            raise self._transactions.failure(error, breaking=True) from error
        return True
