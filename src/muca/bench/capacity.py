"""What a machine can carry: for some numbers of people, the highest rate of messages at which all get them in time."""

import secrets
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from muca.bench.load import Load, Run, percentile
from muca.bench.scenarios import Workload, texts
from muca.bench.servers import own_server

PEOPLE: Final = (10, 30, 100, 300, 1_000, 3_000)
IN_TIME_SECONDS: Final = 0.05
"""The p99 from SEND until the last member has the message, at most."""
DELIVERIES_FIRST: Final = 20_000
"""Deliveries a second of the first rate that is tried."""
RATE_MIN: Final = 0.5
REFINEMENTS: Final = 3
SENDERS_MAX: Final = 50
TRIALS: Final = 2
"""How often a rate is tried until it counts as too high, as a machine also does other things."""


class Carried(NamedTuple):
    """The highest rate for a number of people."""

    people: int
    messages_per_second: float
    p99_ms: float
    is_load: bool
    """Whether it was the load that could not do more."""


def measure(workload: Workload, tell: Callable[[str], None]) -> list[Carried]:
    """Search the highest rate for each number of people, each on a server of its own.

    ``tell`` is called with what happens, for people. Raises ``BenchError``.
    """
    carried = []
    for people in PEOPLE:
        tell(f"{people:,} people join")
        with (
            own_server() as server,
            Load(server.target(workload.transport), secrets.token_hex(4), workload.processes) as load,
        ):
            load.join(people)
            carried.append(search(load, people, workload, tell))
    return carried


class Rated(Protocol):
    """A load that sends at a rate."""

    def at_rate(self, senders: int, seconds: float, texts: Sequence[bytes], rate: float) -> Run:
        """Send so many messages a second."""


def search(load: Rated, people: int, workload: Workload, tell: Callable[[str], None]) -> Carried:
    """Double or halve the rate until it was both carried and not carried, and then narrow it down."""
    best, too_high = Carried(people, 0.0, 0.0, is_load=False), float("inf")
    said = texts(workload)
    rate, refinements, is_load = DELIVERIES_FIRST / people, 0, False
    while refinements <= REFINEMENTS and rate >= RATE_MIN:
        tell(f"{people:,} people, {rate:,.1f} messages a second")
        for _ in range(TRIALS):
            run = load.at_rate(min(people, SENDERS_MAX), workload.seconds, said, rate)
            p99 = percentile(run.latencies, 0.99)
            if p99 <= IN_TIME_SECONDS:
                break
        if p99 <= IN_TIME_SECONDS:
            best = Carried(people, rate, p99 * 1e3, is_load=False)
        else:
            too_high, is_load = rate, bool(run.limits)
        if best.messages_per_second and too_high < float("inf"):
            refinements += 1
            rate = (best.messages_per_second * too_high) ** 0.5
        else:
            rate *= 2 if best.messages_per_second else 0.5
    return best._replace(is_load=is_load)
