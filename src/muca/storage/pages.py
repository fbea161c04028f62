"""The size of pages, the same in every store."""

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

REPORTED_BYTES_MAX: Final = 65_536
"""Approximate bytes of a report's texts as JSON: only the latest that fit are kept, and at least one."""

_T = TypeVar("_T")


def fitting(values: Iterable[_T], bytes_max: int) -> list[_T]:
    """Return the first values that fit into ``bytes_max`` as JSON, and at least one if there is one."""
    page: list[_T] = []
    for value in values:
        bytes_max -= len(msgspec.json.encode(value))
        if bytes_max < 0 and page:
            break
        page.append(value)
    return page
