"""Roles, and the only table of permissions. What is not in the table is not allowed.

A permission depends on a person's ``Standing`` in a place, on the kind of place and on its condition. The core's
checks, ``docs/PERMISSIONS.md`` and the exhaustive test are derived from ``PERMISSIONS``.
"""

from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from muca.model.errors import ErrorCode


class Role(StrEnum):
    """A role on the server or in a named room. Earlier roles have power over later ones."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    GUEST = "guest"


RANKS: Final = {role: rank for rank, role in enumerate(reversed(Role))}
"""A higher rank has power over a lower one."""


class Standing(StrEnum):
    """What somebody is in a place, considering role, membership, mute and ban."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    GUEST = "guest"
    MUTED = "muted"
    """In it, but temporarily not allowed to write. A mute on the server suspends the person's roles in all rooms."""
    OVERSEER = "overseer"
    """An owner or moderator of the server who is not in this public room."""
    STRANGER = "stranger"
    """Not in it."""
    BARRED = "barred"
    """Banned from it, or a guest who was not invited to it."""


class Place(StrEnum):
    """The kind of a place."""

    SERVER = "server"
    """The server as a whole; a person's standing there is the role on the server."""
    LOBBY = "lobby"
    PUBLIC = "public"
    """A named room that is listed and that members of the server may enter."""
    PRIVATE = "private"
    """A named room that only its members can see."""
    DIRECT = "direct"
    GROUP = "group"


class RoomCondition(StrEnum):
    """The condition of a room."""

    OPEN = "open"
    READ_ONLY = "read_only"
    """Only its moderators and owners may write."""
    ARCHIVED = "archived"
    """Readable, but closed to changes."""


class Verb(StrEnum):
    """What somebody wants to do in a place: a request, or one meaning of a request."""

    SEE = "see"
    """See that it exists, and its name: HISTORY, SEARCH, VERSIONS, PINS, MEMBERS."""
    SEND = "send"
    EDIT = "edit"
    """The person's own message."""
    DELETE_OWN = "delete_own"
    DELETE_OTHER = "delete_other"
    REACT = "react"
    PIN = "pin"
    TYPING = "typing"
    READ = "read"
    """Move the person's read marker."""
    ENTER = "enter"
    EXIT = "exit"
    INVITE = "invite"
    SET = "set"
    """Change the title, the topic, slow mode and who may write."""
    ARCHIVE = "archive"
    """Archive or reopen it; make it public or private."""
    KEEP = "keep"
    """Change how long its events are kept."""
    DELETE_ROOM = "delete_room"
    """Permanently delete it."""
    KICK = "kick"
    MUTE = "mute"
    BAN = "ban"
    BAN_ADDRESS = "ban_address"
    ROLE = "role"
    """Assign roles."""
    REPORT = "report"
    MODERATE = "moderate"
    """Read and close reports, list bans, read the audit log."""
    NUMBERS = "numbers"
    """Read the statistics of the server."""
    UPLOAD = "upload"
    """Upload a file for a message."""
    CREATE = "create"
    DIRECTORY = "directory"
    INVITATION = "invitation"
    """Create, list and withdraw invitations."""


class Permission(NamedTuple):
    """Allows every combination of these standings, places and conditions."""

    standings: frozenset[Standing]
    places: frozenset[Place]
    conditions: frozenset[RoomCondition]


_OWNERS: Final = frozenset({Standing.OWNER})
_MODERATORS: Final = _OWNERS | {Standing.MODERATOR}
_MEMBERS: Final = _MODERATORS | {Standing.MEMBER}
_SPEAKERS: Final = _MEMBERS | {Standing.GUEST}
_INSIDERS: Final = _SPEAKERS | {Standing.MUTED}
_OVERSEERS: Final = frozenset({Standing.OVERSEER})
_VISITORS: Final = _OVERSEERS | {Standing.STRANGER}

_ROOMS: Final = frozenset(Place) - {Place.SERVER}
_NAMED: Final = frozenset({Place.PUBLIC, Place.PRIVATE})
_RULED: Final = _NAMED | {Place.LOBBY}
"""Rooms that have moderators. In direct and group rooms everyone is equal."""
_PUBLIC: Final = frozenset({Place.PUBLIC})
_PRIVATE: Final = frozenset({Place.PRIVATE})
_SERVER: Final = frozenset({Place.SERVER})
_MODERATED: Final = _NAMED | _SERVER

_OPEN: Final = frozenset({RoomCondition.OPEN})
_LIVE: Final = _OPEN | {RoomCondition.READ_ONLY}
_ANY: Final = frozenset(RoomCondition)

