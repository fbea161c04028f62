"""REGISTER, PASSWORD, DEVICES and REVOKE."""

import msgspec
import pytest

from muca.core.accounts import register as register_handler
from muca.core.codes import hash_code
from muca.core.hub import REQUESTS
from muca.core.live import hash_secret
from muca.model.changes import PutAddressBan, PutCode, PutPerson, PutToken
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import EventKind
from muca.model.facts import FOR_EVER_MS, CodeKind
from muca.model.limits import Limits
from muca.model.names import DELETED
from muca.model.replies import DeviceList, Done, Joined, Okay, Page, Policy
from muca.model.requests import Create, DeleteAccount, Devices, Enter, History, Join, Password, Register, Revoke, Send
from muca.model.roles import Role
from muca.model.rooms import Room, conversation_id
from muca.model.storage import StoreError
from tests.core.answers import code_of, data_of, events_of, fail_of
from tests.core.cast import Cast
from tests.core.granting import change, give_role
from tests.core.world import World

SECRET, OTHER_SECRET = "correct horse", "battery staple"


def register(world: World, uid: str = "ann", password: str = SECRET, nickname: str = "Ann") -> None:
    """Register, successfully."""
    told = world.ask(world.open(), Register(uid=uid, nickname=nickname, password=password, request_id="r"))
    assert data_of(told, Done)


def log_in(world: World, password: str, uid: str = "ann", device: str | None = None) -> int:
    """Join with a password; give the connection."""
    connection = world.open()
    world.ask(connection, Join(uid=uid, nickname="Ann", v=2, password=password, device=device))
    return connection


def here(world: World, *connections: int) -> list[bool]:
    return [connection not in world.closed for connection in connections]


# REGISTER


def test_who_has_registered_can_join_with_the_password_and_the_token_it_gets_then() -> None:
    world = World(policy=Policy.REGISTERED)
    assert code_of(world.told[world.join("ann")]) is ErrorCode.ACCOUNT_REQUIRED
    register(world)
    assert code_of(world.told[log_in(world, "wrong password")]) is ErrorCode.PASSWORD_WRONG
    welcome = world.welcome(log_in(world, SECRET))
    assert welcome.registered
    assert welcome.token is not None
    assert world.welcome(world.join("ann", token=welcome.token)).device == welcome.device


def test_the_same_register_again_is_okay_with_the_same_password_alone() -> None:
    """Its answer may have been lost."""
    world = World()
    register(world)
    register(world)
    for other in (
        Register(uid="ann", nickname="Ann", password=OTHER_SECRET),
        Register(uid="ann", nickname="Eve", password=SECRET),
    ):
        assert code_of(world.ask(world.open(), other)) is ErrorCode.ACCOUNT_EXISTS
    assert world.welcome(log_in(world, SECRET))


def test_register_of_an_account_that_is_here_does_not_call_it_a_guest() -> None:
    world = World()
    world.join("ann")
    told = world.ask(world.open(), Register(uid="ann", nickname="Ann", password=SECRET))
    assert code_of(told) is ErrorCode.ACCOUNT_EXISTS


# An account that has no password, once the server asks for one


@pytest.fixture(params=[Policy.REGISTERED, Policy.INVITE])
def closed(request: pytest.FixtureRequest) -> tuple[World, str]:
    """A server that was open when Ann came, and her token."""
    world = World()
    ann = world.join("ann")
    token = world.welcome(ann).token
    assert token is not None
    world.drop(ann)
    world.hub.announce(msgspec.structs.replace(world.hub.server, policy=request.param))
    return world, token


def test_who_has_a_token_sets_a_password_and_goes_on(closed: tuple[World, str]) -> None:
    """Also where others need an invitation: they were here before. Twice is the same as once."""
    world, token = closed
    refused = fail_of(world.told[world.join("ann", token=token)])
    assert refused.code is ErrorCode.PASSWORD_REQUIRED
    assert "REGISTER" in refused.explanation
    for _ in range(2):
        request = Register(uid="ann", nickname="Anna", password=SECRET, token=token)
        assert data_of(world.ask(world.open(), request), Done)
    assert world.welcome(world.join("ann", "Anna", token=token)).registered
    assert world.welcome(log_in(world, SECRET))


