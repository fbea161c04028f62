"""What strangers write cannot harm what stands beside it."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.ui.view.legible import NAMELESS, legible_name, legible_text, shorten

TEXTS = json.loads((Path(__file__).parents[1] / "texts.json").read_text("utf-8"))
ANY = st.text(st.characters())
"""Lone surrogates too."""


@given(ANY)
def test_a_name_is_one_line_of_visible_characters(name: str) -> None:
    shown = legible_name(name)
    assert shown
    assert "\n" not in shown
    assert not [character for character in shown if unicodedata.category(character) in {"Cc", "Cs"}]


@given(ANY)
def test_a_text_has_no_control_but_line_feed_and_tab_and_no_direction_override(text: str) -> None:
    shown = legible_text(text)
    controls = {character for character in shown if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}}
    assert controls <= {"\n", "\t"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_honest_text_is_left_alone(text: str) -> None:
    assert legible_text(text) == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mary\u202e", "Mary"),
        ("  Ma\try ", "Ma ry"),
        ("\u200b\u2066", NAMELESS),
        ("\u3164 \u2800", NAMELESS),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert legible_name(name) == shown


def test_texts() -> None:
    assert legible_text("a\r\nb\rc\x1b[31m\u202egnp") == "a\nb\nc\ufffd[31m\ufffdgnp"


@given(st.text(), st.integers(1, 20))
def test_a_shortened_text_keeps_its_bound(text: str, chars_max: int) -> None:
    short = shorten(text, chars_max)
    assert len(short) <= chars_max
    assert (short == text) == (len(text) <= chars_max)


@pytest.mark.parametrize("case", TEXTS, ids=[case["TEXT"] for case in TEXTS])
def test_the_window_shows_a_text_as_it_was_typed(case: dict[str, str]) -> None:
    """The same cases as in the page, where marks become what they mean; here they stay."""
    assert legible_text(case["TEXT"]) == case["TEXT"]
