"""What other threads hand to the window's thread."""

import threading
from concurrent.futures import Future
from functools import partial

import pytest

from muca.client.errors import NotConnected
from muca.ui.view.window_queue import WindowQueue, in_thread, trouble_of
from tests.wire import DEADLINE_SECONDS


def test_steps_are_carried_out_in_their_order_and_in_the_thread_of_the_caller() -> None:
    queue, done = WindowQueue(), list[object]()

    def put() -> None:
        for each in "abc":
            queue.put(partial(done.append, each))

    thread = threading.Thread(target=put)
    thread.start()
    thread.join(DEADLINE_SECONDS)
    assert done == []
    assert queue.carry_out(DEADLINE_SECONDS, 2)
    assert done == ["a", "b"]
    assert queue.carry_out(DEADLINE_SECONDS, 2)
    assert not queue.carry_out(DEADLINE_SECONDS, 2)
    assert done == ["a", "b", "c"]


def test_without_time_nothing_is_carried_out() -> None:
    queue = WindowQueue()
    queue.put(lambda: pytest.fail("carried out"))
    assert not queue.carry_out(0, 1)


def test_a_result_is_a_step() -> None:
    queue, future, results = WindowQueue(), Future[int](), list[int]()
    queue.when_done(future, lambda done: results.append(done.result()))
    future.set_result(5)
    assert results == []
    queue.carry_out(DEADLINE_SECONDS, 9)
    assert results == [5]


def test_trouble_is_explained_in_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """What is a bug goes to the log as well."""
    fine, cancelled, refused, bug = Future[int](), Future[int](), Future[int](), Future[int]()
    fine.set_result(1)
    cancelled.cancel()
    refused.set_exception(NotConnected("Lost."))
    bug.set_exception(KeyError("x"))
    assert [trouble_of(each) for each in (fine, cancelled, refused)] == [None, "The connection was closed.", "Lost."]
    assert not caplog.records
    assert trouble_of(bug) == "Something went wrong inside muca (KeyError). Please report it."
    assert [record.message for record in caplog.records] == ["the SDK failed"]


def test_a_thread_gives_its_result_or_its_error() -> None:
    assert in_thread(threading.current_thread).result(DEADLINE_SECONDS) is not threading.current_thread()
    assert isinstance(in_thread(lambda: int("x")).exception(DEADLINE_SECONDS), ValueError)
