"""SEARCH in SQLite: examines candidates from the index, and messages not indexed yet, newest first.

``n`` numbers messages in order of arrival. So “newest first” is a scan down the index from the cursor, which ends if a
page is full: matches of a common word need not be sorted or counted.
"""

from collections.abc import Iterator
from typing import Final

import apsw
import msgspec

from muca.model.ids import RoomId, Uid
from muca.model.matching import find_marks, has_link
from muca.model.names import nickname_key
from muca.model.queries import SearchQuery
from muca.model.replies import Hit, Hits
from muca.model.rooms import RoomKind
from muca.storage.sqlite.events import EVENT, LOBBY_ROW, SEQ_BITS, SEQ_MASK, EventRow, as_json
from muca.storage.sqlite.index import DAY_MS, FILE_PIECE, LINK_PIECE, as_query, pieces_of_word, room_piece, sender_piece
from muca.storage.sqlite.rooms import MAY_READ, as_parameters, read_role

_CHUNK_MIN: Final = 64
_CHUNK_MAX: Final = 1_024
"""Candidates examined together: few at first, more if few of them match."""
_ALTERNATIVES_MAX: Final = 32
"""Rooms or senders searched for in the index; if there are more, only the candidates are checked."""

_FIND_SENDERS: Final = """
SELECT json_group_array(uid) FROM people WHERE nickname_key IN (SELECT value FROM json_each(?))
"""
_FIND_ROOMS: Final = """
SELECT json_group_array(room) FROM rooms
WHERE id IN (SELECT value FROM json_each(?1)) OR title_key IN (SELECT value FROM json_each(?2))
"""
_FIND_OWN_ROOMS: Final = f"""
SELECT json_group_array(room) FROM (
    SELECT {LOBBY_ROW} AS room
    UNION SELECT room FROM members WHERE uid = :uid AND entered
    UNION SELECT room FROM rooms INDEXED BY rooms_by_title WHERE title_key IS NOT NULL AND NOT private LIMIT :rooms_max)
"""
_FIND_DAYS: Final = """
SELECT coalesce((SELECT min(n_min) FROM days WHERE day >= ?1), ?3),
       coalesce((SELECT max(n_max) FROM days WHERE day <= ?2), 0)
"""
_NEXT_OF_ALL: Final = """
SELECT json_group_array(n) FROM (
    SELECT n FROM events WHERE n < :below AND n >= :first ORDER BY n DESC LIMIT :candidates_max)
"""
_NEXT_INDEXED: Final = """
SELECT json_group_array(n) FROM (
    SELECT rowid AS n FROM words WHERE words MATCH :query AND rowid < :below AND rowid >= :first
    ORDER BY rowid DESC LIMIT :candidates_max)
"""
_LOOK_AT: Final = f"""
SELECT json_group_array(json_array(n, rooms.id, rooms.kind, {EVENT}) ORDER BY n DESC)
FROM json_each(:candidates) AS candidate
CROSS JOIN events ON n = candidate.value
CROSS JOIN rooms ON rooms.room = events.id >> {SEQ_BITS}
LEFT JOIN members AS own ON own.room = rooms.room AND own.uid = :uid
WHERE deleted IS NULL AND events.id & {SEQ_MASK} > coalesce(own.floor_seq, 0) AND {MAY_READ}
  AND (:rooms IS NULL OR rooms.room IN (SELECT value FROM json_each(:rooms)))
  AND (:senders IS NULL OR sender IN (SELECT value FROM json_each(:senders)))
  AND events.ts_ms >= :after_ms AND events.ts_ms < :before_ms
"""
_PIECES_MAX: Final = 64
"""Pieces searched for in the index; everything else is checked on the candidates."""
_BEYOND: Final = 2**62

_NUMBERS: Final = msgspec.json.Decoder(list[int])
_UIDS: Final = msgspec.json.Decoder(list[Uid])
_FOUND: Final = msgspec.json.Decoder(list[tuple[int, RoomId, RoomKind, EventRow]])


def search(connection: apsw.Connection, query: SearchQuery, reader: Uid, now_ms: int) -> Hits:
    """Read a page of matches. Raises ``apsw.Error``."""
    asked = _Asked(connection, query, reader, now_ms)
    hits: list[tuple[int, Hit]] = []
    bytes_left = query.bytes_max
    looked_at = below = 0
    for candidates in asked.candidates():
        for n, hit in asked.matches(candidates):
            bytes_left -= len(msgspec.json.encode(hit))
            if hits and (len(hits) == query.hits_max or bytes_left < 0):
                return Hits(hits=tuple(hit for _, hit in hits), next=hits[-1][0])
            hits.append((n, hit))
        looked_at, below = looked_at + len(candidates), candidates[-1]
        if looked_at >= query.scan_max or asked.chars >= query.chars_max:
            return Hits(hits=tuple(hit for _, hit in hits), next=below)
    return Hits(hits=tuple(hit for _, hit in hits))


