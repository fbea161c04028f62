"""The pieces of the index: no message that has a word is missed."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muca.model.matching import find_marks
from muca.storage.sqlite.index import SEPARATOR, as_query, index_next, pieces_of, pieces_of_word
from muca.storage.sqlite.store import SqliteStore
from tests.storage.words import say

ALPHABET = st.sampled_from(
    ["a", "B", "1", " ", "-", '"', "\0", "\x1f", "\n", "é", "e\u0301", "ß", "東", "京", "😀", "\u200d"]
)
texts = st.lists(ALPHABET, max_size=12).map("".join)
words = st.lists(ALPHABET, max_size=5).map("".join) | texts


def pieces(text: str) -> set[str]:
    """Return them as the tokenizer finds them: nothing between two separators is no piece."""
    return {*pieces_of(text).split(SEPARATOR)} - {""}


@given(texts, words)
@example("banana b", "a ")
@example("a\x1fb", "a\nb")
def test_a_text_that_has_a_word_has_its_pieces(text: str, word: str) -> None:
    if find_marks(text, [word]) is not None:
        assert pieces_of_word(word) <= pieces(text)


@given(texts, texts, st.data())
def test_so_has_a_text_around_it(before: str, after: str, data: st.DataObject) -> None:
    word = data.draw(words)
    text = f"{before} {word} {after}"
    assert find_marks(text, [word]) is not None
    assert pieces_of_word(word) <= pieces(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("go", {"go"}),
        ("Good", {"goo", "ood"}),
        ("a-b", {"a-b", "a", "b", "-", "a-", "-b"}),
        ("to be", {"to ", "o b", " be", "to", "be"}),
        ("50 %!", {"50 ", "0 %", " %!", "50", "%", "!", "%!"}),
        ("東京へ", {"東京へ", "東", "京", "へ", "東京", "京へ"}),
        ("x東 y", {"x東 ", "東 y", "東", "x東", "x", "y"}),
        ("Straße", {"str", "tra", "ras", "ass", "sse", "ss"}),
    ],
)
def test_three_characters_are_a_piece_and_so_is_what_is_a_word_by_itself(text: str, expected: set[str]) -> None:
    assert pieces(text) == expected


@given(texts)
def test_a_piece_is_one_token(text: str) -> None:
    for piece in pieces(text):
        assert 1 <= len(piece) <= 3
        assert not any(character < " " for character in piece)


def test_a_long_word_is_looked_for_by_some_of_its_pieces() -> None:
    assert len(pieces_of_word("abcdefghijklmnopqrstuvwxyz0123456789" * 5)) <= 16


def test_a_query_is_all_of_any() -> None:
    assert as_query([['a"b'], ["x", "y"]]) == '("a""b") AND ("x" OR "y")'


@pytest.mark.parametrize(("chars", "indexed"), [(10_000, 2), (10_001, 1), (20_001, 1)])
def test_a_step_indexes_so_many_characters(tmp_path: Path, chars: int, indexed: int) -> None:
    """Or one message that has more: commits wait for it."""
    store = SqliteStore.open(tmp_path)
    store.commit([say("x" * chars) for _ in range(3)])
    assert index_next(store._writer, 50) == indexed
    store.close()
