"""What the core requests from a store, and what the store answers: the interface between ``core`` and ``storage``.

Related modules: ``facts.py``, what rules decide on; ``changes.py``, what they decide; ``queries.py``, what can be read.

There are three kinds of requests:

- ``Append``, ``Admit``: the two frequent writes, each with its own result.
- ``Decide``: every other write. The store reads the ``Facts`` that are ``Wanted``, lets the ``rule`` decide on them and
  applies the ``Decision``. All this is one transaction, so that what the rule checked is still true.
- ``Look``: every read. The store reads the facts, asks the ``guard`` for permission, and answers the ``query``.

Rules and guards are pure functions of the facts. They run in the store's thread and must not access anything else.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal, NamedTuple, TypeAlias

import msgspec

from muca.model.changes import Change, SetText
from muca.model.errors import ErrorCode
from muca.model.events import Count, Event, EventKind
from muca.model.facts import Facts, Person, Wanted
from muca.model.feed import Logged, News
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.pushes import MarkerMoved
from muca.model.queries import ForFollowers, Query
from muca.model.replies import Data, RoomPage
from muca.model.rooms import Room, RoomKind
from muca.model.word import Word


class StoreError(Exception):
    """The disk or the database failed: nothing of the commit was stored, or nothing was read. May be temporary."""

    code: ClassVar[ErrorCode] = ErrorCode.STORAGE_UNAVAILABLE
    """The code for the client."""
    detail: ClassVar[str] = ""
    """For people, where the meaning of the code is not enough."""
    retry_seconds: ClassVar[float | None] = 5
    """Delay before a retry makes sense; None: not before an operator has intervened."""


class StoreFull(StoreError):
    """The disk is full. Deletions still work, and known people can join."""

    detail = "The server's disk is full. It stores nothing new until its operator frees space. Deletions still work."


class StoreMoved(StoreError):
    """The database files were moved or removed: the next start would not find what is written now."""

    detail = (
        "The server's data folder was moved, replaced or removed. The server stores nothing until the folder is back."
    )


class StoreUnreadable(StoreError):
    """Something could not be read. Other data may still be readable."""

    code = ErrorCode.STORAGE_UNREADABLE


class StoreDamaged(StoreError):
    """The database is damaged. It is no longer written to; data is read where possible."""

    code = ErrorCode.STORAGE_DAMAGED
    detail = "The server's database is damaged. It stores nothing until its operator restores a backup."
    retry_seconds = None


class StoreBroken(StoreError):
    """The data on disk can no longer be trusted, for example after a failed fsync. The process must end."""


class Refused(Word, frozen=True, kw_only=True):
    """The request was refused because of what the client asked for. Nothing was changed."""

    code: ErrorCode
    detail: str = ""
    """For people, where the meaning of the code is not enough."""
    retry_seconds: float | None = None


class Epoch(Word, frozen=True, kw_only=True):
    """Which history the SEQs of a store's rooms belong to."""

    id: str
    former: str | None = None
    """The previous epoch. In each room, events up to its ``epoch_seq`` are the same in both."""
    is_new: bool = False
    """Whether it began when the store was opened."""
    replaces: bool = False
    """Whether the database is new but its folder contained another one before."""


class Append(Word, frozen=True, kw_only=True):
    """Append a message to a room. Answered by ``Appended`` or ``Refused``.

    The core has checked that the sender has permission; in direct and group rooms, the sender is a member. The store
    finds which members of the room are mentioned, counts the message as unread for the others, and moves the sender's
    own read marker to it.

    A second request with the same ``request_id`` and sender is a retry if its text (that before any edits), files and
    room are the same; otherwise it is refused with ``id_reused``. This holds even if the message was deleted since.
    Mentions and what it replies to are not compared. If the ``recipients`` no longer resolve to a room, any direct or
    group room counts as the same.
    """

    room: RoomId | None
    """None: the direct or group room of the sender with the ``recipients``."""
    kind: RoomKind
    members: tuple[Uid, ...] | None = None
    """The members, sorted, if the room may have to be created first; otherwise a missing room is ``no_such_room``.

    A direct room with a deleted account accepts no messages: ``unknown_recipient``.
    """
    recipients: tuple[str, ...] = ()
    """With ``room`` None: UIDs, and names that the core could not resolve among the people online.

    A name is, in this order: the UID of an account, deleted or not; the nickname of one account with a password; the
    nickname of somebody online (``nicknamed``); another UID that the store knows; the nickname of one claimed UID.
    Nicknames are compared by ``nickname_key``. A deleted account is never a recipient.

    Unless it is a retry, refused with ``unknown_recipient`` or else ``ambiguous_recipient``, with the names in
    ``detail`` (“Zoe”, “Jo”); with ``no_recipient`` if only the sender is left.
    """
    nicknamed: dict[str, tuple[Uid, ...]] = msgspec.field(default_factory=dict)
    """For names in ``recipients``, the people online with this nickname."""
    skips_unknown: bool = False
    """Whether unknown and ambiguous recipients are skipped."""
    sender: Uid
    nickname: str
    text: str
    ts_ms: int
    request_id: str | None = None
    files: tuple[FileId, ...] = ()
    """Uploads of the sender that are in no message yet; otherwise refused with ``no_such_file``."""
    reply_to: Seq | None = None
    """A message of the room that was not deleted and that the sender may read; otherwise ``no_such_event``."""
    mentions: tuple[Mention, ...] | None = None
    """Mentions from the client; people who are not in the room are left out. None: names are found in the text."""
    mentions_max: int = 50
    again_only: bool = False
    """Write nothing, only check for a retry: the core would refuse a new message. Otherwise ``no_recipient``."""


