"""SEND: who it is for, which room that is, and what happens once the store has it."""

from muca.core.effects import Deliver, Tell, Write
from muca.core.state import Connection, Room, Session, State
from muca.model.errors import ErrorCode
from muca.model.ids import Uid
from muca.model.pushes import REACH, Message
from muca.model.replies import Okay, Stored
from muca.model.requests import Send
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import Append, Appended, Refused, WriteResult


class _Unsendable(Exception):
    """The message has no room to go to."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def send(state: State, connection: Connection, request: Send) -> None:
    """Find the room and ask the store to put the message at its end."""
    session = connection.session
    assert session is not None
    try:
        room = _room_of(state, session, request)
    except _Unsendable as fault:
        unclear = fault.code in {ErrorCode.UNKNOWN_RECIPIENT, ErrorCode.AMBIGUOUS_RECIPIENT}
        if unclear and request.request_id is not None:
            room = None  # who came or left since the first try made it so: the store knows if there was one
        else:
            return state.fail(connection, request, fault.code, fault.detail)
    append = Append(
        room=room.id if room is not None else None,
        kind=room.kind if room is not None else RoomKind.DIRECT,
        members=tuple(sorted(room.members)) if room is not None and not room.stored else None,
        sender=session.uid,
        nickname=session.nickname,
        text=request.text,
        ts_ms=state.now.utc_ms,
        request_id=request.request_id,
    )
    state.effects.append(Write(connection.id, append))
    state.store_asked(connection)
    return None


def _room_of(state: State, session: Session, request: Send) -> Room | None:
    if request.room is not None:
        room = state.rooms.get(request.room)
        if room is None or (room.id != LOBBY and session.uid not in room.members):
            raise _Unsendable(ErrorCode.NO_SUCH_ROOM)
        return room
    if not request.recipients:
        return state.rooms[LOBBY]
    if session.connection.speaks_v2:
        return _conversation(state, session, request.recipients)
    known, _ = _resolve(state, session, request.recipients)  # a v1 frame holds as many as it holds
    if not known:
        raise _Unsendable(ErrorCode.NO_RECIPIENT)
    return _load(state, session, known)


def _conversation(state: State, session: Session, recipients: tuple[str, ...]) -> Room:
    """Give the conversation with exactly these; a recipient who is away must have been in it before."""
    known, unknown = _resolve(state, session, recipients)
    recipients_max = state.limits.announced.recipients_max
    if len(known) + len(unknown) > recipients_max:
        raise _Unsendable(
            ErrorCode.TOO_MANY_RECIPIENTS, f"The message has more than {recipients_max} recipients; make it fewer."
        )
    for name in unknown:
        if len(state.nicknames.get(name, ())) > 1:
            raise _Unsendable(ErrorCode.AMBIGUOUS_RECIPIENT, f"Several people go by «{name}»; use the user id.")
    if unknown:
        room = state.rooms.get(conversation_id((session.uid, *known, *unknown)))
        if room is None:
            names = ", ".join(f"«{name}»" for name in unknown)
            raise _Unsendable(ErrorCode.UNKNOWN_RECIPIENT, f"Nobody here has the user id or nickname {names}.")
        return room
    if not known:
        raise _Unsendable(ErrorCode.NO_RECIPIENT)
    return _load(state, session, known)


def _resolve(state: State, session: Session, recipients: tuple[str, ...]) -> tuple[list[Uid], list[str]]:
    """Split recipients into UIDs of peers and names nobody here has alone; the sender and repeats are left out."""
    known: dict[Uid, None] = {}
    unknown: dict[str, None] = {}
    for name in recipients:
        if name in state.sessions:
            known[name] = None
        elif len(namesakes := state.nicknames.get(name, ())) == 1:
            known[next(iter(namesakes))] = None
        else:
            unknown[name] = None
    known.pop(session.uid, None)
    return list(known), list(unknown)


def _load(state: State, session: Session, others: list[Uid]) -> Room:
    members = (session.uid, *others)
    kind = RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
    return state.load(conversation_id(members), kind, members, stored=False)


def appended(state: State, connection: Connection | None, append: Append, result: WriteResult) -> None:
    """Answer the sender (if it is still there) and deliver what is now on disk, once."""
    speaks_v2 = connection is not None and connection.speaks_v2
    if isinstance(result, Appended):
        if speaks_v2 and connection is not None:
            stored = Stored(room=result.room, seq=result.seq, ts_ms=result.ts_ms)
            state.effects.append(Tell(connection.id, Okay(answers=append.request_id, data=stored)))
        if not result.retried:
            _deliver(state, append, result)
    elif speaks_v2 and connection is not None:
        if isinstance(result, Refused):
            state.fail_id(connection.id, append.request_id, result.code)
        else:
            state.fail_id(connection.id, append.request_id, ErrorCode.STORAGE_UNAVAILABLE, retry_seconds=5)
    if connection is not None:
        state.store_answered(connection)


def _deliver(state: State, append: Append, result: Appended) -> None:
    room = state.rooms.get(result.room)
    if room is None:  # everyone in it has left since
        return
    room.stored = True
    if room.unannounced:
        state.announce(room)
    message = Message(
        room=result.room,
        seq=result.seq,
        ts_ms=result.ts_ms,
        reach=REACH[append.kind],
        sender=append.sender,
        nickname=append.nickname,
        text=append.text,
    )
    state.effects.append(Deliver(room.id, message))
