"""Pages of a room's log from SQLite, and single messages.

A room's seqs have no gaps, except that retention removes the oldest. So the limits of a page, and whether more lies
beyond, can be computed. How much fits into its bytes is checked while reading; texts that cannot fit are not read.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import apsw
import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import LogEntry, Message
from muca.model.ids import Seq, Uid
from muca.model.queries import HistoryQuery, PinsQuery, VersionsQuery
from muca.model.replies import MessageList, Page, Version, VersionList
from muca.model.rooms import RoomKind
from muca.model.storage import Refused
from muca.storage.pages import fitting
from muca.storage.sqlite.events import EVENT, EVENT_ROWS, SEQ_BITS, SEQ_MASK, EventRow

_FIND_LOG: Final = """
SELECT rooms.room, kind, last_seq, max(gone_seq, coalesce(floor_seq, 0))
FROM rooms LEFT JOIN members ON members.room = rooms.room AND uid = ?2 WHERE id = ?1
"""
_READ: Final = f"""
WITH sized AS (SELECT id, sum(octet_length(text)) OVER (ORDER BY id {{order}}) AS bytes
               FROM events WHERE id BETWEEN ?1 AND ?2)
SELECT json_group_array({EVENT} ORDER BY events.id {{order}})
FROM sized CROSS JOIN events USING (id) WHERE bytes <= ?3 OR events.id = ?4
"""
_READ_FORWARDS: Final = _READ.format(order="ASC")
_READ_BACKWARDS: Final = _READ.format(order="DESC")
# Between two steps of the clock, times only grow: the first such stretch whose last time is late enough has the event.
_FIND_STRETCH: Final = """
WITH begins AS (SELECT ?1 AS begin UNION SELECT event FROM clock_steps WHERE event BETWEEN ?1 AND ?2),
stretches AS (SELECT begin, lead(begin, 1, ?2 + 1) OVER (ORDER BY begin) - 1 AS end FROM begins)
SELECT begin, end FROM stretches CROSS JOIN events ON events.id = end WHERE begin <= end AND ts_ms >= ?3
ORDER BY begin LIMIT 1
"""
_READ_TIME: Final = "SELECT ts_ms FROM events WHERE id = ?"
_READ_MESSAGE: Final = f"SELECT json_array({EVENT}) FROM events WHERE id = ? AND kind IS NULL AND deleted IS NULL"
_READ_VERSIONS: Final = """
SELECT json_group_array(json_array(ts_ms, text) ORDER BY number)
FROM (SELECT number, ts_ms, text, sum(octet_length(text)) OVER (ORDER BY number DESC) AS bytes
      FROM versions WHERE event = ?1) WHERE bytes <= ?2
"""
_READ_PINNED: Final = f"""
SELECT json_group_array({EVENT} ORDER BY pinned DESC)
FROM events INDEXED BY events_pinned WHERE events.id BETWEEN ?1 AND ?2 AND pinned IS NOT NULL
"""

FOUND_VERSIONS: Final = msgspec.json.Decoder(list[tuple[int, str]])


class VisibleLog(msgspec.Struct, frozen=True):
    """The part of a room's log that a reader can see."""

    connection: apsw.Connection
    query: HistoryQuery
    reader: Uid
    row: int
    kind: RoomKind
    last: Seq
    floor: Seq
    """Events up to here were removed, or the reader may not see them."""

    def forwards(self, first: Seq, events_max: int, bytes_max: int) -> list[LogEntry]:
        """Read from ``first``, which must be above the floor."""
        return self._read(_READ_FORWARDS, first, min(self.last, first + events_max - 1), first, bytes_max)

    def backwards(self, last: Seq, events_max: int, bytes_max: int) -> list[LogEntry]:
        """Read from ``last`` down, the newest first."""
        return self._read(_READ_BACKWARDS, max(self.floor + 1, last - events_max + 1), last, last, bytes_max)

    def first_at(self, at_ms: int) -> Seq:
        """Find the first event, in the log's order, at or after a time."""
        base = self.row << SEQ_BITS
        bounds = base | self.floor + 1, base | self.last, at_ms
        found = self.connection.execute(_FIND_STRETCH, bounds).fetchone()
        if found is None:
            return self.last + 1
        ids = range(found[0], found[1] + 1)
        return ids[bisect_left(ids, at_ms, key=self._time)] & SEQ_MASK

    def _time(self, id_: int) -> int:
        return int(self.connection.execute(_READ_TIME, (id_,)).get)

    def _read(self, sql: str, first: Seq, last: Seq, begin: Seq, bytes_max: int) -> list[LogEntry]:
        if first > last:
            return []
        base = self.row << SEQ_BITS
        found = self.connection.execute(sql, (base | first, base | last, bytes_max, base | begin)).get
        return fitting(
            (row.as_entry(self.query.room, self.kind, self.reader) for row in EVENT_ROWS.decode(found)), bytes_max
        )


