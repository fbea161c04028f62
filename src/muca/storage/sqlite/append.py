"""Appends in SQLite: a batch of any size in a few statements.

Rules:

1. Rows go in and out as one JSON text per statement. Each step of a statement releases the interpreter's lock and must
   reacquire it from a busy event loop: with one statement per row, a commit of 1,000 rows would wait 1,000 times.
2. ``seq`` is assigned here, from the room's ``last_seq``, which is updated in the same transaction.
3. No state is kept between calls; the database is authoritative.
4. Data that few messages need (unresolved recipients, replies, mentions, files) is read only if a message of the batch
   needs it.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import apsw
import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import REACH, Message
from muca.model.feed import Logged
from muca.model.files import FileInfo
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import NOBODY, Mentioned, as_fields, may_mention
from muca.model.rooms import RoomKind, is_conversation
from muca.model.storage import Append, Appended, Refused
from muca.storage.retries import hidden_content, hidden_id
from muca.storage.sqlite.events import LOBBY_ROW, SEQ_BITS, SEQ_MASK, as_json
from muca.storage.sqlite.files import attach, find_uploads
from muca.storage.sqlite.mentions import WRITE_MENTIONS, Said, as_columns, as_rows, resolve_all
from muca.storage.sqlite.names import RoomNames
from muca.storage.sqlite.recipients import Destination, Resolved, find_conversations, find_previous, find_replied_to

_LOOK_UP: Final = f"""
WITH sent AS (SELECT value ->> 0 AS sender, value ->> 1 AS request_id FROM jsonb_each(?2)),
asked AS (
    SELECT * FROM sent UNION ALL
    SELECT sender, hidden_id(sender, request_id) FROM sent
    WHERE EXISTS (SELECT 1 FROM events INDEXED BY events_hidden WHERE sender = sent.sender AND content IS NOT NULL))
SELECT (SELECT max(room) FROM rooms),
       max((SELECT n FROM indexed), coalesce((SELECT max(n) FROM events WHERE n IS NOT NULL), 0)),
       (SELECT json_group_array(json_array(
            room, id, kind, last_seq, last_ts_ms, messages, gone_seq,
            CASE kind WHEN 'direct' THEN (SELECT uid FROM members CROSS JOIN people USING (uid)
                                          WHERE members.room = rooms.room AND closed) END))
        FROM rooms WHERE id IN (SELECT value FROM json_each(?1))),
       (SELECT json_group_array(json_array(sender, events.request_id, rooms.id, events.id & {SEQ_MASK}, events.ts_ms,
                                           coalesce(versions.text, events.text), json(events.files),
                                           deleted IS NOT NULL, hex(events.content)))
        FROM asked CROSS JOIN events USING (sender, request_id)
        CROSS JOIN rooms ON rooms.room = events.id >> {SEQ_BITS}
        LEFT JOIN versions ON versions.event = events.id AND number = 1)
"""
_WRITE_ROOMS: Final = """
INSERT INTO rooms (room, id, kind, last_seq, last_ts_ms, messages)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM jsonb_each(?) WHERE true
ON CONFLICT (room) DO UPDATE
SET last_seq = excluded.last_seq, last_ts_ms = excluded.last_ts_ms, messages = excluded.messages
"""
_WRITE_BEGINNINGS: Final = """
UPDATE rooms SET oldest_ms = value ->> 1 FROM jsonb_each(?) WHERE room = value ->> 0
"""
WRITE_STEPS: Final = "INSERT INTO clock_steps SELECT value FROM json_each(?)"
_WRITE_MEMBERS: Final = """
INSERT INTO members (uid, room, floor_seq) SELECT value ->> 0, value ->> 1, 0 FROM jsonb_each(?)
"""
_WRITE_EVENTS: Final = """
INSERT INTO events (id, ts_ms, sender, nickname, text, request_id, ordinal, n, reply_to, mentions, mentions_room,
                    mention_places, files)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
       value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
FROM jsonb_each(?)
"""
# Everyone has a membership of the lobby; of other rooms, only members have one.
_MOVE_MARKERS: Final = f"""
INSERT INTO members (uid, room, floor_seq, read_seq)
SELECT value ->> 0, value ->> 1, 0, value ->> 2 FROM jsonb_each(?)
WHERE value ->> 1 = {LOBBY_ROW} OR EXISTS (SELECT 1 FROM members WHERE uid = value ->> 0 AND room = value ->> 1)
ON CONFLICT (uid, room) DO UPDATE SET read_seq = max(read_seq, excluded.read_seq)
"""


class _Room(msgspec.Struct, array_like=True):
    """A room's row, with the changes of this batch."""

    row: int
    id: RoomId
    kind: RoomKind
    last_seq: Seq
    last_ts_ms: int
    messages: int
    gone_seq: Seq
    deserter: Uid | None = None
    """The member of a direct room whose account was deleted: nobody would ever read a new message."""


