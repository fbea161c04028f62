"""Short ways to say what a store is asked, with everything filled in that a test does not care about."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

from muca.core.admission import admission
from muca.core.messages import edited
from muca.core.sending import resolver
from muca.model.changes import AddEvent, Change, PutFile, PutMember, PutRoom
from muca.model.events import EventKind, Message, Settings
from muca.model.facts import Draft, Facts, Membership, Total, Wanted
from muca.model.feed import Logged
from muca.model.files import FileInfo, StoredFile
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.mentions import Mention
from muca.model.queries import HistoryQuery, PersonQuery, Query
from muca.model.replies import Page
from muca.model.roles import Role
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import (
    Admit,
    Append,
    Appended,
    Decide,
    Decided,
    Decision,
    Look,
    LookResult,
    Refused,
    StoreWrite,
    WriteResult,
)
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import Store

TONY_MARY = conversation_id(["tony", "mary"])
TRIO = conversation_id(["tony", "mary", "henry"])

KINDS = {"l": RoomKind.LOBBY, "d": RoomKind.DIRECT, "g": RoomKind.GROUP, "r": RoomKind.NAMED}

TOTALS: tuple[Total, ...] = get_args(Total)

NOW_MS = 9_000
"""When things are decided and looked at, if a test does not care."""


@dataclass(frozen=True)
class Placed:
    """Equals an ``Appended`` with this place, whatever its news."""

    room: RoomId
    seq: Seq
    ts_ms: int
    retried: bool = False

    def __eq__(self, other: object) -> bool:
        """Compare the places."""
        return isinstance(other, Appended) and (self.room, self.seq, self.ts_ms, self.retried) == (
            other.room,
            other.seq,
            other.ts_ms,
            other.retried,
        )


def logged_by(result: WriteResult) -> Logged:
    """Return the message that a write has added to a log."""
    assert isinstance(result, Appended), result
    (logged,) = result.news
    assert isinstance(logged, Logged)
    return logged


def message_of(result: WriteResult) -> Message:
    """Return the message that a write has sent."""
    message = logged_by(result).entry
    assert isinstance(message, Message)
    return message


def say(
    text: str = "hello",
    *,
    by: Uid = "tony",
    room: RoomId | None = LOBBY,
    to: tuple[Uid, ...] = (),
    id: str | None = None,
    ts_ms: int = 1_000,
    reply_to: Seq | None = None,
    files: tuple[FileId, ...] = (),
    mentions: tuple[Mention, ...] | None = None,
) -> Append:
    """Write into ``room``, or, with ``to``, into the room of the sender and these UIDs, which may have to be made."""
    members = tuple(sorted({by, *to})) if to else None
    room = conversation_id(members) if members else room
    return Append(
        room=room,
        kind=KINDS[room[:1]] if room else RoomKind.LOBBY,
        members=members,
        sender=by,
        nickname=by.title(),
        text=text,
        ts_ms=ts_ms,
        request_id=id,
        reply_to=reply_to,
        files=files,
        mentions=mentions,
    )


def say_to(
    *names: str,
    text: str = "hello",
    by: Uid = "tony",
    id: str | None = None,
    ts_ms: int = 1_000,
    here: tuple[Uid, ...] = (),
    skips_unknown: bool = False,
) -> Append:
    """Write to people whom the store has to find. ``here``: people online whose nickname is one of the names."""
    return Append(
        room=None,
        kind=RoomKind.DIRECT,
        recipients=names,
        resolve=resolver(by, dict.fromkeys(names, here), skips_unknown=skips_unknown),
        sender=by,
        nickname=by.title(),
        text=text,
        ts_ms=ts_ms,
        request_id=id,
    )


def hash_of(token: str) -> bytes:
    """Return what a store keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def admit(
    uid: Uid,
    *,
    nickname: str | None = None,
    token: str | None = None,
    offer: str | None = None,
    password: str | None = None,
    voucher: int | None = None,
    address: str = "",
    accounts_only: bool = False,
    rooms_max: int = 500,
    members_max: int = 4_000,
    devices_max: int = 50,
    uid_fault: str | None = None,
    nickname_fault: str | None = None,
    ts_ms: int = 5_000,
) -> Admit:
    """Ask to be let in, with a token or without, offering one (v2) or not (v1)."""
    guard = admission(
        nickname or uid.title(),
        has_token=token is not None,
        password_hash=password,
        uid_fault=uid_fault,
        nickname_fault=nickname_fault,
        accounts_only=accounts_only,
    )
    return Admit(
        guard=guard,
        uid=uid,
        nickname=nickname or uid.title(),
        ts_ms=ts_ms,
        address=address,
        token_hash=hash_of(token) if token is not None else None,
        offered_token_hash=hash_of(offer) if offer is not None else None,
        voucher=voucher,
        device=f"{uid}'s {offer}" if offer is not None else "",
        rooms_max=rooms_max,
        members_max=members_max,
        devices_max=devices_max,
    )


def a_file(file: FileId = "f-1", *, by: Uid = "tony", name: str = "cat.jpg", bytes: int = 100) -> StoredFile:
    """Return an upload."""
    info = FileInfo(file=file, name=name, media_type="image/jpeg", bytes=bytes, width=4, height=3, thumbnail=True)
    return StoredFile(info=info, uid=by, sha256=hashlib.sha256(file.encode()).hexdigest())


