"""SEND: finding recipients and room, checking permission, and delivering the message once it is stored."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from muca.core.effects import Write
from muca.core.live import Connection, LiveRoom, Session
from muca.core.standing import check, standing
from muca.core.state import State
from muca.core.steps import Handled, Steps
from muca.model.errors import ErrorCode
from muca.model.facts import Membership, Person, Wanted
from muca.model.ids import RoomId, Uid
from muca.model.replies import Stored
from muca.model.requests import Send
from muca.model.roles import Place, RoomCondition, Standing, Verb, denial
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import (
    Append,
    Appended,
    Decide,
    Decided,
    Decision,
    FindRecipients,
    Known,
    Refused,
    StoreError,
    WriteResult,
)

NEW_CONVERSATION_COST: Final = 20
"""The extra cost of sending to a direct or group room that is not loaded: it may have to be created."""

_UNHURRIED: Final = frozenset({Standing.OWNER, Standing.MODERATOR})
"""Standings to which slow mode does not apply."""

_UNRESOLVED: Final = {
    ErrorCode.UNKNOWN_RECIPIENT: "Nobody here has the user id or nickname {}.",
    ErrorCode.AMBIGUOUS_RECIPIENT: "Several people are called {}; use the user id.",
}
"""Explanations for names that the store could not resolve."""


class _Unsendable(Exception):
    """The message has no valid room, or may not be sent there."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(code)
        self.refused = Refused(code=code, detail=detail)


class _Target(Struct, frozen=True):
    """Where a message goes. A direct or group room that is not loaded is loaded once the message is stored."""

    room: LiveRoom | None = None
    members: tuple[Uid, ...] = ()
    """The members of a direct or group room that is not loaded, sorted."""
    nicknamed: Mapping[str, tuple[Uid, ...]] = MappingProxyType({})
    """Names that the store must resolve, each with the people online who have this nickname."""
    is_new: bool = False
    """Whether a direct or group room may have to be loaded for it."""


_NOWHERE: Final = _Target()
"""No room could be found: the store only checks for an earlier SEND with the same ID, in direct and group rooms."""


def send(state: State, connection: Connection, request: Send) -> Handled:
    """Send a message to a room, after loading it if JOIN did not list it."""
    room = state.rooms.get(request.room) if request.room is not None else None
    if request.room is None or (room is not None and (room.id == LOBBY or connection.uid in room.here)):
        return _post(state, connection, request)
    return _attach(state, connection, request, request.room)


def _post(state: State, connection: Connection, request: Send) -> Refused | None:
    """Find the room and ask the store to append the message. As a server does this most, it is not a generator.

    A SEND that is no longer possible may be a retry of one that succeeded, so the store is asked in any case.
    """
    session = connection.session
    assert session is not None
    person = session.presence.person
    target, slow_seconds, refused = _NOWHERE, 0, None
    try:
        target = _find_target(state, session, request)
        slow_seconds = _check(state, person, target.room)
    except _Unsendable as unsendable:
        refused = unsendable.refused
        if request.request_id is None:
            return refused
    if target.is_new:
        for budget in (connection.budget, connection.address_budget, session.presence.budget):
            budget.charge(NEW_CONVERSATION_COST, state.now.monotonic_ms)
    room, members = target.room, target.members
    if room is not None:
        room_id: RoomId | None = room.id
        kind, members = room.info.kind, room.members
    else:
        room_id = conversation_id(members) if members else None
        kind = RoomKind.GROUP if len(members) > 2 else RoomKind.DIRECT
    skips_unknown = not connection.abilities.is_answered
    append = Append(
        room=room_id,
        kind=kind,
        members=members or None,
        recipients=tuple(target.nicknamed),
        resolve=resolver(person.uid, target.nicknamed, skips_unknown=skips_unknown) if room_id is None else None,
        sender=person.uid,
        nickname=person.nickname,
        text=request.text,
        files=request.files,
        ts_ms=state.now.utc_ms,
        request_id=request.request_id,
        reply_to=request.reply_to,
        mentions=request.mentions,
        mentions_max=state.limits.mentions_max,
        refused=refused,
        slow_seconds=slow_seconds,
    )
    state.effects.append(Write(connection.id, append, lambda result: _appended(state, connection, request, result)))
    state.store_asked(connection)
    return None


def resolver(sender: Uid, nicknamed: Mapping[str, tuple[Uid, ...]], *, skips_unknown: bool = False) -> FindRecipients:
    """Return the rule for recipients that only the store knows.

    A name is, in this order: the UID of an account, deleted or not; the nickname of one account with a password; the
    nickname of somebody online; another UID that the store knows; the nickname of one claimed UID. A deleted account is
    never a recipient.

    Args:
        sender: the sender, who is always a member.
        nicknamed: the names, each with the people online who have this nickname.
        skips_unknown: whether unknown and ambiguous names are skipped. Otherwise they are refused with
            ``unknown_recipient`` or else ``ambiguous_recipient``, with the names in ``detail`` (“Zoe”, “Jo”).
    """

    def meant_by(name: str, known: Known) -> tuple[Uid, ...]:
        if known.standing == "deleted":
            return ()
        if known.standing == "account":
            return (name,)
        return known.protected or nicknamed[name] or ((name,) if known.standing == "guest" else known.claimed)

    def resolve(known: Mapping[str, Known]) -> tuple[Uid, ...] | Refused:
        people = {name: meant_by(name, known[name]) for name in nicknamed}
        if not skips_unknown:
            for code, names in (
                (ErrorCode.UNKNOWN_RECIPIENT, [name for name, uids in people.items() if not uids]),
                (ErrorCode.AMBIGUOUS_RECIPIENT, [name for name, uids in people.items() if len(uids) > 1]),
            ):
                if names:
                    return Refused(code=code, detail=", ".join(f"“{name}”" for name in names))
        members = tuple(sorted({sender, *(uids[0] for uids in people.values() if len(uids) == 1)}))
        return members if len(members) > 1 else Refused(code=ErrorCode.NO_RECIPIENT)

    return resolve


