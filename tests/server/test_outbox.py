"""The outbox: shared batches, order, who hears what, and who is too slow."""

import json
from functools import partial

import msgspec
import pytest

from muca.model.abilities import Abilities
from muca.model.errors import CloseReason
from muca.model.events import Message, Reach
from muca.model.files import FileInfo
from muca.model.limits import Limits
from muca.model.pushes import MarkerMoved, PeerChange, PeerChanged, PeerList, Push, TypingNow
from muca.model.replies import Okay, Reply
from muca.model.requests import Ping, Pong
from muca.model.rooms import LOBBY, Peer
from muca.protocol.dialect import ServerDialect
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from muca.protocol.websocket import V2OverWebSocket
from muca.server.figures import Figures
from muca.server.outbox import Outbox

LIMITS = Limits()
UNREAD_BYTES_MAX = 100
PRESENCE_INTERVAL_MS = 250


class Member:
    """Stands in for a connection: notes what it was given to write."""

    def __init__(self, number: int, dialect: type[V1] | type[V2] | type[V2OverWebSocket]) -> None:
        self.id = number
        self.dialect: ServerDialect = dialect(LIMITS)
        self.pending: list[bytes] = []
        self.writes: list[list[bytes]] = []
        self.unread = 0

    def write(self) -> None:
        """Note the write."""
        if self.pending:
            self.writes.append(self.pending)
        self.pending = []

    def send(self, data: bytes) -> None:
        """Note the write."""
        assert not self.pending
        self.writes.append([data])

    def write_peer_list(self, frame: bytes) -> None:
        """Note the list."""
        self.writes.append([frame])

    def unread_bytes(self) -> int:
        """As the test says."""
        return self.unread


class Stage:
    """An outbox with members."""

    def __init__(self, **members: type[V1] | type[V2] | type[V2OverWebSocket]) -> None:
        self.figures = Figures()
        self.now_ms = 1_000
        self.outbox = Outbox(
            lambda: [Peer(uid="u", nickname="n")],
            UNREAD_BYTES_MAX,
            lambda: self.now_ms,
            PRESENCE_INTERVAL_MS,
            lambda file: f"http://muca/{file.file}",
            self.figures,
        )
        self.members = {uid: Member(number, dialect) for number, (uid, dialect) in enumerate(members.items())}
        for uid in members:
            self.enter(uid)

    def enter(self, uid: str, room: str = LOBBY) -> None:
        """Put a member into a room."""
        self.outbox.enter(self.members[uid], uid, (room,))

    def flush(self, at_ms: int) -> dict[str, bytes]:
        """Return what members are written at that time, each in one write or frame by frame."""
        self.now_ms = at_ms
        assert self.outbox.flush() == {}
        written = {uid: b"".join(map(b"".join, member.writes)) for uid, member in self.members.items() if member.writes}
        for member in self.members.values():
            member.writes.clear()
        return written


LIST = V1.encode(PeerList(data=(Peer(uid="u", nickname="n"),)))


def changed(uid: str, change: PeerChange = PeerChange.JOINED) -> PeerChanged:
    """A change of presence."""
    return PeerChanged(change=change, uid=uid, nickname="N")


def frames(*pushes: Push) -> bytes:
    """What pushes are in v2."""
    return b"".join(map(V2.encode, pushes))


def message(text: str, sender: str = "x", room: str = LOBBY) -> Message:
    """A message."""
    return Message(room=room, seq=1, ts_ms=0, reach=Reach.ALL, sender=sender, nickname="N", text=text)


def with_id(message: Message, id: str | None) -> Message:
    """The message as its sender sees it."""
    return msgspec.structs.replace(message, request_id=id)


@pytest.mark.parametrize("dialect", [V2, V2OverWebSocket])
def test_unread_counts_come_after_the_messages_that_they_include(dialect: type[V2] | type[V2OverWebSocket]) -> None:
    """And before the next ones, which the client adds to them. Others still share one object."""
    stage = Stage(a=dialect, b=dialect)
    first: Push = message("1")
    second: Push = message("2")
    read: Push = MarkerMoved(room=LOBBY, uid="a", seq=1, unread=1, mentions=0)
    stage.outbox.deliver(LOBBY, first)
    stage.outbox.tell(stage.members["a"], read)
    stage.outbox.deliver(LOBBY, second)
    to_a, to_b = ([first, read, second], [first, second])
    assert stage.flush(1_000) == {
        "a": b"".join(dialect.encode(push) for push in to_a),
        "b": b"".join(dialect.encode(push) for push in to_b),
    }


