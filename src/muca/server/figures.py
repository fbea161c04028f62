"""What the server counts while it runs: plain numbers, added to once a tick or a commit, for GET /metrics."""

from bisect import bisect_left
from collections import Counter
from typing import Final

from muca.model.errors import CloseReason

COMMIT_SECONDS: Final = (0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Up to how long the commits of each class took; one more class has those that took longer."""


class Figures:
    """All of them, from the start on."""

    def __init__(self) -> None:
        self.messages = 0
        """Messages stored."""
        self.deliveries = 0
        """Pushes to a room, each counted for everyone who was given it."""
        self.closes: Counter[CloseReason] = Counter()
        """Connections that the server closed, by reason."""
        self.commits = [0] * (len(COMMIT_SECONDS) + 1)
        """By class of ``COMMIT_SECONDS``."""
        self.commit_seconds = 0.0
        """All together."""

    def commit(self, seconds: float) -> None:
        """Count a commit."""
        self.commits[bisect_left(COMMIT_SECONDS, seconds)] += 1
        self.commit_seconds += seconds