class _Asked:
    """A search, with names resolved and times converted to a range of ``n``."""

    def __init__(self, connection: apsw.Connection, query: SearchQuery, reader: Uid, now_ms: int) -> None:
        self.connection = connection
        self.query = query
        self.reader = reader
        self.indexed: int = connection.execute("SELECT n FROM indexed").get
        self.chars = 0
        """Characters of the examined candidates, counted once per word."""
        self.left = query.scan_max
        """Candidates that may still be examined."""
        self.size = _CHUNK_MIN
        """The size of the next chunk of candidates."""
        self.senders: list[Uid] | None = None
        if query.senders:
            keys = as_json([nickname_key(name) for name in query.senders])
            self.senders = sorted({*query.senders, *_UIDS.decode(connection.execute(_FIND_SENDERS, (keys,)).get)})
        self.rooms: list[int] | None = None
        if query.rooms:
            titles = as_json([nickname_key(name) for name in query.rooms])
            self.rooms = _NUMBERS.decode(connection.execute(_FIND_ROOMS, (as_json(query.rooms), titles)).get)
        self.after_ms = _bounded(query.after_ms, -_BEYOND)
        self.before_ms = _bounded(query.before_ms, _BEYOND)
        self.filters: dict[str, object] = {
            "uid": reader,
            **as_parameters(query.public, read_role(connection, reader)),
            "now_ms": now_ms,
            "rooms": as_json(self.rooms) if self.rooms is not None else None,
            "senders": as_json(self.senders) if self.senders is not None else None,
            "after_ms": self.after_ms,
            "before_ms": self.before_ms,
        }

    def candidates(self) -> Iterator[list[int]]:
        """Yield candidates in chunks, the newest first: all messages not indexed yet, then what the index finds."""
        if self.rooms == []:
            return
        below = min(self.query.before, _BEYOND) if self.query.before is not None else _BEYOND
        yield from self._chunks(_NEXT_OF_ALL, self.indexed + 1, below)
        days = self.after_ms // DAY_MS, (self.before_ms - 1) // DAY_MS, _BEYOND
        first, last = self.connection.execute(_FIND_DAYS, days).get
        below = min(below, self.indexed + 1, last + 1)
        index_query = self._index_query()
        if index_query:
            yield from self._chunks(_NEXT_INDEXED, first, below, query=index_query)
        else:
            yield from self._chunks(_NEXT_OF_ALL, first, below)

    def _chunks(self, sql: str, first: int, below: int, **parameters: str) -> Iterator[list[int]]:
        """Yield chunks of the candidates from ``first`` to before ``below``, while any may be examined."""
        while self.left > 0 and first < below:
            most = min(self.size, self.left)
            asked = {"first": first, "below": below, "candidates_max": most, **parameters}
            found = _NUMBERS.decode(self.connection.execute(sql, asked).get)
            if found:
                yield found
                self.left -= len(found)
                if self.chars < self.query.chars_max // 8:
                    self.size = min(self.size * 4, _CHUNK_MAX)
            below = found[-1] if len(found) == most else first

    def matches(self, candidates: list[int]) -> Iterator[tuple[int, Hit]]:
        """Yield the candidates that match, each with its ``n``."""
        query = self.query
        found = self.connection.execute(_LOOK_AT, self.filters | {"candidates": as_json(candidates)}).get
        for n, room, kind, row in _FOUND.decode(found):
            self.chars += len(row.text) * max(len(query.words), 1)
            if (query.has_link and not has_link(row.text)) or (query.has_file and not row.files):
                continue
            marks = find_marks(row.text, query.words, [file.name for file in row.files or ()])
            if marks is not None:
                yield n, Hit(message=row.as_message(room, kind, self.reader), marks=marks)

    def _index_query(self) -> str:
        """Return the full-text query that every match satisfies."""
        pieces = [[piece] for word in self.query.words for piece in sorted(pieces_of_word(word))][:_PIECES_MAX]
        if self.query.has_link:
            pieces.append([LINK_PIECE])
        if self.query.has_file:
            pieces.append([FILE_PIECE])
        rooms = self.rooms
        if rooms is None:
            own = {"uid": self.reader, "rooms_max": _ALTERNATIVES_MAX + 1}
            rooms = _NUMBERS.decode(self.connection.execute(_FIND_OWN_ROOMS, own).get)
        for alternatives in [room_piece(row) for row in rooms], [sender_piece(uid) for uid in self.senders or ()]:
            if 0 < len(alternatives) <= _ALTERNATIVES_MAX:
                pieces.append(alternatives)
        return as_query(pieces)


def _bounded(time_ms: int | None, default: int) -> int:
    return default if time_ms is None else max(-_BEYOND, min(time_ms, _BEYOND))
