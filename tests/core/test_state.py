"""What the Hub knows, where its books could go wrong."""

from muca.core.hub import Hub
from muca.core.inputs import Closed, Instant, Opened
from muca.model.abilities import Abilities
from muca.model.limits import Limits
from muca.model.replies import ServerInfo
from muca.model.rooms import LOBBY
from tests.core.world import World


def test_rooms_are_loaded_while_somebody_is_here() -> None:
    """And forgotten with the last one, so that memory follows who is here."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "hi", "mary")
    state = world.hub._state
    assert len(state.rooms) == 2
    world.drop(tony)
    assert len(state.rooms) == 2
    world.drop(mary)
    assert set(state.rooms) == {LOBBY}
    for known in (state.memberships, state.roster, state.peers, state.connections, state.addresses):
        assert not known


def test_connection_forgotten_twice_is_counted_once() -> None:
    """It may be closed by us and by the other side in one moment."""
    hub = Hub(Limits(), ServerInfo(id="s", name="n", version="0"), lambda: "secret")
    now = Instant(0, 0)
    hub.handle(Opened(1, "a", Abilities()), now)
    hub.handle(Opened(2, "a", Abilities()), now)
    hub.handle(Closed(1), now)
    hub.handle(Closed(1), now)
    assert hub._state.addresses == {"a": 1}
