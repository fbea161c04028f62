"""What the core asks of a store and what the store answers. ``core`` and ``storage`` meet only in these words.

Three ways to ask:

- ``Append``, ``Admit``: the two writes that are frequent, each with rows and results of its own.
- ``Decide``: every other write. The store reads the ``Facts`` that are ``Wanted``, has the ``rule`` decide on them, and
  carries out the ``Decision``: all in one transaction, so that what was checked is still true when it is done.
- ``Look``: every read. The store reads the facts, asks the ``rule`` whether the reader may, and answers the ``query``.

A rule is a pure function of its facts. It runs in the store's thread and must touch nothing else.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind, Settings
from muca.model.ids import RoomId, Seq, Uid
from muca.model.replies import Data
from muca.model.roles import Role
from muca.model.rooms import Room, RoomKind


class StoreError(Exception):
    """The disk or the database failed: nothing of the commit was stored, or nothing could be read. May pass."""


class StoreBroken(StoreError):
    """What is on disk can no longer be trusted, as after a failed fsync. The process must end."""


class _Word(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the words below. Times are UTC milliseconds."""


FOR_EVER_MS = 2**53
"""When something ends that has no end."""


class Refused(_Word, frozen=True, kw_only=True):
    """It was not done, for a reason that is the asker's. Nothing has changed."""

    code: ErrorCode
    detail: str = ""
    """For the person, where the meaning of the code is not enough."""
    retry_seconds: float | None = None


# Append: a message


class Append(_Word, frozen=True, kw_only=True):
    """Put a message at the end of a room. Answered by ``Appended`` or ``Refused``.

    The core has checked that the sender may. The store resolves ``@nickname`` in the text among those who may read the
    room, counts it as unread for the others, and moves the sender's own read marker to it.

    The same ``request_id`` of the same sender again is a retry if text (the first one, if it was edited; any, if it was
    deleted) and room are the same, else ``id_reused``.
    """

    room: RoomId | None
    """None: the room is the conversation of the sender with the ``recipients``."""
    kind: RoomKind
    members: tuple[Uid, ...] | None = None
    """The members, sorted, when the room may have to be made first."""
    recipients: tuple[str, ...] = ()
    """With ``room`` None: UIDs, and names that the core could not resolve among those who are here.

    A name is a UID that the store knows or else the nickname (alike by ``nickname_key``) of exactly one claimed UID.
    A retry of an earlier SEND is recognised whatever they resolve to. Otherwise ``unknown_recipient``, else
    ``ambiguous_recipient``, with the names in ``detail`` («Zoe», «Jo»); ``no_recipient`` when only the sender is left.
    """
    sender: Uid
    nickname: str
    text: str
    ts_ms: int
    request_id: str | None = None
    reply_to: Seq | None = None
    """A message of the room that was not deleted and that the sender may read, else ``no_such_event``."""
    mentions_max: int = 50


class Appended(_Word, frozen=True, kw_only=True):
    """The message is in its room. For a retried SEND: where it is since the first time."""

    room: RoomId
    seq: Seq
    ts_ms: int
    retried: bool = False
    mentions: tuple[Uid, ...] = ()
    mentions_room: bool = False
    members: tuple[Uid, ...] = ()
    """The members of the conversation, sorted, when the store has found it (``room`` was None)."""


# Admit: a JOIN


class Person(_Word, frozen=True, kw_only=True):
    """What is known of a UID."""

    uid: Uid
    nickname: str
    role: Role = Role.MEMBER
    """The role on the server."""
    claimed: bool = False
    """Whether it was ever given a token or a password: it is somebody's, and stays so. Otherwise it is a guest."""
    password_hash: str | None = None
    disabled: bool = False
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    last_seen_ms: int = 0


