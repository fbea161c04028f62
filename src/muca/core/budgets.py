"""Budgets: how much may be asked, in cost. Each is a bucket that fills up again with time.

Rules:
- A request is charged when it is handled, also when the budget does not cover it: then it leaves a debt, one burst at
  most, and the connection is not heard until the debt is paid off. So nothing is refused or lost; a flood just comes
  in more slowly. Frames that are no requests cost something, too.
- A session is charged on three accounts: its own, its person's and its address's.
- Guesses at passwords and codes are counted in buckets of their own; there, waiting is asked for.
"""

from collections.abc import Collection
from typing import Final

from muca.model.ids import Uid
from muca.model.limits import Limits
from muca.model.requests import Join, Request, Send

CHARS_A_COST: Final = 256
"""A message costs one more for each of so many characters."""


RECIPIENTS_A_COST: Final = 5
"""And one more for so many recipients."""
PASSWORD_COST: Final = 500
"""What it costs to have a password hashed."""

ACCOUNT_GUESSES_FACTOR: Final = 10
"""So many times as many wrong tries are borne for one account from everywhere as from one network."""


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
        level -= cost
        if level < -self._burst:  # so that one flood does not keep everybody at an address waiting for hours
            level = -self._burst
        self._level = level
        self._at_ms = now_ms
        return 0 if level >= 0 else int(-level / self._per_ms) + 1

    def is_overdrawn(self, now_ms: int) -> bool:
        """Return whether there is a debt."""
        return self._level < 0 and self.level(now_ms) < 0

    def wait_ms(self, cost: float, now_ms: int) -> int:
        """Tell in how many milliseconds so much could be taken out without debt; 0: now."""
        lacking = cost - self.level(now_ms)
        return 0 if lacking <= 0 else int(lacking / self._per_ms) + 1

    def is_full(self, now_ms: int) -> bool:
        """Return whether nothing is remembered here any more."""
        return self.level(now_ms) >= self._burst

    def level(self, now_ms: int) -> float:
        """Tell how much is in it, less than nothing when there is a debt."""
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

    def forget_full(self, now_ms: int, kept: Collection[str] = ()) -> None:
        """Forget what needs no remembering, and is not ``kept`` because somebody holds it."""
        full = [key for key, bucket in self._buckets.items() if bucket.is_full(now_ms) and key not in kept]
        for key in full:
            del self._buckets[key]


class Guesses:
    """Bounds how often passwords and codes are tried: at an account from one network, at an account, from a network.

    A try counts as wrong until it is known not to be: otherwise all that are under way at once would be judged. Nobody
    is kept out of its own account by wrong tries from one other network.
    """

    def __init__(self, limits: Limits) -> None:
        account, network, per_second = limits.logins_per_account, limits.logins_per_address, 1 / limits.login_seconds
        self._at_account_from_network = Buckets(account, per_second)
        self._at_account = Buckets(ACCOUNT_GUESSES_FACTOR * account, ACCOUNT_GUESSES_FACTOR * per_second)
        self._from_network = Buckets(network, network / account * per_second)

    def take(self, uid: Uid, network: str, now_ms: int) -> int:
        """Count a try as wrong; or, if it must wait, do not, and give how many milliseconds."""
        buckets = self._of(uid, network)
        wait_ms = max(bucket.wait_ms(1, now_ms) for bucket in buckets)
        if not wait_ms:
            for bucket in buckets:
                bucket.charge(1, now_ms)
        return wait_ms

    def give_back(self, uid: Uid, network: str, now_ms: int) -> None:
        """Count a try no longer: it was right, or was not judged."""
        for bucket in self._of(uid, network):
            bucket.charge(-1, now_ms)

    def forget_full(self, now_ms: int) -> None:
        """Forget what needs no remembering."""
        for buckets in (self._at_account_from_network, self._at_account, self._from_network):
            buckets.forget_full(now_ms)

    def _of(self, uid: Uid, network: str) -> tuple[Bucket, ...]:
        return self._at_account_from_network[f"{network} {uid}"], self._at_account[uid], self._from_network[network]


def cost_of(request: Request, cost: int) -> int:
    """Return what a request costs, with what its kind costs: long messages cost more."""
    if type(request) is Send:
        return cost + len(request.text) // CHARS_A_COST + len(request.recipients or ()) // RECIPIENTS_A_COST
    if type(request) is Join and request.password is not None:
        return cost + PASSWORD_COST
    return cost