def read_page(connection: apsw.Connection, query: HistoryQuery, reader: Uid) -> Page:
    """Read the page of a query. Raises ``apsw.Error``."""
    row, kind, last, floor = connection.execute(_FIND_LOG, (query.room, reader)).get
    log = VisibleLog(connection, query, reader, row, RoomKind(kind), last, floor)
    if query.after is None and query.around is None and query.at_ms is None:
        newest = last if query.before is None else min(last, query.before - 1)
        events = log.backwards(newest, query.events_max, query.bytes_max)[::-1]
        more = bool(events) and events[0].seq != floor + 1
        return Page(room=query.room, events=tuple(events), more=more)
    return _read_forwards(log, query)


def _read_forwards(log: VisibleLog, query: HistoryQuery) -> Page:
    older: list[LogEntry] = []
    bytes_max = query.bytes_max
    if query.at_ms is not None:
        first = log.first_at(query.at_ms)
    elif query.around is not None:
        first = query.around
        bytes_max -= query.bytes_max // 2
        older = log.backwards(min(first - 1, log.last), query.events_max // 2, query.bytes_max // 2)[::-1]
    else:
        first = (query.after or 0) + 1
    newer = log.forwards(max(first, log.floor + 1), query.events_max - len(older), bytes_max)
    return Page(room=query.room, events=(*older, *newer), more=bool(newer) and newer[-1].seq != log.last)


def read_versions(connection: apsw.Connection, query: VersionsQuery, reader: Uid) -> VersionList | Refused:
    """Read all texts of a message. Raises ``apsw.Error``."""
    row, _, _, floor = connection.execute(_FIND_LOG, (query.room, reader)).get
    id_ = row << SEQ_BITS | query.seq
    found = connection.execute(_READ_MESSAGE, (id_,)).get if floor < query.seq <= SEQ_MASK else None
    if found is None:
        return Refused(code=ErrorCode.NO_SUCH_EVENT)
    [message] = EVENT_ROWS.decode(found)
    return VersionList(versions=texts_of(connection, id_, message, query.bytes_max))


def texts_of(connection: apsw.Connection, id_: int, message: EventRow, bytes_max: int) -> tuple[Version, ...]:
    """Return the texts of a message, oldest first; if not all fit, only the latest. Raises ``apsw.Error``."""
    former = FOUND_VERSIONS.decode(connection.execute(_READ_VERSIONS, (id_, bytes_max)).get)
    versions = [Version(ts_ms=ts_ms, text=text) for ts_ms, text in former]
    versions.append(Version(ts_ms=message.edited_ms or message.ts_ms, text=message.text))
    return tuple(fitting(versions[::-1], bytes_max)[::-1])


def read_pinned(connection: apsw.Connection, query: PinsQuery, reader: Uid) -> MessageList:
    """Read the pinned messages of a room. Raises ``apsw.Error``."""
    row, kind, _, floor = connection.execute(_FIND_LOG, (query.room, reader)).get
    base = row << SEQ_BITS
    rows: Sequence[Message] = [
        pinned.as_message(query.room, RoomKind(kind), reader)
        for pinned in EVENT_ROWS.decode(connection.execute(_READ_PINNED, (base | floor + 1, base | SEQ_MASK)).get)
    ]
    return MessageList(messages=tuple(fitting(rows, query.bytes_max)))
