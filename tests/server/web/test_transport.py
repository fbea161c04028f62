"""Between aiohttp and a connection: when a connection that speaks HTTP ends, and when it does not."""

import asyncio
import socket
from pathlib import Path

import pytest
from aiohttp import web

from muca.core import living
from muca.model.limits import Limits
from muca.server.web.transport import transport_of
from tests.server.test_tls import port as tls_port
from tests.server.test_tls import trusting
from tests.server.web.conftest import AddRoute
from tests.server.web.http import answer, ask, request
from tests.serving import UNHURRIED, serving
from tests.wire import DEADLINE_SECONDS, Wire


async def say_length(asked: web.Request) -> web.Response:
    """Read the body however long it is, piece by piece."""
    length = 0
    async for piece in asked.content.iter_any():
        length += len(piece)
    return web.Response(text=str(length))


async def test_slow_heads_and_idle_connections_end(tmp_path: Path) -> None:
    """However steadily a head trickles in. One that goes on asking stays."""
    async with (
        serving(tmp_path, Limits(http_idle_seconds=1)) as server,
        Wire(server.port) as slow,
        Wire(server.port) as idle,
        Wire(server.port) as busy,
    ):
        slow.send(b"GET / HTTP/1.1\r\nA: ")
        idle.send(request("/server"))
        await answer(idle)
        ended = asyncio.gather(slow.reader.read(), idle.reader.read())
        while not ended.done():
            if not slow.writer.is_closing():
                slow.send(b"x")
            busy.send(request("/server"))
            assert (await answer(busy)).status == 200
        assert [*await ended] == [b"", b""]


async def test_who_sends_half_a_body_or_does_not_read_is_given_up(tmp_path: Path, add_route: AddRoute) -> None:
    """A client that makes progress, however slowly, is not."""

    unread = []

    async def much(asked: web.Request) -> web.Response:
        if asked.method != "GET":
            return await say_length(asked)
        unread.append(transport_of(asked))
        return web.Response(body=b"x" * 30_000_000)

    add_route(much)
    async with (
        serving(tmp_path, Limits(http_stall_seconds=1), tls=True) as server,
        Wire(server.port) as half,
        Wire(server.port) as deaf,
        Wire(tls_port(server), tls=trusting(tmp_path)) as secretive,
        Wire(server.port) as slow,
    ):
        half.send(request("/here", "POST", Content_Length="100") + b"x")
        for wire in (deaf, secretive):
            wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
            wire.send(request("/here"))
        slow.send(request("/here", "POST", Content_Length="9000"))
        ended = asyncio.ensure_future(half.ended())
        sent = 0
        while not (ended.done() and [transport.is_closing() for transport in unread] == [True, True]):
            slow.send(b"x")
            sent += 1
            await ask(server.port, "/server")
        slow.send(b"x" * (9_000 - sent))
        assert (await answer(slow)).body == b"9000"
        for wire in (deaf, secretive):
            wire.writer.transport.resume_reading()  # type: ignore[attr-defined]
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await answer(wire)


async def test_uploads_and_downloads_under_way_are_not_cut_and_the_idle_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add_route: AddRoute
) -> None:
    """Past the bound of connections that have not joined, the oldest idle one goes."""
    monkeypatch.setattr(living, "SWEEP_MS", 50)
    add_route(say_length)
    limits = Limits(unjoined_connections_max=1, join_seconds=1)
    async with (
        serving(tmp_path, limits) as server,
        Wire(server.port) as upload,
        Wire(server.port) as idle,
        Wire(server.port) as late,
    ):
        upload.send(request("/here", "POST", Content_Length="5") + b"x")
        idle.send(request("/server"))
        await answer(idle)
        late.send(b"1")
        assert await idle.ended()
        upload.send(b"xxxx")
        assert (await answer(upload)).body == b"5"


async def test_half_a_connection_is_answered_and_half_a_request_is_not(tmp_path: Path, add_route: AddRoute) -> None:
    """A client that has closed its sending side gets the answer, over TCP and TLS."""
    add_route(say_length)
    async with serving(tmp_path) as server:
        for said, status in (
            (request("/server"), 200),
            (request("/here", "POST", b"x" * 100_000), 200),
            (b"GET / HT", None),
            (request("/here", "POST", Content_Length="9") + b"x", None),
            (b"", None),
        ):
            async with Wire(server.port) as wire:
                wire.send(said)
                wire.writer.write_eof()
                if status is not None:
                    assert (await answer(wire)).status == status
                assert await wire.ended()


async def test_a_stop_lets_answers_come_to_their_end(tmp_path: Path, add_route: AddRoute) -> None:
    """And waits for nobody who is idle, nor longer than the limit for a body that does not come."""
    asked, stopping = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        asked.set()
        await stopping.wait()
        return web.Response(text="done")

    async def notice(idle: Wire) -> None:
        await idle.ended()
        stopping.set()

    add_route(slow)
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with serving(tmp_path, Limits(close_seconds=2, **UNHURRIED)) as server:
            waiting, idle = await Wire(server.port).__aenter__(), await Wire(server.port).__aenter__()
            idle.send(request("/server"))
            await answer(idle)
            waiting.send(request("/here"))
            await asked.wait()
            noticed = asyncio.create_task(notice(idle))
        assert (await answer(waiting)).body == b"done"
        assert await waiting.ended()
        await noticed
        await waiting.close()
        await idle.close()


async def test_a_broken_body_is_told_so_and_ends_the_connection(tmp_path: Path, add_route: AddRoute) -> None:
    add_route(say_length)
    async with serving(tmp_path) as server, Wire(server.port) as wire:
        wire.send(request("/here", "POST", Transfer_Encoding="chunked") + b"3\r\nabc\r\nnonsense\r\n")
        told = await answer(wire)
        assert (told.status, told.json["CODE"]) == (400, "bad_request")
        assert await wire.ended()


@pytest.mark.parametrize("tls", [False, True])
async def test_more_is_on_its_way_while_a_file_is_carried(tmp_path: Path, add_route: AddRoute, tls: bool) -> None:
    """And as little as ever before and after."""
    limits = Limits(socket_buffer_bytes=20_000, file_buffer_bytes=80_000)

    async def measure(asked: web.Request) -> web.Response:
        transport = transport_of(asked)
        carried = transport.get_extra_info("socket")

        def kept() -> list[int]:
            return [carried.getsockopt(socket.SOL_SOCKET, option) for option in (socket.SO_SNDBUF, socket.SO_RCVBUF)]

        before = kept()
        with transport.carrying_a_file():
            meanwhile = kept()
        return web.json_response([before, meanwhile, kept()])

    add_route(measure)
    async with serving(tmp_path, limits, tls=True) as server:
        port, context = (tls_port(server), trusting(tmp_path)) if tls else (server.port, None)
        before, meanwhile, after = (await ask(port, "/here", "GET", b"", context)).json
    assert meanwhile == [4 * size for size in before]
    assert after == before
