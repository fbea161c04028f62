"""Searches in SQLite walk down an index and end when a page is full, whatever there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muca.model.queries import SearchQuery
from muca.model.replies import Hits
from muca.model.storage import Retention
from muca.storage.sqlite import search
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import say, seen

MESSAGES = 3_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """All messages have one word, a few another; the last ones are not indexed yet."""
    store = SqliteStore.open(tmp_path_factory.mktemp("data"))
    store.commit([say(f"common {number}{' rare' * (number % 1_000 == 0)}") for number in range(MESSAGES - 5)])
    while store.tend(0, Retention()):
        pass
    store.commit([say("common and fresh") for _ in range(5)])
    yield store
    store.close()


def looked_at(store: SqliteStore, monkeypatch: pytest.MonkeyPatch, query: SearchQuery) -> tuple[Hits, int]:
    """Search, and count the candidates that were looked at."""
    count = 0
    matches = search._Asked.matches

    def counted(asked: search._Asked, candidates: list[int]) -> object:
        nonlocal count
        count += len(candidates)
        return matches(asked, candidates)

    monkeypatch.setattr(search._Asked, "matches", counted)
    hits = seen(store, query)
    assert isinstance(hits, Hits)
    return hits, count


@pytest.mark.parametrize("before", [None, MESSAGES - 2, 1_500])
def test_a_page_of_a_common_word_looks_at_little(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, before: int | None
) -> None:
    query = SearchQuery(words=("common",), before=before, hits_max=20, scan_max=5_000)
    hits, count = looked_at(store, monkeypatch, query)
    last = (before or MESSAGES + 1) - 1
    assert [hit.message.seq for hit in hits.hits] == list(range(last, last - 20, -1))
    assert count <= 64 + 256


def test_a_rare_word_is_found_by_the_index(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    hits, count = looked_at(store, monkeypatch, SearchQuery(words=("common", "rare"), hits_max=20, scan_max=5_000))
    assert [hit.message.seq for hit in hits.hits] == [2_001, 1_001, 1]
    assert hits.next is None
    assert count == 3 + 5, "and what is not indexed yet"


def test_no_more_is_looked_at_than_allowed(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    query = SearchQuery(words=(), senders=("tony",), after_ms=2_000, hits_max=20, scan_max=70)
    hits, count = looked_at(store, monkeypatch, query)
    assert hits.hits == ()
    assert count <= 70


@pytest.mark.parametrize("name", ["_NEXT_OF_ALL", "_NEXT_INDEXED", "_LOOK_AT"])
def test_nothing_is_scanned_or_sorted(store: SqliteStore, name: str) -> None:
    sql = getattr(search, name)
    asked = dict.fromkeys(("first", "below", "candidates_max", "uid", "now_ms", "reads_public", "reads_banned"), 1)
    asked |= {"after_ms": 0, "before_ms": 1, "query": "a", "rooms": "[]", "senders": "[]", "candidates": "[]"}  # type: ignore[dict-item]
    plan = [str(detail) for *_, detail in store._reader.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
    assert not [detail for detail in plan if detail.startswith("SCAN events")]
    if name != "_LOOK_AT":
        assert not [detail for detail in plan if "TEMP B-TREE" in detail]


@pytest.mark.parametrize(("chars_max", "found"), [(6_400, 64), (6_401, 128), (1_000_000, 200)])
@pytest.mark.parametrize("words", [("xxx",), ("xxx", "xxxx")])
def test_a_page_ends_after_so_many_characters(
    tmp_path: Path, words: tuple[str, ...], chars_max: int, found: int
) -> None:
    """They are counted once for each word, and the next page goes on from there."""
    store = SqliteStore.open(tmp_path)
    store.commit([say("x" * 100) for _ in range(200)])
    hits = seen(store, SearchQuery(words=words, hits_max=500, scan_max=500, chars_max=chars_max * len(words)))
    assert isinstance(hits, Hits)
    assert len(hits.hits) == found
    assert hits.next == (None if found == 200 else 201 - found)
    store.close()