def test_v2_members_share_one_object_a_tick() -> None:
    """Joined once, written once to each."""
    stage = Stage(a=V2, b=V2, c=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.deliver(LOBBY, message("2"))
    assert stage.outbox.flush() == {}
    written = [member.writes for member in stage.members.values()]
    assert all(len(writes) == 1 and len(writes[0]) == 1 for writes in written)
    assert written[0][0][0] is written[1][0][0] is written[2][0][0]
    assert written[0][0][0] == V2.encode(message("1")) + V2.encode(message("2"))


def test_members_over_websocket_share_one_object_of_their_own() -> None:
    """Beside the one of those over TCP; each is heard in its dialect whenever it comes or goes."""
    stage = Stage(tcp=V2, web=V2OverWebSocket, page=V2OverWebSocket, gone=V2OverWebSocket)
    stage.members["late"] = Member(9, V2OverWebSocket)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.exit(stage.members["gone"].id)
    stage.enter("late")
    stage.outbox.deliver(LOBBY, message("2"))
    stage.outbox.flush()
    first, second = (V2OverWebSocket.encode(message(text)) for text in "12")
    written = {uid: member.writes for uid, member in stage.members.items()}
    assert written["tcp"] == [[V2.encode(message("1")) + V2.encode(message("2"))]]
    assert written["web"] == [[first + second]]
    assert written["web"][0][0] is written["page"][0][0]
    assert (written["gone"], written["late"]) == ([[first]], [[second]])


def test_a_dialect_that_nobody_speaks_any_more_costs_nothing() -> None:
    stage = Stage(tcp=V2, web=V2OverWebSocket)
    stage.outbox.exit(stage.members["web"].id)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.flush()
    assert stage.members["web"].writes == []
    assert stage.members["tcp"].writes == [[V2.encode(message("1"))]]


@pytest.mark.parametrize("dialect", [V1, V2, V2OverWebSocket])
def test_deliveries_are_counted_for_each_who_gets_them(dialect: type[V1] | type[V2] | type[V2OverWebSocket]) -> None:
    """Not for members who came later, nor in v1 for the sender."""
    stage = Stage(a=dialect, b=dialect)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.members["late"] = Member(9, dialect)
    stage.enter("late")
    stage.outbox.deliver(LOBBY, message("2", sender="a"))
    stage.outbox.flush()
    assert stage.figures.deliveries == 2 + (2 if dialect is V1 else 3)


def test_only_the_senders_own_sessions_see_the_id_of_a_send() -> None:
    """On every session of the account and in each dialect; everyone else still shares one object."""
    stage = Stage(tony=V2, mary=V2, zoe=V2, old=V1)
    stage.members |= {"page": Member(8, V2OverWebSocket), "other": Member(9, V2OverWebSocket)}
    stage.outbox.enter(stage.members["page"], "tony", (LOBBY,))
    stage.outbox.enter(stage.members["other"], "mary", (LOBBY,))
    said = [message("1", sender="mary"), with_id(message("2", sender="tony"), "x"), message("3", sender="zoe")]
    for each in said:
        stage.outbox.deliver(LOBBY, each)
    stage.outbox.flush()
    shared = [said[0], message("2", sender="tony"), said[2]]
    written = {uid: b"".join(member.writes[0]) for uid, member in stage.members.items()}
    assert written == {
        "tony": b"".join(map(V2.encode, said)),
        "page": b"".join(map(V2OverWebSocket.encode, said)),
        "mary": b"".join(map(V2.encode, shared)),
        "zoe": b"".join(map(V2.encode, shared)),
        "other": b"".join(map(V2OverWebSocket.encode, shared)),
        "old": b"".join(map(V1.encode, shared)),
    }
    assert stage.members["mary"].writes[0][0] is stage.members["zoe"].writes[0][0]


def test_a_session_that_comes_or_goes_during_the_tick_sees_the_ids_of_its_own() -> None:
    """Also one that leaves the room and comes back. Without a session of the sender, nobody sees the ID."""
    stage = Stage(tony=V2, mary=V2)
    stage.members["late"] = Member(9, V2)
    own, shared = ([V2.encode(with_id(message(text, sender="tony"), id)) for text in "123"] for id in ("x", None))
    deliver = [partial(stage.outbox.deliver, LOBBY, with_id(message(text, sender="tony"), "x")) for text in "123"]
    deliver[0]()
    stage.outbox.enter(stage.members["late"], "tony", (LOBBY,))
    deliver[1]()
    stage.outbox.exit(stage.members["tony"].id, LOBBY)
    stage.outbox.exit(stage.members["mary"].id)
    stage.enter("tony")
    deliver[2]()
    stage.outbox.flush()
    written = {uid: b"".join(member.writes[0]) for uid, member in stage.members.items()}
    assert written == {"tony": b"".join(own), "late": b"".join(own[1:]), "mary": b"".join(shared[:2])}
    stage.enter("mary")
    for uid in ("tony", "late"):
        stage.outbox.exit(stage.members[uid].id)
    deliver[0]()
    stage.outbox.flush()
    assert stage.members["mary"].writes[1:] == [[shared[0]]]


def test_own_replies_come_before_what_the_rooms_gathered() -> None:
    """In one write."""
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.tell(stage.members["a"], Okay(answers="1"))
    stage.outbox.flush()
    assert stage.members["a"].writes == [[V2.encode(Okay(answers="1")), V2.encode(message("1"))]]


def test_v1_members_get_frames_one_by_one_and_not_their_own() -> None:
    """What v1 has no word for is left out."""
    stage = Stage(old=V1, other=V1, new=V2)
    stage.outbox.deliver(LOBBY, message("mine", sender="old"))
    stage.outbox.deliver(LOBBY, message("hers"))
    stage.outbox.tell(stage.members["old"], Ping())
    stage.outbox.flush()
    assert stage.members["old"].writes == [[V1.encode(message("hers"))]]
    assert stage.members["other"].writes == [[V1.encode(message("mine", sender="old")), V1.encode(message("hers"))]]


def test_newcomer_hears_from_its_entry_on() -> None:
    """In both dialects, while the others still share."""
    stage = Stage(a=V2)
    stage.members |= {"new": Member(8, V2), "old": Member(9, V1)}
    stage.outbox.deliver(LOBBY, message("before"))
    stage.enter("new")
    stage.enter("old")
    stage.outbox.deliver(LOBBY, message("after"))
    stage.outbox.flush()
    assert stage.members["new"].writes == [[V2.encode(message("after"))]]
    assert stage.members["old"].writes == [[V1.encode(message("after"))]]


def test_who_left_hears_nothing_more() -> None:
    """What was said in the same tick before it left is its own still: its kick, for one."""
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.exit(stage.members["b"].id)
    stage.outbox.deliver(LOBBY, message("2"))
    stage.outbox.flush()
    first, second = V2.encode(message("1")), V2.encode(message("2"))
    assert stage.members["b"].writes == [[first]]
    assert stage.members["a"].writes == [[first + second]]
    stage.outbox.exit(stage.members["a"].id)
    stage.outbox.deliver(LOBBY, message("3"))
    assert stage.outbox.flush() == {}


def test_who_leaves_one_room_hears_the_others() -> None:
    """Also when it came into that room in the same tick; leaving twice is nothing."""
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.enter("a", "r-1")
    stage.outbox.deliver("r-1", message("2"))
    for _ in range(2):
        stage.outbox.exit(stage.members["a"].id, "r-1")
    stage.outbox.deliver("r-1", message("3"))
    stage.outbox.flush()
    assert b"".join(stage.members["a"].writes[0]) == V2.encode(message("2")) + V2.encode(message("1"))


def test_rooms_reach_their_own_audience() -> None:
    """A member of two rooms gets one write."""
    stage = Stage(a=V2, b=V2)
    stage.enter("a", "d-1")
    stage.outbox.deliver(LOBBY, message("all"))
    stage.outbox.deliver("d-1", message("two", room="d-1"))
    stage.outbox.flush()
    assert [len(writes) for writes in stage.members["a"].writes] == [2]
    assert [len(writes) for writes in stage.members["b"].writes] == [1]


def test_slow_reader_is_named_and_given_nothing() -> None:
    """At the bound it is still served, one byte past it no more; the others always are."""
    stage = Stage(slow=V2, fine=V2)
    stage.members["slow"].unread = UNREAD_BYTES_MAX
    stage.outbox.watch(stage.members["slow"])
    stage.outbox.deliver(LOBBY, message("1"))
    assert stage.outbox.flush() == {}
    stage.members["slow"].unread += 1
    stage.outbox.deliver(LOBBY, message("2"))
    assert stage.outbox.flush() == {stage.members["slow"].id: CloseReason.SLOW_READER}
    assert len(stage.members["slow"].writes) == 1
    assert len(stage.members["fine"].writes) == 2


def test_whoever_has_read_everything_is_watched_no_longer() -> None:
    """The transport says so when much is unread again."""
    stage = Stage(slow=V2)
    slow = stage.members["slow"]
    stage.outbox.watch(slow)
    assert stage.outbox.flush() == {}
    slow.unread = UNREAD_BYTES_MAX + 1
    assert stage.outbox.flush() == {}
    stage.outbox.watch(slow)
    assert stage.outbox.flush() == {slow.id: CloseReason.SLOW_READER}


# Presence


def test_the_first_change_is_told_at_once_and_those_that_follow_together() -> None:
    """In order, once the interval since the last write is over; each interval begins with a write."""
    stage = Stage(a=V2, web=V2OverWebSocket)
    stage.outbox.deliver(LOBBY, changed("1"))
    assert (stage.flush(1_000)["a"], stage.outbox.due_ms) == (frames(changed("1")), None)
    stage.outbox.deliver(LOBBY, changed("2"))
    assert stage.flush(1_001) == {}
    stage.outbox.deliver(LOBBY, changed("2", PeerChange.LEFT))
    stage.outbox.deliver(LOBBY, changed("2", PeerChange.AWAY))
    assert stage.flush(1_249) == {}
    assert stage.outbox.due_ms == 1_250
    gathered = (changed("2"), changed("2", PeerChange.LEFT), changed("2", PeerChange.AWAY))
    assert stage.flush(1_250) == {"a": frames(*gathered), "web": b"".join(map(V2OverWebSocket.encode, gathered))}
    due_ms = [stage.outbox.due_ms]
    stage.outbox.deliver(LOBBY, changed("3"))
    assert stage.flush(1_499) == {}
    due_ms.append(stage.outbox.due_ms)
    assert due_ms == [None, 1_500]
    assert stage.flush(1_500)["a"] == frames(changed("3"))


def test_what_else_the_lobby_is_told_takes_presence_with_it() -> None:
    """Everyone is written to anyway, and order stays; also for a push of the same tick before the change."""
    stage = Stage(a=V2)
    stage.outbox.deliver(LOBBY, changed("1"))
    stage.flush(1_000)
    stage.outbox.deliver(LOBBY, changed("2"))
    stage.flush(1_001)
    stage.outbox.deliver(LOBBY, message("hi", sender="a"))
    stage.outbox.deliver(LOBBY, changed("3"))
    assert stage.flush(1_002) == {"a": frames(changed("2"), message("hi", sender="a"), changed("3"))}


def test_nobody_hears_somebody_before_learning_that_they_joined() -> None:
    """In a room, what waits comes first for its audience, and only for them."""
    stage = Stage(a=V2, b=V2, c=V2, web=V2OverWebSocket)
    for uid in ("a", "web"):
        stage.enter(uid, "d-1")
    stage.outbox.deliver(LOBBY, changed("0"))
    stage.flush(1_000)
    stage.outbox.deliver(LOBBY, changed("1"))
    stage.outbox.deliver("d-1", message("hi", sender="c", room="d-1"))
    assert stage.flush(1_001)["a"] == frames(message("hi", sender="c", room="d-1"))
    stage.outbox.deliver("d-1", TypingNow(room="d-1", uid="1"))
    told: tuple[Push, ...] = (changed("1"), TypingNow(room="d-1", uid="1"))
    assert stage.flush(1_002) == {"a": frames(*told), "web": b"".join(map(V2OverWebSocket.encode, told))}
    stage.outbox.deliver(LOBBY, changed("2"))
    assert stage.flush(1_250) == {
        "a": frames(changed("2")),
        "b": frames(changed("1"), changed("2")),
        "c": frames(changed("1"), changed("2")),
        "web": V2OverWebSocket.encode(changed("2")),
    }


def test_who_comes_while_presence_waits_is_not_told_what_its_join_says() -> None:
    """Its list of peers has it. Whoever leaves is told of nobody else."""
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, changed("0"))
    stage.flush(1_000)
    stage.outbox.deliver(LOBBY, changed("new"))
    stage.members["new"] = Member(9, V2)
    stage.enter("new")
    assert stage.flush(1_001) == {}
    stage.outbox.deliver(LOBBY, changed("1"))
    stage.outbox.exit(stage.members["b"].id)
    assert stage.flush(1_002) == {}
    assert stage.flush(1_250) == {"a": frames(changed("new"), changed("1")), "new": frames(changed("1"))}


