"""Rooms: append-only logs of events, with members."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from muca.model.characters import beginning
from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.roles import Place, Role, RoomCondition
from muca.model.wire import Wire, always


class RoomKind(StrEnum):
    """The kind of a room."""

    LOBBY = "lobby"
    DIRECT = "direct"
    GROUP = "group"
    NAMED = "named"


LOBBY: Final[RoomId] = "lobby"
"""The one room that everyone is in."""


def conversation_id(members: Iterable[Uid]) -> RoomId:
    """Return the id of the direct (two UIDs) or group room of exactly these members.

    The id depends only on the members, so that every client can compute it: 128 bits of BLAKE2b (RFC 7693) over the
    sorted UIDs as a JSON list, in base 32.
    """
    uids = sorted(set(members))
    digest = hashlib.blake2b(msgspec.json.encode(uids), digest_size=16, person=b"muca room").digest()
    prefix = "d-" if len(uids) == 2 else "g-"
    return prefix + b32encode(digest).decode("ascii").rstrip("=").lower()


def kind_of(room: RoomId) -> RoomKind:
    """Return the kind of the room with this id."""
    if room == LOBBY:
        return RoomKind.LOBBY
    return {"d-": RoomKind.DIRECT, "g-": RoomKind.GROUP}.get(room[:2], RoomKind.NAMED)


def is_conversation(room: RoomId) -> bool:
    """Return whether this is the id of a direct or group room."""
    return room.startswith(("d-", "g-"))


class Peer(Wire, frozen=True, kw_only=True):
    """A UID and its nickname."""

    uid: Uid
    nickname: str


LAST_CHARS_MAX: Final = 160
"""Characters (code points) of a message in a list of conversations, which shows a single line of it."""


class Last(Wire, frozen=True, kw_only=True):
    """The beginning of a conversation's newest message."""

    seq: Seq
    ts_ms: int
    sender: Uid
    text: str = ""
    """At most ``LAST_CHARS_MAX`` characters. If the text is longer, it is cut between user-perceived characters."""
    files: int = 0
    """How many files a message without text has."""
    name: str = ""
    """The name of the first of these files."""
    media_type: str = ""
    """The type of the first of these files."""

    @classmethod
    def of(cls, seq: Seq, ts_ms: int, sender: Uid, text: str, files: Sequence[FileInfo]) -> "Last":
        """Return the beginning of a message. Of a longer text, ``LAST_CHARS_MAX`` + 1 characters suffice."""
        if text or not files:
            return cls(seq=seq, ts_ms=ts_ms, sender=sender, text=beginning(text, LAST_CHARS_MAX))
        first = files[0]
        return cls(seq=seq, ts_ms=ts_ms, sender=sender, files=len(files), name=first.name, media_type=first.media_type)


class Room(Wire, frozen=True, kw_only=True):
    """A room as one of its members sees it."""

    room: RoomId
    kind: RoomKind
    members: tuple[Peer, ...] = ()
    """Everyone in a direct or group room, including the reader, sorted by UID. Empty for others: use ``MEMBERS``."""
    seq: Seq = always(0)
    """The SEQ of the newest event; 0 if there is none."""
    title: str | None = None
    """The title of a named room."""
    topic: str = ""
    private: bool = False
    read_only: bool = False
    archived: bool = False
    slow_seconds: int = 0
    """Slow mode: how long a member must wait between two messages; 0: off."""
    keep_days: int = 0
    """How many days events are kept; 0: forever."""
    keep_events: int = 0
    """How many events are kept; 0: all."""
    epoch_seq: Seq = 0
    """Events up to this SEQ are the same in the server's previous epoch."""
    entered: bool = True
    """Whether the reader is in it. False for some rooms of the directory."""
    role: Role = Role.MEMBER
    """The reader's role in it; in the lobby, the role on the server."""
    read: Seq = 0
    """The reader's read marker: the SEQ up to which everything was read."""
    unread: int = 0
    """Messages of others after the read marker, without deleted ones and those of ignored people."""
    mentions: int = 0
    """Mentions of the reader after the read marker, without those by ignored people. A mention counts at the message,
    or at the edit that added it."""
    last: Last | None = None
    """In lists of the reader's own rooms, for direct and group rooms: the newest readable message, without deleted
    ones and those of ignored people."""

    def for_everyone(self) -> "Room":
        """Return the room without the fields that depend on the reader."""
        return msgspec.structs.replace(self, entered=True, role=Role.MEMBER, read=0, unread=0, mentions=0, last=None)

    @property
    def place(self) -> Place:
        """The kind of place, for the table of permissions."""
        if self.kind is RoomKind.NAMED:
            return Place.PRIVATE if self.private else Place.PUBLIC
        return _PLACES[self.kind]

    @property
    def condition(self) -> RoomCondition:
        """The condition, for the table of permissions."""
        if self.archived:
            return RoomCondition.ARCHIVED
        return RoomCondition.READ_ONLY if self.read_only else RoomCondition.OPEN


_PLACES: Final = {RoomKind.LOBBY: Place.LOBBY, RoomKind.DIRECT: Place.DIRECT, RoomKind.GROUP: Place.GROUP}
