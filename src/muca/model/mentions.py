"""Mentions: ``@nickname``, ``@uid`` and ``@room`` in a text.

Rules:

1. An ``@`` counts where no letter or digit stands before it, so that addresses of mail are no mentions.
2. A name may have spaces, so the text does not say where it ends. Each place where it could end is a candidate: after
   one to four words of the line, with punctuation at the end or without. The longest one that somebody goes by wins.
3. All who go by it are meant: with that very UID, or with a nickname that looks alike (``nickname_key``).
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from muca.model.ids import Uid
from muca.model.names import nickname_key

_ROOM: Final = re.compile(r"(?<!\w)@room(?!\w)", re.IGNORECASE)
_AT: Final = re.compile(r"(?<!\w)@(?=[^\s@])")
_WORDS_MAX: Final = 4
_NAME_CHARS_MAX: Final = 128
"""Of a UID; nicknames are shorter."""
_CANDIDATES_MAX: Final = 8
"""For one ``@``, the shortest ones: four words and some punctuation."""
_WORDS: Final = re.compile(rf"\S+(?:[^\S\n\r]+\S+){{0,{_WORDS_MAX - 1}}}")
_END: Final = re.compile(r"(?<=\S)(?=\W|$)")


def mentions_room(text: str) -> bool:
    """Say whether everyone in the room is meant: ``@room``, as a word, in any case."""
    return "@" in text and _ROOM.search(text) is not None


def mention_candidates(text: str, mentions_max: int) -> tuple[tuple[str, ...], ...]:
    """Give for each ``@``, the first ``mentions_max`` of them, what the name after it may be, the longest first."""
    if "@" not in text:
        return ()
    found: list[tuple[str, ...]] = []
    for at in _AT.finditer(text):
        if len(found) == mentions_max:
            break
        words = _WORDS.match(text, at.end(), at.end() + _NAME_CHARS_MAX)
        if words is not None:
            ends = [end.start() for end in _END.finditer(words[0]) if end.start()][:_CANDIDATES_MAX]
            found.append(tuple(words[0][:end] for end in reversed(ends)))
    return tuple(found)


def resolve_mentions(
    candidates: tuple[tuple[str, ...], ...],
    uids: Collection[Uid],
    by_nickname: Mapping[str, Collection[Uid]],
    mentions_max: int,
) -> tuple[Uid, ...]:
    """Give who is meant, in the order of the text, those of one name in order of UID; at most ``mentions_max``.

    ``uids`` and, by ``nickname_key``, ``by_nickname`` are the people who may read the room; others can be missing.
    """
    mentioned: dict[Uid, None] = {}
    for names in candidates:
        for name in names:
            people = set(by_nickname.get(nickname_key(name), ()))
            if name in uids:
                people.add(name)
            if people:
                mentioned |= dict.fromkeys(sorted(people))
                break
    return tuple(mentioned)[:mentions_max]
