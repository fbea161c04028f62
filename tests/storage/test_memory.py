"""The memory store is the model that the SQLite store is held against, on random batches."""

import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from muca.model.rooms import LOBBY, conversation_id
from muca.model.storage import Admit, Append, StoreError, Write, WriteResult
from muca.storage.memory import MemoryStore
from muca.storage.sqlite import SqliteStore
from muca.storage.store import Store
from tests.storage.words import admit, query, say

UIDS = ("henry", "mary", "tony")
ROOMS = (LOBBY, *(conversation_id(uids) for uids in (UIDS[:2], UIDS[1:], UIDS[::2], UIDS)))

uids = st.sampled_from(UIDS)
texts = st.one_of(st.sampled_from(["a", "b", "\ud800", ""]), st.text(max_size=20))
times = st.integers(0, 5)
ids = st.sampled_from([None, "1", "2"])


@st.composite
def _appends(draw: st.DrawFn) -> Append:
    """A SEND: to everyone, to some, into a room that may not be there, or to nobody known."""
    sender = draw(uids)
    way = draw(st.sampled_from(["to", "to", "room", "nobody"]))
    to = tuple(draw(st.sets(uids)) - {sender}) if way == "to" else ()
    room = None if way == "nobody" else draw(st.sampled_from(ROOMS)) if way == "room" else LOBBY
    return say(draw(texts), by=sender, to=to, room=room, id=draw(ids), ts_ms=draw(times))


@st.composite
def _admits(draw: st.DrawFn) -> Admit:
    token = st.sampled_from([None, None, "key", "wrong"])
    nickname, rooms_max = draw(st.sampled_from(["Al", "Bo", "Cy"])), draw(st.integers(1, 5))
    return admit(draw(uids), nickname=nickname, token=draw(token), offer=draw(token), rooms_max=rooms_max)


batches = st.lists(st.lists(st.one_of(_appends(), _appends(), _admits()), max_size=12), max_size=6)


def _comparable(results: list[WriteResult]) -> list[object]:
    return ["failed" if isinstance(result, StoreError) else result for result in results]


def _all_pages(store: Store) -> list[object]:
    """Read every room as every reader, in several ways."""
    ways: tuple[dict[str, int], ...] = ({}, {"after": 0}, {"after": 2}, {"before": 3}, {"before": 1})
    sizes: tuple[dict[str, int], ...] = ({}, {"events_max": 2}, {"bytes_max": 5}, {"events_max": 1, "bytes_max": 0})
    return [
        store.history(query(room, reader=reader, **way, **size))
        for room in ROOMS
        for reader in (*UIDS, "stranger")
        for way in ways
        for size in sizes
    ]


@given(batches)
@example([[say("a", id="1"), say("\ud800", to=("mary",)), say("b", to=("mary",), id="1"), say("a", id="1")]])
@example([[say(to=("mary",)), admit("mary", offer="key"), say(to=("mary",)), admit("mary", token="key")]])
def test_sqlite_does_what_memory_does(batches: list[list[Write]]) -> None:
    model = MemoryStore()
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder))
        try:
            for batch in batches:
                assert _comparable(store.commit(batch)) == _comparable(model.commit(batch))
            assert _all_pages(store) == _all_pages(model)
        finally:
            store.close()
        store = SqliteStore.open(Path(folder))
        try:
            assert _all_pages(store) == _all_pages(model)
        finally:
            store.close()
