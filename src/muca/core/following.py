"""Follows the feed: brings live state up to date with what was committed, and delivers it, whoever asked for it.

``FOLLOW`` has an entry for each kind of news, and ``LOGGED`` for each kind of event that changes more than a log.
Apart from the beginnings and ends of sessions, nothing else changes live rooms, memberships and roles.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from muca.core.counting import announce, count_after_retention
from muca.core.effects import Deliver
from muca.core.leaving import cut
from muca.core.live import LiveRoom, Presence
from muca.core.standing import POWERFUL, server_role
from muca.core.state import State
from muca.model.addresses import is_within
from muca.model.errors import CloseReason
from muca.model.events import Event, EventKind, Message
from muca.model.facts import Membership
from muca.model.feed import (
    AboutPerson,
    AddressesBanned,
    DevicesSignedOut,
    EventsRemoved,
    IgnoringChanged,
    Logged,
    MarkerPut,
    News,
    PersonChanged,
)
from muca.model.ids import RoomId, Uid
from muca.model.pushes import Ignoring, MarkerMoved, RoomOpened
from muca.model.rooms import LOBBY, Room, kind_of


def follow(state: State, news: Iterable[News]) -> None:
    """Bring live state up to date, and deliver what people online are to see."""
    for each in news:
        FOLLOW[type(each)](state, each)


# Rooms


def _logged(state: State, logged: Logged) -> None:
    """Put the events of a room in order."""
    seq = logged.entry.seq
    assert seq is not None
    room = state.rooms.get(logged.entry.room or "")
    if room is None:
        if not _concerns_anyone(state, logged):
            return
        if state.follows_others and seq > 1:  # earlier events may be late
            state.must_look_around = True
            return
        room = load(state, logged)
    if room is not None and room.log.last is not None:  # the lobby has no place in its log until somebody joins
        apply_to_room(state, room.id, room.log.take(seq, logged))
        if room.log.lacks:
            state.lacking_rooms.add(room.id)


def _concerns_anyone(state: State, logged: Logged) -> bool:
    """Return whether an event in a room that is not loaded is for anybody online: a member, or who enters it."""
    member = logged.member
    is_entering = member is not None and member.entered and member.uid in state.peers
    return is_entering or any(uid in state.peers for uid in logged.members)


def load(state: State, logged: Logged) -> LiveRoom | None:
    """Load the room, if the event is for anybody online. Its log begins with this event."""
    entry = logged.entry
    assert entry.room is not None
    assert entry.seq is not None
    if not _concerns_anyone(state, logged):
        return None
    if logged.members:
        return state.load(Room(room=entry.room, kind=kind_of(entry.room), seq=entry.seq - 1), logged.members)
    assert logged.room is not None
    return state.load_named(msgspec.structs.replace(logged.room, seq=entry.seq - 1))


def apply_to_room(state: State, room_id: RoomId, those: Iterable[Logged]) -> None:
    """Apply the next events of a room, also if one of them has unloaded it and another loads it again."""
    for logged in those:
        room = state.rooms.get(room_id)
        if room is None:
            room = load(state, logged)
            if room is None:
                continue
            room.log.last = logged.entry.seq
        entry = logged.entry
        (_deliver if isinstance(entry, Message) else LOGGED.get(entry.kind, _deliver))(state, room, logged)


def _deliver(state: State, room: LiveRoom, logged: Logged) -> None:
    if room.unannounced:
        announce(state, room, is_new=logged.entry.seq == 1)
    state.effects.append(Deliver(room.id, logged.entry))


def _entered(state: State, room: LiveRoom, logged: Logged) -> None:
    """Announce a room to somebody online who is now in it."""
    uid = _concerned(logged)
    membership = logged.member or Membership(uid=uid)
    if logged.room is not None:
        room.set_info(logged.room)
    presence = state.peers.get(uid)
    if presence is not None and uid in room.here:
        room.here[uid] = membership
    elif presence is not None:
        state.enter(presence, room, membership, announced=True)
        seen = msgspec.structs.replace(
            room.info, entered=True, seq=logged.entry.seq, role=membership.role, read=membership.read
        )
        state.tell_person(presence, RoomOpened.of(seen))
    _deliver(state, room, logged)


def _left(state: State, room: LiveRoom, logged: Logged) -> None:
    """Remove somebody from the audience. A kick or ban in the lobby is one from the server."""
    _deliver(state, room, logged)
    presence = state.peers.get(_concerned(logged))
    if presence is None:
        return
    if room.id != LOBBY:
        state.exit(presence, room)
    elif _event(logged).kind == EventKind.KICK:
        seq = _event(logged).seq
        cut(state, presence, CloseReason.KICKED, lambda held: held.lobby_seq < seq)


def _sanctioned(state: State, room: LiveRoom, logged: Logged) -> None:
    """Note somebody's new role or mute in a room; those on the server are ``PersonChanged``."""
    if logged.member is not None and logged.member.uid in room.here:
        room.here[logged.member.uid] = logged.member
    _deliver(state, room, logged)


