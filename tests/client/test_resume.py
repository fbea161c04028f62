"""How far each room was told."""

from hypothesis import given
from hypothesis import strategies as st

from muca.client.resume import HELD_MAX, Places
from muca.model.pushes import Message, Reach
from muca.model.replies import Page
from muca.model.rooms import LOBBY, Room, RoomKind


def message(seq: int, room: str = LOBBY) -> Message:
    return Message(room=room, seq=seq, ts_ms=seq, reach=Reach.ALL, sender="tony", text=str(seq))


def lobby(seq: int) -> list[Room]:
    return [Room(room=LOBBY, kind=RoomKind.LOBBY, seq=seq)]


def page(*seqs: int, more: bool = False) -> Page:
    return Page(room=LOBBY, events=tuple(map(message, seqs)), more=more)


def seqs(messages: list[Message]) -> list[int | None]:
    return [message.seq for message in messages]


def places_behind(seen: int, newest: int) -> Places:
    """Give places with a lobby that has to catch up, its first page asked for."""
    places = Places()
    places.start(lobby(seen))
    places.resume(lobby(newest))
    assert list(places.behind()) == [(LOBBY, seen)]
    places.ask(LOBBY)
    return places


def test_at_the_first_join_everything_is_old() -> None:
    places = Places()
    places.start(lobby(7))

    assert list(places.behind()) == []
    assert seqs(places.take(message(7), 10)) == []
    assert seqs(places.take(message(8), 10)) == [8]
    assert seqs(places.take(message(8), 10)) == []


def test_a_room_that_opens_starts_at_its_first_push() -> None:
    places = Places()
    places.start(lobby(0))

    assert seqs(places.take(message(5, "d-x"), 10)) == [5]
    assert seqs(places.take(message(6, "d-x"), 10)) == [6]


def test_one_page_of_a_room_is_asked_for_at_a_time() -> None:
    places = places_behind(0, 5)

    assert list(places.behind()) == []
    assert seqs(places.take_page(LOBBY, page(1, 2, more=True), 10)) == [1, 2]
    assert list(places.behind()) == [(LOBBY, 2)]


def test_what_is_pushed_while_a_page_is_under_way_follows_it() -> None:
    places = places_behind(0, 2)

    assert places.take(message(3), 10) == places.take(message(4), 10) == []
    assert seqs(places.take_page(LOBBY, page(1, 2, 3), 10)) == [1, 2, 3, 4]
    assert list(places.behind()) == []


def test_a_page_that_is_older_than_the_last_push_is_followed_by_another() -> None:
    places = places_behind(0, 2)
    for seq in range(3, HELD_MAX + 4):
        places.take(message(seq), 10_000)  # the last one finds no place

    told = places.take_page(LOBBY, page(1, 2), 10_000)

    assert seqs(told) == list(range(1, HELD_MAX + 3))
    assert list(places.behind()) == [(LOBBY, HELD_MAX + 2)]


def test_what_is_held_is_bounded_and_given_back() -> None:
    places = places_behind(0, 1)
    for seq in range(2, HELD_MAX + 100):
        places.take(message(seq), 10_000)

    assert places._held_count == HELD_MAX
    places.take_page(LOBBY, page(*range(1, 200)), 10_000)
    assert places._held_count == 0
    assert places.take(message(1), 10) == []
    assert places._held_count == 0


def test_an_old_or_repeated_push_is_not_held() -> None:
    places = places_behind(5, 9)

    places.take(message(3), 10)
    places.take(message(8), 10)
    places.take(message(8), 10)

    assert places._held_count == 1


def test_held_pushes_that_the_page_brought_as_well_are_let_go() -> None:
    places = places_behind(0, 5)
    places.take(message(6), 10)

    told = places.take_page(LOBBY, page(1, 2, 3, 4, 5, 6, more=True), 10)
    told += places.take(message(8), 10)

    assert seqs(told) == [1, 2, 3, 4, 5, 6]
    assert places._held_count == 1


def test_a_new_connection_asks_again_for_what_was_under_way() -> None:
    places = places_behind(0, 5)
    places.take(message(6), 10)

    places.resume(lobby(6))

    assert list(places.behind()) == [(LOBBY, 0)]
    assert places._held_count == 0


def test_the_consumers_room_bounds_what_is_told_and_the_rest_is_asked_for() -> None:
    places = places_behind(0, 5)

    assert seqs(places.take_page(LOBBY, page(1, 2, 3, 4, 5), 3)) == [1, 2, 3]
    assert places.take(message(6), 0) == []
    assert list(places.behind()) == [(LOBBY, 3)]
    places.ask(LOBBY)
    assert seqs(places.take_page(LOBBY, page(4, 5, 6), 3)) == [4, 5, 6]
    assert list(places.behind()) == []


def test_what_a_page_leaves_out_is_skipped_but_not_what_came_after_it_was_asked() -> None:
    places = places_behind(0, 3)
    places.take(message(5), 0)

    assert seqs(places.take_page(LOBBY, page(2), 10)) == [2]
    assert list(places.behind()) == [(LOBBY, 3)]


def test_an_empty_page_that_promises_more_does_not_go_round_for_ever() -> None:
    places = places_behind(0, 3)

    places.take_page(LOBBY, page(more=True), 10)

    assert list(places.behind()) == []


def test_a_page_that_is_not_given_is_skipped_or_asked_for_again() -> None:
    places = places_behind(0, 3)
    places.ask_again(LOBBY)
    assert list(places.behind()) == [(LOBBY, 0)]

    places.ask(LOBBY)
    places.give_up(LOBBY)
    assert list(places.behind()) == []
    assert seqs(places.take(message(4), 10)) == [4]


@given(pushes=st.lists(st.integers(1, 12)), free=st.integers(0, 12), page_size=st.integers(1, 4))
def test_whatever_is_pushed_the_log_is_told(pushes: list[int], free: int, page_size: int) -> None:
    """Any pushes, in any order and number, plus pages as long as a room is behind: the log, in order, once."""
    places = Places()
    places.start(lobby(0))
    told: list[Message] = []
    for seq in pushes:
        told += places.take(message(seq), free)

    while behind := list(places.behind()):
        ((room, after),) = behind
        places.ask(room)
        upto = min(after + page_size, 12)
        told += places.take_page(room, page(*range(after + 1, upto + 1), more=upto < 12), 12)

    assert seqs(told) == list(range(1, len(told) + 1))
    assert len(told) >= max(pushes, default=0)
