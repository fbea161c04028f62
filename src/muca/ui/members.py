"""Who is in which named room: read where it matters, then followed by the events of its log."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from muca.model.events import Event, EventKind
from muca.model.ids import RoomId, Uid


class Members:
    """The members of the rooms whose members were asked for."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, set[Uid]] = {}

    def clear(self) -> None:
        """Forget all: there was a time without a connection, and what happened in it is not known."""
        self._rooms.clear()

    def of(self, room: RoomId) -> AbstractSet[Uid]:
        """Return those who are in a room, as far as it was read."""
        return self._rooms.get(room, frozenset())

    def begin(self, room: RoomId) -> bool:
        """Follow a room from here on. Gives False if that is done already."""
        if room in self._rooms:
            return False
        self._rooms[room] = set()
        return True

    def drop(self, room: RoomId) -> None:
        """Forget a room: it could not be read."""
        self._rooms.pop(room, None)

    def add(self, room: RoomId, uids: Iterable[Uid]) -> None:
        """Add people to a room that is followed; another one is left as it is."""
        if room in self._rooms:
            self._rooms[room].update(uids)

    def follow(self, event: Event) -> bool:
        """Take in who comes and goes. Gives whether a room that is followed has changed."""
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
