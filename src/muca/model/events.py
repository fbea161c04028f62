"""Events: everything durable that happens in a room. A message is one, with a frame of its own; the rest share one.

A page of HISTORY shows each message as it is now (its last text, its reactions); the events that made it so have their
own places in the log, so that a client that follows the log sees each change once.
"""

from enum import StrEnum
from typing import Final, TypeAlias

from muca.model.files import FileInfo
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.roles import Role
from muca.model.rooms import RoomKind
from muca.model.wire import Frame, Wire


class Reach(StrEnum):
    """Whom a message reaches: the first generation's ``TYPE``. ``ROOM``: the members of a named room."""

    ALL = "ALL"
    GROUP = "GROUP"
    PRIVATE = "PRIVATE"
    ROOM = "ROOM"


REACH: Final = {
    RoomKind.LOBBY: Reach.ALL,
    RoomKind.GROUP: Reach.GROUP,
    RoomKind.DIRECT: Reach.PRIVATE,
    RoomKind.NAMED: Reach.ROOM,
}
"""How far a message in a room of this kind reaches."""


class Reaction(Wire, frozen=True, kw_only=True):
    """An emoji at a message."""

    emoji: str
    count: int
    uids: tuple[Uid, ...]
    """Who put it there, the first 20."""


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
    """Empty when it was deleted, or when there are only files."""
    files: tuple[FileInfo, ...] = ()
    reply_to: Seq | None = None
    mentions: tuple[Uid, ...] = ()
    """Who is meant in the text."""
    mentions_room: bool = False
    """Whether everyone in the room is."""
    mention_places: tuple[Mention, ...] = ()
    """Who is meant where. Messages of older servers have none."""
    edited_ms: int | None = None
    """When it was given its present text. None: it is the first."""
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()


class Count(Wire, frozen=True, kw_only=True):
    """By how much the mentions of somebody, or of everyone in the room, become more or less.

    A mention counts at ``seq``, that of the message or of the edit which brought it, for whoever has not read so far.
    """

    uid: Uid | None = None
    room: bool = False
    seq: Seq
    by: int


class EventKind(StrEnum):
    """What has happened."""

    EDIT = "edit"
    """``OF`` has the text ``MSG`` now, with the mentions given."""
    DELETE = "delete"
    """``OF`` was deleted."""
    REACT = "react"
    UNREACT = "unreact"
    PIN = "pin"
    UNPIN = "unpin"
    CREATE = "create"
    """The room was made, with these ``SETTINGS``."""
    SET = "set"
    """``SETTINGS`` have changed."""
    DELETE_ROOM = "delete_room"
    """The room is gone for good, with all that was in it; this is the last that is heard of it."""
    ENTER = "enter"
    EXIT = "exit"
    INVITE = "invite"
    """``UID`` was made a member."""
    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"
    MUTE = "mute"
    UNMUTE = "unmute"
    ROLE = "role"
    """``UID`` has the role ``ROLE`` now."""


class Settings(Wire, frozen=True, kw_only=True):
    """What was changed of a room, and to what; the rest is as it was."""

    title: str | None = None
    topic: str | None = None
    read_only: bool | None = None
    slow_seconds: int | None = None
    private: bool | None = None
    archived: bool | None = None
    keep_days: int | None = None
    keep_events: int | None = None


class Event(Frame, frozen=True, kw_only=True, tag="EVENT"):
    """Anything durable that happens in a room and is no message. Kinds may be added; clients skip those unknown."""

    kind: str
    """One of ``EventKind``."""
    room: RoomId
    seq: Seq
    ts_ms: int
    sender: Uid
    """Who did it."""
    nickname: str
    of: Seq | None = None
    """The message that it is about."""
    uid: Uid | None = None
    """The person that it is about."""
    text: str = ""
    """The new text of an edit; the reason of a kick, mute or ban."""
    mentions: tuple[Uid, ...] = ()
    mentions_room: bool = False
    mention_places: tuple[Mention, ...] = ()
    emoji: str | None = None
    role: Role | None = None
    until_ms: int | None = None
    """When a mute or ban ends. None: when it is lifted."""
    settings: Settings | None = None
    """What SET has changed; what CREATE made."""
    author: Uid | None = None
    """Who wrote what was deleted; None: ``sender`` did. In pushes only."""
    counts: tuple[Count, ...] = ()
    """Of an edit or a deletion: what it does to counts of mentions. In pushes only."""


LogEntry: TypeAlias = Message | Event
"""What a room's log consists of."""
