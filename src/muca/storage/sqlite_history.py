"""Pages of a room's log from SQLite.

A room's seqs have no gaps, so where a page begins and ends, and whether more lies beyond, is arithmetic; only how many
texts fit into its bytes must be looked up, and that without reading the texts that do not. The page comes out as one
JSON text (why: see ``sqlite_append``).
"""

from typing import Final

import apsw
import msgspec

from muca.model.ids import Seq, Uid
from muca.model.pushes import REACH, Message
from muca.model.rooms import RoomKind
from muca.model.storage import HistoryPage, HistoryQuery
from muca.storage.sqlite_append import SEQ_BITS, SEQ_MASK

# A room is there for those who can read something in it; the lobby is there for everyone.
_FIND_ROOM: Final = """
SELECT rooms.room, kind, last_seq, coalesce(floor_seq, 0)
FROM rooms LEFT JOIN members ON members.room = rooms.room AND uid = ?2
WHERE id = ?1 AND (kind = 'lobby' OR last_seq > floor_seq)
"""
_READ_PAGE: Final = f"""
WITH sized AS (SELECT id, sum(octet_length(text)) OVER (ORDER BY id {{order}}) AS bytes
               FROM events WHERE id BETWEEN ?1 AND ?2)
SELECT json_group_array(json_array(id & {SEQ_MASK}, ts_ms, sender, nickname, text) ORDER BY id)
FROM sized CROSS JOIN events USING (id) WHERE bytes <= ?3 OR id = ?4
"""
_READ_FORWARDS: Final = _READ_PAGE.format(order="ASC")
_READ_BACKWARDS: Final = _READ_PAGE.format(order="DESC")

_FOUND_EVENTS: Final = msgspec.json.Decoder(list[tuple[Seq, int, Uid, str, str]])


def read_page(connection: apsw.Connection, query: HistoryQuery) -> HistoryPage | None:
    """Read what ``query`` asks for. Raises ``apsw.Error``."""
    found = connection.execute(_FIND_ROOM, (query.room, query.reader)).fetchone()
    if found is None:
        return None
    row, kind, last_seq, floor_seq = found
    forwards = query.after is not None
    if query.after is not None:
        first = max(query.after, floor_seq) + 1
        last = min(last_seq, first + query.events_max - 1)
    else:
        last = min(last_seq, query.before - 1) if query.before is not None else last_seq
        first = max(floor_seq + 1, last - query.events_max + 1)
    if first > last:
        return HistoryPage(events=(), more=False)
    base = row << SEQ_BITS
    bounds = (base | first, base | last, query.bytes_max, base | (first if forwards else last))
    events = tuple(
        Message(
            room=query.room,
            seq=seq,
            ts_ms=ts_ms,
            reach=REACH[RoomKind(kind)],
            sender=sender,
            nickname=nickname,
            text=text,
        )
        for seq, ts_ms, sender, nickname, text in _FOUND_EVENTS.decode(
            connection.execute(_READ_FORWARDS if forwards else _READ_BACKWARDS, bounds).get
        )
    )
    reached = last_seq if forwards else floor_seq + 1
    return HistoryPage(events=events, more=events[-1 if forwards else 0].seq != reached)
