"""The bounded queue of events."""

from muca.client.events import Missed
from muca.client.inbox import Inbox


def event(number: int) -> Missed:
    return Missed(explanation=str(number))


def test_events_come_out_in_the_order_in_which_they_came_in() -> None:
    inbox = Inbox(4)
    for number in range(3):
        assert inbox.offer(event(number))

    assert [inbox.take() for _ in range(4)] == [event(0), event(1), event(2), None]


def test_at_the_bound_it_is_full_and_one_more_is_turned_away() -> None:
    inbox = Inbox(3)

    assert [inbox.offer(event(number)) for number in range(4)] == [True, True, True, False]
    assert (len(inbox), inbox.free) == (3, 0)


def test_a_full_inbox_takes_nothing_in_until_half_of_it_is_taken_out() -> None:
    inbox = Inbox(4)
    for number in range(4):
        inbox.offer(event(number))

    inbox.take()
    assert not inbox.offer(event(4))
    inbox.take()
    assert inbox.free == 2
    assert inbox.offer(event(5))
    assert [inbox.take() for _ in range(3)] == [event(2), event(3), event(5)]
