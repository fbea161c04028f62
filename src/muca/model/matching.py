"""Matching: whether and where the words of a search are in a text.

Rules:

1. Case, width and composition of letters do not matter: both sides are folded (Unicode's compatibility caseless
   matching, without the joiners of emoji and Indic scripts). Every kind of space is one space.
2. A word is found wherever it is a part of the text. Only one or two ASCII letters or digits are a word of their own:
   ``go`` is not in ``good``. (There is hardly a text without ``a``; one Chinese character is a word.)
3. Marks are given in characters of the text as it was written. A letter that was written as several characters (a
   letter and its accents) is marked whole.

Any index that a store has only finds candidates; ``find_marks`` says what is found.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

MARKS_MAX: Final = 100
"""Places that are marked in one text; there may be more."""
_SHORT_CHARS: Final = 2
_LINK: Final = re.compile(r"https?://\S", re.IGNORECASE)
_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")
_CHANGED_MAX: Final = 8
"""As many characters before it a character can change, or less."""

Marks: TypeAlias = tuple[tuple[int, int], ...]
"""Begin and length of each place, in characters, in order, not overlapping."""


class Folded(NamedTuple):
    """A text, folded, and where each of its characters comes from."""

    text: str
    starts: Sequence[int]
    """For each character, where what it was made from begins in the original."""
    ends: Sequence[int]
    """And where that ends."""


def fold(text: str) -> str:
    """Fold a text or a word."""
    return _folded_ascii(text) if text.isascii() else "".join(folded for folded, _ in _pieces(text))


def fold_with_places(text: str) -> Folded:
    """Fold a text, keeping where everything comes from."""
    if text.isascii():
        return Folded(_folded_ascii(text), range(len(text)), range(1, len(text) + 1))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    begin = 0
    for piece, length in _pieces(text):
        folded.append(piece)
        starts += [begin] * len(piece)
        begin += length
        ends += [begin] * len(piece)
    return Folded("".join(folded), starts, ends)


def has_link(text: str) -> bool:
    """Say whether there is a link in a text: ``http://…`` or ``https://…``."""
    return "://" in text and _LINK.search(text) is not None


def find_marks(text: str, words: Sequence[str], names: Sequence[str] = ()) -> Marks | None:
    """Give where the words are in a text, or None unless all are, there or in one of the names beside it.

    No words are in every text, and mark nothing.

    The first ``MARKS_MAX`` places of each word are looked for, and as many given.
    """
    folded = fold(text)
    wanted = [fold(word) for word in words]
    beside = [fold(name) for name in names]
    if not all(any(word in each for each in (folded, *beside)) for word in wanted):
        return None
    places: Folded | None = None
    found: list[tuple[int, int]] = []
    for word in wanted:
        occurrences = list(_occurrences(folded, word))
        if not occurrences and not any(next(_occurrences(name, word), None) is not None for name in beside):
            return None
        if word and occurrences:
            places = places or fold_with_places(text)
            found += [(places.starts[at], places.ends[at + len(word) - 1]) for at in occurrences]
    return tuple((begin, end - begin) for begin, end in _united(sorted(found)))[:MARKS_MAX]


def is_whole_word(folded_word: str) -> bool:
    """Say whether a word (folded) is found as a whole word only."""
    return len(folded_word) <= _SHORT_CHARS and folded_word.isascii() and folded_word.isalnum()


def _occurrences(folded: str, word: str) -> Iterator[int]:
    """Give the first places of a word, which do not overlap."""
    whole = is_whole_word(word)
    at = folded.find(word)
    for _ in range(MARKS_MAX):
        while whole and at >= 0 and not _stands_alone(folded, at, at + len(word)):
            at = folded.find(word, at + 1)
        if at < 0:
            return
        yield at
        at = folded.find(word, at + max(len(word), 1))


def _stands_alone(folded: str, begin: int, end: int) -> bool:
    before, after = folded[begin - 1 : begin], folded[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _united(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make one of places that overlap."""
    united: list[tuple[int, int]] = []
    for begin, end in places:
        if united and begin < united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((begin, end))
    return united


_SPACES: Final = str.maketrans(dict.fromkeys(filter(str.isspace, map(chr, range(0x3001))), " "))


def _folded_ascii(text: str) -> str:
    return text.lower().translate(_SPACES)


def _pieces(original: str) -> Iterator[tuple[str, int]]:
    """Give the letters of a text, folded, each with how many characters it was written as."""
    text = original.translate(_SPACES)
    letter = text[:1]
    for character in text[1:]:
        if _belongs_to(letter, character):
            letter += character
        else:
            yield _folded(letter), len(letter)
            letter = character
    yield _folded(letter), len(letter)


def _belongs_to(letter: str, character: str) -> bool:
    """Say whether a character is a part of the letter before it, as an accent or the next part of a syllable is."""
    if character.isascii():
        return False
    return unicodedata.combining(character) != 0 or _changes(letter[-_CHANGED_MAX:], character)


@lru_cache(maxsize=16_384)
def _changes(letter: str, character: str) -> bool:
    return _folded(letter + character) != _folded(letter) + _folded(character)


def _folded(letter: str) -> str:
    return _remembered(letter) if len(letter) <= _CHANGED_MAX else _newly_folded(letter)


def _newly_folded(letter: str) -> str:
    # Compatibility caseless matching of Unicode (3.13, D146), composed.
    caseless = unicodedata.normalize("NFD", letter.translate(_JOINERS)).casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", caseless).casefold())


_remembered: Final = lru_cache(maxsize=65_536)(_newly_folded)
