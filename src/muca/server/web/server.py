"""``GET /server``: information about the server, for a page that has not joined yet."""

from collections.abc import Callable, Sequence

import msgspec
from aiohttp import web

from muca.model.replies import Policy, ServerInfo
from muca.model.wire import always
from muca.server.runtime import Runtime
from muca.server.web.answers import as_json
from muca.server.web.asker import ASKER
from muca.server.web.transport import transport_of


class Greeting(ServerInfo, frozen=True, kw_only=True):
    """The response."""

    policy: Policy = always(Policy.OPEN)
    page: str
    """The hash of the page."""
    secrets: bool = always(False)
    """Whether passwords and codes are accepted on this connection."""
    urls: tuple[str, ...] = ()
    """URLs of the page for other machines; only sent to this machine, unless set in the configuration."""


def routes(runtime: Runtime, page: str, urls: Callable[[], Sequence[str]], *, are_public: bool) -> list[web.RouteDef]:
    """Return the route."""

    async def get(request: web.Request) -> web.Response:
        greeting = Greeting(
            **msgspec.structs.asdict(runtime.hub.server),
            page=page,
            secrets=runtime.hub.accepts_secrets(transport_of(request).connection.id),
            urls=tuple(f"{url}/" for url in urls()) if are_public or request[ASKER].is_here else (),
        )
        return as_json(greeting)

    return [web.get("/server", get)]
