"""Requests: what a client may ask. Every request may carry an ``ID``, which its reply repeats as ``RE``.

Where a request has ``ROOM``, it is the room's id; ``SEQ`` is an event of that room, ``UID`` the person it is about.
"""

from typing import TypeAlias

from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.roles import Role
from muca.model.wire import Frame


class _Request(Frame, frozen=True, kw_only=True):
    request_id: str | None = None


# Coming and going


class Join(_Request, frozen=True, kw_only=True, tag="JOIN"):
    """Speak for a UID. ``V`` 2 asks for v2; without it the client is of the first generation."""

    nickname: str | None = None
    """None, with a password only: what the account goes by."""
    uid: Uid
    v: int = 1
    token: str | None = None
    """The secret that a claimed UID was given."""
    password: str | None = None
    """Instead of a token: the account's password. This device is then given a token of its own.

    In v2 the ``UID`` may then also be the account's nickname, and capitals do not matter.
    """
    device: str | None = None
    """What the device is called in the list of DEVICES."""
    session: str | None = None
    """The session this client had before its connection broke; it is taken over if the server still holds it."""


class Ping(_Request, frozen=True, kw_only=True, tag="PING"):
    """Are you there? Both sides may ask; the answer is a ``PONG``."""


class Pong(Frame, frozen=True, kw_only=True, tag="PONG"):
    """I am here: the answer to a ``PING``."""

    answers: str | None = None


class Leave(_Request, frozen=True, kw_only=True, tag="LEAVE"):
    """End the session. The server answers, then closes the connection."""


class Away(_Request, frozen=True, kw_only=True, tag="AWAY"):
    """Say that nobody is at this device, or somebody is again. A person is away when all its sessions are."""

    away: bool = True


# Messages


class Send(_Request, frozen=True, kw_only=True, tag="SEND"):
    """Write a message: to ``TO`` (empty: everyone; UIDs or nicknames), or into ``ROOM``.

    ``ID`` is also the idempotency key: the same SEND again is the same event.
    """

    text: str
    recipients: tuple[str, ...] | None = None
    room: RoomId | None = None
    reply_to: Seq | None = None
    """The SEQ of the message in the same room that this answers."""
    files: tuple[FileId, ...] = ()
    """Own uploads that no message has yet; with them, the text may be empty."""
    mentions: tuple[Mention, ...] | None = None
    """Who is meant, and where in the text. None: the names in the text say."""


class Edit(_Request, frozen=True, kw_only=True, tag="EDIT"):
    """Give one's own message another text. The former ones stay readable (``VERSIONS``)."""

    room: RoomId
    seq: Seq
    text: str
    mentions: tuple[Mention, ...] | None = None


class Delete(_Request, frozen=True, kw_only=True, tag="DELETE"):
    """Delete a message: its text and all versions are gone for good, its place in the log stays."""

    room: RoomId
    seq: Seq


class React(_Request, frozen=True, kw_only=True, tag="REACT"):
    """Put an emoji to a message."""

    room: RoomId
    seq: Seq
    emoji: str


class Unreact(_Request, frozen=True, kw_only=True, tag="UNREACT"):
    """Take one's emoji back."""

    room: RoomId
    seq: Seq
    emoji: str


class Pin(_Request, frozen=True, kw_only=True, tag="PIN"):
    """Pin a message in its room."""

    room: RoomId
    seq: Seq


class Unpin(_Request, frozen=True, kw_only=True, tag="UNPIN"):
    """Undo it."""

    room: RoomId
    seq: Seq


class Read(_Request, frozen=True, kw_only=True, tag="READ"):
    """Move one's read marker forwards: everything up to this event was read."""

    room: RoomId
    seq: Seq
    back: bool = False
    """The marker may also move back: everything after this event is unread again."""


class Typing(_Request, frozen=True, kw_only=True, tag="TYPING"):
    """Say that one is writing something; holds for some seconds. Not stored."""

    room: RoomId


# Reading


