"""Coming and going: JOIN, what the store says to it, LEAVE, and every other way in which a session ends."""

import hashlib

from muca.core.effects import Deliver, Enter, ListPeers, Tell, Write
from muca.core.inputs import Heard, Misheard, Opened
from muca.core.state import Connection, Session, State
from muca.model.errors import CloseReason, ErrorCode
from muca.model.names import name_fault
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.replies import Joined, Okay
from muca.model.requests import Join, Leave
from muca.model.rooms import LOBBY, Room
from muca.model.storage import Admit, Admitted, Refused, StoreError, WriteResult

FEATURES = ("history", "safe_retry", "resume")
"""What JOIN announces beyond the base, so that a client need not compare version numbers."""


TOKEN_CHARS_MIN = 32
"""Characters of a token that a client may claim a UID with; of a weaker one the server makes its own."""


def open_connection(state: State, opened: Opened) -> None:
    """Take in a new connection, if there is room for it."""
    connection = Connection(opened.connection, opened.address, state.now.monotonic_ms)
    state.connections[connection.id] = state.unjoined[connection.id] = connection
    count = state.addresses[opened.address] = state.addresses.get(opened.address, 0) + 1
    if len(state.connections) > state.limits.connections_max or count > state.limits.connections_per_address_max:
        state.close(connection, CloseReason.TOO_MANY_CONNECTIONS)


def join(state: State, connection: Connection, request: Join) -> None:
    """Check what can be checked here, then ask the store whether this UID may come in."""
    connection.speaks_v2 = connection.speaks_v2 or request.v >= 2
    limits = state.limits.announced
    if connection.session is not None:
        return state.fail(connection, request, ErrorCode.ALREADY_JOINED)
    for field, name, chars_max in (
        ("UN (nickname)", request.nickname, limits.nickname_chars_max),
        ("UID", request.uid, limits.uid_chars_max),
    ):
        fault = name_fault(name, chars_max)
        if fault:
            return state.fail(connection, request, ErrorCode.BAD_NAME, f"{field} {fault}.")
    holder = state.sessions.get(request.uid)
    if holder is not None and not _takes_over(request, holder):
        return _in_use(state, connection, request)
    offered_token = _offer(state, request) if connection.speaks_v2 else ""
    state.joining[connection.id] = (request, offered_token)
    connection.waiting = []
    state.pause(connection)
    admit = Admit(
        uid=request.uid,
        nickname=request.nickname,
        ts_ms=state.now.utc_ms,
        token_hash=_hash(request.token) if request.token is not None else None,
        offered_token_hash=_hash(offered_token) if offered_token else None,
        rooms_max=state.limits.rooms_in_join_max,
    )
    state.effects.append(Write(connection.id, admit))
    return None


def _offer(state: State, request: Join) -> str:
    """Give the token that this JOIN claims the UID with, should it be free.

    A client that made up a good one itself and stored it before it asked can lose the answer and still come back.
    """
    if request.token is not None and len(request.token) >= TOKEN_CHARS_MIN:
        return request.token
    return state.new_secret()


def _takes_over(request: Join, holder: Session) -> bool:
    return request.v >= 2 and request.session is not None and request.session in {holder.id, holder.former_id}


