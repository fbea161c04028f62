"""The life of a link: lost connections, reconnects, ends, and the events."""

from random import Random

import pytest

from muca.client.errors import CannotConnect, NotConnected
from muca.client.events import Disconnected
from muca.client.link import HELD_SECONDS, NEXT, Happening, LinkState
from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Message
from muca.model.pushes import Bye
from muca.model.replies import Fail
from muca.model.requests import Send
from muca.model.rooms import LOBBY
from muca.protocol.encoding import encode_line
from tests.client.play import Play, a_link, written


def test_every_state_can_be_left_and_only_the_last_one_stays() -> None:
    leaves = {state: {after for (before, _), after in NEXT.items() if before is state} for state in LinkState}

    assert all(LinkState.CLOSED in after for after in leaves.values())
    assert leaves[LinkState.CLOSED] == {LinkState.CLOSED}


def test_what_the_table_does_not_have_is_a_defect() -> None:
    with pytest.raises(KeyError):
        a_link()._go(Happening.ADMITTED)


def test_what_was_not_acknowledged_is_asked_again_in_order_and_stored_once() -> None:
    play = Play()
    play.join()
    ids = [play.link.ask(Send(text=text, recipients=()), Message, play.now) for text in ("a", "b", "c")]
    play.follow()
    play.carry()  # the server has stored them; its answers are lost
    play.cut()
    while_down = play.link.ask(Send(text="d", recipients=()), Message, play.now)
    play.rejoin()

    assert play.server.texts(LOBBY) == ["a", "b", "c", "d"]
    assert [getattr(play.answers[key], "seq", None) for key in (*ids, while_down)] == [1, 2, 3, 4]
    assert play.messages() == ["a", "b", "c", "d"]


def test_what_never_reached_the_server_is_asked_again_in_order() -> None:
    play = Play()
    play.join()
    for text in ("a", "b", "c"):
        play.link.ask(Send(text=text, recipients=()), Message, play.now)
    play.follow()
    play.cut()
    play.rejoin()

    assert play.server.texts(LOBBY) == ["a", "b", "c"]


def test_a_withdrawn_request_is_not_asked_again() -> None:
    play = Play()
    play.join()
    request_id = play.link.ask(Send(text="a", recipients=()), Message, play.now)
    play.follow()
    play.cut()

    play.link.withdraw(request_id)
    play.rejoin()

    assert play.server.logs[LOBBY] == []
    assert play.answers == {}


def test_after_a_break_the_former_session_is_taken_over() -> None:
    play = Play()
    play.join()
    play.cut()
    play.rejoin()

    assert [join.session for join in play.server.joins] == [None, "session-1"]


def test_while_down_nobody_is_here_but_the_rooms_stay() -> None:
    play = Play()
    play.join()
    play.cut()

    assert dict(play.link.peers) == {}
    assert list(play.link.rooms) == [LOBBY]
    assert play.link.v is None


def test_pauses_grow_with_every_failed_try_and_start_over_once_a_session_has_held() -> None:
    play = Play(random=Longest())
    play.join()
    pauses = []
    play.cut()
    for _ in range(3):
        pauses.append(play.link.retry_at - play.now)
        play.now = play.link.retry_at
        play.link.could_not_open(CannotConnect("Nobody answers."), play.now)
    play.rejoin()
    play.cut()
    pauses.append(play.link.retry_at - play.now)
    play.rejoin()
    play.now += HELD_SECONDS
    play.cut()
    pauses.append(play.link.retry_at - play.now)

    assert pauses == pytest.approx([0.25, 0.5, 1.0, 4.0, 0.25])


class Longest(Random):
    """Chance that always takes the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


@pytest.mark.parametrize(
    ("code", "retry_seconds", "state"),
    [
        (ErrorCode.UID_IN_USE, None, LinkState.WAITING),
        (ErrorCode.STORAGE_UNAVAILABLE, 60.0, LinkState.WAITING),
        (ErrorCode.TOKEN_WRONG, None, LinkState.CLOSED),
        (ErrorCode.TOKEN_REQUIRED, None, LinkState.CLOSED),
        (ErrorCode.BAD_NAME, None, LinkState.CLOSED),
    ],
)
def test_whether_a_refused_rejoin_is_tried_again(
    code: ErrorCode, retry_seconds: float | None, state: LinkState
) -> None:
    play = Play()
    play.join()
    waiting = play.link.ask(Send(text="x", recipients=()), Message, play.now)
    play.events()
    play.cut()
    play.now = play.link.retry_at
    play.open()
    play.link.received(encode_line(Fail(code=code, explanation="No.", retry_seconds=retry_seconds)), play.now)
    play.follow()

    assert play.link.state is state
    _, last = play.events()
    assert isinstance(last, Disconnected)
    assert last.explanation == "No."
    if state is LinkState.CLOSED:
        assert (last.retry_seconds, last.code) == (None, code)
        assert isinstance(play.answers[waiting], NotConnected)
    else:
        assert last.retry_seconds is not None
        assert last.retry_seconds >= (retry_seconds or 0)
        assert play.answers == {}


@pytest.mark.parametrize(
    ("reason", "resume", "state"),
    [
        (CloseReason.SERVER_STOPPING, True, LinkState.WAITING),
        (CloseReason.SLOW_READER, True, LinkState.WAITING),
        (CloseReason.REPLACED, False, LinkState.CLOSED),
        (CloseReason.LEFT, False, LinkState.CLOSED),
    ],
)
def test_the_servers_goodbye_says_whether_to_come_back(reason: CloseReason, resume: bool, state: LinkState) -> None:
    play = Play()
    play.join()

    play.link.received(encode_line(Bye(code=reason, explanation="Bye.", resume=resume)), play.now)

    assert play.link.state is state
    last = play.events()[-1]
    assert isinstance(last, Disconnected)
    assert (last.explanation, last.retry_seconds is None) == ("Bye.", state is LinkState.CLOSED)


def test_without_reconnect_a_break_is_the_end() -> None:
    play = Play(reconnect=False)
    play.join()
    play.cut()

    assert play.link.state is LinkState.CLOSED
    assert play.events()[-1] == Disconnected(explanation="The cable was pulled.", retry_seconds=None)


def test_leaving_says_so_and_answers_everyone_who_waits() -> None:
    play = Play()
    play.join()
    play.events()
    waiting = play.link.ask(Send(text="x", recipients=()), Message, play.now)
    play.link.take_data()

    play.link.leave()

    assert written(play.link) == [{"CMD": "LEAVE"}]
    assert play.link.state is LinkState.CLOSED
    ((answered, error),) = play.link.take_answers()
    assert answered == waiting
    assert isinstance(error, NotConnected)
    assert dict(play.link.peers) == {}
    assert play.events() == []
    play.link.leave()


@pytest.mark.parametrize("step", ["new", "joining", "waiting"])
def test_leaving_is_possible_at_any_time(step: str) -> None:
    play = Play()
    if step == "joining":
        play.open()
    elif step == "waiting":
        play.join()
        play.cut()

    play.link.leave()
    play.link.lost("Closed.", play.now)
    play.link.received(b"late", play.now)
    play.link.tick(play.now + 100)
    play.link.could_not_open(CannotConnect("late"), play.now)

    assert play.link.state is LinkState.CLOSED
