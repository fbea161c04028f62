"""Listening sockets."""

import errno
import os
import socket
import sys
from contextlib import closing
from types import SimpleNamespace

import psutil
import pytest

from muca.server.listeners import CannotListen, bind, reachable_addresses


def test_all_interfaces_share_one_free_port() -> None:
    """IPv4 always, IPv6 where the machine has it."""
    sockets = bind(None, 0)
    try:
        assert sockets[0].family == socket.AF_INET
        assert len({bound.getsockname()[1] for bound in sockets}) == 1
    finally:
        for bound in sockets:
            bound.close()


def test_port_in_use_says_who_and_what_to_do() -> None:
    """One sentence with the port, its holder and a way out; nothing stays bound."""
    (holder,) = bind("127.0.0.1", 0)
    port = holder.getsockname()[1]
    try:
        with pytest.raises(CannotListen) as raised:
            bind(None, port)
    finally:
        holder.close()
    text = str(raised.value)
    assert text.startswith(f"Port {port} is in use already by ")
    assert f"(process {os.getpid()})" in text
    assert text.endswith(f"choose another port, such as --port {port + 1}.")
    for bound in bind(None, port):
        bound.close()


def test_port_in_use_names_the_option_that_gives_another() -> None:
    """Where the port was not given as PORT."""
    (holder,) = bind("127.0.0.1", 0)
    port = holder.getsockname()[1]
    with pytest.raises(CannotListen, match=f", such as --tls-port {port + 1}.$"):
        bind("127.0.0.1", port, "--tls-port")
    holder.close()


def test_port_in_use_proposes_none_that_the_server_has_taken_itself() -> None:
    """As its TLS port, which is the next one by default."""
    (holder,) = bind("127.0.0.1", 0)
    port = holder.getsockname()[1]
    with pytest.raises(CannotListen, match=f", such as --port {port + 2}.$"):
        bind("127.0.0.1", port, taken=port + 1)
    holder.close()


def test_port_of_an_outgoing_connection_says_so() -> None:
    """The kernel may have given a client one of muca's ports: nobody listens there, and waiting helps."""
    (elsewhere,) = bind("127.0.0.1", 0)
    with elsewhere, socket.socket() as client:
        client.bind(("127.0.0.1", 0))
        client.connect(elsewhere.getsockname())
        port = client.getsockname()[1]
        with pytest.raises(CannotListen) as raised:
            bind("127.0.0.1", port)
    text = str(raised.value)
    assert text.startswith(f"Port {port} is in use by an outgoing connection of ")
    assert f"(process {os.getpid()})" in text
    assert text.endswith(f"choose another port, such as --port {port + 1}.")
    assert (f"ip_local_reserved_ports={port})" in text) == (sys.platform == "linux")


def test_an_interface_that_is_down_leads_nobody_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As that of containers of which none runs; one whose state is unknown may."""
    at = {"docker0": "172.17.0.1", "eth0": "192.0.2.7", "odd0": "192.0.2.8"}
    interfaces = {name: [SimpleNamespace(family=socket.AF_INET, address=address)] for name, address in at.items()}
    states = {"docker0": SimpleNamespace(isup=False), "eth0": SimpleNamespace(isup=True)}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: interfaces)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)
    assert list(reachable_addresses()) == ["192.0.2.7", "192.0.2.8"]


def test_interface_of_a_link_local_address_is_kept() -> None:
    """Without it, “fe80::…” says of no network which one is meant; with it, this one is just not this machine's."""
    interface = socket.if_nameindex()[0][1]
    with pytest.raises(CannotListen) as raised:
        bind(f"fe80::dead:beef%{interface}", 0)
    expected = os.strerror(errno.EADDRNOTAVAIL)
    assert str(raised.value) == f"Cannot listen on fe80::dead:beef%{interface}, port 0: {expected}."


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a" * 300])
def test_unknown_host_is_said(host: str) -> None:
    """Also one that is no name at all."""
    with pytest.raises(CannotListen, match="cannot be resolved"):
        bind(host, 0)


def test_foreign_address_is_said() -> None:
    """An address of another machine (TEST-NET-1, RFC 5737)."""
    with pytest.raises(CannotListen, match=r"Cannot listen on 192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_addresses_to_give_to_others_leave_out_loopback() -> None:
    """Whatever this machine has."""
    assert not {"127.0.0.1", "::1"} & set(reachable_addresses())


def test_dead_peers_of_accepted_connections_are_watched_for() -> None:
    """Keepalive is on and finds out within 45 s; small writes are not delayed. The listener passes this on."""
    (listener,) = bind("127.0.0.1", 0)
    with closing(listener), socket.create_connection(listener.getsockname()):
        listener.setblocking(True)
        connection, _ = listener.accept()
        with connection:
            get, tcp = connection.getsockopt, socket.IPPROTO_TCP
            assert get(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert get(tcp, socket.TCP_NODELAY)
            if hasattr(socket, "TCP_KEEPIDLE"):
                idle_seconds = get(tcp, socket.TCP_KEEPIDLE)
                assert idle_seconds + get(tcp, socket.TCP_KEEPINTVL) * get(tcp, socket.TCP_KEEPCNT) <= 45