PERMISSIONS: Final[dict[Verb, tuple[Permission, ...]]] = {
    Verb.SEE: (Permission(_INSIDERS, _ROOMS, _ANY), Permission(_VISITORS, _PUBLIC, _ANY)),
    Verb.SEND: (Permission(_SPEAKERS, _ROOMS, _OPEN), Permission(_MODERATORS, _RULED, _LIVE)),
    Verb.EDIT: (Permission(_SPEAKERS, _ROOMS, _OPEN), Permission(_MODERATORS, _RULED, _LIVE)),
    Verb.DELETE_OWN: (Permission(_INSIDERS, _ROOMS, _LIVE), Permission(_VISITORS, _PUBLIC, _LIVE)),
    Verb.DELETE_OTHER: (Permission(_MODERATORS, _RULED, _LIVE), Permission(_OVERSEERS, _PUBLIC, _LIVE)),
    Verb.REACT: (Permission(_SPEAKERS, _ROOMS, _LIVE),),
    Verb.PIN: (
        Permission(_MODERATORS, _RULED, _LIVE),
        Permission(_SPEAKERS, frozenset({Place.DIRECT, Place.GROUP}), _LIVE),
    ),
    Verb.TYPING: (Permission(_SPEAKERS, _ROOMS, _OPEN), Permission(_MODERATORS, _RULED, _LIVE)),
    Verb.READ: (Permission(_INSIDERS, _ROOMS, _ANY),),
    Verb.ENTER: (Permission(_INSIDERS | _VISITORS, _PUBLIC, _LIVE),),
    Verb.EXIT: (Permission(_INSIDERS, _NAMED, _ANY), Permission(_VISITORS, _PUBLIC, _ANY)),
    Verb.INVITE: (Permission(_MEMBERS, _PUBLIC, _LIVE), Permission(_MODERATORS, _PRIVATE, _LIVE)),
    Verb.SET: (Permission(_MODERATORS, _RULED, _LIVE), Permission(_OVERSEERS, _PUBLIC, _LIVE)),
    Verb.ARCHIVE: (Permission(_OWNERS, _NAMED, _ANY),),
    Verb.KEEP: (Permission(_OWNERS, _RULED, _ANY),),
    Verb.DELETE_ROOM: (Permission(_OWNERS, _NAMED, _ANY),),
    Verb.KICK: (Permission(_MODERATORS, _MODERATED, _ANY), Permission(_OVERSEERS, _PUBLIC, _ANY)),
    Verb.MUTE: (Permission(_MODERATORS, _MODERATED, _ANY), Permission(_OVERSEERS, _PUBLIC, _ANY)),
    Verb.BAN: (Permission(_MODERATORS, _MODERATED, _ANY), Permission(_OVERSEERS, _PUBLIC, _ANY)),
    Verb.BAN_ADDRESS: (Permission(_MODERATORS, _SERVER, _OPEN),),
    Verb.ROLE: (Permission(_OWNERS, _MODERATED, _ANY),),
    Verb.REPORT: (Permission(_INSIDERS, _ROOMS, _ANY), Permission(_VISITORS, _PUBLIC, _ANY)),
    Verb.MODERATE: (Permission(_MODERATORS, _RULED | _SERVER, _ANY), Permission(_OVERSEERS, _PUBLIC, _ANY)),
    Verb.NUMBERS: (Permission(_MODERATORS, _SERVER, _OPEN),),
    Verb.UPLOAD: (Permission(_SPEAKERS, _SERVER, _OPEN),),
    Verb.CREATE: (Permission(_MEMBERS, _SERVER, _OPEN),),
    Verb.DIRECTORY: (Permission(_MEMBERS | {Standing.MUTED}, _SERVER, _OPEN),),
    Verb.INVITATION: (Permission(_MODERATORS, _SERVER, _OPEN),),
}


def may(verb: Verb, standing: Standing, place: Place, condition: RoomCondition) -> bool:
    """Return whether the table allows it."""
    return any(
        standing in row.standings and place in row.places and condition in row.conditions for row in PERMISSIONS[verb]
    )


@cache
def denial(verb: Verb, standing: Standing, place: Place, condition: RoomCondition) -> ErrorCode | None:
    """Return the error code for an action that is not allowed, or None if it is allowed.

    If the person may not even see the room, the code is ``no_such_room``.
    """
    if may(verb, standing, place, condition):
        return None
    if place is not Place.SERVER and not may(Verb.SEE, standing, place, condition):
        return ErrorCode.NO_SUCH_ROOM
    if standing is Standing.MUTED:
        return denial(verb, Standing.MEMBER, place, condition) or ErrorCode.MUTED
    if condition is not RoomCondition.OPEN and may(verb, standing, place, RoomCondition.OPEN):
        return ErrorCode.ROOM_ARCHIVED if condition is RoomCondition.ARCHIVED else ErrorCode.ROOM_READ_ONLY
    return ErrorCode.NOT_ALLOWED
