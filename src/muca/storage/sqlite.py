"""The SQLite store: one file, one connection that writes, one that reads.

Rules:

1. A commit is one transaction, on disk (``synchronous=FULL``) before ``commit`` returns.
2. All writes are done together; only if one of them fails are they done again one at a time, so that it alone fails.
3. When the disk fails, the whole transaction is undone and ``StoreError`` raised; the next commit tries afresh. On a
   full disk, what deletes is done all the same, in room that is kept for it (``reserve.py``).
4. When it is not certain what is on disk (a failed fsync), ``StoreBroken`` is raised, then and ever after, and the file
   is not touched again: the next start finds out what is in it.
5. When a damaged page was met, in writing or reading, the file is not written any more either (``StoreDamaged``), but
   read: the process that has it open may be the last that can.
6. Before and after each transaction, the files must be where they were opened, or nothing is acknowledged
   (``StoreMoved``): what is written into a removed or renamed file is not found at the next start.
7. What was deleted is overwritten in the file, and gone from the write-ahead log as soon as there is time (``tend``).
   Of what retention removes, the pieces in the index of SEARCH go later, when they are more than what is left.
"""

import contextlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, cast

import apsw

from muca.model.changes import CloseReport, Erase
from muca.model.ids import FileId, RoomId
from muca.model.storage import (
    Admit,
    Admitted,
    Append,
    Appended,
    Decide,
    Decided,
    Epoch,
    Look,
    LookResult,
    Refused,
    Retention,
    StoreBroken,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMoved,
    StoreUnreadable,
    Write,
    WriteResult,
)
from muca.storage.migrations import migrate
from muca.storage.reserve import NO_ROOM, Reserve
from muca.storage.retries import hidden_id
from muca.storage.sqlite_admit import admit_all, let_in
from muca.storage.sqlite_append import append_all
from muca.storage.sqlite_changes import decide
from muca.storage.sqlite_epoch import open_epoch, read_epoch, renew_nonce
from muca.storage.sqlite_file import (
    BUSY_MS,
    FILE_NAME,
    Places,
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
    rename_some,
)
from muca.storage.store import StoreUnusable

_CHECKPOINT_WRITES: Final = 5_000
"""Writes after which the write-ahead log is copied into the database. A write dirties one page to six of 4 KiB."""
_CHECKPOINT_WRITES_NEAR_FULL: Final = 250
"""The same while the disk is nearly full: a long log could not be copied any more once it is full."""
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
_BREAKING: Final = frozenset({apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC})
"""Errors after which, also before a COMMIT, the disk cannot be trusted."""
_DAMAGE: Final = frozenset(
    {apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB, apsw.SQLITE_IOERR_CORRUPTFS, apsw.SQLITE_IOERR_DATA}
)
"""Errors that say that the file is damaged."""


