"""Standing and power of people in a place. Rules call ``check`` first; the table is in ``model/roles.py``."""

from typing import Final

from muca.model.changes import DropMember, PutMember
from muca.model.errors import ErrorCode
from muca.model.facts import Facts, Membership, Person
from muca.model.ids import RoomId
from muca.model.queries import PublicReaders
from muca.model.roles import RANKS, Place, Role, RoomCondition, Standing, Verb, denial
from muca.model.storage import Refused

_STANDINGS: Final = {role: Standing(role.value) for role in Role}
POWERFUL: Final = frozenset({Role.OWNER, Role.MODERATOR})
"""Roles that have power over others."""
_WHOLE_SERVER: Final = frozenset({Place.SERVER, Place.LOBBY})
"""Places that everyone is in: the role there is the one on the server."""
UNRULED: Final = frozenset({Place.DIRECT, Place.GROUP})
"""Rooms without moderators of their own."""


def server_role(person: Person) -> Role:
    """Return the role on the server. A UID that nobody has claimed is a guest."""
    return person.role if person.claimed else Role.GUEST


def room_role(place: Place, person: Person, membership: Membership | None) -> Role:
    """Return the role in a room that the person is in; in public rooms, the role on the server if it is higher."""
    on_server = server_role(person)
    if place in _WHOLE_SERVER or membership is None:
        return on_server
    if place in UNRULED:
        return Role.GUEST if on_server is Role.GUEST else Role.MEMBER
    if on_server is Role.GUEST:
        return Role.GUEST
    if place is Place.PUBLIC and RANKS[on_server] > RANKS[membership.role]:
        return on_server
    return membership.role


def standing(place: Place, person: Person, membership: Membership | None, now_ms: int) -> Standing:
    """Return the standing of somebody in a place. ``membership`` is ignored for the server and the lobby."""
    if person.disabled or person.banned_until_ms > now_ms:
        return Standing.BARRED
    on_server = server_role(person)
    if place not in _WHOLE_SERVER and (membership is None or not membership.entered):
        if place is not Place.PUBLIC:
            return Standing.STRANGER
        if on_server in POWERFUL:
            return Standing.OVERSEER
        banned = membership is not None and membership.banned_until_ms > now_ms
        return Standing.BARRED if banned or on_server is Role.GUEST else Standing.STRANGER
    role = room_role(place, person, membership)
    muted_here = membership is not None and membership.muted_until_ms > now_ms and role not in POWERFUL
    if muted_here or (person.muted_until_ms > now_ms and on_server not in POWERFUL):
        return Standing.MUTED
    return _STANDINGS[role]


def _reads_public(role: Role, *, banned: bool) -> bool:
    person = Person(uid="", nickname="", role=role, claimed=role is not Role.GUEST)
    membership = Membership(uid="", entered=False, banned_until_ms=1) if banned else None
    return denial(Verb.SEE, standing(Place.PUBLIC, person, membership, 0), Place.PUBLIC, RoomCondition.OPEN) is None


PUBLIC_READERS: Final = PublicReaders(
    roles=frozenset(role for role in Role if _reads_public(role, banned=False)),
    banned=frozenset(role for role in Role if _reads_public(role, banned=True)),
)
"""Who may read public rooms that they are not in, for queries over all rooms."""


def power(place: Place, person: Person, membership: Membership | None) -> tuple[int, int]:
    """Return a value to compare: the person with the higher value has power over the other.

    The role on the server takes precedence, except in private rooms, where it does not count: owners and moderators of
    the server have power over the owners of rooms.
    """
    on_server = server_role(person)
    counts = place is not Place.PRIVATE and on_server in POWERFUL
    is_in = membership is not None and membership.entered and place is not Place.SERVER
    return RANKS[on_server] if counts else 0, RANKS[membership.role] if membership is not None and is_in else 0


def outranks(facts: Facts) -> bool:
    """Return whether the actor has power over the target, in the room of the facts or without one on the server."""
    assert facts.target is not None
    place = facts.room.place if facts.room is not None else Place.SERVER
    own = power(place, facts.actor, facts.membership)
    return own > power(place, facts.target, facts.target_membership)


def parted(room: RoomId, membership: Membership, now_ms: int) -> PutMember | DropMember:
    """Return the change that removes somebody from a room. A mute or a ban stays."""
    if max(membership.muted_until_ms, membership.banned_until_ms) <= now_ms:
        return DropMember(room=room, uid=membership.uid)
    remains = Membership(
        uid=membership.uid,
        entered=False,
        muted_until_ms=membership.muted_until_ms,
        banned_until_ms=membership.banned_until_ms,
    )
    return PutMember(room=room, member=remains)


def sees_to_report(facts: Facts) -> bool:
    """Return whether the actor moderates the report of the facts: as a moderator of its room or of the server.

    The server's moderators are in charge if the room was deleted or is a direct or group room.
    """
    on_server = facts.room is None or facts.room.place in UNRULED
    return facts.reported and check(Verb.MODERATE, facts, on_server=on_server) is None


def check(verb: Verb, facts: Facts, *, on_server: bool = False) -> Refused | None:
    """Refuse what the actor may not do in the room of the facts; ``on_server``: on the server as a whole."""
    if on_server:
        place, condition = Place.SERVER, RoomCondition.OPEN
    elif facts.room is None:
        return Refused(code=ErrorCode.NO_SUCH_ROOM)
    else:
        place, condition = facts.room.place, facts.room.condition
    stands = standing(place, facts.actor, facts.membership, facts.now_ms)
    code = denial(verb, stands, place, condition)
    if code is ErrorCode.NOT_ALLOWED and stands is Standing.STRANGER:
        return Refused(code=code, detail="You are not in this room; ENTER it first.")
    return Refused(code=code) if code is not None else None
