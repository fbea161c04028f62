"""Short ways to say what a store is asked, with everything filled in that a test does not care about."""

import hashlib

from muca.model.ids import RoomId, Seq, Uid
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import Admit, Append, HistoryPage, HistoryQuery, Write
from muca.storage.sqlite import SqliteStore
from muca.storage.store import Store

TONY_MARY = conversation_id(["tony", "mary"])
TRIO = conversation_id(["tony", "mary", "henry"])

KINDS = {"l": RoomKind.LOBBY, "d": RoomKind.DIRECT, "g": RoomKind.GROUP}


def say(
    text: str = "hello",
    *,
    by: Uid = "tony",
    room: RoomId | None = LOBBY,
    to: tuple[Uid, ...] = (),
    id: str | None = None,
    ts_ms: int = 1_000,
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
    )


def hash_of(token: str) -> bytes:
    """Give what a store keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def admit(
    uid: Uid, *, nickname: str | None = None, token: str | None = None, offer: str | None = None, rooms_max: int = 500
) -> Admit:
    """Ask to be let in, with a token or without, offering one (v2) or not (v1)."""
    return Admit(
        uid=uid,
        nickname=nickname or uid.title(),
        ts_ms=5_000,
        token_hash=hash_of(token) if token is not None else None,
        offered_token_hash=hash_of(offer) if offer is not None else None,
        rooms_max=rooms_max,
    )


def query(
    room: RoomId = LOBBY,
    *,
    reader: Uid = "tony",
    after: Seq | None = None,
    before: Seq | None = None,
    events_max: int = 200,
    bytes_max: int = 1_000_000,
) -> HistoryQuery:
    """Ask for a page."""
    return HistoryQuery(
        room=room, reader=reader, after=after, before=before, events_max=events_max, bytes_max=bytes_max
    )


def seqs(page: HistoryPage | None) -> list[Seq | None]:
    """Give the seqs of a page."""
    assert page is not None
    return [event.seq for event in page.events]


def texts(store: Store, room: RoomId = LOBBY, *, reader: Uid = "tony") -> list[str]:
    """Read all of a room's log, page by page, checking on the way that its seqs are 1, 2, 3, …."""
    found: list[str] = []
    more = True
    while more:
        page = store.history(query(room, reader=reader, after=len(found)))
        assert page is not None
        assert seqs(page) == list(range(len(found) + 1, len(found) + len(page.events) + 1))
        found += [event.text for event in page.events]
        more = page.more
    return found


def statements(store: SqliteStore, writes: list[Write]) -> int:
    """Commit, and count the statements that took."""
    count = 0

    def trace(*_: object) -> bool:
        nonlocal count
        count += 1
        return True

    store._writer.exec_trace = trace
    store.commit(writes)
    store._writer.exec_trace = None
    return count
