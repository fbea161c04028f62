"""Changes of messages by ``Decide`` (edit, delete, react, pin, report), and removal of events by retention.

Data deleted here cannot be recovered: SQLite overwrites it (``secure_delete``), and so does the index of SEARCH; the
write-ahead log is truncated by ``Store.tend``.
"""

from collections.abc import Sequence
from typing import Any, Final

import apsw
import msgspec

from muca.model.changes import CloseReport, DropReaction, Erase, PutReaction, PutReport, SetPinned, SetText
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.rooms import RoomKind
from muca.model.storage import StoreError
from muca.storage.pages import REPORTED_BYTES_MAX
from muca.storage.retries import hidden_content, hidden_id
from muca.storage.sqlite.events import EVENT, SEQ_BITS, SEQ_MASK, EventRow, as_json
from muca.storage.sqlite.files import drop_files
from muca.storage.sqlite.history import texts_of
from muca.storage.sqlite.index import find_indexed, put, strike_out, take_out
from muca.storage.sqlite.mentions import WRITE_MENTIONS, as_values, drop_mentions

_REACTION_UIDS_MAX: Final = 20

_OF_MESSAGE: Final = f"""
FROM rooms CROSS JOIN events ON events.id = rooms.room << {SEQ_BITS} | ?2
WHERE rooms.id = ?1 AND ?2 BETWEEN 1 AND {SEQ_MASK} AND events.kind IS NULL AND deleted IS NULL
"""
_PLACE: Final = "SELECT events.id, sender"
_WHOLE: Final = f"SELECT events.id, {EVENT}, rooms.kind"
_SENT: Final = """
SELECT events.id, sender, events.request_id,
       coalesce((SELECT versions.text FROM versions WHERE event = events.id AND number = 1), events.text),
       json(coalesce(events.files, '[]'))
"""
_KEEP_VERSION: Final = """
INSERT INTO versions (event, number, ts_ms, text)
SELECT ?1, 1 + coalesce((SELECT max(number) FROM versions WHERE event = ?1), 0), coalesce(edited_ms, ts_ms), text
FROM events WHERE id = ?1
"""
_SET_TEXT: Final = """
UPDATE events SET text = ?2, edited_ms = ?3, mentions = ?4, mentions_room = ?5, mention_places = ?6 WHERE id = ?1
"""
_ERASE: Final = """
UPDATE events SET text = '', deleted = 1, reply_to = NULL, mentions = NULL, mentions_room = NULL,
                  mention_places = NULL, edited_ms = NULL, pinned = NULL, reactions = NULL, files = NULL,
                  request_id = ?2, content = ?3
WHERE id = ?1
"""
_ERASE_EDITS: Final = """
UPDATE events INDEXED BY events_of SET text = '', mentions = NULL, mentions_room = NULL, mention_places = NULL
WHERE kind = 'edit' AND of = ?
"""
_DROP_REST: Final = """
DELETE FROM versions WHERE event = ?1;
DELETE FROM reactions WHERE event = ?1;
"""
_PUT_REACTION: Final = "INSERT OR IGNORE INTO reactions (event, emoji, uid) VALUES (?, ?, ?)"
_DROP_REACTION: Final = f"""
DELETE FROM reactions
WHERE event = (SELECT room << {SEQ_BITS} | ?2 FROM rooms WHERE id = ?1) AND emoji = ?3 AND uid = ?4 RETURNING number
"""
_IN_ORDER: Final = """
SELECT json_group_array(value ORDER BY (
    SELECT min(number) FROM reactions INDEXED BY reactions_in_order WHERE event = ? AND emoji = value))
FROM json_each(?)
"""
_FIRST_UIDS: Final = f"""
SELECT json_group_array(uid) FROM (
    SELECT uid FROM reactions INDEXED BY reactions_in_order WHERE event = ? AND emoji = ?
    ORDER BY number LIMIT {_REACTION_UIDS_MAX})
"""
_SUM_UP: Final = f"""
UPDATE events SET reactions = (
    SELECT json_group_array(json_array(emoji, number_of, json(uids)) ORDER BY first) FROM (
        SELECT emoji, min(number) AS first, count(*) AS number_of, (
            SELECT json_group_array(uid) FROM (
                SELECT uid FROM reactions AS each WHERE each.event = own.event AND each.emoji = own.emoji
                ORDER BY number LIMIT {_REACTION_UIDS_MAX})) AS uids
        FROM reactions AS own WHERE event = events.id GROUP BY emoji))
WHERE id IN (SELECT value FROM json_each(?))
"""
_SET_PINNED: Final = f"""
UPDATE events SET pinned = 1 + coalesce((
    SELECT max(pinned) FROM events AS others INDEXED BY events_pinned
    WHERE others.pinned IS NOT NULL AND others.id BETWEEN ?1 & ~{SEQ_MASK} AND ?1 | {SEQ_MASK}), 0)
WHERE id = ?1 AND pinned IS NULL
"""
_FIND_REPORT: Final = "SELECT report FROM reports WHERE event = ? AND uid = ?"
_PUT_REPORT: Final = """
INSERT INTO reports (event, uid, ts_ms, reason, message, versions) VALUES (?, ?, ?, ?, ?, ?) RETURNING report
"""

