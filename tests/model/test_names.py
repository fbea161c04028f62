"""Names: what a UID or a nickname may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.names import (
    look_alike,
    name_fault,
    new_name_fault,
    new_uid_fault,
    nickname_key,
    reserved_fault,
    uid_fault,
)


@pytest.mark.parametrize("name", ["T", "Zoë", "大輔", "عمر", "👩‍👩‍👧", "tony@lab", "a b", "می‌خواهم", "{}\"'\\"])
def test_names_of_the_world_are_fine(name: str) -> None:
    """In any script, emoji with joiners included."""
    assert name_fault(name, 64) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        (" \u3000", "is empty"),
        ("a\nb", "U+000A"),
        ("a\x1b[31m", "U+001B"),
        ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\u2028b", "U+2028"),
        ("a\x00", "U+0000"),
        ("\u200b", "U+200B"),
    ],
)
def test_what_controls_screens_logs_or_direction_is_named(name: str, fault: str) -> None:
    """By its number, for the person who has to find it."""
    found = name_fault(name, 64)
    assert found is not None
    assert fault in found


def test_length_is_bounded_in_characters() -> None:
    """At the bound and one past it."""
    assert name_fault("😀" * 64, 64) is None
    assert name_fault("😀" * 65, 64) == "has 65 characters, at most 64 are allowed"


@pytest.mark.parametrize(
    "name",
    [
        "T",
        "Zoë",
        "大輔",
        "عمر",
        "👩‍👩‍👧",
        "❤️ Anna",
        "Tony 🇩🇪",
        "1️⃣ team",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "می‌خواهم",
        "क्‍ष",
        "葛\U000e0100",
        "Nguyễn",
        "Анна (Anna)",
        "IT-отдел",
        "Δt",
        "東京ニュース",
        "ウィンドウズOS",
        "카카오Talk",
        "שלום",
        "สวัสดี",
        "A",
        "©",
        "O’Brien",
    ],
)
def test_new_names_of_the_world_are_fine(name: str) -> None:
    assert new_name_fault(name, 64) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Tony\u3164", "contains the character U+3164, which is invisible; remove it"),
        ("Tony\ufe0f", "U+FE0F"),
        ("Tony\u115f", "U+115F"),
        ("Tony\U000e0100", "U+E0100"),
        ("To\u200dny", "U+200D"),
        ("To\u034fny", "U+034F"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("\ufe0f", "U+FE0F"),
        ("\u200d", "U+200D"),
        ("\uffff", "U+FFFF"),
        ("👩\u200d", "U+200D"),
        ("\u0301", "no letter"),
        ("\u0301Tony", "begins with the character U+0301"),
        ("Z\u0351\u0310\u0301\u0352\u034a", "more than 4 marks"),
        (
            "Ms Thomps\u043en",
            "the Cyrillic letter “\u043e” (U+043E), which looks like “o”, in a word with Latin letters",
        ),
        ("\u0412\u0435n", "U+0412"),
        ("\u03b1lice", "Greek letter"),
        ("Tony\u1cbb", "U+1CBB, which a name cannot have"),
        ("Tony\u0378", "U+0378, which a name cannot have"),
        ("\uf8ff", "U+F8FF, which a name cannot have"),
    ],
)
def test_what_nobody_sees_or_takes_for_something_else_is_in_no_new_name(name: str, fault: str) -> None:
    found = new_name_fault(name, 64)
    assert found is not None
    assert fault in found


@pytest.mark.parametrize("uid", [" tony", "tony ", "to  ny", "to\u00a0ny", "e\u0301a", "tony\u3164", "-"])
def test_uids_that_cannot_be_told_apart_are_not_made(uid: str) -> None:
    """They are compared exactly."""
    assert new_uid_fault(uid, 64) is not None


@pytest.mark.parametrize("uid", ["tony", "tony smith", "éa", "00000000-0000-4000-8000-000000000000", "大輔"])
def test_other_uids_are(uid: str) -> None:
    assert new_uid_fault(uid, 64) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tony", "tony"),
        ("Tony", "Tony\u3164"),
        ("Tony", "Ｔｏｎｙ"),
        ("Ms Thompson", "Ms Thomps\u043en"),
        ("Ben", "\u0412\u0435n"),
        ("scope", "ѕсоре"),
        ("Registered", "Reg istered"),
        ("Registered", "REG ISTERED"),
        ("Bill", "BiIl"),
        ("Toml", "Tom1"),
        ("Lobby", "Iobby"),
        ("Иван", "ИBAH"),
        ("Катя", "KATЯ"),
        ("Анна", "AHHA"),
        ("Том", "TOM"),
        ("Μαρια", "MAPIA"),
        ("Ιωαννης", "IΩANNHΣ"),
    ],
)
def test_these_look_alike(one: str, other: str) -> None:
    assert look_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Neil", "Nell"), ("Li", "Ll"), ("Tony", "Toni"), ("Müller", "Muller"), ("Anna", "Анна")]
)
def test_these_are_two_people(one: str, other: str) -> None:
    assert not look_alike(one, other)


@given(st.text(min_size=1, max_size=20))
def test_the_same_name_looks_alike(name: str) -> None:
    assert look_alike(name, name)
    assert look_alike(name, name.replace(" ", "").lower()) or nickname_key(name) != nickname_key(name.lower())


def test_names_that_are_the_same() -> None:
    """Spaces between words count: "Ann a" in a mention is not "Anna"."""
    assert nickname_key(" Tony\u200b  SMITH ") == nickname_key("tony smith") != nickname_key("tonysmith")


@given(st.text())
def test_accepted_names_are_printable(name: str) -> None:
    """But for the joiners, which Python does not count as such."""
    if name_fault(name, 64) is None:
        kept = "".join(c for c in name if c not in "\u200c\u200d" and not c.isspace())
        assert all(c.isprintable() or ord(c) > 0x7F for c in kept)


@pytest.mark.parametrize(
    ("uid", "fault"), [("-", "is reserved"), (" -", "is reserved"), ("", "is empty"), ("--", None)]
)
def test_nobody_is_the_operator(uid: str, fault: str | None) -> None:
    """Who is called so in the audit log."""
    assert uid_fault(uid, 64) == fault


@pytest.mark.parametrize(
    "name", ["Deleted account", "DELETED  ACCOUNT", "De1eted acc\u043eunt", "room", "Room", "ROOM"]
)
def test_what_means_something_else_is_reserved(name: str) -> None:
    assert reserved_fault(name) == "is reserved"


@pytest.mark.parametrize("name", ["Deleted", "account", "Rooms", "Broom"])
def test_nearly_reserved_is_not(name: str) -> None:
    assert reserved_fault(name) is None