class Admit(_Word, frozen=True, kw_only=True):
    """Let a UID in. Answered by ``Admitted`` or ``Refused``.

    A free UID may be used by anyone (unless ``accounts_only``); ``offered_token_hash`` (v2 only) claims it. A claimed
    UID needs ``token_hash`` to be the hash of one of its tokens, or ``password_hash``: the one that the password was
    found to fit; ``offered_token_hash`` then becomes the token of a new device. The nickname is remembered for showing
    the UID while it is away. Claiming sets the floor of the UID's direct and group rooms: what was written before is
    not the new owner's to read.

    Refused, the first that holds, with ``token_required``, ``token_wrong`` or ``password_wrong``,
    ``account_disabled``, ``banned`` (the UID; or the address, unless the UID is an owner or moderator of the server:
    who has no power over them has none by way of their address), ``account_required``, ``nickname_taken`` (another
    UID with a password goes by a nickname that looks alike, or that looks like this UID, while it is free; one with a
    password keeps its own whatever others do). A token that is right makes a password needless. Past ``devices_max``
    the device that was used longest ago is signed out.
    """

    uid: Uid
    nickname: str
    ts_ms: int
    address: str = ""
    """Where it comes from, for bans of addresses."""
    token_hash: bytes | None = None
    """SHA-256 of the token presented, 32 bytes."""
    offered_token_hash: bytes | None = None
    """SHA-256 of the token that this device gets if this claims the UID or logs in. None for v1 clients."""
    password_hash: str | None = None
    """The stored hash that the password given was found to fit; no longer the account's: ``password_wrong``."""
    device: str = ""
    """What the new device is called."""
    accounts_only: bool = False
    """Whether a UID without a password is refused (``account_required``)."""
    rooms_max: int = 500
    members_max: int = 4_000
    """Members of the direct and group rooms listed, in all; a room that does not fit is left out, the next may fit."""
    devices_max: int = 50


class Admitted(_Word, frozen=True, kw_only=True):
    """The UID may come in."""

    person: Person
    offer_taken: bool
    """Whether the token offered is now one of this UID: it was claimed, or the password was right."""
    device: int | None = None
    """The device whose token was presented or made."""
    rooms: tuple[Room, ...]
    """The lobby, then the UID's rooms, latest active first, at most ``rooms_max`` in all, as the UID sees them.

    Direct and group rooms only if there is something in them for the UID to read. Of too many, named rooms are listed
    before these, which anyone can make, and the latest active before others; of those that are left by then, the ones
    whose members do not fit into ``members_max`` beside those before them are left out.
    """
    muted: dict[RoomId, int] = {}
    """Of these rooms, the lobby apart, where the UID is muted, and until when."""
    more_rooms: bool = False
    """Whether the UID has rooms that are not listed."""
    ignores: tuple[Uid, ...] = ()


# Facts: what a rule decides on


class Membership(_Word, frozen=True, kw_only=True):
    """What somebody is in a room that is not the lobby: in it, or merely banned from it."""

    uid: Uid
    entered: bool = True
    role: Role = Role.MEMBER
    floor_seq: Seq = 0
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    read: Seq = 0


class Wanted(_Word, frozen=True, kw_only=True):
    """Which facts a rule needs. What is not wanted is None or 0 in the facts."""

    actor: Uid
    room: RoomId | None = None
    target: Uid | None = None
    event: Seq | None = None
    """A message of ``room``."""
    emoji: str | None = None
    title: str | None = None
    """A title that is wanted for a room."""
    nickname: str | None = None
    """A nickname that the actor wants to have to itself; empty: the one it goes by."""
    code_hash: bytes | None = None
    """SHA-256 of a code, 32 bytes."""
    code: int | None = None
    """Or its number."""
    report: int | None = None
    """The number of an open report: ``room`` is then the one it is about, and none when there is no such report."""
    request_id: str | None = None
    """With ``title``: find the room that the actor's CREATE with this ID has made. The facts are then of this room."""
    address: str = ""
    """Where the actor comes from, for bans of addresses."""
    counts: bool = False
    """Whether the numbers at the end of ``Facts`` are needed."""


class MessageFacts(_Word, frozen=True, kw_only=True):
    """A message, as rules need it."""

    seq: Seq
    sender: Uid
    sender_role: Role
    """The sender's role in the room now: in the lobby, on the server (a guest's is ``guest``); a member's elsewhere,
    whoever has left counts as ``member``."""
    text: str
    pinned: bool
    emojis: tuple[str, ...]
    """The different reactions that are there, the earliest first."""
    reacted: bool
    """Whether the actor's ``emoji`` is among them."""


class CodeKind(StrEnum):
    """What a code is good for."""

    OWNER = "owner"
    INVITATION = "invitation"


class CodeFacts(_Word, frozen=True, kw_only=True):
    """A code that is good now: not used up and not over; an invitation only while who made it could make one.

    That is an owner or moderator of the server, neither disabled nor banned.
    """

    code: int
    kind: CodeKind
    uses: int
    until_ms: int


