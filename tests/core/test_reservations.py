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
    assert reservations.reserve(asked(1, first))
    assert reservations.reserve(asked(2, second)) is granted
    assert reservations.reserve(asked(3, second, uid="mary"))
    reservations.release(1)
    reservations.release(1)
    reservations.release(2)
    assert reservations.reserve(asked(2, second))


def test_a_guest_waits_for_all_sessions_of_an_account() -> None:
    reservations = Reservations()
    for connection in (1, 2):
        assert reservations.reserve(asked(connection, ACCOUNT))
    reservations.release(1)
    assert not reservations.reserve(asked(3, GUEST))
    reservations.release(2)
    assert reservations.reserve(asked(3, GUEST))