def bring(*files: StoredFile, ts_ms: int = NOW_MS) -> Decide:
    """Take uploads in."""
    return decide(*(PutFile(file=file) for file in files), ts_ms=ts_ms)


def decide(*changes: Change, by: Uid = "tony", room: RoomId | None = None, ts_ms: int = NOW_MS) -> Decide:
    """Have this done, whatever the facts."""
    wanted = Wanted(actor=by, room=room, room_after=room is not None)
    return Decide(wanted=wanted, rule=lambda facts: Decision(changes=changes), ts_ms=ts_ms)


def edit(
    seq: Seq,
    text: str,
    *,
    room: RoomId = LOBBY,
    mentions: tuple[Mention, ...] | None = None,
    ts_ms: int = NOW_MS,
) -> Decide:
    """Edit one of Tony's messages, with the event that tells of it."""
    draft = Draft(text=text, mentions=mentions, mentions_max=50)

    def rule(facts: Facts) -> Decision:
        assert facts.message is not None
        return Decision(changes=edited(facts, facts.message, text))

    return Decide(wanted=Wanted(actor="tony", room=room, event=seq, draft=draft), rule=rule, ts_ms=ts_ms)


def make(room: RoomId, *members: Uid, by: Uid = "tony", private: bool = False, ts_ms: int = NOW_MS) -> Decide:
    """Make a named room, called by its id, of which ``by`` is the owner."""
    return decide(
        PutRoom(room=room, settings=Settings(title=room, private=private), made_by=by),
        PutMember(room=room, member=Membership(uid=by, role=Role.OWNER)),
        *(PutMember(room=room, member=Membership(uid=uid)) for uid in members),
        by=by,
        ts_ms=ts_ms,
    )


def done(store: Store, write: StoreWrite) -> Decided:
    """Have one thing decided; it must be done."""
    (result,) = store.commit([write])
    assert isinstance(result, Decided), result
    return result


def an_event(room: RoomId, sender: Uid = "tony") -> AddEvent:
    """Put an event into a room that is no message."""
    return AddEvent(room=room, kind=EventKind.SET, sender=sender, nickname=sender.title())


def looking(query: Query, wanted: Wanted, ts_ms: int = NOW_MS) -> Look:
    """Ask, with a guard that lets everyone."""
    return Look(wanted=wanted, guard=lambda facts: None, query=query, ts_ms=ts_ms)


def seen(store: Store, query: Query, *, reader: Uid = "tony", ts_ms: int = NOW_MS) -> LookResult:
    """Look something up."""
    return store.look(looking(query, Wanted(actor=reader, room=getattr(query, "room", None)), ts_ms))


def facts(store: Store, wanted: Wanted, ts_ms: int = NOW_MS) -> Facts:
    """Return what rules would be told."""
    result = store.look(looking(PersonQuery(), wanted, ts_ms))
    assert isinstance(result, Facts)
    return result


def nowhere(store: Store, room: RoomId, *, reader: Uid = "tony") -> bool:
    """Return whether a direct or group room is none for the reader."""
    return facts(store, Wanted(actor=reader, room=room)).membership is None


def query(
    room: RoomId = LOBBY,
    *,
    after: Seq | None = None,
    before: Seq | None = None,
    around: Seq | None = None,
    at_ms: int | None = None,
    events_max: int = 200,
    bytes_max: int = 1_000_000,
) -> HistoryQuery:
    """Ask for a page."""
    return HistoryQuery(
        room=room, after=after, before=before, around=around, at_ms=at_ms, events_max=events_max, bytes_max=bytes_max
    )


def page(store: Store, query: HistoryQuery, *, reader: Uid = "tony") -> Page:
    """Read a page; there must be the room."""
    result = seen(store, query, reader=reader)
    assert isinstance(result, Page), result
    return result


def seqs(page: Page) -> list[Seq | None]:
    """Return the seqs of a page."""
    return [event.seq for event in page.events]


def texts(store: Store, room: RoomId = LOBBY, *, reader: Uid = "tony") -> list[str]:
    """Read all of a room's log, page by page, checking on the way that its seqs are 1, 2, 3, …."""
    found: list[str] = []
    more = True
    while more:
        read = page(store, query(room, after=len(found)), reader=reader)
        assert seqs(read) == list(range(len(found) + 1, len(found) + len(read.events) + 1))
        found += [event.text for event in read.events]
        more = read.more
    return found


def codes(results: list[WriteResult]) -> list[str]:
    """Return the code of each refusal, and for the rest what sort of answer it is."""
    return [str(result.code) if isinstance(result, Refused) else type(result).__name__ for result in results]


@contextmanager
def tracing(store: SqliteStore) -> Iterator[list[str]]:
    """Collect the statements of the write connection."""
    statements: list[str] = []

    def trace(_: object, sql: str, *__: object) -> bool:
        statements.append(sql)
        return True

    store._writer.exec_trace = trace
    yield statements
    store._writer.exec_trace = None


def statements(store: SqliteStore, writes: list[StoreWrite]) -> int:
    """Commit, and count the statements that took."""
    with tracing(store) as executed:
        store.commit(writes)
    return len(executed)