def test_who_leaves_gets_the_messages_of_before_with_who_wrote_them() -> None:
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, changed("0"))
    stage.flush(1_000)
    stage.outbox.deliver(LOBBY, changed("new"))
    stage.outbox.deliver(LOBBY, message("hi", sender="new"))
    stage.outbox.exit(stage.members["b"].id)
    both = frames(changed("new"), message("hi", sender="new"))
    assert stage.flush(1_001) == {"a": both, "b": both}


def test_thousands_who_leave_at_the_same_time_are_not_told_of_each_other() -> None:
    """It would be gigabytes: each of them would get what waits for everyone."""
    names = [f"m{number}" for number in range(2_000)]
    stage = Stage(a=V2, **dict.fromkeys(names, V2))
    stage.outbox.deliver(LOBBY, changed("0"))
    stage.flush(1_000)
    for name in names:
        stage.outbox.exit(stage.members[name].id)
        stage.outbox.deliver(LOBBY, changed(name))
    assert stage.flush(1_001) == {}
    assert stage.flush(10_000) == {"a": frames(*map(changed, names))}


def test_changes_of_an_interval_make_one_list() -> None:
    """For first-generation members alone; the first is sent at once. LIST does not show who is away."""
    stage = Stage()
    stage.outbox.deliver(LOBBY, changed("old"))  # it enters after that, and is in the list
    stage.members |= {"old": Member(8, V1), "new": Member(9, V2)}
    stage.enter("old")
    stage.enter("new")
    stage.outbox.deliver(LOBBY, changed("1"))
    assert stage.flush(1_000) == {"old": LIST, "new": frames(changed("1"))}
    stage.outbox.deliver(LOBBY, changed("1", PeerChange.LEFT))
    stage.outbox.deliver(LOBBY, message("hi"))
    assert stage.flush(1_001)["old"] == V1.encode(message("hi"))
    stage.outbox.deliver(LOBBY, changed("2", PeerChange.RENAMED))
    assert stage.flush(1_249) == {}
    assert stage.flush(1_250)["old"] == LIST
    stage.outbox.deliver(LOBBY, changed("2", PeerChange.AWAY))
    assert "old" not in stage.flush(1_500)


