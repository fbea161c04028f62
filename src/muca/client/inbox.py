"""The bounded queue of events that wait for the consumer.

A slow consumer must not make the client's memory grow, and must not stop it from reading the socket, which also
carries the answers to SEND. So a full inbox rejects events until the consumer has taken half of those waiting.
Afterwards the rejected ones are replaced: messages are read from HISTORY, and the state of the connection comes as a
new ``Connected``. Rejecting everything between "full" and "half full" causes one long gap instead of many short ones.
"""

from collections import deque
from typing import Final

from muca.client.events import AnyEvent

EVENTS_MAX: Final = 10_000


class Inbox:
    """A queue of at most ``events_max`` events."""

    def __init__(self, events_max: int) -> None:
        self._events: deque[AnyEvent] = deque()
        self._events_max = events_max
        self.congested = False
        """Whether events are being rejected."""

    def __len__(self) -> int:
        return len(self._events)

    @property
    def free(self) -> int:
        """The number of events that would be accepted now."""
        return 0 if self.congested else self._events_max - len(self._events)

    def offer(self, event: AnyEvent) -> bool:
        """Append an event. Returns False if there is no space."""
        if self.congested:
            return False
        self._events.append(event)
        self.congested = len(self._events) == self._events_max
        return True

    def take(self) -> AnyEvent | None:
        """Remove and return the oldest event, or None if there is none."""
        if not self._events:
            return None
        event = self._events.popleft()
        if len(self._events) <= self._events_max // 2:
            self.congested = False
        return event
