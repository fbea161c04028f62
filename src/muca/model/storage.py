"""What the core asks of a store and what the store answers. ``core`` and ``storage`` meet only in these words.

Beside them: ``facts.py``, what rules decide on; ``changes.py``, what they decide; ``queries.py``, what can be read.

Three ways to ask:

- ``Append``, ``Admit``: the two writes that are frequent, each with rows and results of its own.
- ``Decide``: every other write. The store reads the ``Facts`` that are ``Wanted``, has the ``rule`` decide on them, and
  carries out the ``Decision``: all in one transaction, so that what was checked is still true when it is done.
- ``Look``: every read. The store reads the facts, asks the ``rule`` whether the reader may, and answers the ``query``.

A rule is a pure function of its facts. It runs in the store's thread and must touch nothing else.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import msgspec

from muca.model.changes import Change, SetText
from muca.model.errors import ErrorCode
from muca.model.events import Count, Event, EventKind
from muca.model.facts import Facts, Person, Wanted
from muca.model.files import FileInfo
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import NOBODY, Mention, Mentioned
from muca.model.pushes import MarkerMoved
from muca.model.queries import Query, SignedOut
from muca.model.replies import Data
from muca.model.rooms import Room, RoomKind
from muca.model.word import Word


class StoreError(Exception):
    """The disk or the database failed: nothing of the commit was stored, or nothing could be read. May pass."""

    code: ClassVar[ErrorCode] = ErrorCode.STORAGE_UNAVAILABLE
    """What the asker is told."""
    detail: ClassVar[str] = ""
    """For the person, where the meaning of the code is not enough."""
    retry_seconds: ClassVar[float | None] = 5
    """When it is worth asking again; None: it does not pass by itself."""


class StoreFull(StoreError):
    """There is no room on the disk. Deleting goes on, and whoever is known is let in."""

    detail = "The server's disk is full. It stores nothing new until its operator frees space. Deletions still work."


class StoreMoved(StoreError):
    """The files of the database are not where they were: what is written could not be found by the next start."""

    detail = (
        "The server's data folder was moved, replaced or removed. The server stores nothing until the folder is back."
    )


class StoreUnreadable(StoreError):
    """Something could not be read. Other things may be."""

    code = ErrorCode.STORAGE_UNREADABLE


class StoreDamaged(StoreError):
    """The database is damaged. Nothing is written to it any more; what can be read is read."""

    code = ErrorCode.STORAGE_DAMAGED
    detail = "The server's database is damaged. It stores nothing until its operator restores a backup."
    retry_seconds = None


class StoreBroken(StoreError):
    """What is on disk can no longer be trusted, as after a failed fsync. The process must end."""


class Refused(Word, frozen=True, kw_only=True):
    """It was not done, for a reason that is the asker's. Nothing has changed."""

    code: ErrorCode
    detail: str = ""
    """For the person, where the meaning of the code is not enough."""
    retry_seconds: float | None = None


class Epoch(Word, frozen=True, kw_only=True):
    """Which history the SEQs of a store's rooms belong to."""

    id: str
    former: str | None = None
    """The epoch before. In each room, events up to its ``epoch_seq`` are the same in both."""
    is_new: bool = False
    """Whether it began when the store was opened."""
    replaces: bool = False
    """Whether the database is a new one, in a folder that had another before."""


