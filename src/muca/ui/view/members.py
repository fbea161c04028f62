"""The members of named rooms, loaded when they are needed and then updated by the rooms' events."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from muca.model.events import Event, EventKind
from muca.model.ids import RoomId, Uid


class MemberLists:
    """The members of the rooms for which they were requested."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, set[Uid]] = {}

    def clear(self) -> None:
        """Forget everything, because changes while disconnected are unknown."""
        self._rooms.clear()

    def of(self, room: RoomId) -> AbstractSet[Uid]:
        """Return the members of a room, as far as they are loaded."""
        return self._rooms.get(room, frozenset())

    def begin(self, room: RoomId) -> bool:
        """Start following a room. Returns False if it is already followed."""
        if room in self._rooms:
            return False
        self._rooms[room] = set()
        return True

    def drop(self, room: RoomId) -> None:
        """Forget a room that could not be loaded."""
        self._rooms.pop(room, None)

    def add(self, room: RoomId, uids: Iterable[Uid]) -> None:
        """Add people to a room, if it is followed."""
        if room in self._rooms:
            self._rooms[room].update(uids)

    def follow(self, event: Event) -> bool:
        """Apply an event. Returns whether the members of a followed room have changed."""
        members = self._rooms.get(event.room)
        if members is None:
            return False
        before = len(members)
        match event.kind:
            case EventKind.ENTER:
                members.add(event.sender)
            case EventKind.INVITE if event.uid is not None:
                members.add(event.uid)
            case EventKind.EXIT:
                members.discard(event.sender)
            case EventKind.KICK | EventKind.BAN if event.uid is not None:
                members.discard(event.uid)
            case _:
                pass
        return len(members) != before
