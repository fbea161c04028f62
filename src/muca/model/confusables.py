"""Characters that look alike, by Unicode's data (UTS #39) as the library ``confusable-homoglyphs`` includes it."""

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import msgspec
import regex
from confusable_homoglyphs.categories import alias

from muca.model.characters import with_few_marks, without_ignored

_WORD: Final = regex.compile(r"[\p{L}\p{M}]+")
_MIXED: Final = frozenset({"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
"""Scripts whose letters may occur in one word with those of others (UTS #39, 5.2: highly restrictive)."""
_ALPHABETS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "COPTIC", "LISU"})
"""Scripts with many letters that look like another script's, more than Unicode's data lists."""
_MARK: Final = "\u200e"
"""The library's data has this mark, from Unicode's comments, around characters of right-to-left scripts."""


class _Alike(msgspec.Struct):
    """A character, or several, in the library's data."""

    c: str


def skeleton(text: str) -> str:
    """Return the skeleton of a text (UTS #39, 4), without case and spaces; texts that look alike have the same one."""
    return _skeleton_of(_parts(text))


def skeleton_of_any_case(text: str) -> str:
    """Return the skeleton of a lower-case text, with letters that look Latin only in upper case taken as Latin."""
    return _skeleton_of(_parts(text).translate(_capitals()))


def _parts(text: str) -> str:
    return unicodedata.normalize("NFD", with_few_marks(without_ignored(text)))


def _skeleton_of(parts: str) -> str:
    prototypes = _prototypes()
    shown = "".join(prototypes.get(character, character) for character in parts if not character.isspace())
    return unicodedata.normalize("NFD", shown).casefold()


@cache
def _capitals() -> dict[int, str]:
    """Map each lower-case letter whose upper case looks like one of A to Z to that letter in lower case."""
    return {
        ord(character.lower()): prototype.lower()
        for character, prototype in _prototypes().items()
        if len(character.lower()) == 1 and len(prototype) == 1 and "A" <= prototype <= "Z"
    }


@cache
def _prototypes() -> dict[str, str]:
    """Map each character that looks like something else to that.

    The library has each pair in both directions. A character that looks like several others is the one that they are
    mapped to; of two that look only like each other, the first is mapped to the second. Its module would keep 6 MB, so
    only its file is read.
    """
    data = files("confusable_homoglyphs").joinpath("confusables.json").read_bytes()
    found: dict[str, str] = {}
    for entry, alike in msgspec.json.decode(data, type=dict[str, list[_Alike]]).items():
        character = entry.strip(_MARK)
        if len(alike) == 1 and len(character) == 1:
            prototype = alike[0].c.strip(_MARK)
            if found.get(prototype) != character:
                found[character] = prototype
    return found


@cache
def _shared() -> dict[str, set[str]]:
    """Map each prototype to the scripts of the letters that look like it, including its own."""
    found: dict[str, set[str]] = {}
    for character, prototype in _prototypes().items():
        if character.isalpha():
            found.setdefault(prototype, {_script(prototype[0])}).add(_script(character))
    return found


def foreign_letter(name: str) -> str | None:
    """Describe what is wrong with a name that has a word in two scripts that looks like a word in one; None: nothing.

    That is so if a letter looks like a letter of another script in the word. A word in two alphabets is always wrong,
    except Latin with Greek.
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
