"""The events that wait for the consumer: a queue with a bound.

A consumer that does not keep up must not make the client grow, and must not stop it from reading the socket (the
answers to SEND come over it too). So a full inbox turns events away, until the consumer has taken half of what waits.
Whoever was turned away comes back then: messages from HISTORY, the state of the connection as a fresh ``Connected``.
Turning away everything between "full" and "half full" makes of many lost places one.
"""

from collections import deque
from typing import Final

from muca.client.events import AnyEvent

EVENTS_MAX: Final = 10_000


class Inbox:
    """Events in order, at most ``events_max`` of them."""

    def __init__(self, events_max: int) -> None:
        self._events: deque[AnyEvent] = deque()
        self._events_max = events_max
        self.congested = False
        """Whether events are being turned away."""

    def __len__(self) -> int:
        return len(self._events)

    @property
    def free(self) -> int:
        """How many events would be taken in now."""
        return 0 if self.congested else self._events_max - len(self._events)

    def offer(self, event: AnyEvent) -> bool:
        """Put an event at the end, or give False when there is no place for it."""
        if self.congested:
            return False
        self._events.append(event)
        self.congested = len(self._events) == self._events_max
        return True

    def take(self) -> AnyEvent | None:
        """Return the oldest event, or None when there is none."""
        if not self._events:
            return None
        event = self._events.popleft()
        if len(self._events) <= self._events_max // 2:
            self.congested = False
        return event
