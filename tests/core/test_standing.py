"""What somebody is to a place, whose power is higher, and what remains of who leaves."""

from itertools import product

import pytest

from muca.core.standing import check, outranks, parted, power, room_role, server_role, standing
from muca.model.changes import DropMember, PutMember
from muca.model.errors import ErrorCode
from muca.model.facts import FOR_EVER_MS, Facts, Membership, Person
from muca.model.roles import Place, Role, Standing, Verb
from muca.model.rooms import LOBBY, Room, RoomKind
from tests.core.test_permissions import WAYS

NOW_MS = 1_000
ENDS = (0, NOW_MS, FOR_EVER_MS)
"""Never was, has just ended, goes on."""


def person(role: Role, **fields: object) -> Person:
    return Person(uid="p", nickname="P", role=role, claimed=True, **fields)  # type: ignore[arg-type]


def test_every_standing_that_can_come_about_is_in_the_matrix_and_no_other() -> None:
    """All there is to know of a person and its membership, in every combination."""
    people = [
        person(role, disabled=disabled, muted_until_ms=muted, banned_until_ms=banned)
        for role, disabled, muted, banned in product(Role, (False, True), ENDS, ENDS)
    ]
    memberships = [None] + [
        Membership(uid="p", entered=entered, role=role, muted_until_ms=muted, banned_until_ms=banned)
        for entered, role, muted, banned in product((False, True), Role, ENDS, ENDS)
    ]
    possible = {
        (place, standing(place, somebody, membership, NOW_MS))
        for place, somebody, membership in product(Place, people, memberships)
    }
    assert possible == {(place, stands) for place, ways in WAYS.items() for stands in ways}


def test_who_has_not_claimed_its_uid_is_a_guest_whatever_it_was() -> None:
    free = Person(uid="p", nickname="P", role=Role.OWNER, claimed=False)
    assert server_role(free) is Role.GUEST
    assert {room_role(place, free, Membership(uid="p", role=Role.OWNER)) for place in Place} == {Role.GUEST}


@pytest.mark.parametrize("end", [0, NOW_MS])
def test_a_sanction_that_has_ended_does_not_hold(end: int) -> None:
    once = person(Role.MEMBER, muted_until_ms=end, banned_until_ms=end)
    membership = Membership(uid="p", muted_until_ms=end, banned_until_ms=end)
    assert {standing(place, once, membership, NOW_MS) for place in Place} == {Standing.MEMBER}


def in_room(role: Role | None) -> Membership | None:
    return Membership(uid="p", role=role) if role is not None else None


@pytest.mark.parametrize(
    ("place", "strong", "weak"),
    [
        # on the server: the role there
        (Place.SERVER, (Role.OWNER, None), (Role.MODERATOR, None)),
        (Place.SERVER, (Role.MODERATOR, None), (Role.MEMBER, None)),
        # in public rooms: first the role on the server, then that in the room
        (Place.PUBLIC, (Role.OWNER, None), (Role.MODERATOR, Role.OWNER)),
        (Place.PUBLIC, (Role.MODERATOR, None), (Role.MEMBER, Role.OWNER)),
        (Place.PUBLIC, (Role.MODERATOR, Role.OWNER), (Role.MODERATOR, Role.MODERATOR)),
        (Place.PUBLIC, (Role.MEMBER, Role.OWNER), (Role.MEMBER, Role.MODERATOR)),
        (Place.PUBLIC, (Role.MEMBER, Role.MODERATOR), (Role.MEMBER, Role.MEMBER)),
        (Place.PUBLIC, (Role.MEMBER, Role.MODERATOR), (Role.MEMBER, None)),
        # in private rooms: the role in the room alone
        (Place.PRIVATE, (Role.MEMBER, Role.OWNER), (Role.OWNER, Role.MODERATOR)),
        (Place.PRIVATE, (Role.MEMBER, Role.MODERATOR), (Role.OWNER, Role.MEMBER)),
        (Place.PRIVATE, (Role.MEMBER, Role.MODERATOR), (Role.OWNER, None)),
    ],
)
def test_power(place: Place, strong: tuple[Role, Role | None], weak: tuple[Role, Role | None]) -> None:
    """The first has power over the second, and not the other way round."""
    higher, lower = (power(place, person(server), in_room(room)) for server, room in (strong, weak))
    assert higher > lower


@pytest.mark.parametrize("place", list(Place))
def test_equals_have_no_power_over_each_other(place: Place) -> None:
    for server, room in product(Role, (*Role, None)):
        facts = Facts(
            now_ms=NOW_MS,
            actor=person(server),
            membership=in_room(room),
            target=person(server),
            target_membership=in_room(room),
            room=None if place is Place.SERVER else a_room(place),
        )
        assert not outranks(facts)


def a_room(place: Place) -> Room:
    kinds = {Place.LOBBY: RoomKind.LOBBY, Place.DIRECT: RoomKind.DIRECT, Place.GROUP: RoomKind.GROUP}
    return Room(room="x", kind=kinds.get(place, RoomKind.NAMED), private=place is Place.PRIVATE)


def test_who_leaves_takes_its_mute_along_and_its_role_not() -> None:
    muted = Membership(uid="p", role=Role.MODERATOR, muted_until_ms=FOR_EVER_MS, floor_seq=7, read=9)
    remains = Membership(uid="p", entered=False, muted_until_ms=FOR_EVER_MS)
    assert parted("r-x", muted, NOW_MS) == PutMember(room="r-x", member=remains)
    once_muted = Membership(uid="p", muted_until_ms=NOW_MS, banned_until_ms=NOW_MS)
    assert parted("r-x", once_muted, NOW_MS) == DropMember(room="r-x", uid="p")


def test_without_a_room_there_is_none() -> None:
    """A check that is not about the server fails where the store has found no room."""
    facts = Facts(now_ms=NOW_MS, actor=person(Role.OWNER))
    refused = check(Verb.SEE, facts)
    assert refused is not None
    assert refused.code is ErrorCode.NO_SUCH_ROOM
    assert check(Verb.KICK, facts, on_server=True) is None


def test_in_the_lobby_one_is_what_one_is_on_the_server() -> None:
    """The membership there says nothing, but for the read marker."""
    moderator = person(Role.MODERATOR)
    lobby = Room(room=LOBBY, kind=RoomKind.LOBBY)
    facts = Facts(now_ms=NOW_MS, actor=moderator, room=lobby, membership=Membership(uid="p", role=Role.MEMBER))
    assert check(Verb.MODERATE, facts) is None
