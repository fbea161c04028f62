"""TYPING and AWAY: told to those who are here, and to nobody else."""

from collections.abc import Iterable

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.pushes import PeerChange, PeerChanged, TypingNow
from muca.model.replies import Done, Page, PeerPage, Stored
from muca.model.requests import Away, Create, Enter, History, Peers, Set, Typing
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room
from muca.model.storage import StoreError
from tests.core.answers import code_of, data_of
from tests.core.granting import put_member
from tests.core.world import World


def typing(world: World, connection: int) -> list[tuple[str, str]]:
    """Who was seen writing where, by this connection."""
    return [(push.uid, push.room) for push in world.told[connection] if isinstance(push, TypingNow)]


def coming_and_going(world: World, connection: int, uid: str) -> list[str]:
    """What this connection heard of a peer."""
    return [push.change for push in world.told[connection] if isinstance(push, PeerChanged) and push.uid == uid]


def test_typing_reaches_those_in_the_room() -> None:
    """Nobody else, and no log."""
    world = World()
    tony, mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    room = data_of(world.send(tony, "psst", "mary"), Stored).room
    assert data_of(world.ask(tony, Typing(room=room)), Done) == Done()
    assert typing(world, mary) == [("tony", room)]
    assert typing(world, eve) == []
    assert len(data_of(world.ask(mary, History(room=room)), Page).events) == 1


def test_typing_is_passed_on_once_while_it_holds() -> None:
    """Of each session and room; more often is OKAY all the same."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = data_of(world.ask(tony, Create(title="Lab")), Room).room
    world.ask(mary, Enter(room=room))
    holds_ms = world.limits.announced.typing_seconds * 1_000
    for at_ms, rooms in ((0, (room, room, LOBBY)), (holds_ms - 1, (room,)), (holds_ms, (room,))):
        world.now_ms = at_ms
        for where in rooms:
            data_of(world.ask(tony, Typing(room=where)), Done)
    data_of(world.ask(mary, Typing(room=room)), Done)
    assert typing(world, mary) == [("tony", room), ("tony", LOBBY), ("tony", room), ("mary", room)]


def test_typing_is_for_those_who_may_write() -> None:
    """Not for members of a room that is read-only, nor for the muted, nor for those outside."""
    world = World()
    tony, mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    lab, den = (
        data_of(world.ask(tony, Create(title=title, private=title == "Den")), Room).room for title in ("Lab", "Den")
    )
    world.ask(mary, Enter(room=lab))
    for room in (lab, den, "r-none"):
        assert code_of(world.ask(eve, Typing(room=room))) == ErrorCode.NO_SUCH_ROOM
    world.ask(tony, Set(room=lab, read_only=True))
    assert code_of(world.ask(mary, Typing(room=lab))) == ErrorCode.ROOM_READ_ONLY
    data_of(world.ask(tony, Typing(room=lab)), Done)
    world.ask(tony, Set(room=lab, read_only=False))
    token = world.welcome(mary).token
    world.drop(mary)
    put_member(world, "mary", lab, Role.MEMBER, muted_until_ms=10)
    assert code_of(world.ask(world.join("mary", token=token), Typing(room=lab))) == ErrorCode.MUTED


def test_a_person_is_away_when_all_its_devices_are() -> None:
    """Everyone is told once when that begins, and once when it ends."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    desk = world.join("mary", token=world.welcome(mary).token)
    for connection, away, expected in (
        (mary, True, []),
        (desk, True, ["AWAY"]),
        (desk, True, ["AWAY"]),
        (mary, False, ["AWAY", "BACK"]),
        (desk, False, ["AWAY", "BACK"]),
    ):
        data_of(world.ask(connection, Away(away=away)), Done)
        assert coming_and_going(world, tony, "mary") == ["JOINED", *expected]


def test_devices_that_come_and_go_count() -> None:
    """A new device makes the person active; if only devices that are away remain, the person is away."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    token = world.welcome(mary).token
    world.ask(mary, Away())
    assert world.welcome(world.join("eve")).away == ("mary",)
    desk = world.join("mary", token=token)
    assert world.welcome(desk).away == ()
    assert coming_and_going(world, tony, "mary")[1:] == [PeerChange.AWAY, PeerChange.BACK]
    world.drop(desk)
    assert coming_and_going(world, tony, "mary")[3:] == [PeerChange.AWAY]
    world.drop(mary)
    assert coming_and_going(world, tony, "mary")[4:] == [PeerChange.LEFT]


def test_presence_needs_no_disk() -> None:
    """It goes on when nothing can be stored."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.failing = StoreError("full")
    data_of(world.ask(mary, Away()), Done)
    data_of(world.ask(mary, Typing(room=LOBBY)), Done)
    assert coming_and_going(world, tony, "mary")[1:] == [PeerChange.AWAY]
    assert typing(world, tony) == [("mary", LOBBY)]


def test_join_lists_the_first_people_and_oneself_and_pages_the_others() -> None:
    """At the limit, everyone is listed; a page has no more than it, whatever the request says."""
    world = World(Limits(peers_in_join_max=2))
    world.join("a")
    whole = world.welcome(world.join("b"))
    assert (uids(whole.peers), whole.peers_count, whole.peers_next) == (["a", "b"], None, None)
    away = world.join("c")
    world.ask(away, Away())
    for uid in "de":
        last = world.join(uid)
    first = world.welcome(last)
    assert (uids(first.peers), first.away, first.peers_count) == (["a", "b", "e"], (), 5)
    assert first.peers_next is not None
    page = data_of(world.ask(last, Peers(after=first.peers_next)), PeerPage)
    assert (uids(page.peers), page.away) == (["c", "d"], ("c",))
    assert page.next is not None
    assert uids(data_of(world.ask(last, Peers(after=page.next, limit=1)), PeerPage).peers) == ["e"]
    assert uids(data_of(world.ask(last, Peers(limit=1)), PeerPage).peers) == ["a"]


def uids(peers: Iterable[Peer]) -> list[str]:
    return [peer.uid for peer in peers]
