"""Where others reach the page."""

import pytest

from muca.server import reach
from muca.server.config import Config
from muca.server.reach import link_base, page_urls


@pytest.fixture(autouse=True)
def _two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "reachable_addresses", lambda: iter(["2001:db8::7", "192.0.2.7"]))


def test_ipv4_and_tls_come_first() -> None:
    assert page_urls(Config(), 40452, 40453) == [
        "https://192.0.2.7:40453",
        "http://192.0.2.7:40452",
        "https://[2001:db8::7]:40453",
        "http://[2001:db8::7]:40452",
    ]
    assert page_urls(Config(host="192.0.2.9"), 40452, None) == ["http://192.0.2.9:40452"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "muca.localhost", "fe80::1%eth0"])
def test_a_server_for_its_own_machine_is_reached_by_no_other(host: str) -> None:
    assert page_urls(Config(host=host), 40452, 40453) == []


def test_the_setting_is_the_only_one() -> None:
    config = Config(url="https://chat.example.org")
    assert page_urls(config, 40452, 40453) == ["https://chat.example.org"]
    assert link_base(config, 40452) == "https://chat.example.org"


@pytest.mark.parametrize("url", ["https://example.org/chat", "https://example.org/chat/"])
def test_it_may_have_a_path(url: str) -> None:
    assert page_urls(Config(url=url), 40452, None) == ["https://example.org/chat"]
    assert link_base(Config(url=url), 40452) == "https://example.org/chat"


@pytest.mark.parametrize(
    ("host", "base"),
    [
        (None, "http://192.0.2.7:1"),
        ("0.0.0.0", "http://192.0.2.7:1"),
        ("::1", "http://[::1]:1"),
        ("fe80::1%eth0", "http://[fe80::1%25eth0]:1"),
        ("localhost", "http://localhost:1"),
        ("chat.lan", "http://chat.lan:1"),
    ],
)
def test_links_in_texts_go_where_no_certificate_is_asked_for(host: str | None, base: str) -> None:
    assert link_base(Config(host=host), 1) == base


def test_without_a_network_links_lead_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "reachable_addresses", lambda: iter(()))
    assert link_base(Config(), 1) == "http://localhost:1"
