"""Frames for a first-generation client, written one by one with pauses: many such programs parse one frame per read."""

from collections.abc import Callable

from muca.server.waking_clock import CallLater, Timer


class Pacing:
    """The queue of frames for one first-generation client.

    A single frame is written at once. While few wait, one is written every ``gap_ms``; if over ``waiting_max`` frames
    or ``bytes_max`` bytes wait, the client is behind anyway, and all are written at once.
    """

    def __init__(
        self, write: Callable[[bytes], None], call_later: CallLater, gap_ms: int, waiting_max: int, bytes_max: int
    ) -> None:
        self._write = write
        self._call_later = call_later
        self._gap_seconds = gap_ms / 1_000
        self._waiting_max = waiting_max
        self._bytes_max = bytes_max
        self._waiting: list[bytes] = []
        self._peer_list: bytes | None = None
        self._timer: Timer | None = None
        self._waiting_bytes = 0

    def put(self, frame: bytes) -> None:
        """Send a frame in its turn."""
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        if self._timer is None:
            self._send()
        elif self._waiting_bytes > self._bytes_max:
            self.flush()

    def put_peer_list(self, frame: bytes) -> None:
        """Send a LIST in its turn; it replaces one at the end of the queue, as only the newest is valid."""
        if self._waiting and self._waiting[-1] is self._peer_list:
            self._waiting_bytes -= len(self._waiting.pop())
        self._peer_list = frame
        self.put(frame)

    def _send(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        if len(self._waiting) > self._waiting_max:
            self.flush()
        else:
            frame = self._waiting.pop(0)
            self._waiting_bytes -= len(frame)
            self._write(frame)
        self._timer = self._call_later(self._gap_seconds, self._send)

    def flush(self) -> None:
        """Send everything that waits now."""
        if self._waiting:
            self._write(b"".join(self._waiting))
            self._waiting.clear()
            self._waiting_bytes = 0

    def stop(self) -> None:
        """Stop sending by timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
