"""Which UIDs, nicknames and titles are valid, when two of them are the same, and when they look alike.

Names are *the same* (``nickname_key``) if they differ only in case, width, composition or spaces between words. TO,
mentions and searches compare names in this way. Names *look alike* (``looks_of``) if their skeletons (UTS #39) are
equal, ignoring spaces. This only protects the names of accounts and rooms: "Li" and "Ll" are two people.

``name_fault`` checks every name. ``new_name_fault`` and ``new_uid_fault`` check new names more strictly; names from
before these rules remain valid.
"""

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import regex
from precis_i18n import get_profile

from muca.model.characters import with_few_marks, without_ignored
from muca.model.confusables import foreign_letter, skeleton, skeleton_of_any_case

_PICTURE: Final = r"[\p{Emoji}--[0-9#*]](?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?"
_EMOJI: Final = regex.compile(
    rf"(?V1)\p{{RI}}{{2}}|[0-9#*]\uFE0F?\u20E3|\U0001F3F4[\U000E0030-\U000E007A]{{3,6}}\U000E007F"
    rf"|{_PICTURE}(?:\u200D{_PICTURE})*"
)
"""An emoji by UTS #51: a flag, a keycap, the flag of a region within a country, or joined pictographs."""
_JOINING: Final = r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Adlam}\p{Mandaic}]"
_NEEDED: Final = regex.compile(
    rf"(?<=\p{{ccc=9}})[\u200C\u200D]|[\u200C\u200D](?=\p{{ccc=9}})|(?<={_JOINING})\u200C(?={_JOINING})"
    r"|(?<=\p{Han})[\uFE00-\uFE02\U000E0100-\U000E01EF]|(?<=\p{Mongolian})[\u180B-\u180D\u180F]"
)
"""Invisible characters that a script needs: joiners next to a virama and between joining letters (RFC 5892,
appendix A), and variation selectors after Chinese characters and Mongolian letters."""
_NOT_SHOWN: Final = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC]")
_SHOWN: Final = regex.compile(
    r"(?V1)[[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]--[\p{Default_Ignorable_Code_Point}\u2800\uFFFC]]"
)
_NO_CHARACTER: Final = regex.compile(r"(?V1)[[\p{Cn}\p{Co}]--\p{Extended_Pictographic}]")
"""Unassigned and private-use characters, except code points reserved for emoji of later versions."""
_MARK: Final = regex.compile(r"\p{M}")
_MARKS_MAX: Final = 4
"""Marks allowed on one letter (UTS #39, 5.4)."""
_HEAP: Final = regex.compile(rf"[\p{{Mn}}\p{{Me}}]{{{_MARKS_MAX + 1}}}")


def name_fault(name: str, chars_max: int) -> str | None:
    """Describe what is wrong with a UID or nickname; None: nothing.

    A name has 1 to ``chars_max`` characters and is not blank. It has no character that controls a terminal, a log or
    the direction of text (Unicode categories Cc, Cs, Zl, Zp, and Cf except joiners and in emoji).
    """
    if not name or name.isspace():
        return "is empty"
    if len(name) > chars_max:
        return f"has {len(name)} characters, at most {chars_max} are allowed"
    for character in name if name.isascii() else _EMOJI.sub("", name):
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Zl", "Zp"} or (category == "Cf" and character not in "\u200c\u200d"):
            return f"contains the character U+{ord(character):04X}, which a name cannot have"
    return None


def new_name_fault(name: str, chars_max: int) -> str | None:
    """Describe what is wrong with a new nickname or title; None: nothing.

    In addition to ``name_fault``: the name must have visible characters. It must not have invisible ones, unless a
    script or an emoji needs them. All characters must be assigned and not for private use. No letter has more than
    4 marks, and no word mixes scripts with letters that look alike.
    """
    fault = name_fault(name, chars_max)
    if fault is not None or name.isascii():
        return fault
    hidden = _NOT_SHOWN.search(_NEEDED.sub("", _EMOJI.sub("", name)))
    if hidden is not None:
        return f"contains the character U+{ord(hidden[0]):04X}, which is invisible; remove it"
    unknown = _NO_CHARACTER.search(name)
    if unknown is not None:
        return f"contains the character U+{ord(unknown[0]):04X}, which a name cannot have"
    if _SHOWN.search(name) is None:
        return "has no letter, digit or sign; add one"
    if _MARK.match(name) is not None:
        return f"begins with the character U+{ord(name[0]):04X}, a combining mark; put a letter before it"
    if _HEAP.search(unicodedata.normalize("NFD", name)) is not None:
        return f"has a letter with more than {_MARKS_MAX} marks; remove some"
    return foreign_letter(name)


DELETED: Final = "Deleted account"
"""The nickname of deleted accounts."""
OPERATOR: Final = "-"
"""Represents the server's operator in the audit log. It cannot be a UID."""


_RESERVED: Final = (DELETED, "room")
"""Names that cannot be taken: "@room" mentions everybody in a room."""


def uid_fault(uid: str, chars_max: int) -> str | None:
    """Describe what is wrong with a UID; None: nothing. It must be a valid name, and not the operator's."""
    fault = name_fault(uid, chars_max)
    return "is reserved" if fault is None and uid.strip() == OPERATOR else fault


def new_uid_fault(uid: str, chars_max: int) -> str | None:
    """Describe what is wrong with a new UID; None: nothing.

    UIDs are compared exactly, so variants that look the same must not be possible: a UID has only single spaces, none
    at its ends, and composed letters (NFC).
    """
    fault = uid_fault(uid, chars_max) or new_name_fault(uid, chars_max)
    if fault is None and uid != " ".join(uid.split()):
        return "has a space at its beginning or end, two spaces in a row, or a space other than U+0020; remove it"
    if fault is None and not unicodedata.is_normalized("NFC", uid):
        return "has decomposed letters; write them composed (NFC)"
    return fault


_PROFILE: Final = get_profile("NicknameCaseMapped")
_LONG_CHARS: Final = 1_024
"""A longer string cannot be a name and is not processed."""


def nickname_key(nickname: str) -> str:
    """Return the key by which nicknames are compared: it ignores case, width, composition and spaces.

    The key is that of the Nickname profile of PRECIS (RFC 8266, RFC 8264), without invisible characters. For a name
    with characters that the profile forbids, it is the case-folded NFKC form instead.
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


class Looks(NamedTuple):
    """What a name looks like. Two names look alike if they have one of these in common."""

    written: str
    folded: str
    """Regardless of case: "I" looks like "l" and is also an "i"; "н" in upper case looks like "H"."""


@lru_cache(maxsize=16_384)
def looks_of(name: str) -> Looks:
    """Return what a name looks like. Names that are the same also look alike."""
    return Looks(skeleton(name), skeleton_of_any_case(nickname_key(name)))


def reserved_fault(name: str) -> str | None:
    """Return a fault if a nickname or UID looks like a reserved name, otherwise None."""
    return "is reserved" if any(look_alike(name, reserved) for reserved in _RESERVED) else None


def look_alike(one: str, other: str) -> bool:
    """Return whether two names look alike."""
    return not set(looks_of(one)).isdisjoint(looks_of(other))
