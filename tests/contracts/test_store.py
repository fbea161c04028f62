"""What every store does, whatever is behind it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muca.model.errors import ErrorCode
from muca.model.pushes import Message, Reach
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id
from muca.model.storage import Admitted, Appended, Refused, StoreError, WriteResult
from muca.storage.memory import MemoryStore
from muca.storage.sqlite import SqliteStore
from muca.storage.store import Store
from tests.storage.words import TONY_MARY, TRIO, admit, query, say, seqs, texts

STORES: dict[str, Callable[[Path], Store]] = {"memory": lambda _: MemoryStore(), "sqlite": SqliteStore.open}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = STORES[request.param](tmp_path)
    yield store
    store.close()


def listed(result: WriteResult) -> dict[str, int]:
    """Give the rooms of an Admitted: id and seq."""
    assert isinstance(result, Admitted)
    return {room.room: room.seq for room in result.rooms}


class TestAppend:
    def test_seqs_count_from_one_in_every_room(self, store: Store) -> None:
        assert store.commit([say(), say(to=("mary",)), say()]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=TONY_MARY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]
        assert store.commit([say(ts_ms=7)]) == [Appended(room=LOBBY, seq=3, ts_ms=7)]

    def test_no_writes_are_no_results(self, store: Store) -> None:
        assert store.commit([]) == []

    def test_an_event_comes_back_as_it_went_in(self, store: Store) -> None:
        store.commit([say("hi\n", by="mary", to=("tony",), id="x", ts_ms=1_700_000_000_123)])
        page = store.history(query(TONY_MARY))
        assert page is not None
        assert page.events == (
            Message(
                room=TONY_MARY,
                seq=1,
                ts_ms=1_700_000_000_123,
                reach=Reach.PRIVATE,
                sender="mary",
                nickname="Mary",
                text="hi\n",
            ),
        )

    @pytest.mark.parametrize(
        ("to", "room", "reach"),
        [((), LOBBY, Reach.ALL), (("mary",), TONY_MARY, Reach.PRIVATE), (("mary", "henry"), TRIO, Reach.GROUP)],
    )
    def test_the_kind_of_room_says_how_far_a_message_reaches(
        self, store: Store, to: tuple[str, ...], room: str, reach: Reach
    ) -> None:
        store.commit([say(to=to)])
        page = store.history(query(room))
        assert page is not None
        assert page.events[0].reach == reach

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\0",
            "a\0b\0",
            "\u2028\u2029",
            "😀 👩‍👩‍👧",
            '{"CMD": "SEND"}',
            "\\u0000",
            "'; --",
            "\x1b[31m",
            "e\u0301 é",
            "\uffff\ufeff",
        ],
    )
    def test_any_text_comes_back_unchanged(self, store: Store, text: str) -> None:
        store.commit([say(text, id="1")])
        assert store.commit([say(text, id="1")]) == [Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]
        assert texts(store) == [text]

    def test_a_long_text_comes_back_unchanged(self, store: Store) -> None:
        store.commit([say("ü" * 100_000)])
        assert texts(store) == ["ü" * 100_000]

    def test_a_missing_room_without_members_fails_alone(self, store: Store) -> None:
        first, missing, last = store.commit([say("a"), say(room=TRIO), say("b")])
        assert first == Appended(room=LOBBY, seq=1, ts_ms=1_000)
        assert isinstance(missing, StoreError)
        assert last == Appended(room=LOBBY, seq=2, ts_ms=1_000)
        assert texts(store) == ["a", "b"]

    def test_a_room_that_exists_needs_no_members(self, store: Store) -> None:
        store.commit([say(to=("mary",))])
        assert store.commit([say(room=TONY_MARY)]) == [Appended(room=TONY_MARY, seq=2, ts_ms=1_000)]

    def test_a_text_that_cannot_be_written_fails_alone(self, store: Store) -> None:
        """A lone surrogate has no UTF-8. Nothing of its write stays, no room and no seq."""
        results = store.commit(
            [say("a"), say("\ud800", to=("mary",)), say("\udfff"), say("b", to=("henry",)), say("c")]
        )
        assert [type(result) for result in results] == [Appended, StoreError, StoreError, Appended, Appended]
        assert texts(store) == ["a", "c"]
        assert store.history(query(TONY_MARY)) is None
        assert store.commit([say("d", to=("mary",))]) == [Appended(room=TONY_MARY, seq=1, ts_ms=1_000)]


class TestRetry:
    def test_the_same_send_again_is_the_same_event(self, store: Store) -> None:
        store.commit([say("a"), say("b", id="1", ts_ms=5)])
        again = Appended(room=LOBBY, seq=2, ts_ms=5, retried=True)
        assert store.commit([say("b", id="1", ts_ms=9), say("c")]) == [again, Appended(room=LOBBY, seq=3, ts_ms=1_000)]
        assert texts(store) == ["a", "b", "c"]

    def test_twice_in_one_commit(self, store: Store) -> None:
        assert store.commit([say("a", id="1"), say("a", id="1"), say("b", id="1"), say("c", id="2")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            Refused(code=ErrorCode.ID_REUSED),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_without_an_id_every_send_is_a_new_event(self, store: Store) -> None:
        store.commit([say("a"), say("a")])
        assert texts(store) == ["a", "a"]

    def test_an_id_belongs_to_its_sender(self, store: Store) -> None:
        assert store.commit([say(by="tony", id="1"), say(by="mary", id="1")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_another_text_is_refused(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        assert store.commit([say("A", id="1")]) == [Refused(code=ErrorCode.ID_REUSED)]

    def test_another_room_is_refused_and_not_made(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        assert store.commit([say("a", id="1", to=("mary",))]) == [Refused(code=ErrorCode.ID_REUSED)]
        assert store.history(query(TONY_MARY)) is None

    def test_with_recipients_unknown_a_retry_is_still_found(self, store: Store) -> None:
        store.commit([say("a", id="1", to=("mary",))])
        assert store.commit([say("a", id="1", room=None)]) == [
            Appended(room=TONY_MARY, seq=1, ts_ms=1_000, retried=True)
        ]
        assert store.commit([say("b", id="1", room=None)]) == [Refused(code=ErrorCode.ID_REUSED)]

    @pytest.mark.parametrize("id", [None, "2"])
    def test_with_recipients_unknown_what_is_no_retry_is_refused(self, store: Store, id: str | None) -> None:
        store.commit([say("a", id="1")])
        assert store.commit([say("a", id=id, room=None)]) == [Refused(code=ErrorCode.UNKNOWN_RECIPIENT)]
        assert texts(store) == ["a"]

    def test_a_refused_send_leaves_its_id_free(self, store: Store) -> None:
        store.commit([say("a", id="1", room=None), say("\ud800", id="2")])
        assert store.commit([say("b", id="1"), say("c", id="2")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_a_retry_beside_a_write_that_fails(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        again, failed, new = store.commit([say("a", id="1"), say("\ud800"), say("b")])
        assert again == Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)
        assert isinstance(failed, StoreError)
        assert new == Appended(room=LOBBY, seq=2, ts_ms=1_000)


class TestAdmit:
    def test_a_free_uid_is_let_in_and_stays_free(self, store: Store) -> None:
        for _ in range(2):
            assert store.commit([admit("tony")]) == [
                Admitted(claimed=False, rooms=(Room(room=LOBBY, kind=RoomKind.LOBBY),))
            ]

    def test_an_offer_claims_a_free_uid(self, store: Store) -> None:
        lobby = (Room(room=LOBBY, kind=RoomKind.LOBBY),)
        assert store.commit([admit("tony")]) == [Admitted(claimed=False, rooms=lobby)]
        assert store.commit([admit("tony", offer="key")]) == [Admitted(claimed=True, rooms=lobby)]
        assert store.commit([admit("tony", offer="other", token="key")]) == [Admitted(claimed=False, rooms=lobby)]

    def test_a_token_for_a_free_uid_is_ignored(self, store: Store) -> None:
        first, second = store.commit([admit("tony", token="any"), admit("tony", token="any", offer="key")])
        assert isinstance(first, Admitted)
        assert not first.claimed
        assert isinstance(second, Admitted)
        assert second.claimed

    @pytest.mark.parametrize("offer", [None, "mine"], ids=["v1", "v2"])
    @pytest.mark.parametrize("together", [True, False])
    def test_a_claimed_uid_needs_its_token(self, store: Store, offer: str | None, together: bool) -> None:
        attempts = [
            admit("tony", offer="key"),
            admit("tony", offer=offer),
            admit("tony", offer=offer, token="wrong"),
            admit("tony", offer=offer, token=""),
            admit("tony", offer=offer, token="key"),
        ]
        results = store.commit(attempts) if together else [store.commit([attempt])[0] for attempt in attempts]
        assert [result.code if isinstance(result, Refused) else "in" for result in results] == [
            "in",
            ErrorCode.TOKEN_REQUIRED,
            ErrorCode.TOKEN_WRONG,
            ErrorCode.TOKEN_WRONG,
            "in",
        ]

    def test_the_first_of_two_claims_wins(self, store: Store) -> None:
        first, second = store.commit([admit("tony", offer="a"), admit("tony", offer="b")])
        assert isinstance(first, Admitted)
        assert second == Refused(code=ErrorCode.TOKEN_REQUIRED)

    def test_own_rooms_latest_active_first_the_lobby_before_all(self, store: Store) -> None:
        store.commit(
            [
                say(to=("mary",), ts_ms=30),
                say(to=("henry",), ts_ms=20),
                say(to=("mary", "henry"), ts_ms=40),
                say(by="mary", to=("henry",), ts_ms=90),
                say(ts_ms=10),
                say(room=conversation_id(["tony", "henry"]), ts_ms=50),
            ]
        )
        (result,) = store.commit([admit("tony")])
        assert isinstance(result, Admitted)
        assert list(listed(result).items()) == [
            (LOBBY, 1),
            (conversation_id(["tony", "henry"]), 2),
            (TRIO, 1),
            (TONY_MARY, 1),
        ]
        assert [room.kind for room in result.rooms] == ["lobby", "direct", "group", "direct"]

    def test_activity_counts_by_the_last_event(self, store: Store) -> None:
        """A clock that was set back moves a room down; it does not stay on top for good."""
        store.commit([say(to=("mary",), ts_ms=900), say(to=("henry",), ts_ms=100), say(room=TONY_MARY, ts_ms=50)])
        (result,) = store.commit([admit("tony")])
        assert list(listed(result)) == [LOBBY, conversation_id(["tony", "henry"]), TONY_MARY]

    def test_rooms_equally_active_come_in_order_of_id(self, store: Store) -> None:
        others = [f"friend {number}" for number in range(20)]
        store.commit([say(to=(other,)) for other in others])
        (result,) = store.commit([admit("tony")])
        assert list(listed(result)) == [LOBBY, *sorted(conversation_id(["tony", other]) for other in others)]

    @pytest.mark.parametrize(("rooms_max", "count"), [(1, 1), (2, 2), (4, 4), (5, 5), (6, 5)])
    def test_at_most_so_many_rooms(self, store: Store, rooms_max: int, count: int) -> None:
        store.commit([say(to=(f"friend {number}",), ts_ms=number) for number in range(4)])
        small, large = store.commit([admit("tony", rooms_max=rooms_max), admit("tony")])
        assert list(listed(small)) == list(listed(large))[:count]

    def test_members_are_shown_by_the_name_they_went_by_last(self, store: Store) -> None:
        store.commit([say(to=("mary", "henry")), admit("mary", nickname="Maria"), admit("tony", nickname="T")])
        before, _, after, itself = store.commit(
            [admit("tony"), admit("mary", nickname="Mia"), admit("tony"), admit("mary", nickname="Mum")]
        )
        members = [result.rooms[1].members for result in (before, after, itself) if isinstance(result, Admitted)]
        henry, tony = Peer(uid="henry", nickname="henry"), Peer(uid="tony", nickname="Tony")
        assert members == [
            (henry, Peer(uid="mary", nickname="Maria"), tony),
            (henry, Peer(uid="mary", nickname="Mia"), tony),
            (henry, Peer(uid="mary", nickname="Mum"), tony),
        ]

    def test_who_was_refused_keeps_its_name(self, store: Store) -> None:
        store.commit([admit("mary", nickname="Mary", offer="key"), say(to=("mary",))])
        store.commit([admit("mary", nickname="Mallory")])
        (result,) = store.commit([admit("tony")])
        assert isinstance(result, Admitted)
        assert Peer(uid="mary", nickname="Mary") in result.rooms[1].members

    def test_many_at_once(self, store: Store) -> None:
        """More than are done together, with the same UID in several parts."""
        names = [f"uid {number % 150}" for number in range(400)]
        results = store.commit([admit(name, offer="key", token="key") for name in names])
        assert [result.claimed for result in results if isinstance(result, Admitted)] == [
            number < 150 for number in range(400)
        ]

    def test_what_was_written_before_in_the_same_commit_is_seen(self, store: Store) -> None:
        _, first, _, second = store.commit([say(to=("mary",)), admit("tony"), say(room=TONY_MARY), admit("tony")])
        assert listed(first) == {LOBBY: 0, TONY_MARY: 1}
        assert listed(second) == {LOBBY: 0, TONY_MARY: 2}


class TestFloor:
    """A UID that was claimed sees only what was addressed to it since."""

    def test_rooms_of_the_former_guest_are_not_there(self, store: Store) -> None:
        store.commit([admit("mary"), say("for the guest", to=("mary",)), say("to all")])
        claim, later = store.commit([admit("mary", offer="key"), admit("mary", token="key")])
        assert listed(claim) == listed(later) == {LOBBY: 1}
        assert store.history(query(TONY_MARY, reader="mary")) is None
        assert texts(store, TONY_MARY) == ["for the guest"]

    def test_a_new_message_opens_the_room_from_there(self, store: Store) -> None:
        store.commit(
            [say("for the guest", to=("mary",)), admit("mary", offer="key"), say("for the owner", to=("mary",))]
        )
        (result,) = store.commit([admit("mary", token="key")])
        assert listed(result) == {LOBBY: 0, TONY_MARY: 2}
        for ask in (
            query(TONY_MARY, reader="mary"),
            query(TONY_MARY, reader="mary", after=0),
            query(TONY_MARY, reader="mary", before=3),
        ):
            page = store.history(ask)
            assert page is not None
            assert [event.text for event in page.events] == ["for the owner"]
            assert not page.more
        page = store.history(query(TONY_MARY, reader="mary", before=2))
        assert page is not None
        assert (page.events, page.more) == ((), False)

    def test_the_others_see_all_as_before(self, store: Store) -> None:
        store.commit([say("a", to=("mary",)), admit("mary", offer="key"), say("b", to=("mary",))])
        assert texts(store, TONY_MARY) == ["a", "b"]
        (result,) = store.commit([admit("tony")])
        assert listed(result) == {LOBBY: 0, TONY_MARY: 2}

    def test_the_lobby_has_no_floor(self, store: Store) -> None:
        store.commit([say("a"), admit("mary", offer="key")])
        assert texts(store, reader="mary") == ["a"]

    def test_a_room_made_after_the_claim_is_seen_whole(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("a", to=("mary",))])
        assert texts(store, TONY_MARY, reader="mary") == ["a"]

    def test_only_the_claim_sets_it(self, store: Store) -> None:
        store.commit([admit("mary", offer="key"), say("a", to=("mary",)), admit("mary", offer="new", token="key")])
        assert texts(store, TONY_MARY, reader="mary") == ["a"]


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
        page = ten.history(query(**{"events_max": 3} | ask))  # type: ignore[arg-type]
        assert page is not None
        assert (seqs(page), page.more) == (expected, more)

    @pytest.mark.parametrize(
        ("bytes_max", "count"), [(0, 1), (9, 1), (10, 1), (19, 1), (20, 2), (49, 4), (50, 5), (51, 5), (1_000, 5)]
    )
    def test_bytes_bound_a_page_from_the_side_it_is_read_from(self, ten: Store, bytes_max: int, count: int) -> None:
        forwards = ten.history(query(after=2, events_max=5, bytes_max=bytes_max))
        backwards = ten.history(query(before=9, events_max=5, bytes_max=bytes_max))
        assert seqs(forwards) == list(range(3, 3 + count))
        assert seqs(backwards) == list(range(9 - count, 9))

    def test_bytes_bound_more_too(self, ten: Store) -> None:
        page = ten.history(query(after=8, bytes_max=10))
        assert page is not None
        assert (seqs(page), page.more) == ([9], True)

    def test_bytes_are_bytes_of_utf8(self, store: Store) -> None:
        store.commit([say("é" * 5), say("é" * 5)])
        assert seqs(store.history(query(bytes_max=19))) == [2]
        assert seqs(store.history(query(bytes_max=20))) == [1, 2]

    def test_an_empty_lobby_is_an_empty_page(self, store: Store) -> None:
        page = store.history(query())
        assert page is not None
        assert (page.events, page.more) == ((), False)

    def test_a_room_of_others_is_no_room(self, store: Store) -> None:
        store.commit([say(by="mary", to=("henry",))])
        assert store.history(query(conversation_id(["mary", "henry"]))) is None
        assert store.history(query("d-nowhere")) is None

    def test_rooms_do_not_mix(self, store: Store) -> None:
        for number in range(5):
            store.commit(
                [say(f"all {number}"), say(f"mary {number}", to=("mary",)), say(f"henry {number}", to=("henry",))]
            )
        assert texts(store) == [f"all {number}" for number in range(5)]
        assert texts(store, TONY_MARY) == [f"mary {number}" for number in range(5)]

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


def test_the_id_is_32_hexadecimal_digits(store: Store) -> None:
    assert len(bytes.fromhex(store.server_id)) == 16
