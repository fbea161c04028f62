"""The web of a server: the table of routes, and what holds for all of them."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

import structlog
from aiohttp import HttpVersion11, web
from aiohttp.web_protocol import _ErrInfo

from muca.model.addresses import is_loopback, is_within
from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.protocol.websocket import V2OverWebSocket
from muca.server.config import Config
from muca.server.connection import Connection
from muca.server.files.folder import FileFolder
from muca.server.files.links import Links
from muca.server.runtime import Runtime
from muca.server.waking_clock import after_reading
from muca.server.web import files, health, metrics, openapi, server, session, websocket
from muca.server.web.answers import Failed, failure
from muca.server.web.asker import ASKER, Asker, asker_of
from muca.server.web.authority import Authority
from muca.server.web.headers import add_headers
from muca.server.web.hosts import Hosts
from muca.server.web.pages import ASSETS, Pages
from muca.server.web.transport import HttpTransport, transport_of

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Web:
    """Speaks HTTP on the connections that begin so. ``start`` it before the first one, ``stop`` it after the last."""

    def __init__(
        self,
        runtime: Runtime,
        config: Config,
        page: Path | None,
        folder: FileFolder,
        links: Links,
        urls: Callable[[], Sequence[str]],
        hosts: Hosts,
    ) -> None:
        self._runtime = runtime
        self._hosts = hosts
        self._noted_unlisted = False
        self._limits = limits = config.limits
        pages = Pages(page, config.name)
        authority = Authority(runtime.hub.session_of, runtime.hub.server.id)
        self._files = files.Files(authority, runtime, folder, links, limits, runtime.conditions)
        self._answers: Counter[tuple[str, int]] = Counter()
        app = web.Application(
            middlewares=[self._count, self._answer, _tell_failures, self._check_name],
            client_max_size=limits.http_body_bytes_max,
        )
        app.on_response_prepare.append(_add_headers)
        app.add_routes(
            [
                *websocket.routes(lambda: V2OverWebSocket(limits), config.origins),
                *server.routes(runtime, pages.hash, urls, are_public=config.url is not None),
                *session.routes(authority, config.url),
                *self._files.routes(),
                *health.routes(lambda: runtime.conditions.worst),
                *metrics.routes(metrics.Metrics(runtime, self._answers), config.metrics_token),
                *openapi.routes(),
                *pages.routes(),
            ]
        )
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=limits.close_seconds)

    async def start(self) -> None:
        """Get ready."""
        await self._runner.setup()

    async def stop(self) -> None:
        """Tidy up; all connections are closed already."""
        await self._runner.cleanup()
        self._files.stop()

    def lend(self, connection: Connection, transport: asyncio.Transport) -> HttpTransport:
        """Speak HTTP on this connection."""
        assert self._runner.server is not None
        handler = _RequestHandler(self._runner.server, self._limits)
        return HttpTransport(connection, transport, handler, self._limits, self._runtime.clock.call_later)

    @web.middleware
    async def _count(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Count the answer."""
        answer = await handler(request)
        resource = request.match_info.route.resource
        self._answers[_route(resource.canonical) if resource is not None else "none", answer.status] += 1
        return answer

    @web.middleware
    async def _answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Have an address that asks too much wait; and let the Hub know that the connection is in use until the end."""
        transport = transport_of(request)
        connection = transport.connection
        asker = request[ASKER] = asker_of(request, connection.client, self._runtime.trusted_proxies)
        connection.speak_for(asker.address, asker.is_secure)
        self._note_unlisted(asker)
        number = connection.id
        with transport.answering(request):
            turn = self._runtime.http_began(number)
            try:
                await turn
                answer = await handler(request)
                await answer.prepare(request)
                await answer.write_eof()
                return answer
            finally:
                self._runtime.http_ended(number)

    def _note_unlisted(self, asker: Asker) -> None:
        """Tell the operator, once, of a proxy on this machine whose clients are taken for strangers."""
        address = asker.address
        if self._noted_unlisted or asker.is_here or not is_loopback(address):
            return
        if not is_within(address, self._runtime.trusted_proxies):
            self._noted_unlisted = True
            advice = f"If this is your reverse proxy, add it to muca.toml: trusted_proxies = [{address!a}]."
            structlog.get_logger().warning("proxy_not_trusted", address=address, advice=advice)

    @web.middleware
    async def _check_name(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Answer only who calls the server by a name of its own."""
        self._hosts.check(request[ASKER], must_say=request.version >= HttpVersion11)
        return await handler(request)


