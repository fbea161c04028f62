"""Counts of unread messages for clients that cannot derive them from events.

That is so if retention removed messages that they had counted, and in direct and group rooms that JOIN did not list.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from muca.core.effects import Deliver, Tell, Write
from muca.core.live import LiveRoom
from muca.core.state import State
from muca.model.changes import CountAnew
from muca.model.facts import Wanted
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import RoomOpened
from muca.model.rooms import LOBBY
from muca.model.storage import Decide, Decided, Decision, WriteResult

_READERS_AT_ONCE: Final = 200
"""People whose counts the store computes in one write, so that commits do not wait long."""
_BEYOND: Final = 2**53
"""No log has that many events."""

_Reader: TypeAlias = tuple[RoomId, Uid | None, Seq]


def count_after_retention(state: State, rooms: Mapping[RoomId, Seq]) -> None:
    """Tell people online their new unread counts in rooms that they have not read up to the given seq."""
    readers: list[_Reader] = []
    for room, seq in rooms.items():
        live = state.rooms.get(room)
        if live is None:  # a conversation that JOIN has not listed; people may know it all the same
            readers.append((room, None, seq))
        else:
            readers += [(room, uid, seq) for uid in (state.peers if room == LOBBY else live.here)]
    _count_anew(state, readers)


def count_for(state: State, readers: Iterable[tuple[RoomId, Uid]]) -> None:
    """Tell people online their unread counts in these rooms."""
    _count_anew(state, [(room, uid, _BEYOND) for room, uid in readers])


def _count_anew(state: State, readers: Sequence[_Reader]) -> None:
    first, rest = tuple(readers[:_READERS_AT_ONCE]), readers[_READERS_AT_ONCE:]
    if first:
        decision = Decision(changes=(CountAnew(readers=first),))
        decide = Decide(wanted=Wanted(actor=""), rule=lambda _: decision, ts_ms=state.now.utc_ms)
        state.effects.append(Write(0, decide, lambda result: _counted(state, rest, result)))


def _counted(state: State, rest: Sequence[_Reader], result: WriteResult) -> None:
    if isinstance(result, Decided):
        for marker in result.recounted:
            presence = state.peers.get(marker.uid)
            if presence is not None:
                state.tell_person(presence, marker)
        _count_anew(state, rest)


def announce(state: State, room: LiveRoom, *, is_new: bool) -> None:
    """Announce a direct or group room to sessions that do not know it yet, before they receive its next event.

    If the room is not new, it may already have unread messages for them.
    """
    opened = RoomOpened(room=room.id, kind=room.info.kind, members=state.members_of(room))
    everyone = {connection for uid in room.here for connection in state.peers[uid].sessions}
    if room.unannounced == everyone:
        state.effects.append(Deliver(room.id, opened))
    else:
        state.effects.extend(Tell(connection, opened) for connection in sorted(room.unannounced))
    if not is_new:
        told = (state.connections[connection] for connection in room.unannounced)
        uids = {held.session.uid for held in told if held.session is not None and held.abilities.has_rooms}
        count_for(state, [(room.id, uid) for uid in sorted(uids)])
    room.unannounced.clear()
