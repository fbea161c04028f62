"""Moderation of people: KICK, MUTE, UNMUTE, BAN and UNBAN of a person, ROLE, and BANS, which lists mutes and bans.

- With ``ROOM`` they apply to that room; without, to the server, and their event is in the lobby.
- People can act only on those they have power over (``standing.power``), and never on themselves. Lifting a mute or
  ban needs no power over the person, so moderators can undo what others did.
- A mute or ban stays when the person leaves the room. Lifting a ban only allows them to come back.
- Each act is an event and an entry of the audit log. If nothing needs to change, the reply is OKAY, without either.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from muca.core.address_bans import ban_address, banned_with_person, networks_of, unban_address
from muca.core.asking import decide, look, stored
from muca.core.live import Connection
from muca.core.standing import POWERFUL, check, outranks, parted, room_role, server_role
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.changes import AddAudit, AddEvent, Change, PutMember, PutPerson
from muca.model.errors import ErrorCode
from muca.model.events import EventKind
from muca.model.facts import FOR_EVER_MS, Facts, Membership, Person, Total, Wanted
from muca.model.queries import SanctionsQuery
from muca.model.requests import Ban, Bans, GiveRole, Kick, Mute, Unban, Unmute
from muca.model.roles import Role, Verb
from muca.model.rooms import LOBBY
from muca.model.storage import Decision, Refused

_Act: TypeAlias = Kick | Mute | Unmute | Ban | Unban | GiveRole
_Changes: TypeAlias = Callable[[Facts, Person], tuple[Change, ...] | Refused]
"""Returns the changes for the target; none if nothing needs to change."""


def kick(state: State, connection: Connection, request: Kick) -> Handled:
    """Remove somebody from a room, or end all their sessions."""

    def changes(facts: Facts, target: Person) -> tuple[Change, ...]:
        event = _event(facts, request, EventKind.KICK, text=request.reason)
        if request.room is None:
            return (event,)
        membership = facts.target_membership
        if membership is None or not membership.entered:
            return ()
        return event, parted(request.room, membership, facts.now_ms)

    return _decide(state, connection, request, Verb.KICK, changes, detail=request.reason)


def mute(state: State, connection: Connection, request: Mute) -> Handled:
    """Prevent somebody from writing for a time."""

    def changes(facts: Facts, target: Person) -> tuple[Change, ...] | Refused:
        membership = facts.target_membership
        if request.room is not None and (membership is None or not membership.entered):
            return _not_in_it(request)
        if _role(facts, target) in POWERFUL:
            detail = f"“{target.uid}” has the role “{_role(facts, target)}” here. Change the role before you mute them."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        until_ms = _until_ms(request.seconds, facts)
        if until_ms == (membership.muted_until_ms if membership is not None else target.muted_until_ms):
            return ()
        event = _event(facts, request, EventKind.MUTE, text=request.reason, until_ms=_end(until_ms))
        return _muted(request, facts, until_ms), event

    return _decide(state, connection, request, Verb.MUTE, changes, detail=_for_how_long(request))


def unmute(state: State, connection: Connection, request: Unmute) -> Handled:
    """Lift a mute."""

    def changes(facts: Facts, target: Person) -> tuple[Change, ...]:
        membership = facts.target_membership
        if request.room is None:
            muted_until_ms = target.muted_until_ms
        else:
            muted_until_ms = membership.muted_until_ms if membership is not None else 0
        if muted_until_ms <= facts.now_ms:
            return ()
        return _muted(request, facts, 0), _event(facts, request, EventKind.UNMUTE)

    return _decide(state, connection, request, Verb.MUTE, changes, lifts=True)


def _muted(request: Mute | Unmute, facts: Facts, until_ms: int) -> Change:
    if request.room is None:
        return PutPerson(uid=request.uid, muted_until_ms=until_ms)
    assert facts.target_membership is not None
    membership = msgspec.structs.replace(facts.target_membership, muted_until_ms=until_ms)
    return _put(request.room, membership, facts)


def ban(state: State, connection: Connection, request: Ban) -> Handled:
    """Ban a person, perhaps with the addresses from which they are connected, or a range of addresses."""
    if request.address is not None:
        return ban_address(state, connection, request, request.address)
    networks: tuple[str, ...] | Refused = ()
    if request.with_address:
        assert request.uid is not None
        networks = networks_of(state, connection, request.uid)

    def changes(facts: Facts, target: Person) -> tuple[Change, ...] | Refused:
        if isinstance(networks, Refused):
            return networks
        until_ms = _until_ms(request.seconds, facts)
        event = _event(facts, request, EventKind.BAN, text=request.reason, until_ms=_end(until_ms))
        if request.room is None:
            if until_ms == target.banned_until_ms and not networks:
                return ()
            addresses = banned_with_person(facts, networks, until_ms, request.reason) if networks else ()
            if isinstance(addresses, Refused):
                return addresses
            return event, PutPerson(uid=target.uid, banned_until_ms=until_ms), *addresses
        former = facts.target_membership or Membership(uid=target.uid, entered=False)
        if until_ms == former.banned_until_ms:
            return ()
        banned = Membership(
            uid=target.uid, entered=False, muted_until_ms=former.muted_until_ms, banned_until_ms=until_ms
        )
        return event, PutMember(room=request.room, member=banned)

    return _decide(state, connection, request, Verb.BAN, changes, detail=_for_how_long(request))


def unban(state: State, connection: Connection, request: Unban) -> Handled:
    """Lift the ban of a person or of a range of addresses."""
    if request.address is not None:
        return unban_address(state, connection, request, request.address)

    def changes(facts: Facts, target: Person) -> tuple[Change, ...]:
        membership = facts.target_membership
        event = _event(facts, request, EventKind.UNBAN)
        if request.room is None:
            if target.banned_until_ms <= facts.now_ms:
                return ()
            return PutPerson(uid=target.uid, banned_until_ms=0), event
        if membership is None or membership.banned_until_ms <= facts.now_ms:
            return ()
        return _put(request.room, msgspec.structs.replace(membership, banned_until_ms=0), facts), event

    return _decide(state, connection, request, Verb.BAN, changes, lifts=True)


def _put(room: str, membership: Membership, facts: Facts) -> Change:
    """Store a membership, or what must remain of one that ended."""
    if membership.entered:
        return PutMember(room=room, member=membership)
    return parted(room, membership, facts.now_ms)


def bans(state: State, connection: Connection, request: Bans) -> Handled:
    """List the mutes and bans in force."""
    return look(state, connection, SanctionsQuery(room=request.room), Verb.MODERATE, room=request.room)


def give_role(state: State, connection: Connection, request: GiveRole) -> Handled:
    """Give somebody a role. Owners may give up their role if there is another owner."""
    if request.role is Role.GUEST:
        detail = "ROLE must be owner, moderator or member: a guest is someone without an account."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)

    def changes(facts: Facts, target: Person) -> tuple[Change, ...] | Refused:
        membership = facts.target_membership
        if request.room is None:
            change: Change = PutPerson(uid=target.uid, role=request.role)
            former = target.role
        elif membership is None or not membership.entered:
            return _not_in_it(request)
        else:
            change = PutMember(room=request.room, member=msgspec.structs.replace(membership, role=request.role))
            former = membership.role
        if not target.claimed:
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=f"Nobody has claimed the user id “{target.uid}” yet.")
        if former is request.role:
            return ()
        if target.uid == facts.actor.uid and former is Role.OWNER and facts.owners < 2:
            detail = "You are the only owner. Make someone else an owner first."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        return change, _event(facts, request, EventKind.ROLE, role=request.role)

    return _decide(state, connection, request, Verb.ROLE, changes, detail=request.role.value)


# Shared code


def _decide(
    state: State,
    connection: Connection,
    request: _Act,
    verb: Verb,
    changes: _Changes,
    *,
    detail: str = "",
    lifts: bool = False,
) -> Handled:
    """Check what all acts have in common; then decide on these changes and add an entry to the audit log."""
    assert request.uid is not None
    uid = request.uid
    totals: tuple[Total, ...] = ("owners",) if verb is Verb.ROLE else ()
    wanted = Wanted(actor=connection.uid, room=request.room, target=uid, totals=totals)
    action = str(request.__struct_config__.tag)

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(verb, facts, on_server=request.room is None):
            return refused
        if facts.target is None:
            return Refused(code=ErrorCode.NO_SUCH_PERSON)
        if uid == facts.actor.uid:
            if not (verb is Verb.ROLE and _owns(facts)):
                return Refused(code=ErrorCode.BAD_REQUEST, detail=f"You cannot use {action} on yourself.")
        elif not (lifts or outranks(facts)):
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=f"Your role here is not higher than that of “{uid}”.")
        done = changes(facts, facts.target)
        if isinstance(done, Refused):
            return done
        if not done:
            return Decision()
        audit = AddAudit(actor=facts.actor.uid, action=action, uid=uid, room=request.room, detail=detail)
        return Decision(changes=(*done, audit))

    return decide(state, wanted, rule, stored)


def _owns(facts: Facts) -> bool:
    """Return whether the actor itself is an owner; the server's owners only count as owners of public rooms."""
    if facts.room is None:
        return server_role(facts.actor) is Role.OWNER
    return facts.membership is not None and facts.membership.role is Role.OWNER


def _role(facts: Facts, target: Person) -> Role:
    if facts.room is None:
        return server_role(target)
    return room_role(facts.room.place, target, facts.target_membership)


def _not_in_it(request: _Act) -> Refused:
    return Refused(code=ErrorCode.NO_SUCH_PERSON, detail=f"“{request.uid}” is not in this room.")


def _until_ms(seconds: int | None, facts: Facts) -> int:
    return FOR_EVER_MS if seconds is None else facts.now_ms + seconds * 1_000


def _end(until_ms: int) -> int | None:
    return until_ms if until_ms < FOR_EVER_MS else None


def _for_how_long(request: Mute | Ban) -> str:
    """Return the text of a mute or ban in the audit log."""
    length = "until lifted" if request.seconds is None else f"for {request.seconds} s"
    return f"{length}: {request.reason}" if request.reason else length


def _event(facts: Facts, request: _Act, kind: EventKind, **fields: Any) -> AddEvent:
    room = request.room if request.room is not None else LOBBY
    return AddEvent.by(facts.actor, room, kind, uid=request.uid, **fields)
