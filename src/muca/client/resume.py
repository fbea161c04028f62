"""The delivered position in each room's log, and what to read from HISTORY so that no event is missing or duplicated.

The rules for each room (on the server, SEQ has no gaps):
- ``seen`` is the SEQ of the last delivered event. An event with ``seen + 1`` is delivered; one with ``seen`` or less is
  a duplicate.
- ``newest`` is the highest known SEQ. A room with ``seen < newest`` is *behind*: its log after ``seen`` is requested,
  one page at a time. Events pushed meanwhile are held (a few) or dropped, because the next page has them.
- HISTORY is complete for this reader: SEQs missing from a page are not visible to the reader, or of kinds that this
  version does not know, and are skipped.
- A room of the first JOIN starts at its SEQ at that time, so only new events are delivered. A conversation created
  since starts at 0 when a later JOIN lists it. Any other room that a later JOIN lists for the first time, such as one
  entered meanwhile, starts at its read marker. A room that no JOIN has listed starts at its first push.
- If the consumer's queue is full, the room falls behind, and catches up in the same way.

A position belongs to an epoch of the server. In another epoch the log may have been set back and have other events:
- If the client knows the former epoch, the two agree up to the room's ``epoch_seq``. A position beyond that is set back
  to it. If the client knows any other epoch, the current content of the log counts as seen.
- A server whose files were overwritten in place, or whose virtual machine was reset, does not notice it and keeps its
  epoch. Then the log is shorter than before, or the last delivered event has changed. To detect this, a new connection
  reads that event again.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from muca.client.events import Resynchronised
from muca.model.events import LogEntry
from muca.model.ids import RoomId, Seq
from muca.model.replies import Page
from muca.model.rooms import Room, RoomKind

HELD_MAX: Final = 1_000
"""Maximum number of held pushes, for all rooms that are behind."""


class _Position:
    """The delivered position in one room's log."""

    __slots__ = ("asked", "held", "last", "newest", "seen", "sure")

    def __init__(self, seen: Seq, newest: Seq) -> None:
        self.seen = seen
        self.newest = newest
        self.asked: Seq | None = None
        """The value of ``newest`` when the pending page was requested."""
        self.held: dict[Seq, LogEntry] = {}
        self.last: LogEntry | None = None
        """The event at ``seen``, if it was delivered."""
        self.sure = True
        """Whether the event at ``seen`` is known to be unchanged."""

    def tell(self, event: LogEntry, seq: Seq) -> None:
        self.seen = seq
        self.last = event

    def set_back(self, seq: Seq) -> None:
        self.seen = seq
        self.last = None
        self.sure = True

    def is_contradicted_by(self, event: LogEntry) -> bool:
        """Return whether the log has another event at ``seen``."""
        last = self.last
        return last is not None and event.seq == last.seq and (event.ts_ms, event.sender) != (last.ts_ms, last.sender)


