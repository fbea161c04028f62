"""``GET /websocket``: the handshake of WebSocket, after which the connection is one like those over TCP."""

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
    """Return the route; pages from these ``origins`` may open it, beside the server's own."""

    async def get(request: web.Request) -> web.StreamResponse:
        _check_origin(request, origins)
        if request.body_exists:
            raise Failed(ErrorCode.BAD_REQUEST, "A WebSocket handshake has no body.")
        answer = _shake_hands(request)
        tail = _Tail()
        request.protocol.set_parser(tail)  # type: ignore[arg-type]  # it has what is called
        transport_of(request).give_back(new_dialect(), answer, tail.data)
        return _Gone()

    return [web.get("/websocket", get, allow_head=False)]


def _check_origin(request: web.Request, origins: Sequence[str]) -> None:
    """Keep out the pages of others: browsers let any page open a WebSocket, and say which page it is."""
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
    """Return the bytes of the answer. Raises ``Failed``."""
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
    """Takes over from aiohttp what has come behind the handshake."""

    def __init__(self) -> None:
        self.data = b""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Keep it."""
        self.data += data
        return False, b""

    def feed_eof(self) -> None:
        """Nothing to do."""


class _Gone(web.StreamResponse):
    """Stands for an answer that was given: aiohttp writes nothing and lets the connection go."""

    def __init__(self) -> None:
        super().__init__(status=101)
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""
