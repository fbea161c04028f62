"""What the core requests from a store, and what the store answers: the interface between ``core`` and ``storage``.

Related modules: ``facts.py``, what rules decide on; ``changes.py``, what they decide; ``queries.py``, what can be read.

There are three kinds of requests:

- ``Append``, ``Admit``: the two frequent writes, each with its own facts, rule and result. A store may do a whole batch
  of them at once.
- ``Decide``: every other write. The store reads the ``Facts`` that are ``Wanted``, lets the ``rule`` decide on them and
  applies the ``Decision``. All this is one transaction, so that what the rule checked is still true.
- ``Look``: every read. The store reads the facts, asks the ``guard`` for permission, and answers the ``query``.

Rules and guards are pure functions of the facts. They run in the store's thread and must not access anything else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, TypeAlias

import msgspec

from muca.model.changes import Change
from muca.model.errors import ErrorCode
from muca.model.events import Event
from muca.model.facts import Facts, Person, Wanted
from muca.model.feed import Logged, News
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.pushes import MarkerMoved
from muca.model.queries import ForFollowers, FoundInvitations, Query
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


KnownAs: TypeAlias = Literal["deleted", "account", "guest"]
"""What the store knows of a UID."""


class Known(NamedTuple):
    """What the store knows of a name in ``Append.recipients``. Nicknames are compared by ``nickname_key``."""

    standing: KnownAs | None
    """Of the UID with exactly this spelling."""
    protected: tuple[Uid, ...]
    """Accounts with a password that have this nickname and are not deleted."""
    claimed: tuple[Uid, ...]
    """All accounts that have this nickname and are not deleted."""


FindRecipients: TypeAlias = Callable[[Mapping[str, Known]], tuple[Uid, ...] | Refused]
"""Returns the members of the conversation with the people of these names, sorted."""


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
    """None: the direct or group room of the members that ``resolve`` returns."""
    kind: RoomKind
    members: tuple[Uid, ...] | None = None
    """The members, sorted, if the room may have to be created first; otherwise a missing room is ``no_such_room``.

    A direct room with a deleted account accepts no messages: ``unknown_recipient``.
    """
    recipients: tuple[str, ...] = ()
    """The names that ``resolve`` needs to know about."""
    resolve: FindRecipients | None = None
    """The rule for the recipients, with ``room`` None. A retry is answered even if it refuses."""
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
    refused: Refused | None = None
    """How the core refuses a new message: nothing is written, and only a retry is answered otherwise."""
    slow_seconds: int = 0
    """Slow mode for this sender: the time that must have passed since the sender's previous message in the room that
    was not deleted. Until then: ``slow_down``. A previous message from the future counts as long past, as the clock was
    set back."""

    def slow_down(self, previous_ms: int | None) -> Refused | None:
        """Apply the slow mode. ``previous_ms``: the time of the previous message."""
        wait_ms = 0
        if previous_ms is not None and previous_ms <= self.ts_ms:
            wait_ms = previous_ms + self.slow_seconds * 1_000 - self.ts_ms
        if wait_ms <= 0:
            return None
        detail = f"Slow mode is on: this room allows one message every {self.slow_seconds} seconds."
        return Refused(code=ErrorCode.SLOW_DOWN, detail=detail, retry_seconds=wait_ms / 1_000)


class Appended(Word, frozen=True, kw_only=True):
    """The message is in its room. For a retry: the position of the first one."""

    room: RoomId
    seq: Seq
    ts_ms: int
    news: tuple[News, ...] = ()
    """The message; nothing for a retry."""
    retried: bool = False


class AdmitFacts(Word, frozen=True, kw_only=True):
    """What is true of a UID that wants to join."""

    now_ms: int
    person: Person
    """An unknown UID is a guest with the requested nickname."""
    is_new: bool
    """Whether the UID is unknown."""
    device: int | None
    """The UID's device that has the token presented."""
    vouched: bool
    """Whether the ``voucher`` is a device of the UID."""
    address_banned: bool
    """Whether the ``address`` is banned now, whoever the UID is."""
    nickname_taken: bool
    """Whether another UID with a password has a nickname that looks like the requested one, or like the UID if that is
    free; or, if the nickname is new, whether another account's UID looks like it. Also whether a free UID looks like
    that of an account with a password."""


