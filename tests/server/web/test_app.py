"""What holds for every request: headers, failures in JSON, budgets, and bounds."""

import asyncio
import contextlib
import gc
from pathlib import Path

import psutil
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from tests.server.test_tls import port as tls_port
from tests.server.test_tls import trusting
from tests.server.web.conftest import AddRoute
from tests.server.web.http import answer, ask, request
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS, Wire


async def test_every_answer_says_what_browsers_may_do_with_it(tmp_path: Path) -> None:
    """Also those that say that something was wrong, and with whatever bytes it began."""
    async with serving(tmp_path, tls=True) as server:
        answers = [await ask(server.port, target) for target in ("/", "/server", "/nothing", "/websocket", "/metrics")]
        answers.append(await ask(server.port, "/session", "POST"))
        answers.append(await ask(server.port, "/server", "DELETE"))
        answers.append(await ask(server.port, "/server", Expect="a miracle"))
        answers.append(await ask(tls_port(server), "/server", "GET", b"", trusting(tmp_path)))
        for garbage in (b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nA b: c\r\n\r\n"):
            async with Wire(server.port) as wire:
                wire.send(garbage)
                answers.append(await answer(wire))
                assert await wire.ended()
    assert [told.status for told in answers] == [404, 200, 404, 426, 200, 401, 405, 417, 200, 400, 400, 400]
    for told in answers:
        policy = told.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["referrer-policy"] == "no-referrer"
        assert told.headers["cross-origin-opener-policy"] == "same-origin"
        assert told.headers["cross-origin-resource-policy"] == "same-origin"
        assert told.headers["server"] == "muca"
        assert "strict-transport-security" not in told.headers
        if told.status >= 400 and told is not answers[0]:
            assert told.json["CODE"] in set(ErrorCode)
            assert told.json["TEXT"]


async def test_another_method_is_told_which_there_are(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        told = await ask(server.port, "/session", "PUT")
        assert (told.status, told.headers["allow"]) == (405, "POST")
        assert told.json["TEXT"] == "/session takes POST, not PUT."


async def test_a_defect_of_ours_is_told_and_costs_one_answer(tmp_path: Path, add_route: AddRoute) -> None:
    async def defect(_: web.Request) -> web.Response:
        raise ZeroDivisionError

    add_route(defect)
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.send(request("/here") + request("/server"))
        told = await answer(wire)
        assert (told.status, told.json["CODE"]) == (500, "server_error")
        assert (await answer(wire)).status == 200


@pytest.mark.parametrize("what", ["line", "header", "headers"])
async def test_heads_are_bounded(tmp_path: Path, what: str) -> None:
    """At the bound, and past it."""
    limits = Limits(http_line_bytes_max=2_000, http_headers_max=20)
    async with serving(tmp_path, limits) as server:
        for past, status in ((0, 404), (100, 400)):
            match what:
                case "line":
                    told = await ask(server.port, "/" + "x" * (1_960 + past))
                case "header":
                    told = await ask(server.port, "/nothing", Long="x" * (1_960 + past))
                case _:
                    told = await ask(server.port, "/nothing", **{f"H{number}": "x" for number in range(19 + past)})
            assert told.status == status


async def test_an_address_that_asks_too_much_waits(tmp_path: Path) -> None:
    """Nothing is refused."""
    limits = Limits(address_cost_burst=100, address_cost_per_second=100)
    async with serving(tmp_path, limits) as server:
        begun = asyncio.get_running_loop().time()
        answers = await asyncio.gather(*(ask(server.port, "/server") for _ in range(9)))
        assert {told.status for told in answers} == {200}
        assert asyncio.get_running_loop().time() - begun > 0.5


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    garbage=st.tuples(
        st.sampled_from("GHPODCT"),
        st.one_of(st.binary(max_size=300), st.text("ET POSUR/ HTP1.\r\n:;,=%aA0", max_size=300).map(str.encode)),
    )
)
async def test_garbage_that_begins_like_http_hurts_nobody(tmp_path: Path, garbage: tuple[str, bytes]) -> None:
    """It is answered with a mistake or not at all; the connection ends, and others go on."""
    first, rest = garbage
    async with serving(tmp_path) as server, Wire(server.port) as member:
        async with Wire(server.port) as stranger:
            stranger.send(first.encode() + rest)
            stranger.writer.write_eof()
            async with asyncio.timeout(DEADLINE_SECONDS):
                said = await stranger.reader.read()
            assert not said or said.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
        member.send({"CMD": "PING"})
        member.line(CMD="JOIN", UN="", UID="x", V=2, ID="1")
        assert (await member.until("ACK"))["CODE"] == "bad_name"


@pytest.mark.parametrize(
    "begin", [b"G", request("/healthz"), request("/none", "POST", b"body")], ids=["first", "next", "body"]
)
async def test_what_is_no_request_is_not_kept(tmp_path: Path, begin: bytes) -> None:
    """Not even until Python looks for garbage."""
    resident = psutil.Process().memory_info
    noise = bytes(200_000)
    async with serving(tmp_path) as server:
        gc.collect()
        gc.disable()
        try:
            before = resident().rss
            for _ in range(20):
                async with Wire(server.port) as wire:
                    wire.send(begin)
                    with contextlib.suppress(ConnectionError):
                        for _ in range(20):
                            wire.send(noise)
                            await wire.writer.drain()
                    wire.writer.transport.abort()
            assert resident().rss - before < 50_000_000
        finally:
            gc.enable()
