"""Accepts connections from the listening sockets, with one task per socket.

Event loops have servers of their own. But when the system is out of file descriptors or memory, they close the
listening socket, or accept only to close. Here, new connections then wait in the kernel's backlog.
"""

import asyncio
import errno
import math
import os
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

import structlog

BATCH: Final = 16
"""Connections accepted from one socket before other sockets and open connections get their turn."""
RETRY_SECONDS: Final = 0.5
"""The pause in accepting after the system was out of resources."""
RESERVED_DESCRIPTORS: Final = 128
"""File descriptors reserved for files and the database; at most an eighth of all."""


class Acceptor:
    """Accepts connections for one server. Logs when the system runs out of resources, and when it has some again."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()
        self._descriptors_max = _allowed_descriptors()
        self._refused = False
        """Whether connections have been waiting for resources since the last success."""

    async def accept(self, listener: socket.socket, new: Callable[[], asyncio.Protocol]) -> NoReturn:
        """Accept connections until cancelled; ``new`` makes the protocol of each."""
        loop = asyncio.get_running_loop()
        beginning: set[asyncio.Task[None]] = set()
        stuck = asyncio.Event()

        def take() -> None:
            try:
                for connected in self._waiting(listener):
                    task = loop.create_task(self._begin(connected, new))
                    beginning.add(task)
                    task.add_done_callback(beginning.discard)
            except ConnectionError:
                pass  # the client closed it before it was accepted
            except OSError as error:
                loop.remove_reader(listener)
                self._note(error.strerror or str(error))
                stuck.set()

        try:
            while True:
                loop.add_reader(listener, take)
                await stuck.wait()
                stuck.clear()
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            loop.remove_reader(listener)
            await asyncio.gather(*beginning)  # a transport that is not fully set up would never close

    def _waiting(self, listener: socket.socket) -> Iterator[socket.socket]:
        """Yield some of the connections that wait. Raises ``OSError`` if there are no resources for one."""
        if self._descriptors_max < math.inf:
            probe = os.dup(listener.fileno())  # the system returns the lowest free number
            os.close(probe)
            if probe >= self._descriptors_max:
                raise OSError(errno.EMFILE, "The remaining file descriptors are reserved")
        for _ in range(BATCH):
            try:
                connected, _ = listener.accept()
            except BlockingIOError:
                return
            self._note(None)
            connected.setblocking(False)
            yield connected
            if connected.fileno() >= self._descriptors_max:
                return

    async def _begin(self, connected: socket.socket, new: Callable[[], asyncio.Protocol]) -> None:
        """Hand an accepted connection to its protocol."""
        try:
            await asyncio.get_running_loop().connect_accepted_socket(new, connected)
        except OSError:  # the client has closed it
            connected.close()
        except Exception:
            self._log.exception("connection_failed")
            connected.close()

    def _note(self, refusal: str | None) -> None:
        """Log when accepting begins to fail, and when it succeeds again."""
        if refusal is not None and not self._refused:
            self._log.warning("accepting_paused", reason=refusal)
        elif refusal is None and self._refused:
            self._log.info("accepting_resumed")
        self._refused = refusal is not None


def _allowed_descriptors() -> float:
    """Return the first reserved file descriptor; infinity if the system has no limit."""
    if sys.platform == "win32":
        return math.inf
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return allowed - min(RESERVED_DESCRIPTORS, allowed // 8) if allowed != resource.RLIM_INFINITY else math.inf
