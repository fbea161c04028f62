r"""The query language of SEARCH.

- ``word`` matches in the text or in the name of a file, also as a part of a longer word. With several words, all must
  match. ``"two words"`` matches the phrase.
- ``from:`` needs a user id or nickname, ``in:`` a room's id or title; quote it if it contains a space:
  ``from:"Tony Smith"``. If a filter is given several times, any of its values may match.
- ``before:2024-05-31``, ``after:2024-05-31``: on the days before or after that day, in the client's time zone.
- ``has:link``: messages that contain a link; ``has:file``: messages with a file.

Quote a word that looks like a filter: ``"note:this"``. Quotation marks may be straight or curly. Within straight ones,
``\"`` is a quotation mark and ``\\`` a backslash. A quotation that is not closed extends to the end.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from muca.model.matching import fold


class Terms(NamedTuple):
    """A parsed query. Times are UTC milliseconds."""

    words: tuple[str, ...] = ()
    """Words, parts of words and phrases, all of which must match."""
    senders: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    before_ms: int | None = None
    """Written before this."""
    after_ms: int | None = None
    """Written at this time or later."""
    has_link: bool = False
    has_file: bool = False


class QueryFault(NamedTuple):
    """The query cannot be parsed."""

    explanation: str
    """A sentence for the person who wrote it."""


_TERM: Final = re.compile(
    r"""(?:(?P<filter>[A-Za-z]+):(?!:|//))?"""
    r"""(?:"(?P<quoted>(?:[^"\\]|\\.|\\$)*)"?|[“”„](?P<curly>[^“”]*)[“”]?|(?P<bare>\S*))""",
    re.DOTALL,
)
"""A word or phrase, with the filter before it. ``std::map`` and ``https://…`` have none."""
_ESCAPED: Final = re.compile(r'\\(["\\])')

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_MS: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET: Final = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_ZONE: Final = re.compile(r"(?!Factory)[A-Z][A-Za-z0-9+_-]{0,31}(?:/[A-Za-z0-9][A-Za-z0-9+_-]{0,31}){0,2}")
"""The time zone database also contains ``Factory``, which is not a zone, and lower-case names of local copies."""

_FILTERS: Final = {
    "from": "a user id or nickname",
    "in": "a room's id or title",
    "before": "a day, as in before:2024-05-31",
    "after": "a day, as in after:2024-05-31",
    "has": "link or file, as in has:link",
}
"""Every filter, and the value that it needs."""


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone by its name in RFC 9557: ``Europe/Berlin``, ``+02:00`` or ``Z``; None: it does not exist."""
    if name == "Z":
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(ahead if offset[1] == "+" else -ahead)
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a folder of zones has this name
        return None


def parse_query(query: str, zone: tzinfo = UTC) -> Terms | QueryFault:
    """Parse a query, or explain what is wrong with it. ``zone``: the time zone of its days."""
    words: list[str] = []
    values: dict[str, list[str]] = {name: [] for name in _FILTERS}
    for term in _TERM.finditer(query):
        name = (term["filter"] or "").lower()
        quoted = _ESCAPED.sub(r"\1", term["quoted"] or "")
        value = (quoted or term["curly"] or term["bare"] or "").strip()
        if name in values:
            if not value:
                return QueryFault(f"“{name}:” needs {_FILTERS[name]} directly after it, without a space.")
            values[name].append(value)
        elif name and value:
            known = ", ".join(f"{each}:" for each in _FILTERS)
            return QueryFault(f"There is no filter “{name}:”, only {known}. To find the words, put them in quotes.")
        elif name:
            words.append(f"{term['filter']}:")  # a mere “Note:”, also before an empty quotation
        elif fold(value).strip():
            words.append(value)
    return _terms(words, values, zone)


def _terms(words: list[str], values: dict[str, list[str]], zone: tzinfo) -> Terms | QueryFault:
    for value in values["has"]:
        if value.lower() not in {"link", "file"}:
            return QueryFault(f"“has:” needs {_FILTERS['has']}, not “{value}”.")
    days: dict[str, list[date]] = {}
    for name in ("before", "after"):
        days[name] = [day for value in values[name] if (day := _day_of(value)) is not None]
        if len(days[name]) < len(values[name]):
            return QueryFault(f"“{name}:” needs {_FILTERS[name]}, and the day must exist.")
    has = {value.lower() for value in values["has"]}
    terms = Terms(
        words=tuple(words),
        senders=tuple(values["from"]),
        rooms=tuple(values["in"]),
        before_ms=_begin_ms(min(days["before"]), zone) if days["before"] else None,
        after_ms=_end_ms(max(days["after"]), zone) if days["after"] else None,
        has_link="link" in has,
        has_file="file" in has,
    )
    return terms if terms != Terms() else QueryFault("There is nothing to search for: give a word or a filter.")


def _day_of(value: str) -> date | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _begin_ms(day: date, zone: tzinfo) -> int:
    """Return when a day begins. If clocks skip its midnight, it begins with its first hour."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (begin - _EPOCH) // timedelta(milliseconds=1)


def _end_ms(day: date, zone: tzinfo) -> int:
    return _begin_ms(day + timedelta(days=1), zone) if day < date.max else _begin_ms(day, zone) + _DAY_MS
