"""Copies a database while a server may be writing to it, and says what is in it.

A copy is of one moment: it contains every commit before that, and nothing of later ones. Commits do not wait for it.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import apsw
import msgspec

from muca.disk import sync_names
from muca.model.ids import FileId, RoomId, Uid
from muca.storage.sqlite.database_file import MISSING, explained, look_at, open_reader
from muca.storage.sqlite.events import SEQ_BITS, SEQ_MASK
from muca.storage.store import StoreUnusable

_BEFORE_UPDATE_NAME: Final = "muca-before-update.sqlite3"
_KEPT_SECONDS: Final = 30 * 86_400
"""How long the copy from before an update is kept: it still has what people have deleted since."""
_STEP_PAGES: Final = 512
"""Pages that are copied between two calls of ``progress``: 2 MiB."""


@contextlib.contextmanager
def updating(connection: apsw.Connection, file: Path, *, lacks_migrations: bool) -> Iterator[None]:
    """Keep a copy of the database from before an update, in case the previous version is needed again.

    The context is the update; if it is interrupted, the next attempt keeps the same copy. Raises ``StoreUnusable`` and
    ``apsw.Error``.
    """
    copy = file.with_name(_BEFORE_UPDATE_NAME)
    if not lacks_migrations:
        with contextlib.suppress(FileNotFoundError):
            if copy.stat().st_mtime < time.time() - _KEPT_SECONDS:
                copy.unlink()
        yield
        return
    if not connection.execute("SELECT 1 FROM meta WHERE key = 'updating'").get:
        unfinished = copy.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        copy_database(file, unfinished, lambda _: None)
        unfinished.replace(copy)
        sync_names(copy.parent)
        connection.execute("INSERT INTO meta (key, value) VALUES ('updating', '')")
    yield
    connection.execute("DELETE FROM meta WHERE key = 'updating'")


_FIND_ROOMS: Final = f"""
SELECT rooms.id FROM rooms WHERE EXISTS (
    SELECT 1 FROM events INDEXED BY events_by_sender
    WHERE sender = ? AND events.id BETWEEN room << {SEQ_BITS} AND room << {SEQ_BITS} | {SEQ_MASK}
      AND kind IS NULL AND deleted IS NULL)
"""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a database of any version contains."""

    server_id: str
    events: int
    """Messages, and what else happened in rooms."""
    newest_ms: int
    """The time of the newest event, UTC milliseconds; 0: there is none."""
    files: dict[FileId, str]
    """The SHA-256 of each file whose bytes should be in the folder of files."""


def copy_database(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    """Copy a database to a new file, complete and on disk, and check the copy.

    ``progress`` is called with the share that was copied. Raises ``StoreUnusable``: the source is missing or damaged,
    or the target cannot be written.
    """
    look_at(source)
    if not source.exists():
        raise StoreUnusable(source, MISSING)
    with explained(source), contextlib.closing(open_reader(source)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # here the moment of the copy begins
        with explained(target), contextlib.closing(apsw.Connection(str(target))) as writer:
            writer.pragma("synchronous", "off")
            with writer.backup("main", reader, "main") as copying, target.open("r+b") as written:
                while not copying.done:
                    copying.step(_STEP_PAGES)
                    os.fsync(written.fileno())  # little at a time: a server's commits wait for what is being written
                    progress(1 - copying.remaining / max(1, copying.page_count))
            writer.pragma("journal_mode", "delete")  # so that it is a single file
    with explained(source), _opened(target) as copied:
        found = copied.pragma("quick_check", 1)
        if found != "ok":
            raise apsw.CorruptError(found)
    with target.open("r+b") as written:  # Windows wants a file that may be written
        os.fsync(written.fileno())


def contents_of(file: Path) -> Contents:
    """Read what a database contains that nobody has open. Raises ``StoreUnusable``."""
    look_at(file)
    with explained(file), _opened(file) as database:
        server_id = database.execute("SELECT value FROM meta WHERE key = 'server_id'").get
        has_files = database.table_exists("main", "files")
        return Contents(
            server_id=server_id or "",
            events=database.execute("SELECT count(*) FROM events").get,
            newest_ms=database.execute("SELECT max(last_ts_ms) FROM rooms").get or 0,
            files=dict(database.execute("SELECT file, sha256 FROM files")) if has_files else {},
        )


def rooms_with_messages_of(file: Path, uid: Uid) -> list[RoomId]:
    """Return the rooms in which somebody has messages that were not deleted. Raises ``StoreUnusable``."""
    with explained(file), contextlib.closing(open_reader(file)) as reader:
        return [room for (room,) in reader.execute(_FIND_ROOMS, (uid,))]


def newest_ms(file: Path) -> int:
    """Return the time of the newest event in a database, UTC milliseconds; 0: none. Raises ``StoreUnusable``."""
    with explained(file), contextlib.closing(open_reader(file)) as reader:
        return reader.execute("SELECT max(last_ts_ms) FROM rooms").get or 0


def known_files(file: Path) -> dict[FileId, str]:
    """Return the SHA-256 of each file that a database names now. Raises ``StoreUnusable``."""
    with explained(file), contextlib.closing(open_reader(file)) as reader:
        return dict(reader.execute("SELECT file, sha256 FROM files"))


def still_named(file: Path, files: Iterable[FileId]) -> list[FileId]:
    """Return those of the files that a database names now. Raises ``StoreUnusable``."""
    with explained(file), contextlib.closing(open_reader(file)) as reader:
        return [one for one in files if reader.execute("SELECT 1 FROM files WHERE file = ?", (one,)).get]


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[apsw.Connection]:
    """Open a file that nobody writes, so that SQLite creates no other ones."""
    uri = f"{file.resolve().as_uri()}?immutable=1"
    with contextlib.closing(apsw.Connection(uri, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)) as database:
        database.pragma("cell_size_check", True)
        yield database
