"""Who is meant by a text, and who is not. The cases are data, which the page's tests read too."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.mentions import (
    NAMESAKES_MAX,
    PLACES_TRIED_MAX,
    Mention,
    Mentioned,
    Names,
    Rank,
    _folded,
    _folded_piece,
    goes_on,
    mention_fault,
)
from muca.model.names import nickname_key

DATA = json.loads(Path(__file__).with_name("mentions.json").read_text(encoding="utf-8"))


def names_of(*people: tuple[str, str, Rank]) -> Names:
    names = Names()
    for uid, nickname, rank in people:
        names.put(uid, nickname, rank)
    return names


PEOPLE = names_of(*((each["UID"], each["UN"], Rank[each["RANK"]]) for each in DATA["PEOPLE"]))


def meant(names: Names, text: str, mentions_max: int = 50) -> tuple[str, ...]:
    return Mentioned.of(names.find(text, mentions_max)).uids


@pytest.mark.parametrize("case", DATA["CASES"], ids=lambda case: repr(case["TEXT"]))
def test_who_is_meant_where(case: dict[str, object]) -> None:
    text = case["TEXT"]
    assert isinstance(text, str)
    found = PEOPLE.find(text, 50)
    assert [json.loads(json.dumps(_as_wire(mention))) for mention in found] == case["PLACES"]
    assert mention_fault(text, found) is None


def _as_wire(mention: Mention) -> dict[str, object]:
    who = {"ROOM": True} if mention.room else {"UID": mention.uid}
    return who | {"BEGIN": mention.begin, "LENGTH": mention.length}


def test_no_more_than_so_many() -> None:
    assert meant(PEOPLE, "@jr @lee @star", 2) == ("jr", "lee")
    assert meant(PEOPLE, "@tony", 1) == ("tony2",)
    assert meant(PEOPLE, "@x " * (PLACES_TRIED_MAX - 1) + "@jr") == ("jr",)
    assert meant(PEOPLE, "@x " * PLACES_TRIED_MAX + "@jr") == ()


def test_of_many_with_one_name_those_beyond_the_bound_are_not_meant_unless_they_have_a_password() -> None:
    names = names_of(*((f"u{number:03}", "Bob", Rank.ACCOUNT) for number in range(NAMESAKES_MAX + 1)))
    assert len(meant(names, "@bob", 1_000)) == NAMESAKES_MAX
    assert meant(names, f"@u{NAMESAKES_MAX:03}") == (f"u{NAMESAKES_MAX:03}",)

    names.put("bob", "BOB", Rank.PROTECTED)
    assert "bob" in meant(names, "@bob", 1_000)


def test_names_follow_their_holders() -> None:
    names = names_of(("tony", "Tony", Rank.GUEST), ("mary", "Mary Ann", Rank.ACCOUNT), ("x", "Tony B", Rank.GUEST))
    names.put("tony", "Anthony", Rank.ACCOUNT)
    names.drop("mary")
    names.drop("nobody")

    assert len(names) == 2
    assert meant(names, "@Anthony @Mary Ann @mary @Tony B") == ("tony", "x")
    assert meant(names, "@tony") == ("tony",), "the user id stays"


@given(st.text(alphabet="@abo .`~*_/\\\n'é田:-=", max_size=400), st.integers(1, 60))
def test_what_is_found_could_have_been_said_by_a_client(text: str, mentions_max: int) -> None:
    names = names_of(("a", "ab", Rank.ACCOUNT), ("b", "a b", Rank.GUEST), ("o", "é田", Rank.PROTECTED))
    found = names.find(text, mentions_max)
    assert len(found) <= mentions_max
    assert mention_fault(text, found) is None
    assert found == tuple(sorted(found, key=lambda mention: (mention.begin, mention.uid or "")))


@given(
    st.text(alphabet="abZ1 .-é田\u0301\u20e3", min_size=1, max_size=12),
    st.text(alphabet="abz1 .-é田\u0301", max_size=6),
)
def test_names_are_found_wherever_they_may_end(text: str, name: str) -> None:
    """Step by step, as it is written in the rule, gives what a look at whole words gives."""
    names = names_of(("x", name or "a", Rank.ACCOUNT), ("y", text[: len(text) // 2 + 1], Rank.GUEST))
    ends = [
        end
        for end in range(1, len(text) + 1)
        if not text[end - 1].isspace() and text[end : end + 1] not in {"\u0301", "\u20e3"} and not goes_on(text, end)
    ]
    expected = [(folded, end) for end in ends for folded in [_folded(text[:end])] if folded in names._names]
    assert list(names._names_in(text, 0)) == (expected if not text[0].isspace() else [])


@pytest.mark.parametrize(
    ("mention", "fault"),
    [
        (Mention(uid="bob", begin=0, length=4), None),
        (Mention(uid="bob", begin=5, length=5), None),
        (Mention(room=True, begin=0, length=4), None),
        (Mention(begin=0, length=4), "either UID or ROOM"),
        (Mention(uid="bob", room=True, begin=0, length=4), "either UID or ROOM"),
        (Mention(uid="bob", begin=-1, length=4), "within the 10 characters"),
        (Mention(uid="bob", begin=0, length=1), "2 or more"),
        (Mention(uid="bob", begin=5, length=6), "within the 10 characters"),
        (Mention(uid="bob", begin=1, length=3), "must begin at an @ in MSG"),
    ],
)
def test_what_a_client_may_say(mention: Mention, fault: str | None) -> None:
    found = mention_fault("@Bob @Anna", (mention,))
    assert (found is None) if fault is None else fault in (found or "")


def test_a_character_is_folded_as_in_a_nickname() -> None:
    """But for apostrophes and dashes, which are equal here."""
    others = [
        character
        for character in map(chr, [*range(0xA0, 0xD800, 7), *range(0xE000, 0x20000, 11)])
        if not character.isspace() and unicodedata.category(character) not in {"Pd", "Pf", "Pi"}
        if _folded_piece(character) != nickname_key(character).casefold()
    ]
    assert set(others) <= set("\u02bc\u2032\u2212\uff07")


def test_a_wide_at_is_one() -> None:
    assert mention_fault("\uff20Bob", (Mention(uid="bob", begin=0, length=4),)) is None


def test_places_are_the_same_or_apart() -> None:
    text = "@a@b"
    first, second = Mention(uid="a", begin=0, length=2), Mention(uid="b", begin=2, length=2)
    assert mention_fault(text, (second, first)) is None
    assert mention_fault(text, (first, Mention(uid="c", begin=0, length=2))) is None
    assert "overlap" in (mention_fault(text, (Mention(uid="c", begin=0, length=3), second)) or "")
