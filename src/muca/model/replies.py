"""Replies: the one answer to a request. On the wire all of them are ``ACK``, with ``TYPE`` ``OKAY`` or ``FAIL``."""

from enum import StrEnum
from typing import Literal, TypeAlias

from muca.model.errors import ErrorCode
from muca.model.events import LogEntry, Message
from muca.model.ids import RoomId, Seq, Uid
from muca.model.limits import AnnouncedLimits
from muca.model.requests import Pong
from muca.model.roles import Role
from muca.model.rooms import Peer, Room
from muca.model.wire import Frame, Wire, always


class Policy(StrEnum):
    """Who may join a server."""

    OPEN = "open"
    """Everyone; a UID is claimed by whoever uses it first."""
    REGISTERED = "registered"
    """Registered accounts; everyone may REGISTER."""
    INVITE = "invite"
    """Registered accounts; REGISTER needs an invitation."""


class TlsInfo(Wire, frozen=True, kw_only=True):
    """Where the server speaks TLS, on the same host."""

    port: int
    fingerprint: str
    """``sha256:`` and the hexadecimal SHA-256 of the certificate's public key (DER SubjectPublicKeyInfo)."""


class ServerInfo(Wire, frozen=True, kw_only=True):
    """Which server this is. ``ID`` stays the same for the life of its database, and copies of that share it."""

    id: str
    name: str
    version: str
    epoch: str | None = None
    """Which history the SEQs of its rooms belong to: another one after its database was restored, copied or moved."""
    former_epoch: str | None = None
    """The epoch before. In each room, events up to ``EPOCH_SEQ`` are the same in both."""
    policy: Policy = Policy.OPEN
    tls: TlsInfo | None = None


class Joined(Wire, frozen=True, kw_only=True):
    """What a v2 JOIN brings: everything a client needs to start."""

    v: Literal[2] = always(2)
    uid: Uid | None = None
    """One's own, where JOIN named the account otherwise: by nickname, or in other capitals."""
    session: str
    server: ServerInfo
    limits: AnnouncedLimits
    features: tuple[str, ...]
    role: Role = always(Role.MEMBER)
    """One's role on the server."""
    rooms: tuple[Room, ...]
    """Own rooms, the lobby first, then the latest active ones first."""
    more_rooms: bool = False
    """Whether there are own rooms beyond these: ``ROOMS`` lists the named ones."""
    peers: tuple[Peer, ...]
    """Everyone who is joined now, oneself too, in order of joining."""
    away: tuple[Uid, ...] = ()
    """Who of them is away."""
    ignores: tuple[Uid, ...] = ()
    registered: bool = False
    """Whether the account has a password."""
    token: str | None = None
    """Given once, when this JOIN claimed the UID or logged in: keep it, later JOINs need it."""
    device: int | None = None
    """The number of this device, as DEVICES lists it. None for a guest."""


class Stored(Wire, frozen=True, kw_only=True):
    """Where an event is: it is on disk."""

    room: RoomId
    seq: Seq
    ts_ms: int


class Page(Wire, frozen=True, kw_only=True):
    """A part of a room's log, oldest event first."""

    room: RoomId
    events: tuple[LogEntry, ...]
    more: bool
    """Whether the log goes on in the direction that was asked for; around an event and from a time on, forwards."""


class Hit(Wire, frozen=True, kw_only=True):
    """A message that was found."""

    message: Message
    marks: tuple[tuple[int, int], ...]
    """Where in the text the words are: begin and length in characters, in order, not overlapping."""


class Hits(Wire, frozen=True, kw_only=True):
    """A page of matches, the newest first."""

    hits: tuple[Hit, ...]
    next: int | None = None
    """The ``BEFORE`` of the next page; None on the last. A page may be short, or empty, and not be the last."""


class Version(Wire, frozen=True, kw_only=True):
    """A text that a message had from a time on."""

    ts_ms: int
    text: str


class Versions(Wire, frozen=True, kw_only=True):
    """All texts of a message, the first one first."""

    versions: tuple[Version, ...]


class Messages(Wire, frozen=True, kw_only=True):
    """Messages of a room."""

    messages: tuple[Message, ...]


class RoomPage(Wire, frozen=True, kw_only=True):
    """A part of the directory."""

    rooms: tuple[Room, ...]
    next: str | None = None


class Member(Wire, frozen=True, kw_only=True):
    """Somebody in a room."""

    uid: Uid
    nickname: str
    role: Role
    last_seen_ms: int
    """Until when it was here last, UTC milliseconds; who is here now: now."""
    read: Seq = 0
    """Up to where it has read the room; in the lobby not told (0)."""
    muted_until_ms: int | None = None
    """Not told of who is banned, which says more."""
    banned_until_ms: int | None = None
    """From the server; in the lobby only."""


