"""The table of permissions: what follows from it, and what must never be in it."""

from itertools import pairwise, product

import pytest

from muca.model.errors import ErrorCode
from muca.model.roles import PERMISSIONS, RANKS, Place, Role, RoomCondition, Standing, Verb, denial, may

CELLS = list(product(Verb, Standing, Place, RoomCondition))


def test_what_is_not_in_the_table_is_not_allowed() -> None:
    """Each cell is allowed exactly when a row has it, and refused for one reason otherwise."""
    allowed = {
        (verb, *cell)
        for verb, rows in PERMISSIONS.items()
        for row in rows
        for cell in product(row.standings, row.places, row.conditions)
    }
    assert {cell for cell in CELLS if may(*cell)} == allowed
    assert {cell for cell in CELLS if denial(*cell) is None} == allowed


def test_who_is_barred_may_nothing_and_a_stranger_nothing_where_it_cannot_see() -> None:
    for verb, standing, place, condition in CELLS:
        hidden = place not in {Place.PUBLIC, Place.SERVER} and standing in {Standing.STRANGER, Standing.OVERSEER}
        if standing is Standing.BARRED or hidden:
            assert not may(verb, standing, place, condition), (verb, standing, place)


def test_whoever_may_do_anything_in_a_room_may_see_it() -> None:
    for verb, standing, place, condition in CELLS:
        if place is not Place.SERVER and may(verb, standing, place, condition):
            assert may(Verb.SEE, standing, place, condition), (verb, standing, place)


def test_a_higher_role_may_what_a_lower_one_may_and_a_mute_takes_rights() -> None:
    roles = [Standing.GUEST, Standing.MEMBER, Standing.MODERATOR, Standing.OWNER]
    for verb, place, condition in product(Verb, Place, RoomCondition):
        for lower, higher in (*pairwise(roles), (Standing.MUTED, Standing.MEMBER)):
            assert may(verb, lower, place, condition) <= may(verb, higher, place, condition), (verb, place, lower)


def test_a_worse_condition_allows_nothing_more() -> None:
    for verb, standing, place in product(Verb, Standing, Place):
        allowed = [may(verb, standing, place, condition) for condition in RoomCondition]
        assert allowed == sorted(allowed, reverse=True), (verb, standing, place)


@pytest.mark.parametrize(
    ("verb", "standing", "place", "condition", "code"),
    [
        (Verb.SEND, Standing.STRANGER, Place.PRIVATE, RoomCondition.OPEN, ErrorCode.NO_SUCH_ROOM),
        (Verb.SEND, Standing.STRANGER, Place.PRIVATE, RoomCondition.ARCHIVED, ErrorCode.NO_SUCH_ROOM),
        (Verb.KICK, Standing.BARRED, Place.LOBBY, RoomCondition.OPEN, ErrorCode.NO_SUCH_ROOM),
        (Verb.SEND, Standing.STRANGER, Place.PUBLIC, RoomCondition.OPEN, ErrorCode.NOT_ALLOWED),
        (Verb.SEND, Standing.MEMBER, Place.LOBBY, RoomCondition.READ_ONLY, ErrorCode.ROOM_READ_ONLY),
        (Verb.SEND, Standing.OWNER, Place.LOBBY, RoomCondition.ARCHIVED, ErrorCode.ROOM_ARCHIVED),
        (Verb.SEND, Standing.MUTED, Place.LOBBY, RoomCondition.OPEN, ErrorCode.MUTED),
        (Verb.SEND, Standing.MUTED, Place.LOBBY, RoomCondition.READ_ONLY, ErrorCode.ROOM_READ_ONLY),
        (Verb.CREATE, Standing.MUTED, Place.SERVER, RoomCondition.OPEN, ErrorCode.MUTED),
        (Verb.KICK, Standing.MUTED, Place.SERVER, RoomCondition.OPEN, ErrorCode.NOT_ALLOWED),
        (Verb.KICK, Standing.MEMBER, Place.SERVER, RoomCondition.OPEN, ErrorCode.NOT_ALLOWED),
        (Verb.KICK, Standing.BARRED, Place.SERVER, RoomCondition.OPEN, ErrorCode.NOT_ALLOWED),
        (Verb.PIN, Standing.MEMBER, Place.PUBLIC, RoomCondition.ARCHIVED, ErrorCode.NOT_ALLOWED),
    ],
)
def test_a_refusal_names_what_stands_in_the_way(
    verb: Verb, standing: Standing, place: Place, condition: RoomCondition, code: ErrorCode
) -> None:
    """First whether there is such a room, then its condition, then the mute, then the role."""
    assert denial(verb, standing, place, condition) is code


def test_ranks() -> None:
    assert sorted(Role, key=lambda role: RANKS[role]) == [Role.GUEST, Role.MEMBER, Role.MODERATOR, Role.OWNER]
