"""The clock by which others are waited for. While this process does not run, it stands still.

A process that was stopped (SIGSTOP, a suspended machine, a host that swaps) has read nothing meanwhile, so nobody has
been silent. And what came in during a pause is read before anybody is judged.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

PULSE_SECONDS: Final = 0.5
"""Interval between two looks at the time. Twice as long without a look is a pause, and its rest does not count."""


class Timer(Protocol):
    """What ``call_later`` gives back."""

    def cancel(self) -> None:
        """Let it not come."""


CallLater: TypeAlias = Callable[[float, Callable[[], None]], Timer]
"""As the event loop's: seconds, and what to do then."""


class WakingClock:
    """Counts the time in which this process runs. ``stop`` it at the end.

    Args:
        monotonic: gives seconds, as ``time.monotonic``.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._loop = asyncio.get_running_loop()
        self._looked = monotonic()
        self._paused_seconds = 0.0
        self._next_look = self._loop.call_later(PULSE_SECONDS, self._look)

    def now(self) -> float:
        """Return the time in seconds. It never goes back; only differences mean something."""
        looked = self._monotonic()
        self._paused_seconds += max(0.0, looked - self._looked - 2 * PULSE_SECONDS)
        self._looked = looked
        return looked - self._paused_seconds

    def now_ms(self) -> int:
        """Return the same in milliseconds."""
        return int(self.now() * 1_000)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back after so many seconds of this clock, once all sockets that have something were read."""
        return _Deadline(self, self.now() + seconds, callback)

    def stop(self) -> None:
        """Look no more."""
        self._next_look.cancel()

    def _look(self) -> None:
        self.now()
        self._next_look = self._loop.call_later(PULSE_SECONDS, self._look)


class _Deadline:
    """Something that is to be done at a time of the clock."""

    def __init__(self, clock: WakingClock, due: float, callback: Callable[[], None]) -> None:
        self._clock = clock
        self._due = due
        self._callback = callback
        self._cancelled = False
        self._handle: asyncio.Handle
        self._wait()

    def cancel(self) -> None:
        self._cancelled = True
        self._handle.cancel()

    def _wait(self) -> None:
        left = self._due - self._clock.now()
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(left, self._wait) if left > 0 else after_reading(self._ring)

    def _ring(self) -> None:
        if not self._cancelled:
            self._callback()


def after_reading(callback: Callable[[], None]) -> asyncio.Handle:
    """Call back once every socket that has something has been read: loops read between two rounds of callbacks."""
    loop = asyncio.get_running_loop()
    return loop.call_soon(loop.call_soon, callback)
