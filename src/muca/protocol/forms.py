"""What is right for every field of every request, in words and as a check.

A new request needs no code here, only a form for each field that no request had before. msgspec checks the types; a
form has the bounds. Rules that need to know more than the frame itself (who is joined, what a name may look like) are
the core's.
"""

import re
from collections.abc import Callable, Sized
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, get_args

from muca.model.limits import Limits
from muca.model.requests import Request
from muca.model.roles import Role

COMMANDS: Final = tuple(sorted(str(kind.__struct_config__.tag) for kind in get_args(Request)))
"""Every ``CMD`` that a v2 client may send."""

SEQ_MAX: Final = 2**63 - 1
"""What a store can count to."""

ROOM_CHARS_MAX: Final = 64
DEVICE_CHARS_MAX: Final = 64
ADDRESS_CHARS_MAX: Final = 64
ZONE_CHARS_MAX: Final = 64
CURSOR_CHARS_MAX: Final = 2_048
SECONDS_MAX: Final = 315_360_000
"""Ten years: what lasts longer is lifted by hand."""

Bound: TypeAlias = Callable[[Limits], int]


class Form(Protocol):
    """What is right for one field."""

    def words(self, limits: Limits) -> str:
        """Say it, to go on from "must be"."""

    def fits(self, value: Any, limits: Limits) -> bool:
        """Check a value of the right type."""


class Anything(NamedTuple):
    """Whatever its type allows; if there is more to it, the core knows."""

    what: str

    def words(self, limits: Limits) -> str:
        """Say it."""
        return self.what

    def fits(self, value: Any, limits: Limits) -> bool:
        """Check nothing."""
        return True


class Text(NamedTuple):
    """A string of so many characters, without some."""

    most: Bound
    least: int = 1
    without: tuple[re.Pattern[str], str] | None = None
    what: str = "a string"

    def words(self, limits: Limits) -> str:
        """Say it."""
        length = f"{self.what} of {self.least} to {self.most(limits)} characters"
        return length if self.without is None else f"{length}, without {self.without[1]}"

    def fits(self, value: str, limits: Limits) -> bool:
        """Check length and characters."""
        if not self.least <= len(value) <= self.most(limits):
            return False
        return self.without is None or self.without[0].search(value) is None


class Number(NamedTuple):
    """A whole number within bounds."""

    least: int
    most: int | None = None

    def words(self, limits: Limits) -> str:
        """Say it."""
        return (
            f"a whole number, {self.least} or more"
            if self.most is None
            else f"a whole number from {self.least} to {self.most}"
        )

    def fits(self, value: int, limits: Limits) -> bool:
        """Check the bounds."""
        return value >= self.least and (self.most is None or value <= self.most)


class Several(NamedTuple):
    """A list of at most so many."""

    most: Bound
    what: str

    def words(self, limits: Limits) -> str:
        """Say it."""
        return f"a list of at most {self.most(limits)} {self.what}"

    def fits(self, value: Sized, limits: Limits) -> bool:
        """Check how many there are."""
        return len(value) <= self.most(limits)


def _limit(name: str) -> Bound:
    return attrgetter(name)


def _exactly(bound: int) -> Bound:
    return lambda _: bound


_NUL: Final = (re.compile("\0"), "U+0000")
_UNRULY: Final = (
    re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"),
    "control characters, line separators and characters that change the direction of text",
)
"""What is shown in one line with other things has none of these: embeddings, overrides and isolates (UAX #9) turn what
stands beside them, too. The marks U+200E, U+200F and U+061C do not."""
_SPACE: Final = (re.compile(r"[\s\0-\x1f\x7f-\x9f]"), "spaces and control characters")

_SECRET: Final = Text(_limit("secret_chars_max"))
_PASSWORD: Final = Text(_limit("announced.password_chars_max"))
_UID: Final = Text(_limit("announced.uid_chars_max"), what="a user id")
_NEW_UID: Final = Anything("a string, the user id")
_PLACE: Final = Number(0, SEQ_MAX)
_COUNTED: Final = Number(1, SEQ_MAX)
_SWITCH: Final = Anything("true or false")

