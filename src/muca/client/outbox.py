"""What was asked and not answered: asked again on the next connection, with the same ID and in the same order.

Only what may be done twice is asked again. What may not (``ONCE``) needs a session, and ends with it unanswered.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, TypeAlias

from muca.client.errors import MucaError
from muca.model.requests import Claim, Invitation, Kick, Password, Request, Typing
from muca.model.wire import Wire

OUTBOX_MAX: Final = 1_000
"""Requests that may wait for their answers; ``Client`` lets callers wait for a place."""

ONCE: Final = (Typing, Kick, Invitation, Password, Claim)
"""Requests that a repetition would make untrue, or that would be carried out twice."""

Answer: TypeAlias = Wire | MucaError
"""What a caller gets: the data that it asked for, for a SEND the stored message; or the error to raise."""


class Asked:
    """One request of the person's, until it is answered."""

    __slots__ = ("kind", "request", "request_id", "written")

    def __init__(self, request_id: str, request: Request, kind: type[Wire]) -> None:
        self.request_id = request_id
        self.request = request
        self.kind = kind
        """What the answer is to be read as."""
        self.written = False
        """Whether it was ever written to a connection: then the server may have carried it out."""


class Outbox:
    """Requests without an answer, in the order in which they were asked."""

    def __init__(self, random: Random) -> None:
        self._asked: dict[str, Asked] = {}
        self._answers: list[tuple[str, Answer]] = []
        self._prefix = f"{random.getrandbits(64):016x}"
        self._count = 0

    def __len__(self) -> int:
        return len(self._asked)

    def __iter__(self) -> Iterator[Asked]:
        return iter(list(self._asked.values()))

    def new_id(self) -> str:
        """Return an ID that no client has used: 64 random bits and a count, 17 to 64 characters."""
        self._count += 1
        return f"{self._prefix}-{self._count}"

    def add(self, request: Request, kind: type[Wire]) -> Asked:
        """Take a request in."""
        if len(self._asked) >= OUTBOX_MAX:
            raise OverflowError(f"more than {OUTBOX_MAX} requests wait for an answer")
        request_id = self.new_id()
        asked = self._asked[request_id] = Asked(request_id, request, kind)
        return asked

    def get(self, request_id: str | None) -> Asked | None:
        """Return the request that waits under this ID."""
        return self._asked.get(request_id) if request_id is not None else None

    def answer(self, asked: Asked, answer: Answer) -> None:
        """Take a request out, with what came of it."""
        if self._asked.pop(asked.request_id, None) is not None:
            self._answers.append((asked.request_id, answer))

    def answer_once(self, error: MucaError) -> None:
        """Take out what is not to be asked again, with the same error."""
        for asked in self:
            if isinstance(asked.request, ONCE):
                self.answer(asked, error)

    def answer_all(self, error: MucaError) -> None:
        """Take everything out, with the same error."""
        for asked in self:
            self.answer(asked, error)

    def withdraw(self, request_id: str) -> None:
        """Forget a request whose asker is gone: it is not written again, and its answer interests nobody."""
        self._asked.pop(request_id, None)

    def take_answers(self) -> list[tuple[str, Answer]]:
        """Return the answers that came since the last call, with the IDs they belong to."""
        answers, self._answers = self._answers, []
        return answers