class Append(Word, frozen=True, kw_only=True):
    """Put a message at the end of a room. Answered by ``Appended`` or ``Refused``.

    The core has checked that the sender may. The store finds who is mentioned, of those who are in the room, counts it
    as unread for the others, and moves the sender's own read marker to it.

    The same ``request_id`` of the same sender again is a retry if text (the first one, if it was edited), files and
    room are the same, else ``id_reused``; also when the message was deleted since. Its mentions and what it replies to
    do not matter. Where the ``recipients`` resolve to no room (any more), every conversation is the same.
    """

    room: RoomId | None
    """None: the room is the conversation of the sender with the ``recipients``."""
    kind: RoomKind
    members: tuple[Uid, ...] | None = None
    """The members, sorted, when the room may have to be made first; without them, ``no_such_room``.

    A direct room with a deleted account takes nothing any more: ``unknown_recipient``.
    """
    recipients: tuple[str, ...] = ()
    """With ``room`` None: UIDs, and names that the core could not resolve among those who are here.

    A name is, in this order, the UID of an account, deleted or not; the nickname of one account with a password; the
    nickname of somebody here (``nicknamed``); another UID that the store knows; the nickname of one claimed UID.
    Nicknames are alike by ``nickname_key``. A deleted account is nobody.

    Unless it is a retry: ``unknown_recipient``, else
    ``ambiguous_recipient``, with the names in ``detail`` (“Zoe”, “Jo”); ``no_recipient`` when only the sender is left.
    """
    nicknamed: dict[str, tuple[Uid, ...]] = msgspec.field(default_factory=dict)
    """Who is here and goes by a name of ``recipients``."""
    skips_unknown: bool = False
    """Whether recipients whom nobody or several people could be are left out."""
    sender: Uid
    nickname: str
    text: str
    ts_ms: int
    request_id: str | None = None
    files: tuple[FileId, ...] = ()
    """Uploads of the sender that hang on no message yet, else ``no_such_file``, whatever is wrong."""
    reply_to: Seq | None = None
    """A message of the room that was not deleted and that the sender may read, else ``no_such_event``."""
    mentions: tuple[Mention, ...] | None = None
    """Whom the client means; who is not in the room (any more) is left out. None: the names in the text say."""
    mentions_max: int = 50
    again_only: bool = False
    """Write nothing: the core has refused it, and only an earlier one is looked for; else ``no_recipient``."""


KnownAs: TypeAlias = Literal["deleted", "account", "guest"]
"""What the store knows of a UID."""


class Known(NamedTuple):
    """What the store knows of a name in ``Append.recipients``."""

    standing: KnownAs | None
    """Of the UID that is spelled so."""
    protected: tuple[Uid, ...]
    """Accounts with a password that go by it, and are not deleted."""
    claimed: tuple[Uid, ...]
    """All accounts that go by it, and are not deleted."""

    def meant_by(self, name: str, here: tuple[Uid, ...]) -> tuple[Uid, ...]:
        """Give who is meant: nobody, one, or several. ``here``: those of this nickname who are here."""
        if self.standing == "deleted":
            return ()
        if self.standing == "account":
            return (name,)
        return self.protected or here or ((name,) if self.standing == "guest" else self.claimed)


class Appended(Word, frozen=True, kw_only=True):
    """The message is in its room. For a retried SEND: where it is since the first time."""

    room: RoomId
    seq: Seq
    ts_ms: int
    retried: bool = False
    mentioned: Mentioned = NOBODY
    files: tuple[FileInfo, ...] = ()
    members: tuple[Uid, ...] = ()
    """The members of the conversation, sorted, when the store has found it (``room`` was None)."""


class Admit(Word, frozen=True, kw_only=True):
    """Let a UID in. Answered by ``Admitted`` or ``Refused``.

    A free UID may be used by anyone (unless ``accounts_only``); ``offered_token_hash`` (v2 only) claims it. A claimed
    UID needs ``token_hash`` to be the hash of one of its tokens, or ``password_hash``: the one that the password was
    found to fit; ``offered_token_hash`` then becomes the token of a new device. The nickname is remembered for showing
    the UID while it is away. Claiming sets the floor of the UID's direct and group rooms: what was written before is
    not the new owner's to read.

    Refused, the first that holds, with ``bad_name`` (a fault of a name that is new), ``account_deleted``,
    ``token_required``, ``token_wrong`` or ``password_wrong``, ``account_disabled``, ``banned`` (the UID; or the
    address, unless the UID is an owner or moderator of the server: who has no power over them has none by way of
    their address), ``password_required`` (of a claimed UID) or ``account_required``, ``nickname_taken`` (another
    UID with a password goes by a nickname that looks alike, or that looks like this UID, while it is free; one with
    a password keeps its own whatever others do). A token that is right makes a password needless. Past
    ``devices_max`` the device that was used longest ago is signed out.
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
    uid_fault: str | None = None
    """What is wrong with the UID, should it be new."""
    nickname_fault: str | None = None
    """What is wrong with the nickname, should the UID not go by it already."""
    accounts_only: bool = False
    """Whether a UID without a password is refused."""
    rooms_max: int = 500
    members_max: int = 4_000
    """Members of the direct and group rooms listed, in all; a room that does not fit is left out, the next may fit."""
    devices_max: int = 50

    def name_fault(self, known_as: str | None) -> str | None:
        """Say what is wrong with the names, given the nickname that the UID goes by until now. None: the UID is new."""
        if known_as is None:
            return self.uid_fault or self.nickname_fault
        return self.nickname_fault if self.nickname != known_as else None


class Admitted(Word, frozen=True, kw_only=True):
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
    muted: dict[RoomId, int] = msgspec.field(default_factory=dict)
    """Of these rooms, the lobby apart, where the UID is muted, and until when."""
    more_rooms: bool = False
    """Whether the UID has rooms that are not listed."""
    ignores: tuple[Uid, ...] = ()


class Recount(Word, frozen=True, kw_only=True):
    """What an edit or a deletion does to counts; the store tells it with the event."""

    author: Uid
    counts: tuple[Count, ...]

    def told_with(self, event: Event) -> Event:
        """Give the event that tells of it."""
        author = self.author if self.author != event.sender else None
        return msgspec.structs.replace(event, author=author, counts=self.counts)


class Decision(Word, frozen=True, kw_only=True):
    """What is to be done, in order. Nothing, when it was so already."""

    changes: tuple[Change, ...] = ()
    note: Any = None
    """For the core's eyes: what it wants to know again when the decision was carried out."""

    def carried_out(self, carry_out: "Callable[[Change], Answer]") -> "list[Answer]":
        """Have each change carried out, up to a ``SetText`` that changes nothing. For stores."""
        answers: list[Answer] = []
        for change in self.changes:
            answer = carry_out(change)
            if answer is None and isinstance(change, SetText):
                break
            answers.append(answer)
        return answers


