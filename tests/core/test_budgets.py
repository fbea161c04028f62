"""Buckets: so much at once, so much a second, debts are paid off. Time is arithmetic here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.core.budgets import CHARS_A_COST, Bucket, Buckets, cost_of
from muca.model.requests import Ping, Send


def test_what_is_within_the_burst_needs_no_waiting() -> None:
    """At the bound and one past it."""
    bucket = Bucket(10, 5)
    bucket.charge(10, 0)
    assert bucket.wait_ms(0, 0) == 0
    bucket.charge(1, 0)
    assert bucket.wait_ms(0, 0) == 201


def test_it_fills_up_again_and_not_beyond() -> None:
    """However long nothing happens."""
    bucket = Bucket(10, 5)
    bucket.charge(20, 0)
    assert not bucket.is_full(3_999)
    assert bucket.is_full(4_000)
    assert bucket.wait_ms(10, 1_000_000) == 0
    assert bucket.wait_ms(11, 1_000_000) > 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2_000)), max_size=50))
def test_over_any_time_no_more_is_taken_than_burst_and_rate_allow(steps: list[tuple[int, int]]) -> None:
    """For somebody who waits as long as told before each charge."""
    bucket = Bucket(100, 20)
    now_ms = taken = 0
    for cost, pause_ms in steps:
        now_ms += pause_ms
        now_ms += bucket.wait_ms(cost, now_ms)
        bucket.charge(cost, now_ms)
        taken += cost
        assert taken <= 100 + now_ms * 20 / 1_000 + 1


def test_buckets_that_are_full_are_forgotten() -> None:
    """So that memory follows who was here lately."""
    buckets = Buckets(2, 1)
    buckets["a"].charge(1, 0)
    buckets["b"].charge(2, 0)
    held = buckets["c"]
    buckets.forget_full(1_000, kept={"c"})
    assert len(buckets) == 2
    assert buckets["c"] is held
    assert buckets["b"].wait_ms(2, 1_000) > 0


@pytest.mark.parametrize(
    ("request_", "cost"),
    [
        (Ping(), 3),
        (Send(text="x" * (CHARS_A_COST - 1), recipients=()), 3),
        (Send(text="x" * CHARS_A_COST, recipients=()), 4),
        (Send(text="x" * 10 * CHARS_A_COST, recipients=()), 13),
    ],
)
def test_long_messages_cost_more(request_: Ping | Send, cost: int) -> None:
    """Beside what their kind costs."""
    assert cost_of(request_, 3) == cost
