"""Puts people into rooms, roles and sanctions as the store has them, past all rules."""

from muca.core.inputs import Learned
from muca.model.changes import Change, PutMember, PutPerson
from muca.model.facts import Membership, Wanted
from muca.model.roles import Role
from muca.model.storage import Decide, Decided, Decision
from tests.core.world import World


def change(world: World, *changes: Change, told: bool = True) -> None:
    """Do this as another process does, past all rules; without ``told``, the Hub has not learned of it yet."""
    (done,) = world.store.commit(
        [Decide(wanted=Wanted(actor="nobody"), rule=lambda _: Decision(changes=changes), ts_ms=world.now_ms)]
    )
    assert isinstance(done, Decided), done
    if told:
        world.take(Learned(done.news))


def put_member(
    world: World,
    uid: str,
    room: str,
    role: Role = Role.MEMBER,
    *,
    entered: bool = True,
    muted_until_ms: int = 0,
    banned_until_ms: int = 0,
) -> None:
    """Make somebody what it is said to be in a room."""
    membership = Membership(
        uid=uid, role=role, entered=entered, muted_until_ms=muted_until_ms, banned_until_ms=banned_until_ms
    )
    change(world, PutMember(room=room, member=membership))


def give_role(world: World, uid: str, role: Role) -> None:
    """Give somebody a role on the server."""
    change(world, PutPerson(uid=uid, role=role))
