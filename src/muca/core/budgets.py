"""Budgets: rate limits on the cost of requests. Each is a token bucket.

Rules:
- A request is charged when it is handled, even if the budget does not cover it. It then leaves a debt of at most one
  burst, and the connection is not read until the debt is paid off. Nothing is refused or lost; a flood only comes in
  more slowly. Frames that are not requests have a cost, too.
- A request is charged to three budgets: that of its session, its person and its address.
- Attempts at passwords and codes have buckets of their own; beyond the limit they are refused with a time to wait.
"""

from collections.abc import Collection
from typing import Final

from muca.model.ids import Uid
from muca.model.limits import Limits
from muca.model.requests import Join, Request, Send
from muca.model.rooms import Room

CHARS_A_COST: Final = 256
"""Characters of a message per unit of cost."""


RECIPIENTS_A_COST: Final = 5
"""Recipients of a message per unit of cost."""
MEMBERS_A_COST: Final = 20
"""Members of the rooms in a list per unit of cost; each room costs one, too."""
PASSWORD_COST: Final = 500
"""The cost of hashing a password."""

ACCOUNT_GUESSES_FACTOR: Final = 10
"""Wrong attempts allowed per account from all networks together, as a multiple of the limit from one network."""


def rooms_cost(rooms: Collection[Room]) -> int:
    """Return the additional cost of JOIN or ROOMS for these rooms."""
    return len(rooms) + sum(len(room.members) for room in rooms) // MEMBERS_A_COST


class Bucket:
    """A token bucket that may go into debt: a capacity (burst), and a rate per second at which it refills."""

    __slots__ = ("_at_ms", "_burst", "_level", "_per_ms")

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_ms = per_second / 1_000
        self._level = float(burst)
        self._at_ms = 0

    def charge(self, cost: float, now_ms: int) -> int:
        """Take out a cost, if need be into debt. Returns the milliseconds until the debt is paid off; 0: no debt."""
        level = self._level + (now_ms - self._at_ms) * self._per_ms
        if level > self._burst:
            level = self._burst
        level -= cost
        if level < -self._burst:  # so that a flood cannot block everybody at an address for hours
            level = -self._burst
        self._level = level
        self._at_ms = now_ms
        return 0 if level >= 0 else int(-level / self._per_ms) + 1

    def is_overdrawn(self, now_ms: int) -> bool:
        """Return whether there is a debt."""
        return self._level < 0 and self.level(now_ms) < 0

    def wait_ms(self, cost: float, now_ms: int) -> int:
        """Return the milliseconds until a cost can be taken out without debt; 0: now."""
        lacking = cost - self.level(now_ms)
        return 0 if lacking <= 0 else int(lacking / self._per_ms) + 1

    def is_full(self, now_ms: int) -> bool:
        """Return whether the bucket is full, so that it can be forgotten."""
        return self.level(now_ms) >= self._burst

    def level(self, now_ms: int) -> float:
        """Return how much is in it; negative if there is a debt."""
        return min(self._burst, self._level + (now_ms - self._at_ms) * self._per_ms)


class Buckets:
    """A bucket for each key, created on demand and forgotten when it is full again."""

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

    def forget_full(self, now_ms: int, kept: Collection[str] = ()) -> None:
        """Forget the full buckets, except those ``kept`` because they are in use."""
        full = [key for key, bucket in self._buckets.items() if bucket.is_full(now_ms) and key not in kept]
        for key in full:
            del self._buckets[key]


class Guesses:
    """Limits attempts at passwords and codes: for an account from one network, for an account, and from a network.

    An attempt counts as wrong until it turns out to be right; otherwise concurrent attempts would evade the limit.
    Wrong attempts from one network alone cannot lock the owner of an account out on another.
    """

    def __init__(self, limits: Limits) -> None:
        account, network, per_second = limits.logins_per_account, limits.logins_per_address, 1 / limits.login_seconds
        self._at_account_from_network = Buckets(account, per_second)
        self._at_account = Buckets(ACCOUNT_GUESSES_FACTOR * account, ACCOUNT_GUESSES_FACTOR * per_second)
        self._from_network = Buckets(network, network / account * per_second)

    def take(self, uid: Uid, network: str, now_ms: int) -> int:
        """Count an attempt as wrong and return 0; if it must wait, do not count it, and return the milliseconds."""
        buckets = self._of(uid, network)
        wait_ms = max(bucket.wait_ms(1, now_ms) for bucket in buckets)
        if not wait_ms:
            for bucket in buckets:
                bucket.charge(1, now_ms)
        return wait_ms

    def give_back(self, uid: Uid, network: str, now_ms: int) -> None:
        """Stop counting an attempt: it was right, or was not checked."""
        for bucket in self._of(uid, network):
            bucket.charge(-1, now_ms)

    def forget_full(self, now_ms: int) -> None:
        """Forget what needs no remembering."""
        for buckets in (self._at_account_from_network, self._at_account, self._from_network):
            buckets.forget_full(now_ms)

    def _of(self, uid: Uid, network: str) -> tuple[Bucket, ...]:
        return self._at_account_from_network[f"{network} {uid}"], self._at_account[uid], self._from_network[network]


def cost_of(request: Request, cost: int) -> int:
    """Return the cost of a request: ``cost``, that of its kind, and more for long messages and many recipients."""
    if type(request) is Send:
        return cost + len(request.text) // CHARS_A_COST + len(request.recipients or ()) // RECIPIENTS_A_COST
    if type(request) is Join and request.password is not None:
        return cost + PASSWORD_COST
    return cost