class Facts(_Word, frozen=True, kw_only=True):
    """What is true, inside the transaction."""

    now_ms: int
    actor: Person
    """Unknown UIDs are guests called by their UID."""
    room: Room | None = None
    """As the actor sees it, whether or not it may: ``role`` is only meant when ``membership`` is there.

    Without ``members``, ``unread`` and ``mentions``.
    """
    membership: Membership | None = None
    """The actor's. In the lobby made up: the role on the server, muted as on the server.

    None in a direct or group room in which all was written before the UID was claimed: there is no such room for it.
    """
    target: Person | None = None
    """None when nobody with this UID is known."""
    target_membership: Membership | None = None
    message: MessageFacts | None = None
    """None when ``event`` is no message of the room, was deleted, or lies below the actor's floor."""
    title_taken: bool = False
    """Whether another public room has a title with the same ``nickname_key``; nobody learns of those of private rooms.

    Asked of the ``title`` wanted or, without one, of the title that ``room`` has.
    """
    nickname_taken: bool = False
    """Whether another UID with a password goes by a nickname with the same ``nickname_key``, or that looks like the
    actor's UID, if nobody has claimed it: a name that is written to is not to mean two."""
    address_banned: bool = False
    """Whether a ban of addresses holds for the ``address`` now, whoever the actor is."""
    made_before: RoomId | None = None
    code: CodeFacts | None = None
    rooms_owned: int = 0
    """Named rooms that are not archived and that the actor owns."""
    rooms_entered: int = 0
    """Named rooms that the actor is in."""
    target_rooms_entered: int = 0
    """Named rooms that the target is in."""
    owners: int = 0
    """Owners of the room; in the lobby and without a room, of the server."""
    pins: int = 0
    invitations: int = 0
    """Good ones, made by the actor."""
    reports: int = 0
    """Open ones, made by the actor."""
    ignores: int = 0


# Changes: what a rule may decide on


class PutRoom(_Word, frozen=True, kw_only=True):
    """Make a named room, or change the settings of a room."""

    room: RoomId
    settings: Settings
    """For a new room, everything in it counts; what is None is at its default."""
    made_by: Uid | None = None
    """Given: the room is new, and this is who made it."""
    request_id: str | None = None


class PutMember(_Word, frozen=True, kw_only=True):
    """Put somebody into a room, or change its membership (all fields but ``read``, which only grows)."""

    room: RoomId
    member: Membership


class DropMember(_Word, frozen=True, kw_only=True):
    """Take somebody out of a room, and forget what it was there."""

    room: RoomId
    uid: Uid


class PutPerson(_Word, frozen=True, kw_only=True):
    """Change what is given of a person; make the person first where there is none, called by its UID.

    A password (or ``PutToken``) for a UID that nobody has claimed claims it and sets floors as ``Admit`` does.
    """

    uid: Uid
    nickname: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    muted_until_ms: int | None = None
    banned_until_ms: int | None = None
    password_hash: str | None = None


class AddEvent(_Word, frozen=True, kw_only=True):
    """Put an event at the end of a room. The fields are those of ``Event``."""

    room: RoomId
    kind: EventKind
    sender: Uid
    nickname: str
    of: Seq | None = None
    uid: Uid | None = None
    text: str = ""
    emoji: str | None = None
    role: Role | None = None
    until_ms: int | None = None
    settings: Settings | None = None


class SetText(_Word, frozen=True, kw_only=True):
    """Give a message another text; the former is kept as a version. Mentions are resolved as for ``Append``.

    Goes before its ``AddEvent`` of kind ``edit``, which is given the mentions by the store.
    """

    room: RoomId
    seq: Seq
    text: str
    mentions_max: int = 50


class Erase(_Word, frozen=True, kw_only=True):
    """Take away for good a message's text, versions, mentions, reactions, pin and what it replies to.

    A tombstone stays. Its ``edit`` events and open reports keep their places without text.
    """

    room: RoomId
    seq: Seq


class PutReaction(_Word, frozen=True, kw_only=True):
    """Put an emoji to a message."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class DropReaction(_Word, frozen=True, kw_only=True):
    """Take it away, if it is there."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class SetPinned(_Word, frozen=True, kw_only=True):
    """Pin a message, or undo it."""

    room: RoomId
    seq: Seq
    pinned: bool


class PutMarker(_Word, frozen=True, kw_only=True):
    """Move somebody's read marker, forwards only, and not beyond the newest event. Also in the lobby."""

    room: RoomId
    uid: Uid
    seq: Seq


class PutToken(_Word, frozen=True, kw_only=True):
    """Give a device a token. One that the UID has already stays its device's."""

    uid: Uid
    token_hash: bytes
    device: str


