"""Mentions: the list of names after ``@``, and what is sent for the names that were chosen from it.

A chosen name is sent with its position and the UID, so that two people with the same name cannot be confused. Names
that were only typed are left to the server, which knows everybody in the room.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec
import regex

from muca.model.events import Reach
from muca.model.ids import Uid
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.matching import fold
from muca.model.mentions import AT_SIGNS, EVERYONE, ROOM_NAME, Mention, counted, goes_on, may_begin
from muca.model.rooms import Peer
from muca.ui.view.directory import Directory, by_name
from muca.ui.view.legible import legible_name, shorten
from muca.ui.view.recipients import Recipients, Resolution

SHOWN_MAX: Final = 8
"""Maximum number of rows in the list."""
QUERY_CHARS_MAX: Final = AnnouncedLimits().nickname_chars_max
NAMESAKE_CHARS_MAX: Final = 24
"""A longer nickname that several people share is shortened, to leave space for the user id."""

_SIGNS: Final = "".join(sorted(AT_SIGNS))
_BEGUN: Final = re.compile(rf"[{_SIGNS}]((?:[^\s{_SIGNS}:][^\n{_SIGNS}]{{0,{QUERY_CHARS_MAX - 1}}})?)\Z")
_NAMES_REMEMBERED_MAX: Final = 65_536
"""Number of names whose folded form is cached: nicknames and UIDs of a large server."""
_GAP: Final = regex.compile(r"[\s\p{P}]+")


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list."""

    put: str
    """The text to insert, with the ``@``."""
    uid: Uid
    """The person mentioned; ``EVERYONE`` for everyone in the room."""
    title: str
    detail: str


def name_begun(before: str) -> str | None:
    """Return the beginning of a name before the cursor, without its ``@``; None if there is none."""
    begun = _BEGUN.search(before)
    return begun[1] if begun is not None and may_begin(before, begun.start(), 0) else None


def suggest(query: str, resolution: Resolution, directory: Directory) -> list[Suggestion]:
    """Return the people whom a text to these recipients can mention; at most ``SHOWN_MAX``, best match first."""
    is_private = isinstance(resolution, Recipients) and resolution.reach is Reach.PRIVATE
    readers = _readers(resolution, directory)
    begun = fold(query)
    ranked = [(rank, peer) for peer in readers if (rank := _rank(peer, begun)) is not None]
    ranked.sort(key=lambda pair: pair[0])
    has_room = not is_private and ROOM_NAME.startswith(begun)
    people = [peer for _, peer in ranked[: SHOWN_MAX - has_room]]
    everyone = [*readers, directory.own, *directory.others_here(), *directory.away().values()]
    alike = Counter(_beginnings(peer.nickname)[0] for peer in {peer.uid: peer for peer in everyone}.values())
    shown = [_person(peer, is_namesake=alike[_beginnings(peer.nickname)[0]] > 1) for peer in people]
    room = Suggestion(put=f"@{ROOM_NAME}", uid=EVERYONE, title=f"@{ROOM_NAME}", detail="everyone in the room")
    return [*shown, room] if has_room else shown


def chosen_places(text: str, chosen: Mapping[str, Uid]) -> tuple[Mention, ...] | None:
    """Return the positions of chosen names in a text, for ``send``. ``chosen``: UIDs by the text that was inserted.

    None if nothing was chosen, or if a name was typed or changed; the server then looks for names.
    """
    longest_first = sorted(chosen, key=len, reverse=True)

    def chosen_at(begin: int) -> tuple[int, Uid] | None:
        ends = ((begin + len(put), chosen[put]) for put in longest_first if text.startswith(put, begin))
        return next((found for found in ends if not goes_on(text, found[0])), None)

    places: list[Mention] = []
    for begin, named in counted(text, chosen_at):
        if named is None or len(places) == Limits().mentions_max:
            return None
        end, uid = named
        places.append(Mention(uid=uid or None, room=not uid, begin=begin, length=end - begin))
    return tuple(places) or None


def _readers(resolution: Resolution, directory: Directory) -> list[Peer]:
    """Return the people who will read it, except the user; for a named room, the loaded members."""
    if isinstance(resolution, Recipients) and resolution.peers:
        return list(resolution.peers)
    if isinstance(resolution, Recipients) and resolution.reach is Reach.ROOM:
        assert resolution.room is not None
        others = directory.members.of(resolution.room) - {directory.own.uid}
        peers = by_name(map(directory.peer, others))
        return sorted(peers, key=lambda peer: peer.uid not in directory.here)
    return [*directory.others_here(), *by_name(directory.away().values())]


def _rank(peer: Peer, begun: str) -> int | None:
    """Return how well a person matches: by the nickname, by a later word of it, by the UID, or None."""
    name, *later = _beginnings(peer.nickname)
    if name.startswith(begun):
        return 0
    if any(rest.startswith(begun) for rest in later):
        return 1
    return 2 if _beginnings(peer.uid)[0].startswith(begun) else None


def _person(peer: Peer, *, is_namesake: bool) -> Suggestion:
    nickname, uid = legible_name(peer.nickname), legible_name(peer.uid)
    title = shorten(nickname, NAMESAKE_CHARS_MAX) if is_namesake else nickname
    return Suggestion(put=f"@{uid if is_namesake else nickname}", uid=peer.uid, title=title, detail=uid)


@lru_cache(_NAMES_REMEMBERED_MAX)
def _beginnings(name: str) -> tuple[str, ...]:
    """Return a folded name, and its remainders from each later word on."""
    folded = fold(legible_name(name))
    return folded, *(folded[gap.end() :] for gap in _GAP.finditer(folded))
