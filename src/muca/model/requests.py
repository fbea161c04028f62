"""Requests of clients. Every request may have an ``ID``, which its reply repeats as ``RE``.

``ROOM`` is a room's id, ``SEQ`` an event of that room, and ``UID`` the person that the request is about.
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
    """Start a session as a UID. ``V`` 2 requests v2; without it the client is of the first generation."""

    nickname: str | None = None
    """None, allowed only with a password: the account's current nickname."""
    uid: Uid
    v: int = 1
    token: str | None = None
    """The secret of a claimed UID."""
    password: str | None = None
    """The account's password, instead of a token. This device then receives its own token.

    In v2 the ``UID`` may then also be the account's nickname, and case does not matter.
    """
    device: str | None = None
    """The name of the device in the list of DEVICES."""
    code: str | None = None
    """A code of HANDOVER: this device then receives its own token. A valid token makes it unnecessary."""
    session: str | None = None
    """The client's session before its connection was lost; it is resumed if the server still has it."""


class Ping(_Request, frozen=True, kw_only=True, tag="PING"):
    """Check that the other side still answers. Both sides may send it; the answer is a ``PONG``."""


class Pong(Frame, frozen=True, kw_only=True, tag="PONG"):
    """The answer to a ``PING``."""

    answers: str | None = None


class Leave(_Request, frozen=True, kw_only=True, tag="LEAVE"):
    """End the session. The server answers, then closes the connection."""


class Away(_Request, frozen=True, kw_only=True, tag="AWAY"):
    """Set whether the user is away from this device. A person is away if all sessions are."""

    away: bool = True


class Peers(_Request, frozen=True, kw_only=True, tag="PEERS"):
    """List who is online, in order of joining. JOIN lists the first ones."""

    after: int = 0
    """The ``NEXT`` of the previous page, or the ``PEERS_NEXT`` of JOIN."""
    limit: int = 500


# Messages


class Send(_Request, frozen=True, kw_only=True, tag="SEND"):
    """Send a message: to ``TO`` (UIDs or nicknames; empty: everyone) or to ``ROOM``.

    ``ID`` is also the idempotency key: a retry of the same SEND is not stored again.
    """

    text: str
    recipients: tuple[str, ...] | None = None
    room: RoomId | None = None
    reply_to: Seq | None = None
    """The SEQ of the message in the same room that this one replies to."""
    files: tuple[FileId, ...] = ()
    """The sender's uploads that are in no message yet. With files, the text may be empty."""
    mentions: tuple[Mention, ...] | None = None
    """Who is mentioned, and where in the text. None: the server finds names in the text."""


class Edit(_Request, frozen=True, kw_only=True, tag="EDIT"):
    """Edit a message of the sender. Its previous texts stay readable (``VERSIONS``)."""

    room: RoomId
    seq: Seq
    text: str
    mentions: tuple[Mention, ...] | None = None


class Delete(_Request, frozen=True, kw_only=True, tag="DELETE"):
    """Delete a message: its text and all versions are deleted permanently; its position in the log stays."""

    room: RoomId
    seq: Seq


class Purge(_Request, frozen=True, kw_only=True, tag="PURGE"):
    """Delete the newest messages of one person in a room, as DELETE would each; again while the reply says ``MORE``."""

    room: RoomId
    uid: Uid


class React(_Request, frozen=True, kw_only=True, tag="REACT"):
    """React to a message with an emoji."""

    room: RoomId
    seq: Seq
    emoji: str


class Unreact(_Request, frozen=True, kw_only=True, tag="UNREACT"):
    """Remove the sender's reaction."""

    room: RoomId
    seq: Seq
    emoji: str


class Pin(_Request, frozen=True, kw_only=True, tag="PIN"):
    """Pin a message in its room."""

    room: RoomId
    seq: Seq


class Unpin(_Request, frozen=True, kw_only=True, tag="UNPIN"):
    """Unpin a message."""

    room: RoomId
    seq: Seq