_IS_GONE: Final = "SELECT NOT EXISTS (SELECT 1 FROM events WHERE id = ? AND deleted IS NULL)"

_EMOJIS: Final = msgspec.json.Decoder(list[str])
_UIDS: Final = msgspec.json.Decoder(tuple[Uid, ...])
_FILES: Final = msgspec.json.Decoder(tuple[FileInfo, ...])
_ROW: Final = msgspec.json.Decoder(EventRow)


def set_text(connection: apsw.Connection, change: SetText, ts_ms: int) -> None:
    """Replace a message's text and mentions, and keep the text. Raises ``StoreError`` if the message does not exist."""
    id_, sender = _find(connection, _PLACE, change.room, change.seq)
    indexed = find_indexed(connection, id_)
    take_out(connection, indexed)
    drop_mentions(connection, id_)
    if change.counted:
        rows = [(uid, id_ & ~SEQ_MASK | at, id_, sender) for uid, at in change.counted.items()]
        connection.execute(WRITE_MENTIONS, (as_json(rows),))
    connection.execute(_KEEP_VERSION, (id_,))
    connection.execute(_SET_TEXT, (id_, change.text, ts_ms, *as_values(change.mentioned)))
    put(connection, [msgspec.structs.replace(words, text=change.text) for words in indexed])


def erase(connection: apsw.Connection, change: Erase, ts_ms: int) -> None:
    """Leave only a tombstone of a message. Raises ``StoreError`` if the message does not exist."""
    id_, sender, request_id, text, files = _find(connection, _SENT, change.room, change.seq)
    hidden: tuple[str | None, bytes | None] = None, None
    if request_id is not None:
        sent = [info.file for info in _FILES.decode(files)]
        hidden = hidden_id(sender, request_id), hidden_content(sender, request_id, text, sent)
    take_out(connection, find_indexed(connection, id_))
    drop_mentions(connection, id_)
    connection.execute(_DROP_REST, (id_,) * 2).fetchall()
    drop_files(connection, [id_])
    connection.execute(_ERASE_EDITS, (id_,))
    connection.execute(_ERASE, (id_, *hidden))


def put_reaction(connection: apsw.Connection, change: PutReaction, ts_ms: int) -> None:
    """Add a reaction to a message. Raises ``StoreError`` if the message does not exist."""
    id_, row, _ = _find(connection, _WHOLE, change.room, change.seq)
    connection.execute(_PUT_REACTION, (id_, change.emoji, change.uid))
    if connection.changes():
        _sum_up(connection, id_, _ROW.decode(row), change.emoji, 1)