def _check(state: State, person: Person, room: LiveRoom | None) -> int:
    """Refuse what the sender may not do there now. Returns the seconds of slow mode that apply to the sender.

    ``room`` None: a direct or group room that is not loaded; these are open.
    """
    if room is not None:
        place, condition, membership = room.place, room.condition, room.here.get(person.uid)
    else:
        place, condition, membership = Place.DIRECT, RoomCondition.OPEN, Membership(uid=person.uid)
    stands = standing(place, person, membership, state.now.utc_ms)
    code = denial(Verb.SEND, stands, place, condition)
    if code is not None:
        raise _Unsendable(code)
    return room.info.slow_seconds if room is not None and stands not in _UNHURRIED else 0


def _find_target(state: State, session: Session, request: Send) -> _Target:
    if request.room is not None:
        return _Target(room=state.rooms[request.room])
    if not request.recipients:
        return _Target(room=state.rooms[LOBBY])
    is_answered = session.connection.abilities.is_answered
    if is_answered:
        _count(state, session, request.recipients)
    known, nicknamed = _resolve(state, session, request.recipients)
    if not is_answered:  # unknown recipients are skipped
        nicknamed = {name: uids for name, uids in nicknamed.items() if len(uids) == 1}
    if not known and not nicknamed:
        raise _Unsendable(ErrorCode.NO_RECIPIENT)
    members = tuple(sorted({session.uid, *known, *(uid for uids in nicknamed.values() for uid in uids)}))
    room = state.rooms.get(conversation_id(members))
    is_loaded = room is not None and session.uid in room.here
    if nicknamed:
        return _Target(nicknamed=dict.fromkeys(known, ()) | nicknamed, is_new=not is_loaded)
    return _Target(room=room) if is_loaded else _Target(members=members, is_new=True)


def _count(state: State, session: Session, recipients: tuple[str, ...]) -> None:
    """Refuse too many recipients before anything is done for each of them."""
    recipients_max = state.limits.announced.recipients_max
    if len({*recipients} - {session.uid}) > recipients_max:
        raise _Unsendable(
            ErrorCode.TOO_MANY_RECIPIENTS, f"The message has too many recipients; at most {recipients_max} are allowed."
        )


def _resolve(
    state: State, session: Session, recipients: tuple[str, ...]
) -> tuple[list[Uid], dict[str, tuple[Uid, ...]]]:
    """Split recipients into UIDs of peers and other names, with the peers who have these; the sender is left out.

    The store resolves the other names: one may be the UID of an account that is offline.
    """
    exactly = not session.connection.abilities.is_answered
    distinct = dict.fromkeys(recipients)
    roster = state.roster
    known = [name for name in distinct if name in roster and name != session.uid]
    nicknamed = {name: tuple(roster.meant_by(name, exactly=exactly)) for name in distinct if name not in roster}
    return known, nicknamed


def _attach(state: State, connection: Connection, request: Send, room_id: str) -> Steps[Refused | StoreError | None]:
    """Load a room of the sender that JOIN did not list, then send."""
    session = connection.session
    assert session is not None
    with state.hold(connection):  # later requests must not overtake it
        wanted = Wanted(actor=session.uid, room=room_id, room_after=True)
        result: Decided | Refused | StoreError = yield Decide(
            wanted=wanted, rule=lambda facts: check(Verb.SEND, facts) or Decision(), ts_ms=state.now.utc_ms
        )
        if not isinstance(result, Decided):
            return result
        if connection.session is not session or result.room is None:
            return None
        if result.room.kind is RoomKind.NAMED:
            assert result.facts.membership is not None
            state.enter(session.presence, state.load_named(result.room), result.facts.membership, announced=True)
        else:
            state.load(result.room, (peer.uid for peer in result.room.members))
        if session.uid not in state.rooms[room_id].here:
            return Refused(code=ErrorCode.NO_SUCH_ROOM)
        return _post(state, connection, request)


def _appended(
    state: State,
    connection: Connection,
    request: Send,
    result: WriteResult,
) -> None:
    """Answer the sender, if still connected."""
    if isinstance(result, Appended):
        state.okay(connection, request, Stored(room=result.room, seq=result.seq, ts_ms=result.ts_ms))
    elif isinstance(result, Refused) and result.code in _UNRESOLVED:
        detail = _UNRESOLVED[result.code].format(result.detail)
        state.fail(connection, request, Refused(code=result.code, detail=detail))
    else:
        assert isinstance(result, Refused | StoreError)
        state.fail(connection, request, result)
    state.store_answered(connection)
