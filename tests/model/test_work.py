"""The work that a text of strangers makes grows with its length and no faster, whatever is in it.

Work is counted: lines of Python and calls. Normalising sorts runs of combining marks, so each that is normalised counts
as the square of its length.
"""

import itertools
import random
import sys
import unicodedata
from collections.abc import Callable
from types import FrameType
from typing import Any, Literal

import pytest

from muca.model import characters, mentions, names
from muca.model.matching import find_marks, fold, fold_with_places
from muca.model.mentions import Names, Rank
from muca.model.query import parse_query
from muca.storage.sqlite.index import pieces_of

NASTY = [
    "\u0316\u0301",
    "\u0f71\u0f72\u0f74",
    "\u0f73",
    "\u0344",
    "\u3099\u309a",
    "a\u0301",
    "\u200d\u0f74",
    "\u1100\u1161\u11a8",
    "\U0001f1e9",
    "👩\u200d",
    "क्",
    "\ufdfa",
    "ß ",
    "@é ",
    "@@",
    "*@",
    "\\",
    "`",
    "``` `",
    "- ",
    "> ```\n",
    "- ```\n",
    "`\n\n",
    "www.(",
    '"',
    "a:",
]


def _mentions(text: str) -> None:
    people = Names()
    people.put("tony", "Tony", Rank.ACCOUNT)
    people.put("a", "é", Rank.GUEST)
    people.find(f"a{text}", 50)


DOORS: list[Callable[[str], object]] = [
    fold,
    fold_with_places,
    pieces_of,
    parse_query,
    _mentions,
    names.nickname_key,
    names.looks_of,
    lambda text: names.new_name_fault(text, 100_000),
    lambda text: names.new_uid_fault(text, 100_000),
    lambda text: find_marks(text, ["a", "ss", "xyz"]),
    characters.is_blank,
]


def work(door: Callable[[str], object], text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the work that a function has with a text."""
    counted = 0
    normalize = unicodedata.normalize

    def counting_normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], given: str) -> str:
        nonlocal counted
        decomposed = [normalize("NFD", character) for character in given]
        runs = itertools.groupby(
            itertools.chain.from_iterable(decomposed), key=lambda each: unicodedata.combining(each) > 0
        )
        counted += len(given) + sum(len([*run]) ** 2 for is_run, run in runs if is_run)
        return given if counted > 10_000_000 else normalize(form, given)

    def count(frame: FrameType, event: str, _: object) -> Callable[[FrameType, str, object], Any]:
        nonlocal counted
        counted += event in {"call", "c_call", "line"}
        return count

    before = sys.gettrace()
    with monkeypatch.context() as patch:
        patch.setattr(unicodedata, "normalize", counting_normalize)
        names._key.cache_clear()
        names.looks_of.cache_clear()
        mentions._folded_piece.cache_clear()
        sys.setprofile(count)
        sys.settrace(count)
        try:
            door(text)
        finally:
            sys.settrace(before)
            sys.setprofile(None)
    return counted


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("unit", NASTY, ids=ascii)
def test_twice_the_text_is_twice_the_work(
    door: Callable[[str], object], unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door(unit * 50)  # what is remembered of single characters is remembered now
    once, twice = work(door, unit * 400, monkeypatch), work(door, unit * 800, monkeypatch)
    assert twice <= 2.5 * once + 1_000


def _random(length: int) -> str:
    """Return letters and signs of many scripts, hardly one of them twice."""
    chosen = random.Random(9)
    return "".join(chr(chosen.randrange(0xA0, 0xD800)) for _ in range(length))


def _with_places(text: str) -> str:
    return "".join(f" @{text[begin : begin + 46]}" for begin in range(0, len(text), 46))


STRANGERS = _random(9_400)
ROOM = mentions.Names()
for number in range(300):
    ROOM.put(f"u{number}", _random(4_000)[number * 13 : number * 13 + 12], Rank.GUEST)
for begin in range(0, 9_400, 46):
    ROOM.put(f"{STRANGERS[begin : begin + 3]}{begin}", f"{STRANGERS[begin]}-", Rank.ACCOUNT)
ROOM.put("long", "★" * 127 + "x", Rank.ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [STRANGERS, "★" * 9_400, "".join(f"{STRANGERS[begin : begin + 3]}{begin}" for begin in range(0, 9_400, 6))[:9_400]],
    ids=["random", "as a name begins", "names"],
)
def test_mentions_are_no_more_work_than_the_index_is(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(text: str) -> None:
        ROOM.find(text, 50)

    once, twice = (work(find, _with_places(text[:length]), monkeypatch) for length in (4_700, 9_400))
    assert twice <= 2.5 * once + 1_000
    assert twice <= 3 * work(pieces_of, STRANGERS, monkeypatch), "a line of the index does more"


def test_what_begins_as_no_name_is_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    text, folded = _with_places(STRANGERS), 0

    fold_piece = mentions._folded_piece

    def count(piece: str) -> str:
        nonlocal folded
        folded += 1
        return fold_piece(piece)

    monkeypatch.setattr(mentions, "_folded_piece", count)
    people = Names()
    people.put("tony", "Tony", Rank.ACCOUNT)
    folded = 0
    people.find(text, 50)
    assert 0 < folded <= text.count("@")
