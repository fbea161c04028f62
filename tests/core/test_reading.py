"""HISTORY through the Hub; what a page holds is the stores' contract."""

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.replies import Okay, Page
from muca.model.requests import History
from muca.model.rooms import LOBBY
from muca.model.storage import StoreError
from tests.core.test_joining import code
from tests.core.world import World


def page(told: list[object]) -> Page:
    """The page that a HISTORY brought."""
    (okay,) = told
    assert isinstance(okay, Okay)
    assert isinstance(okay.data, Page)
    return okay.data


def test_pages_lead_through_the_log_both_ways() -> None:
    """AFTER goes on forwards, BEFORE backwards, and MORE says whether it goes on."""
    world = World()
    tony = world.join("tony")
    for number in range(1, 6):
        world.send(tony, str(number))
    forwards = page(world.ask(tony, History(room=LOBBY, after=0, limit=3)))
    assert ([m.text for m in forwards.events], forwards.more) == (["1", "2", "3"], True)
    newest = page(world.ask(tony, History(room=LOBBY, limit=2)))
    assert ([m.seq for m in newest.events], newest.more) == ([4, 5], True)
    rest = page(world.ask(tony, History(room=LOBBY, before=4)))
    assert ([m.seq for m in rest.events], rest.more) == ([1, 2, 3], False)


def test_page_is_bounded() -> None:
    """However much is asked for."""
    world = World(Limits())
    tony = world.join("tony")
    events_max = world.limits.announced.history_events_max
    for number in range(events_max + 1):
        world.send(tony, str(number))
    assert len(page(world.ask(tony, History(room=LOBBY, limit=events_max + 1))).events) == events_max


def test_foreign_and_missing_rooms_look_the_same() -> None:
    """So that nobody learns which conversations exist."""
    world = World()
    tony, _mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    world.send(tony, "psst", "mary")
    foreign = next(room for room in world.audiences if room != LOBBY)
    assert world.ask(eve, History(room=foreign)) == world.ask(eve, History(room="d-none"))


def test_unreadable_disk_is_said() -> None:
    """With a code that allows another try."""
    world = World()
    tony = world.join("tony")
    world.failing = StoreError("gone")
    assert code(world.ask(tony, History(room=LOBBY))) == ErrorCode.STORAGE_UNAVAILABLE
