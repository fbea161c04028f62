"""The codes of HANDOVER that can still be redeemed. They are in memory only, as hashes, and expire after minutes."""

import hmac
from typing import NamedTuple

from muca.model.ids import Uid


class Code(NamedTuple):
    """A code with which an account can join once."""

    code_hash: bytes
    device: int
    """The device that created it. When that device is signed out, the code is invalid, too."""
    until_ms: int


class Handovers:
    """One code per account, and ``most`` in all; beyond it, the oldest become invalid. Times are monotonic."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._codes: dict[Uid, Code] = {}

    def put(self, uid: Uid, code: Code) -> None:
        """Store an account's code, in place of its previous one."""
        self._codes.pop(uid, None)
        while len(self._codes) >= self._most:
            del self._codes[next(iter(self._codes))]
        self._codes[uid] = code

    def take(self, uid: Uid, code_hash: bytes, now_ms: int) -> Code | None:
        """Redeem a code: it is valid once. None: it is wrong, used up or expired."""
        code = self._codes.get(uid)
        if code is None or not hmac.compare_digest(code.code_hash, code_hash):
            return None
        del self._codes[uid]
        return code if now_ms < code.until_ms else None

    def put_back(self, uid: Uid, code: Code) -> None:
        """Undo ``take``, because nobody could join; not if there is a newer code."""
        if uid not in self._codes:
            self.put(uid, code)

    def forget_old(self, now_ms: int) -> None:
        """Delete expired codes."""
        self._codes = {uid: code for uid, code in self._codes.items() if now_ms < code.until_ms}
