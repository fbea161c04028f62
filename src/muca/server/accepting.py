"""Takes in connections from the listening sockets, one task a socket.

Event loops have servers of their own. This one is there because theirs close the listening socket, or accept only to
close, when the system has no file descriptor or memory left. Here who comes then waits in the kernel's queue.
"""

import asyncio
import errno
import math
import os
import socket
import sys
from collections.abc import Callable
from typing import Final, NoReturn

import structlog

BATCH: Final = 16
"""Connections accepted from one socket before the others, and those that are open, have their turn."""
RETRY_SECONDS: Final = 0.5
"""How long nothing is accepted after the system had no room for a connection."""
RESERVED_DESCRIPTORS: Final = 128
"""File descriptors that connections leave to files and the database, or an eighth of all if that is less."""


class Acceptor:
    """Accepts for one server. Says in the log when the system has no room for connections, and when it has again."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()
        self._descriptors_max = _allowed_descriptors()
        self._refused = False
        """Whether somebody had to wait since everybody was accepted last."""

    async def accept(self, listener: socket.socket, new: Callable[[], asyncio.Protocol]) -> NoReturn:
        """Give every connection a protocol that ``new`` makes, until cancelled."""
        while True:
            try:
                accepted = await self._next(listener)
            except ConnectionError:
                continue  # it was gone before it was accepted
            except OSError as error:
                self._note(error.strerror or str(error))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            begun = asyncio.gather(*(self._begin(connected, new) for connected in accepted))
            try:
                await asyncio.shield(begun)
            finally:  # when cancelled, too: a transport that is half made would never close
                await begun

    async def _next(self, listener: socket.socket) -> list[socket.socket]:
        """Wait for a connection; give it with those that wait behind it. Raises ``OSError``."""
        if self._descriptors_max < math.inf:
            probe = os.dup(listener.fileno())  # the system gives the lowest number that is free
            os.close(probe)
            if probe >= self._descriptors_max:
                raise OSError(errno.EMFILE, "The remaining file descriptors are reserved")
        first, _ = await asyncio.get_running_loop().sock_accept(listener)
        accepted = [first]
        try:
            while len(accepted) < BATCH and accepted[-1].fileno() < self._descriptors_max:
                connected, _ = listener.accept()
                connected.setblocking(False)
                accepted.append(connected)
        except BlockingIOError:  # nobody waits any more
            self._note(None)
        except OSError:  # if it lasts, the next round meets it, too
            pass
        return accepted

    async def _begin(self, connected: socket.socket, new: Callable[[], asyncio.Protocol]) -> None:
        """Hand an accepted connection to its protocol."""
        try:
            await asyncio.get_running_loop().connect_accepted_socket(new, connected)
        except OSError:  # it is gone already
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
    """Return the number from which on file descriptors are reserved: infinity where the system does not count them."""
    if sys.platform == "win32":
        return math.inf
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return allowed - min(RESERVED_DESCRIPTORS, allowed // 8) if allowed != resource.RLIM_INFINITY else math.inf
