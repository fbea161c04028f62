"""Delays between attempts: exponential backoff with full jitter, so that clients do not all reconnect at once."""

from random import Random
from typing import Final

FIRST_SECONDS: Final = 0.25
"""The upper bound of the first delay. The bound doubles with each further attempt."""
LONGEST_SECONDS: Final = 30.0
_DOUBLINGS_MAX: Final = 7
"""After this many doublings, 0.25 s exceeds ``LONGEST_SECONDS``."""


class Backoff:
    """Delays between attempts to connect."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._tries = 0

    def next_seconds(self) -> float:
        """Return the delay before the next attempt: a random number from 0 to the current bound ("full jitter")."""
        bound = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(self._tries, _DOUBLINGS_MAX))
        self._tries += 1
        return self._random.uniform(0.0, bound)

    def reset(self) -> None:
        """Start over, because the last attempt led to a stable connection."""
        self._tries = 0
