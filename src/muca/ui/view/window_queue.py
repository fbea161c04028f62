"""What the SDK's threads hand to the window's thread."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from muca.client.errors import MucaError

_T = TypeVar("_T")
_log: Final = logging.getLogger("muca.ui")


class WindowQueue:
    """Steps for the window's thread, which carries them out in their order."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def put(self, step: Callable[[], None]) -> None:
        """Add a step. Any thread may call this."""
        self._waiting.put(step)

    def when_done(self, future: Future[_T], then: Callable[[Future[_T]], None]) -> None:
        """Call a function in the window's thread when a future is done."""
        future.add_done_callback(lambda done: self.put(partial(then, done)))

    def carry_out(self, seconds_max: float, count_max: int) -> bool:
        """Carry out what waits, up to a time and a number. Returns whether there was anything."""
        stop = time.perf_counter() + seconds_max
        count = 0
        while count < count_max and time.perf_counter() < stop:
            try:
                step = self._waiting.get_nowait()
            except Empty:
                break
            step()
            count += 1
        return count > 0


def trouble_of(future: "Future[_T]") -> str | None:
    """Explain in one sentence why a request of the SDK failed; None if it succeeded."""
    if future.cancelled():
        return "The connection was closed."
    error = future.exception()
    if error is None or isinstance(error, MucaError):
        return None if error is None else str(error)
    _log.error("the SDK failed", exc_info=error)
    return f"Something went wrong inside muca ({type(error).__name__}). Please report it."


def in_thread(work: Callable[[], _T]) -> "Future[_T]":
    """Run a blocking function in its own daemon thread."""
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="muca register", daemon=True).start()
    return future
