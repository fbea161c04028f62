"""Which names are the server's own, so that no foreign page can pass for this machine (DNS rebinding)."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from muca.server.config import Config
from muca.server.own_certificate import own_identity
from muca.server.web import hosts
from muca.server.web.hosts import Hosts
from tests.client.socket_server import until
from tests.server.web.http import Answer, answer, ask
from tests.server.web.test_websocket import HANDSHAKE
from tests.serving import serving
from tests.wire import Wire


async def told(port: int, *lines: str, target: str = "/server", version: str = "HTTP/1.1") -> Answer:
    """Ask with these headers alone."""
    async with Wire(port) as wire:
        wire.send("\r\n".join([f"GET {target} {version}", *lines, "", ""]).encode())
        return await answer(wire)


@pytest.mark.parametrize("target", ["/", "/server", "/metrics", "/nowhere", "/files/f-1/a", "/websocket"])
async def test_a_foreign_name_is_refused_whatever_is_asked(tmp_path: Path, target: str) -> None:
    """With a sentence that says what to do."""
    async with serving(tmp_path) as server:
        upgrade = [f"{name.replace('_', '-')}: {value}" for name, value in HANDSHAKE.items()]
        refused = await told(server.port, "Host: evil.example", *upgrade, target=target)
        assert (refused.status, refused.json["CODE"]) == (421, "not_allowed")
        assert refused.json["TEXT"].startswith("This server is not known as “evil.example”.")
        assert "“hosts” in muca.toml" in refused.json["TEXT"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST.:40452", 200),
        ("chat.localhost", 200),
        ("127.0.0.1:1", 200),
        ("192.0.2.7", 200),
        ("ip6-localhost:40452", 200),
        (f"{socket.gethostname().partition('.')[0]}.lan", 200),
        ("other.lan", 421),
        ("[2001:db8::7]:40452", 200),
        (socket.gethostname(), 200),
        (f"{socket.gethostname().partition('.')[0]}.local:40452", 200),
        ("chat.example", 200),
        ("Given.Example:8080", 200),
        ("pages.example", 200),
        ("xn--bro-hoa.example", 200),
        ("more.chat.example", 421),
        ("example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        (f"{socket.gethostname()}.evil.example", 421),
        ("evil.example:localhost", 400),
        ("localhost@evil.example", 400),
        ("localhost, evil.example", 400),
        ("[localhost]", 400),
        ("", 400),
    ],
)
async def test_its_own_names(tmp_path: Path, host: str, status: int) -> None:
    """Those of every machine, of this one, and of the settings; port, case and a final dot are ignored."""
    settings: dict[str, Any] = {
        "url": "https://chat.example:8443",
        "hosts": ("given.example", "büro.example"),
        "origins": ("https://pages.example",),
    }
    async with serving(tmp_path, **settings) as server:
        assert (await told(server.port, f"Host: {host}")).status == status


async def test_it_must_be_said_and_once(tmp_path: Path) -> None:
    """Programs of HTTP/1.0 need not: no browser is one."""
    async with serving(tmp_path) as server:
        assert (await told(server.port)).status == 400
        assert (await told(server.port, "Host: localhost", "Host: localhost")).status == 400
        assert (await told(server.port, version="HTTP/1.0")).status == 200
        assert (await told(server.port, "Host: evil.example", version="HTTP/1.0")).status == 421


async def test_the_target_counts_where_it_names_the_host(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        foreign = await told(server.port, "Host: localhost", target="http://evil.example/server")
        assert foreign.status == 421
        assert (await told(server.port, "Host: evil.example", target="http://localhost/server")).status == 200


async def test_a_trusted_proxy_says_what_the_client_said(tmp_path: Path) -> None:
    """What it calls the server itself counts, too: a page that has rebound its name would say the same."""
    settings: dict[str, Any] = {"url": "https://chat.example", "trusted_proxies": ("127.0.0.1",)}
    client = ("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: chat.example")
    async with serving(tmp_path, hosts=("muca",), **settings) as server:
        for host, status in (("muca", 200), ("127.0.0.1", 200), ("chat.example", 200), ("evil.example", 421)):
            assert (await told(server.port, f"Host: {host}", *client)).status == status
        foreign = ("X-Forwarded-For: 192.0.2.7", "X-Forwarded-Host: evil.example")
        assert (await told(server.port, "Host: localhost", *foreign)).status == 421
        assert (await told(server.port, "Host: localhost", "Forwarded: for=192.0.2.7;host=evil.example")).status == 421
        assert (await told(server.port, *client)).status == 400


async def test_a_page_behind_a_proxy_is_the_server_s_own(tmp_path: Path) -> None:
    async with serving(tmp_path, url="https://chat.example", trusted_proxies=("127.0.0.1",)) as server:
        proxied = {"X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "chat.example"}
        for origin, status in (("https://chat.example", 101), ("https://evil.example", 403)):
            assert (await ask(server.port, "/websocket", **HANDSHAKE, **proxied, Origin=origin)).status == status


async def test_names_of_the_certificate_are_its_own(tmp_path: Path) -> None:
    """A star stands for one label."""
    own_identity(tmp_path, tmp_path / "authority", ["chat.example", "*.lab.example"], datetime.now(UTC))
    files: dict[str, Any] = {"tls_certificate": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}
    async with serving(tmp_path / "data", tls=True, **files) as server:
        for host, status in (
            ("chat.example", 200),
            ("a.lab.example", 200),
            ("lab.example", 421),
            ("a.b.lab.example", 421),
        ):
            assert (await told(server.port, f"Host: {host}")).status == status


async def test_the_machine_s_full_name_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """As its resolver gives it, which is not waited for."""
    monkeypatch.setattr(socket, "getfqdn", lambda: "Lab7.Physics.Example")
    own = Hosts(Config(), frozenset)
    await until(lambda: own.is_own("lab7.physics.example"))
    assert not own.is_own("physics.example")


async def test_the_operator_hears_of_each_name_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And of no more than can be read."""
    monkeypatch.setattr(hosts, "_NAMES_LOGGED_MAX", 3)
    with structlog.testing.capture_logs() as logs:
        async with serving(tmp_path) as server:
            for name in ("a.example", "b.example", "a.example", "c.example", "d.example"):
                await told(server.port, f"Host: {name}")
    refused = [entry for entry in logs if entry["event"] == "host_refused"]
    assert [entry["host"] for entry in refused] == ["a.example", "b.example", "c.example"]
    assert "hosts = ['a.example']" in refused[0]["advice"]
