"""Requests that wait for their answers."""

from random import Random

import pytest

from muca.client.errors import BadArgument, NotConnected
from muca.client.outbox import OUTBOX_MAX, PendingRequests
from muca.model.events import Message, Reach
from muca.model.limits import AnnouncedLimits
from muca.model.requests import Send

MESSAGE = Message(reach=Reach.ALL, sender="me", text="x")


def test_requests_wait_in_the_order_in_which_they_were_asked() -> None:
    outbox = PendingRequests(Random(1))
    asked = [outbox.add(Send(text=text), Message) for text in "abc"]

    outbox.answer(asked[1], MESSAGE)

    assert list(outbox) == [asked[0], asked[2]]
    assert outbox.take_answers() == [(asked[1].request_id, MESSAGE)]
    assert outbox.take_answers() == []


def test_ids_are_new_for_every_request_and_every_client() -> None:
    first, second = PendingRequests(Random(1)), PendingRequests(Random(2))

    ids = [outbox.new_id() for outbox in (first, second) for _ in range(100)]

    assert len(set(ids)) == 200
    assert max(map(len, ids)) <= AnnouncedLimits().request_id_chars_max


def test_an_id_that_is_given_is_used_and_waits_for_one_answer_at_a_time() -> None:
    outbox = PendingRequests(Random(1))
    asked = outbox.add(Send(text="x", request_id="mine"), Message)
    assert asked.request_id == "mine"
    with pytest.raises(BadArgument, match="waits for its answer"):
        outbox.add(Send(text="x", request_id="mine"), Message)
    outbox.answer(asked, MESSAGE)
    assert outbox.add(Send(text="x", request_id="mine"), Message).request_id == "mine"


def test_at_the_bound_it_is_full_and_one_more_is_refused() -> None:
    outbox = PendingRequests(Random(1))
    for _ in range(OUTBOX_MAX):
        outbox.add(Send(text="x"), Message)

    with pytest.raises(OverflowError):
        outbox.add(Send(text="x"), Message)


def test_an_answer_to_a_withdrawn_request_goes_nowhere() -> None:
    outbox = PendingRequests(Random(1))
    asked = outbox.add(Send(text="x"), Message)

    outbox.withdraw(asked.request_id)
    outbox.answer(asked, MESSAGE)

    assert outbox.get(asked.request_id) is None
    assert outbox.take_answers() == []


def test_all_can_be_answered_with_one_error() -> None:
    outbox = PendingRequests(Random(1))
    ids = [outbox.add(Send(text="x"), Message).request_id for _ in range(3)]
    error = NotConnected("Gone.")

    outbox.answer_all(error)

    assert outbox.take_answers() == [(request_id, error) for request_id in ids]
    assert len(outbox) == 0
