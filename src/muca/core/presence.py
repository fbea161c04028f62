"""Who is online (PEERS), and what they do now: typing (TYPING) or away (AWAY). Nothing of it is stored."""

from typing import Final

from muca.core.counting import announce
from muca.core.effects import Deliver
from muca.core.live import Connection
from muca.core.standing import standing
from muca.core.state import State
from muca.model.errors import ErrorCode
from muca.model.pushes import TypingNow
from muca.model.replies import Done, PeerPage
from muca.model.requests import Away, Peers, Typing
from muca.model.roles import Verb, denial
from muca.model.rooms import LOBBY
from muca.model.storage import Refused

_DONE: Final = Done()


def typing(state: State, connection: Connection, request: Typing) -> Refused | None:
    """Tell a room that somebody is typing, at most once per session in ``typing_seconds``.

    Only for loaded rooms that the session is in: every room in which somebody online may write is loaded.
    """
    session = connection.session
    assert session is not None
    room = state.rooms.get(request.room)
    membership = room.here.get(session.uid) if room is not None else None
    if room is None or (membership is None and room.id != LOBBY):
        return Refused(code=ErrorCode.NO_SUCH_ROOM)
    place = room.place
    stands = standing(place, session.presence.person, membership, state.now.utc_ms)
    code = denial(Verb.TYPING, stands, place, room.condition)
    if code is not None:
        return Refused(code=code)
    state.okay(connection, request, _DONE)
    now_ms = state.now.monotonic_ms
    told_ms = session.typing_ms.get(room.id)
    if told_ms is None or now_ms - told_ms >= state.limits.announced.typing_seconds * 1_000:
        session.typing_ms[room.id] = now_ms
        if room.unannounced:
            announce(state, room, is_new=False)
        state.effects.append(Deliver(room.id, TypingNow(room=room.id, uid=session.uid)))
    return None


def away(state: State, connection: Connection, request: Away) -> None:
    """Record that nobody is at this device, or that somebody is again."""
    session = connection.session
    assert session is not None
    session.away = request.away
    state.okay(connection, request, _DONE)
    state.report(session.presence)


def peers(state: State, connection: Connection, request: Peers) -> PeerPage:
    """List who is online. Changes since then follow as PEER."""
    people_max = min(request.limit, state.limits.peers_in_join_max)
    return state.roster.page(request.after, people_max)