class History(_Request, frozen=True, kw_only=True, tag="HISTORY"):
    """Read a room's log: after a SEQ, before a SEQ, around a SEQ, from a time on, or, with none, its newest page.

    At most one of ``AFTER``, ``BEFORE``, ``AROUND`` and ``AT`` is given.
    """

    room: RoomId
    after: Seq | None = None
    before: Seq | None = None
    around: Seq | None = None
    """The page in the middle of which this event is."""
    at_ms: int | None = None
    """The page that begins with the first event at or after this time, UTC milliseconds."""
    limit: int = 50


class Search(_Request, frozen=True, kw_only=True, tag="SEARCH"):
    """Find messages that one may read.

    ``QUERY``: words, parts of words, "phrases", ``from:``, ``in:``, ``before:``, ``after:``, ``has:``.
    """

    query: str
    before: int | None = None
    """The ``NEXT`` of the page before; None: the newest matches."""
    limit: int = 20
    zone: str = "UTC"
    """Where the days of ``before:`` and ``after:`` begin, as RFC 9557 writes it: ``Europe/Berlin``, ``+02:00``."""


class Versions(_Request, frozen=True, kw_only=True, tag="VERSIONS"):
    """Read all texts that a message had."""

    room: RoomId
    seq: Seq


class Pins(_Request, frozen=True, kw_only=True, tag="PINS"):
    """Read the pinned messages of a room."""

    room: RoomId


# Rooms


class Create(_Request, frozen=True, kw_only=True, tag="CREATE"):
    """Make a named room; one is its owner. With an ``ID``, the same CREATE again is the same room."""

    title: str
    topic: str = ""
    private: bool = False


class Rooms(_Request, frozen=True, kw_only=True, tag="ROOMS"):
    """List the rooms one may see, in order of title: public ones, and private ones one is in."""

    match: str = ""
    """A part of the title or topic."""
    after: str | None = None
    """The ``NEXT`` of the page before."""
    limit: int = 50


class Enter(_Request, frozen=True, kw_only=True, tag="ENTER"):
    """Become a member of a public room."""

    room: RoomId


class Exit(_Request, frozen=True, kw_only=True, tag="EXIT"):
    """Be no member of a named room any longer."""

    room: RoomId


class Invite(_Request, frozen=True, kw_only=True, tag="INVITE"):
    """Make somebody a member of a named room."""

    room: RoomId
    uid: Uid


class Set(_Request, frozen=True, kw_only=True, tag="SET"):
    """Change what is given of a room, and leave the rest."""

    room: RoomId
    title: str | None = None
    topic: str | None = None
    read_only: bool | None = None
    slow_seconds: int | None = None
    private: bool | None = None
    archived: bool | None = None
    keep_days: int | None = None
    keep_events: int | None = None


class DeleteRoom(_Request, frozen=True, kw_only=True, tag="DELETE_ROOM"):
    """Delete a named room for good, with all that is in it. Nothing brings it back."""

    room: RoomId


class Members(_Request, frozen=True, kw_only=True, tag="MEMBERS"):
    """List who is in a room, in order of UID. In the lobby: everyone the server knows."""

    room: RoomId
    after: Uid | None = None
    limit: int = 100


# Moderation. Without ``ROOM`` it is about the server.


class GiveRole(_Request, frozen=True, kw_only=True, tag="ROLE"):
    """Give somebody a role, in a named room or on the server."""

    uid: Uid
    role: Role
    room: RoomId | None = None


class Kick(_Request, frozen=True, kw_only=True, tag="KICK"):
    """Put somebody out of a named room, or end its sessions. It may come back."""

    uid: Uid
    room: RoomId | None = None
    reason: str = ""


class Mute(_Request, frozen=True, kw_only=True, tag="MUTE"):
    """Let somebody say nothing for a time."""

    uid: Uid
    room: RoomId | None = None
    seconds: int | None = None
    """None: until it is lifted."""
    reason: str = ""


class Unmute(_Request, frozen=True, kw_only=True, tag="UNMUTE"):
    """Lift it."""

    uid: Uid
    room: RoomId | None = None


class Ban(_Request, frozen=True, kw_only=True, tag="BAN"):
    """Put somebody out, and keep it out. For the server, an address or range of addresses can be given instead."""

    uid: Uid | None = None
    address: str | None = None
    """``192.0.2.7``, ``192.0.2.0/24``, ``2001:db8::/32``."""
    room: RoomId | None = None
    seconds: int | None = None
    """None: until it is lifted."""
    reason: str = ""


