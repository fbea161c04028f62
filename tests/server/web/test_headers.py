"""What every answer says to browsers. That each really has it: test_app.py."""

from aiohttp import web

from muca.server.web.headers import add_headers


def test_a_route_may_say_more_strictly_what_the_others_say() -> None:
    told = web.Response(headers={"Content-Security-Policy": "sandbox"})
    add_headers(told)
    assert told.headers["Content-Security-Policy"] == "sandbox"
    assert told.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_may_use_nothing_of_others_and_no_script_in_its_text() -> None:
    told = web.Response()
    add_headers(told)
    policy = told.headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    )
