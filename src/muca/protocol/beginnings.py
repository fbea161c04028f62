"""How the first bytes of a connection choose what it speaks.

Every entry of ``BEGINNINGS`` has the words with which its connections begin. An entry is chosen as soon as no other can
follow any more, so the choice does not depend on how the bytes are cut, and takes at most the longest word. What begins
with none of the words is ``JSON``.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from muca.model.limits import Limits
from muca.protocol.dialect import ServerDialect
from muca.protocol.v1 import V1

NewDialect: TypeAlias = Callable[[Limits], ServerDialect]


class Beginning(NamedTuple):
    """What connections that begin in one way speak."""

    words: tuple[bytes, ...]
    """No word may begin with a word of another entry."""
    dialect: NewDialect | None
    """None: HTTP, whose requests are not those of a dialect."""


FIRST_DIALECT: Final[NewDialect] = V1
"""The dialect of a connection whose first bytes have not chosen yet."""

JSON: Final = Beginning((), FIRST_DIALECT)
HTTP: Final = Beginning((b"CONNECT", b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"PATCH", b"POST", b"PUT", b"TRACE"), None)
"""The methods of RFC 9110, and PATCH. No JSON text begins with one of these letters."""

BEGINNINGS: Final = (HTTP,)
"""A dialect with first words of its own, such as IRC with CAP, PASS, NICK and USER, is another entry."""


def choose(data: bytes, beginnings: Sequence[Beginning] = BEGINNINGS) -> Beginning | None:
    """Return what a connection with these first bytes speaks; None if more bytes are needed."""
    for size in range(1, len(data) + 1):
        begun = data[:size]
        possible = [entry for entry in beginnings if any(word.startswith(begun) for word in entry.words)]
        if len(possible) < 2:
            return possible[0] if possible else JSON
    return None