class DropTokens(_Word, frozen=True, kw_only=True):
    """Sign devices out: one, or all but one."""

    uid: Uid
    device: int | None = None
    """This one; None: all."""
    but_device: int | None = None


class PutIgnored(_Word, frozen=True, kw_only=True):
    """Have one person ignore another, or no longer."""

    uid: Uid
    other: Uid
    ignored: bool


class PutCode(_Word, frozen=True, kw_only=True):
    """Make a code."""

    code_hash: bytes
    kind: CodeKind
    made_by: Uid
    uses: int
    until_ms: int


class UseCode(_Word, frozen=True, kw_only=True):
    """Use a code once, or (``withdraw``) make it useless."""

    code: int
    withdraw: bool = False


class PutReport(_Word, frozen=True, kw_only=True):
    """Bring a message before the moderators, with its text as it is now.

    The same one twice by the same person while it is open is one report, with the first reason.
    """

    room: RoomId
    seq: Seq
    uid: Uid
    reason: str


class CloseReport(_Word, frozen=True, kw_only=True):
    """Close a report, which is then forgotten."""

    report: int


class PutAddressBan(_Word, frozen=True, kw_only=True):
    """Ban a range of addresses, or (``until_ms`` 0) no longer."""

    network: str
    """As ``ipaddress.ip_network`` writes it."""
    until_ms: int
    reason: str = ""


class AddAudit(_Word, frozen=True, kw_only=True):
    """Write down who did what to whom."""

    actor: Uid
    action: str
    uid: Uid | None = None
    room: RoomId | None = None
    detail: str = ""


Change: TypeAlias = (
    PutRoom
    | PutMember
    | DropMember
    | PutPerson
    | AddEvent
    | SetText
    | Erase
    | PutReaction
    | DropReaction
    | SetPinned
    | PutMarker
    | PutToken
    | DropTokens
    | PutIgnored
    | PutCode
    | UseCode
    | PutReport
    | CloseReport
    | PutAddressBan
    | AddAudit
)


class Decision(_Word, frozen=True, kw_only=True):
    """What is to be done, in order. Nothing, when it was so already."""

    changes: tuple[Change, ...] = ()
    note: Any = None
    """For the core's eyes: what it wants to know again when the decision was carried out."""


Rule: TypeAlias = Callable[[Facts], Decision | Refused]


class Decide(_Word, frozen=True, kw_only=True):
    """Have a rule decide and carry it out, in one transaction. Answered by ``Decided`` or ``Refused``."""

    wanted: Wanted
    rule: Rule
    ts_ms: int


class Decided(_Word, frozen=True, kw_only=True):
    """It is done, and on disk."""

    facts: Facts
    """As they were before."""
    decision: Decision
    events: tuple[Event, ...] = ()
    """One for each ``AddEvent``, in order."""
    made: tuple[int, ...] = ()
    """The number of each device, code and report that was made, in order. No number is ever used again."""
    room: Room | None = None
    """The room that a ``PutRoom`` has made, or that is ``wanted``, or ``made_before``, as the actor sees it now.

    With ``members`` for direct and group rooms.
    """


class Retention(_Word, frozen=True, kw_only=True):
    """How long events are kept in all rooms, whatever the rooms say themselves: the shorter counts."""

    days: int = 0
    """0: for ever."""
    events: int = 0
    """Of each room; 0: all."""


# Look: reading


class HistoryQuery(_Word, frozen=True, kw_only=True):
    """A page of a room's log, above the reader's floor. At most one of the four places is given.

    ``around``: up to ``events_max // 2`` events, in half of the bytes, are from before it; the rest begins with it.
    ``at_ms``: where the clock was set back, one of the places that fit. Answered by ``Page``.
    """

    room: RoomId
    after: Seq | None = None
    before: Seq | None = None
    around: Seq | None = None
    at_ms: int | None = None
    events_max: int
    bytes_max: int
    """Bytes of the page's events as JSON (``storage/pages.py``); it has at least one event all the same."""


