"""Whom a message means: what is offered after ``@``, and what is sent of what was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.limits import Limits
from muca.model.mentions import EVERYONE, Mention, mention_fault
from muca.model.rooms import Peer
from muca.ui.view.directory import Directory
from muca.ui.view.mentions import NAMESAKE_CHARS_MAX, SHOWN_MAX, chosen_places, name_begun, suggest
from muca.ui.view.recipients import resolve
from tests.ui.people import HENRY, LOBBY_ROOM, MARY, OPTICS, TONY, WITH_MARY, directory_of

OTHER_MARY = Peer(uid="mary@elsewhere", nickname="mary")
SMILE = Peer(uid="smile@lab", nickname="\N{GRINNING FACE} Zoë")
TANAKA = Peer(uid="tanaka", nickname="田中 真理")
OBRIEN = Peer(uid="ob@lab", nickname="Conan O’Brien")
DINA = Peer(uid="dina@lab", nickname="דינה כהן")
LONG = "Wolfeschlegelsteinhausenbergerdorff"
PEOPLE = (TONY, MARY, HENRY, SMILE, TANAKA, OBRIEN, DINA)


def put(query: str, directory: Directory, to: str = "ALL") -> list[str]:
    """Return what the list would put into the text."""
    return [suggestion.put for suggestion in suggest(query, resolve(to, directory), directory)]


@pytest.mark.parametrize(
    ("before", "query"),
    [
        ("@", ""),
        ("ask @ma", "ma"),
        ("ask @Mary Ann Le", "Mary Ann Le"),
        ("(@ma", "ma"),
        ("**@ma", "ma"),
        ("你好@ma", "ma"),
        ("\N{GRINNING FACE}@\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("＠ma", "ma"),
        ("@o'b", "o'b"),
        ("@a @b", "b"),
        ("no name", None),
        ("mary@la", None),
        ("see @ ma", None),
        ("\\@ma", None),
        ("@ma\nry", None),
        ("https://x.org/@ma", None),
    ],
)
def test_a_name_begins_after_an_at_sign_that_may_begin_a_mention(before: str, query: str | None) -> None:
    assert name_begun(before) == query


@given(before=st.text(st.sampled_from("@＠ab :\n\N{GRINNING FACE}田'"), max_size=90))
def test_what_is_begun_is_the_end_of_what_stands_before_the_cursor(before: str) -> None:
    query = name_begun(before)
    assert query is None or (before.endswith(query) and before[-len(query) - 1] in "@＠")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ma", ["@Mary"]),
        ("MARY", ["@Mary"]),
        ("Conan O", ["@Conan O’Brien"]),
        ("o'b", ["@Conan O’Brien"]),
        ("田中 真", ["@田中 真理"]),
        ("真", ["@田中 真理"]),
        ("\N{GRINNING FACE}", ["@\N{GRINNING FACE} Zoë"]),
        ("zoe", ["@\N{GRINNING FACE} Zoë"]),
        ("דינה", ["@דינה כהן"]),
        ("henry@", ["@Henry"]),
        ("r", ["@room"]),
        ("Mary is", []),
    ],
)
def test_names_are_found_by_their_beginning_or_that_of_a_word_or_of_the_user_id(
    query: str, expected: list[str]
) -> None:
    assert put(query, directory_of(*PEOPLE)) == expected


def test_the_best_come_first_and_at_most_so_many() -> None:
    people = [Peer(uid=f"ann@{at}", nickname=f"Person {at}") for at in range(20)]
    directory = directory_of(TONY, *people, Peer(uid="w", nickname="Mary Ann"), Peer(uid="n", nickname="Anna"))
    assert put("ann", directory)[:3] == ["@Anna", "@Mary Ann", "@Person 0"]
    assert len(put("", directory)) == len(put("ann", directory)) == SHOWN_MAX
    assert put("", directory)[-1] == "@room"


def test_where_several_go_by_a_name_the_user_id_is_put() -> None:
    directory = directory_of(TONY, MARY, OTHER_MARY, Peer(uid="tony@elsewhere", nickname="Tony"))
    assert put("mary", directory) == ["@mary@elsewhere", f"@{MARY.uid}"]
    assert put("tony", directory) == ["@tony@elsewhere"]


def test_the_user_ids_of_people_who_share_a_long_name_are_in_sight() -> None:
    directory = directory_of(TONY, Peer(uid="one", nickname=LONG), Peer(uid="two", nickname=LONG))
    shown = suggest("wolfe", resolve("ALL", directory), directory)
    assert [(each.title, each.detail) for each in shown] == [
        (LONG[: NAMESAKE_CHARS_MAX - 1] + "…", "one"),
        (LONG[: NAMESAKE_CHARS_MAX - 1] + "…", "two"),
    ]


def test_only_readers_are_offered() -> None:
    directory = directory_of(TONY, MARY, HENRY)
    assert put("", directory, "Mary") == ["@Mary"]
    assert put("", directory, "Mary, Henry") == ["@Mary", "@Henry", "@room"]
    assert put("", directory, "") == ["@Henry", "@Mary", "@room"]
    with_mary_away = directory_of(TONY, HENRY, rooms=(LOBBY_ROOM, WITH_MARY))
    assert put("", with_mary_away) == ["@Henry", "@Mary", "@room"]


def test_in_a_named_room_only_those_who_are_in_it_are_offered_here_or_not() -> None:
    directory = directory_of(TONY, MARY, HENRY, rooms=(LOBBY_ROOM, OPTICS))
    assert put("", directory, "#Optics, and light") == ["@room"]
    directory.members.begin(OPTICS.room)
    directory.meet(OPTICS.room, [TONY, DINA, HENRY])
    assert put("", directory, "#Optics, and light") == ["@Henry", "@דינה כהן", "@room"]
    assert put("m", directory, "#Optics, and light") == []


def test_a_name_that_is_not_fit_to_show_is_put_as_it_is_shown() -> None:
    directory = directory_of(TONY, Peer(uid="x", nickname="Ev\u202eil\nEve"))
    assert put("evil e", directory) == ["@Evil Eve"]


def test_chosen_names_are_sent_with_their_places_in_code_points() -> None:
    chosen = {"@\N{GRINNING FACE} Zoë": SMILE.uid, "@田中 真理": TANAKA.uid, "@room": EVERYONE}
    text = "\N{GRINNING FACE} @\N{GRINNING FACE} Zoë, @田中 真理さん, @room!"
    places = chosen_places(text, chosen)
    assert places == (
        Mention(uid=SMILE.uid, begin=2, length=6),
        Mention(uid=TANAKA.uid, begin=10, length=6),
        Mention(room=True, begin=20, length=5),
    )


def test_the_longest_chosen_name_is_meant() -> None:
    chosen = {"@Mary": MARY.uid, "@Mary Ann": "ann"}
    assert chosen_places("@Mary Ann, @Mary", chosen) == (
        Mention(uid="ann", begin=0, length=9),
        Mention(uid=MARY.uid, begin=11, length=5),
    )


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "@Mar",
        "@Maryx",
        "@mary",
        "@Mary-Ann",
        "@Mary and @Henry",
        "`@Mary`",
        "~~~\n@Mary\n~~~",
        "WWW.x.org/@Mary",
        "x@Mary",
        "\\@Mary",
        "@Mary " * (Limits().mentions_max + 1),
    ],
)
def test_what_was_not_chosen_or_has_been_changed_is_left_to_the_server(text: str) -> None:
    assert chosen_places(text, {"@Mary": MARY.uid}) is None


@pytest.mark.parametrize(
    "before", ["mail a@b.org @ 5: ", "https://x.org/@Mary ", "`@decorator` ", "~~~\n@Henry\n~~~\n", "\\@Henry and "]
)
def test_an_at_sign_that_begins_no_mention_does_not_matter(before: str) -> None:
    places = (Mention(uid=MARY.uid, begin=len(before), length=5),)
    assert chosen_places(f"{before}@Mary’s", {"@Mary": MARY.uid}) == places


@given(
    pieces=st.lists(st.sampled_from(["@Mary", "@Mary Ann", "@a@b", "@room", "@", " ", "x", "田", "\N{GRINNING FACE}"])),
)
def test_what_is_sent_is_what_the_server_takes(pieces: list[str]) -> None:
    text = "".join(pieces)
    chosen = {"@Mary": "1", "@Mary Ann": "2", "@a@b": "3", "@room": EVERYONE}
    places = chosen_places(text, chosen) or ()
    assert mention_fault(text, places) is None
    for place in places:
        assert chosen[text[place.begin : place.begin + place.length]] == (place.uid or EVERYONE)
