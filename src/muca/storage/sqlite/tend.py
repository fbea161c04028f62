"""Housekeeping in SQLite, in small steps: indexing, retention, deleting what has expired, and freeing disk space.

Each step is a separate, short transaction, so that messages wait little behind it; merging the search index can take
longest. What remains to be done is stored in the database, so that nothing is missed if the process is killed.
"""

import time
from collections.abc import Collection, Iterable
from typing import Any, Final

import apsw

from muca.model.facts import FOR_EVER_MS
from muca.model.ids import RoomId, Seq
from muca.model.names import DELETED
from muca.model.storage import Retention
from muca.storage.sqlite.events import SEQ_BITS, SEQ_MASK, as_json
from muca.storage.sqlite.files import drop_old_uploads
from muca.storage.sqlite.index import DAY_MS, compact_some, index_next
from muca.storage.sqlite.messages import remove_events

_STEP_SECONDS: Final = 0.006
"""The time after which a step starts nothing new."""
_INDEXED_MAX: Final = 50
"""Messages indexed between two looks at the clock."""
_REMOVED_MAX: Final = 10
"""Events removed between two looks at the clock."""
_RENAMED_MAX: Final = 500
"""Events searched for the nickname of a deleted account in one step."""
_SPARSE_MIN: Final = 200
"""The minimum number of removed events before rewriting the index is worth the work."""
_FREE_PAGES_KEPT: Final = 256
"""Free pages that stay in the file for reuse."""
_FREED_MAX: Final = 64
"""Pages released to the disk in one step."""

# Rooms with limits of their own, and deleted ones, of which nothing is kept.
# If the whole server has limits, rooms with old events, and rooms that have grown.
_FIND_OVERFULL: Final = f"""
WITH suspected AS (
    SELECT room FROM rooms INDEXED BY rooms_not_kept WHERE keep_days > 0 OR keep_events > 0
    UNION ALL
    SELECT room FROM rooms INDEXED BY rooms_by_age
    WHERE :days > 0 AND oldest_ms IS NOT NULL AND oldest_ms < :now_ms - :days * {DAY_MS}
    UNION ALL
    SELECT room FROM rooms WHERE :events > 0 AND id IN (SELECT value FROM json_each(:grown))
    UNION ALL
    SELECT room FROM rooms WHERE :events > 0 AND :grown IS NULL
    UNION ALL
    SELECT room FROM rooms INDEXED BY rooms_dropped WHERE dropped AND gone_seq < last_seq
), bounded AS (
    SELECT room, id, gone_seq, last_seq, oldest_ms,
           CASE 0 WHEN keep_events THEN :events WHEN :events THEN keep_events ELSE min(keep_events, :events) END
           AS keep_events,
           CASE WHEN dropped THEN {FOR_EVER_MS} ELSE :now_ms - {DAY_MS} * nullif(
               CASE 0 WHEN keep_days THEN :days WHEN :days THEN keep_days ELSE min(keep_days, :days) END, 0) END
           AS kept_from_ms
    FROM suspected CROSS JOIN rooms USING (room))
SELECT room, id, gone_seq, last_seq, keep_events, kept_from_ms FROM bounded
WHERE gone_seq < last_seq AND (keep_events > 0 AND last_seq - gone_seq > keep_events OR oldest_ms < kept_from_ms)
LIMIT 1
"""
_FIND_END: Final = "SELECT id FROM events WHERE id >= ? ORDER BY id LIMIT 1 OFFSET ?"
_RENAME: Final = "UPDATE events SET nickname = ?1 WHERE sender = ?2 AND id >= ?3 AND id < coalesce(?4, id + 1)"
_FIND_OLDEST: Final = "SELECT id, ts_ms, ordinal FROM events WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
_PUT_GONE: Final = f"""
UPDATE rooms SET gone_seq = ?2, gone_messages = ?3,
                 oldest_ms = (SELECT ts_ms FROM events WHERE id = ?1 << {SEQ_BITS} | ?2 + 1) WHERE room = ?1
"""
_FIND_LAST_MENTION: Final = """
SELECT coalesce(max(at), 0) FROM mentions INDEXED BY mentions_edited_in
WHERE event IN (SELECT value FROM json_each(?)) AND at <> event
"""
_FORGET: Final = """
DELETE FROM members INDEXED BY members_sanctioned
WHERE (muted_until_ms > 0 OR banned_until_ms > 0) AND NOT entered AND banned_until_ms <= ?1 AND muted_until_ms <= ?1;
UPDATE members INDEXED BY members_sanctioned SET muted_until_ms = 0
WHERE (muted_until_ms > 0 OR banned_until_ms > 0) AND muted_until_ms BETWEEN 1 AND ?1;
UPDATE people INDEXED BY people_sanctioned
SET muted_until_ms = CASE WHEN muted_until_ms > ?1 THEN muted_until_ms ELSE 0 END,
    banned_until_ms = CASE WHEN banned_until_ms > ?1 THEN banned_until_ms ELSE 0 END
WHERE (muted_until_ms > 0 OR banned_until_ms > 0)
  AND (muted_until_ms BETWEEN 1 AND ?1 OR banned_until_ms BETWEEN 1 AND ?1);
DELETE FROM codes WHERE until_ms <= ?1;
DELETE FROM address_bans WHERE until_ms <= ?1;
"""
_READ_TENDED: Final = """
SELECT coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'tended_ms'), nullif(max(last_ts_ms), 0))
FROM rooms
"""
_NOTE_TENDED: Final = "INSERT OR REPLACE INTO meta (key, value) VALUES ('tended_ms', ?)"
_FORGET_MS: Final = 3_600_000
"""Interval between deletions of expired sanctions and codes, in milliseconds."""
_FORGOTTEN_AFTER_MS: Final = 30 * DAY_MS
"""How long after its end a sanction or code is deleted, in milliseconds."""


