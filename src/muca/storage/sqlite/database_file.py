"""The database file: locking it, checking it before anything is written, and opening it.

Rules:

1. One server per folder: a lock that the system releases when the process ends, however it ends.
2. Check first, without changes: a file that is not an intact muca database of a known version stays unchanged.
3. The check must not depend on the number of messages: a server with millions of them must start quickly. The tables
   of rooms and people are checked completely. Of the events, only the path to the last one is checked, and the rest
   page by page as it is read (``cell_size_check``).
"""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw
from filelock import FileLock, Timeout

from muca.model.storage import StoreDamaged, StoreError, StoreFull, StoreMoved
from muca.storage.sqlite.migrations import APPLICATION_ID, known_migrations, recorded_fault
from muca.storage.sqlite.reserve import NO_ROOM
from muca.storage.store import StoreUnusable

FILE_NAME: Final = "muca.sqlite3"
LOCK_NAME: Final = "muca.lock"

_HEADER: Final = b"SQLite format 3\0"
_CHECKED_TABLES: Final = {
    1: ("meta", "migrations", "rooms", "members", "people"),
    2: ("devices", "ignores", "codes", "address_bans", "indexed", "days"),
}
"""Tables of rooms and people, by the number of the migration that created them."""

BUSY_MS: Final = 5_000
"""How long a commit waits for another process (a backup, a shell) that has locked the file."""
_INCREMENTAL: Final = 2
"""``PRAGMA auto_vacuum``: free pages are released in steps, on request."""
_WRITER_CACHE_KIB: Final = 32_768
_READER_CACHE_KIB: Final = 8_192
_PROBE_BYTES: Final = 65_536
"""Bytes written to test whether a folder is writable: more than SQLite's shared memory needs."""
_JOURNAL_BYTES_KEPT: Final = 64 << 20
_CLOCK_TICK_NS: Final = 2_000_000_000
"""Two changes of a folder further apart than this have different times on every file system (FAT: 2 s)."""

_LOG_ALONE: Final = (
    "the database of this write-ahead log is missing; put it back beside the log, "
    "or move the log away as well to start with an empty database"
)
_LINK: Final = "this link is broken; mount the missing disk, or remove the link to start with an empty database"
_FULL: Final = "the disk is full; free some space"
MISSING: Final = "there is no database here yet; start the server once, or choose the folder that it uses"
_UNFINISHED: Final = "this database is of an older muca; start the server once to upgrade it"
_RESCUE: Final = "restore a backup, or move the file away to start with an empty database; muca has not changed it"


