"""What strangers write, made fit to show.

Control characters, lone surrogates and direction overrides could hide, forge or turn round what stands beside them.
In a text each of them is shown as U+FFFD; in a name, where there is no honest use for them, they are taken out.
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
    """Return a text as it may be shown: line feeds for line breaks, U+FFFD for unsafe characters."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def legible_name(name: str) -> str:
    """Return a nickname or UID as it may be shown: one line without invisible characters, never empty."""
    kept = (
        " " if character.isspace() else character
        for character in name
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    shown = " ".join("".join(kept).split())
    return NAMELESS if is_blank(shown) else shown


def shorten(text: str, chars_max: int) -> str:
    """Cut a text to at most ``chars_max`` (>= 1) characters, with … for what is missing."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"