Rule: TypeAlias = Callable[[Facts], Decision | Refused]


class Decide(Word, frozen=True, kw_only=True):
    """Have a rule decide and carry it out, in one transaction. Answered by ``Decided`` or ``Refused``."""

    wanted: Wanted
    rule: Rule
    ts_ms: int


Answer: TypeAlias = Event | Recount | tuple[MarkerMoved, ...] | int | None
"""What a store gives for a change: for ``AddEvent`` the event; for ``SetText`` and ``Erase``, which go right before
theirs, what it does to counts, None where a ``SetText`` changes nothing; for ``PutIgnored`` and ``CountAnew`` what is
unread now; for what has a number, that."""


class Decided(Word, frozen=True, kw_only=True):
    """It is done, and on disk."""

    facts: Facts
    """As they were before."""
    decision: Decision
    """With the changes that were carried out."""
    events: tuple[Event, ...] = ()
    """One for each ``AddEvent``, in order."""
    made: tuple[int, ...] = ()
    """The number of each device, code and report that was made, in order. No number is ever used again."""
    recounted: tuple[MarkerMoved, ...] = ()
    """What the actor has to read where that changed, as it ignores somebody now or does so no longer; and for
    ``CountAnew`` what these people have to read. By room."""
    room: Room | None = None
    """The room that a ``PutRoom`` has made, or that is ``wanted``, or ``made_before``, as the actor sees it now.

    With ``members`` for direct and group rooms.
    """

    @classmethod
    def of(cls, facts: Facts, decision: Decision, answers: Sequence[Answer], room: Room | None) -> "Decided":
        """Sum up what a store gave for each change."""
        events: list[Event] = []
        recount: Recount | None = None
        for answer in answers:
            if isinstance(answer, Event):
                is_of_it = answer.kind in {EventKind.EDIT, EventKind.DELETE}
                events.append(recount.told_with(answer) if is_of_it and recount is not None else answer)
            recount = answer if isinstance(answer, Recount) else None
        if len(answers) < len(decision.changes):
            decision = msgspec.structs.replace(decision, changes=decision.changes[: len(answers)])
        return cls(
            facts=facts,
            decision=decision,
            events=tuple(events),
            made=tuple(answer for answer in answers if isinstance(answer, int)),
            recounted=tuple(marker for answer in answers if isinstance(answer, tuple) for marker in answer),
            room=room,
        )


class Retention(Word, frozen=True, kw_only=True):
    """How long events are kept in all rooms, whatever the rooms say themselves: the shorter counts."""

    days: int = 0
    """0: for ever."""
    events: int = 0
    """Of each room; 0: all."""
    upload_seconds: int = 86_400
    """How long an upload is kept that no message has."""


Guard: TypeAlias = Callable[[Facts], Refused | None]


class Look(Word, frozen=True, kw_only=True):
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
