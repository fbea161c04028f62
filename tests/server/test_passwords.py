"""Passwords, hashed beside the event loop."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from muca.core.effects import Hash, Hashed
from muca.core.inputs import PasswordHashed
from muca.server.passwords import HASHER, Passwords, hash_password
from tests.wire import DEADLINE_SECONDS

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Gate(PasswordHasher):
    """Hashes when it may, and counts how many want to at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.open = threading.Event()
        self.inside = threading.Semaphore(0)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.inside.release()
        assert self.open.wait(DEADLINE_SECONDS)
        return super().hash(password, salt=salt)


class Answers:
    """What the event loop is told."""

    def __init__(self) -> None:
        self.all: list[PasswordHashed] = []
        self._came = asyncio.Event()

    def take(self, answer: PasswordHashed) -> None:
        self.all.append(answer)
        self._came.set()

    async def of(self, effect: Hash) -> Hashed:
        """Wait for the answer to an effect."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                for answer in self.all:
                    if answer.asked is effect:
                        return answer.result
                self._came.clear()
                await self._came.wait()


def wish(password: str, against: str | None = None, connection: int = 1, network: str = "192.0.2.1") -> Hash:
    return Hash(connection, network, password, against, lambda _: None)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A hasher that is let go at the end, whatever happens."""
    gate = Gate()
    yield gate
    gate.open.set()


async def test_what_was_hashed_fits_and_nothing_else_does() -> None:
    """Two hashes of one password are not the same: nobody sees who has the same password."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=10, hasher=QUICK)

    async def ask(password: str, against: str | None = None) -> Hashed:
        effect = wish(password, against)
        passwords.hash(effect)
        return await answers.of(effect)

    made, made_again = await ask("pässword"), await ask("pässword")
    assert made.hash is not None
    assert made_again.hash not in {made.hash, None}
    assert made.hash.startswith("$argon2id$")
    assert await ask("pässword", made.hash) == Hashed(matches=True)
    assert await ask("password", made.hash) == Hashed(matches=False)
    assert await ask("", made.hash) == Hashed(matches=False)
    passwords.stop()


async def test_it_does_not_matter_how_a_keyboard_composes() -> None:
    """A letter with its accent is one password, whether typed as one character or as two."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=10, hasher=QUICK)
    effect = wish("cafe\u0301 au lait", hash_password("caf\u00e9 au lait", QUICK))
    passwords.hash(effect)
    assert await answers.of(effect) == Hashed(matches=True)
    passwords.stop()


async def test_without_an_account_as_much_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work with the same parameters, and no password fits."""
    worked: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, stored: str, password: str) -> bool:
        worked.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=10, hasher=QUICK)
    effect = wish("password", "")
    passwords.hash(effect)
    assert await answers.of(effect) == Hashed(matches=False)
    assert len(worked) == 1
    assert not QUICK.check_needs_rehash(worked[0])
    passwords.stop()


async def test_stored_hash_that_is_none_lets_nobody_in() -> None:
    """And the next one is served."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=10, threads=1, hasher=QUICK)
    broken, good = wish("password", "not a hash"), wish("password")
    passwords.hash(broken)
    passwords.hash(good)
    assert await answers.of(broken) == Hashed(busy=True)
    assert (await answers.of(good)).hash is not None
    passwords.stop()


async def test_beyond_what_may_wait_it_is_refused_at_once(gate: Gate) -> None:
    """Two are hashed, three wait, in order; the sixth is answered as busy, but not from within ``hash``."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=3, threads=2, hasher=gate)
    wishes = [wish(str(number), network=f"192.0.2.{number}") for number in range(6)]
    for effect in wishes:
        passwords.hash(effect)
    assert answers.all == []
    assert await answers.of(wishes[5]) == Hashed(busy=True)
    assert len(answers.all) == 1
    for _ in range(2):
        assert gate.inside.acquire(timeout=DEADLINE_SECONDS)
    assert not gate.inside.acquire(blocking=False)
    gate.open.set()
    for effect in wishes[:5]:
        assert (await answers.of(effect)).hash is not None
    passwords.stop()


async def test_networks_take_turns_and_none_has_all_the_places(gate: Gate) -> None:
    """Of eight places a flooder has two, and one who comes after it is served after the first of them."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=8, threads=1, hasher=gate)
    flood = [wish(str(number), connection=number) for number in range(4)]
    other = wish("other", connection=9, network="192.0.2.2")
    for effect in (*flood, other):
        passwords.hash(effect)
    assert await answers.of(flood[3]) == Hashed(busy=True)
    gate.open.set()
    assert (await answers.of(flood[2])).hash is not None
    done = [answer.asked for answer in answers.all]
    assert done == [flood[3], flood[0], flood[1], other, flood[2]]
    passwords.stop()


async def test_nothing_is_hashed_for_those_who_are_gone(gate: Gate) -> None:
    """What waits is answered as not done; what others want keeps its place."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=3, threads=1, hasher=gate)
    first, gone = wish("1", connection=1), wish("2", connection=2)
    stays = wish("3", connection=3, network="192.0.2.2")
    for effect in (first, gone, stays):
        passwords.hash(effect)
    passwords.forget(2)
    assert await answers.of(gone) == Hashed(busy=True)
    gate.open.set()
    assert (await answers.of(stays)).hash is not None
    for _ in range(2):
        assert gate.inside.acquire(blocking=False)
    assert not gate.inside.acquire(blocking=False)
    passwords.stop()


async def test_after_the_stop_nobody_is_told(gate: Gate) -> None:
    """What is being hashed ends, what waits is dropped, and no thread is left."""
    answers = Answers()
    passwords = Passwords(answers.take, jobs_max=3, threads=1, hasher=gate)
    for number in range(3):
        passwords.hash(wish(str(number), network=f"192.0.2.{number}"))
    assert gate.inside.acquire(timeout=DEADLINE_SECONDS)
    gate.open.set()
    passwords.stop()
    told = asyncio.Event()
    asyncio.get_running_loop().call_soon(told.set)  # behind whatever the pool has left for the loop to do
    await told.wait()
    assert answers.all == []
    assert not any(thread.name.startswith("muca-password") for thread in threading.enumerate())


def test_parameters_are_those_of_the_rfc() -> None:
    """RFC 9106, 4, second choice: 64 MiB, three passes, four lanes, a tag of 256 bits, a salt of 128."""
    parameters = (HASHER.memory_cost, HASHER.time_cost, HASHER.parallelism, HASHER.hash_len, HASHER.salt_len)
    assert parameters == (65_536, 3, 4, 32, 16)
