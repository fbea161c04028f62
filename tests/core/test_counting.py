"""Counts that no client can work out from events are told: after retention, and of conversations JOIN did not list."""

import pytest

from muca.core import counting
from muca.core.inputs import Committed, Learned
from muca.model.feed import EventsRemoved
from muca.model.limits import Limits
from muca.model.pushes import MarkerMoved, RoomOpened
from muca.model.replies import Stored
from muca.model.requests import Edit, Typing
from muca.model.rooms import LOBBY
from muca.model.storage import Retention, StoreError
from tests.core.answers import Told, data_of
from tests.core.world import World


def counts(told: Told) -> list[tuple[str, int | None]]:
    return [(push.room, push.unread) for push in told if isinstance(push, MarkerMoved)]


def retain(world: World, events: int) -> None:
    while world.store.tend(world.now_ms, Retention(events=events)):
        pass
    world.take(Learned((EventsRemoved(rooms=world.store.take_recounts(99)),)))


def test_what_retention_removes_is_told_to_those_who_have_not_read_it() -> None:
    """Not the writer, who has read it, first-generation programs, which have no counts, or people who left."""
    world = World()
    tony, mary, old = world.join("tony"), world.join("mary"), world.join("old", v=1)
    world.drop(world.join("zoe"))
    for _ in range(3):
        world.send(tony, "hi")
    retain(world, events=1)
    assert [counts(world.told[connection]) for connection in (tony, mary, old)] == [[], [(LOBBY, 1)], []]


def test_many_people_are_counted_for_in_several_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_READERS_AT_ONCE", 2)
    world = World()
    tony, *others = [world.join(uid) for uid in ("tony", "mary", "zoe", "henry", "li")]
    world.send(tony, "one")
    world.send(tony, "two")
    world.hold = True
    retain(world, events=1)
    writes = []
    while world.writes:
        writes.append(len(world.writes))
        world.hold = True
        batch, world.writes = world.writes, []
        for asked, result in zip(batch, world.store.commit([each.write for each in batch]), strict=True):
            world.take(Committed(asked, result))
    assert writes == [1, 1, 1]
    assert [counts(world.told[other]) for other in others] == [[(LOBBY, 1)]] * 4


def test_a_failing_disk_tells_nothing_wrong() -> None:
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "one")
    world.failing = StoreError("disk")
    world.take(Learned((EventsRemoved(rooms={LOBBY: 1}),)))
    assert counts(world.told[mary]) == []


def test_a_conversation_that_join_did_not_list_comes_with_its_counts() -> None:
    """Whatever is the next event in it: a message, an edit, or somebody who types."""
    for act in ("send", "edit", "typing"):
        world = World(Limits(rooms_in_join_max=1))
        tony, mary = world.join("tony"), world.join("mary")
        tokens = [world.welcome(connection).token for connection in (tony, mary)]
        room = data_of(world.send(tony, "one", "mary")[:1], Stored).room
        world.drop(tony)
        world.drop(mary)
        tony, mary = (world.join(uid, token=token) for uid, token in zip(("tony", "mary"), tokens, strict=True))
        assert [listed.room for listed in world.welcome(mary).rooms] == [LOBBY]
        match act:
            case "send":
                world.send(tony, "two", room=room)
            case "edit":
                world.ask(tony, Edit(room=room, seq=1, text="1"))
            case "typing":
                world.send(tony, "two", room=room)
                again = world.join("mary", token=tokens[1])
                world.ask(tony, Typing(room=room))
                mary = again
        told = world.told[mary]
        assert [push.room for push in told if isinstance(push, RoomOpened)] == [room], act
        assert counts(told)[-1:] == [(room, 1 if act == "edit" else 2)], act


def test_a_new_conversation_needs_no_such_push() -> None:
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "one", "mary")
    assert counts(world.told[mary]) == []
