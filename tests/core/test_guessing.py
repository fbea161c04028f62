"""Guessing at passwords, codes and accounts: what counts, for whom, and who need not wait for others' guesses."""

import pytest

from muca.core.state import REFUSALS_LOGGED_BURST
from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.replies import Fail
from muca.model.requests import Join, Password, Register
from muca.model.storage import StoreError
from tests.core.answers import code_of
from tests.core.world import World

SECRET = "correct horse"
LIMITS = Limits()


def guess(world: World, address: str, uid: str = "ann", password: str = "wrong guess") -> Fail | None:
    """Try to log in; return what came of it, None when it was right."""
    connection = world.open(address)
    world.ask(connection, Join(uid=uid, nickname=uid, v=2, password=password))
    return next((told for told in world.told[connection] if isinstance(told, Fail)), None)


@pytest.fixture
def world() -> World:
    """A server where Ann has an account."""
    world = World()
    world.ask(world.open("192.0.2.9"), Register(uid="ann", nickname="ann", password=SECRET))
    return world


def codes(*fails: Fail | None) -> set[ErrorCode | None]:
    return {fail.code if fail is not None else None for fail in fails}


def test_no_one_is_kept_out_of_its_account_by_guesses_from_elsewhere(world: World) -> None:
    """Only the guesser must wait, even with the right password."""
    for _ in range(LIMITS.logins_per_account):
        assert codes(guess(world, "198.51.100.1")) == {ErrorCode.PASSWORD_WRONG}
    assert codes(guess(world, "198.51.100.1", password=SECRET)) == {ErrorCode.SLOW_DOWN}
    assert guess(world, "192.0.2.9", password=SECRET) is None


def test_guesses_at_one_account_from_everywhere_are_bounded(world: World) -> None:
    """At the bound and one past it."""
    fails = [guess(world, f"198.51.{number // 200}.{number % 200}") for number in range(10 * LIMITS.logins_per_account)]
    assert codes(*fails) == {ErrorCode.PASSWORD_WRONG}
    assert codes(guess(world, "203.0.113.1")) == {ErrorCode.SLOW_DOWN}
    assert codes(guess(world, "203.0.113.1", uid="ben")) == {ErrorCode.PASSWORD_WRONG}


def test_guesses_that_wait_to_be_judged_count_already(world: World) -> None:
    """Otherwise concurrent guesses would evade the limit."""
    world.hold_hashes = True
    guessers = [world.open("198.51.100.1") for _ in range(3 * LIMITS.logins_per_account)]
    for connection in guessers:
        world.ask(connection, Join(uid="ann", nickname="ann", v=2, password="wrong guess"))
    assert len(world.hashes) == LIMITS.logins_per_account
    world.release_hashes()
    world.now_ms += LIMITS.login_seconds * 1_000
    assert guess(world, "198.51.100.1", password=SECRET) is None


@pytest.mark.parametrize("hindrance", ["none", "busy", "disk"])
def test_what_is_right_or_was_not_judged_does_not_count(world: World, hindrance: str) -> None:
    """However often somebody logs in, or is asked to come again."""
    world.hashes_busy = hindrance == "busy"
    world.failing = StoreError("disk full") if hindrance == "disk" else None
    for _ in range(2 * LIMITS.logins_per_account):
        connection = world.open("198.51.100.1")
        world.ask(connection, Register(uid="ben", nickname="Ben", password=SECRET))
        world.drop(connection)
        guess(world, "198.51.100.1", password=SECRET)
        world.drop(max(world.told))
        world.pass_ms(1_000)
    world.hashes_busy, world.failing = False, None
    assert guess(world, "198.51.100.1", password=SECRET) is None
    assert codes(guess(world, "198.51.100.1")) == {ErrorCode.PASSWORD_WRONG}


def test_a_changed_password_is_no_guess(world: World) -> None:
    """OLD was right."""
    connection = world.open("198.51.100.1")
    world.ask(connection, Join(uid="ann", nickname="ann", v=2, password=SECRET))
    for _ in range(2 * LIMITS.logins_per_account):
        told = world.ask(connection, Password(new=SECRET, old=SECRET))
        assert not any(isinstance(message, Fail) for message in told)
        world.pass_ms(2_000)