KnownAs: TypeAlias = Literal["deleted", "account", "guest"]
"""What the store knows of a UID."""


class Known(NamedTuple):
    """What the store knows of a name in ``Append.recipients``."""

    standing: KnownAs | None
    """Of the UID with exactly this spelling."""
    protected: tuple[Uid, ...]
    """Accounts with a password that have this nickname and are not deleted."""
    claimed: tuple[Uid, ...]
    """All accounts that have this nickname and are not deleted."""

    def meant_by(self, name: str, here: tuple[Uid, ...]) -> tuple[Uid, ...]:
        """Return the people with this name: none, one or several. ``here``: people online with this nickname."""
        if self.standing == "deleted":
            return ()
        if self.standing == "account":
            return (name,)
        return self.protected or here or ((name,) if self.standing == "guest" else self.claimed)


class Appended(Word, frozen=True, kw_only=True):
    """The message is in its room. For a retry: the position of the first one."""

    room: RoomId
    seq: Seq
    ts_ms: int
    news: tuple[News, ...] = ()
    """The message; nothing for a retry."""
    retried: bool = False


class Admit(Word, frozen=True, kw_only=True):
    """Let a UID join. Answered by ``Admitted`` or ``Refused``.

    Anyone may use a free UID (unless ``accounts_only``); ``offered_token_hash`` (only v2) claims it. A claimed UID
    needs the ``token_hash`` of one of its tokens, the ``password_hash`` that the password was verified against, or a
    ``voucher``; in the last two cases ``offered_token_hash`` becomes the token of a new device. The nickname is stored,
    for showing it while the UID is offline. Claiming sets the floor of the UID's direct and group rooms: the new owner
    must not read what was written before.

    Refused with the first of these that applies:

    - ``bad_name``: a new name is invalid;
    - ``account_deleted``; ``token_required``; ``token_wrong`` or ``password_wrong``; ``account_disabled``;
    - ``banned``: the UID, or the address. A ban of an address does not apply to owners and moderators of the server;
      otherwise it could be used against people of a higher role;
    - ``password_required`` (a claimed UID) or ``account_required``;
    - ``nickname_taken``: another UID with a password has a nickname that looks like this one, or like this UID if it is
      free. A UID with a password keeps its own nickname in any case.

    A valid token makes a password unnecessary. Beyond ``devices_max``, the least recently used device is signed out.
    """

    uid: Uid
    nickname: str
    ts_ms: int
    address: str = ""
    """The client's address, for bans of addresses."""
    token_hash: bytes | None = None
    """SHA-256 of the token presented, 32 bytes."""
    offered_token_hash: bytes | None = None
    """SHA-256 of the token that this device receives if it claims the UID or logs in. None for v1 clients."""
    password_hash: str | None = None
    """The stored hash that the password was verified against; if it has changed since: ``password_wrong``."""
    voucher: int | None = None
    """The UID's device that created the code presented. The code is valid while that device has a token."""
    device: str = ""
    """The name of the new device."""
    uid_fault: str | None = None
    """What is wrong with the UID if it is new."""
    nickname_fault: str | None = None
    """What is wrong with the nickname if it is not already the UID's."""
    accounts_only: bool = False
    """Whether a UID without a password is refused."""
    rooms_max: int = 500
    members_max: int = 4_000
    """Maximum members of all listed direct and group rooms. Rooms that would exceed it are skipped."""
    devices_max: int = 50

    def name_fault(self, known_as: str | None) -> str | None:
        """Return what is wrong with the names. ``known_as``: the UID's nickname until now; None: the UID is new."""
        if known_as is None:
            return self.uid_fault or self.nickname_fault
        return self.nickname_fault if self.nickname != known_as else None


class Admitted(Word, frozen=True, kw_only=True):
    """The UID may join."""

    person: Person
    offer_taken: bool
    """Whether the offered token now belongs to this UID: it was claimed, or the password was right."""
    device: int | None = None
    """The device whose token was presented or created."""
    rooms: tuple[Room, ...]
    """The lobby, then the UID's rooms as the UID sees them, the most recently active first, at most ``rooms_max``.

    Direct and group rooms are listed only if they contain something that the UID may read. If there are too many rooms,
    named ones take precedence, as anyone can create the others; then more recently active ones. Rooms whose members
    would exceed ``members_max`` are left out.
    """
    news: tuple[News, ...] = ()
    muted: dict[RoomId, int] = msgspec.field(default_factory=dict)
    """The rooms, except the lobby, in which the UID is muted, and until when."""
    more_rooms: bool = False
    """Whether the UID has rooms that are not listed."""
    ignores: tuple[Uid, ...] = ()


