"""Pages from SQLite: put together they are the whole log, whatever their size."""

import contextlib
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.changes import PutRoom
from muca.model.events import Settings
from muca.model.ids import Seq
from muca.model.rooms import LOBBY
from muca.model.storage import Retention
from muca.storage.sqlite.history import _READ_BACKWARDS, _READ_FORWARDS
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import decide, done, page, query, say, seqs

LENGTHS = [0, 1, 50, 3, 0, 0, 200, 10, 10, 10, 7, 100, 0, 1, 2, 3, 99, 1, 1, 1, 1, 1, 30, 0]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path_factory.mktemp("data"))
    store.commit([say("x" * length) for length in LENGTHS])
    yield store
    store.close()


@given(forwards=st.booleans(), events_max=st.integers(1, 30), bytes_max=st.integers(0, 2_000))
def test_pages_are_the_whole_log(store: SqliteStore, forwards: bool, events_max: int, bytes_max: int) -> None:
    found: list[Seq | None] = []
    at = 0 if forwards else len(LENGTHS) + 1
    more = True
    while more:
        after, before = (at, None) if forwards else (None, at)
        read = page(store, query(after=after, before=before, events_max=events_max, bytes_max=bytes_max))
        size = sum(len(msgspec.json.encode(event)) for event in read.events)
        assert 1 <= len(read.events) <= events_max
        assert size <= bytes_max or len(read.events) == 1
        new = seqs(read)
        found = found + new if forwards else new + found
        at = new[-1 if forwards else 0] or 0
        more = read.more
    assert found == list(range(1, len(LENGTHS) + 1))


def test_control_characters_take_six_bytes_each(store: SqliteStore) -> None:
    store.commit([say("\x01" * 10_000) for _ in range(30)])
    read = page(store, query(bytes_max=200_000))
    assert len(read.events) == 3
    assert len(msgspec.json.encode(read)) < 201_000


@given(times=st.lists(st.integers(0, 9), min_size=1, max_size=12), gone=st.integers(0, 11), at_ms=st.integers(0, 10))
def test_a_time_is_found_however_the_clock_jumped(times: list[int], gone: int, at_ms: int) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(SqliteStore.open(Path(folder))) as store:
        for ts_ms in times:
            store.commit([say(ts_ms=ts_ms)])
        if gone:
            done(store, decide(PutRoom(room=LOBBY, settings=Settings(keep_events=gone))))
            while store.tend(0, Retention()):
                pass
        kept = list(enumerate(times, 1))[-gone:] if gone else list(enumerate(times, 1))
        expected = next((seq for seq, ts_ms in kept if ts_ms >= at_ms), None)
        assert next(iter(seqs(page(store, query(at_ms=at_ms)))), None) == expected
        steps = store._writer.execute("SELECT count(*) FROM clock_steps").get
        assert steps <= sum(later < before for before, later in pairwise(times))


def test_an_older_database_learns_where_its_clock_was_put_back(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path)
    store.commit([say(ts_ms=ts_ms) for ts_ms in (100, 900, 400, 500)] + [say(to=("mary",), ts_ms=1)])
    steps = store._writer.execute("SELECT event FROM clock_steps").fetchall()
    store._writer.execute("DROP TABLE clock_steps; DELETE FROM migrations WHERE name = '0004_clock_steps'").fetchall()
    store.close()
    store = SqliteStore.open(tmp_path)
    assert store._writer.execute("SELECT event FROM clock_steps").fetchall() == steps == [((1 << 32) + 3,)]
    assert seqs(page(store, query(at_ms=450))) == [2, 3, 4]
    store.close()


@pytest.mark.parametrize("sql", [_READ_FORWARDS, _READ_BACKWARDS])
def test_a_page_is_found_by_its_place(store: SqliteStore, sql: str) -> None:
    plan = [detail for *_, detail in store._reader.execute(f"EXPLAIN QUERY PLAN {sql}", (1, 2, 3, 4))]
    assert not [detail for detail in plan if detail.startswith("SCAN events")]
    assert [detail for detail in plan if detail.startswith("SEARCH events USING INTEGER PRIMARY KEY")]
