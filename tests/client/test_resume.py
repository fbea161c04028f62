"""How far each room was told."""

from hypothesis import given
from hypothesis import strategies as st

from muca.client.resume import HELD_MAX, Positions
from muca.model.events import LogEntry, Message, Reach
from muca.model.replies import Page
from muca.model.rooms import LOBBY, Room, RoomKind


def message(seq: int, room: str = LOBBY) -> Message:
    return Message(room=room, seq=seq, ts_ms=seq, reach=Reach.ALL, sender="tony", text=str(seq))


def lobby(seq: int) -> list[Room]:
    return [Room(room=LOBBY, kind=RoomKind.LOBBY, seq=seq)]


def page(*seqs: int, more: bool = False) -> Page:
    return Page(room=LOBBY, events=tuple(map(message, seqs)), more=more)


def take(places: Positions, event: Message, free: int) -> list[LogEntry]:
    """Take a push."""
    assert event.room is not None
    assert event.seq is not None
    return places.take(event.room, event.seq, event, free)


def take_page(places: Positions, page: Page, free: int) -> list[LogEntry]:
    """Take a page of the lobby that has nothing unknown in it."""
    return places.take_page(LOBBY, page, max((event.seq or 0 for event in page.events), default=0), free)


def seqs(messages: list[LogEntry]) -> list[int | None]:
    return [message.seq for message in messages]


def places_behind(seen: int, newest: int) -> Positions:
    """Return places with a lobby that has to catch up, its first page asked for."""
    places = Positions()
    places.start(lobby(seen))
    places.resume(lobby(newest))
    assert list(places.behind()) == [(LOBBY, seen)]
    places.ask(LOBBY)
    return places


def test_at_the_first_join_everything_is_old() -> None:
    places = Positions()
    places.start(lobby(7))

    assert list(places.behind()) == []
    assert seqs(take(places, message(7), 10)) == []
    assert seqs(take(places, message(8), 10)) == [8]
    assert seqs(take(places, message(8), 10)) == []


def test_a_room_that_opens_starts_at_its_first_push() -> None:
    places = Positions()
    places.start(lobby(0))

    assert seqs(take(places, message(5, "d-x"), 10)) == [5]
    assert seqs(take(places, message(6, "d-x"), 10)) == [6]


def test_one_page_of_a_room_is_asked_for_at_a_time() -> None:
    places = places_behind(0, 5)

    assert list(places.behind()) == []
    assert seqs(take_page(places, page(1, 2, more=True), 10)) == [1, 2]
    assert list(places.behind()) == [(LOBBY, 2)]


def test_what_is_pushed_while_a_page_is_under_way_follows_it() -> None:
    places = places_behind(0, 2)

    assert take(places, message(3), 10) == take(places, message(4), 10) == []
    assert seqs(take_page(places, page(1, 2, 3), 10)) == [1, 2, 3, 4]
    assert list(places.behind()) == []


def test_a_page_that_is_older_than_the_last_push_is_followed_by_another() -> None:
    places = places_behind(0, 2)
    for seq in range(3, HELD_MAX + 4):
        take(places, message(seq), 10_000)  # the last one finds no place

    told = take_page(places, page(1, 2), 10_000)

    assert seqs(told) == list(range(1, HELD_MAX + 3))
    assert list(places.behind()) == [(LOBBY, HELD_MAX + 2)]


def test_what_is_held_is_bounded_and_given_back() -> None:
    places = places_behind(0, 1)
    for seq in range(2, HELD_MAX + 100):
        take(places, message(seq), 10_000)

    assert places._held_count == HELD_MAX
    take_page(places, page(*range(1, 200)), 10_000)
    assert places._held_count == 0
    assert take(places, message(1), 10) == []
    assert places._held_count == 0


def test_an_old_or_repeated_push_is_not_held() -> None:
    places = places_behind(5, 9)

    take(places, message(3), 10)
    take(places, message(8), 10)
    take(places, message(8), 10)

    assert places._held_count == 1


def test_held_pushes_that_the_page_brought_as_well_are_let_go() -> None:
    places = places_behind(0, 5)
    take(places, message(6), 10)

    told = take_page(places, page(1, 2, 3, 4, 5, 6, more=True), 10)
    told += take(places, message(8), 10)

    assert seqs(told) == [1, 2, 3, 4, 5, 6]
    assert places._held_count == 1


def test_a_new_connection_asks_again_for_what_was_under_way() -> None:
    places = places_behind(0, 5)
    take(places, message(6), 10)

    places.resume(lobby(6))

    assert list(places.behind()) == [(LOBBY, 0)]
    assert places._held_count == 0


