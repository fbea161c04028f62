"""SEND: who it is for, which room that is, whether it may be said, and what happens once the store has it."""

from functools import partial

from muca.core.applying import deliver
from muca.core.asking import refuse
from muca.core.effects import Tell, Write
from muca.core.standing import check, standing
from muca.core.state import Connection, LiveRoom, Presence, Session, State
from muca.model.errors import ErrorCode
from muca.model.events import REACH, Message
from muca.model.ids import Uid
from muca.model.replies import Okay, Stored
from muca.model.requests import Send
from muca.model.roles import Standing, Verb, denial
from muca.model.rooms import LOBBY, Room, RoomKind, conversation_id
from muca.model.storage import (
    Append,
    Appended,
    Decide,
    Decided,
    Decision,
    Facts,
    Membership,
    Refused,
    Wanted,
    WriteResult,
)

_UNHURRIED = frozenset({Standing.OWNER, Standing.MODERATOR})
"""Whom slow mode does not slow."""

_UNRESOLVED = {
    ErrorCode.UNKNOWN_RECIPIENT: "Nobody here has the user id or nickname {}.",
    ErrorCode.AMBIGUOUS_RECIPIENT: "Several people go by {}; use the user id.",
}
"""What to say of the names that the store could not resolve."""


class _Unsendable(Exception):
    """The message has no room to go to, or may not go there."""

    def __init__(self, code: ErrorCode, detail: str = "", retry_seconds: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_seconds = retry_seconds


class _Elsewhere(Exception):
    """The store knows the room, or the recipients, if anybody does."""

    def __init__(self, recipients: tuple[str, ...] = (), fault: _Unsendable | None = None) -> None:
        super().__init__()
        self.recipients = recipients
        self.fault = fault
        """What is wrong if the store does not know either."""


def send(state: State, connection: Connection, request: Send) -> None:
    """Find the room and ask the store to put the message at its end."""
    session = connection.session
    assert session is not None
    fault: _Unsendable | None = None
    try:
        room = _room_of(state, session, request)
        _check(state, session.presence, room)
    except _Unsendable as unsendable:
        detail, retry_seconds = unsendable.detail, unsendable.retry_seconds
        return state.fail(connection, request, unsendable.code, detail, retry_seconds=retry_seconds)
    except _Elsewhere as elsewhere:
        if request.room is not None:
            return _attach(state, connection, request, request.room)
        fault = elsewhere.fault
        append = _append(state, session, request, None, elsewhere.recipients)
    else:
        append = _append(state, session, request, room)
    state.effects.append(Write(connection.id, append, partial(_appended, state, connection, request, append, fault)))
    state.store_asked(connection)
    return None


def _append(
    state: State, session: Session, request: Send, room: LiveRoom | None, recipients: tuple[str, ...] = ()
) -> Append:
    return Append(
        room=room.id if room is not None else None,
        kind=room.info.kind if room is not None else RoomKind.DIRECT,
        members=tuple(sorted(room.members)) if room is not None and not room.stored else None,
        recipients=recipients,
        sender=session.uid,
        nickname=session.nickname,
        text=request.text,
        ts_ms=state.now.utc_ms,
        request_id=request.request_id,
        reply_to=request.reply_to,
        mentions_max=state.limits.mentions_max,
    )


def _check(state: State, presence: Presence, room: LiveRoom) -> None:
    """Refuse what the sender may not do there now."""
    now_ms = state.now.utc_ms
    place, condition = room.info.place, room.info.condition
    stands = standing(place, presence.person, room.here.get(presence.uid), now_ms)
    code = denial(Verb.SEND, stands, place, condition)
    if code is not None:
        raise _Unsendable(code)
    slow_ms = room.info.slow_seconds * 1_000
    if slow_ms and stands not in _UNHURRIED:
        now_ms = state.now.monotonic_ms
        wait_ms = room.sent_ms.get(presence.uid, -slow_ms) + slow_ms - now_ms
        if wait_ms > 0:
            detail = f"This room is slow: one message every {room.info.slow_seconds} seconds."
            raise _Unsendable(ErrorCode.SLOW_DOWN, detail, wait_ms / 1_000)
        room.sent_ms[presence.uid] = now_ms


def _room_of(state: State, session: Session, request: Send) -> LiveRoom:
    if request.room is not None:
        room = state.rooms.get(request.room)
        if room is None or (room.id != LOBBY and session.uid not in room.here):
            raise _Elsewhere
        return room
    if not request.recipients:
        return state.rooms[LOBBY]
    if session.connection.speaks_v2:
        return _conversation(state, session, request)
    known, _ = _resolve(state, session, request.recipients)  # a v1 frame holds as many as it holds
    if not known:
        raise _Unsendable(ErrorCode.NO_RECIPIENT)
    return _load(state, session, known)


def _conversation(state: State, session: Session, request: Send) -> LiveRoom:
    """Give the conversation with exactly these. Who is not here is the store's to find."""
    known, unknown = _resolve(state, session, request.recipients or ())
    recipients_max = state.limits.announced.recipients_max
    if len(known) + len(unknown) > recipients_max:
        raise _Unsendable(
            ErrorCode.TOO_MANY_RECIPIENTS, f"The message has more than {recipients_max} recipients; make it fewer."
        )
    for name in unknown:
        if len(state.meant_by(name)) > 1:
            fault = _Unsendable(ErrorCode.AMBIGUOUS_RECIPIENT, f"Several people go by «{name}»; use the user id.")
            if request.request_id is None:
                raise fault
            raise _Elsewhere(fault=fault)  # who came or left since the first try made it so: the store knows
    if unknown:
        room = state.rooms.get(conversation_id((session.uid, *known, *unknown)))
        if room is not None:
            return room
        raise _Elsewhere((*known, *unknown))
    if not known:
        raise _Unsendable(ErrorCode.NO_RECIPIENT)
    return _load(state, session, known)


def _resolve(state: State, session: Session, recipients: tuple[str, ...]) -> tuple[list[Uid], list[str]]:
    """Split recipients into UIDs of peers and names nobody here has alone; the sender and repeats are left out."""
    known: dict[Uid, None] = {}
    unknown: dict[str, None] = {}
    exactly = not session.connection.speaks_v2
    for name in recipients:
        if name in state.peers:
            known[name] = None
        elif len(namesakes := state.meant_by(name, exactly=exactly)) == 1:
            known[namesakes[0]] = None
        else:
            unknown[name] = None
    known.pop(session.uid, None)
    return list(known), list(unknown)


def _load(state: State, session: Session, others: list[Uid]) -> LiveRoom:
    return _load_conversation(state, (session.uid, *others), stored=False)


def _load_conversation(state: State, members: tuple[Uid, ...], *, stored: bool) -> LiveRoom:
    kind = RoomKind.DIRECT if len(members) == 2 else RoomKind.GROUP
    return state.load(Room(room=conversation_id(members), kind=kind), members, stored=stored)


def _attach(state: State, connection: Connection, request: Send, room_id: str) -> None:
    """Load a room that the sender is in and JOIN did not list, and send then."""
    session = connection.session
    assert session is not None

    def rule(facts: Facts) -> Decision | Refused:
        return check(Verb.SEND, facts) or Decision()

    def attached(result: WriteResult) -> None:
        presence = state.peers.get(session.uid)
        if not isinstance(result, Decided):
            refuse(state, connection, request, result)
        elif presence is not None and connection.session is session and result.room is not None:
            _enter(state, presence, result.room, result.facts.membership)
            if session.uid in state.rooms[room_id].here:
                send(state, connection, request)
            else:
                state.fail(connection, request, ErrorCode.NO_SUCH_ROOM)
        state.store_answered(connection)

    decide = Decide(wanted=Wanted(actor=session.uid, room=room_id), rule=rule, ts_ms=state.now.utc_ms)
    state.effects.append(Write(connection.id, decide, attached))
    state.store_asked(connection)


def _enter(state: State, presence: Presence, info: Room, membership: Membership | None) -> None:
    assert membership is not None
    if info.kind is RoomKind.NAMED:
        state.enter(presence, state.load_named(info), membership, announced=True)
    else:
        state.load(info, (peer.uid for peer in info.members), stored=True)


def _appended(
    state: State,
    connection: Connection,
    request: Send,
    append: Append,
    fault: _Unsendable | None,
    result: WriteResult,
) -> None:
    """Answer the sender (if it is still there) and deliver what is now on disk, once."""
    if isinstance(result, Appended):
        if connection.speaks_v2:
            stored = Stored(room=result.room, seq=result.seq, ts_ms=result.ts_ms)
            state.effects.append(Tell(connection.id, Okay(answers=append.request_id, data=stored)))
        if not result.retried:
            _deliver(state, append, result)
    elif isinstance(result, Refused) and result.code in _UNRESOLVED:
        state.fail(connection, request, result.code, _UNRESOLVED[result.code].format(result.detail))
    elif isinstance(result, Refused) and result.code is ErrorCode.NO_RECIPIENT and fault is not None:
        state.fail(connection, request, fault.code, fault.detail)
    else:
        refuse(state, connection, request, result)
    state.store_answered(connection)


def _deliver(state: State, append: Append, result: Appended) -> None:
    kind = append.kind
    if append.room is None:
        if not any(uid in state.peers for uid in result.members):
            return
        kind = _load_conversation(state, result.members, stored=True).info.kind
    message = Message(
        room=result.room,
        seq=result.seq,
        ts_ms=result.ts_ms,
        reach=REACH[kind],
        sender=append.sender,
        nickname=append.nickname,
        text=append.text,
        reply_to=append.reply_to,
        mentions=result.mentions,
        mentions_room=result.mentions_room,
    )
    deliver(state, message)
