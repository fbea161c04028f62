"""The clock for deletions: retention, unused uploads, and sanctions and codes that expired long ago.

A single reading of the wall clock is not reliable: it may be years off until the machine has reached a time server, and
people can change it. So a reading is trusted only if it agrees with the last trusted time plus the time that has passed
since, by a monotonic clock. A reading that is further ahead must persist for hours first; after a start, for half an
hour, because the server may simply have been off. A reading that is behind is trusted at once, because then less is
deleted.
"""

import time
from collections.abc import Callable
from typing import Final

import structlog

AHEAD_MS: Final = 3_600_000
"""How far ahead a reading may be to be trusted at once."""
DOUBT_MS: Final = 6 * 3_600_000
"""How long a reading that is further ahead must persist before it is trusted."""
START_DOUBT_MS: Final = 30 * 60_000
"""The same after a start: longer than a machine needs to reach a time server, and shorter than a lesson."""
ABSENCE_MS: Final = 100 * 86_400_000
"""How far ahead a reading may be after a start to be explained by downtime."""
LOST_MS: Final = 30 * 86_400_000
"""A clock this far behind is invalid: the machine has no battery-backed clock and has not reached a time server yet."""


def wall_ms() -> int:
    """Return the time by the machine's clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def elapsed_ms() -> int:
    """Return monotonic milliseconds, by a clock that includes sleep if the system has one."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


class CautiousClock:
    """Returns a time that is not ahead of the true one, as far as this can be known. For one thread.

    Args:
        believed_ms: the last trusted time, from before this process; None: only the wall clock is available.
        wall_ms: reads the wall clock.
        elapsed_ms: reads a monotonic clock.
    """

    def __init__(
        self,
        believed_ms: int | None,
        wall_ms: Callable[[], int] = wall_ms,
        elapsed_ms: Callable[[], int] = elapsed_ms,
    ) -> None:
        self._wall_ms = wall_ms
        self._elapsed_ms = elapsed_ms
        self._believed_ms = wall_ms() if believed_ms is None else believed_ms
        self._read_ms = elapsed_ms()
        """The time of the last reading, by the monotonic clock."""
        self._is_starting = believed_ms is not None
        self._doubted: tuple[int, int] | None = None
        """How far ahead an untrusted reading is, and when it will be trusted, by the monotonic clock."""
        self._log = structlog.get_logger()

    def now_ms(self) -> int:
        """Return the time, UTC milliseconds."""
        wall_ms, read_ms = self._wall_ms(), self._elapsed_ms()
        expected_ms = self._believed_ms + read_ms - self._read_ms
        ahead_ms = wall_ms - expected_ms
        if ahead_ms <= AHEAD_MS:
            self._believe()
            expected_ms = wall_ms
        elif self._doubted is None or abs(ahead_ms - self._doubted[0]) > AHEAD_MS:
            self._doubt(ahead_ms, read_ms)
        elif read_ms >= self._doubted[1]:
            self._believe()
            expected_ms = wall_ms
        self._believed_ms, self._read_ms, self._is_starting = expected_ms, read_ms, False
        return expected_ms

    def _doubt(self, ahead_ms: int, read_ms: int) -> None:
        was_off = self._is_starting and ahead_ms <= ABSENCE_MS
        doubt_ms = START_DOUBT_MS if was_off else DOUBT_MS
        self._doubted = ahead_ms, read_ms + doubt_ms
        say = self._log.info if was_off else self._log.warning
        hint = f"nothing expires until the clock has stayed so for {doubt_ms // 60_000} minutes"
        say("clock_doubted", seconds_ahead=ahead_ms // 1_000, hint=hint)

    def _believe(self) -> None:
        if self._doubted is not None:
            self._doubted = None
            self._log.info("clock_believed")
