"""Named rooms: CREATE, ENTER, EXIT, INVITE, SET, DELETE_ROOM.

- The creator of a room is its owner. The only owner cannot leave it, even if it is archived: nobody could manage or
  delete a private room without an owner.
- Somebody who leaves a room and comes back is an ordinary member, but a mute continues.
- Every request is idempotent: if nothing needs to change, the reply is OKAY, without another event.
"""

import hashlib
from base64 import b32encode
from typing import Final

import msgspec

from muca.core.asking import decide, stored
from muca.core.live import Connection
from muca.core.standing import check, parted, server_role
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.changes import AddAudit, AddEvent, DropRoom, PutMember, PutRoom
from muca.model.errors import ErrorCode
from muca.model.events import EventKind, Settings
from muca.model.facts import Facts, Membership, Wanted
from muca.model.ids import RoomId, Uid
from muca.model.limits import Limits
from muca.model.names import look_alike, new_name_fault
from muca.model.requests import Create, DeleteRoom, Enter, Exit, Invite, Set
from muca.model.roles import Role, Verb
from muca.model.rooms import LOBBY, Room
from muca.model.storage import Decided, Decision, Refused

_ID_REUSED: Final = Refused(
    code=ErrorCode.ID_REUSED, detail="The same ID was used before to CREATE another room; use a new ID."
)
_TITLE_TAKEN: Final = Refused(code=ErrorCode.TITLE_TAKEN)

_VERBS: Final = {
    "title": Verb.SET,
    "topic": Verb.SET,
    "read_only": Verb.SET,
    "slow_seconds": Verb.SET,
    "private": Verb.ARCHIVE,
    "archived": Verb.ARCHIVE,
    "keep_days": Verb.KEEP,
    "keep_events": Verb.KEEP,
}
"""The permission needed to change each of a room's settings."""

_NOT_OF_THE_LOBBY: Final = frozenset({"title", "private", "archived"})


def create(state: State, connection: Connection, request: Create) -> Handled:
    """Create a named room with the actor as its owner."""
    limits = state.limits
    fault = new_name_fault(request.title, limits.announced.title_chars_max)
    if fault is not None:
        return Refused(code=ErrorCode.BAD_NAME, detail=f"TITLE {fault}.")
    room = _room_id(state.new_secret())
    content = _content_of(request)
    settings = Settings(title=request.title, topic=request.topic or None, private=request.private or None)
    wanted = Wanted(
        actor=connection.uid,
        title=request.title,
        request_id=request.request_id,
        totals=("rooms_owned", "rooms_entered"),
        room_after=True,
    )

    def rule(facts: Facts) -> Decision | Refused:
        if facts.made_before is not None:
            if facts.made_from not in {None, content}:
                return _ID_REUSED
            return check(Verb.SEE, facts) or Decision()
        if refused := check(Verb.CREATE, facts, on_server=True):
            return refused
        if facts.rooms_owned >= limits.rooms_owned_max:
            detail = f"You own {facts.rooms_owned} rooms, the most allowed for one account; archive one first."
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        if refused := _too_many_entered(facts, limits):
            return refused
        if not request.private and _is_taken(request.title, facts):
            return _TITLE_TAKEN
        uid = facts.actor.uid
        return Decision(
            changes=(
                PutRoom(room=room, settings=settings, made_by=uid, request_id=request.request_id, content=content),
                PutMember(room=room, member=Membership(uid=uid, role=Role.OWNER)),
                AddEvent.by(facts.actor, room, EventKind.CREATE, settings=settings),
            )
        )

    return decide(state, wanted, rule, _room)


def enter(state: State, connection: Connection, request: Enter) -> Handled:
    """Become a member of a public room."""
    wanted = Wanted(actor=connection.uid, room=request.room, totals=("rooms_entered",), room_after=True)
    limits = state.limits

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.ENTER, facts):
            return refused
        if _is_in(facts.membership):
            return Decision()
        if refused := _too_many_entered(facts, limits):
            return refused
        return Decision(
            changes=(
                _newcomer(facts, facts.actor.uid, Role.MEMBER, facts.membership),
                AddEvent.by(facts.actor, request.room, EventKind.ENTER),
            )
        )

    return decide(state, wanted, rule, _room)


def exit(state: State, connection: Connection, request: Exit) -> Handled:
    """Leave a room."""
    wanted = Wanted(actor=connection.uid, room=request.room, totals=("owners",))

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.EXIT, facts):
            return refused
        room, membership = facts.room, facts.membership
        assert room is not None
        if membership is None or not membership.entered:
            return Decision()
        if membership.role is Role.OWNER and facts.owners == 1:
            detail = "You are the only owner of this room. Make someone else an owner first, or delete the room."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        gone = parted(request.room, membership, facts.now_ms)
        return Decision(changes=(AddEvent.by(facts.actor, request.room, EventKind.EXIT), gone))

    return decide(state, wanted, rule, stored)


