"""How far each room's log was told, and what to read from HISTORY so that nothing is missing and nothing comes twice.

The rules, for each room (SEQ has no gaps on the server):
- ``seen`` is the SEQ of the last event told. An event with ``seen + 1`` is told; one at or below ``seen`` came before.
- ``newest`` is the highest SEQ heard of. A room with ``seen < newest`` is *behind*: its log after ``seen`` is asked
  for, one page at a time. What is pushed meanwhile is held (a few) or forgotten: the next page brings it.
- What HISTORY gives is all there is for this reader: SEQs that a page leaves out are not the reader's, or of kinds that
  this version does not know, and are skipped.
- A room known at the first JOIN starts at its SEQ then: only what is new is told. A conversation that has come into
  being since starts at 0 when a later JOIN lists it; another room that one lists for the first time, as one that was
  entered meanwhile, at its read marker; and what no JOIN has listed at its first push.
- When the consumer has no place for an event, its room falls behind, and catches up in the same way.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from muca.model.events import LogEntry
from muca.model.ids import RoomId, Seq
from muca.model.replies import Page
from muca.model.rooms import Room, RoomKind

HELD_MAX: Final = 1_000
"""Pushes of rooms that are behind which are held, in all."""


class _Place:
    """Where one room's log was told to."""

    __slots__ = ("asked", "held", "newest", "seen")

    def __init__(self, seen: Seq, newest: Seq) -> None:
        self.seen = seen
        self.newest = newest
        self.asked: Seq | None = None
        """What ``newest`` was when the page that is under way was asked for."""
        self.held: dict[Seq, LogEntry] = {}


class Places:
    """The places of all rooms."""

    def __init__(self) -> None:
        self._places: dict[RoomId, _Place] = {}
        self._behind: dict[RoomId, _Place] = {}
        self._held_count = 0
        self._knew_all = False
        """Whether the first JOIN listed all rooms that there were."""

    def start(self, rooms: Iterable[Room], *, more_rooms: bool = False) -> None:
        """Begin with a log that was not read before: what it has is old."""
        self._knew_all = not more_rooms
        self._places.clear()
        self._behind.clear()
        self._held_count = 0
        for room in rooms:
            self._places[room.room] = _Place(room.seq, room.seq)

    def resume(self, rooms: Iterable[Room]) -> None:
        """Go on with the same log on a new connection: what it has beyond the places is to be told."""
        self.pause()
        for room in rooms:
            is_new = self._knew_all and room.kind in {RoomKind.DIRECT, RoomKind.GROUP}
            place = self._places.setdefault(room.room, _Place(0 if is_new else room.read, 0))
            # A server that was set back to a backup has a shorter log: its next events are new.
            place.seen = min(place.seen, room.seq)
            place.newest = room.seq
            self._settle(room.room, place)

    def pause(self) -> None:
        """Forget what was under way: the connection is gone."""
        for place in self._places.values():
            place.asked = None
            self._drop_held(place)

    def leave(self, room: RoomId) -> None:
        """Forget a room that one is no longer in. A page of it may be under way."""
        place = self._places.pop(room, None)
        if place is not None:
            self._behind.pop(room, None)
            self._drop_held(place)

    def take(self, room: RoomId, seq: Seq, event: LogEntry, free: int) -> list[LogEntry]:
        """Take a push; give what is to be told now, at most ``free`` events."""
        place = self._places.setdefault(room, _Place(seq - 1, seq - 1))
        place.newest = max(place.newest, seq)
        if seq == place.seen + 1 and free:
            place.seen = seq
            told = [event, *self._unhold(place, free - 1)]
        else:
            told = []
            if seq > place.seen and free and self._held_count < HELD_MAX and seq not in place.held:
                place.held[seq] = event
                self._held_count += 1
        self._settle(room, place)
        return told

    def behind(self) -> Iterator[tuple[RoomId, Seq]]:
        """Give the rooms to ask HISTORY for, and the SEQ after which."""
        return ((room, place.seen) for room, place in list(self._behind.items()) if place.asked is None)

    def ask(self, room: RoomId) -> None:
        """Note that the next page of a room that is behind was asked for."""
        place = self._places[room]
        place.asked = place.newest

    def take_page(self, room: RoomId, page: Page, last: Seq, free: int) -> list[LogEntry]:
        """Take the page that was asked for; give what is to be told now, at most ``free`` events.

        ``last`` is the SEQ of the page's last event, which may be of an unknown kind and then is not in it.
        """
        place = self._places.get(room)
        if place is None or place.asked is None:
            return []
        goes_on = page.more and last > place.seen
        new = [event for event in page.events if event.seq is not None and event.seq > place.seen]
        told = new[:free]
        if told:
            place.seen = told[-1].seq or place.seen
        if len(told) == len(new):
            place.seen = max(place.seen, last, 0 if goes_on else place.asked)
            told += self._unhold(place, free - len(told))
        place.asked = None
        place.newest = max(place.newest, place.seen)
        self._settle(room, place)
        return told

    def give_up(self, room: RoomId) -> None:
        """Skip what was asked for: the server does not give it."""
        place = self._places.get(room)
        if place is not None:
            place.seen = max(place.seen, place.asked or 0)
            place.asked = None
            self._settle(room, place)

    def ask_again(self, room: RoomId) -> None:
        """Note that the server could not answer now."""
        if room in self._places:
            self._places[room].asked = None

    def _settle(self, room: RoomId, place: _Place) -> None:
        if place.seen < place.newest:
            self._behind.setdefault(room, place)
        else:
            self._behind.pop(room, None)
            self._drop_held(place)

    def _unhold(self, place: _Place, free: int) -> list[LogEntry]:
        told: list[LogEntry] = []
        for seq in [seq for seq in place.held if seq <= place.seen]:
            del place.held[seq]
            self._held_count -= 1
        while len(told) < free and (event := place.held.pop(place.seen + 1, None)) is not None:
            self._held_count -= 1
            place.seen += 1
            told.append(event)
        return told

    def _drop_held(self, place: _Place) -> None:
        self._held_count -= len(place.held)
        place.held.clear()
