"""Addresses as people write them."""

import pytest

from muca.client.address import Address, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("localhost", "localhost", 40452),
        ("chat.example.org:9000", "chat.example.org", 9000),
        (" 127.0.0.1:1 ", "127.0.0.1", 1),
        ("[::1]", "::1", 40452),
        ("[::1]:65535", "::1", 65535),
        ("fe80::1", "fe80::1", 40452),
        ("fe80::1%eth0", "fe80::1%eth0", 40452),
        ("[fe80::1%eth0]:7", "fe80::1%eth0", 7),
    ],
)
def test_every_form_is_understood(text: str, host: str, port: int) -> None:
    assert parse_address(text) == Address(host, port)


@pytest.mark.parametrize("text", ["localhost", "chat.example.org:9000", "[::1]:7", "fe80::1", "[fe80::1%eth0]:7"])
def test_an_address_that_was_printed_can_be_read_again(text: str) -> None:
    address = parse_address(text)

    assert parse_address(str(address)) == address


@pytest.mark.parametrize("text", ["host:0", "host:65536", "host:", "host:x", "host:-1", "host:²", "[::1]:"])
def test_a_wrong_port_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="has no port from 1 to 65535"):
        parse_address(text)


@pytest.mark.parametrize("text", ["", "  ", ":9000", "[]:1", "[::1", "[::1]x", "two words"])
def test_without_a_host_the_right_form_is_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r"has no host; write it like chat\.example\.org:40452"):
        parse_address(text)


def test_another_default_port() -> None:
    assert parse_address("[::1]", 40453) == Address("::1", 40453)
    assert parse_address("host:1", 40453) == Address("host", 1)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("localhost.example.org", False),
        ("::", False),
    ],
)
def test_what_is_certain_to_be_this_machine(host: str, is_loopback: bool) -> None:
    assert Address(host).is_loopback is is_loopback
