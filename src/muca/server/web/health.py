"""``GET /healthz``: whether the server works, for supervisors that restart it if not."""

from collections.abc import Callable

from aiohttp import web

from muca.model.storage import StoreError
from muca.server.web.answers import Failed, as_json


def routes(fault: Callable[[], StoreError | None]) -> list[web.RouteDef]:
    """Return the route; ``fault`` returns the server's current failure, if any."""

    async def get(_: web.Request) -> web.Response:
        found = fault()
        if found is not None:
            raise Failed(found.code, found.detail or None)
        return as_json({"STATUS": "serving"})

    return [web.get("/healthz", get)]
