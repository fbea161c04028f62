"""Checks a whole database, while a server may be using it, and rebuilds indexes."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import apsw
import msgspec

from muca.storage.sqlite.database_file import FILE_NAME, explained, lock_folder, look_at, open_reader, open_writer
from muca.storage.sqlite.events import SEQ_BITS, SEQ_MASK
from muca.storage.sqlite.index import SEPARATOR, Indexed, begin_anew

_COMPLAINTS_MAX: Final = 20
_ROWS: Final = 1_000
"""Messages whose pieces are compared with the index at once."""
_OF_AN_INDEX: Final = re.compile(r"row \d+ missing from index|wrong # of entries in index|non-unique entry in index")
"""Complaints of SQLite about an index, which can be rebuilt from its table."""
_ROW_DECODER: Final = msgspec.json.Decoder(list[Indexed])

_FIND_GAPS: Final = f"""
WITH found AS (
    SELECT id >> {SEQ_BITS} AS room, count(*) AS events, min(id & {SEQ_MASK}) AS first, max(id & {SEQ_MASK}) AS last,
           sum(kind IS NULL) AS messages
    FROM events GROUP BY 1)
SELECT coalesce(rooms.id, 'row ' || found.room), rooms.room IS NULL, gone_seq, last_seq, rooms.messages - gone_messages,
       coalesce(events, 0), coalesce(first, gone_seq + 1), coalesce(last, gone_seq), coalesce(found.messages, 0)
FROM rooms FULL JOIN found USING (room) ORDER BY 1
"""
_FIND_INDEXED: Final = """
SELECT max(n), json_group_array(json_array(n, id, ts_ms, sender, text, json(files), deleted IS NOT NULL)) FROM (
    SELECT n, id, ts_ms, sender, text, files, deleted FROM events
    WHERE n > ? AND n <= (SELECT n FROM indexed) ORDER BY n LIMIT ?)
"""


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it should be."""

    text: str
    """A sentence without its full stop."""
    is_repairable: bool = False
    """Whether ``repair`` does it."""
    is_damage: bool = False
    """Whether the file itself is damaged, so that nothing else was checked."""


def check(folder: Path, progress: Callable[[str, float], None]) -> Iterator[Finding]:
    """Check the database of a data folder. Raises ``StoreUnusable`` if it cannot even be opened."""
    file = folder / FILE_NAME
    look_at(file, finished=True)
    with explained(file), contextlib.closing(open_reader(file)) as database:
        database.execute("BEGIN")
        progress("Checking pages", 0)
        is_sound = True
        for finding in _check_pages(database):
            is_sound = False
            yield finding
        if not is_sound:
            return  # the rest would only repeat it
        for table, row, other, _ in database.execute("PRAGMA foreign_key_check"):
            yield Finding(f"The table {table} refers to a missing row of {other} in row {row}")
        progress("Checking rooms", 0)
        yield from _check_rooms(database)
        yield from _check_index(database, progress)


def repair(folder: Path) -> None:
    """Rebuild all indexes; the server must be stopped. The index of SEARCH is filled when it runs again.

    Raises ``StoreUnusable``, in particular if a server uses the folder.
    """
    lock = lock_folder(folder)
    try:
        look_at(folder / FILE_NAME, finished=True)
        with explained(folder / FILE_NAME), contextlib.closing(open_writer(folder / FILE_NAME)) as database:
            with database:
                database.execute("REINDEX")
                begin_anew(database)
            database.pragma("wal_checkpoint", "truncate")
    finally:
        lock.release()


def _check_pages(database: apsw.Connection) -> Iterator[Finding]:
    try:
        for (complaint,) in database.execute(f"PRAGMA integrity_check({_COMPLAINTS_MAX})"):
            for line in complaint.splitlines():
                if line != "ok":
                    yield Finding(f"SQLite: {line}", _OF_AN_INDEX.search(line) is not None, is_damage=True)
    except apsw.Error as error:
        yield Finding(f"SQLite: {error}", is_damage=True)


def _check_rooms(database: apsw.Connection) -> Iterator[Finding]:
    for room, is_unknown, gone, last, kept, events, first, newest, messages in database.execute(_FIND_GAPS):
        if is_unknown:
            yield Finding(f"Events of a room that does not exist ({room}): {events}")
        elif (first, newest, events) != (gone + 1, last, last - gone):
            yield Finding(
                f"Room {room}: {events} events from SEQ {first} to {newest}, where {last - gone} from {gone + 1} to "
                f"{last} should be"
            )
        elif messages != kept:
            yield Finding(f"Room {room}: {messages} messages, where {kept} should be")


def _check_index(database: apsw.Connection, progress: Callable[[str, float], None]) -> Iterator[Finding]:
    """Compare in how many messages each piece should be with the index of SEARCH."""
    expected: Counter[str] = Counter()
    end = database.execute("SELECT n FROM indexed").get or 0
    at = 0
    while True:
        reached, rows = database.execute(_FIND_INDEXED, (at, _ROWS)).get
        if reached is None:
            break
        at = reached
        for row in _ROW_DECODER.decode(rows):
            if not row.deleted:
                expected.update(set(row.pieces().split(SEPARATOR)) - {""})
        progress("Checking the search index", at / max(1, end))
    database.execute("CREATE VIRTUAL TABLE temp.pieces USING fts5vocab('main', 'words', 'row')")
    found = Counter(dict(database.execute("SELECT term, doc FROM temp.pieces")))
    if found != expected:
        wrong = sum((found - expected).values()) + sum((expected - found).values())
        yield Finding(f"Differences between the search index and the messages: {wrong}", is_repairable=True)