class Recount(Word, frozen=True, kw_only=True):
    """How an edit or a deletion changes counts of mentions; it is pushed with the event."""

    author: Uid
    counts: tuple[Count, ...]

    def told_with(self, event: Event) -> Event:
        """Return the event with the changed counts."""
        author = self.author if self.author != event.sender else None
        return msgspec.structs.replace(event, author=author, counts=self.counts)


class Decision(Word, frozen=True, kw_only=True):
    """The changes to apply, in order. Empty if nothing needs to be changed."""

    changes: tuple[Change, ...] = ()

    def carried_out(self, carry_out: "Callable[[Change], Answer]") -> "list[Answer]":
        """Apply each change, up to a ``SetText`` that changes nothing. For stores."""
        answers: list[Answer] = []
        for change in self.changes:
            answer = carry_out(change)
            if answer is None and isinstance(change, SetText):
                break
            answers.append(answer)
        return answers


Rule: TypeAlias = Callable[[Facts], Decision | Refused]


class Decide(Word, frozen=True, kw_only=True):
    """Let a rule decide, and apply its decision, in one transaction. Answered by ``Decided`` or ``Refused``."""

    wanted: Wanted
    rule: Rule
    ts_ms: int


Answer: TypeAlias = Event | Recount | tuple[MarkerMoved, ...] | RoomPage | list[int] | int | None
"""A store's result of a change. ``AddEvent``: the event. ``SetText`` and ``Erase``, which come right before their
event: how they change counts; None if a ``SetText`` changes nothing. ``PutIgnored`` and ``CountAnew``: the unread
counts that changed. ``ListRooms``: the page. ``DropTokens``: the devices. Changes that create something with a number:
this number."""


class Decided(Word, frozen=True, kw_only=True):
    """The changes were made, and are on disk."""

    facts: Facts
    """As they were before."""
    decision: Decision
    """The decision, with the changes that were carried out."""
    news: tuple[News, ...] = ()
    made: tuple[int, ...] = ()
    """The number of each new device, code and report, in order. Numbers are never reused."""
    recounted: tuple[MarkerMoved, ...] = ()
    """The actor's unread counts where they have changed because of ignoring somebody or no longer doing so; for
    ``CountAnew`` the counts of these people. By room."""
    room: Room | None = None
    """The room that a ``PutRoom`` has created, or that is ``wanted``, or ``made_before``, as the actor sees it.

    With ``members`` for direct and group rooms.
    """
    page: RoomPage | None = None
    """The result of ``ListRooms``."""

    @property
    def events(self) -> tuple[Event, ...]:
        """One for each ``AddEvent``, in order."""
        return tuple(each.entry for each in self.news if isinstance(each, Logged) and isinstance(each.entry, Event))

    @classmethod
    def of(
        cls, facts: Facts, decision: Decision, answers: Sequence[Answer], room: Room | None, news: tuple[News, ...]
    ) -> "Decided":
        """Combine a store's results of the changes."""
        if len(answers) < len(decision.changes):
            decision = msgspec.structs.replace(decision, changes=decision.changes[: len(answers)])
        return cls(
            facts=facts,
            decision=decision,
            news=news,
            made=tuple(answer for answer in answers if isinstance(answer, int)),
            recounted=tuple(marker for answer in answers if isinstance(answer, tuple) for marker in answer),
            room=room,
            page=next((answer for answer in answers if isinstance(answer, RoomPage)), None),
        )


def with_recounts(answers: Sequence[Answer]) -> list[Answer]:
    """Add what a ``SetText`` or ``Erase`` has changed to the event after it."""
    told: list[Answer] = []
    recount: Recount | None = None
    for answer in answers:
        is_of_it = isinstance(answer, Event) and answer.kind in {EventKind.EDIT, EventKind.DELETE}
        told.append(recount.told_with(answer) if isinstance(answer, Event) and is_of_it and recount else answer)
        recount = answer if isinstance(answer, Recount) else None
    return told


class Retention(Word, frozen=True, kw_only=True):
    """How long events are kept in all rooms. If a room has its own limit, the shorter one applies."""

    days: int = 0
    """0: forever."""
    events: int = 0
    """Events of each room; 0: all."""
    upload_seconds: int = 86_400
    """How long an upload that is in no message is kept."""


Guard: TypeAlias = Callable[[Facts], Refused | None]


class Look(Word, frozen=True, kw_only=True):
    """Answer a query for ``wanted.actor``, unless the guard refuses it because of the facts.

    Facts and answer come from the same snapshot of the database.
    """

    wanted: Wanted
    guard: Guard
    query: Query
    ts_ms: int


Write: TypeAlias = Append | Admit | Decide


WriteResult: TypeAlias = Appended | Admitted | Decided | Refused | StoreError


def news_of(result: WriteResult) -> tuple[News, ...]:
    """Return what a write has changed, for everything that follows the store."""
    return result.news if isinstance(result, Appended | Admitted | Decided) else ()


LookResult: TypeAlias = Data | Facts | ForFollowers | Refused | StoreError
