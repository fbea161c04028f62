"""What Unicode says of characters."""

import sys
import unicodedata

import pytest

from muca.model.characters import beginning, clusters, is_blank, with_few_marks

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "\u200b",
        "\u3164",
        "\u115f",
        "\u2800",
        "\ufe0f",
        "\U000e0100",
        "\u00ad",
        "\uffff",
        "\u2066\t\u2069",
        "\u0301",
        "\u2800\u0300",
        "\u20e3",
    ],
)
def test_nothing_is_seen_of_these(text: str) -> None:
    assert is_blank(text)
    assert is_blank(text * 3)


@pytest.mark.parametrize("text", [".", "a", "\u3164a", "é", "ा", "👍", "\u200b_", "猫", "0"])
def test_of_these_something_is_seen(text: str) -> None:
    assert not is_blank(text)


def test_whatever_can_be_reordered_is_a_mark() -> None:
    """So that a text without long runs of marks is normalised in linear time."""
    assert all(unicodedata.category(each)[0] == "M" for each in EVERY_CHARACTER if unicodedata.combining(each))


def test_thirty_marks_in_a_run_count() -> None:
    assert with_few_marks("a" + "\u0f71" * 30 + "b") == "a" + "\u0f71" * 30 + "b"
    assert with_few_marks("a" + "\u0f71" * 31 + "b" + "\u0f71" * 31) == "a" + "\u0f71" * 30 + "b" + "\u0f71" * 30


def test_clusters() -> None:
    text = "e\u0301👩\u200d👩\u200d👧🇩🇪🇫🇷🇽क्षि\r\n"
    assert clusters(text) == ["e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "🇫🇷", "🇽", *clusters("क्षि"), "\r\n"]
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "chars"),
    [
        ("x" * 20, 20),
        ("x" * 21, 20),
        ("x" * 19 + "👩\u200d👩\u200d👧", 19),
        ("x" * 19 + "e\u0301y", 19),
        ("x" * 18 + "e\u0301yz", 18),
        ("안녕" * 11, 20),
        ("🇩🇪" * 11, 20),
        ("x" + "🇩🇪" * 11, 19),
        ("e" + "\u0301" * 30, 20),
    ],
)
def test_a_beginning_splits_no_character(text: str, chars: int) -> None:
    """Unless the first one alone is too long."""
    assert beginning(text, 20) == text[:chars]
