"""``GET /websocket``: the WebSocket handshake, after which the connection works like one over TCP."""

from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from muca.model.errors import ErrorCode
from muca.protocol.dialect import ServerDialect
from muca.server.web.answers import Failed
from muca.server.web.asker import ASKER
from muca.server.web.transport import transport_of

_PORTS: Final = {"http": 80, "https": 443}


def routes(new_dialect: Callable[[], ServerDialect], origins: Sequence[str]) -> list[web.RouteDef]:
    """Return the route; pages from these ``origins`` may use it, besides the server's own."""

    async def get(request: web.Request) -> web.StreamResponse:
        _check_origin(request, origins)
        if request.body_exists:
            raise Failed(ErrorCode.BAD_REQUEST, "A WebSocket handshake has no body.")
        answer = _shake_hands(request)
        tail = _Tail()
        request.protocol.set_parser(tail)  # type: ignore[arg-type]  # it has the methods that are called
        transport_of(request).give_back(new_dialect(), answer, tail.data)
        return _Gone()

    return [web.get("/websocket", get, allow_head=False)]


def _check_origin(request: web.Request, origins: Sequence[str]) -> None:
    """Refuse foreign pages: browsers let any page open a WebSocket, and send its origin."""
    origin = request.headers.get("Origin")
    if origin is None or origin.lower() in origins:
        return
    scheme, _, host = origin.lower().partition("://")
    own = (request[ASKER].authority or "").lower()
    if host and scheme in _PORTS and _with_port(host, scheme) == _with_port(own, scheme):
        return
    detail = (
        f"Pages from {origin!a} may not connect to this server. Its operator can allow them as “origins” in muca.toml."
    )
    raise Failed(ErrorCode.NOT_ALLOWED, detail)


def _with_port(host: str, scheme: str) -> str:
    return host if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else f"{host}:{_PORTS[scheme]}"


def _shake_hands(request: web.Request) -> bytes:
    """Return the bytes of the handshake's response. Raises ``Failed``."""
    protocol = ServerProtocol()
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    answer = protocol.accept(
        Request(request.path_qs, headers, protocol=f"HTTP/{request.version.major}.{request.version.minor}")
    )
    if protocol.handshake_exc is not None:
        failed = Failed(ErrorCode.BAD_REQUEST, f"WebSocket: {protocol.handshake_exc}.", status=answer.status_code)
        if answer.status_code == web.HTTPUpgradeRequired.status_code:
            failed.answer.headers["Upgrade"] = "websocket"
        raise failed
    return answer.serialize()


class _Tail:
    """Collects the data after the handshake from aiohttp."""

    def __init__(self) -> None:
        self.data = b""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Keep the data."""
        self.data += data
        return False, b""

    def feed_eof(self) -> None:
        """Do nothing."""


class _Gone(web.StreamResponse):
    """A response that was already written: aiohttp writes nothing and releases the connection."""

    def __init__(self) -> None:
        super().__init__(status=101)
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""