AdmitGuard: TypeAlias = Callable[[AdmitFacts], Refused | None]


class Admit(Word, frozen=True, kw_only=True):
    """Let a UID join, unless the guard refuses it because of the facts. Answered by ``Admitted`` or ``Refused``.

    The nickname is stored, for showing it while the UID is offline. If no token of the UID was presented,
    ``offered_token_hash`` becomes the token of a new device, and claims the UID if it is free. Claiming sets the floor
    of the UID's direct and group rooms: the new owner must not read what was written before. Beyond ``devices_max``,
    the least recently used device is signed out.
    """

    guard: AdmitGuard
    uid: Uid
    nickname: str
    ts_ms: int
    address: str = ""
    """The client's address, for bans of addresses."""
    token_hash: bytes | None = None
    """SHA-256 of the token presented, 32 bytes."""
    offered_token_hash: bytes | None = None
    """SHA-256 of the token that this device receives if it claims the UID or logs in. None for v1 clients."""
    voucher: int | None = None
    """The UID's device that created the code presented. The code is valid while that device has a token."""
    device: str = ""
    """The name of the new device."""
    rooms_max: int = 500
    members_max: int = 4_000
    """Maximum members of all listed direct and group rooms. Rooms that would exceed it are skipped."""
    devices_max: int = 50


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


class Decision(Word, frozen=True, kw_only=True):
    """The changes to apply, in order. Empty if nothing needs to be changed."""

    changes: tuple[Change, ...] = ()


Rule: TypeAlias = Callable[[Facts], Decision | Refused]


class Decide(Word, frozen=True, kw_only=True):
    """Let a rule decide, and apply its decision, in one transaction. Answered by ``Decided`` or ``Refused``."""

    wanted: Wanted
    rule: Rule
    ts_ms: int


Answer: TypeAlias = Event | tuple[MarkerMoved, ...] | RoomPage | list[int] | int | None
"""A store's result of a change. ``AddEvent``: the event. ``PutIgnored`` and ``CountAnew``: the unread counts that
changed. ``ListRooms``: the page. ``DropTokens``: the devices. Changes that create something with a number: this
number."""


class Decided(Word, frozen=True, kw_only=True):
    """The changes were made, and are on disk."""

    facts: Facts
    """As they were before."""
    decision: Decision
    news: tuple[News, ...] = ()
    made: tuple[int, ...] = ()
    """The number of each new device, code and report, in order. Numbers are never reused."""
    recounted: tuple[MarkerMoved, ...] = ()
    """The actor's unread counts where they have changed because of ignoring somebody or no longer doing so; for
    ``CountAnew`` the counts of these people. By room."""
    room: Room | None = None
    """With ``room_after``: the room that a ``PutRoom`` has created, or that is ``wanted``, or ``made_before``, as the
    actor sees it after the changes, with ``members`` for direct and group rooms."""
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
        return cls(
            facts=facts,
            decision=decision,
            news=news,
            made=tuple(answer for answer in answers if isinstance(answer, int)),
            recounted=tuple(marker for answer in answers if isinstance(answer, tuple) for marker in answer),
            room=room,
            page=next((answer for answer in answers if isinstance(answer, RoomPage)), None),
        )


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


StoreWrite: TypeAlias = Append | Admit | Decide


WriteResult: TypeAlias = Appended | Admitted | Decided | Refused | StoreError


def news_of(result: WriteResult) -> tuple[News, ...]:
    """Return what a write has changed, for everything that follows the store."""
    news: tuple[News, ...] = getattr(result, "news", ())
    return news


LookResult: TypeAlias = Data | Facts | ForFollowers | FoundInvitations | Refused | StoreError
