"""Facts: what a rule decides on, as the store reads it inside the transaction."""

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from muca.model.files import StoredFile
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import NOBODY, Mention, Mentioned
from muca.model.roles import Role
from muca.model.rooms import Room
from muca.model.word import Word

FOR_EVER_MS = 2**53
"""The end time of something that has no end."""


class Person(Word, frozen=True, kw_only=True):
    """What is known of a UID."""

    uid: Uid
    nickname: str
    role: Role = Role.MEMBER
    """The role on the server."""
    claimed: bool = False
    """Whether it ever had a token or a password; it then stays an account. Otherwise it is a guest."""
    password_hash: str | None = None
    disabled: bool = False
    deleted: bool = False
    """Whether its owner deleted it: nobody can join with this UID again."""
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    last_seen_ms: int = 0
    changes: int = 0
    """How many changes of this person the feed has told."""


class Membership(Word, frozen=True, kw_only=True):
    """Somebody's membership of a room other than the lobby. Not ``entered``: they are only banned from it."""

    uid: Uid
    entered: bool = True
    role: Role = Role.MEMBER
    floor_seq: Seq = 0
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    read: Seq = 0


class Draft(Word, frozen=True, kw_only=True):
    """A text that a message may get."""

    text: str
    mentions: tuple[Mention, ...] | None
    """Mentions from the client; people who are not in the room are left out. None: names are found in the text."""
    mentions_max: int


Total: TypeAlias = Literal[
    "rooms_owned",
    "rooms_entered",
    "target_rooms_entered",
    "owners",
    "pins",
    "invitations",
    "reports",
    "ignores",
]
"""A number at the end of ``Facts``."""


class Wanted(Word, frozen=True, kw_only=True):
    """Which facts a rule needs. Facts that are not wanted are None or 0."""

    actor: Uid
    login: bool = False
    """Whether ``actor`` is what somebody logs in with. The actor is then the account that it means, if there is one.

    This is the account with a password that has exactly this UID; else the only one whose UID looks like it; else the
    only one with such a nickname (the same ``nickname_key``).
    """
    room: RoomId | None = None
    target: Uid | None = None
    event: Seq | None = None
    """A message of ``room``."""
    draft: Draft | None = None
    """A text for ``room`` whose mentions are needed. Only in a ``Decide``."""
    emoji: str | None = None
    author: Uid | None = None
    """Whose newest messages in ``room`` are needed."""
    messages_max: int = 0
    """How many of them, and (``chars_max``) with how many characters together. A single one may have more."""
    chars_max: int = 0
    title: str | None = None
    """The title wanted for a room; empty: the current title of ``room``."""
    nickname: str | None = None
    """The nickname that the actor wants to reserve; empty: its current one."""
    token_hash: bytes | None = None
    """SHA-256 of a token, 32 bytes."""
    code_hash: bytes | None = None
    """SHA-256 of a code, 32 bytes."""
    code: int | None = None
    """The number of a code, instead of ``code_hash``."""
    report: int | None = None
    """The number of an open report. ``room`` is then the report's room, or None if there is no such report."""
    file: FileId | None = None
    """A file. ``room`` and ``event`` are then those of the message that has it, or None if no message does."""
    request_id: str | None = None
    """With ``title``: find the room that the actor's CREATE with this ID created. The facts are then of this room."""
    address: str = ""
    """The actor's address, for bans of addresses."""
    file_bytes: bool = False
    """Whether the total sizes of files are needed."""
    named_rooms: bool = False
    """Whether the actor's named rooms are needed."""
    totals: tuple[Total, ...] = ()
    """Which numbers at the end of ``Facts`` are needed."""
    room_after: bool = False
    """Whether ``Decided.room`` is needed."""


Counted: TypeAlias = dict[Uid, Seq]
"""Whom a message mentions, and where each mention counts: at the message, or at the edit that added it."""


class MessageFacts(Word, frozen=True, kw_only=True):
    """A message, as rules need it."""

    seq: Seq
    sender: Uid
    sender_role: Role
    """The sender's current role in the room; in the lobby, on the server (``guest`` for a guest). A sender who has left
    the room counts as ``member``."""
    text: str
    mentioned: Mentioned
    counted: Counted
    pinned: bool
    emojis: tuple[str, ...]
    """The distinct reactions to it, the earliest first."""
    reacted: bool
    """Whether the actor's ``emoji`` is among them."""


class CodeKind(StrEnum):
    """What a code can be used for."""

    OWNER = "owner"
    INVITATION = "invitation"


class CodeFacts(Word, frozen=True, kw_only=True):
    """A code that is neither used up nor expired."""

    code: int
    kind: CodeKind
    maker: Person
    """Its creator, as they are now."""
    created_ms: int
    uses: int
    until_ms: int


class Facts(Word, frozen=True, kw_only=True):
    """What is true, inside the transaction."""

    now_ms: int
    actor: Person
    """An unknown UID is a guest whose nickname is the UID."""
    room: Room | None = None
    """As the actor would see it, permitted or not. ``role`` is valid only if ``membership`` is not None.

    Without ``members``, ``unread`` and ``mentions``.
    """
    membership: Membership | None = None
    """The actor's. In the lobby it is derived from the role and mute on the server.

    None in a direct or group room where everything was written before the UID was claimed: the actor must not see it.
    """
    target: Person | None = None
    """None if nobody with this UID is known, or the account was deleted."""
    target_membership: Membership | None = None
    message: MessageFacts | None = None
    """None if ``event`` is not a message of the room, was deleted, or is below the actor's floor."""
    mentioned: Mentioned = NOBODY
    """Whom the ``draft`` mentions in the room."""
    messages: dict[Seq, Counted] = msgspec.field(default_factory=dict)
    """Messages of the ``author`` as ``message`` would be, the newest first."""
    more_messages: bool = False
    """Whether the author has more of them."""
    title_taken: bool = False
    """Whether another public room has a ``title`` that looks like this one. Private rooms must not be revealed."""
    nickname_taken: bool = False
    """Whether another UID with a password has a nickname with the same ``nickname_key``, or one that looks like the
    actor's unclaimed UID. A name used as a recipient must not mean two people."""
    address_banned: bool = False
    """Whether the ``address`` is banned now, whoever the actor is."""
    made_before: RoomId | None = None
    made_from: bytes | None = None
    """The ``content`` of the ``PutRoom`` that created it; None for rooms created before this was recorded."""
    device: int | None = None
    """The actor's device that has the token."""
    code: CodeFacts | None = None
    file: StoredFile | None = None
    reported: bool = False
    """Whether there is such an open report; with ``file``, one about the message that has or had the file."""
    actors_file_bytes: int = 0
    """Total size of the actor's files."""
    all_file_bytes: int = 0
    named_rooms: tuple[RoomId, ...] = ()
    """Named rooms that the actor is in."""
    sole_owned: tuple[str, ...] = ()
    """The titles of those that the actor is the only owner of, archived or not."""
    rooms_owned: int = 0
    """Named rooms that are not archived and that the actor owns."""
    rooms_entered: int = 0
    """Named rooms that the actor is in."""
    target_rooms_entered: int = 0
    """Named rooms that the target is in."""
    owners: int = 0
    """Owners of the room; in the lobby or without a room, of the server."""
    pins: int = 0
    invitations: int = 0
    """Invitations that the actor created and that are neither used up nor expired."""
    reports: int = 0
    """Open reports that the actor made."""
    ignores: int = 0
