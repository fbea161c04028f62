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
    """A peer joined, left, changed the nickname, is away or back."""

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
    """A read marker moved to ``seq``: the account's own, on any device, or that of another member of a small room."""

    room: RoomId
    uid: Uid
    seq: Seq
    back: bool = False
    """The account's own marker moved back: everything after it is unread again."""
    unread: int | None = None
    """The account's unread messages; None for other members. The same applies to ``mentions``."""
    mentions: int | None = None

    @classmethod
    def of(cls, room: Room, uid: Uid, *, back: bool = False) -> "MarkerMoved":
        """Return somebody's own read marker and counts in a room."""
        return cls(room=room.room, uid=uid, seq=room.read, back=back, unread=room.unread, mentions=room.mentions)


class TypingNow(Frame, frozen=True, kw_only=True, tag="TYPING"):
    """Somebody is writing in a room."""

    room: RoomId
    uid: Uid


class Ignoring(Frame, frozen=True, kw_only=True, tag="IGNORES"):
    """The people whom the account ignores: pushed to all its sessions after a change."""

    uids: tuple[Uid, ...]


class ServerNotice(Frame, frozen=True, kw_only=True, tag="NOTICE"):
    """For owners: a part of the server is failing, or works again."""

    code: str | None = None
    """An ``ErrorCode``, possibly one of a newer server; None: everything works again."""
    explanation: str


class PeerList(Frame, frozen=True, kw_only=True, tag="LIST"):
    """Everyone who is joined, in order of joining: pushed to first-generation clients after each change."""

    data: tuple[Peer, ...]


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The server's last frame before it closes the connection."""

    code: CloseReason
    explanation: str
    resume: bool
    """Whether the client may reconnect automatically."""


Update: TypeAlias = Message | Event | PeerChanged | RoomOpened | MarkerMoved | TypingNow | Ignoring | ServerNotice
"""Pushes that the SDK passes on as events."""

Push: TypeAlias = Update | PeerList | Ping | Bye
