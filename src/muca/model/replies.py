"""Replies: the answers to requests. In the protocol all of them are ``ACK``, with ``TYPE`` ``OKAY`` or ``FAIL``."""

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
    """Everyone may join; the first user of a UID claims it."""
    REGISTERED = "registered"
    """Only registered accounts may join; everyone may REGISTER."""
    INVITE = "invite"
    """Only registered accounts may join; REGISTER needs an invitation."""


class TlsInfo(Wire, frozen=True, kw_only=True):
    """The server's TLS port and key, on the same host."""

    port: int
    fingerprint: str
    """``sha256:`` and the hexadecimal SHA-256 of the certificate's public key (DER SubjectPublicKeyInfo)."""
    own: bool = False
    """Whether the server made the certificate itself. Browsers do not know its issuer, and warn."""


class ServerInfo(Wire, frozen=True, kw_only=True):
    """The identity of a server. ``ID`` belongs to its database and never changes; copies of the database share it."""

    id: str
    name: str
    version: str
    epoch: str | None = None
    """Which history the SEQs of its rooms belong to. It changes when the database is restored, copied or moved."""
    former_epoch: str | None = None
    """The previous epoch. In each room, events up to ``EPOCH_SEQ`` are the same in both."""
    policy: Policy = Policy.OPEN
    tls: TlsInfo | None = None


class Joined(Wire, frozen=True, kw_only=True):
    """The answer to a v2 JOIN: everything a client needs to start."""

    v: Literal[2] = always(2)
    uid: Uid | None = None
    """The account's UID, if JOIN named the account differently: by nickname, or in another case."""
    session: str
    server: ServerInfo
    limits: AnnouncedLimits
    features: tuple[str, ...]
    role: Role = always(Role.MEMBER)
    """The account's role on the server."""
    rooms: tuple[Room, ...]
    """The account's rooms: the lobby, then the others, the most recently active first."""
    more_rooms: bool = False
    """Whether the account has more rooms than these; ``ROOMS`` with ``OWN`` lists all."""
    peers: tuple[Peer, ...]
    """Who is online, in order of joining, including the account. On a large server, only the first ones."""
    peers_count: int | None = None
    """How many people are online. None: no more than these."""
    peers_next: int | None = None
    """The ``AFTER`` of ``PEERS``, which lists the others."""
    away: tuple[Uid, ...] = ()
    """Which of them are away."""
    ignores: tuple[Uid, ...] = ()
    registered: bool = False
    """Whether the account has a password."""
    token: str | None = None
    """Present only if this JOIN claimed the UID or logged in. Clients must keep it: later JOINs need it."""
    device: int | None = None
    """The number of this device, as DEVICES lists it. None for a guest."""


class PeerPage(Wire, frozen=True, kw_only=True):
    """A page of the people who are online, in order of joining."""

    peers: tuple[Peer, ...]
    away: tuple[Uid, ...] = ()
    """Which of them are away."""
    next: int | None = None
    """The ``AFTER`` of the next page; None on the last page."""


class Stored(Wire, frozen=True, kw_only=True):
    """The position of an event that is now on disk."""

    room: RoomId
    seq: Seq
    ts_ms: int


class Purged(Wire, frozen=True, kw_only=True):
    """Some messages of a person were deleted."""

    deleted: int
    more: bool
    """Whether the person has more messages in the room."""


class Page(Wire, frozen=True, kw_only=True):
    """A part of a room's log, oldest event first."""

    room: RoomId
    events: tuple[LogEntry, ...]
    more: bool
    """Whether the log continues in the requested direction; with AROUND and AT, forwards."""


class Hit(Wire, frozen=True, kw_only=True):
    """A message that matches a search."""

    message: Message
    marks: tuple[tuple[int, int], ...]
    """Where the words match in the text: start and length in characters, in order, not overlapping."""


class Hits(Wire, frozen=True, kw_only=True):
    """A page of matches, the newest first."""

    hits: tuple[Hit, ...]
    next: int | None = None
    """The ``BEFORE`` of the next page; None on the last page. Other pages may be short or empty, too."""


class Version(Wire, frozen=True, kw_only=True):
    """A text of a message, and the time from which it had it."""

    ts_ms: int
    text: str


class VersionList(Wire, frozen=True, kw_only=True):
    """All texts of a message, the first one first."""

    versions: tuple[Version, ...]


class MessageList(Wire, frozen=True, kw_only=True):
    """Messages of a room."""

    messages: tuple[Message, ...]


class RoomPage(Wire, frozen=True, kw_only=True):
    """A page of the directory of rooms, or of the account's own rooms."""

    rooms: tuple[Room, ...]
    next: str | None = None


