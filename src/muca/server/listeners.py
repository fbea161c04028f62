"""The sockets that people connect to."""

import contextlib
import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator

import psutil


class CannotListen(Exception):
    """The address cannot be listened on. The text says why and what to do."""


BACKLOG = 4_096
"""Connections that may wait to be accepted; the kernel may allow fewer."""


def bind(host: str | None, port: int, option: str = "", *, taken: int = 0) -> list[socket.socket]:
    """Bind listening sockets: to ``host``, or to all interfaces over IPv4 and, where there is one, IPv6.

    With port 0 all sockets share one free port. Raises CannotListen, whose text proposes another port, but not the one
    that is ``taken`` by the same server: ``option`` of ``muca serve``, with a space behind it, is what gives it.
    """
    places = [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")] if host is None else _resolve(host)
    sockets: list[socket.socket] = []
    try:
        for family, address in places:
            try:
                sockets.append(_bind(family, address, port))
            except OSError as error:
                is_last_hope = (family, address) == places[-1] and not sockets
                if error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL} and not is_last_hope:
                    continue  # as where there is no IPv6
                raise CannotListen(_explain(error, address, port, option, taken)) from error
            port = sockets[-1].getsockname()[1]
    except CannotListen:
        for bound in sockets:
            bound.close()
        raise
    return sockets


def _resolve(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"The host «{host}» is not known here; give a name or address of this machine.") from error
    return list(dict.fromkeys((family, str(sockaddr[0])) for family, _, _, _, sockaddr in found))


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.setblocking(False)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _explain(error: OSError, address: str, port: int, option: str, taken: int) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = _holder(port)
        by = f" by {holder}" if holder else ""
        other = f"muca serve {option}{_but(taken, port + 1)}"
        return f"Port {port} is in use already{by}; stop that program, or choose another port: {other}"
    if error.errno == errno.EACCES:
        other = f"muca serve {option}{_but(taken, 40_000 + port)}"
        return f"Port {port} may not be used by this account; choose one above 1023: {other}"
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"Cannot listen on {address}, port {port}: {reason}."


def _but(taken: int, port: int) -> int:
    """Give this port, or the next one if it is taken."""
    return port + (port == taken)


def _holder(port: int) -> str | None:
    """Say which program listens on a port, where the system tells."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None


def reachable_addresses() -> Iterator[str]:
    """Give this machine's addresses that others on its networks can reach it at."""
    for addresses in psutil.net_if_addrs().values():
        for found in addresses:
            if found.family in {socket.AF_INET, socket.AF_INET6}:
                address = ipaddress.ip_address(found.address.partition("%")[0])
                if not (address.is_loopback or address.is_link_local):
                    yield str(address)


def bound_buffers(bound: socket.socket, bytes_max: int) -> None:
    """Have the kernel keep no more than this in each direction: of a connection, or of all that a listener accepts."""
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        bound.setsockopt(socket.SOL_SOCKET, option, bytes_max)


def watch_for_dead_peers(connected: socket.socket) -> None:
    """Have the kernel notice within 45 s that the other side is gone, however silent (RFC 1122, 4.2.3.6)."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", 20),
        ("TCP_KEEPALIVE", 20),  # the same on macOS
        ("TCP_KEEPINTVL", 5),
        ("TCP_KEEPCNT", 5),
        ("TCP_USER_TIMEOUT", 45_000),  # the same for data on its way, in ms (RFC 5482)
    ):
        number = getattr(socket, option, None)
        if number is not None:
            with contextlib.suppress(OSError):
                connected.setsockopt(socket.IPPROTO_TCP, number, value)
