"""Every way in which a session or a connection ends."""

from collections.abc import Callable

from muca.core.effects import ExitAudience, Release, Write
from muca.core.live import Connection, Presence, Session
from muca.core.roster import LOCAL
from muca.core.state import State
from muca.model.changes import PutPerson
from muca.model.errors import CloseReason
from muca.model.facts import Wanted
from muca.model.ids import Uid
from muca.model.presence import Offline
from muca.model.requests import Leave
from muca.model.storage import Decide, Decision


def leave(state: State, connection: Connection, request: Leave) -> None:
    """Answer after all earlier requests, then close."""

    def finish() -> None:
        depart(state, connection)
        state.okay(connection, request)
        state.close(connection, CloseReason.LEFT)

    state.when_answered(connection, finish)


def end(state: State, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
    """Close a connection once all its requests were answered."""
    state.when_answered(connection, lambda: end_now(state, connection, reason, explanation))


def end_now(state: State, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
    """Close a connection without waiting for answers."""
    depart(state, connection)
    state.close(connection, reason, explanation)


def cut(
    state: State,
    presence: Presence,
    reason: CloseReason,
    concerns: Callable[[Session], bool] = lambda _: True,
) -> None:
    """End sessions of a person at once: all, or only the given ones."""
    for session in list(presence.sessions.values()):
        if concerns(session):
            end_now(state, session.connection, reason)


def depart(state: State, connection: Connection) -> None:
    """End the connection's session, if it has one. If it was the person's last, everyone is told."""
    session = connection.session
    if session is None:
        return
    presence = session.presence
    retire(state, session)
    if not presence.sessions:
        state.tell_presence(Offline(origin=LOCAL, uid=presence.uid))
        _note_seen(state, presence.uid)
    else:
        state.report(presence)


def _note_seen(state: State, uid: Uid) -> None:
    """Store when somebody was last online. Nobody waits for it."""
    decision = Decision(changes=(PutPerson(uid=uid, last_seen_ms=state.now.utc_ms),))
    write = Decide(wanted=Wanted(actor=uid), rule=lambda _: decision, ts_ms=state.now.utc_ms)
    state.effects.append(Write(0, write, lambda _: None))


def retire(state: State, session: Session) -> None:
    """Remove a session from the state and from every audience."""
    presence, connection = session.presence, session.connection
    connection.session = None
    state.effects += [ExitAudience(connection.id), Release(connection.id)]
    del presence.sessions[connection.id]
    del state.sessions[session.id_hash]
    for room_id in presence.rooms:
        state.rooms[room_id].unannounced.discard(connection.id)
    if presence.sessions:
        return
    for room_id in presence.rooms:
        room = state.rooms[room_id]
        del room.here[presence.uid]
        state.unload_if_empty(room)
    del state.peers[presence.uid]
