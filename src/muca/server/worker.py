"""A thread that does one thing after another, for what must not block the event loop."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread


class Worker:
    """One thread. A pool with futures costs four times as much per call, which a commit of one message feels.

    Args:
        name: the name of the thread, for profilers.
    """

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, task: Callable[[], object]) -> None:
        """Do this after everything submitted before. It handles its errors itself."""
        self._tasks.put(task)

    def stop(self) -> None:
        """Wait until everything that was submitted is done, and end the thread."""
        self._tasks.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
