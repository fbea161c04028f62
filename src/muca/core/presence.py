"""What somebody is doing now: typing (TYPING) or away (AWAY). Sent to people online, and not stored."""

from typing import Final

from muca.core.counting import announce
from muca.core.effects import Deliver
from muca.core.live import Connection, Presence
from muca.core.standing import standing
from muca.core.state import State
from muca.model.errors import ErrorCode
from muca.model.pushes import PeerChange, PeerChanged, TypingNow
from muca.model.replies import Done
from muca.model.requests import Away, Typing
from muca.model.roles import Verb, denial
from muca.model.rooms import LOBBY

_DONE: Final = Done()


def typing(state: State, connection: Connection, request: Typing) -> None:
    """Tell a room that somebody is typing, at most once per session in ``typing_seconds``.

    Only for loaded rooms that the session is in: every room in which somebody online may write is loaded.
    """
    session = connection.session
    assert session is not None
    room = state.rooms.get(request.room)
    membership = room.here.get(session.uid) if room is not None else None
    if room is None or (membership is None and room.id != LOBBY):
        return state.fail(connection, request, ErrorCode.NO_SUCH_ROOM)
    place = room.place
    stands = standing(place, session.presence.person, membership, state.now.utc_ms)
    code = denial(Verb.TYPING, stands, place, room.condition)
    if code is not None:
        return state.fail(connection, request, code)
    state.okay(connection, request, _DONE)
    now_ms = state.now.monotonic_ms
    told_ms = session.typing_ms.get(room.id)
    if told_ms is None or now_ms - told_ms >= state.limits.announced.typing_seconds * 1_000:
        session.typing_ms[room.id] = now_ms
        announce(state, room, is_new=False)
        state.effects.append(Deliver(room.id, TypingNow(room=room.id, uid=session.uid)))
    return None


def away(state: State, connection: Connection, request: Away) -> None:
    """Record that nobody is at this device, or that somebody is again."""
    session = connection.session
    assert session is not None
    session.away = request.away
    state.okay(connection, request, _DONE)
    tell_away(state, session.presence)


def tell_away(state: State, presence: Presence) -> None:
    """Tell everyone if a person online is now away on all devices, or no longer."""
    is_away = all(session.away for session in presence.sessions.values())
    if is_away is not presence.away:
        presence.away = is_away
        change = PeerChange.AWAY if is_away else PeerChange.BACK
        told = PeerChanged(change=change, uid=presence.uid, nickname=presence.nickname)
        state.effects.append(Deliver(LOBBY, told))
