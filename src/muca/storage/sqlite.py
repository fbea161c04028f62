"""The SQLite store: one file, one connection that writes, one that reads.

Rules:

1. A commit is one transaction, on disk (``synchronous=FULL``) before ``commit`` returns.
2. All writes are done together; only if one of them fails are they done again one at a time, so that it alone fails.
3. When the disk fails, the whole transaction is undone and ``StoreError`` raised; the next commit tries afresh.
4. When it is not certain what is on disk (a failed fsync, a damaged page), ``StoreBroken`` is raised, then and ever
   after, and the file is not touched again: the next start finds out what is in it.
"""

import contextlib
import uuid
from collections.abc import Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Final, cast

import apsw

from muca.model.storage import (
    Admit,
    Append,
    HistoryPage,
    HistoryQuery,
    StoreBroken,
    StoreError,
    Write,
    WriteResult,
)
from muca.storage.migrations import migrate
from muca.storage.sqlite_admit import admit_all
from muca.storage.sqlite_append import append_all
from muca.storage.sqlite_file import FILE_NAME, explained, lock_folder, look_at, open_reader, open_writer
from muca.storage.sqlite_history import read_page

_ADMITS_MAX: Final = 100
"""Admits that are done together: each may bring hundreds of rooms."""
_CHECKPOINT_WRITES: Final = 5_000
"""Writes after which the write-ahead log is copied into the database. A write dirties one page to six of 4 KiB."""

_OWN_ERRORS: Final = (apsw.ConstraintError, apsw.MismatchError, apsw.TooBigError)
"""What a single write can be the reason of. Everything else that SQLite raises is the disk's or the database's."""
_HARMLESS_AT_COMMIT: Final = frozenset({apsw.SQLITE_FULL, apsw.SQLITE_BUSY, apsw.SQLITE_IOERR_WRITE})
"""Errors that come before the last page of a transaction is in the write-ahead log: it is certainly undone."""
_BREAKING: Final = frozenset(
    {apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC, apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB}
)
"""Errors after which, also before a COMMIT, disk or file cannot be trusted."""


class SqliteStore:
    """Keeps everything in the file ``muca.sqlite3`` of a folder. Made by ``open``."""

    def __init__(
        self, server_id: str, writer: apsw.Connection, reader: apsw.Connection, resources: contextlib.ExitStack
    ) -> None:
        self.server_id = server_id
        self._writer = writer
        self._reader = reader
        self._resources = resources
        self._writes_to_checkpoint = _CHECKPOINT_WRITES
        self._broken: StoreBroken | None = None

    @classmethod
    def open(cls, folder: Path) -> "SqliteStore":
        """Open the store of a data folder; folder and file are made if they are not there.

        Raises ``StoreUnusable``, and leaves the file as it is, when another server uses the folder, or the file is
        damaged, from a newer muca, or not muca's at all.
        """
        file = folder / FILE_NAME
        with contextlib.ExitStack() as resources:
            resources.callback(lock_folder(folder).release)
            look_at(file)
            with explained(file):
                writer = resources.enter_context(contextlib.closing(open_writer(file)))
                migrate(writer)
                writer.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('server_id', ?)", (uuid.uuid4().hex,))
                server_id = writer.execute("SELECT value FROM meta WHERE key = 'server_id'").get
                reader = resources.enter_context(contextlib.closing(open_reader(file)))
            return cls(server_id, writer, reader, resources.pop_all())

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and give a result for each.

        Raises ``StoreError``, and ``StoreBroken`` when it is not certain what is on disk.
        """
        if self._broken is not None:
            raise self._broken
        try:
            results = self._write(writes)
        except (apsw.Error, MemoryError) as error:
            raise self._failure(error, breaking=bool(_codes(error) & _BREAKING)) from error
        try:
            self._writer.execute("COMMIT")
        except apsw.Error as error:
            raise self._failure(error, breaking=not _codes(error) & _HARMLESS_AT_COMMIT) from error
        self._writes_to_checkpoint -= len(writes)
        if self._writes_to_checkpoint <= 0:
            self._checkpoint()
        return results

    def history(self, query: HistoryQuery) -> HistoryPage | None:
        """Read a page of a room's log, or None when there is no such room for the reader. Raises ``StoreError``."""
        try:
            return read_page(self._reader, query)
        except apsw.Error as error:
            raise StoreError(_described(error)) from error

    def close(self) -> None:
        """Release everything. Whatever was committed stays."""
        self._resources.close()

    def _write(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Begin a transaction and do all writes in it: together if that goes, else one at a time."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            return self._write_together(writes)
        except Exception as error:
            if not _is_own(error):
                raise
        self._writer.execute("ROLLBACK")
        self._writer.execute("BEGIN IMMEDIATE")
        return [self._write_alone(write) for write in writes]

    def _write_together(self, writes: Sequence[Write]) -> list[WriteResult]:
        results: list[WriteResult] = []
        for kind, run in groupby(writes, key=type):
            if kind is Append:
                results += append_all(self._writer, cast("list[Append]", list(run)))
            else:
                while part := list(islice(run, _ADMITS_MAX)):
                    results += admit_all(self._writer, cast("list[Admit]", part))
        return results

    def _write_alone(self, write: Write) -> WriteResult:
        self._writer.execute("SAVEPOINT write")
        try:
            [result] = self._write_together([write])
        except Exception as error:
            if not _is_own(error):
                raise
            self._writer.execute("ROLLBACK TO write")
            result = StoreError(_described(error))
            result.__cause__ = error
        self._writer.execute("RELEASE write")
        return result

    def _checkpoint(self) -> None:
        """Copy the write-ahead log into the database. It is on disk already: if there is no room now, it stays."""
        try:
            self._writer.wal_checkpoint()
        except (apsw.FullError, apsw.BusyError):
            return
        except apsw.Error as error:
            raise self._failure(error, breaking=True) from error
        self._writes_to_checkpoint = _CHECKPOINT_WRITES

    def _failure(self, error: Exception, *, breaking: bool) -> StoreError:
        """Undo the transaction and give what to raise; what may or may not be on disk is left alone for good."""
        if not breaking:
            with contextlib.suppress(apsw.Error):
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                return StoreError(_described(error))
        self._broken = StoreBroken(_described(error))
        self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        return self._broken


def _is_own(error: Exception) -> bool:
    """Say whether the write itself is the reason, not the disk or the database."""
    return isinstance(error, _OWN_ERRORS) or not isinstance(error, (apsw.Error, MemoryError))


def _codes(error: Exception) -> set[int]:
    """Give SQLite's extended result code and the plain one that it belongs to."""
    return {getattr(error, "extendedresult", -1), getattr(error, "result", -1)}  # not every one is from SQLite


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
