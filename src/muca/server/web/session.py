"""``POST /session``: sets a cookie for reading files where no header can be sent."""

from urllib.parse import urlsplit

from aiohttp import web

from muca.model.addresses import host_name
from muca.server.web.asker import ASKER
from muca.server.web.authority import Authority


def routes(authority: Authority, url: str | None) -> list[web.RouteDef]:
    """Return the route; ``url`` is the setting: a proxy may have put the server below its path."""
    place = urlsplit(url or "")

    async def post(request: web.Request) -> web.Response:
        session = authority.session(request)
        asker = request[ASKER]
        is_below = host_name(asker.authority or "") == host_name(place.netloc)
        answer = web.Response(status=204, headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            *authority.cookie(session, over_tls=asker.over_tls),
            path=f"{place.path.rstrip('/') if is_below else ''}/files",
            httponly=True,
            samesite="Strict",
            secure=asker.over_tls,
        )
        return answer

    return [web.post("/session", post)]
