"""Changes: what a rule may decide on. The store carries each of them out, in order."""

from typing import TypeAlias

from muca.model.events import EventKind, Settings
from muca.model.facts import CodeKind, Membership
from muca.model.files import StoredFile
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.roles import Role
from muca.model.word import Word


class PutRoom(Word, frozen=True, kw_only=True):
    """Make a named room, or change the settings of a room."""

    room: RoomId
    settings: Settings
    """For a new room, everything in it counts; what is None is at its default."""
    made_by: Uid | None = None
    """Given: the room is new, and this is who made it."""
    request_id: str | None = None
    content: bytes | None = None
    """What tells the same CREATE from another one with its ID."""


class DropRoom(Word, frozen=True, kw_only=True):
    """Delete a named room for good.

    From then on there is no such room, for anyone, and never will be one with its id. ``Store.tend`` removes the events
    and files. Open reports about it stay, and are the server's moderators' to see to.
    """

    room: RoomId


class PutMember(Word, frozen=True, kw_only=True):
    """Put somebody into a room, or change its membership (all fields but ``read``, which only grows)."""

    room: RoomId
    member: Membership


class DropMember(Word, frozen=True, kw_only=True):
    """Take somebody out of a room, and forget what it was there."""

    room: RoomId
    uid: Uid


class PutPerson(Word, frozen=True, kw_only=True):
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
    last_seen_ms: int | None = None


class DropPerson(Word, frozen=True, kw_only=True):
    """Delete an account.

    Its UID stays, for the messages that are there, and is never free again; it goes by ``DELETED`` from now on. Its
    password, tokens, role, memberships of named rooms, read marker of the lobby, mentions, whom it ignores, who ignores
    it, and uploads that no message has go at once. ``Store.tend`` takes its nickname out of what it has written.
    """

    uid: Uid


class AddEvent(Word, frozen=True, kw_only=True):
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


class SetText(Word, frozen=True, kw_only=True):
    """Give a message another text; the former is kept as a version. Mentions are resolved as for ``Append``.

    Goes before its ``AddEvent`` of kind ``edit``, which is given the mentions by the store. When the message has that
    text and these mentions already, the store does nothing, and leaves out what follows.
    """

    room: RoomId
    seq: Seq
    text: str
    mentions: tuple[Mention, ...] | None = None
    mentions_max: int = 50


class Erase(Word, frozen=True, kw_only=True):
    """Take away for good a message's text, files, versions, mentions, reactions, pin and what it replies to.

    A tombstone stays. Its ``edit`` events keep their places without text. Open reports keep their copies, and the files
    of a reported message stay until the last of its reports is closed. Of the message's ID and first content there is
    left what tells a retry of the SEND from another one (``storage/retries.py``).
    """

    room: RoomId
    seq: Seq


class PutReaction(Word, frozen=True, kw_only=True):
    """Put an emoji to a message."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class DropReaction(Word, frozen=True, kw_only=True):
    """Take it away, if it is there."""

    room: RoomId
    seq: Seq
    uid: Uid
    emoji: str


class SetPinned(Word, frozen=True, kw_only=True):
    """Pin a message, or undo it."""

    room: RoomId
    seq: Seq
    pinned: bool


class PutMarker(Word, frozen=True, kw_only=True):
    """Move somebody's read marker, not beyond the newest event. Also in the lobby."""

    room: RoomId
    uid: Uid
    seq: Seq
    back: bool = False
    """It may move back, too."""


class PutToken(Word, frozen=True, kw_only=True):
    """Give a device a token. One that the UID has already stays its device's."""

    uid: Uid
    token_hash: bytes
    device: str


class DropTokens(Word, frozen=True, kw_only=True):
    """Sign devices out: one, or all but one."""

    uid: Uid
    device: int | None = None
    """This one; None: all."""
    but_device: int | None = None


class CountAnew(Word, frozen=True, kw_only=True):
    """Tell what people have to read in rooms that they are in.

    Nothing is written: it is a change so that the answer has its place among the writes, and no push overtakes it.
    """

    readers: tuple[tuple[RoomId, Uid, Seq], ...]
    """Each is told of who has read less than up to the seq."""


class PutIgnored(Word, frozen=True, kw_only=True):
    """Have one person ignore another, or no longer."""

    uid: Uid
    other: Uid
    ignored: bool


class PutCode(Word, frozen=True, kw_only=True):
    """Make a code."""

    code_hash: bytes
    kind: CodeKind
    made_by: Uid
    uses: int
    until_ms: int


class UseCode(Word, frozen=True, kw_only=True):
    """Use a code once, or (``withdraw``) make it useless."""

    code: int
    withdraw: bool = False


class PutReport(Word, frozen=True, kw_only=True):
    """Bring a message before the moderators, as a copy of what it is now, whatever becomes of it.

    The same one twice by the same person while it is open is one report, with the first reason.
    """

    room: RoomId
    seq: Seq
    uid: Uid
    reason: str


class CloseReport(Word, frozen=True, kw_only=True):
    """Close a report, which is then forgotten, with what only it still held."""

    report: int


class PutAddressBan(Word, frozen=True, kw_only=True):
    """Ban a range of addresses, or (``until_ms`` 0) no longer."""

    network: str
    """As ``ipaddress.ip_network`` writes it."""
    until_ms: int
    reason: str = ""


class PutFile(Word, frozen=True, kw_only=True):
    """Take note of an upload whose bytes are on disk. It hangs on no message yet."""

    file: StoredFile


class AddAudit(Word, frozen=True, kw_only=True):
    """Write down who did what to whom."""

    actor: Uid
    action: str
    uid: Uid | None = None
    room: RoomId | None = None
    detail: str = ""


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
    | PutIgnored
    | PutCode
    | UseCode
    | PutReport
    | CloseReport
    | PutAddressBan
    | PutFile
    | AddAudit
)
