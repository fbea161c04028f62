"""The SQLite store: one file, one connection that writes, one that reads.

Rules:

1. A commit is one transaction (``transactions.py``), and its writes are a batch (``batch.py``).
2. On a full disk, deletions still work, in space reserved for them (``reserve.py``).
3. Deleted data is overwritten in the file, and removed from the write-ahead log (``log.py``) as soon as there
   is time (``tend``). The index of SEARCH is cleaned after retention later, when it has more removed pieces than
   remaining ones.
"""

import contextlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import apsw

from muca.model.feed import News
from muca.model.ids import FileId, RoomId, Seq
from muca.model.storage import (
    Admit,
    Admitted,
    Decide,
    Decided,
    Epoch,
    Look,
    LookResult,
    Refused,
    Retention,
    StoreFull,
    StoreMoved,
    StoreUnreadable,
    StoreWrite,
    WriteResult,
    news_of,
)
from muca.storage.retries import hidden_id
from muca.storage.sqlite.admit import let_in
from muca.storage.sqlite.batch import Batches, erases, grown
from muca.storage.sqlite.database_file import (
    FILE_NAME,
    Places,
    explained,
    let_shrink,
    lock_folder,
    look_at,
    open_reader,
    open_writer,
)
from muca.storage.sqlite.epoch import open_epoch, read_epoch, renew_nonce
from muca.storage.sqlite.files import find_gone, find_known, forget_gone
from muca.storage.sqlite.folding import fold_anew
from muca.storage.sqlite.log import WriteAheadLog
from muca.storage.sqlite.look import look_up
from muca.storage.sqlite.migrations import migrate
from muca.storage.sqlite.outside import Outside, forget_all, put_news
from muca.storage.sqlite.reserve import NO_ROOM, SpaceReserve
from muca.storage.sqlite.snapshot import updating
from muca.storage.sqlite.tend import Housekeeping, note_tended, read_tended
from muca.storage.sqlite.transactions import Transactions, described
from muca.storage.store import StoreUnusable

_STEP_WRITES: Final = 250
"""The writes as which a step of housekeeping counts."""
_NOTE_MS: Final = 600_000
"""How far the time passed to ``tend`` may be from the stored one."""


