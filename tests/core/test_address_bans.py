"""BAN and UNBAN of addresses."""

import pytest

from muca.core.inputs import CameFrom
from muca.model.errors import CloseReason, ErrorCode
from muca.model.pushes import PeerChanged
from muca.model.replies import AuditPage, Sanction, Sanctions
from muca.model.requests import Audit, Ban, Bans, Join, Unban
from muca.model.roles import Role
from tests.core.answers import code_of, data_of, fail_of
from tests.core.cast import Cast
from tests.core.granting import give_role

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
    """Until it is lifted; the range may be written in any form. There is no event."""
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
        ("10.0.0.0/8", "You cannot ban your own IP address, 10.0.0.1"),
        ("::ffff:10.0.0.1", "You cannot ban your own IP address, 10.0.0.1"),
    ],
)
def test_what_cannot_be_banned(cast: Cast, address: str, why: str) -> None:
    """Invalid addresses, too wide ranges, and the actor's own address."""
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


SITE = "2001:db8:1:2::/64"
SANCTIONED = [
    Sanction(sanction="ban", uid="eve", until_ms=1_060_000, reason="flood"),
    Sanction(sanction="ban", address="192.0.2.77/32", until_ms=1_060_000, reason="flood"),
    Sanction(sanction="ban", address=SITE, until_ms=1_060_000, reason="flood"),
]


def sanctions(cast: Cast) -> list[Sanction]:
    return list(data_of(cast.world.ask(cast.at["guard"], Bans()), Sanctions).sanctions)


def test_a_person_is_banned_with_the_addresses_they_use_now(cast: Cast) -> None:
    """All of them, an IPv6 address with its /64; others at these addresses are out, too."""
    first = come(cast, "eve", THERE)
    token = cast.world.welcome(first).token
    devices = [first, come(cast, "eve", "2001:db8:1:2::7", token), come(cast, "eve", THERE, token)]
    beside, away = come(cast, "eli", "2001:db8:1:2::8"), come(cast, "new", "2001:db8:1:3::7")
    assert cast.done("guard", Ban(uid="eve", with_address=True, seconds=60, reason="flood"))
    assert [cast.world.closed.get(each) for each in (*devices, beside, away)] == [CloseReason.BANNED] * 4 + [None]
    assert sanctions(cast) == SANCTIONED
    assert code_of(cast.world.told[come(cast, "eva", "2001:db8:1:2::9")]) is ErrorCode.BANNED
    entries = data_of(cast.world.ask(cast.at["guard"], Audit()), AuditPage).entries
    assert [(entry.action, entry.uid, entry.detail) for entry in entries] == [
        ("BAN", "eve", "for 60 s: flood"),
        ("BAN", None, f"{SITE}: flood"),
        ("BAN", None, "192.0.2.77/32: flood"),
    ]


def test_behind_a_trusted_proxy_it_is_the_address_of_the_client(cast: Cast) -> None:
    come(cast, "eve", THERE, proxy="127.0.0.1")
    eli = come(cast, "eli", "192.0.3.1", proxy="127.0.0.1")
    assert cast.done("guard", Ban(uid="eve", with_address=True, seconds=60, reason="flood"))
    assert sanctions(cast) == SANCTIONED[:2]
    assert eli not in cast.world.closed


def test_lifting_the_ban_of_the_person_leaves_that_of_the_address(cast: Cast) -> None:
    come(cast, "eve", THERE)
    cast.done("guard", Ban(uid="eve", with_address=True, seconds=60, reason="flood"))
    cast.done("guard", Unban(uid="eve"))
    assert sanctions(cast) == [SANCTIONED[1]]


@pytest.mark.parametrize(
    ("uid", "address", "why"),
    [
        ("eve", None, "not online"),
        ("eve", "127.0.0.1", "the server's own machine"),
        ("eve", "::1", "the server's own machine"),
        ("eve", "::ffff:127.0.0.2", "the server's own machine"),
        ("ann", None, "the same IP address as you, 10.0.0.1"),
    ],
)
def test_a_person_is_not_banned_alone_where_the_address_cannot_be(
    cast: Cast, uid: str, address: str | None, why: str
) -> None:
    """Nothing is done then: not even if another address of theirs could be banned."""
    if address is not None:
        token = cast.world.welcome(come(cast, uid, THERE)).token
        come(cast, uid, address, token)
    else:
        come(cast, "eli", THERE)
    give_role(cast.world, uid, Role.MEMBER)
    fail = fail_of(cast.world.ask(cast.at["guard"], Ban(uid=uid, with_address=True)))
    assert (fail.code, why in fail.explanation) == (ErrorCode.BAD_REQUEST, True), fail
    assert sanctions(cast) == []
    assert cast.world.closed == {}


def test_who_may_not_ban_a_person_learns_nothing_of_their_address(cast: Cast) -> None:
    """Neither members nor moderators of a lower role than the person."""
    for actor, uid in (("ann", "bob"), ("guard", "boss")):
        assert cast.refused(actor, Ban(uid=uid, with_address=True)) is ErrorCode.NOT_ALLOWED
