"""The TO field: whom it means, and what is said where it means nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.events import Reach
from muca.model.rooms import Peer
from muca.ui.view.recipients import Misaddressed, Recipients, address, resolve
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    OPTICS,
    PETER,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    directory_of,
    room_of,
)

OTHER_MARY = Peer(uid="mary2@muca.example", nickname="Mary")
COMMA = Peer(uid="smith", nickname="Smith, John")


def reached(text: str, *here: Peer) -> tuple[Reach, list[str]]:
    """Return whom a TO field reaches, with nobody left out."""
    found = resolve(text, directory_of(*here))
    assert isinstance(found, Recipients), found
    assert not found.notices
    return found.reach, [peer.uid for peer in found.peers]


def fault(text: str, *here: Peer) -> str:
    """Return what is said about a TO field that means nobody."""
    found = resolve(text, directory_of(*here))
    assert isinstance(found, Misaddressed), found
    return found.explanation


def test_all_in_capitals_is_everyone() -> None:
    assert reached(" ALL ") == (Reach.ALL, [])


@pytest.mark.parametrize("text", ["all", "All"])
def test_all_in_other_letters_is_not(text: str) -> None:
    assert "ALL in capitals" in fault(text)


def test_all_means_everyone_even_while_one_is_alone_or_not_connected() -> None:
    assert reached("ALL", TONY) == (Reach.ALL, [])
    directory = directory_of()
    directory.empty()
    assert resolve("ALL", directory) == Recipients(reach=Reach.ALL)


@pytest.mark.parametrize(
    ("text", "brief"),
    [
        ("", "no recipient yet"),
        ("Bob", "? check the name"),
        ("Bob, Eve", "? check the name"),
        ("Bob, Tony", "? check the names"),
        ("Tony", "that is you"),
        ("all", "ALL in capitals?"),
        ("ALL, Mary", "ALL or names?"),
        ("Mary", "which one?"),
        ("Peter", "not here now"),
    ],
)
def test_a_few_words_say_what_kind_of_fault_it_is(text: str, brief: str) -> None:
    rooms = (LOBBY_ROOM, room_of(TONY, HENRY, PETER))
    found = resolve(text, directory_of(TONY, MARY, OTHER_MARY, HENRY, rooms=rooms))
    assert isinstance(found, Misaddressed)
    assert found.brief == brief


def test_all_with_other_names_is_refused() -> None:
    assert "already means everyone" in fault("ALL, Mary")


@pytest.mark.parametrize("text", ["Mary", "mary@muca.example", " Mary ", "Mary,", "Mary, Mary, mary@muca.example"])
def test_one_nickname_or_uid_is_private(text: str) -> None:
    assert reached(text) == (Reach.PRIVATE, [MARY.uid])


@pytest.mark.parametrize("text", ["Mary,Henry", "Mary, Henry", "mary@muca.example , Henry,"])
def test_several_are_a_group(text: str) -> None:
    assert reached(text) == (Reach.GROUP, [MARY.uid, HENRY.uid])


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_nothing_is_nobody_without_a_complaint(text: str) -> None:
    assert fault(text) == ""


@pytest.mark.parametrize("text", ["Tony", "tony@muca.example"])
def test_oneself_alone_is_refused(text: str) -> None:
    assert fault(text) == "You cannot write to yourself."


def test_an_unknown_name_alone_is_refused() -> None:
    assert fault("Bob") == "No one here is called “Bob”."


def test_an_unknown_name_that_is_nearly_known_gets_a_hint() -> None:
    assert "Did you mean “Mary”?" in fault("mary")


def test_in_a_list_oneself_and_unknown_names_are_left_out_with_a_notice() -> None:
    found = resolve("Mary, Tony, Bob, Henry", directory_of())
    assert isinstance(found, Recipients)
    assert (found.reach, found.peers) == (Reach.GROUP, (MARY, HENRY))
    assert found.notices == ("Left out: You cannot write to yourself.", "Left out: No one here is called “Bob”.")


def test_where_one_is_left_of_a_list_it_is_private() -> None:
    found = resolve("Bob, Mary", directory_of())
    assert isinstance(found, Recipients)
    assert (found.reach, found.peers) == (Reach.PRIVATE, (MARY,))


def test_where_nobody_is_left_of_a_list_it_is_refused() -> None:
    assert fault("Bob, Tony") == f"{fault('Bob')} {fault('Tony')}"


def test_a_nickname_that_two_share_asks_for_the_uid() -> None:
    assert "the user id instead: mary@muca.example or mary2@muca.example" in fault("Mary", TONY, MARY, OTHER_MARY)


def test_a_nickname_that_two_share_stops_a_list_too() -> None:
    assert "user id" in fault("Henry, Mary", TONY, MARY, OTHER_MARY, HENRY)


def test_a_uid_wins_over_a_nickname() -> None:
    thief = Peer(uid="Mary", nickname="Thief")
    assert reached("Mary", TONY, MARY, thief) == (Reach.PRIVATE, ["Mary"])


def test_a_name_with_a_comma_is_one_name() -> None:
    assert reached("Smith, John", TONY, COMMA) == (Reach.PRIVATE, ["smith"])
    assert reached("Mary, Smith, John", TONY, COMMA, MARY) == (Reach.GROUP, [MARY.uid, "smith"])


def test_somebody_away_can_be_written_to_where_there_is_a_room_for_it() -> None:
    directory = directory_of(TONY, HENRY, rooms=(LOBBY_ROOM, WITH_MARY))
    found = resolve("Mary", directory)
    assert isinstance(found, Recipients)
    assert (found.reach, found.room, found.peers) == (Reach.PRIVATE, WITH_MARY.room, (MARY,))
    assert found.notices == ("Mary is away and will get it later.",)


def test_a_nickname_means_who_is_here_rather_than_who_is_away() -> None:
    found = resolve("Mary", directory_of(TONY, OTHER_MARY, rooms=(LOBBY_ROOM, WITH_MARY)))
    assert isinstance(found, Recipients)
    assert found.peers == (OTHER_MARY,)


def test_somebody_away_is_left_out_where_there_is_no_room_for_it() -> None:
    found = resolve("Mary, Peter", directory_of(TONY, PETER, rooms=(LOBBY_ROOM, WITH_MARY_AND_HENRY)))
    assert isinstance(found, Recipients)
    assert (found.reach, found.room, found.peers) == (Reach.PRIVATE, None, (PETER,))
    assert found.notices == ("Left out: Mary is not here now.",)


def test_somebody_away_cannot_be_written_to_on_a_first_generation_server() -> None:
    found = resolve("Mary", directory_of(TONY, HENRY, rooms=(WITH_MARY,), keeps_rooms=False))
    assert found == Misaddressed(explanation="Mary is not here now.", brief="not here now")


NAMES = st.text(st.sampled_from("aAbL ,lé"), min_size=1, max_size=5)
PEERS = st.lists(st.builds(Peer, uid=NAMES, nickname=NAMES), max_size=6, unique_by=lambda peer: peer.uid)


@given(st.text(st.sampled_from("aAbL ,lé"), max_size=20), PEERS)
def test_whatever_is_written_only_people_who_are_here_are_reached(text: str, others: list[Peer]) -> None:
    directory = directory_of(TONY, *others)
    found = resolve(text, directory)
    if isinstance(found, Recipients):
        uids = [peer.uid for peer in found.peers]
        assert len(set(uids)) == len(uids)
        assert set(uids) <= set(directory.here) - {TONY.uid}
        assert found.reach is (Reach.ALL, Reach.PRIVATE, Reach.GROUP)[min(2, len(uids))]


@given(PEERS, st.sets(st.integers(0, 5), min_size=1))
def test_the_address_of_people_means_exactly_them(others: list[Peer], which: set[int]) -> None:
    directory = directory_of(TONY, *others)
    wanted = [peer for at, peer in enumerate(others) if at in which]
    text = address(wanted, directory)
    if wanted and text:
        found = resolve(text, directory)
        assert isinstance(found, Recipients)
        assert {peer.uid for peer in found.peers} == {peer.uid for peer in wanted}


def test_addresses_are_nicknames_where_they_can_be() -> None:
    directory = directory_of(TONY, MARY, OTHER_MARY, HENRY, COMMA)
    assert address([HENRY], directory) == "Henry"
    assert address([MARY, HENRY], directory) == "mary@muca.example, Henry"
    assert address([COMMA, HENRY], directory) == "Smith, John, Henry"


def test_names_that_would_join_into_another_one_are_not_written_so() -> None:
    smith, john = Peer(uid="1", nickname="Smith"), Peer(uid="2", nickname="John")
    assert address([smith, john], directory_of(TONY, smith, john, COMMA)) == "1, 2"


def test_somebody_whose_names_mean_everyone_has_no_address() -> None:
    assert address([Peer(uid="ALL", nickname="ALL")], directory_of(TONY, MARY, Peer(uid="ALL", nickname="ALL"))) == ""


def test_a_named_room_is_meant_by_its_title_alone_and_before_any_nickname() -> None:
    directory = directory_of(TONY, Peer(uid="x", nickname="#Optics, and light"), rooms=(LOBBY_ROOM, OPTICS))

    found = resolve(" #Optics, and light ", directory)
    assert found == Recipients(reach=Reach.ROOM, room=OPTICS.room, title="Optics, and light")
    assert isinstance(resolve("#Optics", directory), Misaddressed)
    assert address([Peer(uid="x", nickname="#Optics, and light")], directory) == "x"
