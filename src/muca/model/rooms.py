"""Rooms: append-only logs of events with members."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from muca.model.ids import RoomId, Seq, Uid
from muca.model.roles import Condition, Place, Role
from muca.model.wire import Wire, always


class RoomKind(StrEnum):
    """What sort of room it is."""

    LOBBY = "lobby"
    DIRECT = "direct"
    GROUP = "group"
    NAMED = "named"


LOBBY: Final[RoomId] = "lobby"
"""The one room that everyone is in."""


def conversation_id(members: Iterable[Uid]) -> RoomId:
    """Give the id of the direct (two UIDs) or group room of exactly these members.

    The id is made from the members alone, so every machine finds the same room without asking: 128 bits of BLAKE2b
    (RFC 7693) over the sorted UIDs as a JSON list, in base 32.
    """
    uids = sorted(set(members))
    digest = hashlib.blake2b(msgspec.json.encode(uids), digest_size=16, person=b"muca room").digest()
    prefix = "d-" if len(uids) == 2 else "g-"
    return prefix + b32encode(digest).decode("ascii").rstrip("=").lower()


def is_conversation(room: RoomId) -> bool:
    """Tell whether this is the id of a direct or group room."""
    return room.startswith(("d-", "g-"))


class Peer(Wire, frozen=True, kw_only=True):
    """A UID and the nickname it goes by."""

    uid: Uid
    nickname: str


class Room(Wire, frozen=True, kw_only=True):
    """A room as one of its members sees it."""

    room: RoomId
    kind: RoomKind
    members: tuple[Peer, ...] = ()
    """Everyone in a direct or group room, oneself too, in order of UID. Empty for the others: ask ``MEMBERS``."""
    seq: Seq = always(0)
    """The SEQ of the newest event, 0 when there is none."""
    title: str | None = None
    """A named room's."""
    topic: str = ""
    private: bool = False
    read_only: bool = False
    archived: bool = False
    slow_seconds: int = 0
    """How long a member waits between two messages; 0: not at all."""
    keep_days: int = 0
    """How old an event may become; 0: it is kept for ever."""
    keep_events: int = 0
    """How many events are kept; 0: all."""
    epoch_seq: Seq = 0
    """Events up to this SEQ are the same in the server's former epoch."""
    entered: bool = True
    """Whether one is in it. False for some rooms of the directory."""
    role: Role = Role.MEMBER
    """One's own role in it: in the lobby, the role on the server."""
    read: Seq = 0
    """One's read marker: the SEQ up to which everything was read."""
    unread: int = 0
    """Messages of others beyond the read marker that were not deleted, but of nobody whom one ignores."""
    mentions: int = 0
    """Mentions of oneself beyond the read marker, in messages of such people: a mention is where the message is, or
    the edit that brought it."""

    @property
    def place(self) -> Place:
        """What sort of place it is, for the table of permissions."""
        if self.kind is RoomKind.NAMED:
            return Place.PRIVATE if self.private else Place.PUBLIC
        return _PLACES[self.kind]

    @property
    def condition(self) -> Condition:
        """In which condition it is, for the table of permissions."""
        if self.archived:
            return Condition.ARCHIVED
        return Condition.READ_ONLY if self.read_only else Condition.OPEN


_PLACES: Final = {RoomKind.LOBBY: Place.LOBBY, RoomKind.DIRECT: Place.DIRECT, RoomKind.GROUP: Place.GROUP}