def invite(state: State, connection: Connection, request: Invite) -> Handled:
    """Make somebody a member. The UID must be claimed; otherwise anybody could use it to enter the room."""
    wanted = Wanted(actor=connection.uid, room=request.room, target=request.uid, totals=("target_rooms_entered",))
    rooms_max = state.limits.rooms_entered_max

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.INVITE, facts):
            return refused
        target, membership = facts.target, facts.target_membership
        if target is None:
            return Refused(code=ErrorCode.NO_SUCH_PERSON)
        if _is_in(membership):
            return Decision()
        if not target.claimed:
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=f"Nobody has claimed the user id “{request.uid}” yet.")
        if membership is not None and membership.banned_until_ms > facts.now_ms:
            detail = f"“{request.uid}” is banned from this room; lift the ban first (UNBAN)."
            return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)
        if facts.target_rooms_entered >= rooms_max:
            detail = f"“{request.uid}” is in the most rooms allowed for one account and must leave one first."
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        role = Role.GUEST if server_role(target) is Role.GUEST else Role.MEMBER
        return Decision(
            changes=(
                _newcomer(facts, request.uid, role, membership),
                AddEvent.by(facts.actor, request.room, EventKind.INVITE, uid=request.uid),
            )
        )

    return decide(state, wanted, rule, stored)


def set(state: State, connection: Connection, request: Set) -> Handled:
    """Change the given settings of a room."""
    given = {name: value for name in _VERBS if (value := getattr(request, name)) is not None}
    verbs = dict.fromkeys((Verb.SEE, *(_VERBS[name] for name in given)))
    if request.title is not None:
        fault = new_name_fault(request.title, state.limits.announced.title_chars_max)
        if fault is not None:
            return Refused(code=ErrorCode.BAD_NAME, detail=f"TITLE {fault}.")
    if request.room == LOBBY and not _NOT_OF_THE_LOBBY.isdisjoint(given):
        detail = "The lobby has no TITLE, and it cannot be made PRIVATE or ARCHIVED."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    title = "" if request.title is None and request.private is False else request.title
    wanted = Wanted(actor=connection.uid, room=request.room, title=title)

    def rule(facts: Facts) -> Decision | Refused:
        for verb in verbs:
            if refused := check(verb, facts):
                return refused
        assert facts.room is not None
        changed = {name: value for name, value in given.items() if value != getattr(facts.room, name)}
        if not changed:
            return Decision()
        room = msgspec.structs.replace(facts.room, **changed)
        publishes_title = not room.private and ("title" in changed or "private" in changed)
        if publishes_title and _is_taken(room.title or "", facts):
            return _TITLE_TAKEN
        settings = Settings(**changed)
        detail = msgspec.json.encode(settings).decode()
        return Decision(
            changes=(
                PutRoom(room=request.room, settings=settings),
                AddEvent.by(facts.actor, request.room, EventKind.SET, settings=settings),
                AddAudit(actor=facts.actor.uid, action="SET", room=request.room, detail=detail),
            )
        )

    return decide(state, wanted, rule, stored)


def delete_room(state: State, connection: Connection, request: DeleteRoom) -> Handled:
    """Permanently delete a room. Its members are told, and the server's audit log records who did it."""
    wanted = Wanted(actor=connection.uid, room=request.room)

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.DELETE_ROOM, facts):
            return refused
        assert facts.room is not None
        title = "" if facts.room.private else f" {facts.room.title}"  # the titles of private rooms must not be revealed
        return Decision(
            changes=(
                AddEvent.by(facts.actor, request.room, EventKind.DELETE_ROOM),
                DropRoom(room=request.room),
                AddAudit(actor=facts.actor.uid, action="DELETE_ROOM", detail=f"{request.room}{title}"),
            )
        )

    return decide(state, wanted, rule)


def _room_id(secret: str) -> RoomId:
    """Return a room's id: 128 bits of BLAKE2b (RFC 7693) over a fresh secret, in base 32."""
    digest = hashlib.blake2b(secret.encode(), digest_size=16, person=b"muca named room").digest()
    return "r-" + b32encode(digest).decode("ascii").rstrip("=").lower()


def _content_of(request: Create) -> bytes:
    """Return a hash that distinguishes a retry of the same CREATE from another one: 32 bytes."""
    said = msgspec.json.encode((request.title, request.topic, request.private))
    return hashlib.blake2b(said, digest_size=32, person=b"muca create").digest()


def _room(decided: Decided) -> Room:
    assert decided.room is not None
    return decided.room


def _is_in(membership: Membership | None) -> bool:
    return membership is not None and membership.entered


def _is_taken(title: str, facts: Facts) -> bool:
    """Return whether another public room, or the lobby, has a title that looks like this one."""
    return facts.title_taken or look_alike(title, LOBBY)


def _too_many_entered(facts: Facts, limits: Limits) -> Refused | None:
    if facts.rooms_entered >= limits.rooms_entered_max:
        detail = f"You are in {facts.rooms_entered} rooms, the most allowed for one account; leave one first."
        return Refused(code=ErrorCode.TOO_MANY, detail=detail)
    return None


def _newcomer(facts: Facts, uid: Uid, role: Role, former: Membership | None) -> PutMember:
    """Add somebody to the room of the facts; earlier messages do not count as unread."""
    assert facts.room is not None
    muted_until_ms = former.muted_until_ms if former is not None else 0
    member = Membership(uid=uid, role=role, muted_until_ms=muted_until_ms, read=facts.room.seq)
    return PutMember(room=facts.room.room, member=member)
