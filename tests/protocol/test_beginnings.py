"""What the first bytes of a connection choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.protocol.beginnings import BEGINNINGS, HTTP, JSON, Beginning, choose

IRC = Beginning((b"CAP", b"NICK", b"PASS", b"USER"), JSON.dialect)
"""A dialect whose words begin as methods of HTTP do."""
TABLES = (BEGINNINGS, (*BEGINNINGS, IRC))
WORDS = [word for entry in (HTTP, IRC) for word in entry.words]
FIRST = st.one_of(
    st.binary(min_size=1, max_size=12), st.sampled_from(WORDS).flatmap(lambda word: st.binary().map(word.__add__))
)


@given(data=FIRST, table=st.sampled_from(TABLES))
def test_the_choice_does_not_depend_on_how_the_bytes_are_cut(data: bytes, table: tuple[Beginning, ...]) -> None:
    """Once made, it stays; until then it is a matter of the longest word at most."""
    choices = [choose(data[:size], table) for size in range(1, len(data) + 1)]
    made = [choice for choice in choices if choice is not None]
    assert len(choices) - len(made) < max(map(len, WORDS))
    assert choices == [None] * (len(choices) - len(made)) + made
    assert len(set(made)) <= 1


@pytest.mark.parametrize("table", TABLES)
def test_each_word_chooses_its_own_entry(table: tuple[Beginning, ...]) -> None:
    for entry in table:
        for word in entry.words:
            assert choose(word + b" x", table) is entry
            others = [other for each in table if each is not entry for other in each.words]
            assert not any(other.startswith(word) for other in others)


@pytest.mark.parametrize(
    ("data", "chosen"),
    [
        (b"P", None),
        (b"PA", None),
        (b"PAS", IRC),
        (b"PAT", HTTP),
        (b"PO", HTTP),
        (b"C", None),
        (b"CA", IRC),
        (b"CO", HTTP),
        (b"CX", JSON),
        (b"N", IRC),
        (b"G", HTTP),
        (b"{", JSON),
        (b"get", JSON),
    ],
)
def test_words_that_begin_alike_are_told_apart_by_the_first_byte_that_differs(
    data: bytes, chosen: Beginning | None
) -> None:
    assert choose(data, (HTTP, IRC)) is chosen


@pytest.mark.parametrize(
    "data", [b'{"CMD":"JOIN"', b"[1]", b'"x"', b"-1", b"7", b"true", b"null", b"NaN", b" ", b"\n", b"\0", b"\xef"]
)
def test_json_and_what_nobody_knows_is_json(data: bytes) -> None:
    """At its first byte."""
    assert choose(data[:1]) is choose(data) is JSON


def test_nothing_chooses_nothing() -> None:
    assert choose(b"") is None
