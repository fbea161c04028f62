"""Changes: what a rule may decide to do. The store applies them in order."""

from typing import Any, TypeAlias

import msgspec

from muca.model.events import Count, Event, EventKind, Settings
from muca.model.facts import CodeKind, Counted, Membership, Person
from muca.model.files import StoredFile
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import NOBODY, Mentioned, as_fields
from muca.model.roles import Role
from muca.model.word import Word


class PutRoom(Word, frozen=True, kw_only=True):
    """Create a named room, or change the settings of a room."""

    room: RoomId
    settings: Settings
    """For a new room, None means the default; for an existing one, unchanged."""
    made_by: Uid | None = None
    """The person who creates the room; None: the room already exists."""
    request_id: str | None = None
    content: bytes | None = None
    """Distinguishes a retry of the same CREATE from a different one with the same ID."""


class DropRoom(Word, frozen=True, kw_only=True):
    """Permanently delete a named room.

    From then on the room does not exist for anyone, and its id is never used again. ``Store.tend`` removes its events
    and files. Open reports about it stay, for the server's moderators to resolve.
    """

    room: RoomId


class PutMember(Word, frozen=True, kw_only=True):
    """Add somebody to a room, or change their membership (all fields; ``read`` only increases)."""

    room: RoomId
    member: Membership


class DropMember(Word, frozen=True, kw_only=True):
    """Remove somebody from a room together with their membership."""

    room: RoomId
    uid: Uid


class PutPerson(Word, frozen=True, kw_only=True):
    """Change the given fields of a person. An unknown person is created first, with the UID as nickname.

    A password (or ``PutToken``) for a UID that nobody has claimed claims it, and sets floors as ``Admit`` does.
    """

    uid: Uid
    nickname: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    muted_until_ms: int | None = None
    banned_until_ms: int | None = None
    password_hash: str | None = None
    last_seen_ms: int | None = None


class DropPerson(Word, frozen=True, kw_only=True):
    """Delete an account.

    Its UID stays in its messages and can never be used again; its nickname becomes ``DELETED``. Deleted at once are
    its password, tokens, role, memberships of named rooms, read marker of the lobby and mentions; whom it ignores and
    who ignores it; its uploads that are in no message. ``Store.tend`` removes its nickname from its messages.
    """

    uid: Uid


class AddEvent(Word, frozen=True, kw_only=True):
    """Append an event to a room's log. The fields are those of ``Event``."""

    room: RoomId
    kind: EventKind
    sender: Uid
    nickname: str
    of: Seq | None = None
    uid: Uid | None = None
    text: str = ""
    mentioned: Mentioned = NOBODY
    emoji: str | None = None
    role: Role | None = None
    until_ms: int | None = None
    settings: Settings | None = None
    author: Uid | None = None
    counts: tuple[Count, ...] = ()

    @classmethod
    def by(cls, actor: Person, room: RoomId, kind: EventKind, **fields: Any) -> "AddEvent":
        """Give an event that this person makes."""
        return cls(room=room, kind=kind, sender=actor.uid, nickname=actor.nickname, **fields)

    def at(self, seq: Seq, ts_ms: int) -> Event:
        """Return the event in its place."""
        fields = msgspec.structs.asdict(self) | {"kind": self.kind.value} | as_fields(self.mentioned)
        del fields["mentioned"]
        return Event(seq=seq, ts_ms=ts_ms, **fields)


class SetText(Word, frozen=True, kw_only=True):
    """Replace a message's text and mentions; the previous text is kept as a version."""

    room: RoomId
    seq: Seq
    text: str
    mentioned: Mentioned = NOBODY
    counted: Counted = msgspec.field(default_factory=dict)


class Erase(Word, frozen=True, kw_only=True):
    """Permanently delete a message's text, files, versions, mentions, reactions, pin and reply reference.

    A tombstone stays. Its ``edit`` events keep their places without text. Open reports keep their copies, and the files
    of a reported message stay until the last of its reports is closed. A hash of the message's ID and first content
    stays, to recognize a retry of the SEND (``storage/retries.py``).
    """

    room: RoomId
    seq: Seq


