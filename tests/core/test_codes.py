"""Invitations, and the code that makes the server's owner."""

from typing import Any

import pytest

from muca.core.codes import hash_code, make_code
from muca.model.changes import PutCode, PutPerson
from muca.model.errors import ErrorCode
from muca.model.events import EventKind
from muca.model.facts import FOR_EVER_MS, CodeKind
from muca.model.limits import Limits
from muca.model.replies import AuditPage, Done, InvitationList, MadeInvitation, Policy, RoleGiven
from muca.model.requests import (
    Audit,
    Claim,
    Invitation,
    Invitations,
    Join,
    Kick,
    Register,
    Withdraw,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from tests.core.answers import code_of, data_of, events_of, fail_of
from tests.core.cast import Cast
from tests.core.granting import change
from tests.core.world import World

DAY_SECONDS = 86_400


@pytest.fixture
def cast() -> Cast:
    return Cast(policy=Policy.INVITE)


def invite(cast: Cast, uid: str = "guard", **fields: Any) -> MadeInvitation:
    return data_of(cast.world.ask(cast.at[uid], Invitation(**fields)), MadeInvitation)


def register(world: World, uid: str, code: str | None, address: str = "10.0.0.1") -> Done | ErrorCode:
    """Try to register; return what came of it."""
    told = world.ask(world.open(address), Register(uid=uid, nickname=uid, password=f"{uid} likes muca", code=code))
    try:
        return data_of(told, Done)
    except AssertionError:
        return code_of(told)


def numbers(cast: Cast, uid: str = "guard") -> list[int]:
    listed = data_of(cast.world.ask(cast.at[uid], Invitations()), InvitationList)
    return [info.invitation for info in listed.invitations]


# What a code looks like


def test_a_code_is_long_enough_and_can_be_read_out() -> None:
    """Four groups of five out of 32 characters are 100 bits."""
    codes = {make_code(f"secret {number}") for number in range(1_000)}
    assert len(codes) == 1_000
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [5, 5, 5, 5]
        assert set("".join(groups)) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_how_a_code_is_typed_does_not_matter() -> None:
    """Pasted with a line break, read out in groups, or typed on a phone that makes a dash of two."""
    for typed in (" AB-cd\n", "ab cd", "a b-\r\nC D", "abcd", "ab\u2013cd\u00a0"):
        assert hash_code(typed) == hash_code("ab-cd") != hash_code("ab-ce")


# Invitations


def test_an_invitation_lets_as_many_register_as_it_says(cast: Cast) -> None:
    code = invite(cast, uses=2).code
    assert register(cast.world, "u1", None) is ErrorCode.CODE_WRONG
    assert register(cast.world, "u1", "wrong") is ErrorCode.CODE_WRONG
    assert register(cast.world, "u1", code.upper()) == Done()
    assert register(cast.world, "u1", code) == Done()  # the same again uses nothing up
    assert register(cast.world, "u2", f"\n{code.replace('-', ' ')} \n") == Done()
    assert register(cast.world, "u3", code) is ErrorCode.CODE_WRONG
    assert numbers(cast) == []


def test_an_invitation_is_good_until_its_time_is_over(cast: Cast) -> None:
    made = invite(cast, uses=9, seconds=DAY_SECONDS)
    assert made.until_ms == cast.world.now_ms + DAY_SECONDS * 1_000
    cast.world.now_ms = made.until_ms - 1
    assert register(cast.world, "u1", made.code) == Done()
    cast.world.now_ms += 1
    assert register(cast.world, "u2", made.code) is ErrorCode.CODE_WRONG
    assert numbers(cast) == []


def test_the_same_claim_again_is_okay() -> None:
    """Its answer may have been lost, and the code is used up."""
    world = World()
    until_ms = world.now_ms + 1_000
    made = PutCode(code_hash=hash_code("ab-cd"), kind=CodeKind.OWNER, made_by="-", uses=1, until_ms=until_ms)
    change(world, made)
    tony = world.join("tony")
    for _ in range(2):
        assert data_of(world.ask(tony, Claim(code="ab-cd")), RoleGiven).role is Role.OWNER
    assert code_of(world.ask(world.join("mary"), Claim(code="ab-cd"))) is ErrorCode.CODE_WRONG


def test_a_withdrawn_invitation_is_good_for_nothing(cast: Cast) -> None:
    """Every moderator may withdraw it; once."""
    made = invite(cast, uses=9)
    assert not cast.done("boss", Withdraw(invitation=made.invitation))
    assert register(cast.world, "u1", made.code) is ErrorCode.CODE_WRONG
    for number in (made.invitation, 999):
        assert cast.refused("boss", Withdraw(invitation=number)) is ErrorCode.CODE_WRONG


@pytest.mark.parametrize(
    ("lost", "regained"),
    [
        (PutPerson(uid="guard", role=Role.MEMBER), PutPerson(uid="guard", role=Role.MODERATOR)),
        (PutPerson(uid="guard", disabled=True), PutPerson(uid="guard", disabled=False)),
        (PutPerson(uid="guard", banned_until_ms=FOR_EVER_MS), PutPerson(uid="guard", banned_until_ms=0)),
    ],
    ids=["role", "disabled", "banned"],
)
def test_an_invitation_is_as_good_as_who_made_it(cast: Cast, lost: PutPerson, regained: PutPerson) -> None:
    made = invite(cast, uses=9)
    change(cast.world, lost)
    assert register(cast.world, "u1", made.code) is ErrorCode.CODE_WRONG
    assert cast.refused("boss", Withdraw(invitation=made.invitation)) is ErrorCode.CODE_WRONG
    assert numbers(cast, "boss") == []
    change(cast.world, regained)
    assert numbers(cast, "boss") == [made.invitation]
    assert register(cast.world, "u1", made.code) == Done()


def test_nobody_invites_as_a_uid_that_nobody_has_claimed(cast: Cast) -> None:
    code = PutCode(
        code_hash=hash_code("gh-ost"), kind=CodeKind.INVITATION, made_by="ghost", uses=1, until_ms=FOR_EVER_MS
    )
    change(cast.world, PutPerson(uid="ghost", role=Role.MODERATOR))
    change(cast.world, code)
    assert register(cast.world, "u1", "gh-ost") is ErrorCode.CODE_WRONG
    assert numbers(cast) == []


def test_invitations_are_listed_without_their_codes(cast: Cast) -> None:
    made = invite(cast, uses=2)
    told = cast.world.ask(cast.at["boss"], Invitations())
    (info,) = data_of(told, InvitationList).invitations
    assert (info.invitation, info.uid, info.uses, info.until_ms) == (made.invitation, "guard", 2, made.until_ms)
    assert made.code not in repr(told)


def test_invitations_of_one_account_are_bounded() -> None:
    """Others' do not count, nor those that are good no more."""
    cast = Cast(Limits(invitations_max=2))
    first, _ = invite(cast), invite(cast)
    assert code_of(cast.world.ask(cast.at["guard"], Invitation())) is ErrorCode.TOO_MANY
    invite(cast, "boss")
    cast.done("guard", Withdraw(invitation=first.invitation))
    invite(cast)


def test_what_is_done_about_invitations_is_in_the_audit_log(cast: Cast) -> None:
    made = invite(cast, uses=3)
    cast.done("boss", Withdraw(invitation=made.invitation))
    entries = data_of(cast.world.ask(cast.at["boss"], Audit()), AuditPage).entries
    assert [(entry.actor, entry.action, entry.detail) for entry in entries] == [
        ("boss", "WITHDRAW", f"INVITATION {made.invitation}"),
        ("guard", "INVITATION", "USES 3"),
    ]


# The owner's code

OWNER_CODE, FORMER_OWNER_CODE = "ab12-cd34-ef56", "ff00-ff00-ff00"


def put_owner_code(world: World, until_ms: int = 10**9) -> None:
    """As the server does when it starts and nobody owns it."""
    for code in (OWNER_CODE, FORMER_OWNER_CODE):
        code_hash = hash_code(code)
        change(world, PutCode(code_hash=code_hash, kind=CodeKind.OWNER, made_by="-", uses=1, until_ms=until_ms))
    change(world, PutPerson(uid="boss", role=Role.MEMBER))


def test_the_owners_code_makes_an_owner_once(cast: Cast) -> None:
    put_owner_code(cast.world)
    told = cast.world.ask(cast.at["ann"], Claim(code=f" {OWNER_CODE} "))
    assert data_of(told, RoleGiven).role is Role.OWNER
    (event,) = events_of(cast.world.told[cast.at["bob"]], EventKind.ROLE)
    assert (event.room, event.sender, event.uid, event.role) == (LOBBY, "ann", "ann", Role.OWNER)
    assert cast.done("ann", Kick(uid="guard"))
    assert cast.refused("bob", Claim(code=OWNER_CODE)) is ErrorCode.CODE_WRONG
    (kick, claim) = data_of(cast.world.ask(cast.at["ann"], Audit()), AuditPage).entries
    assert (kick.action, claim.actor, claim.action, claim.detail) == ("KICK", "ann", "CLAIM", "owner")


def test_the_owners_code_registers_too(cast: Cast) -> None:
    """Else nobody could come to a new server that is for invited people only."""
    put_owner_code(cast.world)
    assert register(cast.world, "first", OWNER_CODE) == Done()
    assert events_of(cast.world.told[cast.at["bob"]], EventKind.ROLE)[-1].uid == "first"
    assert register(cast.world, "second", OWNER_CODE) is ErrorCode.CODE_WRONG


def test_with_an_owner_no_owners_code_is_good_any_more(cast: Cast) -> None:
    """Each start without an owner has created a code; old codes must not work."""
    put_owner_code(cast.world)
    assert data_of(cast.world.ask(cast.at["ann"], Claim(code=OWNER_CODE)), RoleGiven)
    assert cast.refused("bob", Claim(code=FORMER_OWNER_CODE)) is ErrorCode.CODE_WRONG
    assert register(cast.world, "second", FORMER_OWNER_CODE) is ErrorCode.CODE_WRONG


def test_each_code_is_good_for_what_it_was_made_for(cast: Cast) -> None:
    """An invitation makes no owner, and nobody withdraws the owner's code."""
    assert cast.refused("bob", Claim(code=invite(cast).code)) is ErrorCode.CODE_WRONG
    put_owner_code(cast.world)
    (invitation,) = numbers(cast)
    assert cast.refused("guard", Withdraw(invitation=invitation + 1)) is ErrorCode.CODE_WRONG
    assert data_of(cast.world.ask(cast.at["bob"], Claim(code=OWNER_CODE)), RoleGiven).role is Role.OWNER


def test_the_owners_code_is_not_said_where_others_can_read_it() -> None:
    world = World()
    put_owner_code(world)
    connection = world.open(secure=False)
    world.ask(connection, Join(uid="ann", nickname="Ann", v=2))
    assert code_of(world.ask(connection, Claim(code=OWNER_CODE))) is ErrorCode.NOT_SECURE


# Guessing


def test_whoever_guesses_codes_has_to_wait(cast: Cast) -> None:
    """Even with the right code, for as long as RETRY says; others need not wait."""
    limits = cast.world.limits
    put_owner_code(cast.world)
    for _ in range(limits.logins_per_account):
        assert cast.refused("ann", Claim(code="guess")) is ErrorCode.CODE_WRONG
    slow = fail_of(cast.world.ask(cast.at["ann"], Claim(code=OWNER_CODE)))
    assert slow.code is ErrorCode.SLOW_DOWN
    assert slow.retry_seconds is not None
    assert 0 < slow.retry_seconds <= limits.login_seconds + 0.001
    assert cast.refused("bob", Claim(code="guess")) is ErrorCode.CODE_WRONG
    cast.world.now_ms += int(slow.retry_seconds * 1_000)
    assert data_of(cast.world.ask(cast.at["ann"], Claim(code=OWNER_CODE)), RoleGiven)


def test_an_address_from_which_codes_are_guessed_has_to_wait(cast: Cast) -> None:
    """Under ever new user ids; others come in meanwhile."""
    code = invite(cast, uses=9).code
    for number in range(cast.world.limits.logins_per_address):
        assert register(cast.world, f"u{number}", "guess", "192.0.2.1") is ErrorCode.CODE_WRONG
    assert register(cast.world, "u", code, "192.0.2.1") is ErrorCode.SLOW_DOWN
    assert register(cast.world, "u", code, "192.0.2.2") == Done()