def test_without_the_token_nobody_sets_a_password(closed: tuple[World, str]) -> None:
    """Nor with another one; and where the user id is misspelt, the token makes no new account."""
    world, token = closed
    for uid, given, code in (
        ("ann", None, ErrorCode.ACCOUNT_EXISTS),
        ("ann", "w" * 43, ErrorCode.TOKEN_WRONG),
        ("eve", token, ErrorCode.TOKEN_WRONG),
    ):
        request = Register(uid=uid, nickname=uid, password=OTHER_SECRET, token=given, code=None)
        told = world.ask(world.open(), request)
        if given is None and world.hub.server.policy is Policy.INVITE:
            code = ErrorCode.CODE_WRONG
        assert code_of(told) is code, uid
    assert code_of(world.told[world.join("ann", token=token)]) is ErrorCode.PASSWORD_REQUIRED


def test_a_token_changes_no_password(closed: tuple[World, str]) -> None:
    """PASSWORD asks for the former one, and this is no way around it."""
    world, token = closed
    data_of(world.ask(world.open(), Register(uid="ann", nickname="Ann", password=SECRET, token=token)), Done)
    told = world.ask(world.open(), Register(uid="ann", nickname="Ann", password=OTHER_SECRET, token=token))
    assert code_of(told) is ErrorCode.ACCOUNT_EXISTS


def test_the_first_password_signs_other_devices_out_however_it_is_set() -> None:
    """While the server is open, too, where they may be here now."""
    world = World()
    first = world.join("ann")
    token = world.welcome(first).token
    change(world, PutToken(uid="ann", token_hash=hash_secret("o" * 43), device="old phone"))
    second = world.join("ann", token="o" * 43)
    request = Register(uid="ann", nickname="Ann", password=SECRET, token=token)
    assert data_of(world.ask(world.open(), request), Done)
    assert here(world, first, second) == [True, False]
    assert world.closed[second] is CloseReason.SIGNED_OUT


def test_who_has_no_token_is_told_what_helps(closed: tuple[World, str]) -> None:
    """With the UID of an account, and with one that is free as a first-generation program's is."""
    world, _ = closed
    for uid, token in (("ann", "w" * 43), ("old program", None)):
        explanation = fail_of(world.told[world.join(uid, token=token)]).explanation
        assert "operator to set" in explanation


def test_register_and_join_on_the_same_connection() -> None:
    world = World(policy=Policy.REGISTERED)
    connection = world.open()
    assert data_of(world.ask(connection, Register(uid="ann", nickname="Ann", password=SECRET)), Done)
    told = world.ask(connection, Join(uid="ann", nickname="Ann", v=2, password=SECRET))
    assert data_of(told, Joined)
    again = world.ask(connection, Register(uid="new", nickname="New", password=SECRET))
    assert code_of(again) is ErrorCode.ALREADY_JOINED


@pytest.mark.parametrize("claimed_by", ["token", "password"])
def test_nobody_registers_what_is_somebodys(claimed_by: str) -> None:
    """Also when it is away, and when all of its devices were signed out."""
    world = World()
    if claimed_by == "password":
        register(world)
        connection = log_in(world, SECRET)
        device = world.welcome(connection).device
        assert device is not None
        world.ask(connection, Revoke(device=device))
    else:
        world.drop(world.join("ann"))
    told = world.ask(world.open(), Register(uid="ann", nickname="Eve", password=OTHER_SECRET))
    assert code_of(told) is ErrorCode.ACCOUNT_EXISTS
    assert code_of(world.told[world.join("ann")]) is ErrorCode.TOKEN_REQUIRED


def test_a_guest_who_uses_the_uid_keeps_it_until_it_leaves() -> None:
    world = World()
    guest = world.join("ann", v=1)
    request = Register(uid="ann", nickname="Ann", password=SECRET)
    assert code_of(world.ask(world.open(), request)) is ErrorCode.UID_IN_USE
    world.drop(guest)
    register(world)


