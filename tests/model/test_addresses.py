"""Addresses, ranges of them, and names."""

import pytest

from muca.model.addresses import host_name, is_address, is_local, is_loopback, is_within, network_of


@pytest.mark.parametrize(
    ("address", "network", "within"),
    [
        ("192.0.2.7", "192.0.2.0/24", True),
        ("192.0.3.7", "192.0.2.0/24", False),
        ("::ffff:192.0.2.7", "192.0.2.0/24", True),
        ("2001:db8::1", "2001:db8::/32", True),
        ("fe80::1%eth0", "fe80::/10", True),
        ("192.0.2.7", "2001:db8::/32", False),
        ("unknown", "0.0.0.0/0", False),
    ],
)
def test_address_in_a_network(address: str, network: str, within: bool) -> None:
    """Of either kind, mapped ones too."""
    assert is_within(address, [network]) is within


def test_one_of_several_is_enough() -> None:
    """And none is in no networks."""
    assert is_within("192.0.2.7", ["198.51.100.0/24", "192.0.2.7/32"])
    assert not is_within("192.0.2.7", [])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_what_counts_as_one_place(address: str, network: str) -> None:
    """Who has an IPv6 network has as many addresses as it likes."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("128.0.0.1", False),
        ("::2", False),
        ("0.0.0.0", False),
        ("unknown", False),
    ],
)
def test_addresses_of_this_machine_alone(address: str, own: bool) -> None:
    assert is_loopback(address) is own


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("muca.localhost", True),
        ("0.0.0.0", True),
        ("::", True),
        ("fe80::1%eth0", True),
        ("192.168.1.5", False),
        ("2001:db8::7", False),
        ("chat.example", False),
        ("localhost.example", False),
        ("notlocalhost", False),
    ],
)
def test_hosts_that_are_of_use_here_alone(host: str, local: bool) -> None:
    assert is_local(host) is local


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:40452", "localhost"),
        ("chat.example.:443", "chat.example"),
        ("chat.example:", "chat.example"),
        ("192.0.2.7:1", "192.0.2.7"),
        ("[::1]:40452", "::1"),
        ("[2001:DB8::7]", "2001:db8::7"),
        ("my_chat", "my_chat"),
        ("BÜRO.example", "xn--bro-hoa.example"),
        ("", None),
        (".", None),
        (":80", None),
        ("localhost:x", None),
        ("localhost:123456", None),
        ("localhost, evil.example", None),
        ("localhost@evil.example", None),
        ("user:1@localhost", None),
        ("[evil.example]", None),
        ("[::1", None),
        ("::1", None),
        ("local host", None),
        ("localhost/", None),
        ("a..\u3002", None),
        ("\udcff", None),
    ],
)
def test_name_in_an_authority(authority: str, name: str | None) -> None:
    assert host_name(authority) == name


def test_names_and_addresses_are_told_apart() -> None:
    assert is_address("192.0.2.7")
    assert is_address("::1")
    assert not is_address("192.0.2")
    assert not is_address("1.2.3.4.example")
