"""Counters of the running server for GET /metrics, updated once per tick or commit."""

from bisect import bisect_left
from collections import Counter
from typing import Final

from muca.model.errors import CloseReason

COMMIT_SECONDS: Final = (0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the histogram's buckets, in seconds; one more bucket has those that took longer."""


class Figures:
    """All counters since the start."""

    def __init__(self) -> None:
        self.messages = 0
        """Messages stored."""
        self.deliveries = 0
        """Pushes to a room, counted once per recipient."""
        self.closes: Counter[CloseReason] = Counter()
        """Connections that the server closed, by reason."""
        self.commits = [0] * (len(COMMIT_SECONDS) + 1)
        """Commits in each bucket of ``COMMIT_SECONDS``."""
        self.commit_seconds = 0.0
        """Total duration of all commits."""
        self.backup_at = 0.0
        """When the newest backup was made, in seconds since 1970; 0: there is none, or none are made."""

    def commit(self, seconds: float) -> None:
        """Count a commit."""
        self.commits[bisect_left(COMMIT_SECONDS, seconds)] += 1
        self.commit_seconds += seconds
