"""How the end of a connection is reported inside the link."""

from muca.client.ending import LinkEnded
from muca.client.errors import NotConnected


def test_an_end_explains_itself_in_the_words_of_its_error_and_lets_one_come_back_at_once() -> None:
    ended = LinkEnded(NotConnected("The cable was pulled."))

    assert (str(ended), ended.may_come_back, ended.retry_seconds) == ("The cable was pulled.", True, 0.0)
