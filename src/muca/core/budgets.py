"""Budgets: how much may be asked, in cost. Each is a bucket that fills up again with time.

Rules:
- A request is charged when it is handled, also when the budget does not cover it: then it leaves a debt, and the
  connection is not read until the debt is paid off. So nothing is refused or lost; a flood just comes in more slowly.
- A session is charged on three accounts: its own, its person's and its address's.
- Wrong passwords and codes are counted in buckets of their own, by person and by address; there, waiting is asked for.
"""

from typing import Final

from muca.model.requests import Join, Request, Send

CHARS_A_COST: Final = 256
"""A message costs one more for each of so many characters."""


PASSWORD_COST: Final = 500
"""What it costs to have a password hashed."""


class Bucket:
    """So much at once, and so much a second."""

    __slots__ = ("_at_ms", "_burst", "_level", "_per_ms")

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_ms = per_second / 1_000
        self._level = float(burst)
        self._at_ms = 0

    def charge(self, cost: float, now_ms: int) -> int:
        """Take out so much, into debt if need be; give in how many milliseconds the debt is paid off, 0 without one."""
        level = self._level + (now_ms - self._at_ms) * self._per_ms
        if level > self._burst:
            level = self._burst
        self._level = level = level - cost
        self._at_ms = now_ms
        return 0 if level >= 0 else int(-level / self._per_ms) + 1

    def wait_ms(self, cost: float, now_ms: int) -> int:
        """Tell in how many milliseconds so much could be taken out without debt; 0: now."""
        lacking = cost - self._level_at(now_ms)
        return 0 if lacking <= 0 else int(lacking / self._per_ms) + 1

    def is_full(self, now_ms: int) -> bool:
        """Tell whether nothing is remembered here any more."""
        return self._level_at(now_ms) >= self._burst

    def _level_at(self, now_ms: int) -> float:
        return min(self._burst, self._level + (now_ms - self._at_ms) * self._per_ms)


class Buckets:
    """One bucket a key, made when it is needed and forgotten when it is full again."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: dict[str, Bucket] = {}

    def __getitem__(self, key: str) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, self._per_second)
        return bucket

    def __len__(self) -> int:
        return len(self._buckets)

    def forget_full(self, now_ms: int) -> None:
        """Forget what needs no remembering."""
        for key in [key for key, bucket in self._buckets.items() if bucket.is_full(now_ms)]:
            del self._buckets[key]


def cost_of(request: Request, cost: int) -> int:
    """Give what a request costs, with what its kind costs: long messages cost more."""
    if type(request) is Send:
        return cost + len(request.text) // CHARS_A_COST
    if type(request) is Join and request.password is not None:
        return cost + PASSWORD_COST
    return cost
