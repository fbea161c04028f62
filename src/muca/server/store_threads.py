"""The store, run beside the event loop: one thread commits, another reads.

Writes that come in while a commit is under way wait and become the next commit: load makes the batches, no timer does.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from muca.core.effects import Read, Write
from muca.core.inputs import Committed, PageRead
from muca.model.storage import HistoryPage, StoreBroken, StoreError, WriteResult
from muca.storage.store import Store


class StoreThreads:
    """Carries out ``Write`` and ``Read`` effects.

    Args:
        store: what does the work; the caller closes it after ``drain``.
        take: is given the answers, in the event loop.
        broken: is told, in the event loop, that the disk can no longer be trusted.
        commit_writes_max: writes of one commit.
    """

    def __init__(
        self,
        store: Store,
        take: Callable[[Committed | PageRead], None],
        broken: Callable[[StoreBroken], None],
        commit_writes_max: int,
    ) -> None:
        self._store = store
        self._take = take
        self._broken = broken
        self._commit_writes_max = commit_writes_max
        self._waiting: list[Write] = []
        self._committing = False
        self._reads_under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._writer = ThreadPoolExecutor(1, "muca-writer")
        self._reader = ThreadPoolExecutor(1, "muca-reader")
        self._loop = asyncio.get_running_loop()

    def write(self, effect: Write) -> None:
        """Put a write into the next commit."""
        self._waiting.append(effect)
        self._idle.clear()

    def commit(self) -> None:
        """Start the next commit, unless one is under way or there is nothing to write."""
        if self._committing or not self._waiting:
            return
        self._committing = True
        batch = self._waiting[: self._commit_writes_max]
        del self._waiting[: self._commit_writes_max]
        self._writer.submit(self._commit, batch)

    def _commit(self, batch: list[Write]) -> None:
        """Runs in the writer thread."""
        try:
            results = self._store.commit([effect.write for effect in batch])
        except StoreBroken as error:
            self._loop.call_soon_threadsafe(self._broke, error)
            return
        except StoreError as error:
            results = [error] * len(batch)
        except Exception as error:  # a defect of ours must not stop the commits of everyone
            results = [_as_store_error(error)] * len(batch)
        self._loop.call_soon_threadsafe(self._committed, batch, results)

    def _committed(self, batch: list[Write], results: list[WriteResult]) -> None:
        self._committing = False
        self.commit()
        self._take(Committed(list(zip(batch, results, strict=True))))
        self._rest()

    def _broke(self, error: StoreBroken) -> None:
        """Leave ``_committing`` set: nothing is written any more, and nobody is told that anything was."""
        self._idle.set()
        self._broken(error)

    def read(self, effect: Read) -> None:
        """Have a page read."""
        self._reads_under_way += 1
        self._idle.clear()
        self._reader.submit(self._read, effect)

    def _read(self, effect: Read) -> None:
        """Runs in the reader thread."""
        result: HistoryPage | StoreError | None
        try:
            result = self._store.history(effect.query)
        except StoreError as error:
            result = error
        except Exception as error:
            result = _as_store_error(error)
        self._loop.call_soon_threadsafe(self._page_read, PageRead(effect, result))

    def _page_read(self, answer: PageRead) -> None:
        self._reads_under_way -= 1
        self._take(answer)
        self._rest()

    def _rest(self) -> None:
        if not (self._committing or self._waiting or self._reads_under_way):
            self._idle.set()

    async def drain(self) -> None:
        """Wait until everything asked for is done and answered."""
        await self._idle.wait()

    def stop(self) -> None:
        """End the threads; what they are doing is finished first."""
        self._writer.shutdown()
        self._reader.shutdown()


def _as_store_error(error: Exception) -> StoreError:
    wrapped = StoreError(f"{type(error).__name__}: {error}")
    wrapped.__cause__ = error
    return wrapped
