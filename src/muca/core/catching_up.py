"""Catching up with the feed: what was lost or is late is read from the store.

- A gap in the log of a room or in the changes of a person is noticed when a later one comes (``Stream.lacks``).
- If news come from other processes over a network, they may be lost without later ones. Then ``look_around`` asks now
  and then where something is missing.
- Read markers of a person are not read again; instead, the unread counts are counted again.
"""

from collections.abc import Callable, Sequence
from typing import Final

from muca.core.counting import count_for
from muca.core.effects import ReadStore
from muca.core.following import apply_to_person, apply_to_room, follow, load
from muca.core.leaving import cut
from muca.core.live import Presence
from muca.core.state import State
from muca.model.errors import CloseReason
from muca.model.events import EventKind, Message
from muca.model.facts import Wanted
from muca.model.feed import AddressesBanned, Logged, PersonChanged
from muca.model.ids import ConnectionId, RoomId, Seq, Uid
from muca.model.pushes import Ignoring
from muca.model.queries import (
    MissedQuery,
    MissingNews,
    NewsQuery,
    People,
    PeopleQuery,
    PersonNow,
    RoomNews,
)
from muca.model.storage import Look, LookResult

OVERLAP_MS: Final = 60_000
"""How far ``look_around`` looks back beyond the last time: the clocks of other machines may differ by that much."""


def catch_up(state: State) -> None:
    """Ask the store for what is missing."""
    rooms, state.lacking_rooms = state.lacking_rooms, set()
    for room_id in sorted(rooms):
        room = state.rooms.get(room_id)
        if room is not None and room.log.lacks and not room.log.is_read:
            room.log.is_read = True
            _ask_for_news(state, room_id, room.log.last or 0)
    people, state.lacking_people = state.lacking_people, set()
    streams = {uid: state.peers[uid].changes for uid in sorted(people) if uid in state.peers}
    missing = [uid for uid, changes in streams.items() if changes.lacks and not changes.is_read]
    for uid in missing:
        streams[uid].is_read = True
    if missing:
        _ask_for_people(state, missing)
    if state.must_look_around:
        state.must_look_around = False
        look_around(state)


def look_around(state: State) -> None:
    """Ask the store whether anything was lost, where news come over a network."""
    rooms = {room.id: room.log.last for room in state.rooms.values() if room.log.last is not None}
    people = {uid: presence.changes.last or 0 for uid, presence in state.peers.items()}
    now_ms = state.now.utc_ms
    query = MissedQuery(rooms=rooms, people=people, since_ms=(state.looked_around_ms or now_ms) - OVERLAP_MS)

    def found(result: LookResult) -> None:
        if isinstance(result, MissingNews):
            state.looked_around_ms = now_ms
            for room, seq in result.rooms.items():
                _ask_for_news(state, room, seq)
            if result.people:
                _ask_for_people(state, result.people)
            follow(state, (AddressesBanned(network=network) for network in result.networks))

    _ask(state, query, found)


def _ask(state: State, query: NewsQuery | PeopleQuery | MissedQuery, then: Callable[[LookResult], None]) -> None:
    look = Look(wanted=Wanted(actor=""), guard=lambda _: None, query=query, ts_ms=state.now.utc_ms)
    state.effects.append(ReadStore(0, look, then))


def _ask_for_news(state: State, room_id: RoomId, after: Seq) -> None:
    def found(result: LookResult) -> None:
        if room_id in state.rooms:
            state.rooms[room_id].log.is_read = False
        if isinstance(result, RoomNews):
            _catch_up_with_room(state, room_id, result)
        elif room_id in state.rooms:  # what is missing cannot be read now: clients notice the gap, and ask later
            apply_to_room(state, room_id, state.rooms[room_id].log.skip_gap())

    _ask(state, NewsQuery(log=room_id, after=after), found)


def _catch_up_with_room(state: State, room_id: RoomId, found: RoomNews) -> None:
    """Apply news of a room up to ``found.last``, and what came early and is next."""
    for logged in found.news:
        assert logged.entry.seq is not None
        room = state.rooms.get(room_id) or load(state, logged)
        if room is not None:  # what came early comes first: of an edit, only its push tells how counts change
            apply_to_room(state, room_id, room.log.skip_to(logged.entry.seq - 1))
            apply_to_room(state, room_id, room.log.take(logged.entry.seq, logged))
    room = state.rooms.get(room_id)
    if room is not None:
        apply_to_room(state, room_id, room.log.skip_to(found.last))
        if any(map(_changes_counts, found.news)):
            count_for(state, [(room_id, uid) for uid in room.here])
        for uid in list(room.here) if found.is_deleted else ():
            state.exit(state.peers[uid], room)
    if found.more:
        _ask_for_news(state, room_id, found.last)


def _changes_counts(logged: Logged) -> bool:
    """Return whether the push would have told how counts change, which cannot be read later."""
    return not isinstance(logged.entry, Message) and logged.entry.kind in {EventKind.EDIT, EventKind.DELETE}


def _ask_for_people(state: State, uids: Sequence[Uid]) -> None:
    asked = {uid: set(state.peers[uid].sessions) for uid in uids if uid in state.peers}

    def found(result: LookResult) -> None:
        now = {person.person.uid: person for person in result.people} if isinstance(result, People) else {}
        for uid, sessions in asked.items():
            presence = state.peers.get(uid)
            if presence is None:
                continue
            presence.changes.is_read = False
            if uid in now:
                _catch_up_with_person(state, presence, sessions, now[uid])
            else:  # what is missing cannot be read now
                apply_to_person(state, presence, presence.changes.skip_gap())

    _ask(state, PeopleQuery(uids=tuple(asked)), found)


def _catch_up_with_person(state: State, presence: Presence, sessions: set[ConnectionId], now: PersonNow) -> None:
    """Bring a person up to date. ``sessions``: those that there were when the store was asked; others are newer."""
    uid, number = now.person.uid, now.person.changes
    if number <= (presence.changes.last or 0):
        return
    cut(
        state,
        presence,
        CloseReason.SIGNED_OUT,
        lambda held: held.connection.id in sessions and held.device not in {None, *now.devices},
    )
    early = list(presence.changes.skip_to(number))
    apply_to_person(state, presence, [PersonChanged(person=now.person)])
    if uid not in state.peers:
        return
    if presence.ignores != set(now.ignores):
        presence.ignores = set(now.ignores)
        state.tell_person(presence, Ignoring(uids=now.ignores))
    count_for(state, [(room, uid) for room in sorted(presence.rooms)])
    apply_to_person(state, presence, early)
