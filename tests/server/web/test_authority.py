"""Whom an HTTP request speaks for."""

from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from muca.core.live import Session, hash_secret
from muca.server.web.answers import Failed
from muca.server.web.authority import Authority

ONE, TWO = hash_secret("one"), hash_secret("two")
TONY = cast(Session, SimpleNamespace(uid="tony", id_hash=ONE))
MARY = cast(Session, SimpleNamespace(uid="mary", id_hash=TWO))
AUTHORITY = Authority({ONE: TONY, TWO: MARY}.get, "server")
OTHER = Authority({ONE: MARY}.get, "other")


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


def shown(*cookies: tuple[str, str]) -> web.Request:
    """Ask for a file with these cookies."""
    said = "; ".join(f"{name}={value}" for name, value in cookies)
    return make_mocked_request("GET", "/files/f-1/a", {"Cookie": said})


def test_cookies_are_for_reading_alone() -> None:
    """Of several accounts side by side; what is over does not count."""
    own = [AUTHORITY.cookie(session, over_tls=over_tls) for session, over_tls in ((TONY, False), (MARY, True))]
    gone = (own[0][0] + "1", hash_secret("gone").hex())
    request = shown(own[0], gone, ("x", TWO.hex()), own[1])
    assert AUTHORITY.readers(request) == [TONY, MARY]
    with pytest.raises(Failed):
        AUTHORITY.session(request)


@pytest.mark.parametrize("value", [hash_secret("gone").hex(), "one", "", f"{ONE.hex()}0", ONE.hex().upper()])
def test_other_values_are_nobodys(value: str) -> None:
    """The id of a session is none: cookies are shown to every server on the same host."""
    name, _ = AUTHORITY.cookie(TONY, over_tls=False)
    with pytest.raises(Failed):
        AUTHORITY.readers(shown((name, value)))


def test_servers_on_one_host_do_not_mix_up_their_cookies() -> None:
    """One person has an account of the same name on both: each server reads its own cookie."""
    both = [authority.cookie(TONY, over_tls=False) for authority in (AUTHORITY, OTHER)]
    assert both[0][0] != both[1][0]
    assert AUTHORITY.readers(shown(*both)) == [TONY]
    assert OTHER.readers(shown(*both)) == [MARY]
    with pytest.raises(Failed):
        OTHER.readers(shown(both[0]))


def test_every_account_has_a_cookie_of_its_own() -> None:
    """Whose name can be one, whatever is in the UID; over TLS it is one that the plain port cannot set."""
    uids = ("tony", "Tony", "tony;=, \"'", "ü😀" * 60)
    sessions = [cast(Session, SimpleNamespace(uid=uid, id_hash=ONE)) for uid in uids]
    names = {AUTHORITY.cookie(session, over_tls=False)[0] for session in sessions}
    secure = {AUTHORITY.cookie(session, over_tls=True)[0] for session in sessions}
    assert len(names | secure) == 8
    assert secure == {f"__Secure-{name}" for name in names}
    assert all(name.isascii() and name.replace("-", "").isalnum() for name in names)