FORMS: Final[dict[str, Form]] = {
    "CMD": Anything("one of " + ", ".join(COMMANDS)),
    "ID": Text(_limit("announced.request_id_chars_max")),
    "RE": Anything("a string, the ID of the PING"),
    # Who
    "UN": Anything("a string, the nickname"),
    "UID": _UID,
    "JOIN UID": _NEW_UID,
    "REGISTER UID": _NEW_UID,
    "V": Number(2),
    "TOKEN": _SECRET,
    "SESSION": _SECRET,
    "PASSWORD": _PASSWORD,
    "OLD": _PASSWORD,
    "NEW": _PASSWORD,
    "CODE": _SECRET,
    "DEVICE": Text(_exactly(DEVICE_CHARS_MAX), without=_UNRULY),
    "REVOKE DEVICE": _COUNTED,
    "ROLE": Anything("one of " + ", ".join(role for role in Role if role is not Role.GUEST)),
    "ADDRESS": Text(_exactly(ADDRESS_CHARS_MAX), what="an address or range of addresses, a string"),
    "WITH_ADDRESS": _SWITCH,
    "AWAY": _SWITCH,
    # What is said
    "MSG": Text(_limit("announced.text_chars_max"), without=_NUL),
    "SEND MSG": Text(_limit("announced.text_chars_max"), least=0, without=_NUL),
    "FILES": Several(_limit("announced.files_max"), what="strings, files that were uploaded"),
    "MENTIONS": Several(_limit("mentions_max"), what="objects with BEGIN, LENGTH, and UID or ROOM true"),
    "TO": Anything("a list of strings, user ids or nicknames"),
    "ROOM": Text(_exactly(ROOM_CHARS_MAX), what="a room's id"),
    "SEQ": _COUNTED,
    "READ SEQ": _PLACE,
    "BACK": _SWITCH,
    "REPLY_TO": _COUNTED,
    "EMOJI": Text(_limit("announced.emoji_chars_max"), without=_SPACE),
    "REASON": Text(_limit("announced.reason_chars_max"), least=0, without=_UNRULY),
    # What is read
    "AFTER": _PLACE,
    "ROOMS AFTER": Text(_exactly(CURSOR_CHARS_MAX), what="the NEXT of the page before, a string"),
    "MEMBERS AFTER": _UID,
    "BEFORE": _PLACE,
    "AROUND": _PLACE,
    "AT": _PLACE,
    "LIMIT": Number(1),
    "QUERY": Text(_limit("announced.query_chars_max"), without=_NUL),
    "ZONE": Text(_exactly(ZONE_CHARS_MAX), what="a time zone, a string"),
    "OWN": _SWITCH,
    "MATCH": Text(_limit("announced.query_chars_max"), least=0, without=_NUL),
    # What rooms are like
    "TITLE": Text(_limit("announced.title_chars_max"), without=_UNRULY),
    "TOPIC": Text(_limit("announced.topic_chars_max"), least=0, without=_UNRULY),
    "PRIVATE": _SWITCH,
    "READ_ONLY": _SWITCH,
    "ARCHIVED": _SWITCH,
    "SLOW_SECONDS": Number(0, 86_400),
    "KEEP_DAYS": Number(0, 36_500),
    "KEEP_EVENTS": Number(0, 1_000_000_000),
    # What is handed out
    "SECONDS": Number(1, SECONDS_MAX),
    "USES": Number(1, 1_000),
    "REPORT": _COUNTED,
    "INVITATION": _COUNTED,
}
"""By field; where a request means something else by it, by request and field."""


def form_of(command: str | None, field: str) -> Form:
    """Return the form of a field of a request."""
    return FORMS.get(f"{command} {field}") or FORMS[field]
