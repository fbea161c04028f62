"""Unanswered requests. They are sent again on the next connection, with the same ID and in the same order.

Only idempotent requests are repeated. The others (``ONCE``) need a session, and fail when it ends.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, TypeAlias

from muca.client.errors import BadArgument, MucaError
from muca.model.requests import Claim, Invitation, Kick, Password, Request, Typing
from muca.model.wire import Wire

OUTBOX_MAX: Final = 1_000
"""Maximum number of unanswered requests. ``Client`` makes further callers wait."""

ONCE: Final = (Typing, Kick, Invitation, Password, Claim)
"""Requests that must not be repeated: they would be outdated, or carried out twice."""

RequestResult: TypeAlias = Wire | MucaError
"""The result for a caller: the requested data, for a SEND the stored message; or the error to raise."""


class Asked:
    """A request that waits for its answer."""

    __slots__ = ("kind", "request", "request_id", "written")

    def __init__(self, request_id: str, request: Request, kind: type[Wire]) -> None:
        self.request_id = request_id
        self.request = request
        self.kind = kind
        """The type of the answer."""
        self.written = False
        """Whether it was ever sent, so the server may have carried it out."""


class PendingRequests:
    """Unanswered requests, in their original order."""

    def __init__(self, random: Random) -> None:
        self._asked: dict[str, Asked] = {}
        self._answers: list[tuple[str, RequestResult]] = []
        self._prefix = f"{random.getrandbits(64):016x}"
        self._count = 0

    def __len__(self) -> int:
        return len(self._asked)

    def __iter__(self) -> Iterator[Asked]:
        return iter(list(self._asked.values()))

    def new_id(self) -> str:
        """Return an ID that no client has used: 64 random bits and a counter, 17 to 64 characters."""
        self._count += 1
        return f"{self._prefix}-{self._count}"

    def add(self, request: Request, kind: type[Wire]) -> Asked:
        """Add a request, with a new ID unless it has one. Raises ``BadArgument`` if the ID waits for an answer."""
        if len(self._asked) >= OUTBOX_MAX:
            raise OverflowError(f"more than {OUTBOX_MAX} requests wait for an answer")
        request_id = getattr(request, "request_id", None) or self.new_id()
        if request_id in self._asked:
            raise BadArgument("A request with this ID waits for its answer.")
        asked = self._asked[request_id] = Asked(request_id, request, kind)
        return asked

    def get(self, request_id: str | None) -> Asked | None:
        """Return the pending request with this ID."""
        return self._asked.get(request_id) if request_id is not None else None

    def answer(self, asked: Asked, answer: RequestResult) -> None:
        """Remove a request, with its result."""
        if self._asked.pop(asked.request_id, None) is not None:
            self._answers.append((asked.request_id, answer))

    def answer_once(self, error: MucaError) -> None:
        """Remove the requests that must not be repeated, with the same error."""
        for asked in self:
            if isinstance(asked.request, ONCE):
                self.answer(asked, error)

    def answer_all(self, error: MucaError) -> None:
        """Remove all requests, with the same error."""
        for asked in self:
            self.answer(asked, error)

    def withdraw(self, request_id: str) -> None:
        """Drop a request whose caller is gone. It is not sent again, and its answer is ignored."""
        self._asked.pop(request_id, None)

    def take_answers(self) -> list[tuple[str, RequestResult]]:
        """Return the answers since the last call, with the IDs of their requests."""
        answers, self._answers = self._answers, []
        return answers
