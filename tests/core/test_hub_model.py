"""The Hub with all its rules against a plain model: rooms, members, roles, logs, edits, retention, reconnects.

The model is written from the protocol's promises alone: dictionaries, no store, no permission table.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muca.model.errors import ErrorCode
from muca.model.events import Event, Message
from muca.model.replies import Fail, Okay, Page
from muca.model.requests import (
    Create,
    Delete,
    Edit,
    Enter,
    Exit,
    GiveRole,
    History,
    Invite,
    Kick,
    Read,
    Request,
    Send,
    Set,
)
from muca.model.roles import Role
from muca.model.rooms import Room
from muca.model.storage import Retention
from tests.core.world import World

UIDS = ("ann", "bob", "cid")
POWER = {Role.OWNER: 3, Role.MODERATOR: 2, Role.MEMBER: 1}


@dataclass
class ModelRoom:
    """What a named room ought to be."""

    private: bool
    members: dict[str, Role] = field(default_factory=dict)
    log: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """SEQ to what is to be read there: kind or “message”, who did it, and the text that it has now."""
    last_seq: int = 0
    read: dict[str, int] = field(default_factory=dict)
    read_only: bool = False

    def add(self, kind: str, uid: str, text: str = "") -> int:
        """Put something at the end of the log."""
        self.last_seq += 1
        self.log[self.last_seq] = (kind, uid, text)
        return self.last_seq

    def unread(self, uid: str) -> int:
        """Count messages of others beyond the marker that were not deleted."""
        marker = self.read.get(uid, 0)
        return sum(
            kind == "message" and bool(text) and sender != uid and seq > marker
            for seq, (kind, sender, text) in self.log.items()
        )


class HubModel(RuleBasedStateMachine):
    """Three people, each on one connection or gone, and up to three rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.tokens: dict[str, str] = {}
        self.here: dict[str, int] = {}
        self.rooms: dict[str, ModelRoom] = {}
        self.texts = 0

    @initialize()
    def everyone_claims(self) -> None:
        """And owns nothing yet."""
        for uid in UIDS:
            self.here[uid] = self.world.join(uid)
            self.tokens[uid] = self.world.welcome(self.here[uid]).token or ""

    uid = st.sampled_from(UIDS)
    other = st.sampled_from(UIDS)
    place = st.integers(0, 2)

    def ask(self, uid: str, request: Request) -> ErrorCode | None:
        """Ask; give the code of the FAIL, or None for OKAY."""
        self.reply = next(m for m in self.world.ask(self.here[uid], request) if isinstance(m, Okay | Fail))
        return self.reply.code if isinstance(self.reply, Fail) else None

    def pick(self, place: int) -> tuple[str, ModelRoom] | None:
        """Return one of the rooms."""
        return list(self.rooms.items())[place] if place < len(self.rooms) else None

    def hidden(self, uid: str, room: ModelRoom) -> bool:
        """Return whether somebody may not know of a room."""
        return room.private and uid not in room.members

    @precondition(lambda self: len(self.rooms) < 3)
    @rule(uid=uid, private=st.booleans())
    def create(self, uid: str, private: bool) -> None:
        """Make a room."""
        if uid in self.here:
            title = f"Room {len(self.rooms)}"
            assert self.ask(uid, Create(title=title, private=private)) is None
            assert isinstance(self.reply, Okay)
            assert isinstance(self.reply.data, Room)
            room = self.rooms[self.reply.data.room] = ModelRoom(private, {uid: Role.OWNER})
            room.add("create", uid)

    @rule(uid=uid, place=place)
    def enter(self, uid: str, place: int) -> None:
        """Come into a public room."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Enter(room=room_id))
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif room.private:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                if uid not in room.members:
                    room.members[uid] = Role.MEMBER
                    room.read[uid] = room.last_seq
                    room.add("enter", uid)

    @rule(uid=uid, place=place)
    def exit(self, uid: str, place: int) -> None:
        """Go."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Exit(room=room_id))
            owners = [member for member, role in room.members.items() if role is Role.OWNER]
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif owners == [uid]:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                if uid in room.members:
                    room.add("exit", uid)
                    self.forget(uid, room_id)

    @rule(uid=uid, other=other, place=place)
    def invite(self, uid: str, other: str, place: int) -> None:
        """Bring somebody in."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Invite(room=room_id, uid=other))
            power = POWER[room.members[uid]] if uid in room.members else 0
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif power < (2 if room.private else 1):
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                if other not in room.members:
                    room.members[other] = Role.MEMBER
                    room.read[other] = room.last_seq
                    room.add("invite", uid)

    @rule(uid=uid, other=other, place=place)
    def kick(self, uid: str, other: str, place: int) -> None:
        """Put somebody out who ranks lower."""
        if uid in self.here and uid != other and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Kick(room=room_id, uid=other))
            power = POWER[room.members[uid]] if uid in room.members else 0
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif power < 2:
                assert code == ErrorCode.NOT_ALLOWED
            elif other not in room.members:
                assert code is None
            elif POWER[room.members[other]] >= power:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                room.add("kick", uid)
                self.forget(other, room_id)

    @rule(uid=uid, other=other, place=place, role=st.sampled_from((Role.OWNER, Role.MODERATOR, Role.MEMBER)))
    def give_role(self, uid: str, other: str, place: int, role: Role) -> None:
        """Owners give roles to those who rank lower."""
        if uid in self.here and uid != other and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, GiveRole(room=room_id, uid=other, role=role))
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif room.members.get(uid) is not Role.OWNER:
                assert code == ErrorCode.NOT_ALLOWED
            elif other not in room.members:
                assert code == ErrorCode.NO_SUCH_PERSON
            elif room.members[other] is Role.OWNER:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                if room.members[other] is not role:
                    room.members[other] = role
                    room.add("role", uid)

    @rule(uid=uid, place=place, read_only=st.booleans())
    def set_read_only(self, uid: str, place: int, read_only: bool) -> None:
        """Let only moderators write, or everyone again."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Set(room=room_id, read_only=read_only))
            power = POWER[room.members[uid]] if uid in room.members else 0
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif power < 2:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                if room.read_only is not read_only:
                    room.read_only = read_only
                    room.add("set", uid)

    @rule(uid=uid, place=place)
    def send(self, uid: str, place: int) -> None:
        """Write."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            self.texts += 1
            text = f"text {self.texts}"
            code = self.ask(uid, Send(room=room_id, text=text))
            if uid not in room.members:
                assert code == (ErrorCode.NO_SUCH_ROOM if room.private else ErrorCode.NOT_ALLOWED)
            elif room.read_only and POWER[room.members[uid]] < 2:
                assert code == ErrorCode.ROOM_READ_ONLY
            else:
                assert code is None
                room.read[uid] = room.add("message", uid, text)

    @rule(uid=uid, place=place, seq=st.integers(1, 12))
    def edit(self, uid: str, place: int, seq: int) -> None:
        """Rewrite."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            self.texts += 1
            text = f"text {self.texts}"
            code = self.ask(uid, Edit(room=room_id, seq=seq, text=text))
            kind, sender, former = room.log.get(seq, ("", "", ""))
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif uid not in room.members:
                assert code == ErrorCode.NOT_ALLOWED
            elif room.read_only and POWER[room.members[uid]] < 2:
                assert code == ErrorCode.ROOM_READ_ONLY
            elif kind != "message" or not former:
                assert code == ErrorCode.NO_SUCH_EVENT
            elif sender != uid:
                assert code == ErrorCode.NOT_ALLOWED
            else:
                assert code is None
                room.log[seq] = (kind, sender, text)
                room.add("edit", uid, text)

    @rule(uid=uid, place=place, seq=st.integers(1, 12))
    def delete(self, uid: str, place: int, seq: int) -> None:
        """Take away."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            kind, sender, former = room.log.get(seq, ("", "", ""))
            code = self.ask(uid, Delete(room=room_id, seq=seq))
            if self.hidden(uid, room):
                assert code == ErrorCode.NO_SUCH_ROOM
            elif kind != "message" or not former:
                assert code == ErrorCode.NO_SUCH_EVENT
            elif sender != uid and POWER.get(room.members.get(uid, Role.GUEST), 0) < max(
                2, POWER.get(room.members.get(sender, Role.GUEST), 0)
            ):
                assert code == ErrorCode.NOT_ALLOWED
            else:  # in a public room, also one's own message after one has left
                assert code is None
                room.log[seq] = (kind, sender, "")
                self.empty_edits(room_id, room, seq)
                room.add("delete", uid)

    def empty_edits(self, room_id: str, room: ModelRoom, seq: int) -> None:
        """The texts that a deleted message was given are gone, too."""
        (page,) = (
            m.data
            for m in self.world.ask(self.reader(room), History(room=room_id, after=0, limit=200))
            if isinstance(m, Okay)
        )
        assert isinstance(page, Page)
        for event in page.events:
            if isinstance(event, Event) and event.kind == "edit" and event.of == seq:
                assert event.text == ""
                room.log[event.seq] = ("edit", event.sender, "")

    def reader(self, room: ModelRoom) -> int:
        """Return the connection of a member who is here."""
        return next(self.here[uid] for uid in room.members if uid in self.here)

    @rule(uid=uid, place=place, seq=st.integers(1, 12))
    def mark_read(self, uid: str, place: int, seq: int) -> None:
        """Put the marker, forwards only and not beyond the end."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Read(room=room_id, seq=seq))
            if uid in room.members:
                assert code is None
                room.read[uid] = max(room.read.get(uid, 0), min(seq, room.last_seq))
            else:
                assert code == (ErrorCode.NO_SUCH_ROOM if room.private else ErrorCode.NOT_ALLOWED)

    @rule(uid=uid, place=place, keep=st.integers(1, 6))
    def keep_few(self, uid: str, place: int, keep: int) -> None:
        """Make the store forget the oldest events."""
        if uid in self.here and (picked := self.pick(place)):
            room_id, room = picked
            code = self.ask(uid, Set(room=room_id, keep_events=keep))
            if room.members.get(uid) is not Role.OWNER:
                assert code is not None
                return
            assert code is None
            assert isinstance(self.reply, Okay)
            if hasattr(self.reply.data, "seq"):
                room.add("set", uid)
            while self.world.store.tend(self.world.now_ms, Retention()):
                pass
            for seq in [seq for seq in room.log if seq <= room.last_seq - keep]:
                del room.log[seq]
            if self.ask(uid, Set(room=room_id, keep_events=0)) is None:
                room.add("set", uid)

    @rule(uid=uid)
    def drop(self, uid: str) -> None:
        """Lose the connection."""
        if uid in self.here:
            self.world.drop(self.here.pop(uid))

    @rule(uid=uid)
    def come_back(self, uid: str) -> None:
        """Join again: the rooms, their SEQs, markers and counts are what they ought to be."""
        if uid in self.here:
            return
        self.here[uid] = self.world.join(uid, token=self.tokens[uid])
        listed = {room.room: room for room in self.world.welcome(self.here[uid]).rooms if room.title is not None}
        assert set(listed) == {room_id for room_id, room in self.rooms.items() if uid in room.members}
        for room_id, room in listed.items():
            model = self.rooms[room_id]
            expected = (model.last_seq, model.members[uid], model.read_only, model.unread(uid))
            assert (room.seq, room.role, room.read_only, room.unread) == expected

    def forget(self, uid: str, room_id: str) -> None:
        """Somebody is no longer in a room."""
        self.rooms[room_id].members.pop(uid)
        self.rooms[room_id].read.pop(uid, None)

    @invariant()
    def logs_are_what_they_ought_to_be(self) -> None:
        """For everyone who may read them; for the others there is no room."""
        for room_id, room in self.rooms.items():
            for uid in self.here:
                code = self.ask(uid, History(room=room_id, after=0, limit=200))
                if self.hidden(uid, room):
                    assert code == ErrorCode.NO_SUCH_ROOM
                    continue
                assert code is None
                assert isinstance(self.reply, Okay)
                assert isinstance(self.reply.data, Page)
                log = {
                    event.seq: ("message" if isinstance(event, Message) else event.kind, event.sender, event.text)
                    for event in self.reply.data.events
                }
                assert log == room.log

    @invariant()
    def what_was_pushed_has_no_gaps(self) -> None:
        """From the first event on that a connection hears of a room, as long as it is in it."""
        for uid, connection in self.here.items():
            for room_id, room in self.rooms.items():
                seqs = [
                    message.seq or 0
                    for message in self.world.told[connection]
                    if isinstance(message, Message | Event) and message.room == room_id
                ]
                assert seqs == sorted(set(seqs))
                if uid in room.members and seqs and self.stayed(uid, room):
                    assert seqs == list(range(seqs[0], room.last_seq + 1))

    def stayed(self, uid: str, room: ModelRoom) -> bool:
        """Return whether somebody has not been out of a room since the log begins."""
        comings = [kind for kind, _, _ in room.log.values() if kind in {"exit", "kick"}]
        return not comings and 1 in room.log


TestHubModel = HubModel.TestCase