class Member(Wire, frozen=True, kw_only=True):
    """Somebody in a room."""

    uid: Uid
    nickname: str
    role: Role
    last_seen_ms: int
    """When they were last online, UTC milliseconds; the current time if they are online now."""
    read: Seq = 0
    """Their read marker; always 0 in the lobby."""
    muted_until_ms: int | None = None
    """Not set for somebody who is banned."""
    banned_until_ms: int | None = None
    """A ban from the server; only in the lobby."""


class MemberPage(Wire, frozen=True, kw_only=True):
    """A page of members, sorted by UID."""

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
    """All mutes and bans in force."""

    sanctions: tuple[Sanction, ...]


class ReportInfo(Wire, frozen=True, kw_only=True):
    """A message that was reported to the moderators."""

    report: int
    room: RoomId
    seq: Seq
    uid: Uid
    """Who reported it."""
    ts_ms: int
    reason: str
    message: Message | None
    """The message at the time of the report. None: it was deleted before the server kept copies."""
    versions: tuple[Version, ...] = ()
    """All texts that it had had by then, the first one first. Empty: it was reported before the server kept them."""
    deleted: bool = False
    """Whether the message was deleted after the report."""


class ReportList(Wire, frozen=True, kw_only=True):
    """Open reports, the oldest first."""

    reports: tuple[ReportInfo, ...]


class AuditEntry(Wire, frozen=True, kw_only=True):
    """An action of a person, often on another person."""

    ts_ms: int
    actor: Uid
    """``-`` for the operator, on the server's machine."""
    action: str
    """The request, as its ``CMD``."""
    uid: Uid | None = None
    room: RoomId | None = None
    detail: str = ""


class AuditPage(Wire, frozen=True, kw_only=True):
    """A page of the audit log, the newest entry first."""

    entries: tuple[AuditEntry, ...]
    next: int | None = None


class Statistics(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """Statistics of the server."""

    people: int
    """Everyone who ever joined."""
    accounts: int
    """People with an account, that is, with a token or a password."""
    registered: int
    """Accounts with a password."""
    peers: int = 0
    """People who are online."""
    sessions: int = 0
    rooms: int
    """The lobby, direct and group rooms, and named rooms."""
    messages: int
    """Messages stored in all rooms, including tombstones."""
    database_bytes: int
    files: int
    """Files of messages, and uploads that are in no message yet."""
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
    """Whether it is the device that made the request."""


class DeviceList(Wire, frozen=True, kw_only=True):
    """All devices of the account."""

    devices: tuple[Device, ...]


class InvitationInfo(Wire, frozen=True, kw_only=True):
    """A code that lets people register."""

    invitation: int
    created_ms: int
    uid: Uid
    """The creator."""
    uses: int
    """The number of remaining uses."""
    until_ms: int


class InvitationList(Wire, frozen=True, kw_only=True):
    """The invitations that are still valid."""

    invitations: tuple[InvitationInfo, ...]


class MadeInvitation(Wire, frozen=True, kw_only=True):
    """A new invitation. Its code is shown only once."""

    invitation: int
    code: str
    until_ms: int


class HandoverCode(Wire, frozen=True, kw_only=True):
    """A code of HANDOVER. It is shown only once."""

    code: str
    until_ms: int


class RoleGiven(Wire, frozen=True, kw_only=True):
    """The account's new role."""

    role: Role


class Done(Wire, frozen=True, kw_only=True):
    """The request was carried out, and there is no data to return."""


Data: TypeAlias = (
    Joined
    | PeerPage
    | Stored
    | Purged
    | Page
    | Hits
    | VersionList
    | MessageList
    | RoomPage
    | Room
    | MemberPage
    | Sanctions
    | ReportList
    | AuditPage
    | Statistics
    | DeviceList
    | InvitationList
    | MadeInvitation
    | HandoverCode
    | RoleGiven
    | Done
)


class Okay(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was carried out."""

    outcome: Literal["OKAY"] = always("OKAY")
    answers: str | None = None
    data: Data | None = None


class Fail(Frame, frozen=True, kw_only=True, tag="ACK"):
    """The request was not carried out; nothing was changed."""

    outcome: Literal["FAIL"] = always("FAIL")
    answers: str | None = None
    code: ErrorCode
    explanation: str
    """For people: what was wrong, where, and what to do."""
    retry_seconds: float | None = None
    server: str | None = None
    """The server's id, if a token is required: it tells the client which of its tokens to present."""
    epoch: str | None = None
    """The server's epoch, if a token is required; a copy of the server has another one."""
    tls: TlsInfo | None = None
    """Where the server offers TLS, if it does, for clients that must not send a token in plain text."""


Reply: TypeAlias = Okay | Fail | Pong
