"""POST /session: a cookie, as long as the session lives."""

from pathlib import Path

import pytest

from tests.server.test_tls import port as tls_port
from tests.server.test_tls import trusting
from tests.server.web.http import answer, ask
from tests.serving import serving
from tests.websocket import WebSocketWire
from tests.wire import Wire


async def test_a_live_session_gets_a_cookie_for_reading_files(tmp_path: Path) -> None:
    """That scripts cannot read, that other sites' pages do not send, and over TLS that plain HTTP does not show."""
    async with serving(tmp_path, tls=True) as server:
        async with WebSocketWire(server.port) as wire:
            session = (await wire.join("Tony", "tony"))["DATA"]["SESSION"]
            plain = await ask(server.port, "/session", "POST", Authorization=f"Bearer {session}")
            secret = await ask(
                tls_port(server), "/session", "POST", b"", trusting(tmp_path), Authorization=f"Bearer {session}"
            )
            for told in (plain, secret):
                assert (told.status, told.body) == (204, b"")
                first, *rest = told.headers["set-cookie"].split("; ")
                assert first.startswith("__Secure-muca-" if told is secret else "muca-")
                assert session not in first, "others on this host see it, and would take the session over"
                assert set(rest) - {"Secure"} == {"HttpOnly", "Path=/files", "SameSite=Strict"}
                assert ("Secure" in rest) == (told is secret)
            assert (await wire.ask(CMD="LEAVE", ID="l"))["TYPE"] == "OKAY"
        gone = await ask(server.port, "/session", "POST", Authorization=f"Bearer {session}")
        assert (gone.status, gone.json["CODE"]) == (401, "not_joined")


@pytest.mark.parametrize(
    ("headers", "path", "secure"),
    [
        ({"Host": "example.org"}, "/chat/files", False),
        ({"Host": "EXAMPLE.ORG:8080"}, "/chat/files", False),
        ({"Host": "127.0.0.1"}, "/files", False),
        ({"Host": "127.0.0.1", "X-Forwarded-Host": "example.org", "X-Forwarded-Proto": "https"}, "/chat/files", True),
        ({"Host": "example.org", "Forwarded": "for=192.0.2.7;proto=https"}, "/chat/files", True),
        ({"Host": "example.org", "Forwarded": "for=192.0.2.7;proto=http"}, "/chat/files", False),
    ],
)
async def test_the_cookie_is_for_the_path_below_which_the_page_was_asked_for(
    tmp_path: Path, headers: dict[str, str], path: str, secure: bool
) -> None:
    """At the server's own address there is none; and a proxy says whether the way to it is secret."""
    async with (
        serving(tmp_path, url="http://example.org/chat/", trusted_proxies=("127.0.0.1",)) as server,
        WebSocketWire(server.port) as wire,
        Wire(server.port) as raw,
    ):
        session = (await wire.join("Tony", "tony"))["DATA"]["SESSION"]
        lines = [f"{name}: {value}" for name, value in (headers | {"Authorization": f"Bearer {session}"}).items()]
        raw.send("\r\n".join(["POST /session HTTP/1.1", *lines, "", ""]).encode())
        told = await answer(raw)
        first, *rest = told.headers["set-cookie"].split("; ")
        assert f"Path={path}" in rest
        assert ("Secure" in rest, first.startswith("__Secure-")) == (secure, secure)


@pytest.mark.parametrize("said", [b"Authorization: Bearer \xff", b"Cookie: muca-1=\xff", b"Cookie: \xff"])
async def test_bytes_that_are_no_text_are_nobodys(tmp_path: Path, said: bytes) -> None:
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.send(b"GET /files/f-1/a HTTP/1.1\r\nHost: localhost\r\n" + said + b"\r\n\r\n")
        assert (await answer(wire)).status == 401


async def test_a_session_that_was_taken_over_is_over(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, WebSocketWire(server.port) as former:
        joined = (await former.join("Tony", "tony"))["DATA"]
        async with WebSocketWire(server.port) as wire:
            again = await wire.join("Tony", "tony", TOKEN=joined["TOKEN"], SESSION=joined["SESSION"])
            for session, status in ((joined["SESSION"], 401), (again["DATA"]["SESSION"], 204)):
                assert (await ask(server.port, "/session", "POST", Authorization=f"Bearer {session}")).status == status
