"""The clock for timeouts of clients. It stops while this process does not run.

A process that was stopped (SIGSTOP, a suspended machine, a host that swaps) has read nothing in that time, so no client
counts as silent. And what came in during a pause is read before any timeout applies.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

PULSE_SECONDS: Final = 0.5
"""Interval between ticks of the clock. More than twice as long without a tick is a pause, which does not count."""


class Timer(Protocol):
    """What ``call_later`` returns."""

    def cancel(self) -> None:
        """Cancel the callback."""


CallLater: TypeAlias = Callable[[float, Callable[[], None]], Timer]
"""Like the event loop's: a delay in seconds, and the callback."""


class WakingClock:
    """Measures the time in which this process runs. ``stop`` it at the end.

    Args:
        monotonic: returns seconds, like ``time.monotonic``.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._loop = asyncio.get_running_loop()
        self._looked = monotonic()
        self._paused_seconds = 0.0
        self._next_look = self._loop.call_later(PULSE_SECONDS, self._look)

    def now(self) -> float:
        """Return the time in seconds. It never goes back; only differences are meaningful."""
        looked = self._monotonic()
        self._paused_seconds += max(0.0, looked - self._looked - 2 * PULSE_SECONDS)
        self._looked = looked
        return looked - self._paused_seconds

    def now_ms(self) -> int:
        """Return the time in milliseconds."""
        return int(self.now() * 1_000)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back after a time of this clock in seconds, once all sockets with data were read."""
        return _Deadline(self, self.now() + seconds, callback)

    def stop(self) -> None:
        """Stop the clock."""
        self._next_look.cancel()

    def _look(self) -> None:
        self.now()
        self._next_look = self._loop.call_later(PULSE_SECONDS, self._look)


class _Deadline:
    """A callback that is due at a time of the clock."""

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
    """Call back once every socket with data was read: event loops read between two rounds of callbacks."""
    loop = asyncio.get_running_loop()
    return loop.call_soon(loop.call_soon, callback)
