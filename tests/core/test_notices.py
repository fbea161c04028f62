"""Notices: only owners are told that the disk fails."""

from muca.core.inputs import StorageChanged
from muca.model.changes import PutPerson
from muca.model.errors import ErrorCode
from muca.model.pushes import ServerNotice
from muca.model.roles import Role
from muca.model.storage import StoreDamaged, StoreFull
from tests.core.world import World
from tests.storage.words import decide, done


def notices(world: World, connection: int) -> list[ServerNotice]:
    return [message for message in world.told[connection] if isinstance(message, ServerNotice)]


def owned() -> World:
    world = World()
    done(world.store, decide(PutPerson(uid="tony", role=Role.OWNER)))
    return world


def test_an_owner_is_told_when_it_begins_and_when_it_is_over() -> None:
    world = owned()
    tony, mary, old = world.join("tony"), world.join("mary"), world.join("old", v=1)
    for fault in StoreFull("no room"), StoreDamaged("malformed"), None:
        world.take(StorageChanged(fault))
    told = notices(world, tony)
    assert [notice.code for notice in told] == ["storage_unavailable", "storage_damaged", None]
    assert "disk is full" in told[0].explanation
    assert notices(world, mary) == notices(world, old) == []


def test_an_owner_who_comes_later_is_told_after_its_join() -> None:
    world = owned()
    world.take(StorageChanged(StoreDamaged("malformed")))
    tony, mary = world.join("tony"), world.join("mary")
    assert [notice.code for notice in notices(world, tony)] == [ErrorCode.STORAGE_DAMAGED]
    assert notices(world, mary) == []


def test_while_all_is_well_nobody_is_told() -> None:
    world = owned()
    assert notices(world, world.join("tony")) == []