def test_a_message_never_comes_before_the_list_that_names_its_sender() -> None:
    stage = Stage(old=V1, other=V1)
    stage.enter("old", "d-1")
    stage.outbox.deliver(LOBBY, changed("1"))
    stage.flush(1_000)
    stage.outbox.deliver(LOBBY, message("first"))
    stage.outbox.deliver(LOBBY, changed("2"))
    stage.outbox.deliver("d-1", message("hi", sender="2", room="d-1"))
    heard = V1.encode(message("first"))
    assert stage.flush(1_001) == {
        "old": heard + LIST + V1.encode(message("hi", sender="2", room="d-1")),
        "other": heard + LIST,
    }


def test_a_slow_reader_gets_no_list() -> None:
    stage = Stage(slow=V1, fine=V1)
    stage.members["slow"].unread = UNREAD_BYTES_MAX + 1
    stage.outbox.watch(stage.members["slow"])
    stage.outbox.deliver(LOBBY, changed("1"))
    assert stage.outbox.flush() == {stage.members["slow"].id: CloseReason.SLOW_READER}
    assert [member.writes for member in stage.members.values()] == [[], [[LIST]]]


# What v1 lacks


def test_word_that_a_dialect_lacks_is_no_write() -> None:
    """A PONG to a first-generation member."""
    stage = Stage(old=V1)
    stage.outbox.tell(stage.members["old"], Pong())
    stage.outbox.flush()
    assert stage.members["old"].writes == []


