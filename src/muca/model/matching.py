"""Matching: whether and where the words of a search occur in a text.

Rules:

1. Text and words are folded to one normal form, character by character:

   - compatibility decomposition and full case folding (NFKD, Unicode 3.13): ``STRASSE`` equals ``Straße``;
   - invisible characters are removed (Default_Ignorable_Code_Point): soft hyphens, joiners, variation selectors;
   - accents are removed: marks above, below, over or around a letter, and the points of Hebrew and Arabic, by their
     combining class. Vowel signs, viramas and the voicing marks of kana are parts of letters and stay;
   - Latin letters with a stroke or hook equal those without (``Łódź`` is ``lodz``), ``ı`` is ``i``, ``æ`` is ``ae``;
   - every space becomes U+0020, every dash ``-``, every apostrophe and quotation mark ``'`` or ``"``;
   - the result is canonically ordered and composed (NFC). Only the first 30 marks of a run count.

2. A word is found anywhere in the text. But one or two letters or digits match only as a whole word: ``go`` is not
   found in ``good``. (Nearly every text contains ``a``.) Scripts without spaces between words have no letters in this
   sense: a single Chinese character is found everywhere. A character that folds to two letters is found by these:
   ``ß`` by ``ss``.
3. Marks are positions in the original text, in characters. A user-perceived character is marked as a whole.

A store's index only finds candidates; ``find_marks`` decides what matches.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple, TypeAlias

import regex

from muca.model.characters import LETTER, are_letters, clusters, is_ignored, with_few_marks

MARKS_MAX: Final = 100
"""Matches marked in one text; the text may have more."""
_SHORT_CHARS: Final = 2
_LINK: Final = re.compile(r"https?://\S", re.IGNORECASE)
_SIGNS: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\u1ffd\u055a\u05f3", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u05f4", '"'),
    **{"\u2212": "-", "ı": "i", "æ": "ae", "œ": "oe"},
}
_VARIED: Final = re.compile("LATIN SMALL LETTER ([A-Z]) WITH ")
_REMEMBERED_MAX: Final = 65_536
"""Characters whose folding is cached."""

Marks: TypeAlias = tuple[tuple[int, int], ...]
"""Begin and length of each match, in characters, in order, not overlapping."""


class Folded(NamedTuple):
    """A folded text, and where each of its characters comes from."""

    text: str
    starts: Sequence[int]
    """For each character, the begin of its source in the original."""
    ends: Sequence[int]
    """For each character, the end of its source in the original."""


class _Folding(dict[int, str]):
    """A table for ``translate``: what each character folds to, before the text is ordered and composed."""

    def __missing__(self, code: int) -> str:
        folded = _folded_character(chr(code))
        if len(self) < _REMEMBERED_MAX:
            self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def _folded_character(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    bare = _bare(unicodedata.normalize("NFKD", character)).casefold()
    return "".join(map(_plain, _bare(unicodedata.normalize("NFKD", bare))))


def _bare(text: str) -> str:
    return "".join(character for character in text if not _is_accent(character) and not is_ignored(character))


def _is_accent(character: str) -> bool:
    place = unicodedata.combining(character)
    return place >= 200 or place == 1 or 10 <= place <= 36 or unicodedata.category(character) == "Me"


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    if character in _SIGNS:
        return _SIGNS[character]
    if unicodedata.category(character) == "Pd":
        return "-"
    varied = _VARIED.match(unicodedata.name(character, ""))
    return varied[1].lower() if varied else character


def fold(text: str) -> str:
    """Fold a text or a word, in time linear in its length."""
    return _folded_ascii(text) if text.isascii() else _composed(text.translate(_FOLDING))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", with_few_marks(text))


def fold_with_places(text: str) -> Folded:
    """Fold a text and keep where each character comes from."""
    if text.isascii():
        return Folded(_folded_ascii(text), range(len(text)), range(1, len(text) + 1))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, begin, end in _pieces(text):
        composed = _composed(piece)
        folded.append(composed)
        starts += [begin] * len(composed)
        ends += [end] * len(composed)
    return Folded("".join(folded), starts, ends)


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each user-perceived character with all that composes with it, translated; and its begin and end."""
    parts: list[str] = []
    begin = end = 0
    for cluster in clusters(text):
        part = cluster.translate(_FOLDING)
        if part and _begins_letter(part[0]):
            yield "".join(parts), begin, end
            parts, begin = [], end
        parts.append(part)
        end += len(cluster)
    yield "".join(parts), begin, end


