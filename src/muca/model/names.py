"""What a UID or a nickname may look like, and when two nicknames look alike."""

import unicodedata
from functools import lru_cache
from typing import Final

from precis_i18n import get_profile

from muca.model.characters import with_few_marks, without_ignored

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
_LONG_CHARS: Final = 1_024
"""What is longer is nobody's name, and not worth the work."""


def nickname_key(nickname: str) -> str:
    """Give what two nicknames have in common that are the same: they differ in case, width, composition or spaces.

    This is the Nickname profile of PRECIS (RFC 8266, RFC 8264), without characters that are not shown. A name with
    other characters that it forbids gets what comes nearest: NFKC, folded.
    """
    return _key(nickname) if len(nickname) <= _LONG_CHARS else nickname


@lru_cache(maxsize=16_384)
def _key(nickname: str) -> str:
    if nickname.isascii() and nickname.isprintable():
        return " ".join(nickname.lower().split())
    bare = with_few_marks(without_ignored(nickname))
    try:
        return str(_PROFILE.enforce(bare))
    except UnicodeEncodeError:
        return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())
