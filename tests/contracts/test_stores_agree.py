"""The memory store is the model that the SQLite store is held against: the same random life, the same answers."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from muca.core.standing import PUBLIC_READERS
from muca.model.changes import ListRooms
from muca.model.facts import Wanted
from muca.model.ids import RoomId, Uid
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    InvitationsQuery,
    MembersQuery,
    MissedQuery,
    NewsQuery,
    PeopleQuery,
    PersonQuery,
    PinsQuery,
    Query,
    ReportsQuery,
    RoomNews,
    RoomsQuery,
    SanctionsQuery,
    SearchQuery,
    VersionsQuery,
)
from muca.model.replies import Hit, Hits
from muca.model.rooms import LOBBY
from muca.model.storage import LookResult, Retention, StoreError, StoreWrite
from muca.storage.sqlite.check import check
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import Store
from tests.contracts.lives import ROOMS, STEP_MS, UIDS, Life
from tests.memory_store.store import MemoryStore
from tests.storage.words import TOTALS, decide, done, hash_of, looking, query

READERS = (*UIDS, "stranger")


def commit(store: Store, writes: Sequence[StoreWrite]) -> list[object]:
    return ["failed" if isinstance(result, StoreError) else result for result in store.commit(writes)]


def tend(store: Store, now_ms: int, retention: Retention) -> None:
    while store.tend(now_ms, retention):
        pass


def search(store: Store, asked: SearchQuery, reader: Uid, now_ms: int) -> list[Hit]:
    """Turn all pages: where they end is every store's own."""
    found: list[Hit] = []
    fields = {name: getattr(asked, name) for name in asked.__struct_fields__}
    before: int | None = None
    for _ in range(2_000):
        page = ask(store, SearchQuery(**fields | {"before": before}), reader, now_ms)
        assert isinstance(page, Hits)
        assert len(page.hits) <= asked.hits_max
        found += page.hits
        before = page.next
        if before is None:
            return found
    raise AssertionError("there is no last page")


def ask(store: Store, asked: Query, reader: Uid, now_ms: int) -> LookResult:
    return store.look(looking(asked, Wanted(actor=reader, room=getattr(asked, "room", None)), now_ms))


def questions() -> Iterator[tuple[Uid, Query]]:
    """Ask everything about everything, as everybody."""
    for reader, room in product(READERS, ROOMS):
        for page in (
            {},
            {"after": 2, "events_max": 2},
            {"before": 9, "bytes_max": 900},
            {"around": 3, "events_max": 3},
        ):
            yield reader, query(room, **page)
        yield reader, query(room, at_ms=10 * STEP_MS, events_max=1)
        yield reader, PinsQuery(room=room)
        yield reader, MembersQuery(room=room, after="mary", members_max=1)
        for seq in (1, 2, 3):
            yield reader, VersionsQuery(room=room, seq=seq)
    for reader in READERS:
        yield reader, RoomsQuery(match="", public=PUBLIC_READERS, after=None, rooms_max=1)
        yield reader, RoomsQuery(match="É", public=PUBLIC_READERS, after="a", rooms_max=9)
        yield reader, DevicesQuery(current=2)
    for of_room in (None, LOBBY, "r-a"):
        yield "tony", SanctionsQuery(room=of_room)
        yield "tony", ReportsQuery(room=of_room)
        yield "tony", AuditQuery(room=of_room, before=None, entries_max=2)
    yield "tony", InvitationsQuery()
    yield "tony", PeopleQuery(uids=READERS)
    for since_ms in (0, 100_000_000):
        yield "tony", MissedQuery(rooms={LOBBY: 2}, people=dict.fromkeys(READERS, 1), since_ms=since_ms)


def news_of_room(store: Store, room: RoomId) -> RoomNews:
    found = ask(store, NewsQuery(log=room, after=2, events_max=5), "tony", 0)
    assert isinstance(found, RoomNews)
    return found


def assert_alike(store: Store, model: Store, now_ms: int) -> None:
    here = [room for room in ROOMS if not news_of_room(store, room).is_deleted]
    for room in here:
        assert news_of_room(store, room) == news_of_room(model, room)
    for reader, asked in questions():
        assert ask(store, asked, reader, now_ms) == ask(model, asked, reader, now_ms), (reader, asked)
    for reader, room, target, seq in product(READERS, ROOMS, ("tony", "stranger"), (1, 2)):
        wanted = Wanted(
            actor=reader,
            room=room,
            target=target,
            event=seq,
            emoji="👍",
            title="Ａ",
            code_hash=hash_of("x"),
            address="10.0.0.1",
            totals=TOTALS,
        )
        asked_facts = looking(PersonQuery(), wanted, now_ms)
        assert store.look(asked_facts) == model.look(asked_facts), wanted
    for reader, number in product(READERS, range(1, 40)):
        asked_facts = looking(PersonQuery(), Wanted(actor=reader, file=f"f-{number}", file_bytes=True), now_ms)
        assert store.look(asked_facts) == model.look(asked_facts), (reader, number)
    assert set(store.gone_files(1_000)) == set(model.gone_files(1_000))
    for reader in READERS:
        own = decide(ListRooms(uid=reader, after=None, rooms_max=99, members_max=999), ts_ms=now_ms)
        assert done(store, own).page == done(model, own).page, reader
        everything = SearchQuery(words=(), public=PUBLIC_READERS, hits_max=50, scan_max=1_000)
        assert search(store, everything, reader, now_ms) == search(model, everything, reader, now_ms), reader


@settings(max_examples=8)
@given(seed=st.integers(0, 2**32), length=st.integers(30, 80))
def test_sqlite_does_what_memory_does(seed: int, length: int) -> None:
    """A seed that fails is shown, with the shortest life that does."""
    life, model = Life(seed), MemoryStore()
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder))
        try:
            assert commit(store, life.beginning()) == commit(model, life.beginning())
            for number in range(length):
                life.now_ms += STEP_MS
                writes, retention, asked, reader = life.batch(), life.retention(), life.search(), life.uid()
                for write, answer, expected in zip(writes, commit(store, writes), commit(model, writes), strict=True):
                    assert answer == expected, (number, write)
                if number % 5 == 0:
                    tend(store, life.now_ms, retention)
                    tend(model, life.now_ms, retention)
                assert search(store, asked, reader, life.now_ms) == search(model, asked, reader, life.now_ms), asked
            assert_alike(store, model, life.now_ms)
            assert list(check(Path(folder), lambda *_: None)) == []
        finally:
            store.close()
        store = SqliteStore.open(Path(folder))
        try:
            assert_alike(store, model, life.now_ms)
        finally:
            store.close()