def test_v1_member_hears_all_rooms_in_the_order_of_what_was_said() -> None:
    """It has one stream, and no numbers to put it in order again."""
    stage = Stage(old=V1)
    stage.enter("old", "d-1")
    said = [message("1"), message("2", room="d-1"), message("3"), message("4", room="d-1")]
    for each in said:
        stage.outbox.deliver(str(each.room), each)
    stage.outbox.flush()
    assert stage.members["old"].writes == [[V1.encode(each) for each in said]]


@pytest.mark.parametrize(("text", "begins"), [("look", "look\n"), ("", "")])
def test_a_first_generation_client_gets_links_in_the_text(text: str, begins: str) -> None:
    """A line for each file."""
    files = (
        FileInfo(file="f-1", name="cat.jpg", media_type="image/jpeg", bytes=1_234),
        FileInfo(file="f-2", name="b.mp4", media_type="video/mp4", bytes=2_500_000),
    )
    stage = Stage(old=V1, new=V2)
    told = msgspec.structs.replace(message(text), files=files)
    stage.outbox.deliver(LOBBY, told)
    stage.outbox.flush()
    assert stage.members["new"].writes == [[V2.encode(told)]]
    links = "cat.jpg (1.2 KB): http://muca/f-1\nb.mp4 (2.5 MB): http://muca/f-2"
    assert stage.members["old"].writes == [[V1.encode(message(begins + links))]]


