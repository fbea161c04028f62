"""The SQLite store: one file, one connection that writes, one that reads.

Rules:

1. A commit is one transaction, on disk (``synchronous=FULL``) before ``commit`` returns.
2. All writes are done together; only if one of them fails are they done again one at a time, so that it alone fails.
3. When the disk fails, the whole transaction is undone and ``StoreError`` raised; the next commit tries afresh.
4. When it is not certain what is on disk (a failed fsync, a damaged page), ``StoreBroken`` is raised, then and ever
   after, and the file is not touched again: the next start finds out what is in it.
5. What was deleted is overwritten in the file, and gone from the write-ahead log as soon as there is time (``tend``).
   Of what retention removes, the pieces in the index of SEARCH go later, when they are more than what is left.
"""

import contextlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, cast

import apsw

from muca.model.changes import Erase
from muca.model.ids import FileId, RoomId
from muca.model.storage import (
    Admit,
    Append,
    Appended,
    Decide,
    Decided,
    Epoch,
    Look,
    LookResult,
    Retention,
    StoreBroken,
    StoreError,
    Write,
    WriteResult,
)
from muca.storage.migrations import migrate
from muca.storage.sqlite_admit import admit_all
from muca.storage.sqlite_append import append_all
from muca.storage.sqlite_changes import decide
from muca.storage.sqlite_epoch import open_epoch, read_epoch, renew_nonce
from muca.storage.sqlite_file import (
    BUSY_MS,
    FILE_NAME,
    explained,
    let_shrink,
    lock_folder,
    look_at,
    open_reader,
    open_writer,
)
from muca.storage.sqlite_files import drop_old_uploads, find_gone, find_known, forget_gone
from muca.storage.sqlite_folding import fold_anew
from muca.storage.sqlite_index import compact_some
from muca.storage.sqlite_look import look_up
from muca.storage.sqlite_names import RoomNames
from muca.storage.sqlite_tend import (
    forget_what_is_over,
    free_some,
    index_some,
    is_half_empty,
    note_tended,
    read_tended,
    remove_some,
)
from muca.storage.store import StoreUnusable

