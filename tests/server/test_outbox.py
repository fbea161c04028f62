"""The outbox: shared batches, order, who hears what, and who is too slow."""

from typing import cast

import msgspec
import pytest

from muca.model.events import Message, Reach
from muca.model.files import FileInfo
from muca.model.pushes import Ping
from muca.model.replies import Okay
from muca.model.requests import Pong
from muca.model.rooms import LOBBY, Peer
from muca.protocol.v1 import V1
from muca.protocol.v2 import V2
from muca.protocol.websocket import V2OverWebSocket
from muca.server.connection import Connection
from muca.server.figures import Figures
from muca.server.outbox import Outbox

UNREAD_BYTES_MAX = 100


class Member:
    """Stands in for a connection: notes what it was given to write."""

    def __init__(self, number: int, dialect: type[V1] | type[V2] | type[V2OverWebSocket]) -> None:
        self.id = number
        self.dialect = dialect
        self.speaks_v1 = dialect is V1
        self.pending: list[bytes] = []
        self.writes: list[list[bytes]] = []
        self.lists: list[bytes] = []
        self.unread = 0

    def write(self) -> None:
        """Note the write."""
        self.writes.append(self.pending)
        self.pending = []

    def write_peer_list(self, frame: bytes) -> None:
        """Note the list."""
        self.lists.append(frame)

    def unread_bytes(self) -> int:
        """As the test says."""
        return self.unread


class Stage:
    """An outbox with members."""

    def __init__(self, **members: type[V1] | type[V2] | type[V2OverWebSocket]) -> None:
        self.figures = Figures()
        self.outbox = Outbox(
            lambda: [Peer(uid="u", nickname="n")],
            UNREAD_BYTES_MAX,
            lambda file: f"http://muca/{file.file}",
            self.figures,
        )
        self.members = {uid: Member(number, dialect) for number, (uid, dialect) in enumerate(members.items())}
        for uid in members:
            self.enter(uid)

    def of(self, uid: str) -> Connection:
        """The member as the connection it stands for."""
        return cast(Connection, self.members[uid])

    def enter(self, uid: str, room: str = LOBBY) -> None:
        """Put a member into a room."""
        self.outbox.enter(self.of(uid), uid, (room,))


def message(text: str, sender: str = "x", room: str = LOBBY) -> Message:
    """A message."""
    return Message(room=room, seq=1, ts_ms=0, reach=Reach.ALL, sender=sender, nickname="N", text=text)


def test_v2_members_share_one_object_a_tick() -> None:
    """Joined once, written once to each."""
    stage = Stage(a=V2, b=V2, c=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.deliver(LOBBY, message("2"))
    assert stage.outbox.flush() == []
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


def test_own_replies_come_before_what_the_rooms_gathered() -> None:
    """In one write."""
    stage = Stage(a=V2, b=V2)
    stage.outbox.deliver(LOBBY, message("1"))
    stage.outbox.tell(stage.of("a"), Okay(answers="1"))
    stage.outbox.flush()
    assert stage.members["a"].writes == [[V2.encode(Okay(answers="1")), V2.encode(message("1"))]]


def test_v1_members_get_frames_one_by_one_and_not_their_own() -> None:
    """What v1 has no word for is left out."""
    stage = Stage(old=V1, other=V1, new=V2)
    stage.outbox.deliver(LOBBY, message("mine", sender="old"))
    stage.outbox.deliver(LOBBY, message("hers"))
    stage.outbox.tell(stage.of("old"), Ping())
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
    assert stage.outbox.flush() == []


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
    stage.outbox.deliver(LOBBY, message("1"))
    assert stage.outbox.flush() == []
    stage.members["slow"].unread += 1
    stage.outbox.deliver(LOBBY, message("2"))
    assert stage.outbox.flush() == [stage.members["slow"].id]
    assert len(stage.members["slow"].writes) == 1
    assert len(stage.members["fine"].writes) == 2


def test_changes_of_a_tick_make_one_list() -> None:
    """For first-generation members alone."""
    stage = Stage(old=V1, new=V2)
    stage.outbox.list_peers()
    stage.outbox.list_peers()
    stage.outbox.flush()
    stage.outbox.flush()
    assert len(stage.members["old"].lists) == 1
    assert stage.members["new"].lists == []


def test_word_that_a_dialect_lacks_is_no_write() -> None:
    """A PONG to a first-generation member."""
    stage = Stage(old=V1)
    stage.outbox.tell(stage.of("old"), Pong())
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


def test_a_first_generation_client_gets_links_in_the_text() -> None:
    file = FileInfo(file="f-1", name="cat.jpg", media_type="image/jpeg", bytes=1_234)
    stage = Stage(old=V1, new=V2)
    told = msgspec.structs.replace(message("look"), files=(file,))
    stage.outbox.deliver(LOBBY, told)
    stage.outbox.flush()
    assert stage.members["new"].writes == [[V2.encode(told)]]
    assert stage.members["old"].writes == [[V1.encode(message("look\ncat.jpg (1.2 KB): http://muca/f-1"))]]
