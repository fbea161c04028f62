"""Admits in SQLite: how many statements they take, and what is written down of people."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import admit, hash_of, say, statements


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def test_a_hundred_take_as_many_statements_as_one(store: SqliteStore) -> None:
    store.commit([say(to=(f"uid {number}", f"uid {number + 1}")) for number in range(100)])
    many = statements(store, [admit(f"uid {number}", offer="key") for number in range(100)])
    assert statements(store, [admit("uid 100", offer="key")]) == many == 9


def test_who_is_refused_costs_no_reading_of_rooms(store: SqliteStore) -> None:
    store.commit([admit("tony", offer="key"), say(to=("mary",))])
    assert statements(store, [admit("tony", token="wrong")]) < statements(store, [admit("tony", token="key")]) - 1


def test_people_are_written_down_once_with_what_was_last(store: SqliteStore) -> None:
    store.commit([admit("tony", nickname="T"), admit("tony", nickname="Tony", offer="key"), admit("mary")])
    store.commit([admit("tony", nickname="Anthony", token="key", offer="other"), admit("tony", nickname="No")])
    people = store._writer.execute("SELECT uid, nickname, nickname_key, claimed, last_seen_ms FROM people ORDER BY uid")
    assert people.fetchall() == [("mary", "Mary", "mary", 0, 5_000), ("tony", "Anthony", "anthony", 1, 5_000)]
    devices = store._writer.execute("SELECT uid, token_hash, used_ms FROM devices")
    assert devices.fetchall() == [("tony", hash_of("key"), 5_000)]


def test_a_token_is_nowhere_in_the_file(store: SqliteStore, tmp_path: Path) -> None:
    store.commit([msgspec.structs.replace(admit("tony", offer="correct horse"), device="desk")])
    store.close()
    data = (tmp_path / FILE_NAME).read_bytes()
    assert hash_of("correct horse") in data
    assert b"correct horse" not in data
