"""``GET /healthz``: whether the server does its work, for whoever restarts it if not."""

from collections.abc import Callable

from aiohttp import web

from muca.model.errors import ErrorCode
from muca.server.web.answers import Failed, as_json


def routes(is_well: Callable[[], bool]) -> list[web.RouteDef]:
    """Give the route."""

    async def get(_: web.Request) -> web.Response:
        if not is_well():
            raise Failed(ErrorCode.STORAGE_UNAVAILABLE)
        return as_json({"STATUS": "serving"})

    return [web.get("/healthz", get)]
