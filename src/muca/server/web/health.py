"""``GET /healthz``: whether the server works; ``GET /livez``: whether it runs at all, or should be restarted."""

from collections.abc import Callable

from aiohttp import web

from muca.model.storage import StoreError
from muca.server.web.answers import Failed, as_json


def routes(fault: Callable[[], StoreError | None]) -> list[web.RouteDef]:
    """Return the routes; ``fault`` returns the server's current failure, if any."""

    async def get(_: web.Request) -> web.Response:
        found = fault()
        if found is not None:
            raise Failed(found.code, found.detail or None)
        return as_json({"STATUS": "serving"})

    async def get_life(_: web.Request) -> web.Response:
        return as_json({"STATUS": "alive"})

    return [web.get("/healthz", get), web.get("/livez", get_life)]
