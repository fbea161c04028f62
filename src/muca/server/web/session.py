"""``POST /session``: a cookie for reading files, where no header can be sent."""

from aiohttp import web

from muca.server.web.authority import COOKIE_PATH, Authority, cookie


def routes(authority: Authority) -> list[web.RouteDef]:
    """Give the route."""

    async def post(request: web.Request) -> web.Response:
        session = authority.session(request)
        answer = web.Response(status=204, headers={"Cache-Control": "no-store"})
        secure = request.transport is not None and request.transport.get_extra_info("ssl_object") is not None
        answer.set_cookie(*cookie(session), path=COOKIE_PATH, httponly=True, samesite="Strict", secure=secure)
        return answer

    return [web.post("/session", post)]
