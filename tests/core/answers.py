"""What a connection was told, taken apart."""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind
from muca.model.pushes import Push
from muca.model.replies import Data, Fail, Okay, Reply

Told: TypeAlias = Sequence[Reply | Push]

_D = TypeVar("_D", bound=Data)


def data_of(told: Told, kind: type[_D]) -> _D:
    """Return what the one reply among it brought: an OKAY with data of this kind."""
    (reply,) = (message for message in told if isinstance(message, Okay | Fail))
    assert isinstance(reply, Okay), reply
    assert isinstance(reply.data, kind), reply
    return reply.data


def fail_of(told: Told) -> Fail:
    """Return the FAIL that is all of it."""
    (fail,) = told
    assert isinstance(fail, Fail), fail
    return fail


def code_of(told: Told) -> ErrorCode:
    """Return its code."""
    return fail_of(told).code


def events_of(told: Told, kind: EventKind | None = None) -> list[Event]:
    """Return the events among it that are no messages, of this kind or of all."""
    return [message for message in told if isinstance(message, Event) and kind in {None, message.kind}]
