"""HISTORY in every store."""

import threading

import msgspec
import pytest

from muca.model.changes import PutMember, PutReaction
from muca.model.events import LogEntry
from muca.model.facts import Membership
from muca.model.rooms import LOBBY, conversation_id
from muca.storage.store import Store
from tests.storage.words import (
    TONY_MARY,
    an_event,
    decide,
    done,
    make,
    nowhere,
    page,
    query,
    say,
    seqs,
    texts,
)


def size(event: LogEntry) -> int:
    return len(msgspec.json.encode(event))


class TestHistory:
    @pytest.fixture
    def ten(self, store: Store) -> Store:
        """A store with ten events of ten bytes in the lobby."""
        store.commit([say(f"event {number:4}") for number in range(1, 11)])
        return store

    @pytest.mark.parametrize(
        ("ask", "expected", "more"),
        [
            ({}, [8, 9, 10], True),
            ({"events_max": 10}, list(range(1, 11)), False),
            ({"events_max": 9}, list(range(2, 11)), True),
            ({"before": 11}, [8, 9, 10], True),
            ({"before": 8}, [5, 6, 7], True),
            ({"before": 4}, [1, 2, 3], False),
            ({"before": 3}, [1, 2], False),
            ({"before": 1}, [], False),
            ({"before": 0}, [], False),
            ({"before": 10**30}, [8, 9, 10], True),
            ({"after": 0}, [1, 2, 3], True),
            ({"after": 3}, [4, 5, 6], True),
            ({"after": 7}, [8, 9, 10], False),
            ({"after": 8}, [9, 10], False),
            ({"after": 10}, [], False),
            ({"after": 10**30}, [], False),
        ],
    )
    def test_pages(self, ten: Store, ask: dict[str, int], expected: list[int], more: bool) -> None:
        read = page(ten, query(**{"events_max": 3} | ask))  # type: ignore[arg-type]
        assert (seqs(read), read.more) == (expected, more)

    @pytest.mark.parametrize(
        ("fits", "count"), [(0, 1), (0.9, 1), (1, 1), (1.9, 1), (2, 2), (4.9, 4), (5, 5), (5.1, 5), (100, 5)]
    )
    def test_bytes_bound_a_page_from_the_side_it_is_read_from(self, ten: Store, fits: float, count: int) -> None:
        bytes_max = int(fits * size(page(ten, query(after=8)).events[0]))
        forwards = page(ten, query(after=2, events_max=5, bytes_max=bytes_max))
        backwards = page(ten, query(before=9, events_max=5, bytes_max=bytes_max))
        assert seqs(forwards) == list(range(3, 3 + count))
        assert seqs(backwards) == list(range(9 - count, 9))

    def test_bytes_bound_more_too(self, ten: Store) -> None:
        read = page(ten, query(after=8, bytes_max=1))
        assert (seqs(read), read.more) == ([9], True)

    def test_bytes_are_bytes_of_json(self, store: Store) -> None:
        """Of UTF-8, of quotes escaped, and of all that hangs on a message."""
        store.commit([say("é" * 5), say('"\n' * 9)])
        done(store, decide(PutReaction(room=LOBBY, seq=1, uid="mary", emoji="👍"), an_event(LOBBY)))
        bytes_max = sum(map(size, page(store, query()).events))
        assert seqs(page(store, query(bytes_max=bytes_max))) == [1, 2, 3]
        assert seqs(page(store, query(bytes_max=bytes_max - 1))) == [2, 3]

    @pytest.mark.parametrize(
        ("ask", "expected", "more"),
        [
            ({"around": 5}, [4, 5, 6], True),
            ({"around": 5, "events_max": 4}, [3, 4, 5, 6], True),
            ({"around": 5, "events_max": 1}, [5], True),
            ({"around": 1}, [1, 2, 3], True),
            ({"around": 10}, [9, 10], False),
            ({"around": 9}, [8, 9, 10], False),
            ({"around": 0}, [1, 2, 3], True),
            ({"around": 11}, [10], False),
            ({"around": 10**30}, [10], False),
            ({"around": 5, "events_max": 50}, list(range(1, 11)), False),
            ({"around": 5, "bytes_max": 1}, [4, 5], True),
        ],
    )
    def test_around_an_event(self, ten: Store, ask: dict[str, int], expected: list[int], more: bool) -> None:
        read = page(ten, query(**{"events_max": 3} | ask))  # type: ignore[arg-type]
        assert (seqs(read), read.more) == (expected, more)

    @pytest.mark.parametrize(
        ("at_ms", "expected", "more"),
        [
            (0, [1, 2, 3], True),
            (100, [1, 2, 3], True),
            (101, [2, 3, 4], True),
            (400, [4, 5, 6], True),
            (401, [6, 7, 8], True),
            (1_000, [10], False),
            (1_001, [], False),
            (2**60, [], False),
        ],
    )
    def test_from_a_time_on(self, store: Store, at_ms: int, expected: list[int], more: bool) -> None:
        times = [100, 200, 300, 400, 400, 600, 700, 800, 900, 1_000]
        store.commit([say(ts_ms=ts_ms) for ts_ms in times])
        read = page(store, query(at_ms=at_ms, events_max=3))
        assert (seqs(read), read.more) == (expected, more)

    @pytest.mark.parametrize(
        ("at_ms", "first"), [(0, 1), (500, 2), (501, 2), (900, 2), (901, 7), (950, 7), (951, None)]
    )
    def test_from_a_time_on_although_the_clock_was_put_back(self, store: Store, at_ms: int, first: int | None) -> None:
        """No message of that time or later is before the page, so reading on misses none."""
        store.commit([say(ts_ms=ts_ms) for ts_ms in (100, 900)])
        done(store, decide(an_event(LOBBY), ts_ms=400))
        store.commit([say(ts_ms=ts_ms) for ts_ms in (500, 300)])
        store.commit([say(ts_ms=ts_ms) for ts_ms in (600, 950)])
        assert next(iter(seqs(page(store, query(at_ms=at_ms)))), None) == first

    def test_an_empty_lobby_is_an_empty_page(self, store: Store) -> None:
        for ask in (query(), query(after=0), query(around=1), query(at_ms=0)):
            read = page(store, ask)
            assert (read.room, read.events, read.more) == (LOBBY, (), False)

    def test_a_room_of_others_is_no_room(self, store: Store) -> None:
        store.commit([say(by="mary", to=("henry",))])
        assert nowhere(store, conversation_id(["mary", "henry"]))
        assert nowhere(store, "d-nowhere")

    def test_rooms_do_not_mix(self, store: Store) -> None:
        for number in range(5):
            store.commit(
                [say(f"all {number}"), say(f"mary {number}", to=("mary",)), say(f"henry {number}", to=("henry",))]
            )
        assert texts(store) == [f"all {number}" for number in range(5)]
        assert texts(store, TONY_MARY) == [f"mary {number}" for number in range(5)]

    def test_a_member_reads_from_its_floor_on(self, store: Store) -> None:
        store.commit([make("r-a"), *(say(f"{number}", room="r-a") for number in range(1, 6))])
        done(store, decide(PutMember(room="r-a", member=Membership(uid="mary", floor_seq=3))))
        for ask in (query("r-a"), query("r-a", after=0), query("r-a", around=1), query("r-a", at_ms=0)):
            assert seqs(page(store, ask, reader="mary")) == [4, 5]
        assert seqs(page(store, query("r-a"), reader="visitor")) == [1, 2, 3, 4, 5]

    def test_all_of_a_log_may_be_below_the_floor(self, store: Store) -> None:
        store.commit([make("r-a", "mary"), say(room="r-a", ts_ms=5), say(room="r-a", ts_ms=5)])
        last = seqs(page(store, query("r-a")))[-1]
        assert last is not None
        done(store, decide(PutMember(room="r-a", member=Membership(uid="mary", floor_seq=last))))
        for ask in (query("r-a"), query("r-a", after=0), query("r-a", around=last), query("r-a", at_ms=0)):
            assert page(store, ask, reader="mary").events == ()

    def test_a_reader_beside_the_writer(self, store: Store) -> None:
        """One thread commits, another reads: what is read has no gaps, whatever moment it is read at."""

        def write() -> None:
            for number in range(60):
                store.commit([say(f"{number * 10 + part}") for part in range(10)])

        writer = threading.Thread(target=write)
        writer.start()
        seen = 0
        while writer.is_alive():
            found = texts(store)
            assert found == [str(number) for number in range(len(found))]
            assert len(found) % 10 == 0
            assert len(found) >= seen
            seen = len(found)
        writer.join()
        assert len(texts(store)) == 600