class Read(_Request, frozen=True, kw_only=True, tag="READ"):
    """Move the read marker forwards: everything up to this event was read."""

    room: RoomId
    seq: Seq
    back: bool = False
    """The marker may also move back: everything after this event is unread again."""


class Typing(_Request, frozen=True, kw_only=True, tag="TYPING"):
    """Tell a room that the sender is typing. Valid for a few seconds; not stored."""

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
    """Return the page with this event in the middle."""
    at_ms: int | None = None
    """Return the page that begins with the first event at or after this time, UTC milliseconds."""
    limit: int = 50


class Search(_Request, frozen=True, kw_only=True, tag="SEARCH"):
    """Search the messages that the sender may read.

    ``QUERY``: words, parts of words, "phrases", ``from:``, ``in:``, ``before:``, ``after:``, ``has:``.
    """

    query: str
    before: int | None = None
    """The ``NEXT`` of the previous page; None: the newest matches."""
    limit: int = 20
    zone: str = "UTC"
    """The time zone of the days in ``before:`` and ``after:``, as in RFC 9557: ``Europe/Berlin``, ``+02:00``."""


class Versions(_Request, frozen=True, kw_only=True, tag="VERSIONS"):
    """Read all texts that a message had."""

    room: RoomId
    seq: Seq


class Pins(_Request, frozen=True, kw_only=True, tag="PINS"):
    """Read the pinned messages of a room."""

    room: RoomId


# Rooms


class Create(_Request, frozen=True, kw_only=True, tag="CREATE"):
    """Create a named room and become its owner. A retry with the same ``ID`` creates no second room."""

    title: str
    topic: str = ""
    private: bool = False


class Rooms(_Request, frozen=True, kw_only=True, tag="ROOMS"):
    """List the rooms that the sender may see, sorted by title: public ones, and private ones that the sender is in."""

    own: bool = False
    """List the sender's own rooms and conversations instead: the most recently active first, without the lobby."""
    match: str = ""
    """A part of the title or topic."""
    after: str | None = None
    """The ``NEXT`` of the previous page."""
    limit: int = 50


class Enter(_Request, frozen=True, kw_only=True, tag="ENTER"):
    """Become a member of a public room."""

    room: RoomId


class Exit(_Request, frozen=True, kw_only=True, tag="EXIT"):
    """Leave a named room."""

    room: RoomId


class Invite(_Request, frozen=True, kw_only=True, tag="INVITE"):
    """Make somebody a member of a named room."""

    room: RoomId
    uid: Uid


class Set(_Request, frozen=True, kw_only=True, tag="SET"):
    """Change the given settings of a room."""

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
    """Permanently delete a named room, with everything in it."""

    room: RoomId


class Members(_Request, frozen=True, kw_only=True, tag="MEMBERS"):
    """List the members of a room, sorted by UID. In the lobby: everyone that the server knows."""

    room: RoomId
    after: Uid | None = None
    limit: int = 100


# Moderation. Without ``ROOM``, a request applies to the server.


class GiveRole(_Request, frozen=True, kw_only=True, tag="ROLE"):
    """Give somebody a role, in a named room or on the server."""

    uid: Uid
    role: Role
    room: RoomId | None = None


class Kick(_Request, frozen=True, kw_only=True, tag="KICK"):
    """Remove somebody from a named room, or end all their sessions. They may come back."""

    uid: Uid
    room: RoomId | None = None
    reason: str = ""


class Mute(_Request, frozen=True, kw_only=True, tag="MUTE"):
    """Prevent somebody from writing for a time."""

    uid: Uid
    room: RoomId | None = None
    seconds: int | None = None
    """None: until it is lifted."""
    reason: str = ""


class Unmute(_Request, frozen=True, kw_only=True, tag="UNMUTE"):
    """Lift a mute."""

    uid: Uid
    room: RoomId | None = None


class Ban(_Request, frozen=True, kw_only=True, tag="BAN"):
    """Remove somebody and keep them out. On the server, an address or a range of addresses can be banned instead."""

    uid: Uid | None = None
    address: str | None = None
    """``192.0.2.7``, ``192.0.2.0/24``, ``2001:db8::/32``."""
    room: RoomId | None = None
    seconds: int | None = None
    """None: until it is lifted."""
    reason: str = ""
    with_address: bool = False
    """Without ``ROOM``: also ban the addresses from which the person is connected now."""


