"""Whom an HTTP request speaks for."""

from typing import cast

import pytest
from aiohttp.test_utils import make_mocked_request

from muca.core.live import Session
from muca.server.web.answers import Failed
from muca.server.web.authority import Authority, cookie_name

TONY, MARY = cast(Session, "tony's session"), cast(Session, "mary's session")
AUTHORITY = Authority({"one": TONY, "two": MARY}.get)


@pytest.mark.parametrize("said", ["Bearer one", "bearer one", "BEARER   one "])
def test_a_session_is_named_as_bearer(said: str) -> None:
    request = make_mocked_request("POST", "/files", {"Authorization": said})
    assert AUTHORITY.session(request) is TONY
    assert AUTHORITY.readers(request) == [TONY]


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer three", "Basic one", "one", "Bearer one two", "Bearerone"])
def test_who_is_unknown_is_told_what_to_say(said: str) -> None:
    """For reading, too: a wrong Bearer is not mended by a cookie."""
    request = make_mocked_request("GET", "/files/f-1/a", {"Authorization": said, "Cookie": "muca-1=one"})
    for ask in (AUTHORITY.session, AUTHORITY.readers):
        with pytest.raises(Failed) as failed:
            ask(request)
        assert failed.value.answer.status == 401
        assert failed.value.answer.headers["WWW-Authenticate"] == "Bearer"


def test_cookies_are_for_reading_alone() -> None:
    """Of several accounts side by side; what is over does not count."""
    request = make_mocked_request("GET", "/files/f-1/a", {"Cookie": "muca-1=one; muca-2=gone; x=two; muca-3=two"})
    assert AUTHORITY.readers(request) == [TONY, MARY]
    with pytest.raises(Failed):
        AUTHORITY.session(request)
    with pytest.raises(Failed):
        AUTHORITY.readers(make_mocked_request("GET", "/files/f-1/a", {"Cookie": "muca-2=gone"}))


def test_every_account_has_a_cookie_of_its_own() -> None:
    """Whose name can be one, whatever is in the UID."""
    names = {cookie_name(uid) for uid in ("tony", "Tony", "tony;=, \"'", "ü😀" * 60)}
    assert len(names) == 4
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in names)
