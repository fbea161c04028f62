"""What a UID or a nickname may look like, and when two nicknames look alike."""

import unicodedata
from functools import lru_cache
from typing import Final

from precis_i18n import get_profile

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


OPERATOR: Final = "-"
"""Who has done it, in the audit log, when it was the operator of the server: nobody's UID."""


def uid_fault(uid: str, chars_max: int) -> str | None:
    """Say what is wrong with a UID, or None when nothing is: a name, and not the operator's."""
    fault = name_fault(uid, chars_max)
    return "is reserved" if fault is None and uid.strip() == OPERATOR else fault


_PROFILE: Final = get_profile("NicknameCaseMapped")
_JOINERS: Final = str.maketrans("", "", "".join(_HARMLESS_FORMAT))


@lru_cache(maxsize=16_384)
def nickname_key(nickname: str) -> str:
    """Give what two nicknames have in common that look alike: by case, width, composition or spaces.

    This is the Nickname profile of PRECIS (RFC 8266, RFC 8264), without the joiners that it forbids and emoji need. A
    name with other characters that it forbids gets what comes nearest: NFKC, folded.
    """
    bare = nickname.translate(_JOINERS)
    try:
        return str(_PROFILE.enforce(bare))
    except UnicodeEncodeError:
        return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())
