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

A position belongs to an epoch of the server. In another one the log may have been set back and hold other events:
- If the client comes from the former epoch, the two agree up to the room's ``epoch_seq``. A place beyond that is set
  back to it. If it comes from any other epoch, what the log has now counts as known.
- A server that was overwritten in place or set back as a machine knows nothing of it and says the same epoch. Then the
  log is shorter than it was, or the last event told is no longer where it was: a new connection reads it again to see.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from muca.client.events import Resynchronised
from muca.model.events import LogEntry
from muca.model.ids import RoomId, Seq
from muca.model.replies import Page
from muca.model.rooms import Room, RoomKind

HELD_MAX: Final = 1_000
"""Pushes of rooms that are behind which are held, in all."""


class _Place:
    """Where one room's log was told to."""

    __slots__ = ("asked", "held", "last", "newest", "seen", "sure")

    def __init__(self, seen: Seq, newest: Seq) -> None:
        self.seen = seen
        self.newest = newest
        self.asked: Seq | None = None
        """What ``newest`` was when the page that is under way was asked for."""
        self.held: dict[Seq, LogEntry] = {}
        self.last: LogEntry | None = None
        """The event at ``seen``, where it was told."""
        self.sure = True
        """Whether it is still where it was."""

    def tell(self, event: LogEntry, seq: Seq) -> None:
        self.seen = seq
        self.last = event

    def set_back(self, seq: Seq) -> None:
        self.seen = seq
        self.last = None
        self.sure = True

    def is_contradicted_by(self, event: LogEntry) -> bool:
        """Return whether the log has another event where the last one told was."""
        last = self.last
        return last is not None and event.seq == last.seq and (event.ts_ms, event.sender) != (last.ts_ms, last.sender)


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
        self.add(rooms)

    def add(self, rooms: Iterable[Room]) -> None:
        """Begin so with more rooms; those that are known stay."""
        for room in rooms:
            self._places.setdefault(room.room, _Place(room.seq, room.seq))

    def resume(self, rooms: Iterable[Room]) -> list[Resynchronised]:
        """Go on in the same epoch on a new connection: what the logs have beyond the places is to be told.

        Gives the rooms that were set back all the same.
        """
        self.pause()
        return self.resume_more(rooms)

    def resume_more(self, rooms: Iterable[Room]) -> list[Resynchronised]:
        """Go on so with more rooms, of which nothing was heard on this connection."""
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
        """Go on in another epoch; ``knows_former``: the one before it was that of the places.

        Gives the rooms that were set back.
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

    def _place_of(self, room: Room) -> _Place:
        is_new = self._knew_all and room.kind in {RoomKind.DIRECT, RoomKind.GROUP}
        return self._places.setdefault(room.room, _Place(0 if is_new else min(room.read, room.seq), 0))

    def _go_on(self, room: Room, place: _Place) -> None:
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
        """Return the rooms to ask HISTORY for, and the SEQ after which.

        Where it is not sure that the last event told is still there, the page begins with it.
        """
        asking = [(room, place) for room, place in self._behind.items() if place.asked is None]
        return ((room, place.seen if place.sure else place.seen - 1) for room, place in asking)

    def ask(self, room: RoomId) -> None:
        """Note that the next page of a room that is behind was asked for."""
        place = self._places[room]
        place.asked = place.newest

    def is_set_back(self, room: RoomId, page: Page) -> bool:
        """Tell whether the page that was asked for shows a log that was set back: what it has counts as known then."""
        place = self._places.get(room)
        if place is None or place.asked is None or not any(map(place.is_contradicted_by, page.events)):
            return False
        place.set_back(place.asked)
        place.asked = None
        self._settle(room, place)
        return True

    def take_page(self, room: RoomId, page: Page, last: Seq, free: int) -> list[LogEntry]:
        """Take the page that was asked for; give what is to be told now, at most ``free`` events.

        ``last`` is the SEQ of the page's last event, which may be of an unknown kind and then is not in it.
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
        """Skip what was asked for: the server does not give it."""
        place = self._places.get(room)
        if place is not None:
            place.seen = max(place.seen, place.asked or 0)
            place.asked = None
            place.sure = True
            self._settle(room, place)

    def ask_again(self, room: RoomId) -> None:
        """Note that the server could not answer now."""
        if room in self._places:
            self._places[room].asked = None

    def _settle(self, room: RoomId, place: _Place) -> None:
        if place.seen < place.newest or not place.sure:
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
            place.tell(event, place.seen + 1)
            told.append(event)
        return told

    def _drop_held(self, place: _Place) -> None:
        self._held_count -= len(place.held)
        place.held.clear()
