"""What is unread: what JOIN says, what follows from pushes, and what HISTORY shows are the same, whatever happens."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muca.client.memberships import Memberships
from muca.core.inputs import Learned
from muca.model.events import Event, EventKind, LogEntry, Message
from muca.model.feed import EventsRemoved
from muca.model.limits import Limits
from muca.model.mentions import Mention
from muca.model.pushes import Ignoring, MarkerMoved, RoomOpened
from muca.model.replies import Okay, Page, RoomPage
from muca.model.requests import (
    Create,
    Delete,
    DeleteAccount,
    DeleteRoom,
    Edit,
    Enter,
    Exit,
    History,
    Ignore,
    Purge,
    Read,
    Rooms,
    Send,
    Unignore,
)
from muca.model.rooms import LOBBY, Room
from muca.model.storage import Retention
from muca.storage.sqlite.store import SqliteStore
from tests.core.answers import data_of
from tests.core.world import World

PEOPLE = ("ann", "bob", "cid", "dan")
"""``dan`` comes later."""
PLENTY = 10**9
LIMITS = Limits(
    session_cost_burst=PLENTY,
    account_cost_burst=PLENTY,
    address_cost_burst=PLENTY,
    pins_max=1,
    ignores_max=10,
    purged_messages_max=2,
)
people = st.sampled_from(PEOPLE)
rooms = st.sampled_from([LOBBY, LOBBY, "named", "direct"])
texts = st.sampled_from(["hi", "@ann", "@bob hello", "@ann @dan", "@room", "@room @cid", "`@ann`"])
numbers = st.integers(0, 30)


class Counting(RuleBasedStateMachine):
    """People who write, edit, delete, read, ignore, come and go; retention, rooms and accounts that are deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self.stack = ExitStack()
        self.at: dict[str, int] = {}
        self.tokens: dict[str, str | None] = {}
        self.heard: dict[str, int] = {}
        self.known: dict[str, Memberships] = {}
        self.next: dict[str, str | None] = {}
        """Where the next page of own rooms begins: "" at the first. None: all are known."""
        self.first: dict[tuple[str, int], Message] = {}
        """Messages as they were pushed."""
        self.messages: list[Message] = []
        self.rooms = 0
        self.room = ""
        """The named room there is now."""
        self.deleted: set[str] = set()

    @initialize(on_disk=st.booleans(), rooms_max=st.sampled_from([2, 500]))
    def begin(self, on_disk: bool, rooms_max: int) -> None:
        self.world = World(msgspec.structs.replace(LIMITS, rooms_in_join_max=rooms_max))
        if on_disk:
            folder = self.stack.enter_context(tempfile.TemporaryDirectory())
            store: Any = SqliteStore.open(Path(folder))
            self.stack.callback(store.close)
            self.world.store = store
        self.make_room()
        for uid in PEOPLE[:3]:
            self.come(uid)
            self.enter(uid)

    def teardown(self) -> None:
        self.stack.close()

    def come(self, uid: str) -> None:
        self.at[uid] = connection = self.world.join(uid, token=self.tokens.get(uid))
        welcome = self.world.welcome(connection)
        self.tokens.setdefault(uid, welcome.token)
        self.known[uid] = Memberships(uid)
        self.known[uid].replace(welcome.rooms)
        self.known[uid].ignores = frozenset(welcome.ignores)
        self.next[uid] = "" if welcome.more_rooms else None
        self.heard[uid] = len(self.world.told[connection])

    def own_rooms(self, connection: int, after: str, limit: int) -> RoomPage:
        return data_of(self.world.ask(connection, Rooms(own=True, after=after or None, limit=limit)), RoomPage)

    def ask(self, uid: str, request: Any) -> Any:
        if uid in self.deleted:
            return None
        if uid not in self.at:
            self.come(uid)
        self.world.now_ms += 1
        return self.world.ask(self.at[uid], request)

    def ask_as_owner(self, request: Any) -> Any:
        """Make the owner of the named rooms come for one request."""
        owner = self.world.join("own", token=self.tokens.get("own"))
        self.tokens.setdefault("own", self.world.welcome(owner).token)
        answer, *_ = self.world.ask(owner, request)
        self.world.drop(owner)
        return answer

    def message(self, number: int) -> Message | None:
        return self.messages[-1 - number % len(self.messages)] if self.messages else None

    @rule(uid=people, room=rooms, text=texts, other=people)
    def write(self, uid: str, room: str, text: str, other: str) -> None:
        if room == "direct":
            self.ask(uid, Send(text=text, recipients=(other,)))
        else:
            self.ask(uid, Send(text=text, room=self.room if room == "named" else room))

    @rule(uid=people, other=people)
    def mean(self, uid: str, other: str) -> None:
        mention = Mention(uid=other, begin=0, length=4)
        self.ask(uid, Send(text="@you", room=LOBBY, mentions=(mention,)))

    @rule(number=numbers, text=texts)
    def edit(self, number: int, text: str) -> None:
        message = self.message(number)
        if message is not None and message.room is not None and message.seq is not None:
            self.ask(message.sender, Edit(room=message.room, seq=message.seq, text=text))

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        message = self.message(number)
        if message is not None and message.room is not None and message.seq is not None:
            self.ask(message.sender, Delete(room=message.room, seq=message.seq))

    @rule(number=numbers)
    def moderate(self, number: int) -> None:
        """Delete what somebody else wrote, in the named room."""
        message = self.message(number)
        if message is not None and message.room == self.room and message.seq is not None:
            self.ask_as_owner(Delete(room=message.room, seq=message.seq))

    @rule(uid=people)
    def purge(self, uid: str) -> None:
        """Delete some of what somebody wrote in the named room."""
        self.ask_as_owner(Purge(room=self.room, uid=uid))

    @rule(uid=people, number=numbers)
    def read(self, uid: str, number: int) -> None:
        message = self.message(number)
        if message is not None and message.room is not None and message.seq is not None:
            self.ask(uid, Read(room=message.room, seq=message.seq))

    @rule(uid=people, other=people, ignored=st.booleans())
    def ignore(self, uid: str, other: str, ignored: bool) -> None:
        self.ask(uid, Ignore(uid=other) if ignored else Unignore(uid=other))

    @rule(uid=people)
    def enter(self, uid: str) -> None:
        self.ask(uid, Enter(room=self.room))

    @rule(uid=people)
    def exit(self, uid: str) -> None:
        self.ask(uid, Exit(room=self.room))

    @rule(uid=people, limit=st.integers(1, 3))
    def list_more(self, uid: str, limit: int) -> None:
        """Ask for the next page of rooms that JOIN did not list."""
        after = self.next.get(uid)
        if uid in self.at and after is not None:
            self.follow(uid)
            page = self.own_rooms(self.at[uid], after, limit)
            self.known[uid].add(page.rooms)
            self.next[uid] = page.next

    @rule(uid=people)
    def come_back(self, uid: str) -> None:
        if uid in self.at:
            self.world.drop(self.at[uid])
        if uid not in self.deleted:
            self.come(uid)

    @rule(events=st.integers(1, 8))
    def forget(self, events: int) -> None:
        """Make retention remove what is more than so many events of each room."""
        while self.world.store.tend(self.world.now_ms, Retention(events=events)):
            pass
        while recounts := self.world.store.take_recounts(1):
            self.world.take(Learned((EventsRemoved(rooms=recounts),)))

    @rule()
    def make_room(self) -> None:
        """Have another named room instead of the one there is."""
        if self.room:
            self.ask_as_owner(DeleteRoom(room=self.room))
        self.rooms += 1
        made = self.ask_as_owner(Create(title=f"Room {self.rooms}"))
        assert isinstance(made, Okay)
        assert isinstance(made.data, Room)
        self.room = made.data.room

    @precondition(lambda self: len(self.deleted) < len(PEOPLE) - 2)
    @rule(uid=people)
    def delete_account(self, uid: str) -> None:
        if uid in self.at and uid not in self.deleted:
            self.ask(uid, DeleteAccount())
            self.deleted.add(uid)
            del self.at[uid], self.known[uid]

    @invariant()
    def all_three_are_the_same(self) -> None:
        for uid in self.at:
            self.follow(uid)
        for uid, known in self.known.items():
            told = self.world.told[self.at[uid]]
            again = self.world.join(uid, token=self.tokens[uid])
            rooms = [self.world.welcome(again).rooms[0]]
            after: str | None = ""
            while after is not None:
                page = self.own_rooms(again, after, 99)
                rooms += page.rooms
                after = page.next
            joined = {room.room: (room.read, room.unread, room.mentions) for room in rooms}
            followed = {room.room: (room.read, room.unread, room.mentions) for room in known.rooms.values()}
            if self.next[uid] is not None:
                assert joined == joined | followed, (uid, told[-3:])
            else:
                assert followed == joined, (uid, told[-3:])
            for room, (read, *counts) in joined.items():
                assert tuple(counts) == self.seen(uid, again, room, read), (uid, room)
            self.world.drop(again)

    def follow(self, uid: str) -> None:
        """Follow what was pushed, as the SDK does."""
        known, told = self.known[uid], self.world.told[self.at[uid]]
        for push in told[self.heard[uid] :]:
            match push:
                case Message() | Event():
                    known.follow(push)
                    self.note(push)
                case RoomOpened():
                    known.open(push.as_room())
                case MarkerMoved():
                    known.move_marker(push)
                case Ignoring(uids=uids):
                    known.ignores = frozenset(uids)
                case Okay(data=Room() as data):
                    known.open(data)
        self.heard[uid] = len(told)

    def note(self, push: LogEntry) -> None:
        if isinstance(push, Message) and push.room is not None and push.seq is not None:
            if (push.room, push.seq) not in self.first:
                self.messages.append(push)
            self.first.setdefault((push.room, push.seq), push)

    def seen(self, uid: str, connection: int, room: str, read: int) -> tuple[int, int]:
        """Count what is in the log."""
        (answer,) = self.world.ask(connection, History(room=room, after=0, limit=200))
        assert isinstance(answer, Okay)
        assert isinstance(answer.data, Page)
        log = answer.data.events
        ignores = self.known[uid].ignores
        there = [
            entry
            for entry in log
            if isinstance(entry, Message) and not entry.deleted and entry.sender not in {uid, *ignores}
        ]
        unread = sum((message.seq or 0) > read for message in there)
        return unread, sum(self.mentioned_at(uid, message, log) > read for message in there)

    def mentioned_at(self, uid: str, message: Message, log: tuple[LogEntry, ...]) -> int:
        """Return where a message began to mention somebody; 0: it does not."""
        at = 0
        way = "room" if message.mentions_room else uid
        edits = [each for each in log if isinstance(each, Event) and each.kind == EventKind.EDIT]
        texts: list[LogEntry] = [self.first[message.room or "", message.seq or 0]]
        for entry in [*texts, *(each for each in edits if each.of == message.seq)]:
            ways = {"room"} if entry.mentions_room else set(entry.mentions)
            at = 0 if way not in ways else at or entry.seq or 0
        return at


Counting.TestCase.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
TestCounting = Counting.TestCase
