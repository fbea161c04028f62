"""Pushes: what the server sends without a request."""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from muca.model.errors import CloseReason
from muca.model.events import Event, Message
from muca.model.ids import RoomId, Seq, Uid
from muca.model.requests import Ping
from muca.model.rooms import Peer, Room
from muca.model.wire import Frame


class PeerChange(StrEnum):
    """What happened to a peer."""

    JOINED = "JOINED"
    LEFT = "LEFT"
    RENAMED = "RENAMED"
    AWAY = "AWAY"
    BACK = "BACK"


class PeerChanged(Frame, frozen=True, kw_only=True, tag="PEER"):
    """A peer joined, left, changed its nickname, or is away from its devices or back."""

    change: PeerChange
    uid: Uid
    nickname: str


class RoomOpened(Room, frozen=True, kw_only=True, tag_field="CMD", tag="ROOM"):
    """The client is now in a room that it did not know. Comes before the first event of the room."""

    @classmethod
    def of(cls, room: Room) -> "RoomOpened":
        """Announce this room."""
        return cls(**msgspec.structs.asdict(room))

    def as_room(self) -> Room:
        """Return the room as JOIN would list it."""
        return Room(**msgspec.structs.asdict(self))


class MarkerMoved(Frame, frozen=True, kw_only=True, tag="READ"):
    """Somebody has read a room up to ``seq``: oneself on any device, or another member of a small room."""

    room: RoomId
    uid: Uid
    seq: Seq
    back: bool = False
    """One's own marker moved back: everything after it is unread again."""
    unread: int | None = None
    """One's own unread messages now; None for other members. The same holds for ``mentions``."""
    mentions: int | None = None

    @classmethod
    def of(cls, room: Room, uid: Uid, *, back: bool = False) -> "MarkerMoved":
        """Return somebody's own read marker and counts in a room."""
        return cls(room=room.room, uid=uid, seq=room.read, back=back, unread=room.unread, mentions=room.mentions)


class TypingNow(Frame, frozen=True, kw_only=True, tag="TYPING"):
    """Somebody is writing something in a room."""

    room: RoomId
    uid: Uid


class Ignoring(Frame, frozen=True, kw_only=True, tag="IGNORES"):
    """Whom one ignores now: pushed to all of one's own sessions when it changes."""

    uids: tuple[Uid, ...]


class ServerNotice(Frame, frozen=True, kw_only=True, tag="NOTICE"):
    """For owners: something about the server itself does not work, or works again."""

    code: str | None = None
    """An ``ErrorCode``, possibly one of a newer server; None: everything works again."""
    explanation: str


class PeerList(Frame, frozen=True, kw_only=True, tag="LIST"):
    """Everyone who is joined, in order of joining: pushed to first-generation clients after each change."""

    data: tuple[Peer, ...]


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The last thing the server says before it closes the connection."""

    code: CloseReason
    explanation: str
    resume: bool
    """Whether the client may reconnect automatically."""


Update: TypeAlias = Message | Event | PeerChanged | RoomOpened | MarkerMoved | TypingNow | Ignoring | ServerNotice
"""What a client passes on to its program as it comes."""

Push: TypeAlias = Update | PeerList | Ping | Bye
