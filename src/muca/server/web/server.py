"""``GET /server``: which server this is, for a page that has not joined yet."""

from collections.abc import Callable

import msgspec
from aiohttp import web

from muca.model.replies import ServerInfo
from muca.server.web.answers import as_json


def routes(info: Callable[[], ServerInfo], page: str) -> list[web.RouteDef]:
    """Give the route; ``page`` changes with the page."""

    async def get(_: web.Request) -> web.Response:
        server = info()
        return as_json({"POLICY": server.policy, **msgspec.to_builtins(server), "PAGE": page})

    return [web.get("/server", get)]