class Housekeeping:
    """Caches what remains to be done, so that not every step has to search for it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._grown: set[RoomId] | None = None
        """Rooms that may have grown since the last check of retention. None: any."""
        self._retention = Retention()
        """The settings of that check."""
        self._removed = 0
        """Events removed since the last compaction of the index."""
        self._compacts = False
        self._forget_at_ms = 0
        self._recounts: dict[RoomId, Seq] = {}
        """The next result of ``take_recounts``."""

    def note_grown(self, rooms: Iterable[RoomId]) -> None:
        """Record rooms to which events were added."""
        if self._grown is not None:
            self._grown.update(rooms)

    def take_recounts(self, rooms_max: int) -> dict[RoomId, Seq]:
        """Return rooms whose unread counts retention has changed, for people who have not read up to the given SEQ."""
        return {room: self._recounts.pop(room) for room in list(self._recounts)[:rooms_max]}

    def step(self, now_ms: int, retention: Retention) -> tuple[bool, bool]:
        """Do the next task. Returns whether there was one, and whether it deleted something.

        Raises ``apsw.Error``.
        """
        if _index_some(self._connection):
            return True, False
        uploads = drop_old_uploads(self._connection, now_ms - retention.upload_seconds * 1_000)
        grown = self._grown if retention == self._retention else None
        removed, recounts = _remove_some(self._connection, now_ms, retention, grown)
        self._removed += removed
        for room, seq in recounts.items():
            self._recounts[room] = max(seq, self._recounts.get(room, 0))
        if removed or uploads or _rename_some(self._connection):
            return True, True
        self._grown, self._retention = set(), retention
        remaining = "SELECT sum(messages - gone_messages) FROM rooms"  # in the index
        if self._removed > _SPARSE_MIN and self._removed > self._connection.execute(remaining).get:
            self._removed, self._compacts = 0, compact_some(self._connection, begin=True)
        elif self._compacts:
            self._compacts = compact_some(self._connection, begin=False)
        if self._compacts:
            return True, False
        if now_ms >= self._forget_at_ms:
            before_ms = now_ms - _FORGOTTEN_AFTER_MS
            self._connection.execute(_FORGET, (before_ms,) * _FORGET.count(";")).fetchall()
            self._forget_at_ms = now_ms + _FORGET_MS
        return _free_some(self._connection), False


def _index_some(connection: apsw.Connection) -> bool:
    """Index waiting messages. Returns whether there were any. Raises ``apsw.Error``."""
    end = time.monotonic() + _STEP_SECONDS
    found = any_found = index_next(connection, _INDEXED_MAX)
    while found and time.monotonic() < end:
        found = index_next(connection, _INDEXED_MAX)
    return any_found > 0


def _remove_some(
    connection: apsw.Connection, now_ms: int, retention: Retention, grown: Collection[RoomId] | None
) -> tuple[int, dict[RoomId, Seq]]:
    """Remove events by retention. Raises ``apsw.Error``.

    Returns how many there were, and the rooms whose unread counts this changes, for people who have not read up to
    the seq. ``grown``: rooms to which events were added since nothing was left to remove; None: any.
    """
    end = time.monotonic() + _STEP_SECONDS
    asked = {
        "now_ms": now_ms,
        "days": retention.days,
        "events": retention.events,
        "grown": as_json(grown) if grown is not None else None,
    }
    removed, recounts = 0, dict[RoomId, Seq]()
    while (found := connection.execute(_FIND_OVERFULL, asked).fetchone()) is not None:
        row, room, *bounds = found
        count, seq = _remove_oldest(connection, row, *bounds)
        removed += count
        recounts[room] = max(seq, recounts.get(room, 0))
        if time.monotonic() >= end:
            break
    return removed, recounts


def _remove_oldest(
    connection: apsw.Connection, room: int, gone_seq: int, last_seq: int, keep_events: int, kept_from_ms: int | None
) -> tuple[int, Seq]:
    """Remove some of a room's oldest events that exceed the limits of number or age.

    Returns how many, and up to which seq they affect counts: a mention counts at the edit that added it.
    """
    too_many = last_seq - gone_seq - keep_events if keep_events else 0
    removed: list[int] = []
    messages = 0
    base = room << SEQ_BITS
    bounds = base | gone_seq + 1, base | last_seq, _REMOVED_MAX
    oldest: list[Any] = connection.execute(_FIND_OLDEST, bounds).fetchall()
    for place, (id_, ts_ms, ordinal) in enumerate(oldest):
        if place >= too_many and (kept_from_ms is None or ts_ms >= kept_from_ms):
            break
        removed.append(id_)
        messages = ordinal
    gone_seq += len(removed)
    counted = connection.execute(_FIND_LAST_MENTION, (as_json(removed),)).get
    remove_events(connection, removed)
    connection.execute(_PUT_GONE, (room, gone_seq, messages))
    return len(removed), max(gone_seq, counted & SEQ_MASK)


def _rename_some(connection: apsw.Connection) -> bool:
    """Remove nicknames of deleted accounts from some events. Returns whether there were any. Raises ``apsw.Error``."""
    found = connection.execute("SELECT uid, id FROM nameless LIMIT 1").fetchone()
    if found is None:
        return False
    uid, first = found
    end = connection.execute(_FIND_END, (first, _RENAMED_MAX)).get
    connection.execute(_RENAME, (DELETED, uid, first, end))
    if end is None:
        connection.execute("DELETE FROM nameless WHERE uid = ?", (uid,))
    else:
        connection.execute("UPDATE nameless SET id = ? WHERE uid = ?", (end, uid))
    return True


def read_tended(connection: apsw.Connection) -> int | None:
    """Return the last stored time; without one, the time of the newest event. Raises ``apsw.Error``."""
    tended_ms: int | None = connection.execute(_READ_TENDED).get
    return tended_ms


def note_tended(connection: apsw.Connection, now_ms: int) -> None:
    """Store the time. Raises ``apsw.Error``."""
    connection.execute(_NOTE_TENDED, (str(now_ms),))


def _free_some(connection: apsw.Connection) -> bool:
    """Release free pages to the disk. Returns whether there were any. Raises ``apsw.Error``."""
    if connection.pragma("freelist_count") <= _FREE_PAGES_KEPT:
        return False
    connection.execute(f"PRAGMA incremental_vacuum({_FREED_MAX})").fetchall()
    return True