def drop_reaction(connection: apsw.Connection, change: DropReaction, ts_ms: int) -> None:
    """Remove a reaction, if it is there."""
    gone = connection.execute(_DROP_REACTION, (change.room, change.seq, change.emoji, change.uid)).get
    if gone is not None:
        id_, row, _ = _find(connection, _WHOLE, change.room, change.seq)
        _sum_up(connection, id_, _ROW.decode(row), change.emoji, -1)


def _sum_up(connection: apsw.Connection, id_: int, row: EventRow, emoji: str, more: int) -> None:
    """Update ``events.reactions``: each emoji, the earliest first, with the number and the first of its people."""
    counts = {each: (count, uids) for each, count, uids in row.reactions or ()}
    count = counts.get(emoji, (0, ()))[0] + more
    counts[emoji] = count, _UIDS.decode(connection.execute(_FIRST_UIDS, (id_, emoji)).get)
    if not count:
        del counts[emoji]
    emojis = _EMOJIS.decode(connection.execute(_IN_ORDER, (id_, as_json(list(counts)))).get)
    summed_up = as_json([(each, *counts[each]) for each in emojis]) if emojis else None
    connection.execute("UPDATE events SET reactions = ? WHERE id = ?", (summed_up, id_))


def sum_up_anew(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Recompute ``events.reactions`` of these messages. Raises ``apsw.Error``."""
    connection.execute(_SUM_UP, (as_json(ids),))


def set_pinned(connection: apsw.Connection, change: SetPinned, ts_ms: int) -> None:
    """Pin or unpin a message. Raises ``StoreError`` if the message does not exist."""
    id_, _ = _find(connection, _PLACE, change.room, change.seq)
    connection.execute(_SET_PINNED if change.pinned else "UPDATE events SET pinned = NULL WHERE id = ?", (id_,))


def put_report(connection: apsw.Connection, change: PutReport, ts_ms: int) -> int:
    """Report a message, with its texts until now. Raises ``StoreError`` if the message does not exist."""
    id_, found, kind = _find(connection, _WHOLE, change.room, change.seq)
    row = _ROW.decode(found)
    number: int | None = connection.execute(_FIND_REPORT, (id_, change.uid)).get
    if number is None:
        message = as_json(row.as_message(change.room, RoomKind(kind), reader=None))
        versions = as_json([(each.ts_ms, each.text) for each in texts_of(connection, id_, row, REPORTED_BYTES_MAX)])
        number = connection.execute(_PUT_REPORT, (id_, change.uid, ts_ms, change.reason, message, versions)).get
    return number


def close_report(connection: apsw.Connection, change: CloseReport, ts_ms: int) -> None:
    """Delete a report, and the files that only reports still kept: those of a deleted message."""
    event = connection.execute("DELETE FROM reports WHERE report = ? RETURNING event", (change.report,)).get
    if event is not None and connection.execute(_IS_GONE, (event,)).get:
        drop_files(connection, [event])


def remove_events(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Remove events completely, with everything that belongs to them. Raises ``apsw.Error``."""
    strike_out(connection, [row for id_ in ids for row in find_indexed(connection, id_)])
    for id_ in ids:
        drop_mentions(connection, id_)
        connection.execute(_DROP_REST, (id_,) * 2).fetchall()
    drop_files(connection, ids)
    for events in "clock_steps WHERE event", "events WHERE id":
        connection.execute(f"DELETE FROM {events} IN (SELECT value FROM json_each(?))", (as_json(ids),))


def _find(connection: apsw.Connection, columns: str, room: RoomId, seq: Seq) -> tuple[Any, ...]:
    """Return columns of a message that was not deleted."""
    found: tuple[Any, ...] | None = connection.execute(columns + _OF_MESSAGE, (room, seq)).fetchone()
    if found is None:
        raise StoreError(f"there is no message {seq} in room {room}")
    return found