class Unban(_Request, frozen=True, kw_only=True, tag="UNBAN"):
    """Lift it."""

    uid: Uid | None = None
    address: str | None = None
    room: RoomId | None = None


class Bans(_Request, frozen=True, kw_only=True, tag="BANS"):
    """List who is banned or muted."""

    room: RoomId | None = None


class Report(_Request, frozen=True, kw_only=True, tag="REPORT"):
    """Bring a message before the moderators."""

    room: RoomId
    seq: Seq
    reason: str = ""


class Reports(_Request, frozen=True, kw_only=True, tag="REPORTS"):
    """List open reports, the oldest first: of one room, or of all that one moderates as the server's moderator."""

    room: RoomId | None = None


class Resolve(_Request, frozen=True, kw_only=True, tag="RESOLVE"):
    """Close a report."""

    report: int


class Audit(_Request, frozen=True, kw_only=True, tag="AUDIT"):
    """Read who did what to whom, the newest first: in one room, or on the server."""

    room: RoomId | None = None
    before: int | None = None
    """The ``NEXT`` of the page before."""
    limit: int = 50


class Numbers(_Request, frozen=True, kw_only=True, tag="NUMBERS"):
    """Tell how much there is of everything on the server."""


class Ignore(_Request, frozen=True, kw_only=True, tag="IGNORE"):
    """Hide what somebody says: one's own business, which nobody else is told."""

    uid: Uid


class Unignore(_Request, frozen=True, kw_only=True, tag="UNIGNORE"):
    """Undo it."""

    uid: Uid


# Accounts


class Register(_Request, frozen=True, kw_only=True, tag="REGISTER"):
    """Make an account with a password, before JOIN. The same one again is OKAY as well.

    The UID must be free, or its account must have no password yet and ``TOKEN`` be one of its tokens.
    """

    uid: Uid
    nickname: str
    password: str
    code: str | None = None
    """An invitation, where the server asks for one and the UID is free."""
    token: str | None = None
    """Of an account that has no password yet."""


class Password(_Request, frozen=True, kw_only=True, tag="PASSWORD"):
    """Set or change the account's password. All other devices are signed out."""

    new: str
    old: str | None = None
    """Needed where there is one."""


class DeleteAccount(_Request, frozen=True, kw_only=True, tag="DELETE_ACCOUNT"):
    """Delete one's own account for good. What one has written stays, without one's name."""

    password: str | None = None
    """Needed where there is one."""


class Devices(_Request, frozen=True, kw_only=True, tag="DEVICES"):
    """List the devices that have a token for this account."""


class Revoke(_Request, frozen=True, kw_only=True, tag="REVOKE"):
    """Sign a device out."""

    device: int


class Invitation(_Request, frozen=True, kw_only=True, tag="INVITATION"):
    """Make a code that lets people register."""

    uses: int = 1
    seconds: int = 604_800
    """How long it is good for."""


class Invitations(_Request, frozen=True, kw_only=True, tag="INVITATIONS"):
    """List the codes that are still good. The codes themselves are not shown again."""


class Withdraw(_Request, frozen=True, kw_only=True, tag="WITHDRAW"):
    """Make an invitation useless."""

    invitation: int


class Claim(_Request, frozen=True, kw_only=True, tag="CLAIM"):
    """Become the server's owner, with the code that its first start has printed."""

    code: str


Request: TypeAlias = (
    Join
    | Ping
    | Pong
    | Leave
    | Away
    | Send
    | Edit
    | Delete
    | React
    | Unreact
    | Pin
    | Unpin
    | Read
    | Typing
    | History
    | Search
    | Versions
    | Pins
    | Create
    | Rooms
    | Enter
    | Exit
    | Invite
    | Set
    | DeleteRoom
    | Members
    | GiveRole
    | Kick
    | Mute
    | Unmute
    | Ban
    | Unban
    | Bans
    | Report
    | Reports
    | Resolve
    | Audit
    | Numbers
    | Ignore
    | Unignore
    | Register
    | Password
    | DeleteAccount
    | Devices
    | Revoke
    | Invitation
    | Invitations
    | Withdraw
    | Claim
)
