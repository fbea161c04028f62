"""The listening sockets."""

import contextlib
import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from typing import Final, NamedTuple

import psutil


class CannotListen(Exception):
    """The server cannot listen on an address. The text says why and what to do."""


BACKLOG = 4_096
"""Connections that may wait to be accepted; the kernel may allow fewer."""


def bind(host: str | None, port: int, option: str = "--port", *, taken: int = 0) -> list[socket.socket]:
    """Bind listening sockets: to ``host``, or to all interfaces over IPv4 and, if available, IPv6.

    With port 0, all sockets share a free port. Raises CannotListen, which proposes another port, but not ``taken``,
    which the same server uses. ``option``: the option of ``muca serve`` that sets the port.
    """
    places = _EVERYWHERE if host is None else _resolve(host)
    sockets: list[socket.socket] = []
    try:
        for place in places:
            try:
                sockets.append(_bind(place, port))
            except OSError as error:
                is_last_hope = place == places[-1] and not sockets
                if error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL} and not is_last_hope:
                    continue  # for example without IPv6
                raise CannotListen(_explain(error, host or place.address, port, option, taken)) from error
            port = sockets[-1].getsockname()[1]
    except CannotListen:
        for bound in sockets:
            bound.close()
        raise
    return sockets


class _Place(NamedTuple):
    """Where to listen."""

    family: socket.AddressFamily
    address: str
    scope: int = 0
    """The interface of a link-local IPv6 address (RFC 4007)."""


_EVERYWHERE: Final = [_Place(socket.AF_INET, "0.0.0.0"), _Place(socket.AF_INET6, "::")]


def _resolve(host: str) -> list[_Place]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"The host “{host}” cannot be resolved; give a name or address of this machine.") from error
    places = (
        _Place(family, str(sockaddr[0]), int(sockaddr[3]) if len(sockaddr) == 4 else 0)
        for family, _, _, _, sockaddr in found
    )
    return list(dict.fromkeys(places))


def _bind(place: _Place, port: int) -> socket.socket:
    listener = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if place.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        prepare(listener)
        listener.bind((place.address, port, 0, place.scope) if place.scope else (place.address, port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def prepare(listener: socket.socket) -> None:
    """Set the options that accepted connections inherit."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _watch_for_dead_peers(listener)
    listener.setblocking(False)


def _explain(error: OSError, address: str, port: int, option: str, taken: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = f"choose another port, such as {option} {_but(taken, port + 1)}"
        holder, listens = _holder(port)
        if holder and not listens:
            keep = f", or reserve it for servers (sysctl net.ipv4.ip_local_reserved_ports={port})"
            return (
                f"Port {port} is in use by an outgoing connection of {holder}: the system uses such ports for clients. "
                f"Try again later{keep if sys.platform == 'linux' else ''}, or {other}."
            )
        by = f" by {holder}" if holder else ""
        return f"Port {port} is in use already{by}; stop that program, or {other}."
    if error.errno == errno.EACCES:
        other = f"{option} {_but(taken, 40_000 + port)}"
        return f"Port {port} needs privileges that this account does not have; choose one above 1023, such as {other}."
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"Cannot listen on {address}, port {port}: {reason}."


def _but(taken: int, port: int) -> int:
    """Return this port, or the next one if it is taken."""
    return port + (port == taken)


def _holder(port: int) -> tuple[str | None, bool]:
    """Return the program that uses a port, if the system reveals it, and whether it listens there."""
    with contextlib.suppress(psutil.Error, OSError):
        users = [used for used in psutil.net_connections("tcp") if used.laddr and used.laddr.port == port and used.pid]
        for used in sorted(users, key=lambda used: used.status != psutil.CONN_LISTEN):
            listens = used.status == psutil.CONN_LISTEN
            return f"{psutil.Process(used.pid).name()} (process {used.pid})", listens
    return None, False


def reachable_addresses() -> Iterator[str]:
    """Yield the addresses at which other machines can reach this one: those of interfaces that are up."""
    states = psutil.net_if_stats()
    for interface, addresses in psutil.net_if_addrs().items():
        for found in addresses if interface not in states or states[interface].isup else ():
            if found.family in {socket.AF_INET, socket.AF_INET6}:
                address = ipaddress.ip_address(found.address.partition("%")[0])
                if not (address.is_loopback or address.is_link_local):
                    yield str(address)


def bound_buffers(bound: socket.socket, bytes_max: int) -> None:
    """Limit the kernel's buffers in each direction: of a connection, or of all that a listener accepts."""
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        bound.setsockopt(socket.SOL_SOCKET, option, bytes_max)


def _watch_for_dead_peers(listener: socket.socket) -> None:
    """Make the kernel detect within 45 s that an idle client is gone (RFC 1122, 4.2.3.6).

    Accepted connections inherit these options, as they do TCP_NODELAY, so that each of them need not set seven.
    """
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", 20),
        ("TCP_KEEPALIVE", 20),  # the same on macOS
        ("TCP_KEEPINTVL", 5),
        ("TCP_KEEPCNT", 5),
        ("TCP_USER_TIMEOUT", 45_000),  # the same for unacknowledged data, in ms (RFC 5482)
    ):
        number = getattr(socket, option, None)
        if number is not None:
            with contextlib.suppress(OSError):
                listener.setsockopt(socket.IPPROTO_TCP, number, value)