class MemberPage(Wire, frozen=True, kw_only=True):
    """A part of the members, in order of UID."""

    members: tuple[Member, ...]
    more: bool


class Sanction(Wire, frozen=True, kw_only=True):
    """A mute or ban."""

    sanction: Literal["mute", "ban"]
    uid: Uid | None = None
    address: str | None = None
    until_ms: int | None = None
    reason: str = ""


class Sanctions(Wire, frozen=True, kw_only=True):
    """All that hold now."""

    sanctions: tuple[Sanction, ...]


class ReportInfo(Wire, frozen=True, kw_only=True):
    """A message that was brought before the moderators."""

    report: int
    room: RoomId
    seq: Seq
    uid: Uid
    """Who did so."""
    ts_ms: int
    reason: str
    message: Message | None
    """As it was when it was reported. None: it was deleted before copies were kept."""
    versions: tuple[Version, ...] = ()
    """All texts that it had until then, the first one first. Empty: it was reported before they were kept."""
    deleted: bool = False
    """Whether the message itself is gone since."""


class ReportList(Wire, frozen=True, kw_only=True):
    """Open reports, the oldest first."""

    reports: tuple[ReportInfo, ...]


class AuditEntry(Wire, frozen=True, kw_only=True):
    """Who did what to whom, when."""

    ts_ms: int
    actor: Uid
    """``-`` for the operator, on the server's machine."""
    action: str
    """The request, as its ``CMD``."""
    uid: Uid | None = None
    room: RoomId | None = None
    detail: str = ""


class AuditPage(Wire, frozen=True, kw_only=True):
    """A part of the audit log, the newest first."""

    entries: tuple[AuditEntry, ...]
    next: int | None = None


class Numbers(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """How much there is of everything."""

    people: int
    """Everyone who was ever let in."""
    accounts: int
    """Those of them that are somebody's, by a token or a password."""
    registered: int
    """Those of these that have a password."""
    peers: int = 0
    """Who is here."""
    sessions: int = 0
    rooms: int
    """The lobby, conversations and named rooms."""
    messages: int
    """Those that are kept, in all rooms, deleted ones too."""
    database_bytes: int
    files: int
    """Those of messages, and those that are about to be sent."""
    file_bytes: int
    uptime_seconds: int = 0


class Device(Wire, frozen=True, kw_only=True):
    """A device that has a token."""

    device: int
    name: str
    created_ms: int
    used_ms: int
    """When it joined last."""
    current: bool = False
    """Whether it is the one that asks."""


class DeviceList(Wire, frozen=True, kw_only=True):
    """All devices of the account."""

    devices: tuple[Device, ...]


class InvitationInfo(Wire, frozen=True, kw_only=True):
    """A code that lets people register."""

    invitation: int
    created_ms: int
    uid: Uid
    """Who made it."""
    uses: int
    """How often it can still be used."""
    until_ms: int


class InvitationList(Wire, frozen=True, kw_only=True):
    """The codes that are still good."""

    invitations: tuple[InvitationInfo, ...]


class MadeInvitation(Wire, frozen=True, kw_only=True):
    """A new code, shown this once."""

    invitation: int
    code: str
    until_ms: int


class RoleGiven(Wire, frozen=True, kw_only=True):
    """The role that one has now."""

    role: Role


class Done(Wire, frozen=True, kw_only=True):
    """It is done, and there is nothing to add."""


Data: TypeAlias = (
    Joined
    | Stored
    | Page
    | Hits
    | Versions
    | Messages
    | RoomPage
    | Room
    | MemberPage
    | Sanctions
    | ReportList
    | AuditPage
    | Numbers
    | DeviceList
    | InvitationList
    | MadeInvitation
    | RoleGiven
    | Done
)


class Okay(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was carried out."""

    outcome: Literal["OKAY"] = always("OKAY")
    answers: str | None = None
    data: Data | None = None


class Fail(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was not carried out; nothing has changed."""

    outcome: Literal["FAIL"] = always("FAIL")
    answers: str | None = None
    code: ErrorCode
    explanation: str
    """For people: what was wrong, where, and what to do."""
    retry_seconds: float | None = None
    server: str | None = None
    """The server's id, where a token is asked for: says which of its tokens a client should present."""
    epoch: str | None = None
    """The server's epoch then: a copy of it has another one."""
    tls: TlsInfo | None = None
    """Where the server speaks TLS, if it does: a token that is not for plain TCP can be presented there."""


Reply: TypeAlias = Okay | Fail | Pong
