"""The rooms one is in, as the server has them now: what JOIN lists and what pushes change of it, counts included.

This follows what is heard, not what the consumer has been told: a room's counts are those of the server, whatever still
waits. Of what the consumer is told late, by HISTORY, JOIN has counted everything already.
"""

from collections.abc import Iterable
from types import MappingProxyType

import msgspec

from muca.model.events import Event, EventKind, LogEntry, Message
from muca.model.ids import RoomId, Uid
from muca.model.pushes import MarkerMoved
from muca.model.rooms import LOBBY, Last, Room, is_conversation


class Memberships:
    """The own rooms, live."""

    def __init__(self, uid: Uid) -> None:
        self.uid = uid
        self._rooms: dict[RoomId, Room] = {}
        self.rooms = MappingProxyType(self._rooms)
        """A live view."""
        self.ignores: frozenset[Uid] = frozenset()
        """Whose messages do not count."""

    def replace(self, rooms: Iterable[Room]) -> None:
        """Take over the server's whole list."""
        self._rooms.clear()
        self._rooms.update((room.room, room) for room in rooms)

    def open(self, room: Room) -> bool:
        """Add a room, or take it as it is now; give whether anything is new."""
        known = self._rooms.get(room.room)
        if known is not None and room.seq < known.seq:
            counted = {name: getattr(known, name) for name in ("seq", "read", "unread", "mentions")}
            room = msgspec.structs.replace(room, **counted)
        self._rooms[room.room] = room
        return room != known

    def add(self, rooms: Iterable[Room]) -> list[Room]:
        """Add those of the rooms that are not known; give these. What is known, pushes have changed since."""
        new = [room for room in rooms if room.entered and room.room not in self._rooms]
        self._rooms.update((room.room, room) for room in new)
        return new

    def move_marker(self, moved: MarkerMoved) -> None:
        """Take note of how far one has read, on whatever device."""
        room = self._rooms.get(moved.room)
        if room is None or moved.uid != self.uid or moved.unread is None:
            return
        read, mentions = moved.seq if moved.back else max(room.read, moved.seq), moved.mentions or 0
        self._rooms[moved.room] = msgspec.structs.replace(room, read=read, unread=moved.unread, mentions=mentions)

    def follow(self, event: LogEntry) -> bool:
        """Take note of an event that was pushed. Gives False when it has ended one's membership."""
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
        """Follow an edit or a deletion: of what is unread, and of mentions wherever they count."""
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
