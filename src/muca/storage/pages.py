"""The size of pages, the same in every store."""

from collections.abc import Iterable
from itertools import accumulate, islice
from typing import Final, TypeVar

import msgspec

from muca.model.changes import ListRooms
from muca.model.facts import Wanted
from muca.model.ids import Seq

REPORTED_BYTES_MAX: Final = 65_536
"""Approximate bytes of a report's texts as JSON: only the latest that fit are kept, and at least one."""

_T = TypeVar("_T")


def fitting_rooms(members: Iterable[int], change: ListRooms) -> int:
    """Tell how many rooms with so many members fit into the page that is asked for: at least one if there is one."""
    sums = accumulate(members)
    return sum(
        place == 0 or so_far <= change.members_max for place, so_far in enumerate(islice(sums, change.rooms_max))
    )


def newest_of(messages: Iterable[tuple[Seq, str, _T]], wanted: Wanted) -> tuple[dict[Seq, _T], bool]:
    """Return ``Facts.messages`` and ``Facts.more_messages``. ``messages``: the author's, with texts, newest first."""
    found: dict[Seq, _T] = {}
    chars = 0
    for seq, text, counted in messages:
        chars += len(text)
        if len(found) >= wanted.messages_max or (found and chars > wanted.chars_max):
            return found, True
        found[seq] = counted
    return found, False


def fitting(values: Iterable[_T], bytes_max: int) -> list[_T]:
    """Return the first values that fit into ``bytes_max`` as JSON, and at least one if there is one."""
    page: list[_T] = []
    for value in values:
        bytes_max -= len(msgspec.json.encode(value))
        if bytes_max < 0 and page:
            break
        page.append(value)
    return page