class SqliteStore:
    """Keeps everything in the file ``muca.sqlite3`` of a folder. Made by ``open``."""

    def __init__(
        self,
        server_id: str,
        epoch: Epoch,
        tended_ms: int | None,
        writer: apsw.Connection,
        reader: apsw.Connection,
        places: Places,
        reserve: Reserve | None,
        resources: contextlib.ExitStack,
    ) -> None:
        self.server_id = server_id
        self.epoch = epoch
        self._writer = writer
        self._reader = reader
        self._places = places
        self._reserve = reserve
        self._resources = resources
        self.tended_ms = tended_ms
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
        self._broken: StoreBroken | StoreDamaged | None = None
        """Why the file is not written any more. Both threads may find the reason."""
        self._names = RoomNames(writer)
        writer.create_scalar_function("hidden_id", _hidden_id, 2, deterministic=True)

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
            if share:
                return cls._open(file, None, resources)
            resources.callback(lock_folder(folder).release)
            reserve = Reserve(folder)
            try:
                store = cls._open(file, reserve, resources)
            except StoreUnusable as error:
                if not error.is_for_want_of_room or not reserve.give():
                    raise
                store = cls._open(file, reserve, resources)
            reserve.make()
            return store

    @classmethod
    def _open(cls, file: Path, reserve: Reserve | None, resources: contextlib.ExitStack) -> "SqliteStore":
        """Open the file; without a ``reserve``, beside the server that has it. Raises ``StoreUnusable``."""
        with contextlib.ExitStack() as opened:
            look_at(file, finished=reserve is None)
            with explained(file):
                writer = opened.enter_context(contextlib.closing(open_writer(file)))
                if reserve is not None:
                    migrate(writer)
                    fold_anew(writer)
                    let_shrink(writer)
                new_id = uuid.uuid4().hex
                writer.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('server_id', ?)", (new_id,))
                server_id = writer.execute("SELECT value FROM meta WHERE key = 'server_id'").get
                epoch = read_epoch(writer) if reserve is None else _opened_epoch(writer, file)
                tended_ms = read_tended(writer)
                reader = opened.enter_context(contextlib.closing(open_reader(file)))
                kept = contextlib.ExitStack()
                store = cls(server_id, epoch, tended_ms, writer, reader, Places(file), reserve, kept)
            kept.push(resources.pop_all())
            kept.push(opened.pop_all())
        if reserve is not None:
            kept.callback(store._leave, file)
        return store

    def commit(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and give a result for each.

        Raises ``StoreError``, and ``StoreBroken`` when it is not certain what is on disk.
        """
        try:
            self._check_room()
            with self._transaction():
                results = self._write(writes)
        except StoreFull as error:
            results = self._only_erase(writes, error)
        self._has_erased = self._has_erased or any(map(_erases, results))
        if self._grown is not None:
            self._grown.update(room for result in results for room in _grown(result))
        self._count(len(writes))
        return results

    @property
    def is_full(self) -> bool:
        """Whether there is no room for anything but deleting, as the last commit has found."""
        return self._reserve is not None and self._reserve.is_full

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all of one state. Raises ``StoreError``."""
        try:
            with _snapshot(self._reader):
                return look_up(self._reader, look)
        except apsw.Error as error:
            raise self._unread(error) from error
        except Exception as error:  # what is in the row is not what we have written
            raise StoreUnreadable(_described(error)) from error

    def let_in(self, write: Admit) -> Admitted | Refused:
        """Do what an ``Admit`` does that needs no writing, for whoever is known. Raises ``StoreError``."""
        with self._reading(), _snapshot(self._writer):
            return let_in(self._writer, write)

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Do a small step of housekeeping, some 10 ms. Tells whether there is more. Raises as ``commit`` does."""
        if self._reserve is not None and self._reserve.is_full and self._has_erased:
            self._empty_log()  # what was deleted gives room back
        elif self._reserve is not None and not self._reserve.is_full:
            self._reserve.make()
        self._check_room()
        noted = self.tended_ms is not None and abs(now_ms - self.tended_ms) < _NOTE_MS
        try:
            with self._transaction():
                more = self._tend(now_ms, retention)
                if not noted:
                    note_tended(self._writer, now_ms)
        except ValueError as error:  # what is in a row is not what we have written
            raise StoreUnreadable(_described(error)) from error
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
        if self._broken is not None:
            with contextlib.suppress(apsw.ConnectionClosedError):
                self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._resources.close()

    def _leave(self, file: Path) -> None:
        """Note that the database goes on from here: a copy from before, put in its place, is then known as one."""
        if self._broken is None:
            with contextlib.suppress(apsw.Error, OSError, StoreMoved):  # then it counts as left when it was opened
                self._places.check()
                renew_nonce(self._writer, file)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Read something outside a transaction. Raises ``StoreError``."""
        try:
            yield
        except apsw.Error as error:
            raise self._unread(error) from error

    def _unread(self, error: apsw.Error) -> StoreError:
        """Give what to raise when something could not be read. For either thread."""
        if _codes(error) & _DAMAGE:
            self._broken = self._broken or StoreDamaged(_described(error))
            return StoreDamaged(_described(error))
        return StoreUnreadable(_described(error))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Do what is inside, and commit it. Raises ``StoreError``, having undone all of it, or ``StoreBroken``."""
        if self._broken is not None:
            raise self._broken
        self._places.check()
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
        self._places.check()

    def _check_room(self) -> None:
        """Raise ``StoreFull`` while what is left on the disk is for deleting alone."""
        if self._reserve is not None and self.is_full and not self._reserve.make():
            raise StoreFull("what is free on the disk is kept for deleting")

    def _only_erase(self, writes: Sequence[Write], full: StoreFull) -> list[WriteResult]:
        """Do those of the writes that delete something, in the room that is kept for it. Raises as ``commit`` does."""
        if self._reserve is None:
            raise full
        self._reserve.is_full = True
        if not any(isinstance(write, Decide) for write in writes) or not self._reserve.give():
            raise full
        with self._transaction():
            results = [self._write_alone(write, only_erasing=full) for write in writes]
        self._empty_log()
        return results

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

    def _write_alone(self, write: Write, only_erasing: StoreFull | None = None) -> WriteResult:
        """Do one write, or nothing of it; ``only_erasing``: what to give for one that deletes nothing."""
        if only_erasing is not None and not isinstance(write, Decide):
            return only_erasing
        self._writer.execute("SAVEPOINT write")
        try:
            [result] = self._write_together([write])
            if only_erasing is not None and isinstance(result, Decided) and not _erases(result):
                raise only_erasing
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
        if rename_some(self._writer):
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
        is_due = self._writes_to_checkpoint <= _CHECKPOINT_WRITES - _CHECKPOINT_WRITES_NEAR_FULL
        if self._writes_to_checkpoint <= 0 or (is_due and self._reserve is not None and self._reserve.is_near()):
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
        codes = _codes(error)
        full = apsw.SQLITE_FULL in codes or (apsw.SQLITE_IOERR in codes and self._writer.system_errno in NO_ROOM)
        if not breaking and self._roll_back():
            if codes & _DAMAGE:
                self._broken = self._broken or StoreDamaged(_described(error))
                return self._broken
            return (StoreFull if full else StoreError)(_described(error))
        self._broken = StoreBroken(_described(error))
        return self._broken

    def _roll_back(self) -> bool:
        """Undo the transaction, if one is open. Tells whether that went."""
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except apsw.Error:
            return False
        return True


@contextlib.contextmanager
def _snapshot(connection: apsw.Connection) -> Iterator[None]:
    """Read from one state of the database. Raises ``apsw.Error``."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:  # some errors end it
            connection.execute("ROLLBACK")


def _opened_epoch(writer: apsw.Connection, file: Path) -> Epoch:
    try:
        return open_epoch(writer, file)
    except OSError as error:
        explanation = f"this folder cannot be written: {error.strerror or error}"
        raise StoreUnusable(file.parent, explanation, is_for_want_of_room=error.errno in NO_ROOM) from error


def _erases(result: WriteResult) -> bool:
    """Say whether something was taken away that must not be found on the disk any more."""
    erasing = Erase, CloseReport
    return isinstance(result, Decided) and any(isinstance(change, erasing) for change in result.decision.changes)


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


def _hidden_id(*sender_and_id: object) -> str:
    """Give SQL what stands for an ID of a deleted message."""
    sender, request_id = map(str, sender_and_id)
    return hidden_id(sender, request_id)
