"""``GET /openapi.json``: the description of muca's HTTP interface, served from the file next to this one."""

from importlib.resources import files

from aiohttp import web

DOCUMENT = files(__package__).joinpath("openapi.json")


def routes() -> list[web.RouteDef]:
    """Return the route."""
    document = DOCUMENT.read_bytes()

    async def get(_: web.Request) -> web.Response:
        return web.Response(body=document, content_type="application/json", headers={"Cache-Control": "no-cache"})

    return [web.get("/openapi.json", get)]