def _begins_letter(character: str) -> bool:
    """Return whether a character begins a letter: it is no mark, and no vowel or final of a Korean syllable."""
    return unicodedata.category(character)[0] != "M" and not "\u1160" <= character <= "\u11ff"


def has_link(text: str) -> bool:
    """Return whether a text contains a link: ``http://…`` or ``https://…``."""
    return "://" in text and _LINK.search(text) is not None


def find_marks(text: str, words: Sequence[str], names: Sequence[str] = ()) -> Marks | None:
    """Return where the words occur in a text; None unless each occurs in the text or in one of ``names``.

    Without words, every text matches, with nothing marked. At most ``MARKS_MAX`` matches are searched for each word,
    and at most as many returned in all.
    """
    folded = fold(text)
    wanted = [fold(word) for word in words]
    beside = [fold(name) for name in names]
    if not all(any(word in each for each in (folded, *beside)) for word in wanted):
        return None
    places: Folded | None = None
    found: list[tuple[int, int]] = []
    for word in wanted:
        occurrences = list(_occurrences(folded, word)) or list(_double_letters(text, word))
        if not occurrences and not any(next(_occurrences(name, word), None) is not None for name in beside):
            return None
        if word and occurrences:
            places = places or fold_with_places(text)
            found += [(places.starts[at], places.ends[at + len(word) - 1]) for at in occurrences]
    return tuple((begin, end - begin) for begin, end in _united(sorted(found)))[:MARKS_MAX]


def double_letters(text: str) -> set[str]:
    """Return the foldings of those characters of a text that fold to two letters: ``ss`` for ``ß``."""
    folded = {character.translate(_FOLDING) for character in set(text) if not character.isascii()}
    return {letters for letters in folded if len(letters) == _SHORT_CHARS and are_letters(letters)}


def _double_letters(text: str, word: str) -> Iterator[int]:
    """Yield where the first characters that fold to this word are in the folded text."""
    if word in double_letters(text):
        places = fold_with_places(text)
        pairs = zip(pairwise(places.text), pairwise(places.starts), strict=True)
        found = (at for at, (letters, starts) in enumerate(pairs) if "".join(letters) == word and len({*starts}) == 1)
        yield from islice(found, MARKS_MAX)


def is_whole_word(folded_word: str) -> bool:
    """Return whether a word (folded) matches only as a whole word."""
    return len(folded_word) <= _SHORT_CHARS and are_letters(folded_word)


def _occurrences(folded: str, word: str) -> Iterator[int]:
    """Yield the first matches of a word, not overlapping."""
    if is_whole_word(word):
        yield from (found.start() for found in islice(_alone(word).finditer(folded), MARKS_MAX))
        return
    at = folded.find(word)
    for _ in range(MARKS_MAX):
        if at < 0:
            return
        yield at
        at = folded.find(word, at + max(len(word), 1))


@lru_cache(maxsize=1_024)
def _alone(word: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?V1)(?<!{LETTER}){regex.escape(word)}(?!{LETTER})")


def _united(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge matches that overlap."""
    united: list[tuple[int, int]] = []
    for begin, end in places:
        if united and begin < united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((begin, end))
    return united


_SPACES: Final = str.maketrans(dict.fromkeys(filter(str.isspace, map(chr, range(128))), " "))


def _folded_ascii(text: str) -> str:
    return text.lower().translate(_SPACES)
