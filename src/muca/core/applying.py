"""Applies the store's results to live state: audiences, roles and sessions change, and events are delivered.

``APPLY`` has an entry for every change that affects live state; others affect only the store. Changes are applied in
the order of the decision.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from muca.core.counting import announce
from muca.core.effects import Deliver
from muca.core.leaving import cut
from muca.core.live import LiveRoom
from muca.core.standing import POWERFUL, server_role
from muca.core.state import State
from muca.model.addresses import is_within
from muca.model.changes import (
    AddEvent,
    Change,
    DropMember,
    DropPerson,
    DropRoom,
    DropTokens,
    PutAddressBan,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutRoom,
)
from muca.model.errors import CloseReason
from muca.model.pushes import Ignoring, MarkerMoved, RoomOpened
from muca.model.rooms import Room, RoomKind
from muca.model.storage import Decided

KICKED: Final = "kicked"
"""The ``note`` of a decision that ends the sessions of its target."""

_CONVERSATIONS: Final = frozenset({RoomKind.DIRECT, RoomKind.GROUP})


def apply(state: State, decided: Decided) -> None:
    """Apply a stored decision to live state."""
    events = iter(decided.events)
    for change in decided.decision.changes:
        if type(change) is AddEvent:
            deliver(state, next(events), decided.room)
        elif (follow := APPLY.get(type(change))) is not None:
            follow(state, decided, change)
    if decided.decision.note == KICKED:
        target = decided.facts.target
        presence = state.peers.get(target.uid) if target is not None else None
        if presence is not None:
            cut(state, presence, CloseReason.KICKED)


def deliver(state: State, event: Any, info: Room | None = None) -> None:
    """Deliver an event to the audience of its room, if anybody in it is online.

    ``info``: the room. A direct or group room that no JOIN listed is not loaded, but its members get the event, too.
    """
    room = state.rooms.get(event.room)
    if room is None and info is not None and info.room == event.room and info.kind in _CONVERSATIONS:
        members = [peer.uid for peer in info.members]
        room = state.load(info, members) if any(uid in state.peers for uid in members) else None
    if room is not None:
        announce(state, room, is_new=event.seq == 1)
        state.effects.append(Deliver(room.id, event))


def _put_room(state: State, decided: Decided, change: PutRoom) -> None:
    room = state.rooms.get(change.room)
    if room is not None:
        given = {name: value for name, value in msgspec.structs.asdict(change.settings).items() if value is not None}
        room.set_info(msgspec.structs.replace(room.info, **given))


def _drop_room(state: State, decided: Decided, change: DropRoom) -> None:
    room = state.rooms.get(change.room)
    for uid in list(room.here) if room is not None else ():
        assert room is not None
        state.exit(state.peers[uid], room)


def _put_member(state: State, decided: Decided, change: PutMember) -> None:
    uid, membership = change.member.uid, change.member
    presence = state.peers.get(uid)
    if presence is None:
        return
    loaded = state.rooms.get(change.room)
    if not membership.entered:
        if loaded is not None:
            state.exit(presence, loaded)
    elif loaded is not None and uid in loaded.here:
        loaded.here[uid] = membership
    elif decided.room is not None:
        _open(state, decided.room, change)


def _open(state: State, info: Room, change: PutMember) -> None:
    """Announce a named room to somebody online who is now in it."""
    membership = change.member
    presence = state.peers[membership.uid]
    state.enter(presence, state.load_named(info), membership, announced=True)
    seen = msgspec.structs.replace(info, entered=True, role=membership.role, read=membership.read, unread=0, mentions=0)
    state.tell_person(presence, RoomOpened.of(seen))


def _drop_member(state: State, decided: Decided, change: DropMember) -> None:
    presence, room = state.peers.get(change.uid), state.rooms.get(change.room)
    if presence is not None and room is not None:
        state.exit(presence, room)


def _put_person(state: State, decided: Decided, change: PutPerson) -> None:
    presence = state.peers.get(change.uid)
    if presence is None:
        return
    given = {
        name: value
        for name, value in msgspec.structs.asdict(change).items()
        if value is not None and name != "nickname"
    }
    presence.person = msgspec.structs.replace(presence.person, **given)
    if presence.person.disabled:
        cut(state, presence, CloseReason.SIGNED_OUT)
    elif presence.person.banned_until_ms > state.now.utc_ms:
        cut(state, presence, CloseReason.BANNED)


def _drop_person(state: State, decided: Decided, change: DropPerson) -> None:
    presence = state.peers.get(change.uid)
    if presence is not None:
        cut(state, presence, CloseReason.ACCOUNT_DELETED)


def _drop_tokens(state: State, decided: Decided, change: DropTokens) -> None:
    presence = state.peers.get(change.uid)
    if presence is not None:
        cut(
            state,
            presence,
            CloseReason.SIGNED_OUT,
            lambda held: held.device != change.but_device and change.device in {None, held.device},
        )


def _put_marker(state: State, decided: Decided, change: PutMarker) -> None:
    room = decided.room
    if room is None:
        return
    presence = state.peers.get(change.uid)
    if presence is not None:
        state.tell_person(presence, MarkerMoved.of(room, change.uid, back=change.back))
    loaded = state.rooms.get(room.room)
    if (
        loaded is not None and _is_small(state, loaded) and not change.back
    ):  # others were told that it was read, and this stays so
        seen = MarkerMoved(room=room.room, uid=change.uid, seq=room.read)
        for uid in loaded.here:
            if uid != change.uid:
                state.tell_person(state.peers[uid], seen)


def _is_small(state: State, room: LiveRoom) -> bool:
    return room.info.kind in _CONVERSATIONS and len(room.members) <= state.limits.seen_by_members_max


def _put_ignored(state: State, decided: Decided, change: PutIgnored) -> None:
    presence = state.peers.get(change.uid)
    if presence is not None:
        (presence.ignores.add if change.ignored else presence.ignores.discard)(change.other)
        state.tell_person(presence, Ignoring(uids=tuple(sorted(presence.ignores))))
        for marker in decided.recounted:
            state.tell_person(presence, marker)


def _put_address_ban(state: State, decided: Decided, change: PutAddressBan) -> None:
    if change.until_ms <= state.now.utc_ms:
        return
    for presence in list(state.peers.values()):
        if server_role(presence.person) not in POWERFUL:
            cut(state, presence, CloseReason.BANNED, lambda held: is_within(held.connection.address, [change.network]))


APPLY: Final[dict[type[Change], Callable[[State, Decided, Any], None]]] = {
    PutRoom: _put_room,
    DropRoom: _drop_room,
    PutMember: _put_member,
    DropMember: _drop_member,
    PutPerson: _put_person,
    DropPerson: _drop_person,
    DropTokens: _drop_tokens,
    PutMarker: _put_marker,
    PutIgnored: _put_ignored,
    PutAddressBan: _put_address_ban,
}
