"""Servers with one store, joined only by their feeds: whatever the network does, their clients see the same."""

import random
from typing import Any, Final, TypeAlias

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from muca.core.inputs import Learned, Woke
from muca.core.living import SWEEP_MS
from muca.model.events import Event, EventKind, Message
from muca.model.feed import News
from muca.model.ids import RoomId, Seq
from muca.model.replies import Okay
from muca.model.requests import (
    Ban,
    Create,
    Delete,
    DeleteRoom,
    Edit,
    Enter,
    Exit,
    GiveRole,
    Ignore,
    Invite,
    Kick,
    Mute,
    Pin,
    React,
    Read,
    Request,
    Send,
    Set,
    Unban,
    Unignore,
    Unmute,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, conversation_id
from tests.core.answers import data_of
from tests.core.granting import give_role
from tests.core.world import World
from tests.memory_store.store import MemoryStore

UIDS: Final = ("ann", "bob", "cid")
Op: TypeAlias = tuple[int, int, int, int]
"""What is done, by whom, where, and to whom or what."""


class Cluster:
    """A server where everything is done, one that follows it over a bad network, and one over a perfect one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        store = MemoryStore()
        self.first = World(store=store, follows_others=True)
        self.bad = World(store=store, follows_others=True)
        self.good = World(store=store, follows_others=True)
        self.at = {uid: self.first.join(uid) for uid in UIDS}
        give_role(self.first, "ann", Role.OWNER)
        for uid, connection in self.at.items():
            token = self.first.welcome(connection).token
            for follower in (self.bad, self.good):
                follower.join(uid, token=token)
        self.bad.hold_reads = True
        self.rooms: list[RoomId] = [LOBBY, conversation_id(UIDS[:2]), conversation_id(UIDS)]
        self.first.news.clear()
        self.on_the_way: list[News] = []

    def do(self, op: Op) -> None:
        """Do something on the first server; the network takes the news."""
        what, actor, where, which = op
        uid, other, room = UIDS[actor], UIDS[which % 3], self.rooms[where % len(self.rooms)]
        if self.at[uid] in self.first.closed:
            return
        if what == 0:
            request: Request = Create(title=f"Room {len(self.rooms)}", private=which % 2 == 1)
        elif what == 1:
            request = Send(text=f"@{other} {which}", recipients=(other, UIDS[(which + 1) % 3]))
        else:
            request = (
                Send(text=f"@{other} {which}", room=room),
                Edit(room=room, seq=which, text=f"edited {which} @{uid}"),
                Delete(room=room, seq=which),
                React(room=room, seq=which, emoji="👍"),
                Pin(room=room, seq=which),
                Enter(room=room),
                Exit(room=room),
                Invite(room=room, uid=other),
                Kick(room=room, uid=other),
                GiveRole(room=room, uid=other, role=Role.MODERATOR),
                GiveRole(uid=other, role=Role.MODERATOR if which % 2 else Role.MEMBER),
                Mute(room=room, uid=other, seconds=which + 1),
                Unmute(room=room, uid=other),
                Mute(uid=other),
                Unmute(uid=other),
                Ban(room=room, uid=other),
                Unban(room=room, uid=other),
                Set(room=room, topic=f"topic {which}", read_only=which % 2 == 1),
                Read(room=room, seq=which),
                Ignore(uid=other),
                Unignore(uid=other),
                DeleteRoom(room=room),
                Kick(uid=other) if which == 0 else Ban(uid=other) if which == 1 else Read(room=room, seq=1),
            )[what - 2]
        told = self.first.ask(self.at[uid], request)
        self.rooms += [m.data.room for m in told if isinstance(m, Okay) and isinstance(m.data, Room)]
        for news in self.first.news:
            self.good.take(Learned((news,)))
        self.on_the_way += self.first.news
        self.first.news.clear()

    def let_the_network_be_bad(self) -> None:
        """Deliver some of what is on the way, some of it twice, lose some, and answer some reads."""
        for _ in range(self.random.randrange(4)):
            if self.on_the_way:
                news = self.on_the_way[place := self.random.randrange(len(self.on_the_way))]
                fate = self.random.choice(("arrives", "arrives", "arrives", "is lost", "arrives twice"))
                if fate != "is lost":
                    self.bad.take(Learned((news,)))
                if fate != "arrives twice":
                    del self.on_the_way[place]
            if self.bad.reads and self.random.random() < 0.3:
                self.bad.release_read(self.random.randrange(len(self.bad.reads)))

    def is_in(self, connection: int, room: RoomId) -> bool:
        """Return whether a connection is in the audience of a room at the end."""
        return connection not in self.good.closed and connection in self.good.audiences.get(room, ())

    def settle(self) -> None:
        """Look around until nothing is missing."""
        self.on_the_way.clear()
        for _ in range(3):
            while self.bad.reads:
                self.bad.release_read()
            self.bad.now_ms += SWEEP_MS
            self.bad.take(Woke())
        while self.bad.reads:
            self.bad.release_read()


def live_state(world: World) -> dict[str, Any]:
    """Return what a server knows of rooms and people, except read markers, and which sessions have ended."""
    state = world.hub._state
    return {
        "rooms": {
            room.id: (
                msgspec.structs.replace(room.info, seq=0, members=()),
                room.members,
                {uid: msgspec.structs.replace(member, read=0) for uid, member in sorted(room.here.items())},
            )
            for room in state.rooms.values()
        },
        "people": {
            uid: (
                msgspec.structs.replace(presence.person, last_seen_ms=0, changes=presence.changes.last or 0),
                sorted(presence.ignores),
            )
            for uid, presence in state.peers.items()
        },
        "closed": dict(world.closed),
    }


def logs(world: World) -> dict[int, dict[RoomId, tuple[list[Seq], dict[Seq, str]]]]:
    """Return for each connection and room the SEQs that it was told, and the texts as a client has them at the end."""
    found: dict[int, dict[RoomId, tuple[list[Seq], dict[Seq, str]]]] = {}
    for connection, told in world.told.items():
        rooms = found[connection] = {}
        for push in told:
            if not isinstance(push, Message | Event):
                continue
            assert push.room is not None
            assert push.seq is not None
            seqs, texts = rooms.setdefault(push.room, ([], {}))
            seqs.append(push.seq)
            if isinstance(push, Message):
                texts[push.seq] = push.text
            elif push.of in texts and push.kind in {EventKind.EDIT, EventKind.DELETE}:
                texts[push.of] = push.text
    return found


ops = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, 2), st.integers(0, 5), st.integers(0, 6)), min_size=1, max_size=40
)


@settings(max_examples=100, deadline=None)
@given(ops=ops, seed=st.integers(0, 2**32))
def test_news_that_are_late_early_twice_or_lost_lead_to_the_same(ops: list[Op], seed: int) -> None:
    cluster = Cluster(seed)
    for op in ops:
        cluster.do(op)
        cluster.let_the_network_be_bad()
    cluster.settle()
    assert live_state(cluster.bad) == live_state(cluster.good)
    bad, good = logs(cluster.bad), logs(cluster.good)
    for connection, rooms in good.items():
        for room, (seqs, texts) in rooms.items():
            came, came_texts = bad[connection].get(room, ([], {}))
            if cluster.is_in(connection, room):
                assert (came, came_texts) == (seqs, texts), room
            else:  # who entered and left while the news of both were lost is not told
                assert came == list(range(came[0], came[-1] + 1)) if came else True, room
        assert bad[connection].keys() <= rooms.keys()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_people_on_two_servers_see_the_same_logs(seed: int) -> None:
    """Each server has people of its own and some who are on both; everybody writes, and both networks are bad."""
    chance = random.Random(seed)
    store = MemoryStore()
    here, there = (World(store=store, follows_others=True) for _ in range(2))
    members = [(here, here.join(uid)) for uid in UIDS[:2]]
    members += [(there, there.join("cid")), (there, there.join("bob", token=here.welcome(members[1][1]).token))]
    room = data_of(here.ask(members[0][1], Create(title="Lab")), Room).room
    on_the_way: list[tuple[World, News]] = []

    def move() -> None:
        """Take the news of both servers, and let the network do what it likes with them."""
        for source, target in (here, there), (there, here):
            on_the_way.extend((target, news) for news in source.news)
            source.news.clear()
        chance.shuffle(on_the_way)
        for _ in range(chance.randrange(len(on_the_way) + 1)):
            target, news = on_the_way.pop()
            for _ in range(chance.choice((0, 1, 1, 1, 2))):
                target.take(Learned((news,)))

    for world, connection in members[1:]:
        world.ask(connection, Enter(room=room))
        move()
    for number in range(chance.randrange(5, 40)):
        world, connection = chance.choice(members)
        place = chance.choice((LOBBY, room, None))
        recipients = None if place is not None else (chance.choice(UIDS), chance.choice(UIDS))
        world.ask(connection, Send(text=str(number), room=place, recipients=recipients))
        move()
    on_the_way.clear()
    for world in (here, there) * 3:
        world.now_ms += SWEEP_MS
        world.take(Woke())
    for world, connection in members:
        for place in (place for place, audience in world.audiences.items() if connection in audience):
            seqs, _ = logs(world)[connection].get(place, ([], {}))
            last_seq = store._tables.rooms[place].room.seq
            assert seqs == list(range(last_seq - len(seqs) + 1, last_seq + 1)), place
            first_seq = 1 if place != room else seqs[0] if seqs else last_seq + 1
            assert seqs[:1] == ([first_seq] if last_seq >= first_seq else []), place
