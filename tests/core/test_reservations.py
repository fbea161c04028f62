"""Whose connections may have a session of a UID at the same time."""

from typing import NamedTuple

import pytest

from muca.core.effects import Reserve
from muca.core.reservations import Reservations


class As(NamedTuple):
    """How a connection wants a UID."""

    alone: bool
    shares: bool


def asked(connection: int, how: As, uid: str = "tony") -> Reserve:
    return Reserve(connection, uid, alone=how.alone, shares=how.shares, session=None)


GUEST = As(alone=True, shares=False)
ACCOUNT = As(alone=False, shares=True)
ACCOUNT_OVER_V1 = As(alone=True, shares=True)


def joins(reservations: Reservations, how: Reserve) -> bool:
    """Reserve, and begin a session if that is granted at once."""
    [(_, granted)] = reservations.reserve(how)
    if granted:
        assert reservations.begin(how.connection) == []
    return granted


@pytest.mark.parametrize(
    ("first", "second", "granted"),
    [
        (GUEST, GUEST, False),
        (GUEST, ACCOUNT, False),
        (GUEST, ACCOUNT_OVER_V1, False),
        (ACCOUNT, GUEST, False),
        (ACCOUNT, ACCOUNT, True),
        (ACCOUNT, ACCOUNT_OVER_V1, False),
        (ACCOUNT_OVER_V1, GUEST, False),
        (ACCOUNT_OVER_V1, ACCOUNT, True),
        (ACCOUNT_OVER_V1, ACCOUNT_OVER_V1, False),
    ],
)
def test_who_may_be_here_together(first: As, second: As, granted: bool) -> None:
    """Whoever is refused may come once the other has gone."""
    reservations = Reservations()
    assert joins(reservations, asked(1, first))
    assert joins(reservations, asked(2, second)) is granted
    assert joins(reservations, asked(3, second, uid="mary"))
    reservations.release(1)
    reservations.release(1)
    reservations.release(2)
    assert joins(reservations, asked(2, second))


def test_a_guest_waits_for_all_sessions_of_an_account() -> None:
    reservations = Reservations()
    for connection in (1, 2):
        assert joins(reservations, asked(connection, ACCOUNT))
    reservations.release(1)
    assert not joins(reservations, asked(3, GUEST))
    reservations.release(2)
    assert joins(reservations, asked(3, GUEST))


def test_who_might_be_refused_waits_until_it_is_certain() -> None:
    """Whoever tries in vain keeps nobody out; whoever succeeds does. All wait in order."""
    reservations = Reservations()
    stranger, owner, other = asked(1, GUEST), asked(2, ACCOUNT), asked(3, GUEST)
    assert reservations.reserve(stranger) == [(stranger, True)]
    assert reservations.reserve(owner) == reservations.reserve(other) == []
    assert reservations.release(1) == [(owner, True)]
    assert reservations.begin(2) == [(other, False)]
    assert reservations.release(2) == []
    assert reservations.reserve(other) == [(other, True)]
