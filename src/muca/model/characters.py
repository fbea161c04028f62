"""Unicode properties of characters: which are visible, which are letters, and how many marks on one letter count.

The data is the Unicode Character Database in the version that the library ``regex`` includes.
"""

import unicodedata
from typing import Final

import regex

FOLDING: Final = f"3 {unicodedata.unidata_version} {regex.__version__}"
"""The version of the results of ``matching.fold``, the keys in ``names.py`` and the forms in ``reactions.py``.

The first number is that of our rules and increases with every change to them; the others are the versions of the data.
Stored results must be recomputed when this changes.
"""

_SEEN: Final = regex.compile(
    r"[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}"
    r"\u2800\uFFFC]"
)
"""A mark alone is not visible text. U+2800 is a Braille cell without dots; U+FFFC is a placeholder for an object."""
_IGNORED: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}")
LETTER: Final = (
    r"[[\p{L}\p{N}\p{M}]--"
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"
)
"""A letter, digit or mark of a script that puts spaces between words, for patterns of ``regex`` with ``(?V1)``."""
_LETTERS: Final = regex.compile(rf"(?V1){LETTER}+")
_LONG_RUN: Final = regex.compile(r"(\p{M}{30})\p{M}+")
_CLUSTER: Final = regex.compile(r"\p{RI}{2}[\p{GCB=Extend}\u200d]*|\X")
"""A user-perceived character (UAX #29). For a row of flags, ``\\X`` alone takes quadratic time."""

_BOUNDARY: Final = regex.compile(r"(?r)(?<=\p{GCB=Other})(?=\p{GCB=Other})")
"""A place that no rule of UAX #29 can join; the last one is found first."""
_TAIL_CHARS: Final = 16
"""How far before its end a text is cut at such a place."""


def is_blank(text: str) -> bool:
    """Return whether a text has nothing visible: only spaces, fillers, controls and characters that modify others."""
    return not text or (not (text[0].isascii() and text[0].isalnum()) and _SEEN.search(text) is None)


def is_ignored(character: str) -> bool:
    """Return whether a character is invisible (Default_Ignorable_Code_Point, UAX #44)."""
    return _IGNORED.match(character) is not None


def without_ignored(text: str) -> str:
    """Remove the invisible characters."""
    return text if text.isascii() else _IGNORED.sub("", text)


def are_letters(text: str) -> bool:
    """Return whether a text has only letters, digits and their marks, from scripts that put spaces between words."""
    return _LETTERS.fullmatch(text) is not None


def with_few_marks(text: str) -> str:
    """Keep only the first 30 marks of each run of combining marks, so that normalization takes linear time.

    The number is that of UAX #15 (Stream-Safe Text Format): no letter of any language has that many.
    """
    return _LONG_RUN.sub(r"\1", text)


def clusters(text: str) -> list[str]:
    """Split a text into user-perceived characters: a letter with its accents, a joined emoji, a flag."""
    return _CLUSTER.findall(text)


def beginning(text: str, chars_max: int) -> str:
    """Return at most the first ``chars_max`` characters (code points) of a text.

    No user-perceived character is split, unless the first one alone is longer. Nearly always only the end is examined,
    and a few characters fewer may be returned, because ``clusters`` takes 100 times as long.
    """
    if len(text) <= chars_max:
        return text
    found = _BOUNDARY.search(text, max(0, chars_max - _TAIL_CHARS), chars_max + 1)
    if found is not None:
        return text[: found.start()]
    end = 0
    for cluster in clusters(text[: chars_max + 1]):
        if end + len(cluster) > chars_max:
            break
        end += len(cluster)
    return text[: end or chars_max]