class Unban(_Request, frozen=True, kw_only=True, tag="UNBAN"):
    """Lift a ban."""

    uid: Uid | None = None
    address: str | None = None
    room: RoomId | None = None


class Bans(_Request, frozen=True, kw_only=True, tag="BANS"):
    """List who is banned or muted."""

    room: RoomId | None = None


class Report(_Request, frozen=True, kw_only=True, tag="REPORT"):
    """Report a message to the moderators."""

    room: RoomId
    seq: Seq
    reason: str = ""


class Reports(_Request, frozen=True, kw_only=True, tag="REPORTS"):
    """List open reports, the oldest first: of one room, or of all rooms that the server's moderators moderate."""

    room: RoomId | None = None


class Resolve(_Request, frozen=True, kw_only=True, tag="RESOLVE"):
    """Close a report."""

    report: int


class Audit(_Request, frozen=True, kw_only=True, tag="AUDIT"):
    """Read the audit log (who did what to whom) of one room or of the server, the newest entry first."""

    room: RoomId | None = None
    before: int | None = None
    """The ``NEXT`` of the previous page."""
    limit: int = 50


class Numbers(_Request, frozen=True, kw_only=True, tag="NUMBERS"):
    """Read the statistics of the server."""


class Ignore(_Request, frozen=True, kw_only=True, tag="IGNORE"):
    """Hide somebody's messages from the sender. Nobody else is told."""

    uid: Uid


class Unignore(_Request, frozen=True, kw_only=True, tag="UNIGNORE"):
    """Stop ignoring somebody."""

    uid: Uid


# Accounts


class Register(_Request, frozen=True, kw_only=True, tag="REGISTER"):
    """Create an account with a password, before JOIN. A retry of the same request is OKAY, too.

    The UID must be free; or its account must have no password yet, and ``TOKEN`` must be one of its tokens.
    """

    uid: Uid
    nickname: str
    password: str
    code: str | None = None
    """The code of an invitation, if the server requires one and the UID is free."""
    token: str | None = None
    """A token of the account, if it exists and has no password yet."""


class Password(_Request, frozen=True, kw_only=True, tag="PASSWORD"):
    """Set or change the account's password. All other devices are signed out."""

    new: str
    old: str | None = None
    """The current password; required if there is one."""


class DeleteAccount(_Request, frozen=True, kw_only=True, tag="DELETE_ACCOUNT"):
    """Permanently delete the sender's account. Its messages stay, without its name."""

    password: str | None = None
    """The account's password; required if there is one."""


class Devices(_Request, frozen=True, kw_only=True, tag="DEVICES"):
    """List the devices that have a token for this account."""


class Revoke(_Request, frozen=True, kw_only=True, tag="REVOKE"):
    """Sign a device out."""

    device: int


class Handover(_Request, frozen=True, kw_only=True, tag="HANDOVER"):
    """Create a code with which another device, or this browser at another address, can join the account once."""


class Invitation(_Request, frozen=True, kw_only=True, tag="INVITATION"):
    """Create an invitation: a code with which people can register."""

    uses: int = 1
    seconds: int = 604_800
    """How long it is valid."""


class Invitations(_Request, frozen=True, kw_only=True, tag="INVITATIONS"):
    """List the invitations that are still valid. Their codes are not shown again."""


class Withdraw(_Request, frozen=True, kw_only=True, tag="WITHDRAW"):
    """Invalidate an invitation."""

    invitation: int


class Claim(_Request, frozen=True, kw_only=True, tag="CLAIM"):
    """Become the server's owner, with the code that the server prints at start."""

    code: str


Request: TypeAlias = (
    Join
    | Ping
    | Pong
    | Leave
    | Away
    | Peers
    | Send
    | Edit
    | Delete
    | Purge
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
    | Handover
    | Invitation
    | Invitations
    | Withdraw
    | Claim
)
