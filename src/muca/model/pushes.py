"""Pushes: what the server says unasked."""

from enum import StrEnum
from typing import Final, TypeAlias

from muca.model.errors import CloseReason
from muca.model.ids import RoomId, Seq, Uid
from muca.model.requests import Ping
from muca.model.rooms import Peer, Room, RoomKind
from muca.model.wire import Frame


class Reach(StrEnum):
    """Whom a message reaches: the first generation's ``TYPE``."""

    ALL = "ALL"
    GROUP = "GROUP"
    PRIVATE = "PRIVATE"


REACH: Final = {RoomKind.LOBBY: Reach.ALL, RoomKind.GROUP: Reach.GROUP, RoomKind.DIRECT: Reach.PRIVATE}
"""How far a message in a room of this kind reaches."""


class Message(Frame, frozen=True, kw_only=True, tag="MSG"):
    """A message, as pushed and as in a page of HISTORY."""

    room: RoomId | None = None
    """None only where a first-generation server does not say: in a group."""
    seq: Seq | None = None
    """None only from a first-generation server."""
    ts_ms: int | None = None
    """When the server took it, UTC milliseconds since 1970; for display only. None from a first-generation server."""
    reach: Reach
    sender: Uid
    nickname: str | None = None
    """What the sender was called when it was sent. None from a first-generation server."""
    text: str


class PeerChange(StrEnum):
    """What happened to a peer."""

    JOINED = "JOINED"
    LEFT = "LEFT"
    RENAMED = "RENAMED"


class PeerChanged(Frame, frozen=True, kw_only=True, tag="PEER"):
    """A peer came, went, or goes by another nickname."""

    change: PeerChange
    uid: Uid
    nickname: str


class RoomOpened(Frame, frozen=True, kw_only=True, tag="ROOM"):
    """A room came into being that the client is in. Comes before its first message."""

    room: RoomId
    kind: RoomKind
    members: tuple[Peer, ...]

    def as_room(self) -> Room:
        """Give the room as JOIN would list it."""
        return Room(room=self.room, kind=self.kind, members=self.members)


class PeerList(Frame, frozen=True, kw_only=True, tag="LIST"):
    """Everyone who is joined, in order of joining: what a first-generation client is told after each change."""

    data: tuple[Peer, ...]


class Bye(Frame, frozen=True, kw_only=True, tag="BYE"):
    """The last thing the server says before it closes the connection."""

    code: CloseReason
    explanation: str
    resume: bool
    """Whether the client may come back by itself."""


Push: TypeAlias = Message | PeerChanged | RoomOpened | PeerList | Ping | Bye
