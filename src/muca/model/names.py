"""What a UID, a nickname or a title may be, when two of them are the same, and when they look alike.

Names are *the same* (``nickname_key``) if they differ in case, width, composition or spaces between words: so they are
found in TO, mentions and searches. They *look alike* (``looks_of``) by the skeletons of UTS #39, spaces apart: this
protects the names of accounts and rooms, and finds nobody. "Li" and "Ll" are two people.

``name_fault`` says what no name has. ``new_name_fault`` and ``new_uid_fault`` say what no new one has; whoever has such
a name since before there were these rules keeps it.
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
"""What UTS #51 calls an emoji: a flag, a keycap, the flag of a part of a country, pictures that are joined."""
_JOINING: Final = r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Adlam}\p{Mandaic}]"
_NEEDED: Final = regex.compile(
    rf"(?<=\p{{ccc=9}})[\u200C\u200D]|[\u200C\u200D](?=\p{{ccc=9}})|(?<={_JOINING})\u200C(?={_JOINING})"
    r"|(?<=\p{Han})[\uFE00-\uFE02\U000E0100-\U000E01EF]|(?<=\p{Mongolian})[\u180B-\u180D\u180F]"
)
"""What is not shown and a script needs: joiners beside a virama and between letters that join (RFC 5892, appendix A),
and variants of Chinese characters and Mongolian letters."""
_NOT_SHOWN: Final = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC]")
_SHOWN: Final = regex.compile(
    r"(?V1)[[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]--[\p{Default_Ignorable_Code_Point}\u2800\uFFFC]]"
)
_NO_CHARACTER: Final = regex.compile(r"(?V1)[[\p{Cn}\p{Co}]--\p{Extended_Pictographic}]")
"""What Unicode has not assigned, or leaves to private use; emoji of a later version are welcome."""
_MARK: Final = regex.compile(r"\p{M}")
_MARKS_MAX: Final = 4
"""On one letter (UTS #39, 5.4)."""
_HEAP: Final = regex.compile(rf"[\p{{Mn}}\p{{Me}}]{{{_MARKS_MAX + 1}}}")


def name_fault(name: str, chars_max: int) -> str | None:
    """Say what is wrong with a UID or nickname, or None when nothing is.

    A name has 1 to ``chars_max`` characters, not all of them blank, and none that controls a terminal, a log or the
    direction of text (Unicode categories Cc, Cf but for joiners and emoji, Cs, Zl, Zp).
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
    """Say what is wrong with a nickname or title that nobody has yet, or None when nothing is.

    Beside what ``name_fault`` says: it has something that is shown, and nothing that is not, unless a script or an
    emoji needs it; each character is assigned and for public use; no letter has more than 4 marks; and no word mixes
    scripts with letters that look alike.
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
"""What an account goes by that was deleted."""
OPERATOR: Final = "-"
"""Who has done it, in the audit log, when it was the operator of the server: nobody's UID."""


_RESERVED: Final = (DELETED, "room")
"""What nobody new goes by: "@room" mentions everybody in a room."""


def uid_fault(uid: str, chars_max: int) -> str | None:
    """Say what is wrong with a UID, or None when nothing is: a name, and not the operator's."""
    fault = name_fault(uid, chars_max)
    return "is reserved" if fault is None and uid.strip() == OPERATOR else fault


def new_uid_fault(uid: str, chars_max: int) -> str | None:
    """Say what is wrong with a UID that nobody has yet, or None when nothing is.

    As UIDs are compared exactly, nothing in one can be seen and not told apart: its spaces are single and within, and
    its letters are composed (NFC).
    """
    fault = uid_fault(uid, chars_max) or new_name_fault(uid, chars_max)
    if fault is None and uid != " ".join(uid.split()):
        return "has a space at its beginning or end, two spaces in a row, or a space other than U+0020; remove it"
    if fault is None and not unicodedata.is_normalized("NFC", uid):
        return "has decomposed letters; write them composed (NFC)"
    return fault


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


class Looks(NamedTuple):
    """What a name looks like. Two names look alike if they have one of these in common."""

    written: str
    folded: str
    """In any case: "I" looks like "l", and is an "i", too; "н" looks like "H" in capitals."""


@lru_cache(maxsize=16_384)
def looks_of(name: str) -> Looks:
    """Give what a name looks like. Same names look alike."""
    return Looks(skeleton(name), skeleton_of_any_case(nickname_key(name)))


def reserved_fault(name: str) -> str | None:
    """Say that a nickname or UID is reserved if it looks like what means something else, or None if it does not."""
    return "is reserved" if any(look_alike(name, reserved) for reserved in _RESERVED) else None


def look_alike(one: str, other: str) -> bool:
    """Say whether two names look alike."""
    return not set(looks_of(one)).isdisjoint(looks_of(other))
