"""Whom an HTTP request speaks for."""

from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp.test_utils import make_mocked_request

from muca.core.joining import hash_secret
from muca.core.live import Session
from muca.server.web.answers import Failed
from muca.server.web.authority import Authority, cookie

TONY, MARY = cast(Session, "tony's session"), cast(Session, "mary's session")
ONE, TWO = hash_secret("one"), hash_secret("two")
AUTHORITY = Authority({ONE: TONY, TWO: MARY}.get)


@pytest.mark.parametrize("said", ["Bearer one", "bearer one", "BEARER   one "])
def test_a_session_is_named_as_bearer(said: str) -> None:
    request = make_mocked_request("POST", "/files", {"Authorization": said})
    assert AUTHORITY.session(request) is TONY
    assert AUTHORITY.readers(request) == [TONY]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Bearer",
        "Bearer three",
        "Basic one",
        "one",
        "Bearer one two",
        "Bearerone",
        f"Bearer {ONE.hex()}",
    ],
)
def test_who_is_unknown_is_told_what_to_say(said: str) -> None:
    """For reading, too: a wrong Bearer is not mended by a cookie."""
    request = make_mocked_request("GET", "/files/f-1/a", {"Authorization": said, "Cookie": f"muca-1={ONE.hex()}"})
    for ask in (AUTHORITY.session, AUTHORITY.readers):
        with pytest.raises(Failed) as failed:
            ask(request)
        assert failed.value.answer.status == 401
        assert failed.value.answer.headers["WWW-Authenticate"] == "Bearer"


def test_cookies_are_for_reading_alone() -> None:
    """Of several accounts side by side; what is over does not count."""
    values = f"muca-1={ONE.hex()}; muca-2={hash_secret('gone').hex()}; x={TWO.hex()}; muca-3={TWO.hex()}"
    request = make_mocked_request("GET", "/files/f-1/a", {"Cookie": values})
    assert AUTHORITY.readers(request) == [TONY, MARY]
    with pytest.raises(Failed):
        AUTHORITY.session(request)


@pytest.mark.parametrize("value", [hash_secret("gone").hex(), "one", "", f"{ONE.hex()}0", ONE.hex().upper()])
def test_other_cookies_are_nobodys(value: str) -> None:
    """The id of a session is none: cookies are shown to every server on the same host."""
    with pytest.raises(Failed):
        AUTHORITY.readers(make_mocked_request("GET", "/files/f-1/a", {"Cookie": f"muca-2={value}"}))


def test_every_account_has_a_cookie_of_its_own() -> None:
    """Whose name can be one, whatever is in the UID."""
    uids = ("tony", "Tony", "tony;=, \"'", "ü😀" * 60)
    names = {cookie(cast(Session, SimpleNamespace(uid=uid, id_hash=ONE)))[0] for uid in uids}
    assert len(names) == 4
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in names)
