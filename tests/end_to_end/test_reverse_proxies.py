"""Behind a real nginx and a real Caddy, configured as docs/OPERATING.md says: all works, and each client is itself."""

import asyncio
import io
import ssl
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
import structlog

from muca.model.limits import AnnouncedLimits, Limits
from muca.model.replies import Policy
from muca.server.serve import Server
from tests.proxies import caddy, certificate, changed, example, free_port, http_part, nginx
from tests.server.files.samples import picture
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS, Wire

CLIENT = "127.0.0.7"
"""Where the client is: not where the proxy is."""
SETTINGS = {**tomllib.loads(example("toml", "bypass the proxy")), "host": "127.0.0.1"}
MEGABYTE = 1_000_000


class Way(NamedTuple):
    """A way to the server through a proxy."""

    url: str
    http: aiohttp.ClientSession
    server: Server


def nginx_config(folder: Path, port: int, server_port: int, path: str) -> str:
    """Write the example for a path, ports and files of the test."""
    server = changed(
        example("nginx", "location / {"),
        **{
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/ssl/chat.example.pem": f"{folder}/cert.pem",
            "/etc/ssl/chat.example.key": f"{folder}/key.pem",
        },
    )
    if path:
        server = changed(server, **{"location / {": f"location {path}/ {{", "127.0.0.1:40452": "127.0.0.1:40452/"})
    return http_part(folder, changed(server, **{"40452": str(server_port)}))


def caddy_config(folder: Path, port: int, server_port: int, path: str) -> str:
    """Write the example for a path, ports and files of the test."""
    site = changed(
        example("caddy", "reverse_proxy"),
        **{"chat.example {": f"chat.example:{port} {{\n    tls {folder}/cert.pem {folder}/key.pem\n    bind 127.0.0.1"},
    )
    if path:
        below = f"redir {path} {path}/\nhandle_path {path}/* {{\nreverse_proxy"
        site = changed(site, **{"    reverse_proxy": below}) + "}"
    return changed(site, **{"40452": str(server_port)})


@asynccontextmanager
async def proxied(kind: str, path: str, folder: Path, **settings: Any) -> AsyncIterator[Way]:
    """Serve behind a proxy of this kind, as chat.example, below a path."""
    port = free_port()
    context = certificate(folder, "chat.example")
    connector = aiohttp.TCPConnector(local_addr=(CLIENT, 0), ssl=context, resolver=_Here())
    settings = SETTINGS | {"url": f"https://chat.example:{port}{path}"} | settings
    async with serving(folder / "data", **settings) as server:
        write, run = (nginx_config, nginx) if kind == "nginx" else (caddy_config, caddy)
        async with (
            run(folder, write(folder, port, server.port, path), port),
            aiohttp.ClientSession(connector=connector) as http,
        ):
            yield Way(settings["url"], http, server)


class _Here(aiohttp.abc.AbstractResolver):
    """Finds every name on this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing is open."""


async def join(socket: aiohttp.ClientWebSocketResponse, **fields: Any) -> Any:
    """JOIN; give the answer."""
    await socket.send_json({"CMD": "JOIN", "UN": "Tony", "UID": "tony", "V": 2, "ID": "1", **fields})
    return await socket.receive_json(timeout=DEADLINE_SECONDS)


