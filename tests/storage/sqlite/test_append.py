"""Appends in SQLite: how many statements they take, and where they end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muca.model.rooms import LOBBY
from muca.model.storage import StoreError, StoreWrite
from muca.storage.sqlite.append import _LOOK_UP
from muca.storage.sqlite.events import SEQ_BITS
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import TONY_MARY, Placed, admit, say, statements, texts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def test_a_thousand_take_as_many_statements_as_two(store: SqliteStore) -> None:
    def batch(size: int) -> list[StoreWrite]:
        return [say(id=f"{size}.{number}", to=(f"{size}.{number % 300}",)) for number in range(size)]

    assert statements(store, batch(2)) == statements(store, batch(1_000)) == 8


def test_retries_take_no_more(store: SqliteStore) -> None:
    batch: list[StoreWrite] = [say(id=f"{number}") for number in range(100)]
    store.commit(batch)
    assert statements(store, batch) <= 6


def test_looking_up_goes_by_indexes(store: SqliteStore) -> None:
    plan: list[Any] = store._writer.execute(f"EXPLAIN QUERY PLAN {_LOOK_UP}", ("[]", "[]")).fetchall()
    scans = [detail for *_, detail in plan if detail.startswith("SCAN") and "VIRTUAL TABLE" not in detail]
    assert scans == ["SCAN CONSTANT ROW", "SCAN indexed", "SCAN asked"]  # of one row, and of what is asked for


def test_a_mention_costs_a_few_statements_for_all(store: SqliteStore) -> None:
    store.commit([admit("mary")])
    store.commit([say("@mary")])  # reads the names of the room
    assert statements(store, [say(f"@mary {number}") for number in range(100)]) == 8


def test_a_reply_costs_one_for_all(store: SqliteStore) -> None:
    store.commit([say()])
    assert statements(store, [say(reply_to=1) for _ in range(100)]) == 7


def test_events_of_a_room_lie_side_by_side(store: SqliteStore) -> None:
    store.commit([say(), say(to=("mary",)), say(), say(room=TONY_MARY)])
    ids = [id_ for (id_,) in store._writer.execute("SELECT id FROM events ORDER BY id")]
    assert ids == [1 << SEQ_BITS | 1, 1 << SEQ_BITS | 2, 2 << SEQ_BITS | 1, 2 << SEQ_BITS | 2]


def test_a_room_that_is_full_takes_nothing_more(store: SqliteStore) -> None:
    """The next seq would be another room's event."""
    store.commit([say("a"), say("b", to=("mary",))])
    store._writer.execute("UPDATE rooms SET last_seq = (1 << 32) - 2 WHERE id = ?", (LOBBY,))
    last, full, other = store.commit([say("c"), say("d"), say("e", room=TONY_MARY)])
    assert last == Placed(room=LOBBY, seq=2**32 - 1, ts_ms=1_000)
    assert isinstance(full, StoreError)
    assert other == Placed(room=TONY_MARY, seq=2, ts_ms=1_000)
    assert texts(store, TONY_MARY) == ["b", "e"]


def test_a_time_that_is_no_64_bit_integer_fails_alone(store: SqliteStore) -> None:
    bad, good = store.commit([say("a", ts_ms=2**63), say("b", ts_ms=2**63 - 1)])
    assert isinstance(bad, StoreError)
    assert good == Placed(room=LOBBY, seq=1, ts_ms=2**63 - 1)
