"""Handlers that wait: whatever is answered, and whatever happens meanwhile, they end and hold nobody up."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from muca.core.effects import Effect, Hash, Hashed, ReadStore, Reserve, Write
from muca.core.hub import REQUESTS, RequestRule
from muca.core.inputs import Broke, Closed, Committed, Input, Instant, PasswordHashed, Reserved, Seen
from muca.core.live import Connection
from muca.core.state import State
from muca.core.steps import Steps
from muca.model import requests
from muca.model.changes import PutPerson
from muca.model.errors import CloseReason, ErrorCode
from muca.model.facts import Wanted
from muca.model.queries import PersonQuery
from muca.model.replies import Fail, Okay
from muca.model.requests import Request
from muca.model.roles import Place, Role, RoomCondition
from muca.model.rooms import RoomKind, conversation_id
from muca.model.storage import Append, Decide, Decision, Refused, StoreError
from tests.core import test_permissions as permissions
from tests.core.granting import change
from tests.core.world import World

SECRET = "correct horse"
UNLISTED = conversation_id(("actor", "boss"))
"""A room that the actor's JOIN did not list, as it came about afterwards."""
Choose: TypeAlias = Callable[[int], int]
"""Chooses one of so many ways to go on."""
Asked: TypeAlias = Write | ReadStore | Hash | Reserve

ON_ITS_SESSION: list[Request] = [
    requests.Ping(),
    requests.Pong(),
    requests.Away(away=True),
    requests.Peers(),
    requests.Leave(),
    requests.Send(text="hi", room=UNLISTED),
    requests.Send(text="hi", recipients=("boss", "nobody at all")),
    requests.Search(query="hello"),
    requests.Rooms(own=True),
    requests.Ignore(uid="target"),
    requests.Unignore(uid="target"),
    requests.Password(old=SECRET, new="another secret"),
    requests.Password(new="another secret"),
    requests.DeleteAccount(password=SECRET),
    requests.Devices(),
    requests.Revoke(device=1),
    requests.Handover(),
    requests.Claim(code="the owner's code"),
    *(
        request
        for of_room in permissions.REQUESTS.values()
        for request in of_room("r-room")
        if not isinstance(request, permissions.Upload)
    ),
]
BEFORE_JOIN: list[Request] = [
    requests.Join(uid="newcomer", nickname="Newcomer", v=2, token="n" * 32),
    requests.Join(uid="visitor", nickname="Visitor", v=1),
    requests.Join(uid="actor", v=2, password=SECRET),
    requests.Join(uid="Actor", v=2, password=SECRET),
    requests.Join(uid="actor", nickname="Actor", v=2, code="not its code"),
    requests.Register(uid="somebody", nickname="Somebody", password=SECRET),
    requests.Register(uid="actor", nickname="Actor", password=SECRET),
]
ERRORS = (StoreError(), Refused(code=ErrorCode.NOT_ALLOWED))
SILENT = (requests.Pong, requests.Ping)
"""Requests without OKAY."""


def courses() -> Iterator[Choose]:
    """Yield a ``Choose`` for every course that things can take."""
    path: list[int] = []
    while True:
        taken: list[tuple[int, int]] = []

        def choose(ways: int, path: list[int] = path, taken: list[tuple[int, int]] = taken) -> int:
            way = path[len(taken)] if len(taken) < len(path) else 0
            taken.append((way, ways))
            return way

        yield choose
        while taken and taken[-1][0] == taken[-1][1] - 1:
            taken.pop()
        if not taken:
            return
        path = [*(way for way, _ in taken[:-1]), taken[-1][0] + 1]


def make_world(request: Request) -> tuple[World, int]:
    """Make a world where the actor, who has a password, owns the server and a room; give the connection that asks."""
    owner = permissions.Way(Role.OWNER, Role.OWNER)
    world, connection, _ = permissions.make(owner, Place.PUBLIC, RoomCondition.OPEN)
    change(world, PutPerson(uid="actor", password_hash=f"hash of {SECRET}"))
    unlisted = Append(
        room=UNLISTED, kind=RoomKind.DIRECT, members=("actor", "boss"), sender="boss", nickname="B", text="hi", ts_ms=1
    )
    world.store.commit([unlisted])
    return world, connection if request in ON_ITS_SESSION else world.open()