def lock_folder(folder: Path) -> FileLock:
    """Create the folder if needed, readable only by its owner, and lock it. Raises ``StoreUnusable``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_NAME, timeout=0, thread_local=False, fallback_to_soft=False)
        lock.acquire()
    except Timeout:
        raise StoreUnusable(folder, "another muca server uses this folder; stop it, or choose another folder") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StoreUnusable(folder, _FULL, is_for_want_of_room=True) from error
        raise StoreUnusable(folder, f"this folder cannot be used: {error.strerror or error}") from error
    except NotImplementedError as error:
        raise StoreUnusable(folder, "this file system cannot lock files; choose a folder on a local disk") from error
    return lock


def look_at(file: Path, *, finished: bool = False) -> bool:
    """Refuse an existing file that is not an intact muca database of a known version, without changing it.

    ``finished``: also refuse a missing file, or one that lacks a migration. Returns whether it is a database that lacks
    one. Raises ``StoreUnusable``.
    """
    try:
        with file.open("rb") as opened:
            header = opened.read(len(_HEADER))
    except FileNotFoundError:
        header = b""
    except OSError as error:
        raise StoreUnusable(file, f"this file cannot be read: {error.strerror or error}") from error
    log = file.with_name(f"{file.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    if not header:
        if file.is_symlink() and not file.exists():
            raise StoreUnusable(file, _LINK)
        if has_log:  # SQLite would delete what may be the only copy
            raise StoreUnusable(log, _LOG_ALONE)
        if finished:
            raise StoreUnusable(file, MISSING)
        return False
    if header != _HEADER:
        raise StoreUnusable(file, f"this file is not a database: {_RESCUE}")
    # Opened as immutable, SQLite creates no other files, but ignores the log that a killed server left.
    uri = f"{file.resolve().as_uri()}?{'mode=ro' if has_log else 'immutable=1'}"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    with explained(file), contextlib.closing(apsw.Connection(uri, flags)) as db:
        db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        db.pragma("cell_size_check", True)
        if db.pragma("application_id") != APPLICATION_ID:
            if db.execute("SELECT count(*) FROM sqlite_schema").get == 0 and not finished:
                return False  # a server was killed before it had finished its first step
            raise StoreUnusable(file, "this is a database of another program; choose another folder")
        fault = recorded_fault(db)
        if fault is not None:
            raise StoreUnusable(file, f"this database cannot be used: {fault}. muca has not changed it")
        done = {number for (number,) in db.execute("SELECT number FROM migrations")}
        if finished and len(done) < len(known_migrations()):
            raise StoreUnusable(file, _UNFINISHED)
        for number in done & _CHECKED_TABLES.keys():
            for table in _CHECKED_TABLES[number]:
                found = db.pragma("quick_check", table)
                if found != "ok":
                    raise StoreUnusable(file, f"this database is damaged ({found}): {_RESCUE}")
        db.execute("SELECT max(id) FROM events")
        return len(done) < len(known_migrations())


def open_writer(file: Path) -> apsw.Connection:
    """Open the write connection, creating the file if needed. Raises ``apsw.Error``."""
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("auto_vacuum", _INCREMENTAL)  # only has an effect before anything else is written
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.pragma("fullfsync", True)  # macOS: fsync alone does not flush the disk's cache there
    connection.pragma("checkpoint_fullfsync", True)
    connection.pragma("wal_autocheckpoint", 0)  # SqliteStore does it, where a failure is noticed
    connection.pragma("journal_size_limit", _JOURNAL_BYTES_KEPT)
    connection.pragma("foreign_keys", True)
    connection.pragma("secure_delete", True)  # what is deleted is overwritten
    _set_common_pragmas(connection, _WRITER_CACHE_KIB)
    return connection


def let_shrink(connection: apsw.Connection) -> None:
    """Make sure that the file can shrink. Raises ``apsw.Error``.

    A file created before muca supported this is rewritten once; if the disk has no space for that, it stays as it is.
    """
    if connection.pragma("auto_vacuum") == _INCREMENTAL:
        return
    with contextlib.suppress(apsw.FullError):
        connection.pragma("auto_vacuum", _INCREMENTAL)
        connection.execute("VACUUM")


def open_reader(file: Path) -> apsw.Connection:
    """Open the read connection, in addition to the writer. Raises ``apsw.Error``."""
    connection = apsw.Connection(str(file), apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MS)
    _set_common_pragmas(connection, _READER_CACHE_KIB)
    return connection


def _set_common_pragmas(connection: apsw.Connection, cache_kib: int) -> None:
    connection.pragma("cache_size", -cache_kib)
    connection.pragma("temp_store", "memory")  # otherwise each INSERT of many rows copies pages to a temporary file
    connection.pragma("mmap_size", 0)  # a failing disk must be an error, not a SIGBUS
    connection.pragma("cell_size_check", True)
    connection.pragma("trusted_schema", False)


class Places:
    """The paths of an open database's files: checks whether they are still the files that were opened.

    A file cannot be removed, renamed or replaced without changing the times of its folder. So while the folder is the
    same one with the same times as at the last check, the files need not be checked again.
    """

    def __init__(self, file: Path) -> None:
        paths = [str(file), *(f"{file.resolve()}{end}" for end in ("-wal", "-shm"))]  # SQLite follows a link
        self._opened = [(path, (found.st_dev, found.st_ino)) for path in paths for found in (os.stat(path),)]
        self._folder = None if file.is_symlink() else str(file.parent)
        """The folder of all of them, if they share one."""
        self._seen: tuple[int, ...] | None = None
        """The state of the folder at the last successful check, if a later change would be visible in it."""

    def check(self) -> None:
        """Raise ``StoreMoved`` if a file was removed or replaced."""
        seen = None
        if self._folder is not None:
            with contextlib.suppress(OSError):
                found = os.stat(self._folder)
                seen = found.st_dev, found.st_ino, found.st_ctime_ns, found.st_mtime_ns
                if seen == self._seen:
                    return
        now_ns = time.time_ns()
        for path, opened in self._opened:
            try:
                found = os.stat(path)
            except OSError as error:
                raise StoreMoved(f"{path} is not there any more: {error.strerror or error}") from error
            if (found.st_dev, found.st_ino) != opened:
                raise StoreMoved(f"{path} is not the file that the server has open")
        is_settled = seen is not None and max(seen[2:]) < now_ns - _CLOCK_TICK_NS
        self._seen = seen if is_settled else None


@contextlib.contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn SQLite's errors while opening a database into ``StoreUnusable``, with the remedy."""
    try:
        yield
    except StoreUnusable:
        raise
    except (apsw.NotADBError, apsw.CorruptError, apsw.SQLError) as error:
        raise StoreUnusable(file, f"this database is damaged ({error}): {_RESCUE}") from error
    except apsw.FullError as error:
        raise StoreUnusable(file, _FULL, is_for_want_of_room=True) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreUnusable(file, "another program has locked this database; stop it") from error
    except apsw.Error as error:
        fault = _disk_fault(file.parent)
        if fault is not None and fault.errno in NO_ROOM:
            raise StoreUnusable(file, _FULL, is_for_want_of_room=True) from error
        if fault is not None:
            raise StoreUnusable(file, f"its folder cannot be written: {fault.strerror or fault}") from error
        if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError):
            raise StoreUnusable(file, f"this file cannot be written ({error}); check its permissions") from error
        raise StoreUnusable(file, f"this database cannot be opened: {error}") from error
    except (OSError, MemoryError) as error:
        raise StoreUnusable(file, f"this database cannot be opened: {error}") from error
    except Exception as error:  # a row does not contain what we wrote
        raise StoreUnusable(file, f"this database is damaged ({error}): {_RESCUE}") from error


def unusable_because(error: StoreError) -> str:
    """Return why a database that could be opened cannot be used, and the remedy."""
    if isinstance(error, StoreDamaged):
        return f"this database is damaged ({error}): {_RESCUE}"
    return _FULL if isinstance(error, StoreFull) else f"this database cannot be used: {error}"


def _disk_fault(folder: Path) -> OSError | None:
    """Return why a folder is not writable: SQLite only says "disk I/O error"."""
    probe = folder / f"muca-{secrets.token_hex(4)}.probe"
    try:
        with probe.open("xb") as opened:
            opened.write(bytes(_PROBE_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        return error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