def _set(state: State, room: LiveRoom, logged: Logged) -> None:
    if logged.room is not None:
        room.set_info(logged.room)
    _deliver(state, room, logged)


def _deleted(state: State, room: LiveRoom, logged: Logged) -> None:
    _deliver(state, room, logged)
    for uid in list(room.here):
        state.exit(state.peers[uid], room)


def _event(logged: Logged) -> Event:
    assert isinstance(logged.entry, Event)
    return logged.entry


def _concerned(logged: Logged) -> Uid:
    """Return whom a change of membership is about."""
    event = _event(logged)
    return event.uid or event.sender


LOGGED: Final[dict[str, Callable[[State, LiveRoom, Logged], None]]] = {
    EventKind.CREATE: _entered,
    EventKind.ENTER: _entered,
    EventKind.INVITE: _entered,
    EventKind.EXIT: _left,
    EventKind.KICK: _left,
    EventKind.BAN: _left,
    EventKind.ROLE: _sanctioned,
    EventKind.MUTE: _sanctioned,
    EventKind.UNMUTE: _sanctioned,
    EventKind.SET: _set,
    EventKind.DELETE_ROOM: _deleted,
}


# People


def _about_person(state: State, news: AboutPerson) -> None:
    """Put the changes of a person online in order."""
    presence = state.peers.get(news.uid)
    if presence is not None:
        apply_to_person(state, presence, presence.changes.take(news.number, news))
        if presence.changes.lacks:
            state.lacking_people.add(news.uid)


def apply_to_person(state: State, presence: Presence, those: Iterable[AboutPerson]) -> None:
    """Apply the next changes of a person, as long as the person is online."""
    for news in those:
        if presence.sessions:
            OF_PERSON[type(news)](state, presence, news)


def _person_changed(state: State, presence: Presence, news: PersonChanged) -> None:
    before, person = presence.person, news.person
    if person.deleted:
        cut(state, presence, CloseReason.ACCOUNT_DELETED)
    elif person.disabled or (person.claimed and not before.claimed):  # these are a guest's sessions, without a token
        cut(state, presence, CloseReason.SIGNED_OUT)
    elif person.banned_until_ms > state.now.utc_ms:
        cut(state, presence, CloseReason.BANNED)
    else:
        presence.person = person
        state.report(presence)


def _signed_out(state: State, presence: Presence, news: DevicesSignedOut) -> None:
    cut(state, presence, CloseReason.SIGNED_OUT, lambda held: held.device in news.devices)


def _marker_moved(state: State, presence: Presence, news: MarkerPut) -> None:
    state.tell_person(presence, news.marker)


def _ignoring_changed(state: State, presence: Presence, news: IgnoringChanged) -> None:
    (presence.ignores.add if news.ignored else presence.ignores.discard)(news.other)
    state.tell_person(presence, Ignoring(uids=tuple(sorted(presence.ignores))))
    for marker in news.markers:
        state.tell_person(presence, marker)


def _marker_put(state: State, news: MarkerPut) -> None:
    """Tell the person's own devices; in a small conversation, the others too.

    If it moved back, the others are not told: they know that it was read, and this stays so.
    """
    _about_person(state, news)
    marker = news.marker
    room = state.rooms.get(marker.room)
    if room is None or marker.back or not 0 < len(room.members) <= state.limits.seen_by_members_max:
        return
    seen = MarkerMoved(room=marker.room, uid=marker.uid, seq=marker.seq)
    for uid in room.here:
        if uid != marker.uid:
            state.tell_person(state.peers[uid], seen)


OF_PERSON: Final[dict[type[AboutPerson], Callable[[State, Presence, Any], None]]] = {
    PersonChanged: _person_changed,
    DevicesSignedOut: _signed_out,
    MarkerPut: _marker_moved,
    IgnoringChanged: _ignoring_changed,
}


# The server


def _addresses_banned(state: State, news: AddressesBanned) -> None:
    for presence in list(state.peers.values()):
        if server_role(presence.person) not in POWERFUL:
            cut(state, presence, CloseReason.BANNED, lambda held: is_within(held.connection.address, [news.network]))


def _events_removed(state: State, news: EventsRemoved) -> None:
    count_after_retention(state, news.rooms)


FOLLOW: Final[dict[type[News], Callable[[State, Any], None]]] = {
    Logged: _logged,
    PersonChanged: _about_person,
    DevicesSignedOut: _about_person,
    MarkerPut: _marker_put,
    IgnoringChanged: _about_person,
    AddressesBanned: _addresses_banned,
    EventsRemoved: _events_removed,
}
