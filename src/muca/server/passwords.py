"""Passwords, hashed in threads with Argon2id (RFC 9106).

Rules:
- Hashing is deliberately expensive: few passwords are hashed at once, some may wait, and the rest are refused at once.
- Networks take turns, and each may have only a part of the queue, so that a flood from one does not delay others much.
- For an unknown account it takes just as long, so that the time does not reveal which accounts exist.
"""

import asyncio
import base64
import secrets
import unicodedata
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from muca.core.effects import Hash, Hashed
from muca.core.inputs import PasswordHashed
from muca.model.ids import ConnectionId

HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""64 MiB, three passes, four lanes: for memory-constrained environments (RFC 9106, 4)."""


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return the hash of a password, as it is stored."""
    return hasher.hash(_composed(password))


def _composed(password: str) -> str:
    """Return a password in composed form, as keyboards differ in how they enter the same one (RFC 8265, 4.2.2)."""
    return unicodedata.normalize("NFC", password)


class Passwords:
    """Carries out ``Hash`` effects.

    Args:
        take: called with the results, in the event loop, never from within ``hash``.
        jobs_max: how many may wait, not counting those being hashed; at most a quarter from one network.
        threads: how many are hashed at once.
        hasher: the hash function with its parameters.
    """

    def __init__(
        self, take: Callable[[PasswordHashed], None], jobs_max: int, threads: int = 2, hasher: PasswordHasher = HASHER
    ) -> None:
        self._take = take
        self._jobs_max = jobs_max
        self._jobs_max_each = max(1, jobs_max // 4)
        self._threads = threads
        self._hasher = hasher
        self._waiting: dict[str, deque[Hash]] = {}
        """Waiting passwords by network, the next in turn first."""
        self._hashing = 0
        self._stopped = False
        self._nobodys = _random_hash(hasher)
        self._log = structlog.get_logger()
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(threads, "muca-password")

    def hash(self, effect: Hash) -> None:
        """Queue a password to be hashed or verified."""
        others = self._waiting.get(effect.network, ())
        waiting = sum(map(len, self._waiting.values()))
        if self._hashing >= self._threads and (waiting >= self._jobs_max or len(others) >= self._jobs_max_each):
            self._loop.call_soon(self._take, PasswordHashed(effect, Hashed(busy=True)))
            return
        self._waiting.setdefault(effect.network, deque()).append(effect)
        self._go_on()

    def forget(self, connection: ConnectionId) -> None:
        """Cancel the waiting passwords of a closed connection; they are answered as busy."""
        gone: list[Hash] = []
        for network, waiting in list(self._waiting.items()):
            stays = deque(effect for effect in waiting if effect.connection != connection)
            gone += (effect for effect in waiting if effect.connection == connection)
            if stays:
                self._waiting[network] = stays
            else:
                del self._waiting[network]
        for effect in gone:
            self._take(PasswordHashed(effect, Hashed(busy=True)))

    def _go_on(self) -> None:
        while self._waiting and self._hashing < self._threads:
            self._hashing += 1
            self._pool.submit(self._work, self._next())

    def _next(self) -> Hash:
        network = next(iter(self._waiting))
        waiting = self._waiting.pop(network)
        effect = waiting.popleft()
        if waiting:
            self._waiting[network] = waiting
        return effect

    def _work(self, effect: Hash) -> None:
        """Runs in a thread of the pool."""
        try:
            result = self._carry_out(effect.password, effect.against)
        except Exception:  # out of memory, or an invalid stored hash: it must be answered
            self._log.exception("hash_failed", connection=effect.connection)
            result = Hashed(busy=True)
        self._loop.call_soon_threadsafe(self._done, PasswordHashed(effect, result))

    def _carry_out(self, password: str, against: str | None) -> Hashed:
        if against is None:
            return Hashed(hash=hash_password(password, self._hasher))
        try:
            return Hashed(matches=self._hasher.verify(against or self._nobodys, _composed(password)))
        except VerifyMismatchError:
            return Hashed(matches=False)

    def _done(self, answer: PasswordHashed) -> None:
        if self._stopped:
            return
        self._hashing -= 1
        self._go_on()
        self._take(answer)

    def stop(self) -> None:
        """End the threads after their current work; its results are dropped."""
        self._stopped = True
        self._waiting.clear()
        self._pool.shutdown()


def _random_hash(hasher: PasswordHasher) -> str:
    """Create a hash that takes as long to verify as any other, and that no password matches."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
