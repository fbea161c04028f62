"""What a slow consumer gets."""

from muca.client.events import Connected, Disconnected
from muca.model.events import Message
from muca.model.ids import Uid
from muca.model.pushes import PeerChange, PeerChanged
from muca.model.requests import Send
from muca.protocol.encoding import encode_line
from tests.client.play import Play


def test_a_consumer_that_does_not_keep_up_gets_everything_all_the_same() -> None:
    play = Play(events_max=10)
    play.join()
    for number in range(100):
        play.server.write("tony", str(number))
        play.settle()
    assert len(play.link._known.inbox) == 10

    texts = [event.text for event in play.all_events() if isinstance(event, Message)]
    assert texts == [str(number) for number in range(100)]


def test_the_answer_to_a_send_does_not_wait_for_the_consumer() -> None:
    play = Play(events_max=10)
    play.join()
    for number in range(100):
        play.server.write("tony", str(number))
    play.settle()

    request_id = play.link.ask(Send(text="x", recipients=()), Message, play.now)
    play.follow()
    play.settle()

    assert isinstance(play.answers[request_id], Message)


def test_changes_that_found_no_place_are_told_as_the_whole_state() -> None:
    play = Play(events_max=4)
    play.join()
    for number in range(10):
        uid: Uid = f"uid-{number}"
        joined = PeerChanged(change=PeerChange.JOINED, uid=uid, nickname=uid)
        play.link.received(encode_line(joined), play.now)

    events = play.events()

    assert [type(event) for event in events] == [Connected, PeerChanged, PeerChanged, PeerChanged, Connected]
    last = events[-1]
    assert isinstance(last, Connected)
    assert last.again
    assert last.peers == tuple(play.link.peers.values())
    assert len(last.peers) == 13


def test_the_end_is_told_even_where_it_found_no_place() -> None:
    play = Play(events_max=2, reconnect=False)
    play.join()
    for number in range(10):
        play.server.write("tony", str(number))
    play.settle()
    play.cut()

    assert play.events()[-1] == Disconnected(explanation="The cable was pulled.", retry_seconds=None)
