"""Pushes: what the server says unasked."""

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
    """A peer came, went, goes by another nickname, or is away from its devices."""

    change: PeerChange
    uid: Uid
    nickname: str


class RoomOpened(Room, frozen=True, kw_only=True, tag_field="CMD", tag="ROOM"):
    """A room that is new to the client: it is in it from now on. Comes before its first event."""

    @classmethod
    def of(cls, room: Room) -> "RoomOpened":
        """Tell of this room."""
        return cls(**msgspec.structs.asdict(room))

    def as_room(self) -> Room:
        """Give the room as JOIN would list it."""
        return Room(**msgspec.structs.asdict(self))


class MarkerMoved(Frame, frozen=True, kw_only=True, tag="READ"):
    """Somebody has read a room up to here: oneself on any device, or, in a small room, another member."""

    room: RoomId
    uid: Uid
    seq: Seq
    back: bool = False
    """One's own marker has moved back: what comes after it is unread again."""
    unread: int | None = None
    """One's own messages unread and mentions now. None of others."""
    mentions: int | None = None

    @classmethod
    def of(cls, room: Room, uid: Uid, *, back: bool = False) -> "MarkerMoved":
        """Tell somebody how far it has read a room, and what counts beyond."""
        return cls(room=room.room, uid=uid, seq=room.read, back=back, unread=room.unread, mentions=room.mentions)


class TypingNow(Frame, frozen=True, kw_only=True, tag="TYPING"):
    """Somebody is writing something in a room."""

    room: RoomId
    uid: Uid


class Ignoring(Frame, frozen=True, kw_only=True, tag="IGNORES"):
    """Whom one ignores now: told to all of one's own sessions when it has changed."""

    uids: tuple[Uid, ...]


class ServerNotice(Frame, frozen=True, kw_only=True, tag="NOTICE"):
    """For the owner: something about the server itself does not work, or works again."""

    code: str | None = None
    """An ``ErrorCode``, perhaps of a newer server; None: all is well again."""
    explanation: str


class PeerList(Frame, frozen=True, kw_only=True, tag="LIST"):
    """Everyone who is joined, in order of joining: what a first-generation client is told after each change."""

    data: tuple[Peer, ...]


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The last thing the server says before it closes the connection."""

    code: CloseReason
    explanation: str
    resume: bool
    """Whether the client may come back by itself."""


Push: TypeAlias = (
    Message
    | Event
    | PeerChanged
    | RoomOpened
    | MarkerMoved
    | TypingNow
    | Ignoring
    | ServerNotice
    | PeerList
    | Ping
    | Bye
)
