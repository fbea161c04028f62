"""The language of SEARCH.

- ``word`` finds it in the text or in the name of a file, also as a part of a longer word; several words must all be
  there. ``"two words"`` finds them side by side.
- ``from:`` a user id or nickname, ``in:`` a room's id or title; ``from:"Tony Smith"`` where there is a blank in it.
  Given several times, any of them will do.
- ``before:2024-05-31``, ``after:2024-05-31``: on the days before or after that day, in UTC.
- ``has:link``: with a web address in it; ``has:file``: with a file.

A word that looks like a filter stands in quotes: ``"note:this"``. A quote that is not closed reaches to the end.
"""

import re
from datetime import date
from typing import Final, NamedTuple


class Terms(NamedTuple):
    """What is looked for. Times are UTC milliseconds."""

    words: tuple[str, ...] = ()
    """Words, parts of words and phrases, all of which must be in the text."""
    senders: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    before_ms: int | None = None
    """Written before this."""
    after_ms: int | None = None
    """Written at this time or later."""
    has_link: bool = False
    has_file: bool = False


class QueryFault(NamedTuple):
    """The query cannot be understood."""

    explanation: str
    """A sentence for the person who wrote it."""


_TERM: Final = re.compile(r'(?:(?P<filter>[A-Za-z]+):(?!:|//))?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S*))')
"""A word or phrase, with the filter before it. ``std::map`` and ``https://…`` have none."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1).toordinal()

_FILTERS: Final = {
    "from": "a user id or nickname",
    "in": "a room's id or title",
    "before": "a day, as in before:2024-05-31",
    "after": "a day, as in after:2024-05-31",
    "has": "link or file, as in has:link",
}
"""Every filter, and what comes after it."""


def parse_query(query: str) -> Terms | QueryFault:
    """Take a query apart. Whatever it is, it is understood or explained."""
    words: list[str] = []
    values: dict[str, list[str]] = {name: [] for name in _FILTERS}
    for term in _TERM.finditer(query):
        name = (term["filter"] or "").lower()
        value = (term["quoted"] or term["bare"] or "").strip()
        if name in values:
            if not value:
                return QueryFault(f"After «{name}:» comes, without a blank between, {_FILTERS[name]}.")
            values[name].append(value)
        elif name and value:
            known = ", ".join(f"{each}:" for each in _FILTERS)
            return QueryFault(f"There is no filter «{name}:», only {known}. To find the words, put them in quotes.")
        elif name:
            words.append(term[0])  # a mere «Note:»
        elif value:
            words.append(value)
    return _terms(words, values)


def _terms(words: list[str], values: dict[str, list[str]]) -> Terms | QueryFault:
    for value in values["has"]:
        if value.lower() not in {"link", "file"}:
            return QueryFault(f"After «has:» comes {_FILTERS['has']}; not «{value}».")
    days: dict[str, list[int]] = {}
    for name in ("before", "after"):
        days[name] = [day for value in values[name] if (day := _day_of(value)) is not None]
        if len(days[name]) < len(values[name]):
            return QueryFault(f"After «{name}:» comes {_FILTERS[name]}; every «{name}:» needs one that exists.")
    has = {value.lower() for value in values["has"]}
    terms = Terms(
        words=tuple(words),
        senders=tuple(values["from"]),
        rooms=tuple(values["in"]),
        before_ms=min(days["before"]) * _DAY_MS if days["before"] else None,
        after_ms=(max(days["after"]) + 1) * _DAY_MS if days["after"] else None,
        has_link="link" in has,
        has_file="file" in has,
    )
    return terms if terms != Terms() else QueryFault("There is nothing to look for: give a word or a filter.")


def _day_of(value: str) -> int | None:
    """Give a day's number, counted from 1970-01-01."""
    if not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value).toordinal() - _EPOCH
    except ValueError:
        return None
