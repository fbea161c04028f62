"""NUMBERS: what is stored, and what is live."""

from muca.core.inputs import Woke
from muca.model.errors import ErrorCode
from muca.model.replies import Statistics
from muca.model.requests import Numbers, Password, Send
from tests.core.answers import data_of
from tests.core.cast import Cast


def test_moderators_of_the_server_are_told_what_is_there() -> None:
    """Two rooms and the lobby; bob is a guest, and ann is here twice."""
    cast = Cast()
    world = cast.world
    started_ms = world.now_ms
    world.take(Woke())
    cast.again("ann")
    cast.done("ann", Send(text="hi", recipients=()))
    world.now_ms = started_ms + 7_900
    told = data_of(world.ask(cast.at["guard"], Numbers()), Statistics)
    assert (told.people, told.accounts, told.rooms, told.messages) == (6, 6, 3, 1)
    assert (told.peers, told.sessions, told.uptime_seconds) == (6, 7, 7)
    assert cast.refused("own", Numbers()) is ErrorCode.NOT_ALLOWED


def test_who_has_a_password_is_counted_apart_from_who_has_a_token_alone() -> None:
    """And from first-generation guests, who have neither."""
    cast = Cast()
    cast.world.join("old", v=1)
    cast.done("ann", Password(new="correct horse"))
    told = data_of(cast.world.ask(cast.at["guard"], Numbers()), Statistics)
    assert (told.people, told.accounts, told.registered) == (7, 6, 1)