def test_a_guest_who_comes_while_the_password_is_hashed_is_cut() -> None:
    """The name is the account's from then on."""
    world = World()
    world.hold_hashes = True
    connection = world.open()
    world.ask(connection, Register(uid="ann", nickname="Ann", password=SECRET))
    guest = world.join("ann", v=1)
    world.release_hashes()
    assert data_of(world.told[connection], Done)
    assert here(world, guest) == [False]
    assert world.welcome(log_in(world, SECRET))


def test_who_registers_does_not_read_what_was_written_to_a_former_guest() -> None:
    world = World()
    guest, ben = world.join("ann", v=1), world.join("ben")
    world.send(ben, "for the guest", "ann")
    world.drop(guest)
    register(world)
    ann = log_in(world, SECRET)
    room = conversation_id(("ann", "ben"))
    assert code_of(world.ask(ann, History(room=room))) is ErrorCode.NO_SUCH_ROOM
    world.send(ben, "for Ann", "ann")
    page = data_of(world.ask(ann, History(room=room)), Page)
    assert [event.text for event in page.events] == ["for Ann"]


def test_a_banned_uid_cannot_be_registered() -> None:
    """A ban of a guest is a ban of its name."""
    world = World()
    change(world, PutPerson(uid="ann", banned_until_ms=FOR_EVER_MS))
    told = world.ask(world.open(), Register(uid="ann", nickname="Ann", password=SECRET))
    assert code_of(told) is ErrorCode.BANNED


@pytest.mark.parametrize("nickname", ["Ann", "ANN", "Ａnn"])
def test_nobody_registers_with_the_nickname_of_another_account(nickname: str) -> None:
    """Otherwise they could keep that account out, or impersonate it."""
    world = World()
    register(world)
    told = world.ask(world.open(), Register(uid="eve", nickname=nickname, password=OTHER_SECRET))
    assert code_of(told) is ErrorCode.NICKNAME_TAKEN
    register(world, "eve", nickname="Eve")
    assert world.welcome(log_in(world, SECRET))


def test_who_has_no_invitation_does_not_learn_who_is_here() -> None:
    """The code is looked at first."""
    world = World(policy=Policy.INVITE)
    change(world, PutPerson(uid="ann", nickname="Ann", password_hash="hash"))
    told = world.ask(world.open(), Register(uid="eve", nickname="Ann", password=SECRET, code="guess"))
    assert code_of(told) is ErrorCode.CODE_WRONG


def test_the_first_password_needs_a_nickname_that_is_no_other_accounts() -> None:
    """Ann may have come first: without a password nothing keeps a nickname. With another one she gets her password."""
    world = World()
    ann = world.join("a1", "Ann")
    register(world, "eve", nickname="ann")
    assert code_of(world.ask(ann, Password(new=SECRET))) is ErrorCode.NICKNAME_TAKEN
    second = world.open()
    token = world.welcome(ann).token
    world.ask(second, Join(uid="a1", nickname="Anna", v=2, token=token))
    assert data_of(world.ask(ann, Password(new=SECRET)), Done)
    change(world, PutPerson(uid="eve", nickname="Anna"))
    assert data_of(world.ask(ann, Password(new=OTHER_SECRET, old=SECRET)), Done)


LIMITS = Limits().announced


@pytest.mark.parametrize(
    "password",
    [
        "x7$kQ!a",  # a character too few
        "Anna-Maria",  # the nickname
        "anna@example",  # the user id
        "ANNA@EXAMPLE",
        "Password1",
        "zzzzzzzzzzzz",
    ],
)
def test_a_password_that_everyone_would_guess_is_refused(password: str) -> None:
    world = World()
    request = Register(uid="anna@example", nickname="Anna-Maria", password=password)
    assert code_of(world.ask(world.open(), request)) is ErrorCode.PASSWORD_WEAK
    ann = world.join("anna@example", "Anna-Maria")
    assert code_of(world.ask(ann, Password(new=password))) is ErrorCode.PASSWORD_WEAK