class SqliteStore:
    """Keeps everything in the file ``muca.sqlite3`` of a folder. Create it by ``open``."""

    def __init__(
        self,
        server_id: str,
        epoch: Epoch,
        tended_ms: int | None,
        writer: apsw.Connection,
        reader: apsw.Connection,
        places: Places,
        reserve: SpaceReserve | None,
        resources: contextlib.ExitStack,
    ) -> None:
        self.server_id = server_id
        self.epoch = epoch
        self._writer = writer
        self._reader = reader
        self._places = places
        self._transactions = Transactions(writer, places)
        self._batches = Batches(writer, self._transactions)
        self._log = WriteAheadLog(writer, self._transactions, reserve)
        self._housekeeping = Housekeeping(writer)
        self._reserve = reserve
        self._resources = resources
        self.tended_ms = tended_ms
        """The last time passed to ``tend``, to within minutes; before that, the time of the newest event, if any."""
        self._outside = Outside(writer)
        writer.create_scalar_function("hidden_id", _hidden_id, 2, deterministic=True)

    @classmethod
    def open(cls, folder: Path, *, share: bool = False) -> "SqliteStore":
        """Open the store of a data folder; create folder and file if needed.

        ``share``: while a server may have it open. Then the folder is not locked, and the database must
        exist, with all migrations.

        Raises ``StoreUnusable``, and leaves the file unchanged, if another server uses the folder, or the file is
        damaged, from a newer muca, or not a muca database.
        """
        file = folder / FILE_NAME
        with contextlib.ExitStack() as resources:
            if share:
                return cls._open(file, None, resources)
            resources.callback(lock_folder(folder).release)
            reserve = SpaceReserve(folder)
            try:
                store = cls._open(file, reserve, resources)
            except StoreUnusable as error:
                if not error.is_for_want_of_room or not reserve.give():
                    raise
                store = cls._open(file, reserve, resources)
            reserve.make()
            return store

    @classmethod
    def _open(cls, file: Path, reserve: SpaceReserve | None, resources: contextlib.ExitStack) -> "SqliteStore":
        """Open the file; without a ``reserve``, while a server may have it open. Raises ``StoreUnusable``."""
        with contextlib.ExitStack() as opened:
            lacks_migrations = look_at(file, finished=reserve is None)
            with explained(file):
                writer = opened.enter_context(contextlib.closing(open_writer(file)))
                if reserve is not None:
                    with updating(writer, file, lacks_migrations=lacks_migrations):
                        migrate(writer)
                    fold_anew(writer)
                    forget_all(writer)
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

    def commit(self, writes: Sequence[StoreWrite]) -> list[WriteResult]:
        """Do all writes in one transaction, in order, and return a result for each.

        Raises ``StoreError``, and ``StoreBroken`` if the state on disk is uncertain.
        """
        try:
            self._check_room()
            with self._transactions.begin():
                results = self._batches.write(writes)
                if self._reserve is None:
                    put_news(self._writer, (each for result in results for each in news_of(result)))
        except StoreFull as error:
            results = self._only_erase(writes, error)
        if any(erases(result) for result in results if isinstance(result, Decided)):
            self._log.has_erased = True
        if self.is_full:
            self._log.cut()  # deletions free space
        self._housekeeping.note_grown(grown(results))
        self._log.count(len(writes))
        return results

    @property
    def is_full(self) -> bool:
        """Whether there is only space for deletions, according to the last commit."""
        return self._reserve is not None and self._reserve.is_full

    def look(self, look: Look) -> LookResult:
        """Read facts, ask the guard, and answer the query, all from one snapshot. Raises ``StoreError``."""
        with self._transactions.reading(), _snapshot(self._reader):
            return look_up(self._reader, look)

    def let_in(self, write: Admit) -> Admitted | Refused:
        """Answer an ``Admit`` of somebody known without writing anything. Raises ``StoreError``."""
        with self._transactions.reading(), _snapshot(self._writer):
            return let_in(self._writer, write)

    def tend(self, now_ms: int, retention: Retention) -> bool:
        """Do a small step of housekeeping, about 10 ms. Returns whether there is more. Raises as ``commit`` does."""
        if self.is_full and self._log.has_erased:
            self._log.cut()
        elif self._reserve is not None and not self.is_full:
            self._reserve.make()
        self._check_room()
        noted = self.tended_ms is not None and abs(now_ms - self.tended_ms) < _NOTE_MS
        try:
            with self._transactions.begin():
                more, erased = self._housekeeping.step(now_ms, retention)
                if not noted:
                    note_tended(self._writer, now_ms)
                    self._outside.forget()
        except ValueError as error:  # a row does not contain what we wrote
            raise StoreUnreadable(described(error)) from error
        self._log.has_erased = self._log.has_erased or erased
        if not noted:
            self.tended_ms = now_ms
        if more:
            self._log.count(_STEP_WRITES)
        elif self._log.has_erased:
            self._log.cut()
        return more

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return rooms whose unread counts retention has changed, for people who have not read up to the given SEQ."""
        return self._housekeeping.take_recounts(rooms_max)

    def gone_files(self, files_max: int) -> list[FileId]:
        """Return files without a record, whose bytes must be removed. Raises ``StoreError``."""
        with self._transactions.reading():
            return find_gone(self._writer, files_max)

    def forget_gone(self, files: Collection[FileId]) -> None:
        """Record that the bytes of these files were removed. Raises as ``commit`` does."""
        with self._transactions.begin():
            forget_gone(self._writer, files)

    def known_files(self, files: Collection[FileId]) -> set[FileId]:
        """Return those of these files that exist. Raises ``StoreError``."""
        with self._transactions.reading():
            return find_known(self._writer, files)

    def take_outside(self) -> tuple[News, ...]:
        """Return news from other processes since the last call. Raises ``StoreError``."""
        with self._transactions.reading():
            return self._outside.take()

    def close(self) -> None:
        """Release all resources. Committed data stays."""
        self._transactions.leave_alone()
        self._resources.close()

    def _leave(self, file: Path) -> None:
        """Renew the nonce, so that an older copy restored later is recognized as one."""
        if not self._transactions.is_broken:
            with contextlib.suppress(apsw.Error, OSError, StoreMoved):  # then it counts as left when it was opened
                self._places.check()
                renew_nonce(self._writer, file)

    def _check_room(self) -> None:
        """Raise ``StoreFull`` while the free disk space is reserved for deletions."""
        if self._reserve is not None and self.is_full and not self._reserve.make():
            raise StoreFull("the free space on the disk is reserved for deletions")

    def _only_erase(self, writes: Sequence[StoreWrite], full: StoreFull) -> list[WriteResult]:
        """Do only the writes that delete something, in the reserved space. Raises as ``commit`` does."""
        if self._reserve is None:
            raise full
        self._reserve.is_full = True
        if not any(isinstance(write, Decide) for write in writes) or not self._reserve.give():
            raise full
        with self._transactions.begin():
            return self._batches.only_erase(writes, full)


@contextlib.contextmanager
def _snapshot(connection: apsw.Connection) -> Iterator[None]:
    """Read from one snapshot of the database. Raises ``apsw.Error``."""
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


def _hidden_id(*sender_and_id: object) -> str:
    """Let SQL compute the stand-in for the ID of a deleted message."""
    sender, request_id = map(str, sender_and_id)
    return hidden_id(sender, request_id)
