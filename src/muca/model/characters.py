"""What Unicode says of characters: which are seen, which are letters, and how many marks on one letter count.

Data: the Unicode Character Database as the library ``regex`` has it.
"""

import unicodedata
from typing import Final

import regex

FOLDING: Final = f"3 {unicodedata.unidata_version} {regex.__version__}"
"""The version of what ``matching.fold`` gives, of the keys in ``names.py`` and of the forms in ``reactions.py``: our
rules, then the data they stand on.

Whoever stores such things makes them anew when this has changed. The first number goes up with every change of a rule.
"""

_SEEN: Final = regex.compile(
    r"[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}"
    r"\u2800\uFFFC]"
)
"""Marks need a letter. U+2800 is a Braille cell without dots, U+FFFC stands for an object that is not there."""
_IGNORED: Final = regex.compile(r"\p{Default_Ignorable_Code_Point}")
LETTER: Final = (
    r"[[\p{L}\p{N}\p{M}]--"
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"
)
"""A letter, digit or mark of a script that puts spaces between words, for patterns of ``regex`` with ``(?V1)``."""
_LETTERS: Final = regex.compile(rf"(?V1){LETTER}+")
_LONG_RUN: Final = regex.compile(r"(\p{M}{30})\p{M}+")
_CLUSTER: Final = regex.compile(r"\p{RI}{2}[\p{GCB=Extend}\u200d]*|\X")
"""What is seen as one character (UAX #29). For a row of flags, ``\\X`` alone takes quadratic time."""


def is_blank(text: str) -> bool:
    """Say whether nothing of a text is seen: spaces, fillers, controls, characters that only change others."""
    return not text or (not (text[0].isascii() and text[0].isalnum()) and _SEEN.search(text) is None)


def is_ignored(character: str) -> bool:
    """Say whether a character is not shown (Default_Ignorable_Code_Point, UAX #44)."""
    return _IGNORED.match(character) is not None


def without_ignored(text: str) -> str:
    """Take out what is not shown."""
    return text if text.isascii() else _IGNORED.sub("", text)


def are_letters(text: str) -> bool:
    """Say whether a text has only letters, digits and their marks, of scripts that put spaces between words."""
    return _LETTERS.fullmatch(text) is not None


def with_few_marks(text: str) -> str:
    """Take out of each run of combining marks what comes after the first 30, so that normalising takes linear time.

    UAX #15 (Stream-Safe Text Format) has the number: no letter of any language has as many.
    """
    return _LONG_RUN.sub(r"\1", text)


def clusters(text: str) -> list[str]:
    """Cut a text into what is seen as one character each: a letter with its accents, a joined emoji, a flag."""
    return _CLUSTER.findall(text)
