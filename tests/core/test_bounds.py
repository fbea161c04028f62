"""The bounds of requests apply in every dialect, and cost what a frame costs that is not a request.

tests/protocol/test_faults.py has every field and its words.
"""

from typing import Any

import pytest

from muca.core.hub import FAULT_COST
from muca.core.inputs import Heard, Speaks
from muca.model.abilities import Abilities
from muca.model.errors import CloseReason, ErrorCode
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.replies import Fail
from muca.model.requests import Create, Edit, History, Join, Kick, Mute, React, Register, Search, Send, Set
from muca.model.rooms import LOBBY
from tests.core.answers import code_of
from tests.core.world import World

LIMITS = Limits(announced=AnnouncedLimits(text_chars_max=10))


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Send(text="x" * 11, recipients=()), ErrorCode.MESSAGE_TOO_LONG),
        (Edit(room=LOBBY, seq=1, text="x" * 11), ErrorCode.MESSAGE_TOO_LONG),
        (Send(text="a\0b", recipients=()), ErrorCode.BAD_REQUEST),
        (Send(text="x", recipients=(), files=("f",) * 11), ErrorCode.BAD_REQUEST),
        (Send(text=" ", recipients=()), ErrorCode.BAD_REQUEST),
        (React(room=LOBBY, seq=1, emoji="x" * 33), ErrorCode.BAD_REQUEST),
        (Kick(uid="x", reason="x" * 501), ErrorCode.BAD_REQUEST),
        (Mute(uid="x", reason="a\nb"), ErrorCode.BAD_REQUEST),
        (Create(title="x" * 81), ErrorCode.BAD_REQUEST),
        (Set(room="r-x", topic="x" * 501), ErrorCode.BAD_REQUEST),
        (Search(query="x" * 201), ErrorCode.BAD_REQUEST),
        (History(room="x" * 65), ErrorCode.BAD_REQUEST),
        (Register(uid="x", nickname="X", password="x7" * 128 + "x"), ErrorCode.BAD_REQUEST),
        (History(room=LOBBY, after=1, before=5), ErrorCode.BAD_REQUEST),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_request_past_a_bound_is_refused(request_: Any, code: ErrorCode) -> None:
    """Before anything else is looked at."""
    world = World(LIMITS)
    assert code_of(world.ask(world.join("tony"), request_)) is code
    stranger = world.open()
    world.speak_v2(stranger)
    assert code_of(world.ask(stranger, request_)) is code


def test_the_answer_repeats_an_id_that_is_within_its_bound() -> None:
    world = World(LIMITS)
    tony = world.join("tony")
    for request_id, answers in (("x" * 64, "x" * 64), ("x" * 65, None)):
        (fail,) = world.send(tony, "x" * 11, request_id=request_id)
        assert isinstance(fail, Fail)
        assert fail.answers == answers


def test_requests_past_a_bound_are_counted_with_frames_that_are_no_requests() -> None:
    """A good request between them begins the count again."""
    world = World(Limits(faults_max=3, announced=LIMITS.announced))
    tony = world.join("tony")
    for text in ("x" * 11, "x" * 11, "x", "x" * 11, "x" * 11):
        world.send(tony, text)
    assert tony not in world.closed
    world.send(tony, "x" * 11)
    assert world.closed[tony] is CloseReason.BAD_FRAME


def test_a_request_past_a_bound_costs_as_much_as_a_fault() -> None:
    """Not what the request would cost."""
    world = World(Limits(session_cost_burst=1_000, session_cost_per_second=1, announced=LIMITS.announced))
    tony = world.join("tony")
    budget = world.hub._state.connections[tony].budget
    before = budget.level(0)
    world.ask(tony, Create(title=""))
    assert before - budget.level(0) == FAULT_COST


class TestFirstGeneration:
    """Who is not answered: what is past a bound is left out in silence."""

    @pytest.mark.parametrize(("text", "is_sent"), [("😀" * 10, True), ("😀" * 10 + "x", False), ("a\0b", False)])
    def test_text(self, text: str, is_sent: bool) -> None:
        """Characters are counted, not bytes."""
        world = World(LIMITS)
        old, mary = world.join("old", v=1), world.join("mary")
        world.send(old, text)
        world.send(old, "good")
        assert not any(isinstance(told, Fail) for told in world.told[old])
        assert world.texts(mary) == ([text, "good"] if is_sent else ["good"])

    def test_nothing_is_counted_or_charged(self) -> None:
        world = World(Limits(faults_max=3, announced=LIMITS.announced))
        old = world.join("old", v=1)
        budget = world.hub._state.connections[old].budget
        before = budget.level(0)
        for _ in range(10):
            world.send(old, "x" * 11)
        assert old not in world.closed
        assert budget.level(0) == before

    @pytest.mark.parametrize("text", ["", " ", "\u200b"])
    def test_a_text_in_which_nothing_is_seen_is_passed_on(self, text: str) -> None:
        """Its sender could not be told why it was not."""
        world = World(LIMITS)
        old, mary = world.join("old", v=1), world.join("mary")
        world.send(old, text)
        assert world.texts(mary) == [text]


def test_a_join_past_a_bound_is_answered_in_every_dialect() -> None:
    """By a client that may present secrets, but does not hear what becomes of its other requests."""
    world = World()
    connection = world.open()
    world.take(Speaks(connection, Abilities(is_answered=False)))
    world.take(Heard(connection, Join(uid="tony", nickname="Tony", token="x" * 129)))
    (fail,) = world.told[connection]
    assert isinstance(fail, Fail)
    assert fail.code is ErrorCode.BAD_REQUEST