class SearchQuery(_Word, frozen=True, kw_only=True):
    """Messages that the reader may read and that have all the words. Answered by ``Hits``.

    Case, width and composition of letters do not matter (``nickname_key`` apart from spaces). Rooms it may read: the
    lobby, rooms it is in (above its floor), and public rooms unless it is banned there or a guest; the server's owners
    and moderators: all public rooms. Deleted messages are never found. Newest first; an edit makes no message newer.
    """

    words: tuple[str, ...]
    """Words, parts of words and phrases, all of which must be in the text; may be empty when there is a filter."""
    senders: tuple[str, ...] = ()
    """UIDs or nicknames (as the sender is called now), one of which must be the sender."""
    rooms: tuple[str, ...] = ()
    """Ids or titles, one of which must be the room."""
    before_ms: int | None = None
    """Written before this."""
    after_ms: int | None = None
    """Written at this time or later."""
    has_link: bool = False
    before: int | None = None
    """The cursor: the ``next`` of the page before."""
    hits_max: int
    scan_max: int
    """How many candidates one page may look at; then it ends early, with a ``next``."""
    bytes_max: int = 196_608
    """Bytes of the hits as JSON, about: past it the page ends early too. It has at least one hit, if there is one."""


class VersionsQuery(_Word, frozen=True, kw_only=True):
    """All texts of a message. Answered by ``Versions``, or ``Refused`` (``no_such_event``)."""

    room: RoomId
    seq: Seq
    bytes_max: int = 196_608
    """Bytes of the versions as JSON, about: only the latest are given that fit, and at least one."""


class PinsQuery(_Word, frozen=True, kw_only=True):
    """The pinned messages of a room, latest pinned first. Answered by ``Messages``."""

    room: RoomId
    bytes_max: int = 196_608
    """Bytes of the messages as JSON, about: only the first are given that fit, and at least one."""


class RoomsQuery(_Word, frozen=True, kw_only=True):
    """Named rooms that the reader may see (as for ``SearchQuery``), in order of title. Answered by ``RoomPage``."""

    match: str
    """A part of the title or topic; case and width do not matter."""
    after: str | None
    """The ``next`` of the page before: the ``nickname_key`` of its last title."""
    rooms_max: int


class MembersQuery(_Word, frozen=True, kw_only=True):
    """Who is in a room, in order of UID; of the lobby, everyone known. Answered by ``MemberPage``.

    Roles and mutes of the lobby are those on the server.
    """

    room: RoomId
    after: Uid | None
    members_max: int


class SanctionsQuery(_Word, frozen=True, kw_only=True):
    """Mutes and bans that hold now, in order of UID, then of addresses. Answered by ``Sanctions``.

    The reason is what the latest event of the sanction says; of the server's, in the lobby.
    """

    room: RoomId | None


class ReportsQuery(_Word, frozen=True, kw_only=True):
    """Open reports, the oldest first. Answered by ``ReportList``."""

    room: RoomId | None
    """None: of all rooms but private ones. Direct and group rooms have no moderators of their own."""
    reports_max: int = 100


class AuditQuery(_Word, frozen=True, kw_only=True):
    """The audit log, the newest first. Answered by ``AuditPage``."""

    room: RoomId | None
    """None: what was done on the server as a whole."""
    before: int | None
    entries_max: int


class DevicesQuery(_Word, frozen=True, kw_only=True):
    """The reader's devices, the latest used first. Answered by ``DeviceList``."""

    current: int | None


class InvitationsQuery(_Word, frozen=True, kw_only=True):
    """The codes that are still good. Answered by ``InvitationList``."""


class PersonQuery(_Word, frozen=True, kw_only=True):
    """What is known of the reader. Answered by ``Facts``."""


class SignedInQuery(_Word, frozen=True, kw_only=True):
    """Who of these may no longer be here: disabled, banned, or its device signed out. Answered by ``SignedOut``."""

    devices: tuple[tuple[Uid, int | None], ...]


class SignedOut(_Word, frozen=True, kw_only=True):
    """Those of the devices asked about that may no longer be here, and the persons who may, as they are now."""

    devices: tuple[tuple[Uid, int | None], ...]
    persons: tuple[Person, ...]


Query: TypeAlias = (
    HistoryQuery
    | SearchQuery
    | VersionsQuery
    | PinsQuery
    | RoomsQuery
    | MembersQuery
    | SanctionsQuery
    | ReportsQuery
    | AuditQuery
    | DevicesQuery
    | InvitationsQuery
    | PersonQuery
    | SignedInQuery
)

Guard: TypeAlias = Callable[[Facts], Refused | None]


class Look(_Word, frozen=True, kw_only=True):
    """Ask the guard about the facts, and unless it refuses, answer the query for ``wanted.actor``.

    Facts and answer are of one and the same state of the database.
    """

    wanted: Wanted
    guard: Guard
    query: Query
    ts_ms: int


Write: TypeAlias = Append | Admit | Decide
WriteResult: TypeAlias = Appended | Admitted | Decided | Refused | StoreError
LookResult: TypeAlias = Data | Facts | SignedOut | Refused | StoreError