_FOUND_ROOMS: Final = msgspec.json.Decoder(list[_Room])
_FOUND_EVENTS: Final = msgspec.json.Decoder(
    list[tuple[Uid, str, RoomId, Seq, int, str, tuple[FileInfo, ...] | None, int, str]]
)


class _Content(msgspec.Struct, frozen=True):
    """The content of a SEND."""

    text: str
    files: tuple[FileId, ...]


_Earlier: TypeAlias = dict[tuple[Uid, str], tuple[Appended, _Content | bytes | None]]
"""By sender and request id: the place and content of the first SEND.

For a deleted message, both are hashed (``retries``); None if it was deleted before hashes were kept.
"""


def append_all(connection: apsw.Connection, names: RoomNames, appends: Sequence[Append]) -> list[Appended | Refused]:
    """Do all Appends inside the open transaction, or raise and leave it to be rolled back."""
    run = _Run(connection, names, appends)
    results = [run.append(place, write) for place, write in enumerate(appends)]
    run.write(connection)
    return results


class _Run:
    """The state of a batch of Appends: what it has read, and what it will write."""

    def __init__(self, connection: apsw.Connection, names: RoomNames, appends: Sequence[Append]) -> None:
        conversations = find_conversations(connection, appends)
        rooms = {write.room for write in appends if write.room is not None}
        rooms.update(found.room for found in conversations.values() if isinstance(found, Destination))
        requests = [(write.sender, write.request_id) for write in appends if write.request_id is not None]
        found = connection.execute(_LOOK_UP, (as_json(rooms), as_json(requests))).get
        self.top_row, self.last_n, found_rooms, found_events = found
        self.rooms = {room.id: room for room in _FOUND_ROOMS.decode(found_rooms)}
        self.earlier: _Earlier = {
            (sender, request_id): (
                Appended(room=room, seq=seq, ts_ms=ts_ms),
                (bytes.fromhex(hidden) or None)
                if deleted
                else _Content(text, tuple(info.file for info in files or ())),
            )
            for sender, request_id, room, seq, ts_ms, text, files, deleted, hidden in _FOUND_EVENTS.decode(found_events)
        }
        self.has_hidden = any(isinstance(content, bytes) for _, content in self.earlier.values())
        """Whether some of these have hashed IDs."""
        self.places = [
            conversations[number] if write.room is None else Destination(write.room, write.kind, write.members)
            for number, write in enumerate(appends)
        ]
        self.has_slow = any(write.slow_seconds for write in appends)
        """Whether the time of a sender's previous message matters."""
        self.previous = find_previous(connection, self.places, appends) if self.has_slow else {}
        self.replied_to = find_replied_to(connection, self.places, appends)
        self.uploads = find_uploads(connection, appends)
        """The requested files that can still be attached."""
        self.attached: list[tuple[FileId, int]] = []
        self.mentioned = self._find_mentioned(connection, names, appends)
        self.begins = {room.id: room.last_seq + 1 for room in self.rooms.values()}
        self.beginnings: list[tuple[int, int]] = []
        """Rooms that were empty, and the time of their first event."""
        self.steps: list[int] = []
        """Events with an earlier time than the previous event of their room."""
        self.new_members: list[tuple[Uid, int]] = []
        self.new_events: list[tuple[object, ...]] = []
        self.new_mentions: list[tuple[Uid, int, int, Uid]] = []
        self.markers: dict[tuple[Uid, int], Seq] = {}

    def append(self, number: int, write: Append) -> Appended | Refused:
        """Append one message to its room, unless it is a retry or refused."""
        place, sender, request_id = self.places[number], write.sender, write.request_id
        if request_id is not None:
            earlier = self.earlier.get((sender, request_id))
            if earlier is None and self.has_hidden:
                earlier = self.earlier.get((sender, hidden_id(sender, request_id)))
            if earlier is not None:
                return _answer_again(write, place, *earlier)
        if isinstance(place, Refused):
            return write.refused or place
        refused = write.refused or self._refusal(number, write, place)
        if refused is not None:
            return refused
        room = self.rooms.get(place.room) or self._new_room(place)
        mentioned = self.mentioned.get(number, NOBODY)
        files = tuple([self.uploads.pop((file, write.sender)) for file in write.files]) if write.files else ()
        self._add_row(room, write, mentioned, files)
        message = Message(
            room=room.id,
            seq=room.last_seq,
            ts_ms=write.ts_ms,
            reach=REACH[room.kind],
            sender=sender,
            nickname=write.nickname,
            text=write.text,
            files=files,
            reply_to=write.reply_to,
            request_id=request_id,
        )
        if mentioned is not NOBODY:
            message = msgspec.structs.replace(message, **as_fields(mentioned))
        logged = Logged(entry=message, members=place.members or ())
        appended = Appended(room=room.id, seq=room.last_seq, ts_ms=write.ts_ms, news=(logged,))
        if request_id is not None:
            self.earlier[sender, request_id] = appended, _Content(write.text, write.files)
        return appended

    def _refusal(self, number: int, write: Append, place: Destination) -> Refused | None:
        """Return why the message cannot be added, the first reason of several."""
        room = self.rooms.get(place.room)
        if write.slow_seconds and (too_early := write.slow_down(self.previous.get((place.room, write.sender)))):
            return too_early
        if write.reply_to is not None and number not in self.replied_to:
            is_of_this_batch = room is not None and self.begins.get(room.id, 1) <= write.reply_to <= room.last_seq
            if not is_of_this_batch:
                return Refused(code=ErrorCode.NO_SUCH_EVENT)
        if write.files:  # each must be the sender's, given only once and in no message yet
            own = {(file, write.sender) for file in write.files} & self.uploads.keys()
            if len(own) < len(write.files):
                return Refused(code=ErrorCode.NO_SUCH_FILE)
        if room is None and place.members is None:  # deleted since the core saw it
            return Refused(code=ErrorCode.NO_SUCH_ROOM)
        if room is not None and room.deserter is not None:
            return Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail=f"“{room.deserter}”")
        return None

    def _new_room(self, place: Destination) -> _Room:
        assert place.members is not None
        self.top_row += 1
        self.new_members += [(uid, self.top_row) for uid in place.members]
        room = self.rooms[place.room] = _Room(self.top_row, place.room, place.kind, 0, 0, 0, 0)
        return room

    def _add_row(self, room: _Room, write: Append, mentioned: Mentioned, files: tuple[FileInfo, ...]) -> None:
        """Add a row with the next seq of the room."""
        if room.last_seq == room.gone_seq:
            self.beginnings.append((room.row, write.ts_ms))
        room.last_seq += 1
        room.messages += 1
        self.last_n += 1
        id_ = room.row << SEQ_BITS | room.last_seq
        if write.ts_ms < room.last_ts_ms:
            self.steps.append(id_)
        room.last_ts_ms = write.ts_ms
        self.markers[write.sender, room.row] = room.last_seq
        if self.has_slow:
            self.previous[room.id, write.sender] = write.ts_ms
        said = write.sender, write.nickname, write.text, write.request_id
        row = (id_, write.ts_ms, *said, room.messages, self.last_n)
        if write.reply_to is None and mentioned is NOBODY and not files:  # most messages: a shorter row
            self.new_events.append(row)
            return
        self.new_events.append((*row, write.reply_to, *as_columns(mentioned), as_json(files) if files else None))
        self.new_mentions += as_rows(mentioned, id_, write.sender)
        self.attached += [(file, id_) for file in write.files]

    def write(self, connection: apsw.Connection) -> None:
        """Write everything. Raises ``apsw.Error``."""
        connection.execute(_WRITE_ROOMS, (as_json(list(self.rooms.values())),))
        if self.beginnings:
            connection.execute(_WRITE_BEGINNINGS, (as_json(self.beginnings),))
        if self.steps:
            connection.execute(WRITE_STEPS, (as_json(self.steps),))
        if self.new_members:
            connection.execute(_WRITE_MEMBERS, (as_json(self.new_members),))
        connection.execute(_WRITE_EVENTS, (as_json(self.new_events),))
        connection.execute(_MOVE_MARKERS, (as_json([(*whose, seq) for whose, seq in self.markers.items()]),))
        if self.new_mentions:
            connection.execute(WRITE_MENTIONS, (as_json(self.new_mentions),))
        if self.attached:
            attach(connection, self.attached)

    def _find_mentioned(
        self, connection: apsw.Connection, names: RoomNames, appends: Sequence[Append]
    ) -> dict[int, Mentioned]:
        """Find who is mentioned, by the index of the Append."""
        said = {}
        for number, (place, write) in enumerate(zip(self.places, appends, strict=True)):
            says_whom = write.mentions if write.mentions is not None else may_mention(write.text)
            if says_whom and isinstance(place, Destination):
                known = self.rooms.get(place.room)
                row = known.row if known is not None else None
                said[number] = Said(row, place.members, write.text, write.mentions, write.mentions_max)
        return dict(zip(said, resolve_all(connection, names, list(said.values())), strict=True)) if said else {}


def _answer_again(
    write: Append, place: Resolved, first: Appended, content: _Content | bytes | None
) -> Appended | Refused:
    goes_there = first.room == place.room if isinstance(place, Destination) else is_conversation(first.room)
    sent: _Content | bytes = _Content(write.text, write.files)
    if isinstance(content, bytes):
        sent = hidden_content(write.sender, write.request_id or "", write.text, write.files)
    if not goes_there or content not in {None, sent}:
        return Refused(code=ErrorCode.ID_REUSED)
    return Appended(room=first.room, seq=first.seq, ts_ms=first.ts_ms, retried=True)
