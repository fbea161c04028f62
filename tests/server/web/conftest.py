"""A route of the test's own."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from muca.server.web import session

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
AddRoute = Callable[[Handler], None]


@pytest.fixture
def add_route(monkeypatch: pytest.MonkeyPatch) -> AddRoute:
    """Have the servers of this test answer at ``/here`` as the test says."""

    def add(handler: Handler) -> None:
        monkeypatch.setattr(session, "routes", lambda *_: [web.route("*", "/here", handler)])

    return add