def test_who_asks_which_accounts_there_are_has_to_wait(world: World) -> None:
    """REGISTER answers that."""
    request = Register(uid="ann", nickname="Eve", password=SECRET)
    told = [code_of(world.ask(world.open("198.51.100.1"), request)) for _ in range(LIMITS.logins_per_account + 1)]
    assert told == [ErrorCode.ACCOUNT_EXISTS] * LIMITS.logins_per_account + [ErrorCode.SLOW_DOWN]


def refusals(world: World) -> list[dict[str, object]]:
    """Return what the operator is told of those who were kept out."""
    return [note.facts for note in world.notes if note.event == "refused"]


def test_the_operator_is_told_who_is_kept_out_and_why_but_no_secret(world: World) -> None:
    guess(world, "198.51.100.1")
    world.ask(world.open("198.51.100.2"), Join(uid="ann", nickname="ann", v=2, token="a guessed token"))
    world.ask(world.open("198.51.100.3"), Join(uid="bad\nname", nickname="ann", v=1))
    world.ask(world.open("198.51.100.4"), Register(uid="ann", nickname="Eve", password=SECRET))
    ann = world.open("198.51.100.5")
    world.ask(ann, Join(uid="ann", nickname="ann", v=2, password=SECRET))
    world.ask(ann, Password(new="another secret", old="wrong guess"))
    told = [(note["request"], note["reason"], note["address"], note["uid"]) for note in refusals(world)]
    assert told == [
        ("JOIN", "password_wrong", "198.51.100.1", "ann"),
        ("JOIN", "token_wrong", "198.51.100.2", "ann"),
        ("JOIN", "bad_name", "198.51.100.3", "bad\nname"),
        ("REGISTER", "account_exists", "198.51.100.4", "ann"),
        ("PASSWORD", "password_wrong", "198.51.100.5", "ann"),
    ]
    assert not any(secret in str(told) for secret in ("guess", SECRET, "another"))


def test_a_flood_of_one_network_does_not_fill_the_log(world: World) -> None:
    """At the bound and past it; others are logged all the same."""
    for _ in range(2 * REFUSALS_LOGGED_BURST):
        world.ask(world.open("198.51.100.1"), Join(uid="ann", nickname="ann", v=2))
        world.drop(max(world.told))
    assert len(refusals(world)) == REFUSALS_LOGGED_BURST
    world.ask(world.open("198.51.100.2"), Join(uid="ann", nickname="ann", v=2))
    assert len(refusals(world)) == REFUSALS_LOGGED_BURST + 1


def test_spellings_of_one_account_are_one_account_to_guess_at(world: World) -> None:
    """Or every capital would be another chance; the same for a name that nobody has."""
    for spellings in ("ann", "Ann", "ANN"), ("zoe", "Zoe", "ZOE"):
        address = f"198.51.100.{ord(spellings[0][0])}"
        fails = [guess(world, address, uid=spellings[n % 3]) for n in range(LIMITS.logins_per_account)]
        assert codes(*fails) == {ErrorCode.PASSWORD_WRONG}
        assert codes(guess(world, address, uid=spellings[0])) == {ErrorCode.SLOW_DOWN}


def test_an_ipv6_network_is_one_place() -> None:
    """Who has a /64 has more addresses than anybody could count."""
    world = World()
    fails = [guess(world, f"2001:db8::{number:x}", uid=f"u{number}") for number in range(LIMITS.logins_per_address)]
    assert codes(*fails) == {ErrorCode.PASSWORD_WRONG}
    assert codes(guess(world, "2001:db8::ffff", uid="u")) == {ErrorCode.SLOW_DOWN}
    assert codes(guess(world, "2001:db8:0:1::1", uid="u")) == {ErrorCode.PASSWORD_WRONG}


def test_connections_of_an_ipv6_network_are_counted_as_of_one_address() -> None:
    """At the bound and one past it."""
    world = World(Limits(connections_per_address_max=2))
    connections = [world.open(f"2001:db8::{number}") for number in range(3)]
    assert list(world.closed) == connections[2:]
    world.drop(connections[0])
    world.open("2001:db8::9")
    assert list(world.closed) == connections[2:]
