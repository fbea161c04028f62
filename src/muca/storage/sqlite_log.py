"""The write-ahead log: when it is copied into the database, and when it is cut off.

Rules:

1. What is in the log is on disk already. If there is no room to copy it now, it stays.
2. It is copied after so many writes, sooner while the disk is nearly full.
3. After a deletion it is cut off: what was deleted is still in it.
"""

from typing import Final

import apsw

from muca.storage.reserve import Reserve
from muca.storage.sqlite_file import BUSY_MS
from muca.storage.sqlite_transactions import Transactions

_COPY_WRITES: Final = 5_000
"""Writes after which the log is copied. A write dirties one page to six of 4 KiB."""
_COPY_WRITES_NEAR_FULL: Final = 250
"""The same while the disk is nearly full: a long log could not be copied any more once it is full."""


class Log:
    """The log of the connection that writes.

    Args:
        connection: what writes, and does not copy the log by itself.
        transactions: those of the connection. They end when the log cannot be copied for another reason than room.
        reserve: what knows whether the disk is nearly full; None: that is another process's concern.
    """

    def __init__(self, connection: apsw.Connection, transactions: Transactions, reserve: Reserve | None) -> None:
        self._connection = connection
        self._transactions = transactions
        self._reserve = reserve
        self._writes = 0
        """Writes since the log was copied."""
        self._writes_to_look = _COPY_WRITES_NEAR_FULL
        """Writes until it is looked again whether the disk is nearly full."""
        self.has_erased = True
        """Whether what was deleted may be in the log. At first it may: the last server may have been killed."""

    def count(self, writes: int) -> None:
        """Take note of writes, and copy the log if it is due. Raises ``StoreBroken``."""
        self._writes += writes
        self._writes_to_look -= writes
        is_due = self._writes >= _COPY_WRITES
        if not is_due and self._writes_to_look <= 0:
            self._writes_to_look = _COPY_WRITES_NEAR_FULL
            is_due = self._reserve is not None and self._reserve.is_near()
        if is_due:
            self.copy()

    def copy(self) -> None:
        """Copy the log into the database, if there is room. Raises ``StoreBroken``."""
        if self._checkpoint(apsw.SQLITE_CHECKPOINT_PASSIVE):
            self._writes = 0

    def cut(self) -> None:
        """Copy the log and cut it off, if there is room and nobody reads in it just now. Raises ``StoreBroken``."""
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
