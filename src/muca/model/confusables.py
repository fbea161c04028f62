"""Characters that look alike, by Unicode's data for it (UTS #39), as the library ``confusable-homoglyphs`` has it."""

import unicodedata
from functools import cache, lru_cache
from typing import Final

import regex
from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data

from muca.model.characters import with_few_marks, without_ignored

_WORD: Final = regex.compile(r"[\p{L}\p{M}]+")
_MIXED: Final = frozenset({"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
"""Scripts whose letters stand in one word with those of others (UTS #39, 5.2: highly restrictive)."""
_MARK: Final = "\u200e"
"""The library has it, from Unicode's comments, around characters that are written from the right."""


def skeleton(text: str) -> str:
    """Give what texts have in common that look alike (UTS #39, 4), apart from case and spaces."""
    parts = unicodedata.normalize("NFD", with_few_marks(without_ignored(text)))
    prototypes = _prototypes()
    shown = "".join(prototypes.get(character, character) for character in parts if not character.isspace())
    return unicodedata.normalize("NFD", shown).casefold()


@cache
def _prototypes() -> dict[str, str]:
    """Give for each character that looks like something else what that is.

    The library has each pair in both directions. What looks like several others is what they are mapped to; of two that
    look like each other only, the first is mapped to the second.
    """
    found: dict[str, str] = {}
    for entry, alike in confusables_data.items():
        character = entry.strip(_MARK)
        if len(alike) == 1 and len(character) == 1:
            prototype = alike[0]["c"].strip(_MARK)
            if found.get(prototype) != character:
                found[character] = prototype
    return found


def foreign_letter(name: str) -> str | None:
    """Say what is wrong with a name that has a word of two scripts in which one letter looks like one of the other."""
    for word in _WORD.findall(name):
        scripts = {_script(character) for character in word} - _MIXED
        for character in word if len(scripts) > 1 else "":
            like = _prototypes().get(character, character)
            own, other = _script(character), _script(like[0])
            if own != other and {own, other} <= scripts:
                return (
                    f"has the {own.capitalize()} letter “{character}” (U+{ord(character):04X}), which looks like "
                    f"“{like}”, in a word with {other.capitalize()} letters; write each word in one script"
                )
    return None


@lru_cache(maxsize=16_384)
def _script(character: str) -> str:
    return str(alias(character))
