"""Pacing: frames to first-generation clients, one a write."""

from collections.abc import Callable

from muca.server.pacing import Pacing

GAP_MS = 20


class Stage:
    """A pacing whose timers come when the test says so."""

    def __init__(self, waiting_max: int = 50, bytes_max: int = 100) -> None:
        self.writes: list[bytes] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.cancelled = 0
        self.pacing = Pacing(self.writes.append, self.call_later, GAP_MS, waiting_max, bytes_max)

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
    stage.turn()
    stage.turn()
    assert stage.writes == [b"1", b"2", b"3"]


def test_backlog_leaves_back_to_back() -> None:
    """At the bound still one by one, one past it all in one write."""
    for frames, expected in ((3, [b"x", b"x"]), (4, [b"x", b"xxx"])):
        stage = Stage(waiting_max=2)
        for _ in range(frames):
            stage.pacing.put(b"x")
        stage.turn()
        assert stage.writes == expected


def test_many_bytes_leave_at_once() -> None:
    """At the bound they wait for their turn, one byte past it they do not: slow pacing never makes a slow reader."""
    stage = Stage(bytes_max=10)
    stage.pacing.put(b"1")
    stage.pacing.put(b"x" * 10)
    assert stage.writes == [b"1"]
    stage.pacing.put(b"y")
    assert stage.writes == [b"1", b"x" * 10 + b"y"]


def test_newer_list_replaces_the_last_waiting_one() -> None:
    """Lists of a burst do not pile up, and a message never comes before the list that names its sender."""
    stage = Stage()
    stage.pacing.put(b"ACK")
    for frame in (b"LIST1", b"LIST2"):
        stage.pacing.put_peer_list(frame)
    stage.pacing.put(b"MSG")
    for frame in (b"LIST3", b"LIST4"):
        stage.pacing.put_peer_list(frame)
    while stage.timers:
        stage.turn()
    assert stage.writes == [b"ACK", b"LIST2", b"MSG", b"LIST4"]
    stage.pacing.put_peer_list(b"LIST5")
    assert stage.writes[-1] == b"LIST5"


def test_flush_writes_what_waits() -> None:
    """Before the connection closes."""
    stage = Stage()
    for frame in (b"1", b"2", b"3"):
        stage.pacing.put(frame)
    stage.pacing.flush()
    assert stage.writes == [b"1", b"23"]
    stage.pacing.stop()
    assert stage.cancelled == 1
