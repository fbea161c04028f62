"""A thread that does one thing after another."""

import threading

from muca.server.worker import Worker


def test_everything_is_done_in_order_in_one_other_thread() -> None:
    worker = Worker("test-worker")
    done: list[tuple[int, str]] = []
    for number in range(100):
        worker.submit(lambda number=number: done.append((number, threading.current_thread().name)))  # type: ignore[misc]
    worker.stop()
    assert done == [(number, "test-worker") for number in range(100)]


def test_its_thread_does_not_keep_the_process_alive() -> None:
    """A server that ends by an error must not hang."""
    worker = Worker("test-daemon")
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "test-daemon")
    assert thread.daemon
    worker.stop()
    assert not thread.is_alive()
