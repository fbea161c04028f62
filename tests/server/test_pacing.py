"""Pacing: frames to first-generation clients, one a write."""

from collections.abc import Callable

from muca.server.pacing import Pacing

GAP_MS = 20


class Stage:
    """A pacing whose timers come when the test says so."""

    def __init__(self, waiting_max: int = 50) -> None:
        self.writes: list[bytes] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.cancelled = 0
        self.pacing = Pacing(self.writes.append, self.call_later, GAP_MS, waiting_max)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> "Stage":
        """Note the timer; the stage itself is its handle."""
        self.timers.append((seconds, callback))
        return self

    def cancel(self) -> None:
        """Count a timer that is not wanted any more."""
        self.cancelled += 1

    def turn(self) -> None:
        """Let the next timer come; it was asked for after the gap."""
        seconds, callback = self.timers.pop(0)
        assert seconds == GAP_MS / 1_000
        callback()


def test_lone_frame_leaves_at_once() -> None:
    """And after the gap the next one does too."""
    stage = Stage()
    stage.pacing.put(b"1")
    assert stage.writes == [b"1"]
    stage.turn()
    stage.pacing.put(b"2")
    assert stage.writes == [b"1", b"2"]


def test_few_frames_leave_one_by_one() -> None:
    """A gap between each."""
    stage = Stage()
    for frame in (b"1", b"2", b"3"):
        stage.pacing.put(frame)
    assert stage.writes == [b"1"]
    assert stage.pacing.waiting_bytes == 2
    stage.turn()
    stage.turn()
    assert stage.writes == [b"1", b"2", b"3"]
    assert stage.pacing.waiting_bytes == 0


def test_backlog_leaves_back_to_back() -> None:
    """At the bound still one by one, one past it all in one write."""
    for frames, expected in ((3, [b"x", b"x"]), (4, [b"x", b"xxx"])):
        stage = Stage(waiting_max=2)
        for _ in range(frames):
            stage.pacing.put(b"x")
        stage.turn()
        assert stage.writes == expected
        assert stage.pacing.waiting_bytes == frames - sum(map(len, expected))


def test_newer_list_replaces_a_waiting_one_at_the_end() -> None:
    """So lists cannot pile up, and other frames keep their order."""
    stage = Stage()
    stage.pacing.put(b"ACK")
    stage.pacing.put_peer_list(b"LIST1")
    stage.pacing.put(b"MSG")
    stage.pacing.put_peer_list(b"LIST2")
    assert stage.pacing.waiting_bytes == len(b"MSGLIST2")
    while stage.timers:
        stage.turn()
    assert stage.writes == [b"ACK", b"MSG", b"LIST2"]
    stage.pacing.put_peer_list(b"LIST3")
    assert stage.writes[-1] == b"LIST3"


def test_flush_writes_what_waits() -> None:
    """Before the connection closes."""
    stage = Stage()
    for frame in (b"1", b"2", b"3"):
        stage.pacing.put(frame)
    stage.pacing.flush()
    assert stage.writes == [b"1", b"23"]
    stage.pacing.stop()
    assert stage.cancelled == 1
