"""Whatever happens to the connection and however slow the consumer: nothing is lost, doubled or out of order.

Hypothesis plays the network (bytes arrive in any portions, the connection breaks anywhere, the server restarts with or
without its sessions or is restored to an earlier state, replies come late), the others in the chat, and a consumer with
little room. Rooms' logs hold messages, other events, and events of kinds that this version does not know: those are
passed over.
"""

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muca.client.events import AnyEvent, Connected, Disconnected, Resynchronised
from muca.client.link import LinkState
from muca.model.errors import ErrorCode
from muca.model.events import Event, LogEntry, Message
from muca.model.ids import RoomId
from muca.model.pushes import RoomOpened
from muca.model.replies import Done, Fail
from muca.model.requests import Read, Send
from muca.model.rooms import LOBBY, Room
from tests.client.play import Play
from tests.client.simulated_server import Entry, Weather

EVENTS_MAX = 8


class World(RuleBasedStateMachine):
    """One client, one server, one unreliable network."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(events_max=EVENTS_MAX)
        self.start: dict[RoomId, int] = {}
        self.sent: dict[str, str] = {}
        self.withdrawn: set[str] = set()
        self.marks: set[str] = set()
        self.lost: set[str] = set()
        """What was answered before a restore: it may be gone."""
        self.events: list[AnyEvent] = []
        self.count = 0

    @initialize(before=st.integers(0, 3), history_events_max=st.integers(1, 5))
    def begin(self, before: int, history_events_max: int) -> None:
        for _ in range(before):
            self.play.server.write("tony", f"{self.new_text()} @me")
            self.play.server.write("tony", self.new_text(), ["me"])
        self.play.server.history_events_max = history_events_max
        self.start = {room: len(log) for room, log in self.play.server.logs.items()}
        self.play.join()

    def new_text(self) -> str:
        self.count += 1
        return f"text {self.count}"

    @rule(to=st.sampled_from([(), ("tony",), ("mary", "tony"), ("Mary",)]))
    def send(self, to: tuple[str, ...]) -> None:
        text = self.new_text()
        request_id = self.play.link.ask(Send(text=text, recipients=to), Message, self.play.now)
        self.sent[request_id] = text
        self.play.follow()

    @precondition(lambda self: len(self.sent) > len(self.withdrawn))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        request_id = data.draw(st.sampled_from([key for key in self.sent if key not in self.withdrawn]))
        if request_id not in self.play.answers:
            self.play.link.withdraw(request_id)
            self.withdrawn.add(request_id)

    @rule(
        to=st.sampled_from([(), ("me",), ("me", "mary")]), count=st.integers(1, 5), whom=st.sampled_from(["", " @me"])
    )
    def others_write(self, to: tuple[str, ...], count: int, whom: str) -> None:
        for _ in range(count):
            self.play.server.write("tony", self.new_text() + whom, to)

    @rule(kind=st.sampled_from(["edit", "react", "unheard-of"]))
    def others_do(self, kind: str) -> None:
        self.play.server.happen(kind, "tony", of=1, text=self.new_text())

    @rule()
    def others_retitle(self) -> None:
        self.play.server.retitle(self.new_text())

    @rule(count=st.integers(1, 6))
    def others_do_what_is_unknown(self, count: int) -> None:
        for _ in range(count):
            self.play.server.shine()

    @rule(data=st.data())
    def mark_read(self, data: st.DataObject) -> None:
        room = self.play.link.rooms[data.draw(st.sampled_from(sorted(self.play.link.rooms)))]
        seq = data.draw(st.integers(1, room.seq + 1))
        if seq <= room.seq:
            self.marks.add(self.play.link.ask(Read(room=room.room, seq=seq), Done, self.play.now))
            self.play.follow()

    @rule(bytes_max=st.none() | st.integers(1, 300))
    def carry(self, bytes_max: int | None) -> None:
        self.play.carry(bytes_max)

    @rule()
    def answer(self) -> None:
        self.play.answer()

    @rule(bytes_max=st.none() | st.integers(1, 300))
    def hear(self, bytes_max: int | None) -> None:
        self.play.hear(bytes_max)

    @rule(count=st.integers(1, 2 * EVENTS_MAX))
    def consume(self, count: int) -> None:
        for _ in range(count):
            event = self.play.link.take_event(self.play.now)
            self.play.follow()
            if event is not None:
                self.events.append(event)

    @precondition(lambda self: self.play.connection is not None)
    @rule(restarted=st.booleans())
    def cut(self, restarted: bool) -> None:
        self.play.cut()
        if restarted:
            self.play.server.forget_sessions()

    @precondition(lambda self: self.play.link._known.epoch == self.play.server.epoch)
    @rule(lost=st.integers(0, 3), since=st.integers(0, 3), to=st.sampled_from([(), ("me",)]))
    def restore(self, lost: int, since: int, to: tuple[str, ...]) -> None:
        """What the client hears in between is gone, and something else takes its numbers before it is back."""
        backup = self.play.server.back_up()
        self.others_write(to, lost, "")
        self.play.settle()
        self.consume(EVENTS_MAX)
        if self.play.connection is not None:
            self.play.cut()
        self.play.server.restore(backup)
        self.lost |= set(self.play.answers)
        self.others_write(to, since, "")

    @precondition(lambda self: self.play.link.state is LinkState.WAITING)
    @rule()
    def open(self) -> None:
        self.play.now = max(self.play.now, self.play.link.retry_at)
        self.play.open()

    @rule()
    def reconnect(self) -> None:
        if self.play.connection is not None:
            self.play.cut()
        self.play.rejoin_without_answers()

    @rule(seconds=st.floats(0.0, 50.0))
    def wait(self, seconds: float) -> None:
        self.play.tick(seconds)

    @rule()
    def disk_fails_for_a_while(self) -> None:
        fail = Fail(code=ErrorCode.STORAGE_UNAVAILABLE, explanation="The disk failed.")
        self.play.server.fail_history.append(fail)

    @invariant()
    def the_consumers_queue_is_bounded(self) -> None:
        assert len(self.play.link._known.inbox) <= EVENTS_MAX

    @invariant()
    def what_was_acknowledged_is_in_the_log_once(self) -> None:
        texts = [entry.text for log in self.play.server.logs.values() for entry in log if isinstance(entry, Message)]
        assert len(texts) == len(set(texts))
        for request_id, answer in self.play.answers.items():
            if request_id in self.marks | self.lost:
                continue
            assert isinstance(answer, Message)
            assert answer.room is not None
            assert answer.seq is not None
            assert self.play.server.logs[answer.room][answer.seq - 1] == answer
            assert answer.text == self.sent[request_id]

    @invariant()
    def what_one_sent_is_in_the_order_in_which_it_was_sent(self) -> None:
        order = list(self.sent.values())
        for log in self.play.server.logs.values():
            own = [entry for entry in log if isinstance(entry, Message) and entry.sender == "me"]
            places = [order.index(message.text) for message in own]
            assert places == sorted(places)

    @precondition(lambda self: self.play.server.former_epoch is None)
    @invariant()
    def events_are_the_log_in_order_and_without_holes(self) -> None:
        start, told = self.told()
        for room, events in told.items():
            assert events == self.known_of(room, start)[: len(events)]

    def told(self) -> tuple[dict[RoomId, int], dict[RoomId, list[LogEntry]]]:
        """Return what the consumer has of each room, and from where on."""
        start, told = dict(self.start), dict[RoomId, list[LogEntry]]()
        for event in self.events:
            if isinstance(event, Message | Event):
                assert event.room is not None
                told.setdefault(event.room, []).append(event)
            elif isinstance(event, Resynchronised):
                start[event.room] = min(event.seq, start.get(event.room, 0))
                kept = [one for one in told.pop(event.room, []) if (one.seq or 0) <= event.seq]
                told.update({event.room: kept} if kept else {})
        return start, told

    def known_of(self, room: RoomId, start: dict[RoomId, int]) -> list[Entry]:
        """Return what of a room's log is to be told in the end."""
        log = self.play.server.logs[room][start.get(room, 0) :]
        return [entry for entry in log if not isinstance(entry, Weather)]

    def teardown(self) -> None:
        """In the end the network works: then everything arrives."""
        if not self.start:
            return
        play = self.play
        if play.connection is not None and play.link.state is LinkState.JOINING:
            play.settle()
        for _ in range(50):
            if play.link.state is LinkState.WAITING:
                play.rejoin()
            play.settle()
            self.events += play.all_events()
            play.tick(1.0)
            if play.link.state is LinkState.JOINED and not play.to_server:
                break
        self.events += play.all_events()
        self.what_was_acknowledged_is_in_the_log_once()
        self.what_one_sent_is_in_the_order_in_which_it_was_sent()
        start, told = self.told()
        for room in filter(self.is_mine, play.server.logs):
            assert told.pop(room, []) == self.known_of(room, start)
        assert not told
        for known in map(known_room, play.link.rooms.values()):
            assert known == known_room(play.server.room_of(known.room, "me"))
        assert set(self.sent) | self.marks == set(play.answers) | self.withdrawn
        self.the_consumer_knows_the_rooms()

    def is_mine(self, room: RoomId) -> bool:
        return room == LOBBY or "me" in self.play.server.members[room]

    def the_consumer_knows_the_rooms(self) -> None:
        rooms: set[RoomId] = set()
        for event in self.events:
            if isinstance(event, Connected):
                rooms = {room.room for room in event.rooms}
            elif isinstance(event, RoomOpened):
                rooms.add(event.room)
        assert rooms == set(self.play.link.rooms)
        states = [event for event in self.events if isinstance(event, Connected | Disconnected)]
        assert isinstance(states[-1], Connected)


def known_room(room: Room) -> Room:
    """Return what a client follows of a room: not nicknames, nor the SEQ of events that it does not know."""
    return msgspec.structs.replace(room, members=(), seq=0)


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=150, stateful_step_count=40)
