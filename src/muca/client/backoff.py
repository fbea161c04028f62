"""When to try again: exponential backoff with full jitter, so that clients do not come back all at once."""

from random import Random
from typing import Final

FIRST_SECONDS: Final = 0.25
"""The first pause is at most this long; each next one at most twice the one before."""
LONGEST_SECONDS: Final = 30.0
_DOUBLINGS_MAX: Final = 7
"""0.25 s doubled so often is past ``LONGEST_SECONDS``."""


class Backoff:
    """Pauses between tries."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._tries = 0

    def next_seconds(self) -> float:
        """Return the pause before the next try, anything from 0 to the present bound ("full jitter")."""
        bound = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(self._tries, _DOUBLINGS_MAX))
        self._tries += 1
        return self._random.uniform(0.0, bound)

    def reset(self) -> None:
        """Start over: the last try led to a connection that held."""
        self._tries = 0
