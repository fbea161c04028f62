"""Who is meant by a text, and who is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.model.mentions import mention_candidates, mentions_room, resolve_mentions
from muca.model.names import nickname_key

PEOPLE = {
    "tony@home": "Tony",
    "tony2": "ＴＯＮＹ",
    "mary": "Mary Ann",
    "ann": "Mary Ann Smith",
    "jr": "J.R.",
    "tanaka": "田中さん",
    "star": "★",
}


def mentioned(text: str, mentions_max: int = 50) -> tuple[str, ...]:
    """Resolve a text among these people."""
    by_nickname: dict[str, list[str]] = {}
    for uid, nickname in PEOPLE.items():
        by_nickname.setdefault(nickname_key(nickname), []).append(uid)
    return resolve_mentions(mention_candidates(text, mentions_max), PEOPLE, by_nickname, mentions_max)


@pytest.mark.parametrize(
    ("text", "uids"),
    [
        ("hello", ()),
        ("@", ()),
        ("@ tony", ()),
        ("@nobody", ()),
        ("@jr", ("jr",)),
        ("@JR", ()),
        ("@TONY, come", ("tony2", "tony@home")),
        ("tell @tony's friend", ("tony2", "tony@home")),
        ("@tony@home: yes", ("tony@home",)),
        ("mail anthony@tony", ()),
        ("(@mary)", ("mary",)),
        ("@mary ann", ("mary",)),
        ("@mary  ANN!", ("mary",)),
        ("@Mary Ann Smith is here", ("ann",)),
        ("@mary\nann", ("mary",)),
        ("@J.R. said", ("jr",)),
        ("@J.R., well", ("jr",)),
        ("@田中さん、こんにちは", ("tanaka",)),
        ("@★!", ("star",)),
        ("@jr!!!!!!!!!!!!!!!!", ("jr",)),
        ("@jr and @mary and @jr", ("jr", "mary")),
        ("@@jr", ("jr",)),
    ],
)
def test_who_is_meant(text: str, uids: tuple[str, ...]) -> None:
    assert mentioned(text) == uids


@pytest.mark.parametrize(
    ("text", "everyone"),
    [
        ("@room", True),
        ("hey @Room!", True),
        ("room", False),
        ("@rooms", False),
        ("mush@room", False),
        ("@room_1", False),
        ("@ room", False),
    ],
)
def test_everyone_is_meant(text: str, everyone: bool) -> None:
    assert mentions_room(text) is everyone


def test_no_more_than_so_many() -> None:
    assert mentioned("@jr @mary @star", 2) == ("jr", "mary")
    assert mentioned("@x @jr @mary", 2) == ("jr",)
    assert mentioned("@tony", 1) == ("tony2",)


@given(st.text(alphabet="@ab .\n'é", max_size=400), st.integers(0, 60))
def test_what_a_name_may_be_is_bounded_and_stands_in_the_text(text: str, mentions_max: int) -> None:
    found = mention_candidates(text, mentions_max)
    assert len(found) <= mentions_max
    for names in found:
        assert 1 <= len(names) <= 8
        assert sorted(names, key=len, reverse=True) == list(names)
        assert all(f"@{name}" in text and name.strip() == name for name in names)
