"""The clock by which others are waited for."""

import asyncio
import socket

from hypothesis import given
from hypothesis import strategies as st

from muca.server.waking_clock import PULSE_SECONDS, WakingClock
from tests.wire import DEADLINE_SECONDS

COUNTED = 2 * PULSE_SECONDS
"""What counts of a pause."""


class Machine:
    """Its time is what the test says."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@given(steps=st.lists(st.floats(min_value=0, max_value=1_000_000)))
def test_time_passes_while_the_process_runs(steps: list[float]) -> None:
    """Short steps count whole, of a long one only its beginning does; it never goes back."""

    async def look() -> None:
        machine = Machine()
        clock = WakingClock(machine)
        for step in steps:
            before = clock.now()
            machine.seconds += step
            assert abs(clock.now() - before - min(step, COUNTED)) < 1e-6
        clock.stop()

    asyncio.run(look())


async def test_deadline_waits_for_time_that_counts() -> None:
    """A pause of an hour brings it nearer by a moment."""
    machine = Machine()
    clock = WakingClock(machine)
    passed = asyncio.Event()
    clock.call_later(0.01 + COUNTED, passed.set)
    machine.seconds += 3_600
    assert clock.now() == 1_000 + COUNTED
    reading, writing = socket.socketpair()
    with reading, writing:  # something else that the loop waits for, which shows that it has run
        reading.setblocking(False)
        writing.send(b"x")
        await asyncio.get_running_loop().sock_recv(reading, 1)
    assert not passed.is_set()
    machine.seconds += 0.02
    async with asyncio.timeout(DEADLINE_SECONDS):
        await passed.wait()
    clock.stop()


async def test_deadline_comes_after_what_was_there_before_it() -> None:
    """Both are due in the same round of the loop: what came in is read, then the deadline is met."""
    clock = WakingClock()
    order: list[str] = []
    over = asyncio.Event()

    def meet() -> None:
        order.append("deadline")
        over.set()

    def read() -> None:
        order.append("read")
        loop.remove_reader(reading)

    loop = asyncio.get_running_loop()
    reading, writing = socket.socketpair()
    with reading, writing:
        reading.setblocking(False)
        loop.add_reader(reading, read)
        clock.call_later(0, meet)
        writing.send(b"x")
        async with asyncio.timeout(DEADLINE_SECONDS):
            await over.wait()
    assert order == ["read", "deadline"]
    clock.stop()


async def test_deadline_can_be_cancelled() -> None:
    """At any time before it is met."""
    clock = WakingClock()
    met: list[str] = []
    cancelled = [clock.call_later(seconds, lambda: met.append("cancelled")) for seconds in (0, 0.001)]
    over = asyncio.Event()
    clock.call_later(0.002, over.set)
    asyncio.get_running_loop().call_soon(cancelled[0].cancel)
    cancelled[1].cancel()
    async with asyncio.timeout(DEADLINE_SECONDS):
        await over.wait()
    assert met == []
    clock.stop()
