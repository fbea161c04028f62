"""The user's rooms with their counts, as JOIN lists them and pushes change them.

This follows the pushes, even if the consumer has not received their events yet: the counts are always the server's. The
counts from JOIN already include events that the consumer gets later, from HISTORY.
"""

from collections.abc import Iterable
from types import MappingProxyType

import msgspec

from muca.model.events import Event, EventKind, LogEntry, Message
from muca.model.ids import RoomId, Uid
from muca.model.pushes import MarkerMoved
from muca.model.rooms import LOBBY, Last, Room, is_conversation


class Memberships:
    """The user's rooms, live."""

    def __init__(self, uid: Uid) -> None:
        self.uid = uid
        self._rooms: dict[RoomId, Room] = {}
        self.rooms = MappingProxyType(self._rooms)
        """A live view."""
        self.ignores: frozenset[Uid] = frozenset()
        """The people whose messages do not count."""

    def replace(self, rooms: Iterable[Room]) -> None:
        """Replace everything by the server's list."""
        self._rooms.clear()
        self._rooms.update((room.room, room) for room in rooms)

    def open(self, room: Room) -> bool:
        """Add or update a room; returns whether anything has changed."""
        known = self._rooms.get(room.room)
        if known is not None and room.seq < known.seq:
            counted = {name: getattr(known, name) for name in ("seq", "read", "unread", "mentions", "last")}
            room = msgspec.structs.replace(room, **counted)
        self._rooms[room.room] = room
        return room != known

    def add(self, rooms: Iterable[Room]) -> list[Room]:
        """Add the rooms that are not known yet, and return these. Pushes have updated the others since."""
        new = [room for room in rooms if room.entered and room.room not in self._rooms]
        self._rooms.update((room.room, room) for room in new)
        return new

    def move_marker(self, moved: MarkerMoved) -> None:
        """Update the user's read marker, which may have moved on another device."""
        room = self._rooms.get(moved.room)
        if room is None or moved.uid != self.uid or moved.unread is None:
            return
        read, mentions = moved.seq if moved.back else max(room.read, moved.seq), moved.mentions or 0
        self._rooms[moved.room] = msgspec.structs.replace(room, read=read, unread=moved.unread, mentions=mentions)

    def follow(self, event: LogEntry) -> bool:
        """Process a pushed event. Returns False if it has ended the user's membership."""
        room = self._rooms.get(event.room or "")
        if room is None or event.seq is None or event.seq <= room.seq:
            return True
        if isinstance(event, Event) and self._ends(event):
            del self._rooms[room.room]
            return False
        room = msgspec.structs.replace(room, seq=event.seq)
        room = self._count(room, event) if isinstance(event, Message) else self._change(room, event)
        self._rooms[room.room] = self._with_last(room, event) if is_conversation(room.room) else room
        return True

    def _ends(self, event: Event) -> bool:
        if event.room == LOBBY:
            return False
        if event.kind == EventKind.DELETE_ROOM:
            return True
        gone = event.sender if event.kind == EventKind.EXIT else event.uid
        return event.kind in {EventKind.EXIT, EventKind.KICK, EventKind.BAN} and gone == self.uid

    def _count(self, room: Room, message: Message) -> Room:
        if message.sender == self.uid:
            return msgspec.structs.replace(room, read=room.seq, unread=0, mentions=0)
        if message.sender in self.ignores:
            return room
        is_meant = message.mentions_room or self.uid in message.mentions
        return msgspec.structs.replace(room, unread=room.unread + 1, mentions=room.mentions + is_meant)

    def _recount(self, room: Room, event: Event) -> Room:
        """Update the counts after an edit or a deletion."""
        author = event.author or event.sender
        if author == self.uid or author in self.ignores:
            return room
        is_gone = event.kind == EventKind.DELETE and (event.of or 0) > room.read
        mine = (count for count in event.counts if count.room or count.uid == self.uid)
        more = sum(count.by for count in mine if count.seq > room.read)
        return msgspec.structs.replace(room, unread=room.unread - is_gone, mentions=room.mentions + more)

    def _with_last(self, room: Room, event: LogEntry) -> Room:
        """Follow which message is the newest. After its deletion, only the server knows."""
        last = room.last
        if isinstance(event, Message):
            if event.seq is not None and event.ts_ms is not None and event.sender not in self.ignores:
                last = Last.of(event.seq, event.ts_ms, event.sender, event.text, event.files)
        elif last is not None and event.of == last.seq:
            if event.kind == EventKind.DELETE:
                last = None
            elif event.kind == EventKind.EDIT:
                last = Last.of(last.seq, last.ts_ms, last.sender, event.text, ())
        return msgspec.structs.replace(room, last=last)

    def _change(self, room: Room, event: Event) -> Room:
        if event.kind in {EventKind.EDIT, EventKind.DELETE}:
            return self._recount(room, event)
        if event.kind == EventKind.ROLE and event.uid == self.uid and event.role is not None:
            return msgspec.structs.replace(room, role=event.role)
        if event.kind == EventKind.SET and event.settings is not None:
            given = {name: value for name, value in msgspec.structs.asdict(event.settings).items() if value is not None}
            return msgspec.structs.replace(room, **given)
        return room
