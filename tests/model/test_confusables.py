"""Skeletons of UTS #39, made of the library's pairs."""

import pytest

from muca.model.confusables import foreign_letter, skeleton


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("раураl", "paypal"),
        ("\U0001d413\U0001d428\U0001d427\U0001d432", "Tony"),
        ("m", "rn"),
        ("1", "l"),
        ("\u0661", "l"),
        ("ＴＯＮＹ", "tony"),
        ("To ny", "Tony"),
        ("To\u00adny", "Tony"),
    ],
)
def test_skeletons_are_the_same(text: str, same: str) -> None:
    assert skeleton(text) == skeleton(same)


def test_a_skeleton_is_its_own() -> None:
    for text in ("Tony", "m", "paypal", "Анна"):
        assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    "name",
    [
        "東京ニュース",
        "Анна Anna",
        "Δt",
        "Łódź",
        "ǅ",
        "카카오Talk",
        "2-й",
        "λ-calculus",
        "µm",
        "Ωhm",
        "田中Taro",
        "ไทยIT",
    ],
)
def test_words_of_several_scripts_that_nobody_confuses(name: str) -> None:
    assert foreign_letter(name) is None


def test_the_letter_is_named() -> None:
    fault = foreign_letter("Ms Thomps\u043en")
    assert fault is not None
    assert "U+043E" in fault
    assert "Cyrillic" in fault


@pytest.mark.parametrize("name", ["Boб", "ИBAH", "KATЯ", "Αлексей", "Тօну", "Сեргей", "Ꭺлекс", "Bოb", "Жenya", "Pაul"])
def test_two_alphabets_in_a_word(name: str) -> None:
    """Also where the data maps a letter to nothing or to itself."""
    assert "write each word in one script" in (foreign_letter(name) or "")


@pytest.mark.parametrize("name", ["Қазақ", "Νίκος", "Հայերեն", "ქართული", "ᏣᎳᎩ", "हिन्दी", "עברית"])
def test_a_word_of_one_script(name: str) -> None:
    assert foreign_letter(name) is None