def catch(world: World, connection: int) -> list[Asked]:
    """Collect what is asked for this connection from now on, instead of answering it."""
    asked: list[Asked] = []
    handle = world.hub.handle

    def handled(happened: Input, now: Instant) -> list[Effect]:
        effects = handle(happened, now)
        asked.extend(one for one in effects if isinstance(one, Asked) and one.connection == connection)
        return [one for one in effects if not (isinstance(one, Asked) and one.connection == connection)]

    world.hub.handle = handled  # type: ignore[method-assign]
    return asked


def answer(world: World, asked: Asked, choose: Choose) -> Committed | Seen | PasswordHashed | Reserved:
    """Answer truly or with an error. Reading a person has no guard and is never refused."""
    match asked:
        case Hash(against=None):
            return PasswordHashed(asked, (Hashed(hash="new hash"), Hashed(busy=True))[choose(2)])
        case Hash():
            return PasswordHashed(asked, (Hashed(matches=True), Hashed(), Hashed(busy=True))[choose(3)])
        case Reserve():
            return Reserved(asked, choose(2) == 0 and world.reservations.reserve(asked) == [(asked, True)])
        case ReadStore():
            way = choose(2 if isinstance(asked.look.query, PersonQuery) else 3)
            return Seen(asked, ERRORS[way - 1] if way else world.store.look(asked.look))
        case Write():
            way = choose(3)
            return Committed(asked, ERRORS[way - 1] if way else world.store.commit([asked.write])[0])


def happen(world: World, connection: int, request: Request, choose: Choose) -> bool:
    """Close the connection, let another one take its place, or do nothing; return whether something happened."""
    way = choose(3)
    if way == 1:
        world.take(Closed(connection))
    elif way == 2:
        uid = request.uid if isinstance(request, requests.Join | requests.Register) else "actor"
        token = permissions.TOKEN if uid.lower() == "actor" else None
        session = world.welcome(connection).session if token is not None and request in ON_ITS_SESSION else None
        world.join(uid, token=token, session=session)
    return way > 0


@pytest.mark.parametrize("request_", [*ON_ITS_SESSION, *BEFORE_JOIN], ids=lambda request: type(request).__name__)
def test_every_request_ends_whatever_is_answered_and_happens(request_: Request) -> None:
    """Every answer to each of its questions, and before one of them the loss of its connection or a rival."""
    for choose in courses():
        world, connection = make_world(request_)
        asked = catch(world, connection)
        before = len(world.told[connection])
        world.ask(connection, request_)
        disturbed = False
        while asked:
            disturbed = disturbed or happen(world, connection, request_, choose)
            world.take(answer(world, asked.pop(0), choose))
        replies = [told for told in world.told[connection][before:] if isinstance(told, Okay | Fail)]
        assert disturbed or len(replies) == (not isinstance(request_, SILENT)), replies
        world.take(Broke(connection, CloseReason.BAD_FRAME))
        assert connection in world.closed, "it is still held up"


def test_every_request_is_among_them() -> None:
    """A new one is added to a list above, or to the table of permissions."""
    assert {type(request) for request in (*ON_ITS_SESSION, *BEFORE_JOIN)} == set(REQUESTS)


def test_a_bug_costs_its_connection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that shows only after an answer, while the connection was held up."""

    def handler(state: State, connection: Connection, request: requests.Ping) -> Steps[None]:
        with state.hold(connection):
            yield Decide(wanted=Wanted(actor=""), rule=lambda _: Decision(), ts_ms=0)
            raise ZeroDivisionError

    monkeypatch.setitem(REQUESTS, requests.Ping, RequestRule(handler))
    world = World()
    ann, ben = world.join("ann"), world.join("ben")
    with pytest.raises(ZeroDivisionError):
        world.ask(ann, requests.Ping())
    world.take(Broke(ann, CloseReason.SERVER_ERROR))
    assert world.closed == {ann: CloseReason.SERVER_ERROR}
    assert isinstance(world.ask(ben, requests.Leave())[0], Okay)
