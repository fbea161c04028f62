"""Live state follows the store: audiences, markers, sessions."""

from typing import TypeVar

from muca.model.errors import CloseReason
from muca.model.events import Event
from muca.model.pushes import Ignoring, MarkerMoved, PeerChange, PeerChanged, RoomOpened
from muca.model.replies import Okay, Stored
from muca.model.requests import Create, Enter, Ignore, Invite, Join, Kick, Password, Read, Revoke, Send
from muca.model.rooms import Room
from tests.core.answers import data_of
from tests.core.world import World

_T = TypeVar("_T")


def pushes(world: World, connection: int, kind: type[_T]) -> list[_T]:
    """Return what a connection was told of this kind."""
    return [message for message in world.told[connection] if isinstance(message, kind)]


def make_room(world: World, connection: int, *, private: bool = False) -> str:
    """CREATE; give the room's id."""
    (okay,) = [m for m in world.ask(connection, Create(title="Lab", private=private)) if isinstance(m, Okay)]
    assert isinstance(okay.data, Room)
    return okay.data.room


def test_whoever_comes_in_hears_of_the_room_first_on_all_devices() -> None:
    """ROOM, then the newcomer's own arrival as the first event; the other members get the same event."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    second = world.join("mary", token=world.welcome(mary).token)
    room = make_room(world, tony)
    world.ask(mary, Enter(room=room))
    for connection in (mary, second):
        kinds = [m for m in world.told[connection] if isinstance(m, RoomOpened | Event)]
        assert [(type(m).__name__, m.room) for m in kinds] == [("RoomOpened", room), ("Event", room)]
    events = [m.kind for m in world.told[tony] if isinstance(m, Event)]
    assert events == ["create", "enter"]
    world.send(tony, "hi", room=room)
    assert world.texts(mary) == world.texts(second) == ["hi"]


def test_whoever_is_put_out_hears_that_and_nothing_more() -> None:
    """The kick itself is the last event."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = make_room(world, tony, private=True)
    world.ask(tony, Invite(room=room, uid="mary"))
    world.ask(tony, Kick(room=room, uid="mary"))
    world.send(tony, "without her", room=room)
    assert [m.kind for m in world.told[mary] if isinstance(m, Event)] == ["invite", "kick"]
    assert world.texts(mary) == []
    assert world.send(mary, "?", room=room) == world.send(mary, "?", room="r-none")


def test_first_generation_clients_are_in_no_named_room() -> None:
    """A UID that nobody has claimed cannot be invited; its own rooms go on as before."""
    world = World()
    tony, bob = world.join("tony"), world.join("bob", v=1)
    room = make_room(world, tony)
    world.ask(tony, Invite(room=room, uid="bob"))
    world.send(tony, "named", room=room)
    world.send(tony, "private", "bob")
    assert world.texts(bob) == ["private"]


def test_marker_moves_on_all_devices_and_others_of_a_small_room_see_it() -> None:
    """The account's own devices get the counts, others do not; in the lobby nobody else is told."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    second = world.join("mary", token=world.welcome(mary).token)
    room = data_of(world.send(tony, "hi", "mary"), Stored).room
    world.ask(mary, Read(room=room, seq=99))
    own = MarkerMoved(room=room, uid="mary", seq=1, unread=0, mentions=0)
    assert pushes(world, mary, MarkerMoved) == pushes(world, second, MarkerMoved) == [own]
    assert pushes(world, tony, MarkerMoved) == [MarkerMoved(room=room, uid="mary", seq=1)]
    world.ask(mary, Read(room=room, seq=1))
    world.ask(tony, Send(text="to all", recipients=()))
    world.ask(mary, Read(room="lobby", seq=1))
    assert len(pushes(world, mary, MarkerMoved)) == 2
    assert len(pushes(world, tony, MarkerMoved)) == 1


def test_what_was_read_becomes_unread_again_on_all_devices_and_others_are_not_told() -> None:
    """Only a READ with BACK does that; the marker then moves forwards from there."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    second = world.join("mary", token=world.welcome(mary).token)
    (room,) = {data_of(world.send(tony, text, "mary"), Stored).room for text in "abc"}
    world.ask(mary, Read(room=room, seq=3))
    world.ask(mary, Read(room=room, seq=1))
    world.ask(mary, Read(room=room, seq=1, back=True))
    world.ask(mary, Read(room=room, seq=1, back=True))
    world.ask(mary, Read(room=room, seq=0, back=True))
    world.ask(mary, Read(room=room, seq=2))
    moved = [(marker.seq, marker.back, marker.unread) for marker in pushes(world, mary, MarkerMoved)]
    assert moved == [(3, False, 0), (1, True, 2), (0, True, 3), (2, False, 1)]
    assert pushes(world, second, MarkerMoved) == pushes(world, mary, MarkerMoved)
    assert [marker.seq for marker in pushes(world, tony, MarkerMoved)] == [3, 2]


def test_whom_one_ignores_is_known_on_all_devices_and_to_nobody_else() -> None:
    """Also after the next JOIN."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    token = world.welcome(mary).token
    second = world.join("mary", token=token)
    world.ask(mary, Ignore(uid="tony"))
    assert pushes(world, mary, Ignoring) == pushes(world, second, Ignoring) == [Ignoring(uids=("tony",))]
    assert pushes(world, tony, Ignoring) == []
    assert world.welcome(world.join("mary", token=token)).ignores == ("tony",)


def test_device_that_is_signed_out_is_cut_and_no_other() -> None:
    """A new password signs all the others out, REVOKE the one; the peer leaves with the last of its sessions."""
    world = World()
    mary, phone = world.join("mary"), world.join("tony")
    world.ask(phone, Password(new="correct horse"))
    laptop = world.open()
    world.ask(laptop, Join(uid="tony", nickname="Tony", v=2, password="correct horse"))
    tablet = world.join("tony", token=world.welcome(laptop).token)
    world.ask(phone, Password(old="correct horse", new="battery staple"))
    assert world.closed == {laptop: CloseReason.SIGNED_OUT, tablet: CloseReason.SIGNED_OUT}
    assert [m.change for m in pushes(world, mary, PeerChanged)] == [PeerChange.JOINED]
    device = world.welcome(phone).device
    assert device is not None
    world.ask(phone, Revoke(device=device))
    assert world.closed[phone] is CloseReason.SIGNED_OUT
    assert [m.change for m in pushes(world, mary, PeerChanged)] == [PeerChange.JOINED, PeerChange.LEFT]