@pytest.mark.parametrize("password", ["x7$kQ!ab", "x7" * (LIMITS.password_chars_max // 2), "pässwörter", "        x"])
def test_a_password_at_the_bounds_is_accepted(password: str) -> None:
    world = World()
    register(world, password=password)
    assert world.welcome(log_in(world, password))


@pytest.mark.parametrize(("uid", "nickname"), [("", "Ann"), ("ann", " "), ("a\nnn", "Ann"), ("ann", "A\u202enn")])
def test_names_are_checked(uid: str, nickname: str) -> None:
    world = World()
    told = world.ask(world.open(), Register(uid=uid, nickname=nickname, password=SECRET))
    assert code_of(told) is ErrorCode.BAD_NAME


def test_nobody_is_called_what_the_operator_is_in_the_audit_log() -> None:
    world = World()
    for request in (Register(uid="-", nickname="Op", password=SECRET), Join(uid="-", nickname="Op", v=1)):
        assert code_of(world.ask(world.open(), request)) is ErrorCode.BAD_NAME


@pytest.mark.parametrize("uid", ["Mary", "MARY"])
def test_no_newcomer_takes_a_uid_that_looks_like_an_accounts_nickname(uid: str) -> None:
    """What is written to Mary would go to the newcomer: a UID comes before a nickname."""
    world = World()
    kept = world.join(uid.lower() + "!")
    register(world, "mary@lab", nickname="Mary")
    told = world.ask(world.open(), Register(uid=uid, nickname="Zed", password=SECRET))
    assert code_of(told) is ErrorCode.NICKNAME_TAKEN
    assert code_of(world.told[world.join(uid, "Zed")]) is ErrorCode.NICKNAME_TAKEN
    assert code_of(world.told[world.join(uid, "Zed", v=1)]) is ErrorCode.NICKNAME_TAKEN
    assert world.welcome(kept)


def test_who_has_such_a_uid_already_keeps_it() -> None:
    world = World()
    token = world.welcome(world.join("Mary", "Zed")).token
    change(world, PutPerson(uid="mary@lab", nickname="Mary", password_hash="hash"))
    mary = world.join("Mary", "Zed", token=token)
    assert world.welcome(mary)
    assert data_of(world.ask(mary, Password(new=SECRET)), Done)


# Where secrets may be said


@pytest.mark.parametrize("allowed", [False, True])
def test_passwords_are_not_said_where_others_can_read_them_unless_the_operator_says_so(allowed: bool) -> None:
    world = World(secrets_over_plain=allowed)
    connection = world.open(secure=False)
    told = world.ask(connection, Register(uid="ben", nickname="Ben", password=SECRET))
    world.ask(connection, Join(uid="ann", nickname="Ann", v=2))
    told_later = world.ask(connection, Password(new=SECRET))
    if allowed:
        assert data_of(told, Done)
        assert data_of(told_later, Done)
    else:
        assert code_of(told) is code_of(told_later) is ErrorCode.NOT_SECURE


# When passwords cannot be hashed, or stored


def test_when_too_many_passwords_wait_one_is_asked_to_come_again() -> None:
    world = World()
    ann = world.join("ann")
    world.hashes_busy = True
    for told in (
        world.ask(world.open(), Register(uid="ben", nickname="Ben", password=SECRET)),
        world.ask(ann, Password(new=SECRET)),
    ):
        assert fail_of(told).code is ErrorCode.SLOW_DOWN
        assert fail_of(told).retry_seconds == 2
    world.hashes_busy = False
    register(world, "ben", nickname="Ben")


def test_when_the_disk_fails_nothing_is_registered_or_changed() -> None:
    world = World()
    ann = world.join("ann")
    world.failing = StoreError("disk full")
    for told in (
        world.ask(world.open(), Register(uid="ben", nickname="Ben", password=SECRET)),
        world.ask(ann, Password(new=SECRET)),
    ):
        assert code_of(told) is ErrorCode.STORAGE_UNAVAILABLE
    world.failing = None
    assert code_of(world.told[log_in(world, SECRET)]) is ErrorCode.PASSWORD_WRONG


def test_what_the_store_refuses_is_not_hashed() -> None:
    """Otherwise requests for existing accounts would delay all logins."""
    world = World(policy=Policy.INVITE)
    change(world, PutPerson(uid="ann", nickname="Ann", password_hash="x"))
    change(world, PutPerson(uid="bad", banned_until_ms=FOR_EVER_MS), PutAddressBan(network="192.0.2.0/24", until_ms=99))
    change(world, PutCode(code_hash=hash_code("good"), kind=CodeKind.OWNER, made_by="-", uses=9, until_ms=99))
    world.hold_hashes = True
    for uid, nickname, code, address, expected in (
        ("ann", "Ben", "good", "10.0.0.1", ErrorCode.ACCOUNT_EXISTS),
        ("bad", "Ben", "good", "10.0.0.1", ErrorCode.BANNED),
        ("ben", "Ben", "good", "192.0.2.1", ErrorCode.BANNED),
        ("ben", "Ben", "bad", "10.0.0.1", ErrorCode.CODE_WRONG),
        ("ben", "Ann", "good", "10.0.0.1", ErrorCode.NICKNAME_TAKEN),
    ):
        request = Register(uid=uid, nickname=nickname, password=SECRET, code=code)
        assert code_of(world.ask(world.open(address), request)) is expected
    assert world.hashes == []
    world.ask(world.open(), Register(uid="ben", nickname="Ben", password=SECRET, code="good"))
    assert len(world.hashes) == 1


def test_of_two_who_register_one_uid_at_once_one_wins() -> None:
    """What was true before a password was hashed is asked again."""
    world = World()
    world.hold_hashes = True
    first, second = world.open(), world.open()
    for connection in (first, second):
        world.ask(connection, Register(uid="ann", nickname="Ann", password=SECRET))
    world.release_hashes()
    assert data_of(world.told[first], Done)
    assert code_of(world.told[second]) is ErrorCode.ACCOUNT_EXISTS


def test_hashing_is_dear() -> None:
    """A flood of them from one address is slowed down before the pool is full of them."""
    a_second = Limits().address_cost_per_second
    assert REQUESTS[Register].handle is register_handler
    assert {REQUESTS[kind].cost for kind in (Register, Password)} == {a_second // 20}


# PASSWORD


def test_a_password_is_set_without_an_old_one_and_changed_with_it() -> None:
    world = World()
    ann = world.join("ann")
    assert data_of(world.ask(ann, Password(new=SECRET)), Done)
    for old in (None, "wrong password"):
        told = world.ask(ann, Password(new=OTHER_SECRET, old=old))
        assert code_of(told) is ErrorCode.PASSWORD_WRONG
    assert data_of(world.ask(ann, Password(new=OTHER_SECRET, old=SECRET)), Done)
    assert code_of(world.told[log_in(world, SECRET)]) is ErrorCode.PASSWORD_WRONG
    assert world.welcome(log_in(world, OTHER_SECRET))


def test_a_new_password_signs_all_other_devices_out() -> None:
    """This one stays, on all of its connections; their tokens are good for nothing."""
    world = World()
    ann = world.join("ann")
    token = world.welcome(ann).token
    world.ask(ann, Password(new=SECRET))
    phone = log_in(world, SECRET)
    phones_token = world.welcome(phone).token
    second = world.join("ann", token=token)
    assert data_of(world.ask(ann, Password(new=OTHER_SECRET, old=SECRET)), Done)
    assert here(world, ann, second, phone) == [True, True, False]
    assert world.closed[phone] is CloseReason.SIGNED_OUT
    assert code_of(world.told[world.join("ann", token=phones_token)]) is ErrorCode.TOKEN_WRONG
    assert world.welcome(world.join("ann", token=token))


def test_wrong_old_passwords_are_counted() -> None:
    """Like wrong passwords at JOIN, so that nobody can guess in an open session."""
    world = World()
    ann = world.join("ann")
    world.ask(ann, Password(new=SECRET))
    for _ in range(world.limits.logins_per_account):
        assert code_of(world.ask(ann, Password(new=OTHER_SECRET, old="guess"))) is ErrorCode.PASSWORD_WRONG
        world.pass_ms(1_000)  # or the session's budget is used up
    assert code_of(world.ask(ann, Password(new=OTHER_SECRET, old=SECRET))) is ErrorCode.SLOW_DOWN
    assert code_of(world.told[log_in(world, SECRET)]) is ErrorCode.SLOW_DOWN
    world.now_ms += world.limits.login_seconds * 1_000
    assert data_of(world.ask(ann, Password(new=OTHER_SECRET, old=SECRET)), Done)


def test_of_two_changes_at_once_one_wins() -> None:
    """The password that was verified must still be the one that is stored when it is replaced."""
    world = World()
    ann = world.join("ann")
    second = world.join("ann", token=world.welcome(ann).token)
    world.ask(ann, Password(new=SECRET))
    world.hold = True
    world.ask(ann, Password(new="first to come", old=SECRET))
    world.ask(second, Password(new="second to come", old=SECRET))
    world.hold = False
    world.commit()
    assert data_of(world.told[ann][-1:], Done)
    assert code_of(world.told[second][-1:]) is ErrorCode.PASSWORD_WRONG
    assert world.welcome(log_in(world, "first to come"))


def test_a_session_that_was_cut_meanwhile_changes_no_password() -> None:
    """Somebody with a stolen device hurries; its owner revokes it while the password is being hashed."""
    world = World()
    ann = world.join("ann")
    token = world.welcome(ann).token
    world.ask(ann, Password(new=SECRET))
    stolen = log_in(world, SECRET)
    device = world.welcome(stolen).device
    assert device is not None
    world.hold_hashes = True
    world.ask(stolen, Password(new=OTHER_SECRET, old=SECRET))
    world.ask(ann, Revoke(device=device))
    world.release_hashes()
    assert world.closed[stolen] is CloseReason.SIGNED_OUT
    assert code_of(world.told[log_in(world, OTHER_SECRET)]) is ErrorCode.PASSWORD_WRONG
    assert world.welcome(world.join("ann", token=token))


# DEVICES and REVOKE


def test_devices_are_listed_and_signed_out_one_by_one() -> None:
    """The session of one that is signed out ends; signing it out again is no fault."""
    world = World()
    register(world)
    laptop, phone = log_in(world, SECRET, device="laptop"), log_in(world, SECRET, device="phone")
    listed = data_of(world.ask(phone, Devices()), DeviceList).devices
    assert {(device.name, device.current) for device in listed} == {("laptop", False), ("phone", True)}
    number = world.welcome(laptop).device
    assert number is not None
    for _ in range(2):
        assert data_of(world.ask(phone, Revoke(device=number)), Done)
    assert here(world, laptop, phone) == [False, True]
    assert world.closed[laptop] is CloseReason.SIGNED_OUT
    token = world.welcome(laptop).token
    assert code_of(world.told[world.join("ann", token=token)]) is ErrorCode.TOKEN_WRONG
    assert [device.name for device in data_of(world.ask(phone, Devices()), DeviceList).devices] == ["phone"]


def test_who_revokes_its_own_device_is_answered_and_then_out() -> None:
    world = World()
    register(world)
    ann = log_in(world, SECRET)
    device = world.welcome(ann).device
    assert device is not None
    assert data_of(world.ask(ann, Revoke(device=device)), Done)
    assert world.closed[ann] is CloseReason.SIGNED_OUT
    assert world.welcome(log_in(world, SECRET))


def test_without_a_password_nobody_signs_himself_out_for_good() -> None:
    world = World()
    ann = world.join("ann")
    device = world.welcome(ann).device
    assert device is not None
    assert code_of(world.ask(ann, Revoke(device=device))) is ErrorCode.NOT_ALLOWED
    assert here(world, ann) == [True]


def test_nobody_sees_or_signs_out_anothers_devices() -> None:
    world = World()
    ann, ben = world.join("ann"), world.join("ben")
    number = world.welcome(ann).device
    assert number is not None
    assert number not in {device.device for device in data_of(world.ask(ben, Devices()), DeviceList).devices}
    assert data_of(world.ask(ben, Password(new=SECRET)), Done)
    assert data_of(world.ask(ben, Revoke(device=number)), Done)
    assert here(world, ann) == [True]
    assert world.welcome(world.join("ann", token=world.welcome(ann).token))
    world.ask(ann, Send(text="still here", room="lobby"))
    assert "still here" in world.texts(ben)


def test_a_device_too_many_signs_out_the_one_used_longest_ago() -> None:
    """Also where it is here: its session ends."""
    world = World(Limits(devices_per_account_max=2))
    register(world)
    first, second = log_in(world, SECRET), log_in(world, SECRET)
    world.now_ms += 1_000
    third = log_in(world, SECRET)
    assert world.closed == {first: CloseReason.SIGNED_OUT}
    assert here(world, second, third) == [True, True]


# DELETE_ACCOUNT


def test_who_deletes_the_account_is_gone_on_all_devices_and_out_of_all_rooms() -> None:
    """Messages stay, without the name; nobody can ever use the user id again."""
    world = World()
    register(world)
    ann, phone = log_in(world, SECRET), log_in(world, SECRET)
    token = world.welcome(phone).token
    mary = world.join("mary")
    room = data_of(world.ask(mary, Create(title="Lab")), Room).room
    world.ask(ann, Enter(room=room))
    world.send(ann, "hello", room=room)
    before = len(world.told[mary])
    told = world.ask(ann, DeleteAccount(password=SECRET, request_id="d"))
    assert Okay(answers="d", data=Done()) in told
    assert here(world, ann, phone) == [False, False]
    assert {world.closed[each] for each in (ann, phone)} == {CloseReason.ACCOUNT_DELETED}
    left = events_of(world.told[mary][before:], EventKind.EXIT)
    assert [(event.room, event.sender) for event in left] == [(room, "ann")]
    page = data_of(world.ask(mary, History(room=room)), Page)
    assert {(entry.sender, entry.nickname) for entry in page.events} == {("mary", "Mary"), ("ann", DELETED)}
    assert code_of(world.told[world.join("ann", token=token)]) is ErrorCode.ACCOUNT_DELETED
    assert code_of(world.told[world.join("ann", v=1)]) is ErrorCode.ACCOUNT_DELETED
    assert code_of(world.told[log_in(world, SECRET)]) is ErrorCode.PASSWORD_WRONG
    again = Register(uid="ann", nickname="Ann", password=SECRET)
    assert code_of(world.ask(world.open(), again)) is ErrorCode.ACCOUNT_DELETED
    again = Register(uid="ann2", nickname="Ann", password=SECRET)
    assert code_of(world.ask(world.open(), again)) is ErrorCode.NICKNAME_TAKEN  # it is the user id, too


@pytest.mark.parametrize(
    ("uid", "nickname"), [("a1", "Mary"), ("MARY", "Zed"), ("m\u0430ry", "Zed"), ("a1", "m a r y"), ("Marion", "Zed")]
)
def test_nobody_registers_a_name_that_looks_like_an_accounts_user_id_or_nickname(uid: str, nickname: str) -> None:
    """Either way round: one logs in by both."""
    world = World()
    register(world, "mary", nickname="Marion")
    told = world.ask(world.open(), Register(uid=uid, nickname=nickname, password=OTHER_SECRET))
    assert code_of(told) is ErrorCode.NICKNAME_TAKEN
    assert world.welcome(log_in(world, SECRET, "Mary"))


def test_the_account_is_deleted_with_the_password_where_there_is_one() -> None:
    world = World()
    register(world)
    ann, ben = log_in(world, SECRET), world.join("ben")
    for password in (None, OTHER_SECRET):
        assert code_of(world.ask(ann, DeleteAccount(password=password))) is ErrorCode.PASSWORD_WRONG
    assert here(world, ann) == [True]
    world.ask(ben, DeleteAccount())
    assert world.closed[ben] is CloseReason.ACCOUNT_DELETED


def test_who_is_needed_cannot_delete_the_account() -> None:
    """The only owner of the server or of a room; and a guest has none."""
    cast = Cast()
    give_role(cast.world, "ann", Role.OWNER)
    assert cast.refused("own", DeleteAccount()) is ErrorCode.NOT_ALLOWED
    for uid, role in (("boss", Role.MEMBER), ("ann", Role.OWNER)):
        give_role(cast.world, uid, role)
    assert cast.refused("ann", DeleteAccount()) is ErrorCode.NOT_ALLOWED
    give_role(cast.world, "boss", Role.OWNER)
    cast.world.ask(cast.at["ann"], DeleteAccount())
    assert cast.world.closed[cast.at["ann"]] is CloseReason.ACCOUNT_DELETED
    guest = cast.world.open()
    cast.world.ask(guest, Join(uid="old", nickname="Old"))
    cast.world.ask(guest, DeleteAccount())
    assert guest not in cast.world.closed