def _in_use(state: State, connection: Connection, request: Join) -> None:
    state.fail(
        connection, request, ErrorCode.UID_IN_USE, f"The user id «{request.uid}» is in use on another connection."
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def admitted(state: State, connection: Connection, result: WriteResult) -> list[Heard | Misheard]:
    """Let the UID in, or not, as the store says. Gives what came in meanwhile, now to be handled."""
    request, offered_token = state.joining.pop(connection.id)
    waiting, connection.waiting = connection.waiting or [], None
    if connection.gone:
        return []
    holder = state.sessions.get(request.uid)
    if holder is not None and not _takes_over(request, holder):  # somebody was faster
        _in_use(state, connection, request)
    elif isinstance(result, Admitted):
        _start(state, connection, request, result, offered_token if result.claimed else None)
    elif isinstance(result, Refused):
        detail = f"The user id «{request.uid}» is somebody's, and this is not the token it was claimed with. "
        detail += "Choose another user id, or join from where it was used first."
        state.fail(connection, request, result.code, detail)
    elif isinstance(result, StoreError):
        state.fail(connection, request, ErrorCode.STORAGE_UNAVAILABLE, retry_seconds=5)
    state.resume(connection)
    return waiting


def _start(state: State, connection: Connection, request: Join, result: Admitted, token: str | None) -> None:
    """Start the session. Those who are here hear of the peer before it hears of itself."""
    uid, nickname = request.uid, request.nickname
    former = state.sessions.get(uid)
    if former is None:
        state.effects.append(Deliver(LOBBY, PeerChanged(change=PeerChange.JOINED, uid=uid, nickname=nickname)))
    elif former.nickname != nickname:
        state.effects.append(Deliver(LOBBY, PeerChanged(change=PeerChange.RENAMED, uid=uid, nickname=nickname)))
    if former is not None:
        _retire(state, former)
        former.connection.session = None
        former.connection.ending = None
        state.close(former.connection, CloseReason.REPLACED)
    session = Session(state.new_secret(), uid, nickname, connection)
    if former is not None:
        session.former_id = request.session
    connection.session = session
    del state.unjoined[connection.id]
    listed = {room.room for room in result.rooms}
    for room in result.rooms:
        if room.room != LOBBY:
            state.load(room.room, room.kind, (peer.uid for peer in room.members), stored=True)
    state.sessions[uid] = session
    state.nicknames.setdefault(nickname, set()).add(uid)
    rooms = (LOBBY, *sorted(state.memberships.get(uid, ())))
    for room_id in rooms:
        state.enter(session, state.rooms[room_id], announced=room_id in listed)
    state.effects.append(
        Tell(connection.id, Okay(answers=request.request_id, data=_welcome(state, session, result, token)))
    )
    state.effects.append(Enter(connection.id, uid, rooms))
    state.effects.append(ListPeers())


def _welcome(state: State, session: Session, result: Admitted, token: str | None) -> Joined | None:
    if not session.connection.speaks_v2:
        return None
    rooms: list[Room] = []
    members = 0
    for room in result.rooms:
        members += len(room.members)
        if members > state.limits.members_in_join_max:
            break
        rooms.append(room)
    return Joined(
        session=session.id,
        server=state.server,
        limits=state.limits.announced,
        features=FEATURES,
        rooms=tuple(rooms),
        peers=tuple(peer.as_peer() for peer in state.sessions.values()),
        token=token,
    )


def _retire(state: State, session: Session) -> None:
    """Take a session out of the books and of every audience."""
    state.exit_all(session)
    del state.sessions[session.uid]
    namesakes = state.nicknames[session.nickname]
    namesakes.discard(session.uid)
    if not namesakes:
        del state.nicknames[session.nickname]


def depart(state: State, connection: Connection) -> None:
    """End the connection's session, if it has one: its peer is gone, and everyone hears of it."""
    session = connection.session
    if session is None:
        return
    connection.session = None
    _retire(state, session)
    left = PeerChanged(change=PeerChange.LEFT, uid=session.uid, nickname=session.nickname)
    state.effects.append(Deliver(LOBBY, left))
    state.effects.append(ListPeers())


def leave(state: State, connection: Connection, request: Leave) -> None:
    """Answer, after everything that was asked before, then close."""

    def finish() -> None:
        depart(state, connection)
        state.okay(connection, request)
        state.close(connection, CloseReason.LEFT)

    state.when_answered(connection, finish)


def end(state: State, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
    """Close a connection, whatever it was, once all that it asked for is answered."""
    state.when_answered(connection, lambda: end_now(state, connection, reason, explanation))


def end_now(state: State, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
    """Close a connection, whatever it still waits for."""
    depart(state, connection)
    state.close(connection, reason, explanation)
