"""Characters that look alike, by Unicode's data for it (UTS #39), as the library ``confusable-homoglyphs`` has it."""

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Final

import regex
from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data

from muca.model.characters import with_few_marks, without_ignored

_WORD: Final = regex.compile(r"[\p{L}\p{M}]+")
_MIXED: Final = frozenset({"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
"""Scripts whose letters stand in one word with those of others (UTS #39, 5.2: highly restrictive)."""
_ALPHABETS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "COPTIC", "LISU"})
"""Scripts of which many letters have the forms of another's, more than Unicode's data says."""
_MARK: Final = "\u200e"
"""The library has it, from Unicode's comments, around characters that are written from the right."""


def skeleton(text: str) -> str:
    """Give what texts have in common that look alike (UTS #39, 4), apart from case and spaces."""
    return _skeleton_of(_parts(text))


def skeleton_of_any_case(text: str) -> str:
    """Give the skeleton of a text in small letters, where those that look Latin only in capitals count as these."""
    return _skeleton_of(_parts(text).translate(_capitals()))


def _parts(text: str) -> str:
    return unicodedata.normalize("NFD", with_few_marks(without_ignored(text)))


def _skeleton_of(parts: str) -> str:
    prototypes = _prototypes()
    shown = "".join(prototypes.get(character, character) for character in parts if not character.isspace())
    return unicodedata.normalize("NFD", shown).casefold()


@cache
def _capitals() -> dict[int, str]:
    """Give for each small letter whose capital looks like one of A to Z that one, in small."""
    return {
        ord(character.lower()): prototype.lower()
        for character, prototype in _prototypes().items()
        if len(character.lower()) == 1 and len(prototype) == 1 and "A" <= prototype <= "Z"
    }


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


@cache
def _shared() -> dict[str, set[str]]:
    """Give for each prototype the scripts of the letters that look like it, its own included."""
    found: dict[str, set[str]] = {}
    for character, prototype in _prototypes().items():
        if character.isalpha():
            found.setdefault(prototype, {_script(prototype[0])}).add(_script(character))
    return found


def foreign_letter(name: str) -> str | None:
    """Say what is wrong with a name that has a word of two scripts that may be taken for a word of one.

    That is so if a letter looks like one of another script of the word, and always with two alphabets, but for Latin
    with Greek.
    """
    for word in _WORD.findall(name):
        scripts = {_script(character) for character in word} - _MIXED
        if len(scripts) < 2:
            continue
        counts = Counter(map(_script, word))
        for character in sorted(word, key=lambda letter: counts[_script(letter)]):
            own, like = _script(character), _prototypes().get(character, character)
            others = sorted((scripts & _shared().get(like, set())) - {own})
            if own in scripts and others:
                what = f"“{like}”" if like != character else "one of another script"
                return _said(character, f", which looks like {what},", others[0])
        alphabets = scripts & _ALPHABETS
        if len(alphabets) > 1 and alphabets != {"LATIN", "GREEK"}:
            own = _script(next(character for character in word if _script(character) in alphabets))
            foreign = next(character for character in word if _script(character) in alphabets - {own})
            return _said(foreign, "", own)
    return None


def _said(character: str, why: str, other: str) -> str:
    return (
        f"has the {_script(character).capitalize()} letter “{character}” (U+{ord(character):04X}){why} "
        f"in a word with {other.capitalize()} letters; write each word in one script"
    )


@lru_cache(maxsize=16_384)
def _script(character: str) -> str:
    return str(alias(character))