@pytest.mark.parametrize("path", ["", "/chat"])
@pytest.mark.parametrize("kind", ["nginx", "caddy"])
async def test_a_person_chats_and_sends_files_through_it(tmp_path: Path, kind: str, path: str) -> None:
    """WebSocket, 20 MB up and down, a picture that is shown by cookie, and what is too large is said by muca itself."""
    limits = Limits(announced=AnnouncedLimits(file_bytes_max=21 * MEGABYTE))
    async with proxied(kind, path, tmp_path, limits=limits) as (url, http, _):
        async with http.get(f"{url}/server") as answer:
            assert (await answer.json())["URLS"] == [f"{url}/"]
            assert (await answer.json())["SECRETS"] is True
        async with http.ws_connect(f"{url}/websocket", headers={"Origin": url.removesuffix(path)}) as socket:
            bearer = {"Authorization": f"Bearer {(await join(socket))['DATA']['SESSION']}"}
            for name, content in (("large", bytes(20 * MEGABYTE)), ("a.png", picture("png"))):
                async with http.post(f"{url}/files?name={name}", data=io.BytesIO(content), headers=bearer) as answer:
                    assert answer.status == 201
                    file = (await answer.json())["FILE"]
                async with http.get(f"{url}/files/{file}/{name}", headers=bearer) as answer:
                    assert answer.status == 200
                    assert len(await answer.read()) > 0
            async with http.post(f"{url}/session", headers=bearer) as answer:
                cookie = answer.cookies
                (morsel,) = cookie.values()
            assert (morsel["path"], morsel["secure"]) == (f"{path}/files", True)
            async with http.get(f"{url}/files/{file}/a.png") as answer:
                assert (answer.status, answer.content_type) == (200, "image/png")
            async with http.post(
                f"{url}/files?name=x", data=io.BytesIO(bytes(22 * MEGABYTE)), headers=bearer
            ) as answer:
                assert (answer.status, (await answer.json())["CODE"]) == (413, "file_too_large")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(f"{url}/websocket", headers={"Origin": "https://evil.example"})


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
async def test_each_client_has_its_own_address(tmp_path: Path, kind: str) -> None:
    """Whatever it says itself of where it comes from."""
    claims = {"X-Forwarded-For": "192.0.2.9", "Forwarded": "for=192.0.2.9", "X-Forwarded-Host": "evil.example"}
    with structlog.testing.capture_logs() as logs:
        async with proxied(kind, "", tmp_path, policy=Policy.REGISTERED) as (url, http, _):
            for headers in ({}, claims):
                async with http.ws_connect(f"{url}/websocket", headers=headers) as socket:
                    assert (await join(socket, PASSWORD="wrong-wrong-wrong"))["TYPE"] == "FAIL"
    refused = [entry["address"] for entry in logs if entry["event"] == "refused"]
    assert refused == [CLIENT, CLIENT]


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
async def test_a_proxy_that_is_not_listed_makes_nobody_local(tmp_path: Path, kind: str) -> None:
    async with proxied(kind, "", tmp_path, trusted_proxies=()) as (url, http, _):
        async with http.get(f"{url}/metrics") as answer:
            assert answer.status == 404
        async with http.get(f"{url}/server") as answer:
            assert (await answer.json())["SECRETS"] is False


async def test_programs_reach_the_json_ports_through_it(tmp_path: Path) -> None:
    """With and without TLS, which is the server's own."""
    streams, address = example("nginx", "stream {"), "127.0.0.2"
    settings = SETTINGS | {"policy": Policy.REGISTERED, "secrets_over_plain": True}
    with structlog.testing.capture_logs() as logs:
        async with serving(tmp_path / "data", tls=True, **settings) as server:
            assert server.tls_port is not None
            ports = {"40452": str(server.port), "40453": str(server.tls_port), "192.0.2.1": address}
            async with nginx(tmp_path, changed(streams, **ports), server.port, address):
                trusting = ssl.create_default_context(cafile=tmp_path / "data" / "tls" / "ca.pem")
                trusting.check_hostname = False  # it is reached by an address that it does not know
                for port, tls in ((server.port, None), (server.tls_port, trusting)):
                    async with _Far(port, address, tls) as wire:
                        wire.line(CMD="JOIN", UN="Tony", UID="tony", V=2, ID="1", PASSWORD="wrong-wrong-wrong")
                        assert (await wire.until("ACK"))["TYPE"] == "FAIL"
    assert [entry["address"] for entry in logs if entry["event"] == "refused"] == [CLIENT, CLIENT]


class _Far(Wire):
    """A connection of the client's."""

    async def __aenter__(self) -> "_Far":
        self.reader, self.writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._tls, local_addr=(CLIENT, 0)
        )
        return self
