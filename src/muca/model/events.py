"""Events: everything durable that happens in a room. Messages have their own frame type; the others share one.

A page of HISTORY shows each message as it is now (its latest text, its reactions). The events that changed it have
their own positions in the log, so a client that follows the log sees each change once.
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
    """Who gets a message: the ``TYPE`` of the first-generation protocol. ``ROOM``: the members of a named room."""

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
"""The reach of a message in a room of this kind."""


class Reaction(Wire, frozen=True, kw_only=True):
    """One emoji with which people reacted to a message."""

    emoji: str
    count: int
    uids: tuple[Uid, ...]
    """The first 20 people who reacted with it."""


class Message(Frame, frozen=True, kw_only=True, tag="MSG"):
    """A message, in a push or in a page of HISTORY."""

    room: RoomId | None = None
    """None only in a group on a first-generation server, which does not send it."""
    seq: Seq | None = None
    """None only from a first-generation server."""
    ts_ms: int | None = None
    """When the server accepted it, UTC milliseconds since 1970; display only. None from a first-generation server."""
    reach: Reach
    sender: Uid
    nickname: str | None = None
    """The sender's nickname when it was sent. None from a first-generation server."""
    text: str
    """Empty when it was deleted, or when there are only files."""
    files: tuple[FileInfo, ...] = ()
    reply_to: Seq | None = None
    mentions: tuple[Uid, ...] = ()
    """Who is mentioned in the text."""
    mentions_room: bool = False
    """Whether everyone in the room is mentioned."""
    mention_places: tuple[Mention, ...] = ()
    """Who is mentioned where in the text. Empty in messages from older servers."""
    edited_ms: int | None = None
    """When it was last edited. None: never."""
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
    request_id: str | None = None
    """The ID of the SEND that it came from. Only the sender sees it, and not after a deletion. The last field: see
    ``encode_both``."""


class Count(Wire, frozen=True, kw_only=True):
    """By how much the number of mentions of somebody, or of everyone in the room, increases or decreases.

    A mention counts at ``seq``, the SEQ of the message or edit that added it, for people who have not read that far.
    """

    uid: Uid | None = None
    room: bool = False
    seq: Seq
    by: int


class EventKind(StrEnum):
    """What happened."""

    EDIT = "edit"
    """``OF`` now has the text ``MSG``, with the given mentions."""
    DELETE = "delete"
    """``OF`` was deleted."""
    REACT = "react"
    UNREACT = "unreact"
    PIN = "pin"
    UNPIN = "unpin"
    CREATE = "create"
    """The room was created, with these ``SETTINGS``."""
    SET = "set"
    """These ``SETTINGS`` were changed."""
    DELETE_ROOM = "delete_room"
    """The room was permanently deleted, with everything in it; this is its last event."""
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
    """``UID`` now has the role ``ROLE``."""


class Settings(Wire, frozen=True, kw_only=True):
    """The settings of a room that were changed, with their new values; None: unchanged."""

    title: str | None = None
    topic: str | None = None
    read_only: bool | None = None
    slow_seconds: int | None = None
    private: bool | None = None
    archived: bool | None = None
    keep_days: int | None = None
    keep_events: int | None = None


class Event(Frame, frozen=True, kw_only=True, tag="EVENT"):
    """Anything durable that happens in a room and is not a message. Clients must ignore kinds that they do not know."""

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
    """What SET changed, or what CREATE set."""
    author: Uid | None = None
    """The author of the deleted message; None: the ``sender``. Only in pushes."""
    counts: tuple[Count, ...] = ()
    """How an edit or a deletion changes the counts of mentions. Only in pushes."""


LogEntry: TypeAlias = Message | Event
"""An entry of a room's log."""
