"""Facts: what a rule decides on, as the store knows it inside the transaction."""

from enum import StrEnum

from muca.model.files import StoredFile
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.roles import Role
from muca.model.rooms import Room
from muca.model.word import Word

FOR_EVER_MS = 2**53
"""When something ends that has no end."""


class Person(Word, frozen=True, kw_only=True):
    """What is known of a UID."""

    uid: Uid
    nickname: str
    role: Role = Role.MEMBER
    """The role on the server."""
    claimed: bool = False
    """Whether it was ever given a token or a password: it is somebody's, and stays so. Otherwise it is a guest."""
    password_hash: str | None = None
    disabled: bool = False
    deleted: bool = False
    """Whether its owner has deleted it: nobody comes in under this UID again."""
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    last_seen_ms: int = 0


class Membership(Word, frozen=True, kw_only=True):
    """What somebody is in a room that is not the lobby: in it, or merely banned from it."""

    uid: Uid
    entered: bool = True
    role: Role = Role.MEMBER
    floor_seq: Seq = 0
    muted_until_ms: int = 0
    banned_until_ms: int = 0
    read: Seq = 0


class Wanted(Word, frozen=True, kw_only=True):
    """Which facts a rule needs. What is not wanted is None or 0 in the facts."""

    actor: Uid
    login: bool = False
    """Whether ``actor`` is what somebody logs in with; the actor is then the account that this means, if there is one.

    That is the account with a password that has exactly this UID; else the only one whose UID looks like it; else the
    only one that goes by such a nickname (alike by ``nickname_key``).
    """
    room: RoomId | None = None
    target: Uid | None = None
    event: Seq | None = None
    """A message of ``room``."""
    emoji: str | None = None
    title: str | None = None
    """A title that is wanted for a room."""
    nickname: str | None = None
    """A nickname that the actor wants to have to itself; empty: the one it goes by."""
    token_hash: bytes | None = None
    """SHA-256 of a token, 32 bytes."""
    code_hash: bytes | None = None
    """SHA-256 of a code, 32 bytes."""
    code: int | None = None
    """Or its number."""
    report: int | None = None
    """The number of an open report: ``room`` is then the one it is about, and none when there is no such report."""
    file: FileId | None = None
    """``room`` and ``event`` are then those of the message that this file hangs on, and none when it hangs on none."""
    request_id: str | None = None
    """With ``title``: find the room that the actor's CREATE with this ID has made. The facts are then of this room."""
    address: str = ""
    """Where the actor comes from, for bans of addresses."""
    file_bytes: bool = False
    """Whether it is needed how much the files come to."""
    named_rooms: bool = False
    """Whether it is needed which named rooms the actor is in."""
    counts: bool = False
    """Whether the numbers at the end of ``Facts`` are needed."""


class MessageFacts(Word, frozen=True, kw_only=True):
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


class CodeFacts(Word, frozen=True, kw_only=True):
    """A code that is good now: not used up and not over; an invitation only while who made it could make one.

    That is an owner or moderator of the server, neither disabled nor banned.
    """

    code: int
    kind: CodeKind
    uses: int
    until_ms: int


class Facts(Word, frozen=True, kw_only=True):
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
    """None when nobody with this UID is known, or the account was deleted."""
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
    made_from: bytes | None = None
    """The ``content`` of the ``PutRoom`` that made it; None of rooms from before this was kept."""
    device: int | None = None
    """The actor's device that has the token."""
    code: CodeFacts | None = None
    file: StoredFile | None = None
    reported: bool = False
    """Whether there is such an open report, or with ``file`` one of the message that the file hangs on or hung on."""
    actors_file_bytes: int = 0
    """What all files of the actor come to."""
    all_file_bytes: int = 0
    named_rooms: tuple[RoomId, ...] = ()
    """Named rooms that the actor is in."""
    sole_owned: tuple[str, ...] = ()
    """The titles of those of them that are not archived and that have no other owner."""
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
