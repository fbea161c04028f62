"""The work that a text of strangers makes grows with its length and no faster, whatever is in it.

Work is counted: lines of Python and calls. Normalising sorts runs of combining marks, so each that is normalised counts
as the square of its length.
"""

import itertools
import sys
import unicodedata
from collections.abc import Callable

import pytest

from muca.model import characters, names
from muca.model.matching import find_marks, fold, fold_with_places
from muca.model.mentions import Names, Rank
from muca.model.query import parse_query
from muca.storage.sqlite_index import pieces_of

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

    def counting_normalize(form: str, given: str) -> str:
        nonlocal counted
        decomposed = [normalize("NFD", character) for character in given]
        runs = itertools.groupby(
            itertools.chain.from_iterable(decomposed), key=lambda each: unicodedata.combining(each) > 0
        )
        counted += len(given) + sum(len([*run]) ** 2 for is_run, run in runs if is_run)
        return given if counted > 10_000_000 else normalize(form, given)

    def count(frame: object, event: str, argument: object) -> Callable[..., object]:
        nonlocal counted
        counted += event in {"call", "c_call", "line"}
        return count

    before = sys.gettrace()
    with monkeypatch.context() as patch:
        patch.setattr(unicodedata, "normalize", counting_normalize)
        names._key.cache_clear()
        names.looks_of.cache_clear()
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
