"""What the server and systemd tell each other: readiness, signs of life, and sockets (sd_notify(3), sd_listen_fds(3)).

Without systemd, all of it does nothing. The environment variables are those of systemd's interface.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Iterator
from typing import Final

_FIRST_DESCRIPTOR: Final = 3
_TLS: Final = "tls"
"""The name of sockets for TLS (``FileDescriptorName=``)."""
_PINGS: Final = 3
"""Signs of life in the time after which systemd would restart the server."""


def tell(*said: str) -> None:
    """Tell systemd something, such as ``READY=1``."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract names
        address = f"\0{address[1:]}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sent:
        sent.sendto("\n".join(said).encode(), address)


@contextlib.contextmanager
def serving(port: int) -> Iterator[None]:
    """Tell systemd that the server is ready, that it stops at the end, and meanwhile that the event loop works."""
    tell("READY=1", f"STATUS=Serving on port {port}")
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    pinging = _Pinging(int(microseconds) / 1_000_000 / _PINGS) if microseconds.isdecimal() else None
    try:
        yield
    finally:
        if pinging is not None:
            pinging.stop()
        tell("STOPPING=1", "STATUS=Stopping")


@contextlib.contextmanager
def reloading() -> Iterator[None]:
    """Tell systemd that settings are being read again, and when that is done."""
    tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1_000}")
    try:
        yield
    finally:
        tell("READY=1")


class _Pinging:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ping()

    def _ping(self) -> None:
        tell("WATCHDOG=1")
        self._next = asyncio.get_running_loop().call_later(self._seconds, self._ping)

    def stop(self) -> None:
        self._next.cancel()


def take_sockets() -> tuple[list[socket.socket], list[socket.socket]]:
    """Return the listening sockets that systemd has opened for this process: without TLS, and named ``tls``.

    Raises ``OSError`` if a descriptor is not a socket. Child processes do not get them.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return [], []
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    plain: list[socket.socket] = []
    tls: list[socket.socket] = []
    for at in range(int(os.environ["LISTEN_FDS"])):
        descriptor = _FIRST_DESCRIPTOR + at
        os.set_inheritable(descriptor, False)
        (tls if names[at : at + 1] == [_TLS] else plain).append(socket.socket(fileno=descriptor))
    return plain, tls
