"""The rooms one is in, as the server has them now: what JOIN lists and what pushes change of it, counts included.

This follows what is heard, not what the consumer has been told: a room's counts are those of the server, whatever still
waits. Of what the consumer is told late, by HISTORY, JOIN has counted everything already.
"""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

import msgspec

from muca.model.events import Event, EventKind, LogEntry, Message
from muca.model.ids import RoomId, Uid
from muca.model.pushes import MarkerMoved
from muca.model.rooms import LOBBY, Room

MENTIONS_MAX: Final = 100
"""Mentions beyond are not counted; nor does the server."""


class Memberships:
    """The own rooms, live."""

    def __init__(self, uid: Uid) -> None:
        self.uid = uid
        self._rooms: dict[RoomId, Room] = {}
        self.rooms = MappingProxyType(self._rooms)
        """A live view."""
        self.ignores: frozenset[Uid] = frozenset()
        """By whom mentions do not count."""

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

    def move_marker(self, moved: MarkerMoved) -> None:
        """Take note of how far one has read, on whatever device."""
        room = self._rooms.get(moved.room)
        if room is None or moved.uid != self.uid or moved.unread is None:
            return
        read, mentions = max(room.read, moved.seq), moved.mentions or 0
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
        self._rooms[room.room] = self._count(room, event) if isinstance(event, Message) else self._change(room, event)
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
        is_meant = (message.mentions_room or self.uid in message.mentions) and message.sender not in self.ignores
        mentions = min(room.mentions + is_meant, MENTIONS_MAX)
        return msgspec.structs.replace(room, unread=room.unread + 1, mentions=mentions)

    def _change(self, room: Room, event: Event) -> Room:
        if event.kind == EventKind.ROLE and event.uid == self.uid and event.role is not None:
            return msgspec.structs.replace(room, role=event.role)
        if event.kind == EventKind.SET and event.settings is not None:
            given = {name: value for name, value in msgspec.structs.asdict(event.settings).items() if value is not None}
            return msgspec.structs.replace(room, **given)
        return room
