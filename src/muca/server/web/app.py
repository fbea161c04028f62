"""The HTTP server: the table of routes, and what applies to all of them."""

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
from muca.server.connection import ConnectionProtocol
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
    """Serves HTTP on connections that begin with it. ``start`` it before the first one, ``stop`` it after the last."""

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
        self._files = files.FileTransfers(authority, runtime, folder, links, limits, runtime.conditions)
        self._answers: Counter[tuple[str, int]] = Counter()
        app = web.Application(middlewares=[self._count, self._answer, _tell_failures, self._check_name])
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
        """Prepare for requests."""
        await self._runner.setup()

    async def stop(self) -> None:
        """Release resources; all connections must be closed."""
        await self._runner.cleanup()
        self._files.stop()

    def lend(self, connection: ConnectionProtocol, transport: asyncio.Transport) -> HttpTransport:
        """Serve HTTP on this connection."""
        assert self._runner.server is not None
        handler = _RequestHandler(self._runner.server, self._limits)
        return HttpTransport(connection, transport, handler, self._limits, self._runtime.clock.call_later)

    @web.middleware
    async def _count(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Count the response."""
        answer = await handler(request)
        resource = request.match_info.route.resource
        self._answers[_route(resource.canonical) if resource is not None else "none", answer.status] += 1
        return answer

    @web.middleware
    async def _answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Delay an address over its budget, and tell the Hub that the connection is in use during the request."""
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
        """Log once that a proxy on this machine is not trusted, so that its clients cannot be identified."""
        address = asker.address
        if self._noted_unlisted or asker.is_here or not is_loopback(address):
            return
        if not is_within(address, self._runtime.trusted_proxies):
            self._noted_unlisted = True
            advice = f"If this is your reverse proxy, add it to muca.toml: trusted_proxies = [{address!a}]."
            structlog.get_logger().warning("proxy_not_trusted", address=address, advice=advice)

    @web.middleware
    async def _check_name(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse requests that do not name the server by one of its own names."""
        self._hosts.check(request[ASKER], must_say=request.version >= HttpVersion11)
        return await handler(request)


def _route(path: str) -> str:
    """Return the label of a route for metrics: the names in ``assets/`` change with every build."""
    return ASSETS if path.startswith(ASSETS) else path


@web.middleware
async def _tell_failures(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn errors into JSON responses."""
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
        if request.writer.output_size:  # a second response would be read as a part of the first
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
"""Suppresses aiohttp's logs of malformed requests from clients. ``_tell_failures`` logs our own errors."""


class _RequestHandler(web.RequestHandler):
    """aiohttp's protocol of a connection, with muca's limits and error texts for malformed requests."""

    def __init__(self, manager: web.Server, limits: Limits) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=limits.http_idle_seconds,
            tcp_keepalive=False,  # the connection has set it
            logger=_NO_LOG,
            access_log=None,  # type: ignore[arg-type]  # there is no access log
            max_line_size=limits.http_line_bytes_max,
            max_field_size=limits.http_line_bytes_max,
            max_headers=limits.http_headers_max,
            auto_decompress=False,  # a small body must not become a large one
        )
        self._is_broken = False
        """Whether malformed data came in."""

    def _process_keepalive(self) -> None:
        """Close if nothing came in; data that came in while this process did not run is read first."""
        self._keepalive_handle = after_reading(super()._process_keepalive)

    def data_received(self, data: bytes) -> None:
        """Process data, but nothing after a malformed request.

        For each malformed request, aiohttp keeps an error whose traceback references all the data, in a reference
        cycle. This would stay in memory until the garbage collector runs, which is rare.
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
        """Explain what is wrong with a malformed request."""
        answer = failure(ErrorCode.BAD_REQUEST, f"This is not an HTTP/1.1 request: {message}.", status=status)
        answer.force_close()
        add_headers(answer)
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Write a response; one that bypassed the middlewares (to ``Expect``) becomes JSON, too."""
        if isinstance(resp, web.HTTPException):
            resp = _in_json(request, resp)
        return await super().finish_response(request, resp, start_time)
