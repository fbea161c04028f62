"""How much fits into a page: the same for every store."""

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

REPORTED_BYTES_MAX: Final = 65_536
"""Bytes of the texts that a report keeps, as JSON, about: only the latest are kept that fit, and at least one."""

_T = TypeVar("_T")


def fitting(values: Iterable[_T], bytes_max: int) -> list[_T]:
    """Return the first of the values that fit into ``bytes_max`` as JSON, and at least one if there is one."""
    page: list[_T] = []
    for value in values:
        bytes_max -= len(msgspec.json.encode(value))
        if bytes_max < 0 and page:
            break
        page.append(value)
    return page
