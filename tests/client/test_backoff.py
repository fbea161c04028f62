"""Pauses between tries."""

from random import Random

from muca.client.backoff import LONGEST_SECONDS, Backoff


class Longest(Random):
    """Chance that always takes the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_the_bound_doubles_up_to_the_longest_pause() -> None:
    backoff = Backoff(Longest())

    assert [backoff.next_seconds() for _ in range(9)] == [0.25, 0.5, 1, 2, 4, 8, 16, LONGEST_SECONDS, LONGEST_SECONDS]


def test_after_a_connection_that_held_the_pauses_start_over() -> None:
    backoff = Backoff(Longest())
    backoff.next_seconds()
    backoff.next_seconds()

    backoff.reset()

    assert backoff.next_seconds() == 0.25


def test_pauses_are_spread_over_the_whole_range() -> None:
    backoff = Backoff(Random(1))
    for _ in range(20):
        backoff.next_seconds()

    pauses = [backoff.next_seconds() for _ in range(1_000)]

    assert 0 <= min(pauses) < 1
    assert LONGEST_SECONDS - 1 < max(pauses) <= LONGEST_SECONDS
