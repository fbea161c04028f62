"""Appends in SQLite: a whole run of them in a handful of statements, however many they are.

Rules:

1. Rows go in and out as one JSON text a statement. Each step of a statement lets go of the interpreter's lock and has
   to win it back from a busy event loop: with a statement a row, a commit of 1,000 rows would wait 1,000 times.
2. ``seq`` is counted here, from the room's ``last_seq``, which is written back in the same transaction.
3. Nothing here is kept from one call to the next; what the database says is the truth.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import apsw
import msgspec

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Seq, Uid
from muca.model.rooms import RoomKind
from muca.model.storage import Append, Appended, Refused, StoreError

SEQ_BITS: Final = 32
"""An event's id is ``room << SEQ_BITS | seq``."""
SEQ_MASK: Final = (1 << SEQ_BITS) - 1

_LOOK_UP: Final = f"""
SELECT (SELECT max(room) FROM rooms),
       (SELECT json_group_array(json_array(room, id, kind, last_seq, last_ts_ms))
        FROM rooms WHERE id IN (SELECT value FROM json_each(?1))),
       (SELECT json_group_array(json_array(sender, request_id, rooms.id, events.id & {SEQ_MASK}, ts_ms, text))
        FROM jsonb_each(?2) AS asked
        CROSS JOIN events ON sender = asked.value ->> 0 AND request_id = asked.value ->> 1
        CROSS JOIN rooms ON rooms.room = events.id >> {SEQ_BITS})
"""
_WRITE_ROOMS: Final = """
INSERT INTO rooms (room, id, kind, last_seq, last_ts_ms)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM jsonb_each(?) WHERE true
ON CONFLICT (room) DO UPDATE SET last_seq = excluded.last_seq, last_ts_ms = excluded.last_ts_ms
"""
_WRITE_MEMBERS: Final = """
INSERT INTO members (uid, room, floor_seq) SELECT value ->> 0, value ->> 1, 0 FROM jsonb_each(?)
"""
_WRITE_EVENTS: Final = """
INSERT INTO events (id, ts_ms, sender, nickname, text, request_id)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM jsonb_each(?)
"""


class _Room(msgspec.Struct, array_like=True):
    """A room's row, as this run of Appends changes it."""

    row: int
    id: RoomId
    kind: RoomKind
    last_seq: Seq
    last_ts_ms: int


_FOUND_ROOMS: Final = msgspec.json.Decoder(list[_Room])
_FOUND_EVENTS: Final = msgspec.json.Decoder(list[tuple[Uid, str, RoomId, Seq, int, str]])

_Earlier: TypeAlias = dict[tuple[Uid, str], tuple[Appended, str]]
"""By sender and request id: where the first SEND of it went, and with what text."""


def append_all(connection: apsw.Connection, appends: Sequence[Append]) -> list[Appended | Refused]:
    """Do all Appends inside the open transaction, or raise and leave it to be rolled back."""
    top_row, rooms, earlier = _look_up(connection, appends)
    results: list[Appended | Refused] = []
    members: list[tuple[Uid, int]] = []
    events: list[tuple[int, int, Uid, str, str, str | None]] = []
    for write in appends:
        if write.request_id is not None and (first := earlier.get((write.sender, write.request_id))) is not None:
            results.append(_answer_again(write, *first))
            continue
        if write.room is None:
            results.append(Refused(code=ErrorCode.UNKNOWN_RECIPIENT))
            continue
        room = rooms.get(write.room)
        if room is None:
            if write.members is None:
                raise StoreError(f"there is no room {write.room}, and its members were not given")
            top_row += 1
            room = rooms[write.room] = _Room(top_row, write.room, write.kind, 0, 0)
            members += [(uid, top_row) for uid in write.members]
        room.last_seq = seq = room.last_seq + 1
        room.last_ts_ms = write.ts_ms
        appended = Appended(room=write.room, seq=seq, ts_ms=write.ts_ms)
        results.append(appended)
        events.append(
            (room.row << SEQ_BITS | seq, write.ts_ms, write.sender, write.nickname, write.text, write.request_id)
        )
        if write.request_id is not None:
            earlier[write.sender, write.request_id] = appended, write.text
    connection.execute(_WRITE_ROOMS, (as_json(list(rooms.values())),))
    if members:
        connection.execute(_WRITE_MEMBERS, (as_json(members),))
    connection.execute(_WRITE_EVENTS, (as_json(events),))
    return results


def as_json(rows: object) -> str:
    """Give rows as JSON for one statement. Raises UnicodeEncodeError for lone surrogates, which no text on disk has."""
    return msgspec.json.encode(rows).decode()


def _look_up(connection: apsw.Connection, appends: Sequence[Append]) -> tuple[int, dict[RoomId, _Room], _Earlier]:
    """Find the highest room row, the rooms written to, and the events that the same requests made before."""
    room_ids = {write.room for write in appends if write.room is not None}
    requests = [(write.sender, write.request_id) for write in appends if write.request_id is not None]
    top_row, rooms, events = connection.execute(_LOOK_UP, (as_json(room_ids), as_json(requests))).get
    return (
        top_row,
        {room.id: room for room in _FOUND_ROOMS.decode(rooms)},
        {
            (sender, request_id): (Appended(room=room, seq=seq, ts_ms=ts_ms), text)
            for sender, request_id, room, seq, ts_ms, text in _FOUND_EVENTS.decode(events)
        },
    )


def _answer_again(write: Append, first: Appended, text: str) -> Appended | Refused:
    if write.text != text or write.room not in {None, first.room}:
        return Refused(code=ErrorCode.ID_REUSED)
    return Appended(room=first.room, seq=first.seq, ts_ms=first.ts_ms, retried=True)