_CHECKPOINT_WRITES: Final = 5_000
"""Writes after which the write-ahead log is copied into the database. A write dirties one page to six of 4 KiB."""
_STEP_WRITES: Final = 250
"""As many writes a step of housekeeping counts for."""
_FORGET_MS: Final = 3_600_000
"""How often it is looked for what can be forgotten."""
_NOTE_MS: Final = 600_000
"""How far the time that ``tend`` is told may be from the one that is noted."""

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
        self,
        server_id: str,
        epoch: Epoch,
        writer: apsw.Connection,
        reader: apsw.Connection,
        resources: contextlib.ExitStack,
    ) -> None:
        self.server_id = server_id
        self.epoch = epoch
        self._writer = writer
        self._reader = reader
        self._resources = resources
        self.tended_ms = read_tended(writer)
        """The time that ``tend`` was told last, to some minutes; before, that of the newest event, if there is one."""
        self._writes_to_checkpoint = _CHECKPOINT_WRITES
        self._has_erased = True  # for all we know, before we were killed
        self._forget_at_ms = 0
        self._grown: set[RoomId] | None = None
        """Rooms that may have more events than when retention was looked to. None: any."""
        self._retention = Retention()
        self._removed = 0
        """Events that were removed since the index was compacted."""
        self._compacts = False
        self._data_version = writer.pragma("data_version")
        self._broken: StoreBroken | None = None
        self._names = RoomNames(writer)

    @classmethod
    def open(cls, folder: Path, *, share: bool = False) -> "SqliteStore":
        """Open the store of a data folder; folder and file are made if they are not there.

        ``share``: beside the server that may have it open. Then the folder is not taken, and the database must be
        there, with all migrations.

        Raises ``StoreUnusable``, and leaves the file as it is, when another server uses the folder, or the file is
        damaged, from a newer muca, or not muca's at all.
        """
        file = folder / FILE_NAME
        with contextlib.ExitStack() as resources:
            if not share:
                resources.callback(lock_folder(folder).release)
            look_at(file, finished=share)
            with explained(file):
                writer = resources.enter_context(contextlib.closing(open_writer(file)))
                if not share:
                    migrate(writer)
                    fold_anew(writer)
                    let_shrink(writer)
                new_id = uuid.uuid4().hex
                writer.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('server_id', ?)", (new_id,))
                server_id = writer.execute("SELECT value FROM meta WHERE key = 'server_id'").get
                epoch = read_epoch(writer) if share else _opened_epoch(writer, file)
                reader = resources.enter_context(contextlib.closing(open_reader(file)))
            store = cls(server_id, epoch, writer, reader, resources.pop_all())
        if not share:
            store._resources.callback(store._leave, file)
        return store

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and give a result for each.

        Raises ``StoreError``, and ``StoreBroken`` when it is not certain what is on disk.
        """
        with self._transaction():
            results = self._write(writes)
        self._has_erased = self._has_erased or any(map(_erases, results))
        if self._grown is not None:
            self._grown.update(room for result in results for room in _grown(result))
        self._count(len(writes))
        return results

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all of one state. Raises ``StoreError``."""
        try:
            with self._reader:
                answer = look_up(self._reader, look)
        except Exception as error:
            raise StoreError(_described(error)) from error
        return answer

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Do a small step of housekeeping, some 10 ms. Tells whether there is more. Raises as ``commit`` does."""
        noted = self.tended_ms is not None and abs(now_ms - self.tended_ms) < _NOTE_MS
        with self._transaction():
            more = self._tend(now_ms, retention)
            if not noted:
                note_tended(self._writer, now_ms)
        if not noted:
            self.tended_ms = now_ms
        if more:
            self._count(_STEP_WRITES)
        elif self._has_erased:
            self._empty_log()
        return more

    def gone_files(self, files_max: int) -> list[FileId]:
        """Give files that are nobody's any more and whose bytes are to be removed. Raises ``StoreError``."""
        with self._reading():
            return find_gone(self._writer, files_max)

    def forget_gone(self, files: Collection[FileId]) -> None:
        """Take note that their bytes are removed. Raises as ``commit`` does."""
        with self._transaction():
            forget_gone(self._writer, files)

    def known_files(self, files: Collection[FileId]) -> set[FileId]:
        """Give those of these files that there are. Raises ``StoreError``."""
        with self._reading():
            return find_known(self._writer, files)

    def changed_outside(self) -> bool:
        """Tell whether another program has changed the data since this was asked last. Raises ``StoreError``."""
        with self._reading():
            data_version = self._writer.pragma("data_version")
        changed: bool = data_version != self._data_version
        self._data_version = data_version
        return changed

    def close(self) -> None:
        """Release everything. Whatever was committed stays."""
        self._resources.close()

    def _leave(self, file: Path) -> None:
        """Note that the database goes on from here: a copy from before, put in its place, is then known as one."""
        if self._broken is None:
            with contextlib.suppress(apsw.Error, OSError):  # then it counts as left when it was opened
                renew_nonce(self._writer, file)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Read something outside a transaction. Raises ``StoreError``."""
        try:
            yield
        except apsw.Error as error:
            raise self._failure(error, breaking=bool(_codes(error) & _BREAKING)) from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Do what is inside, and commit it. Raises ``StoreError``, having undone all of it, or ``StoreBroken``."""
        if self._broken is not None:
            raise self._broken
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            yield
        except (apsw.Error, MemoryError) as error:
            raise self._failure(error, breaking=bool(_codes(error) & _BREAKING)) from error
        except BaseException as error:
            self._failure(error, breaking=False)
            raise
        try:
            self._writer.execute("COMMIT")
        except apsw.Error as error:
            raise self._failure(error, breaking=not _codes(error) & _HARMLESS_AT_COMMIT) from error

    def _write(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in the transaction: together if that goes, else one at a time in a new one."""
        try:
            return self._write_together(writes)
        except Exception as error:
            if not _is_own(error):
                raise
        self._names.forget()
        self._writer.execute("ROLLBACK")
        self._writer.execute("BEGIN IMMEDIATE")
        return [self._write_alone(write) for write in writes]

    def _write_together(self, writes: Sequence[Write]) -> list[WriteResult]:
        results: list[WriteResult] = []
        for kind, run in groupby(writes, key=type):
            if kind is Append:
                results += append_all(self._writer, self._names, cast("list[Append]", list(run)))
            elif kind is Admit:
                results += admit_all(self._writer, cast("list[Admit]", list(run)))
            else:
                results += [decide(self._writer, self._names, write) for write in cast("Iterator[Decide]", run)]
        return results

    def _write_alone(self, write: Write) -> WriteResult:
        self._writer.execute("SAVEPOINT write")
        try:
            [result] = self._write_together([write])
        except Exception as error:
            if not _is_own(error):
                raise
            self._names.forget()
            self._writer.execute("ROLLBACK TO write")
            result = error if isinstance(error, StoreError) else StoreError(_described(error))
            result.__cause__ = error if result is not error else None
        self._writer.execute("RELEASE write")
        return result

    def _tend(self, now_ms: int, retention: Retention) -> bool:
        """Do the first thing that is to be done. Tells whether there was any."""
        if index_some(self._writer):
            return True
        uploads = drop_old_uploads(self._writer, now_ms - retention.upload_seconds * 1_000)
        removed = remove_some(self._writer, now_ms, retention, self._grown if retention == self._retention else None)
        self._removed += removed
        if removed or uploads:
            self._has_erased = True
            return True
        self._grown, self._retention = set(), retention
        if is_half_empty(self._writer, self._removed):
            self._removed, self._compacts = 0, compact_some(self._writer, begin=True)
        elif self._compacts:
            self._compacts = compact_some(self._writer, begin=False)
        if self._compacts:
            return True
        if now_ms >= self._forget_at_ms:
            forget_what_is_over(self._writer, now_ms)
            self._forget_at_ms = now_ms + _FORGET_MS
        return free_some(self._writer)

    def _count(self, writes: int) -> None:
        self._writes_to_checkpoint -= writes
        if self._writes_to_checkpoint <= 0:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Copy the write-ahead log into the database. It is on disk already: if there is no room now, it stays."""
        try:
            self._writer.wal_checkpoint()
        except (apsw.FullError, apsw.BusyError):
            return
        except apsw.Error as error:
            raise self._failure(error, breaking=True) from error
        self._writes_to_checkpoint = _CHECKPOINT_WRITES

    def _empty_log(self) -> None:
        """Copy the write-ahead log into the database and cut it off, unless somebody reads in it just now."""
        self._writer.set_busy_timeout(0)
        try:
            self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._has_erased = False
        except (apsw.FullError, apsw.BusyError):
            return
        except apsw.Error as error:
            raise self._failure(error, breaking=True) from error
        finally:
            self._writer.set_busy_timeout(BUSY_MS)

    def _failure(self, error: BaseException, *, breaking: bool) -> StoreError:
        """Undo the transaction and give what to raise; what may or may not be on disk is left alone for good."""
        self._names.forget()
        if not breaking:
            with contextlib.suppress(apsw.Error):
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                return StoreError(_described(error))
        self._broken = StoreBroken(_described(error))
        self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        return self._broken


def _opened_epoch(writer: apsw.Connection, file: Path) -> Epoch:
    try:
        return open_epoch(writer, file)
    except OSError as error:
        raise StoreUnusable(file.parent, f"this folder cannot be written: {error.strerror or error}") from error


def _erases(result: WriteResult) -> bool:
    """Say whether something was taken away that must not be found on the disk any more."""
    return isinstance(result, Decided) and any(isinstance(change, Erase) for change in result.decision.changes)


def _grown(result: WriteResult) -> Iterator[RoomId]:
    """Give the rooms that events were put into."""
    if isinstance(result, Appended):
        yield result.room
    elif isinstance(result, Decided):
        yield from (event.room for event in result.events)


def _is_own(error: Exception) -> bool:
    """Say whether the write itself is the reason, not the disk or the database."""
    return isinstance(error, _OWN_ERRORS) or not isinstance(error, (apsw.Error, MemoryError))


def _codes(error: BaseException) -> set[int]:
    """Give SQLite's extended result code and the plain one that it belongs to."""
    return {getattr(error, "extendedresult", -1), getattr(error, "result", -1)}  # not every one is from SQLite


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