def test_the_consumers_room_bounds_what_is_told_and_the_rest_is_asked_for() -> None:
    places = places_behind(0, 5)

    assert seqs(take_page(places, page(1, 2, 3, 4, 5), 3)) == [1, 2, 3]
    assert take(places, message(6), 0) == []
    assert list(places.behind()) == [(LOBBY, 3)]
    places.ask(LOBBY)
    assert seqs(take_page(places, page(4, 5, 6), 3)) == [4, 5, 6]
    assert list(places.behind()) == []


def test_what_a_page_leaves_out_is_skipped_but_not_what_came_after_it_was_asked() -> None:
    places = places_behind(0, 3)
    take(places, message(5), 0)

    assert seqs(take_page(places, page(2), 10)) == [2]
    assert list(places.behind()) == [(LOBBY, 3)]


def test_an_empty_page_that_promises_more_does_not_go_round_for_ever() -> None:
    places = places_behind(0, 3)

    take_page(places, page(more=True), 10)

    assert list(places.behind()) == []


def test_a_page_that_is_not_given_is_skipped_or_asked_for_again() -> None:
    places = places_behind(0, 3)
    places.ask_again(LOBBY)
    assert list(places.behind()) == [(LOBBY, 0)]

    places.ask(LOBBY)
    places.give_up(LOBBY)
    assert list(places.behind()) == []
    assert seqs(take(places, message(4), 10)) == [4]


@given(pushes=st.lists(st.integers(1, 12)), free=st.integers(0, 12), page_size=st.integers(1, 4))
def test_whatever_is_pushed_the_log_is_told(pushes: list[int], free: int, page_size: int) -> None:
    """Any pushes, in any order and number, plus pages as long as a room is behind: the log, in order, once."""
    places = Positions()
    places.start(lobby(0))
    told: list[LogEntry] = []
    for seq in pushes:
        told += take(places, message(seq), free)

    while behind := list(places.behind()):
        ((room, after),) = behind
        places.ask(room)
        upto = min(after + page_size, 12)
        told += take_page(places, page(*range(after + 1, upto + 1), more=upto < 12), 12)

    assert seqs(told) == list(range(1, len(told) + 1))
    assert len(told) >= max(pushes, default=0)


def named(seq: int, read: int) -> list[Room]:
    return [*lobby(0), Room(room="r-1", kind=RoomKind.NAMED, seq=seq, read=read)]


def conversation(seq: int, read: int) -> list[Room]:
    return [*lobby(0), Room(room="d-x", kind=RoomKind.DIRECT, seq=seq, read=read)]


def test_a_conversation_that_began_during_a_break_is_read_from_its_first_event() -> None:
    """Even if the user has answered in it on another device."""
    places = Positions()
    places.start(lobby(0))
    places.resume(conversation(7, 5))

    assert list(places.behind()) == [("d-x", 0)]


def test_a_room_that_was_there_before_or_was_entered_is_read_from_its_marker() -> None:
    places = Positions()
    places.start(lobby(0))
    places.resume(named(1_000_000, 999_990))
    assert list(places.behind()) == [("r-1", 999_990)]

    places.start(lobby(0), more_rooms=True)
    places.resume(conversation(7, 5))
    assert list(places.behind()) == [("d-x", 5)]


def test_a_page_that_ends_in_what_is_unknown_is_followed_by_the_next_one() -> None:
    places = places_behind(0, 9)

    assert seqs(places.take_page(LOBBY, page(2, more=True), 5, 10)) == [2]
    assert list(places.behind()) == [(LOBBY, 5)]
    places.ask(LOBBY)
    assert seqs(places.take_page(LOBBY, page(more=True), 7, 10)) == []
    assert list(places.behind()) == [(LOBBY, 7)]
    places.ask(LOBBY)
    assert seqs(places.take_page(LOBBY, page(8), 9, 10)) == [8]
    assert list(places.behind()) == []


def test_a_room_that_was_left_is_asked_for_no_more_and_begins_anew() -> None:
    places = places_behind(0, 5)
    take(places, message(6), 10)
    places.leave(LOBBY)
    places.leave("r-9")

    assert list(places.behind()) == []
    assert places._held_count == 0
    assert take_page(places, page(1, 2, 3), 10) == []
    places.give_up(LOBBY)
    places.ask_again(LOBBY)
    assert seqs(take(places, message(20), 10)) == [20]