class Chatty(V2):
    """A dialect with rooms and batches, but without files, whose members do not hear themselves."""

    abilities = Abilities(has_files=False, hears_itself=False)

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Encode as v2 does, without pushes of presence."""
        return b"" if isinstance(message, PeerChanged) else V2.encode(message)


def test_each_ability_counts_by_itself() -> None:
    """Not only in the two combinations that v1 and v2 have."""
    stage = Stage(tony=Chatty, mary=Chatty, new=V2)
    left = PeerChanged(change=PeerChange.LEFT, uid="x", nickname="X")
    told = msgspec.structs.replace(
        message("look", sender="tony"),
        files=(FileInfo(file="f-1", name="cat.jpg", media_type="image/jpeg", bytes=1_234),),
    )
    for push in (left, told):
        stage.outbox.deliver(LOBBY, push)
    stage.outbox.flush()
    assert b"".join(stage.members["tony"].writes[0]) == b""
    linked = message("look\ncat.jpg (1.2 KB): http://muca/f-1", sender="tony")
    written = b"".join(stage.members["mary"].writes[0])
    assert json.loads(written) == json.loads(V2.encode(linked)) | {"FILES": json.loads(V2.encode(told))["FILES"]}
    assert stage.members["new"].writes == [[V2.encode(left) + V2.encode(told)]]
    assert stage.figures.deliveries == 3


class Failing(V2):
    """A dialect with a bug."""

    @staticmethod
    def encode(message: Reply | Push) -> bytes:
        """Fail for one message."""
        if isinstance(message, Message) and message.text == "poison":
            raise ZeroDivisionError
        return V2.encode(message)


def test_a_push_that_one_dialect_cannot_encode_reaches_the_others() -> None:
    """Members with that dialect miss it, and stay."""
    stage = Stage(broken=Failing, fine=V2, old=V1)
    for text in ("1", "poison", "2"):
        stage.outbox.deliver(LOBBY, message(text))
    assert stage.outbox.flush() == {}
    first, poison, second = (message(text) for text in ("1", "poison", "2"))
    assert stage.members["broken"].writes == [[V2.encode(first) + V2.encode(second)]]
    assert stage.members["fine"].writes == [[b"".join(map(V2.encode, (first, poison, second)))]]
    assert stage.members["old"].writes == [[V1.encode(each) for each in (first, poison, second)]]


class Unwritable(Member):
    """A connection that cannot be written to."""

    def write(self) -> None:
        """Fail."""
        raise ZeroDivisionError

    def send(self, data: bytes) -> None:
        """Fail."""
        raise ZeroDivisionError


@pytest.mark.parametrize("dialect", [V1, V2])
def test_a_connection_that_cannot_be_written_to_is_lost_alone(dialect: type[V1] | type[V2]) -> None:
    """Also while a LIST goes out."""
    stage = Stage(first=dialect, last=dialect)
    broken = stage.members["broken"] = Unwritable(9, dialect)
    stage.enter("broken")
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.deliver(LOBBY, PeerChanged(change=PeerChange.JOINED, uid="x", nickname="X"))
    assert stage.outbox.flush() == {broken.id: CloseReason.SERVER_ERROR}
    assert stage.outbox.flush() == {}
    for uid in ("first", "last"):
        assert V1.encode(message("1")) in stage.members[uid].writes[0] if dialect is V1 else stage.members[uid].writes