class Positions:
    """The positions in all rooms."""

    def __init__(self) -> None:
        self._places: dict[RoomId, _Position] = {}
        self._behind: dict[RoomId, _Position] = {}
        self._held_count = 0
        self._knew_all = False
        """Whether the first JOIN listed all rooms."""

    def start(self, rooms: Iterable[Room], *, more_rooms: bool = False) -> None:
        """Start with logs that were not read before; their current events count as seen."""
        self._knew_all = not more_rooms
        self._places.clear()
        self._behind.clear()
        self._held_count = 0
        self.add(rooms)

    def add(self, rooms: Iterable[Room]) -> None:
        """Do the same for more rooms; known ones stay unchanged."""
        for room in rooms:
            self._places.setdefault(room.room, _Position(room.seq, room.seq))

    def resume(self, rooms: Iterable[Room]) -> list[Resynchronised]:
        """Continue in the same epoch on a new connection; events after the positions must be delivered.

        Returns the rooms that were nevertheless set back.
        """
        self.pause()
        return self.resume_more(rooms)

    def resume_more(self, rooms: Iterable[Room]) -> list[Resynchronised]:
        """Do the same for more rooms, which nothing was received about on this connection."""
        set_back: list[Resynchronised] = []
        for room in rooms:
            place = self._place_of(room)
            place.sure = place.last is None or place.last.seq != place.seen
            if room.seq < place.seen:
                place.set_back(room.seq)
                set_back.append(Resynchronised(room=room.room, seq=0))
            self._go_on(room, place)
        return set_back

    def change_epoch(self, rooms: Iterable[Room], *, knows_former: bool) -> list[Resynchronised]:
        """Continue in another epoch; ``knows_former``: the positions belong to the epoch before it.

        Returns the rooms that were set back.
        """
        self.pause()
        gone = set(self._places)
        set_back: list[Resynchronised] = []
        for room in rooms:
            is_known = room.room in self._places
            place = self._place_of(room)
            gone.discard(room.room)
            if not knows_former:
                place.set_back(room.seq)
            elif place.seen > room.epoch_seq:
                place.set_back(room.epoch_seq)
            else:
                is_known = False
            if is_known:
                set_back.append(Resynchronised(room=room.room, seq=room.epoch_seq if knows_former else 0))
            self._go_on(room, place)
        for room_id in sorted(gone):
            self.leave(room_id)
            set_back.append(Resynchronised(room=room_id, seq=0))
        return set_back

    def _place_of(self, room: Room) -> _Position:
        is_new = self._knew_all and room.kind in {RoomKind.DIRECT, RoomKind.GROUP}
        return self._places.setdefault(room.room, _Position(0 if is_new else min(room.read, room.seq), 0))

    def _go_on(self, room: Room, place: _Position) -> None:
        place.newest = room.seq
        self._settle(room.room, place)

    def pause(self) -> None:
        """Forget pending pages, because the connection is lost."""
        for place in self._places.values():
            place.asked = None
            self._drop_held(place)

    def leave(self, room: RoomId) -> None:
        """Forget a room that the user has left. A page of it may still arrive."""
        place = self._places.pop(room, None)
        if place is not None:
            self._behind.pop(room, None)
            self._drop_held(place)

    def take(self, room: RoomId, seq: Seq, event: LogEntry, free: int) -> list[LogEntry]:
        """Process a push; returns the events to deliver now, at most ``free``."""
        place = self._places.setdefault(room, _Position(seq - 1, seq - 1))
        place.newest = max(place.newest, seq)
        if seq == place.seen + 1 and free and place.sure:
            place.tell(event, seq)
            told = [event, *self._unhold(place, free - 1)]
        else:
            told = []
            if seq > place.seen and free and self._held_count < HELD_MAX and seq not in place.held:
                place.held[seq] = event
                self._held_count += 1
        self._settle(room, place)
        return told

    def behind(self) -> Iterator[tuple[RoomId, Seq]]:
        """Return the rooms to request HISTORY of, and the SEQ after which.

        If the last delivered event may have changed, the page begins with it.
        """
        asking = [(room, place) for room, place in self._behind.items() if place.asked is None]
        return ((room, place.seen if place.sure else place.seen - 1) for room, place in asking)

    def ask(self, room: RoomId) -> None:
        """Note that the next page of a room that is behind was requested."""
        place = self._places[room]
        place.asked = place.newest

    def is_set_back(self, room: RoomId, page: Page) -> bool:
        """Return whether the page shows that the log was set back; its current events then count as seen."""
        place = self._places.get(room)
        if place is None or place.asked is None or not any(map(place.is_contradicted_by, page.events)):
            return False
        place.set_back(place.asked)
        place.asked = None
        self._settle(room, place)
        return True

    def take_page(self, room: RoomId, page: Page, last: Seq, free: int) -> list[LogEntry]:
        """Process the requested page; returns the events to deliver now, at most ``free``.

        ``last`` is the SEQ of the page's last event; an event of an unknown kind is not in the page.
        """
        place = self._places.get(room)
        if place is None or place.asked is None:
            return []
        goes_on = page.more and (last > place.seen or not place.sure)
        place.sure = True
        new = [event for event in page.events if event.seq is not None and event.seq > place.seen]
        told = new[:free]
        if told:
            place.tell(told[-1], told[-1].seq or place.seen)
        if len(told) == len(new):
            place.seen = max(place.seen, last, 0 if goes_on else place.asked)
            told += self._unhold(place, free - len(told))
        place.asked = None
        place.newest = max(place.newest, place.seen)
        self._settle(room, place)
        return told

    def give_up(self, room: RoomId) -> None:
        """Skip the requested events, because the server refuses them."""
        place = self._places.get(room)
        if place is not None:
            place.seen = max(place.seen, place.asked or 0)
            place.asked = None
            place.sure = True
            self._settle(room, place)

    def ask_again(self, room: RoomId) -> None:
        """Request the page again later, because the server could not answer now."""
        if room in self._places:
            self._places[room].asked = None

    def _settle(self, room: RoomId, place: _Position) -> None:
        if place.seen < place.newest or not place.sure:
            self._behind.setdefault(room, place)
        else:
            self._behind.pop(room, None)
            self._drop_held(place)

    def _unhold(self, place: _Position, free: int) -> list[LogEntry]:
        told: list[LogEntry] = []
        for seq in [seq for seq in place.held if seq <= place.seen]:
            del place.held[seq]
            self._held_count -= 1
        while len(told) < free and (event := place.held.pop(place.seen + 1, None)) is not None:
            self._held_count -= 1
            place.tell(event, place.seen + 1)
            told.append(event)
        return told

    def _drop_held(self, place: _Position) -> None:
        self._held_count -= len(place.held)
        place.held.clear()
