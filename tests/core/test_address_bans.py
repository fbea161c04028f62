"""BAN and UNBAN of addresses."""

import pytest

from muca.core.inputs import CameFrom
from muca.model.errors import CloseReason, ErrorCode
from muca.model.pushes import PeerChanged
from muca.model.replies import AuditPage, Sanction, Sanctions
from muca.model.requests import Audit, Ban, Bans, Join, Unban
from tests.core.answers import code_of, data_of, fail_of
from tests.core.cast import Cast

THERE = "192.0.2.77"
RANGE = "192.0.2.0/24"


@pytest.fixture
def cast() -> Cast:
    return Cast()


def come(cast: Cast, uid: str, address: str, token: str | None = None, proxy: str | None = None) -> int:
    """Join from an address, by way of a trusted proxy or not; give the connection."""
    connection = cast.world.open(proxy or address)
    if proxy is not None:
        cast.world.take(CameFrom(connection, address, secure=True))
    cast.world.ask(connection, Join(uid=uid, nickname=uid, v=2, token=token, request_id="j"))
    return connection


def test_whoever_is_there_is_cut_and_nobody_comes_from_there(cast: Cast) -> None:
    """Until it is lifted, as a range however it is written. There is no event of it."""
    there, near = come(cast, "eve", THERE), come(cast, "eli", "192.0.3.1")
    told = len(cast.world.told[cast.at["ann"]])
    assert not cast.done("guard", Ban(address="192.0.2.200/24", reason="flood"))
    assert cast.world.closed[there] is CloseReason.BANNED
    assert near not in cast.world.closed
    (left,) = cast.world.told[cast.at["ann"]][told:]
    assert isinstance(left, PeerChanged)
    assert code_of(cast.world.told[come(cast, "new", "::ffff:192.0.2.9")]) is ErrorCode.BANNED
    sanctions = data_of(cast.world.ask(cast.at["guard"], Bans()), Sanctions).sanctions
    assert sanctions == (Sanction(sanction="ban", address=RANGE, reason="flood"),)
    assert not cast.done("guard", Unban(address=RANGE))
    assert cast.world.welcome(come(cast, "new", THERE))
    entries = data_of(cast.world.ask(cast.at["guard"], Audit()), AuditPage).entries
    assert [(entry.action, entry.detail) for entry in entries] == [("UNBAN", RANGE), ("BAN", f"{RANGE}: flood")]


def test_behind_a_proxy_it_is_the_client_who_is_banned(cast: Cast) -> None:
    """Not the proxy, nor who else comes through it."""
    eve, eli = come(cast, "eve", THERE, proxy="127.0.0.1"), come(cast, "eli", "192.0.3.1", proxy="127.0.0.1")
    assert not cast.done("guard", Ban(address=THERE))
    assert cast.world.closed == {eve: CloseReason.BANNED}
    assert code_of(cast.world.told[come(cast, "new", THERE, proxy="127.0.0.1")]) is ErrorCode.BANNED
    assert cast.world.welcome(come(cast, "new", "192.0.3.2", proxy="127.0.0.1"))
    assert eli not in cast.world.closed


def test_it_ends_by_itself(cast: Cast) -> None:
    cast.done("guard", Ban(address=THERE, seconds=60))
    cast.world.now_ms += 59_999
    assert code_of(cast.world.told[come(cast, "eve", THERE)]) is ErrorCode.BANNED
    cast.world.now_ms += 1
    assert cast.world.welcome(come(cast, "eve", THERE))


def test_it_does_not_hold_for_the_servers_owners_and_moderators(cast: Cast) -> None:
    """Else a moderator would have power over the owner by way of its address."""
    owner = come(cast, "boss", THERE, cast.tokens["boss"])
    cast.done("guard", Ban(address=THERE))
    assert owner not in cast.world.closed
    assert cast.world.welcome(come(cast, "boss", THERE, cast.tokens["boss"]))
    assert code_of(cast.world.told[come(cast, "boss", THERE)]) is ErrorCode.TOKEN_REQUIRED
    assert code_of(cast.world.told[come(cast, "ann", THERE, cast.tokens["ann"])]) is ErrorCode.BANNED


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nonsense", "ADDRESS must be"),
        ("192.0.2.1/33", "ADDRESS must be"),
        ("", "ADDRESS must be"),
        ("11.0.0.0/7", "/8 is the widest"),
        ("::/0", "/16 is the widest"),
        ("::ffff:0.0.0.0/96", "/8 is the widest"),
        ("10.0.0.0/8", "You cannot ban your own address, 10.0.0.1"),
        ("::ffff:10.0.0.1", "You cannot ban your own address, 10.0.0.1"),
    ],
)
def test_what_cannot_be_banned(cast: Cast, address: str, why: str) -> None:
    """What is no address, too many of them, and where one is oneself."""
    fail = fail_of(cast.world.ask(cast.at["guard"], Ban(address=address)))
    assert fail.code is ErrorCode.BAD_REQUEST
    assert why in fail.explanation


@pytest.mark.parametrize("address", ["11.0.0.0/8", "2001::/16", "::ffff:11.0.0.0/104", "fe80::1%eth0"])
def test_what_can_just_be_banned(cast: Cast, address: str) -> None:
    assert not cast.done("guard", Ban(address=address))


def test_an_unban_is_read_as_a_ban_is(cast: Cast) -> None:
    assert cast.refused("guard", Unban(address="nonsense")) is ErrorCode.BAD_REQUEST
    cast.done("guard", Ban(address="::ffff:192.0.2.0/120"))
    cast.done("guard", Unban(address="192.0.2.9/24"))
    assert cast.world.welcome(come(cast, "eve", THERE))