def _route(path: str) -> str:
    """Return what a route is counted as: the names in ``assets/`` change with every build."""
    return ASSETS if path.startswith(ASSETS) else path


@web.middleware
async def _tell_failures(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Answer with JSON what goes wrong."""
    try:
        return await handler(request)
    except Failed as failed:
        return failed.answer
    except web.HTTPException as error:
        return _in_json(request, error)
    except web.RequestPayloadError:
        return failure(ErrorCode.BAD_REQUEST, "The body of the request is incomplete or malformed.")
    except ConnectionError:
        raise
    except Exception as error:
        structlog.get_logger().exception("request_failed", method=request.method, path=request.path)
        if request.writer.output_size:  # another answer would be taken for more of the one that was begun
            transport_of(request).abort()
            raise ConnectionAbortedError from error
        return failure(ErrorCode.SERVER_ERROR)


def _in_json(request: web.BaseRequest, error: web.HTTPException) -> web.Response:
    if isinstance(error, web.HTTPNotFound):
        return failure(ErrorCode.NOT_FOUND)
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        answer = failure(ErrorCode.BAD_REQUEST, f"{request.path} takes {allowed}, not {error.method}.", status=405)
        answer.headers["Allow"] = allowed
        return answer
    return failure(ErrorCode.BAD_REQUEST, f"{error.reason}.", status=error.status)


async def _add_headers(_: web.Request, answer: web.StreamResponse) -> None:
    add_headers(answer)


_NO_LOG: Final = logging.Logger("muca.web", logging.CRITICAL + 1)
"""For what aiohttp would log: bytes of strangers that are no HTTP. What is ours, ``_tell_failures`` logs."""


class _RequestHandler(web.RequestHandler):
    """aiohttp's side of one connection, with muca's bounds and muca's words for what is no HTTP."""

    def __init__(self, manager: web.Server, limits: Limits) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=limits.http_idle_seconds,
            tcp_keepalive=False,  # the connection has seen to it
            logger=_NO_LOG,
            access_log=None,  # type: ignore[arg-type]  # none is kept
            max_line_size=limits.http_line_bytes_max,
            max_field_size=limits.http_line_bytes_max,
            max_headers=limits.http_headers_max,
            auto_decompress=False,  # a small body must not become a large one
        )
        self._is_broken = False
        """Whether bytes came that are no request."""

    def _process_keepalive(self) -> None:
        """Close if nothing came; what came while this process did not run is read first."""
        self._keepalive_handle = after_reading(super()._process_keepalive)

    def data_received(self, data: bytes) -> None:
        """Take in bytes, but none behind what is no request.

        For each that cannot be parsed aiohttp notes an error, whose traceback has all that came with it, in a cycle of
        references: that would be kept until Python looks for garbage, which is seldom.
        """
        if self._is_broken:
            return
        super().data_received(data)
        newest = self._messages[-1][0] if self._messages else None
        if isinstance(newest, _ErrInfo):
            self._is_broken = True
            newest.exc.__traceback__ = None

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Say what was wrong with bytes that are no request."""
        answer = failure(ErrorCode.BAD_REQUEST, f"This is not an HTTP/1.1 request: {message}.", status=status)
        answer.force_close()
        add_headers(answer)
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Write an answer; one that no middleware has seen (to ``Expect``) is in JSON, too."""
        if isinstance(resp, web.HTTPException):
            resp = _in_json(request, resp)
        return await super().finish_response(request, resp, start_time)
