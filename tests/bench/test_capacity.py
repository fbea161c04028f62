"""The search for the highest rate that a machine can carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.bench.capacity import DELIVERIES_FIRST, RATE_MIN, search
from muca.bench.load import Run
from muca.bench.scenarios import Workload


class Machine:
    """A load that is delivered in time up to a rate. Above another one, it cannot send in time itself."""

    def __init__(self, rate_max: float, load_max: float = float("inf")) -> None:
        self.rate_max = rate_max
        self.load_max = load_max

    def at_rate(self, senders: int, seconds: float, texts: object, rate: float) -> Run:
        limits = ["late"] if rate > self.load_max else []
        return Run(10, 0, 10, [0.01 if rate <= min(self.rate_max, self.load_max) else 0.2], limits)


@given(st.floats(RATE_MIN * 2, 1e6), st.sampled_from([10, 100, 5_000]))
def test_the_highest_rate_is_found_within_a_tenth(rate_max: float, people: int) -> None:
    found = search(Machine(rate_max), people, Workload(), lambda _: None)
    assert found.messages_per_second <= rate_max
    assert found.messages_per_second == pytest.approx(rate_max, rel=0.1)
    assert not found.is_load


def test_where_the_load_could_not_do_more_it_is_said() -> None:
    assert search(Machine(1e9, load_max=3_000), 100, Workload(), lambda _: None).is_load


def test_nothing_may_be_too_much() -> None:
    found = search(Machine(0.0), 10, Workload(), lambda _: None)
    assert found.messages_per_second == 0.0


def test_it_tells_what_it_tries() -> None:
    told: list[str] = []
    search(Machine(1e4), 10, Workload(), told.append)
    assert told[0] == f"10 people, {DELIVERIES_FIRST / 10:,.1f} messages a second"
