"""HANDOVER, and JOIN with its code."""

import pytest

from muca.core.handovers import Code, Handovers
from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.replies import Done, HandoverCode, Joined, Okay
from muca.model.requests import Handover, Join, Password
from muca.model.storage import StoreError
from tests.core.answers import Told, code_of, data_of
from tests.core.world import World

OWN = "o" * 43
"""A token that the new device made up."""


@pytest.fixture
def world() -> World:
    return World()


def hand_over(world: World, connection: int) -> str:
    return data_of(world.ask(connection, Handover()), HandoverCode).code


def redeem(
    world: World, code: str, *, uid: str = "tony", token: str | None = OWN, connection: int | None = None
) -> Told:
    """Join with a code, as the new device does."""
    at = world.open() if connection is None else connection
    return world.ask(at, Join(uid=uid, nickname=uid, v=2, token=token, code=code))


def test_a_code_takes_the_account_along_once(world: World) -> None:
    """Also if it is typed; what the new device then has is a token of its own."""
    tony = world.join("tony")
    code = hand_over(world, tony)
    welcome = data_of(redeem(world, f" {code.upper()}\n"), Joined)
    assert (welcome.token, welcome.device) == (OWN, 2)
    assert code_of(redeem(world, code, token="t" * 43)) is ErrorCode.CODE_WRONG
    world.drop(tony)
    assert world.welcome(world.join("tony", token=OWN)).token is None


def test_losing_the_answer_costs_nothing(world: World) -> None:
    """The code is used up by then, and the token that came with it is right."""
    code = hand_over(world, world.join("tony"))
    assert data_of(redeem(world, code), Joined).token == OWN
    assert data_of(redeem(world, code), Joined).token is None


def test_a_device_without_a_token_of_its_own_is_given_one(world: World) -> None:
    code = hand_over(world, world.join("tony"))
    assert data_of(redeem(world, code, token=None), Joined).token is not None


@pytest.mark.parametrize(("code", "uid"), [("wrong", "tony"), ("{code}", "mary"), ("-", "tony")])
def test_a_wrong_code_is_refused_and_uses_nothing_up(world: World, code: str, uid: str) -> None:
    tony = world.join("tony")
    world.join("mary")
    made = hand_over(world, tony)
    assert code_of(redeem(world, code.format(code=made), uid=uid)) is ErrorCode.CODE_WRONG
    assert data_of(redeem(world, made), Joined).token == OWN


def test_a_code_is_good_for_ten_minutes() -> None:
    for late_ms, expected in ((599_999, None), (600_000, ErrorCode.CODE_WRONG)):
        world = World()
        code = hand_over(world, world.join("tony"))
        world.now_ms += late_ms
        told = redeem(world, code)
        assert (None if isinstance(told[0], Okay) else code_of(told)) is expected


def test_another_code_takes_the_place_of_the_one_before(world: World) -> None:
    tony = world.join("tony")
    former, code = hand_over(world, tony), hand_over(world, tony)
    assert code_of(redeem(world, former)) is ErrorCode.CODE_WRONG
    assert data_of(redeem(world, code), Joined).token == OWN


def test_a_new_password_makes_the_codes_of_other_devices_worthless(world: World) -> None:
    """It signs these devices out."""
    phone = world.join("tony")
    first = hand_over(world, phone)
    assert data_of(redeem(world, first), Joined).device == 2
    code = hand_over(world, phone)
    laptop = world.join("tony", token=OWN)
    assert data_of(world.ask(laptop, Password(new="tony likes muca")), Done) == Done()
    assert code_of(redeem(world, code, token="t" * 43)) is ErrorCode.CODE_WRONG


def test_a_code_is_redeemed_only_where_nobody_can_read_it(world: World) -> None:
    """It may be made elsewhere: that is what it is for."""
    plain = world.open(secure=False)
    assert data_of(world.ask(plain, Join(uid="tony", nickname="Tony", v=2)), Joined).token is not None
    code = hand_over(world, plain)
    assert code_of(redeem(world, code, connection=world.open(secure=False))) is ErrorCode.NOT_SECURE
    assert data_of(redeem(world, code), Joined).token == OWN


def test_a_code_that_was_of_no_use_is_good_still(world: World) -> None:
    """The disk failed."""
    code = hand_over(world, world.join("tony"))
    world.failing = StoreError("full")
    assert code_of(redeem(world, code)) is ErrorCode.STORAGE_UNAVAILABLE
    world.failing = None
    assert data_of(redeem(world, code), Joined).token == OWN


def test_of_too_many_codes_the_oldest_becomes_invalid() -> None:
    world = World(Limits(handovers_max=2))
    codes = {uid: hand_over(world, world.join(uid)) for uid in ("tony", "mary", "bob")}
    assert code_of(redeem(world, codes["tony"])) is ErrorCode.CODE_WRONG
    for uid in ("mary", "bob"):
        assert data_of(redeem(world, codes[uid], uid=uid), Joined).token == OWN


def test_old_codes_are_forgotten() -> None:
    handovers = Handovers(9)
    handovers.put("tony", Code(b"a", 1, 10))
    handovers.put("mary", Code(b"b", 2, 11))
    handovers.forget_old(10)
    assert handovers.take("tony", b"a", 0) is None
    assert handovers.take("mary", b"b", 0) == Code(b"b", 2, 11)
