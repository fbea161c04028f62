"""What a UID or a nickname may look like."""

import unicodedata
from typing import Final

_HARMLESS_FORMAT: Final = frozenset("\u200c\u200d")
"""Zero-width (non-)joiner: format characters that Persian, Indic scripts and emoji need."""


def name_fault(name: str, chars_max: int) -> str | None:
    """Say what is wrong with a UID or nickname, or None when nothing is.

    A name has 1 to ``chars_max`` characters, not all of them blank, and none that controls a terminal, a log or the
    direction of text (Unicode categories Cc, Cf but for the joiners, Cs, Zl, Zp).
    """
    if not name or name.isspace():
        return "is empty"
    if len(name) > chars_max:
        return f"has {len(name)} characters, at most {chars_max} are allowed"
    for character in name:
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Zl", "Zp"} or (category == "Cf" and character not in _HARMLESS_FORMAT):
            return f"contains the character U+{ord(character):04X}, which a name cannot have"
    return None