class PutReaction(Word, frozen=True, kw_only=True):
    """Add a reaction to a message."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class DropReaction(Word, frozen=True, kw_only=True):
    """Remove a reaction, if it is there."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class SetPinned(Word, frozen=True, kw_only=True):
    """Pin or unpin a message."""

    room: RoomId
    seq: Seq
    pinned: bool


class PutMarker(Word, frozen=True, kw_only=True):
    """Move somebody's read marker, not beyond the newest event. Also in the lobby."""

    room: RoomId
    uid: Uid
    seq: Seq
    back: bool = False
    """Whether it may also move back."""


class PutToken(Word, frozen=True, kw_only=True):
    """Add a device with a token. If the UID already has this token, nothing changes."""

    uid: Uid
    token_hash: bytes
    device: str


class DropTokens(Word, frozen=True, kw_only=True):
    """Sign devices out: one, or all but one."""

    uid: Uid
    device: int | None = None
    """The device to sign out; None: all."""
    but_device: int | None = None


class CountAnew(Word, frozen=True, kw_only=True):
    """Count what people have not read in rooms that they are in.

    Nothing is written. It is a change so that its result is ordered among the writes, and no push overtakes it.
    """

    readers: tuple[tuple[RoomId, Uid | None, Seq], ...]
    """Counted for people who have not read up to the seq. None: everyone in a direct or group room."""


class ListRooms(Word, frozen=True, kw_only=True):
    """List a person's rooms, the most recently active first, without the lobby. A change for the same reason."""

    uid: Uid
    after: tuple[int, RoomId] | None
    """The last room of the previous page, and the time of its last activity in milliseconds."""
    rooms_max: int
    members_max: int
    """Maximum total members of direct and group rooms; the page ends before exceeding it, but has at least one room."""


class PutIgnored(Word, frozen=True, kw_only=True):
    """Make one person ignore another, or stop ignoring them."""

    uid: Uid
    other: Uid
    ignored: bool


class PutCode(Word, frozen=True, kw_only=True):
    """Create a code."""

    code_hash: bytes
    kind: CodeKind
    made_by: Uid
    uses: int
    until_ms: int


class UseCode(Word, frozen=True, kw_only=True):
    """Use a code once, or (``withdraw``) invalidate it."""

    code: int
    withdraw: bool = False


class PutReport(Word, frozen=True, kw_only=True):
    """Report a message to the moderators, with a copy of it as it is now.

    A second report of the same message by the same person is ignored while the first is open.
    """

    room: RoomId
    seq: Seq
    uid: Uid
    reason: str


class CloseReport(Word, frozen=True, kw_only=True):
    """Close a report. It is deleted, together with copies and files that only it kept."""

    report: int


class PutAddressBan(Word, frozen=True, kw_only=True):
    """Ban a range of addresses, or (``until_ms`` 0) lift the ban."""

    network: str
    """As ``ipaddress.ip_network`` writes it."""
    until_ms: int
    reason: str = ""


class PutFile(Word, frozen=True, kw_only=True):
    """Record an upload whose bytes are on disk. It is in no message yet."""

    file: StoredFile


class AddAudit(Word, frozen=True, kw_only=True):
    """Add an entry to the audit log: who did what to whom."""

    actor: Uid
    action: str
    uid: Uid | None = None
    room: RoomId | None = None
    detail: str = ""


class AddPurge(Word, frozen=True, kw_only=True):
    """Add to the audit log that messages of a person were purged from a room.

    If the newest entry about the room is of the same actor and person and less than a minute old, it is counted up.
    """

    actor: Uid
    uid: Uid
    room: RoomId
    messages: int


Change: TypeAlias = (
    PutRoom
    | DropRoom
    | PutMember
    | DropMember
    | PutPerson
    | DropPerson
    | AddEvent
    | SetText
    | Erase
    | PutReaction
    | DropReaction
    | SetPinned
    | PutMarker
    | PutToken
    | DropTokens
    | CountAnew
    | ListRooms
    | PutIgnored
    | PutCode
    | UseCode
    | PutReport
    | CloseReport
    | PutAddressBan
    | PutFile
    | AddAudit
    | AddPurge
)
