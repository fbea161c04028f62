"""Makes other people's texts safe to show.

Control characters, lone surrogates and direction overrides could hide, forge or reverse the text beside them. In a text
each of them is shown as U+FFFD. In a name, where they have no legitimate use, they are removed.
"""

import re
import unicodedata
from typing import Final

from muca.model.characters import is_blank

_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")
_JOINERS: Final = "\u200c\u200d"
"""Zero-width (non-)joiner: Persian, Indic scripts and emoji need them."""
NAMELESS: Final = "(no name)"


def legible_text(text: str) -> str:
    """Return a text that is safe to show: line feeds for line breaks, U+FFFD for unsafe characters."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def legible_name(name: str) -> str:
    """Return a nickname or UID that is safe to show: one line without invisible characters, never empty."""
    kept = (
        " " if character.isspace() else character
        for character in name
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    shown = " ".join("".join(kept).split())
    return NAMELESS if is_blank(shown) else shown


def shorten(text: str, chars_max: int) -> str:
    """Shorten a text to at most ``chars_max`` (>= 1) characters, with … at the end."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"
