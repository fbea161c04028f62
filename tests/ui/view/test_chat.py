"""JOIN, LEAVE, SEND and what happens between, without a screen."""

import msgspec
import pytest

from muca.client.errors import CannotConnect, NotConnected, Refused
from muca.client.events import Connected, Missed, Resynchronised
from muca.model.errors import ErrorCode
from muca.model.events import Event, Message, Reach, Settings
from muca.model.mentions import Mention
from muca.model.pushes import Ignoring, MarkerMoved, PeerChange, RoomOpened
from muca.model.replies import Page
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id
from muca.ui.view.chat import (
    HISTORY_EVENTS_MAX,
    HISTORY_ROOMS_MAX,
    MEMBER_PAGES_MAX,
    NEW_PASSWORD_WANTED,
    TEXT_CHARS_MAX,
    Chat,
    ChatState,
    Level,
    Secret,
)
from muca.ui.view.recipients import Misaddressed
from muca.ui.view.timeline import Delivery
from tests.display import wait_for
from tests.ui.fake_client import FakeClient, Registers
from tests.ui.people import (
    EVERYBODY,
    HENRY,
    LOBBY_ROOM,
    MARY,
    NOON_MS,
    OPTICS,
    PETER,
    PROFILE,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    message,
    new_id,
    room_of,
)


class Table:
    """A chat, and the clients that it makes."""

    def __init__(self, **options: object) -> None:
        self.clients: list[FakeClient] = []
        self.registers = Registers()
        self.chat = Chat(
            PROFILE,
            self._make,  # type: ignore[arg-type]
            self.registers,
            clock=lambda: NOON_MS / 1000,
            **options,  # type: ignore[arg-type]
        )

    def _make(self, *, password: str | None) -> FakeClient:
        self.clients.append(FakeClient(password))
        return self.clients[-1]

    @property
    def client(self) -> FakeClient:
        """The client made last."""
        return self.clients[-1]

    def join(self, *peers: Peer, rooms: tuple[Room, ...] = (LOBBY_ROOM,), v: int = 2) -> FakeClient:
        """Come in."""
        self.chat.join()
        self.client.accept(peers or EVERYBODY, rooms, v=v)
        self.said()
        return self.client

    def said(self) -> list[str]:
        """Return what the console was told since the last call."""
        self.chat.drain(10, 1_000)
        return [line.text for line in self.chat.take_console()]

    def shown(self) -> list[tuple[str, str]]:
        """Return labels and texts of the timeline."""
        self.chat.drain(10, 1_000)
        return [(entry.label, entry.text) for entry in self.chat.timeline.entries]


@pytest.fixture
def table() -> Table:
    return Table()


# JOIN and LEAVE


def test_join_comes_in(table: Table) -> None:
    table.chat.join()
    states = [table.chat.state]
    table.client.accept(EVERYBODY, (LOBBY_ROOM,))
    assert table.said() == ["Connecting to 127.0.0.1:40452…", "Joined 127.0.0.1:40452 as Tony."]
    states.append(table.chat.state)
    assert states == [ChatState.JOINING, ChatState.JOINED]
    assert list(table.chat.directory.here) == [peer.uid for peer in EVERYBODY]


def test_join_when_joined_says_so(table: Table) -> None:
    table.join()
    table.chat.join()
    assert table.said() == ["Already connected to server"]
    assert len(table.clients) == 1


def test_join_while_joining_says_so(table: Table) -> None:
    table.chat.join()
    table.chat.join()
    assert "Already connecting" in table.said()[1]
    assert len(table.clients) == 1


@pytest.mark.parametrize(
    "error",
    [
        CannotConnect("Nothing answers at 127.0.0.1:40452."),
        Refused(ErrorCode.UID_IN_USE, "The user id “tony@muca.example” is in use."),
    ],
)
def test_a_join_that_fails_says_why_and_may_be_tried_again(table: Table, error: CannotConnect | Refused) -> None:
    table.chat.join()
    table.client.refuse(error)
    assert (table.said()[-1], table.chat.state) == (str(error), ChatState.OFFLINE)
    assert table.client.closing is not None
    table.join()
    assert table.chat.state is ChatState.JOINED


def test_an_error_of_our_own_is_said_and_logged(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    table.chat.join()
    table.client.connecting.set_exception(ZeroDivisionError())
    assert any("Please report it" in line for line in table.said())
    assert table.chat.state is ChatState.OFFLINE
    assert [record.message for record in caplog.records] == ["the SDK failed"]


def test_leave_closes_empties_the_people_and_join_works_again(table: Table) -> None:
    first = table.join()
    before = table.chat.people_version
    table.chat.leave()
    assert first.closing is not None
    assert (table.chat.state, dict(table.chat.directory.here)) == (ChatState.OFFLINE, {})
    assert table.chat.people_version != before
    assert table.said() == ["You left."]
    table.join()
    assert table.chat.state is ChatState.JOINED


def test_leave_without_a_connection_does_nothing(table: Table) -> None:
    assert table.chat.leave() is None
    assert table.said() == []


def test_leave_stops_a_join_and_what_comes_of_it_is_not_heard(table: Table) -> None:
    table.chat.join()
    table.chat.leave()
    table.client.accept(EVERYBODY)
    table.said()
    assert table.chat.state is ChatState.OFFLINE
    assert not table.chat.directory.here


def test_a_broken_connection_says_so_and_comes_back_by_itself(table: Table) -> None:
    client = table.join()
    client.break_off("The connection broke.", 2.0)
    assert table.said() == ["The connection broke. Reconnecting… Press JOIN to try now."]
    assert (table.chat.state, dict(table.chat.directory.here)) == (ChatState.BROKEN, {})
    client.accept((TONY, MARY), again=True)
    assert table.said() == ["Reconnected to 127.0.0.1:40452 as Tony."]
    assert (table.chat.state, list(table.chat.directory.here)) == (ChatState.JOINED, [TONY.uid, MARY.uid])


def test_a_server_that_stays_away_is_said_once_and_again_when_things_change_or_join_is_pressed(table: Table) -> None:
    client = table.join()
    why = ["The server is stopping.", "Nothing answers.", "Nothing answers.", "Nothing answers.", "It answers no more."]
    for each in why:
        client.break_off(each, 2.0)
    assert [line.partition(".")[0] for line in table.said()] == [why[0][:-1], why[1][:-1], why[4][:-1]]
    table.chat.join()
    client.break_off(why[4], 2.0)
    assert table.said()[-1].startswith(why[4])
    client.accept(EVERYBODY, again=True)
    client.break_off(why[4], 2.0)
    assert table.said()[-1].startswith(why[4])


def test_join_after_a_break_does_not_wait_for_the_next_try(table: Table) -> None:
    client = table.join()
    client.break_off()
    table.said()
    table.chat.join()
    assert table.said() == ["Trying 127.0.0.1:40452 again…"]
    assert client.retries == 1
    client.accept(EVERYBODY, again=True)
    table.said()
    assert table.chat.state is ChatState.JOINED


def test_a_break_for_good_says_what_to_do(table: Table) -> None:
    client = table.join()
    client.break_off("Somebody took your place.", None)
    assert table.said() == ["Somebody took your place. Press JOIN to reconnect."]
    assert (table.chat.state, client.closing is not None) == (ChatState.OFFLINE, True)


def test_the_whole_state_told_anew_is_taken_over_in_silence(table: Table) -> None:
    client = table.join()
    client.accept((TONY, MARY), again=True)
    assert table.said() == []
    assert list(table.chat.directory.here) == [TONY.uid, MARY.uid]


def test_comings_and_goings_are_told(table: Table) -> None:
    client = table.join(TONY)
    client.change(PeerChange.JOINED, MARY)
    client.change(PeerChange.RENAMED, Peer(uid=MARY.uid, nickname="Maria"))
    client.change(PeerChange.LEFT, MARY)
    client.change(PeerChange.JOINED, TONY)
    client.tell(Missed(explanation="Something is lost."))
    assert table.said() == ["Mary joined.", "Mary is now called Maria.", "Maria left.", "Something is lost."]


# SEND


def test_send_says_what_is_missing_first_the_connection_then_to_then_the_text(table: Table) -> None:
    assert table.chat.send("", "") == "You are not connected. Press JOIN first."
    client = table.join()
    client.break_off()
    table.said()
    assert "connection was lost" in str(table.chat.send("ALL", "hi"))
    client.accept(EVERYBODY, again=True)
    table.said()
    assert "TO is empty" in str(table.chat.send(" , ", "hi"))
    assert "message is empty" in str(table.chat.send("ALL", " \n"))
    lines = [(line.level, line.text[:9]) for line in table.chat.take_console()]
    assert lines == [(Level.ERROR, "Not sent.")] * 2
    assert not client.sends


@pytest.mark.parametrize(
    ("to", "uids", "label", "reach"),
    [
        ("ALL", (), "To: ALL", Reach.ALL),
        ("Mary", (MARY.uid,), "To: Mary", Reach.PRIVATE),
        (MARY.uid, (MARY.uid,), "To: Mary", Reach.PRIVATE),
        ("Mary,Henry", (MARY.uid, HENRY.uid), "To: Mary, Henry", Reach.GROUP),
        ("Mary, Tony, Nobody, Henry", (MARY.uid, HENRY.uid), "To: Mary, Henry", Reach.GROUP),
    ],
)
def test_send_reaches_whom_to_means(table: Table, to: str, uids: tuple[str, ...], label: str, reach: Reach) -> None:
    client = table.join()
    assert table.chat.send(to, "hello") is None
    assert [(text, uids_sent, room) for text, uids_sent, room, _ in client.sends] == [("hello", uids, None)]
    (entry,) = table.chat.timeline.entries
    assert (entry.label, entry.reach, entry.delivery) == (label, reach, Delivery.SENDING)


@pytest.mark.parametrize("to", ["Tony", "tony@muca.example", "Nobody", "Nobody, Tony", "all"])
def test_send_to_oneself_or_to_nobody_sends_nothing_and_says_why(table: Table, to: str) -> None:
    client = table.join()
    fault = table.chat.send(to, "hello")
    assert fault
    assert table.said() == [f"Not sent. {fault}"]
    assert not client.sends
    assert not table.chat.timeline.entries


def test_send_to_all_while_alone_waits_for_the_others_where_the_server_keeps_it(table: Table) -> None:
    client = table.join(TONY)
    assert table.chat.send("ALL", "hello") is None
    assert len(client.sends) == 1


def test_send_to_all_while_alone_is_refused_where_nobody_would_ever_read_it(table: Table) -> None:
    client = table.join(TONY, v=1)
    fault = table.chat.send("ALL", "hello")
    assert fault is not None
    assert fault.startswith("No one else is here now")
    assert not client.sends


def test_without_a_connection_no_name_is_called_wrong_and_it_is_said_what_to_do(table: Table) -> None:
    """Names cannot be looked up then; ALL and the user's conversations keep their meaning."""

    def brief(to: str) -> str | None:
        resolution = table.chat.resolve(to)
        return resolution.brief if isinstance(resolution, Misaddressed) else None

    assert brief("Peter") == "not connected"
    assert brief("ALL") is None
    table.chat.join()
    assert brief("Peter") == "connecting…"
    assert "still connecting" in (table.chat.send("ALL", "hello") or "")
    table.client.accept(EVERYBODY, (LOBBY_ROOM, WITH_MARY))
    table.said()
    assert brief("Nobody") == "? check the name"
    table.client.break_off("The connection broke.", 2.0)
    table.said()
    assert [brief(to) for to in ("ALL", "Mary", "Peter", "")] == [None, None, "connection lost", "no recipient yet"]
    assert "when it is back" in (table.chat.send("Mary", "hello") or "")


def test_who_is_left_out_of_a_list_is_said(table: Table) -> None:
    table.join()
    table.chat.send("Mary, Bob", "hello")
    assert table.said() == ["Left out: No one here is called “Bob”."]


def test_a_text_that_is_too_long_stays_with_its_writer(table: Table) -> None:
    client = table.join()
    table.said()
    assert table.chat.send("Mary", "x" * TEXT_CHARS_MAX) is None
    fault = table.chat.send("Mary", "x" * (TEXT_CHARS_MAX + 1))
    assert fault == "The message is too long: 10,001 of 10,000 characters. Send it in parts."
    assert len(client.sends) == 1


def test_one_trailing_line_break_is_taken_off_and_no_more(table: Table) -> None:
    client = table.join()
    table.chat.send("ALL", "  hello\n\n")
    assert client.sends[0][0] == "  hello\n"


def test_somebody_away_is_written_to_in_the_room(table: Table) -> None:
    client = table.join(TONY, HENRY, rooms=(LOBBY_ROOM, WITH_MARY))
    assert table.chat.send("Mary", "for later") is None
    assert client.sends[0][:3] == ("for later", (), WITH_MARY.room)
    assert table.said() == ["Mary is away and will get it later."]


def test_a_sent_message_is_done_when_the_server_has_it(table: Table) -> None:
    client = table.join()
    table.chat.send("ALL", "hello")
    stored = client.store(0, room=LOBBY, seq=1, ts_ms=NOON_MS, reach=Reach.ALL, sender=TONY)
    client.tell(stored)
    assert table.shown() == [("To: ALL", "hello")]
    assert table.chat.timeline.entries[0].delivery is Delivery.DONE


def test_a_message_that_fails_says_why_and_may_be_sent_again(table: Table) -> None:
    client = table.join()
    table.chat.send("Mary", "hello")
    client.sends[0][3].set_exception(Refused(ErrorCode.STORAGE_UNAVAILABLE, "The disk is full.", 1.0))
    assert table.said() == ["Not sent. The disk is full."]
    (entry,) = table.chat.timeline.entries
    assert (entry.delivery, entry.trouble) == (Delivery.FAILED, "The disk is full.")
    assert table.chat.retry(entry.key) is None
    assert client.sends[1][:2] == ("hello", (MARY.uid,))
    assert client.ids == [entry.request_id] * 2  # if the first was stored after all, there is still one message
    table.chat.retry(entry.key)
    assert len(client.sends) == 2
    client.store(1, room=WITH_MARY.room, seq=1, ts_ms=NOON_MS, reach=Reach.PRIVATE, sender=TONY)
    table.said()
    assert entry.delivery is Delivery.DONE


def test_sending_again_needs_a_connection(table: Table) -> None:
    client = table.join()
    table.chat.send("Mary", "hello")
    client.sends[0][3].set_exception(NotConnected("The client was closed."))
    table.said()
    table.chat.leave()
    assert "not connected" in str(table.chat.retry(table.chat.timeline.entries[0].key))
    assert len(client.sends) == 1


def test_what_is_on_its_way_at_leave_is_not_left_as_sending(table: Table) -> None:
    client = table.join()
    table.chat.send("Mary", "hello")
    table.chat.leave()
    client.sends[0][3].cancel()
    table.said()
    assert table.chat.timeline.entries[0].delivery is Delivery.FAILED


# Messages


def test_messages_of_others_come_in(table: Table) -> None:
    client = table.join()
    client.tell(RoomOpened(room=WITH_MARY.room, kind=RoomKind.DIRECT, members=WITH_MARY.members))
    client.tell(message(MARY, "private", seq=1, room=WITH_MARY))
    client.tell(message(HENRY, "all", seq=1))
    assert table.shown() == [("Mary", "private"), ("Henry", "all")]
    assert table.chat.directory.title(WITH_MARY.room) == "Mary"


def test_what_comes_is_unread_unless_it_is_watched(table: Table) -> None:
    client = table.join()
    client.tell(message(HENRY, "a", seq=1))
    table.said()
    assert table.chat.timeline.conversations[LOBBY].unread == 1
    table.chat.is_watched = True
    client.tell(message(HENRY, "b", seq=2))
    table.said()
    assert table.chat.timeline.conversations[LOBBY].unread == 0
    assert table.chat.read_seqs == {LOBBY: 2}


def test_a_filter_leaves_other_conversations_unread(table: Table) -> None:
    client = table.join(rooms=(LOBBY_ROOM, WITH_MARY))
    table.chat.is_watched = True
    table.chat.feed.show(WITH_MARY.room)
    client.tell(message(HENRY, "a", seq=1))
    client.tell(message(MARY, "b", seq=1, room=WITH_MARY))
    table.said()
    unread = {room: conversation.unread for room, conversation in table.chat.timeline.conversations.items()}
    assert unread == {LOBBY: 1, WITH_MARY.room: 0}


def test_join_reads_the_latest_messages_of_the_newest_rooms_with_a_new_line() -> None:
    table = Table(read_seqs={LOBBY: 1})
    lobby = Room(room=LOBBY, kind=RoomKind.LOBBY, seq=2)
    mary = room_of(TONY, MARY, seq=1)
    empty = room_of(TONY, PETER)
    client = table.join(rooms=(lobby, mary, empty))
    assert [(room, limit) for room, limit, _ in client.histories] == [
        (LOBBY, HISTORY_EVENTS_MAX),
        (mary.room, HISTORY_EVENTS_MAX),
    ]
    old, new = message(HENRY, "old", seq=1, later_s=1), message(HENRY, "new", seq=2, later_s=3)
    client.histories[0][2].set_result(Page(room=LOBBY, events=(old, new), more=False))
    assert table.shown() == []
    hers = message(MARY, "hers", seq=1, room=mary, later_s=2)
    client.histories[1][2].set_result(Page(room=mary.room, events=(hers,), more=False))
    assert table.shown() == [("Henry", "old"), ("Mary", "hers"), ("Henry", "new")]
    (first_new,) = [entry for entry in table.chat.timeline.entries if entry.key == table.chat.timeline.new_key]
    assert first_new.text == "new"


def test_a_room_whose_history_cannot_be_read_does_not_keep_the_others_away(table: Table) -> None:
    client = table.join(rooms=(Room(room=LOBBY, kind=RoomKind.LOBBY, seq=1), room_of(TONY, MARY, seq=1)))
    client.histories[0][2].set_exception(Refused(ErrorCode.STORAGE_UNAVAILABLE, "The disk cannot be read."))
    hers = message(MARY, "hers", seq=1, room=WITH_MARY)
    client.histories[1][2].set_result(Page(room=WITH_MARY.room, events=(hers,), more=False))
    assert table.said() == ["Not all earlier messages could be loaded. The disk cannot be read."]
    assert table.shown() == [("Mary", "hers")]


def test_join_reads_at_most_so_many_rooms(table: Table) -> None:
    rooms = tuple(room_of(TONY, Peer(uid=f"u{n}", nickname=f"N{n}"), seq=1) for n in range(HISTORY_ROOMS_MAX + 1))
    client = table.join(rooms=rooms)
    assert [room for room, _, _ in client.histories] == [room.room for room in rooms[:HISTORY_ROOMS_MAX]]


def test_a_first_generation_server_has_no_history_and_it_is_said(table: Table) -> None:
    table.chat.join()
    table.client.accept(EVERYBODY, v=1)
    assert table.said()[-1] == "This server uses version 1 of the protocol and does not keep messages."
    assert not table.client.histories
    table.client.tell(Message(reach=Reach.GROUP, sender=MARY.uid, text="hi"))
    table.chat.send("Mary", "hello")
    room = conversation_id((TONY.uid, MARY.uid))
    table.client.store(0, room=room, seq=None, ts_ms=None, reach=Reach.PRIVATE, sender=TONY)
    assert table.shown() == [("Mary", "hi"), ("To: Mary", "hello")]


def test_what_comes_in_is_taken_in_within_bounds(table: Table) -> None:
    client = table.join()
    for seq in range(1, 101):
        client.tell(message(HENRY, "flood", seq=seq))
    assert not table.chat.drain(0, 1_000)
    assert table.chat.drain(10, 30)
    assert len(table.chat.timeline.entries) == 30
    table.chat.drain(10, 1_000)
    assert len(table.chat.timeline.entries) == 100
    assert not table.chat.drain(10, 1_000)


def test_the_group_with_everyone_left_out_but_one_is_private(table: Table) -> None:
    client = table.join(rooms=(LOBBY_ROOM, WITH_MARY_AND_HENRY))
    table.chat.send("Mary, Tony", "hello")
    assert client.sends[0][1] == (MARY.uid,)
    assert table.chat.timeline.entries[0].reach is Reach.PRIVATE


def test_another_server_that_counts_anew_is_heard(table: Table) -> None:
    client = table.join()
    client.tell(Connected(again=True, v=2, server_name="a", server_id="same", peers=EVERYBODY, rooms=(LOBBY_ROOM,)))
    for seq in (1, 2, 3):
        client.tell(message(MARY, f"old {seq}", seq=seq))
    client.break_off()
    rooms = (msgspec.structs.replace(LOBBY_ROOM, seq=0),)
    client.tell(Connected(again=True, v=2, server_name="a", server_id="another", peers=EVERYBODY, rooms=rooms))
    for seq in (1, 2):
        client.tell(message(MARY, f"new {seq}", seq=seq, later_s=60))
    assert [text for _, text in table.shown()] == ["old 1", "old 2", "old 3", "new 1", "new 2"]


def connected(*, epoch: str, seq: int, again: bool = True) -> Connected:
    rooms = (msgspec.structs.replace(LOBBY_ROOM, seq=seq),)
    return Connected(again=again, v=2, server_name="a", server_id="same", epoch=epoch, peers=EVERYBODY, rooms=rooms)


def test_what_a_restored_server_does_not_have_vanishes_and_what_it_has_is_shown_once(table: Table) -> None:
    table.chat.join()
    client = table.client
    client.connecting.set_result(None)
    client.tell(connected(epoch="one", seq=0, again=False))
    for seq in (1, 2, 3):
        client.tell(message(MARY, f"old {seq}", seq=seq))
    table.said()
    client.break_off()
    table.chat.timeline.begin(new_id(), "unsent", Reach.ALL, (), NOON_MS)
    client.tell(connected(epoch="two", seq=3))
    client.tell(Resynchronised(room=LOBBY, seq=2))
    client.tell(message(MARY, "new 3", seq=3, later_s=60))
    table.said()
    assert [text for _, text in table.shown()] == ["new 3", "unsent"]
    [(room, _, page)] = client.histories
    kept = [message(MARY, text, seq=seq) for seq, text in ((1, "old 1"), (2, "as it was before an edit that is gone"))]
    page.set_result(Page(room=room, events=(*kept, message(MARY, "new 3", seq=3, later_s=60)), more=False))
    client.tell(message(MARY, "new 4", seq=4, later_s=61))
    wanted = ["old 1", "as it was before an edit that is gone", "new 3", "new 4"]
    assert [text for _, text in table.shown() if text != "unsent"] == wanted


@pytest.mark.parametrize(("epoch", "seq"), [("two", 5), ("one", 1)])
def test_who_joins_anew_after_a_restore_sees_nothing_of_before(table: Table, epoch: str, seq: int) -> None:
    """Another client, which was told nothing: by the epoch, or by a log that is shorter than it was."""
    for told in (connected(epoch="one", seq=0, again=False), connected(epoch=epoch, seq=seq, again=False)):
        table.chat.join()
        table.client.connecting.set_result(None)
        table.client.tell(told)
        assert table.shown() == []
        for number in (1, 2, 3):
            table.client.tell(message(MARY, f"old {number}", seq=number))
        assert len(table.shown()) == 3
        table.chat.leave()


def test_what_was_read_in_another_epoch_is_not_read_in_this_one() -> None:
    for epoch, read in (("one", {LOBBY: 7}), ("two", {})):
        table = Table(read_seqs={LOBBY: 7}, epoch="one")
        table.chat.join()
        table.client.connecting.set_result(None)
        table.client.tell(connected(epoch=epoch, seq=9, again=False))
        table.said()
        assert (table.chat.read_seqs, table.chat.epoch) == (read, epoch)


# What a room's log holds beside messages


def event(kind: str, of: int | None = None, **fields: object) -> Event:
    given = {"room": LOBBY, "seq": 9, "ts_ms": NOON_MS, "sender": MARY.uid, "nickname": "Mary"} | fields
    return Event(kind=kind, of=of, **given)  # type: ignore[arg-type]


def test_edits_and_deletions_are_shown_and_other_events_are_not() -> None:
    table = Table()
    client = table.join()
    for seq, text in enumerate(("a", "b", "c"), 1):
        client.tell(message(MARY, text, seq=seq))
    client.tell(event("edit", 1, text="A"))
    client.tell(event("delete", 2, seq=10))
    client.tell(event("edit", 77, text="of a message that is not here"))
    client.tell(event("react", 3, emoji="👍"))
    client.tell(event("unheard-of"))

    assert table.said() == []
    assert [text for _, text in table.shown()] == ["A", "[message deleted]", "c"]


def test_what_is_unread_is_never_more_than_the_server_has(table: Table) -> None:
    """Others delete it, retention removes it, it is read on another device, or its sender is ignored."""
    table.chat.join()
    table.client.ignores = frozenset({PETER.uid})
    table.client.accept(EVERYBODY, (LOBBY_ROOM,))
    table.said()
    client = table.client
    for seq in range(1, 7):
        client.tell(message(MARY, "a", seq=seq))

    def unread() -> int:
        table.said()
        return table.chat.timeline.conversations[LOBBY].unread

    assert unread() == 6
    client.tell(event("delete", 6, seq=7))
    assert unread() == 5
    client.tell(MarkerMoved(room=LOBBY, uid=TONY.uid, seq=0, unread=4))
    assert unread() == 4
    client.tell(MarkerMoved(room=LOBBY, uid=TONY.uid, seq=3, unread=2))
    client.tell(MarkerMoved(room=LOBBY, uid=MARY.uid, seq=7))
    client.tell(MarkerMoved(room="r-of-another", uid=TONY.uid, seq=3, unread=0))
    client.tell(event("delete", 1, seq=8))
    client.tell(message(PETER, "b", seq=9))
    assert unread() == 2
    client.tell(Ignoring(uids=(MARY.uid,)))
    client.tell(MarkerMoved(room=LOBBY, uid=TONY.uid, seq=3, unread=1))
    client.tell(message(MARY, "c", seq=10))
    client.tell(message(PETER, "d", seq=11))
    assert unread() == 2


def test_a_page_shows_messages_as_they_are_now() -> None:
    table = Table()
    client = table.join(rooms=(msgspec.structs.replace(LOBBY_ROOM, seq=3),))
    gone = msgspec.structs.replace(message(MARY, "", seq=1), deleted=True)
    events = (gone, message(MARY, "b", seq=2), event("delete", 1, seq=3))
    client.histories[0][2].set_result(Page(room=LOBBY, events=events, more=False))

    assert table.said() == []
    assert [text for _, text in table.shown()] == ["[message deleted]", "b"]


def test_a_named_room_is_a_conversation_that_one_can_write_to() -> None:
    table = Table()
    client = table.join(rooms=(LOBBY_ROOM, OPTICS))
    client.tell(message(MARY, "red", seq=2, room=OPTICS))
    table.said()

    assert table.chat.send("#Optics, and light", "blue") is None
    text, to, room, _ = client.sends[0]
    assert (text, to, room) == ("blue", (), OPTICS.room)
    assert table.shown() == [("Mary", "red"), ("To: #Optics, and light", "blue")]
    client.tell(event("set", room=OPTICS.room, settings=Settings(title="Waves")))
    table.said()
    assert table.chat.directory.title(OPTICS.room) == "Waves"


@pytest.mark.parametrize(
    "end", [event("exit", sender=TONY.uid), event("kick", uid=TONY.uid), event("ban", uid=TONY.uid)]
)
def test_a_named_room_that_one_is_no_longer_in_cannot_be_written_to(end: Event) -> None:
    table = Table()
    client = table.join(rooms=(LOBBY_ROOM, OPTICS))
    client.tell(msgspec.structs.replace(end, room=OPTICS.room))
    table.said()

    assert table.chat.send("#Optics, and light", "blue") is not None
    assert client.sends == []


# Whom a message means


def test_chosen_names_go_out_with_their_places_and_again_with_a_retry(table: Table) -> None:
    client = table.join()
    assert table.chat.send("ALL", "ask @Mary", {"@Mary": MARY.uid}) is None
    client.sends[0][3].set_exception(NotConnected("Lost."))
    table.said()
    table.chat.retry(table.chat.timeline.entries[0].key)
    assert client.mentions == [(Mention(uid=MARY.uid, begin=4, length=5),)] * 2


def test_a_name_that_was_only_typed_is_left_to_the_server(table: Table) -> None:
    client = table.join()
    table.chat.send("ALL", "ask @Mary")
    table.chat.send("ALL", "ask @Mary and @Henry", {"@Mary": MARY.uid})
    assert client.mentions == [None, None]


def test_those_who_will_read_are_suggested(table: Table) -> None:
    table.join()
    assert [suggestion.uid for suggestion in table.chat.suggest("Mary, Henry", "h")] == [HENRY.uid]
    assert table.chat.suggest("Mary", "h") == []


def suggested(table: Table) -> list[str]:
    """Return whom a message to the named room can mean."""
    table.said()
    return [suggestion.uid for suggestion in table.chat.suggest("#Optics, and light", "") if suggestion.uid]


def test_the_members_of_a_named_room_are_read_when_the_first_name_is_wanted_and_followed(table: Table) -> None:
    client = table.join(rooms=(LOBBY_ROOM, OPTICS))
    assert client.listings == []
    assert (suggested(table), suggested(table)) == ([], [])
    assert [(room, after) for room, after, _ in client.listings] == [(OPTICS.room, None)]
    version = table.chat.people_version
    client.list_members(TONY, HENRY, more=True)
    assert suggested(table) == [HENRY.uid]
    assert table.chat.people_version > version
    assert client.listings[-1][:2] == (OPTICS.room, TONY.uid)
    client.list_members(Peer(uid="zoe", nickname="Zoë"))
    assert suggested(table) == [HENRY.uid, "zoe"]
    version = table.chat.people_version
    client.tell(event("enter", sender=MARY.uid, room=OPTICS.room))
    client.tell(event("exit", sender=HENRY.uid, room=OPTICS.room))
    assert suggested(table) == [MARY.uid, "zoe"]
    assert table.chat.people_version == version + 2


def test_of_a_huge_room_the_first_members_are_read(table: Table) -> None:
    client = table.join(rooms=(LOBBY_ROOM, OPTICS))
    suggested(table)
    for page in range(MEMBER_PAGES_MAX):
        client.list_members(Peer(uid=f"member {page}", nickname="Member"), more=True)
        assert len(suggested(table)) == page + 1
    assert len(client.listings) == MEMBER_PAGES_MAX


def test_members_are_asked_for_again_where_they_could_not_be_read_and_after_a_break(table: Table) -> None:
    client = table.join(rooms=(LOBBY_ROOM, OPTICS))
    suggested(table)
    client.listings[-1][2].set_exception(Refused(ErrorCode.SLOW_DOWN, "Slow down."))
    assert suggested(table) == []
    client.list_members(MARY)
    assert suggested(table) == [MARY.uid]
    client.break_off()
    assert suggested(table) == [MARY.uid]
    client.accept(EVERYBODY, (LOBBY_ROOM, OPTICS))
    assert suggested(table) == []
    client.list_members(HENRY)
    assert suggested(table) == [HENRY.uid]
    assert len(client.listings) == 3


# Passwords


def refuse(table: Table, code: ErrorCode) -> None:
    """Have a JOIN refused."""
    table.chat.join()
    table.client.refuse(Refused(code, f"Refused: {code}."))


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        (ErrorCode.PASSWORD_REQUIRED, Secret.NEW_PASSWORD),
        (ErrorCode.ACCOUNT_REQUIRED, Secret.PASSWORD),
        (ErrorCode.TOKEN_REQUIRED, Secret.PASSWORD),
        (ErrorCode.TOKEN_WRONG, Secret.PASSWORD),
        (ErrorCode.BANNED, None),
    ],
)
def test_what_the_server_wants_is_told_once(table: Table, code: ErrorCode, secret: Secret | None) -> None:
    refuse(table, code)
    said = NEW_PASSWORD_WANTED if secret is Secret.NEW_PASSWORD else f"Refused: {code}."
    assert table.said()[-1] == said
    assert table.chat.take_wanted() is secret
    assert table.chat.take_wanted() is None


def test_a_server_that_asks_for_passwords_after_a_restart_is_heard(table: Table) -> None:
    table.join()
    table.client.break_off(retry_seconds=None, code=ErrorCode.PASSWORD_REQUIRED)
    assert table.said()[-1] == NEW_PASSWORD_WANTED
    assert table.chat.take_wanted() is Secret.NEW_PASSWORD


def test_a_first_password_is_set_and_one_is_in(table: Table) -> None:
    refuse(table, ErrorCode.PASSWORD_REQUIRED)
    table.said()
    told: list[str | None] = []
    table.chat.keep_account("correct horse", told.append)
    wait_for(lambda: (table.said(), told)[1], "REGISTER")
    assert (told, table.registers.passwords) == ([None], ["correct horse"])
    assert (len(table.clients), table.client.password) == (2, None)
    table.client.accept(EVERYBODY, (LOBBY_ROOM,))
    table.said()
    assert table.chat.state is ChatState.JOINED


def test_a_first_password_that_is_refused_is_told_and_nothing_else_happens(table: Table) -> None:
    table.registers.error = Refused(ErrorCode.PASSWORD_WEAK, "Too short.")
    told: list[str | None] = []
    table.chat.keep_account("x", told.append)
    wait_for(lambda: (table.said(), told)[1], "REGISTER")
    assert (told, table.clients, table.chat.state) == (["Too short."], [], ChatState.OFFLINE)


def test_a_login_tells_how_it_went(table: Table) -> None:
    told: list[str | None] = []
    table.chat.log_in("wrong", told.append)
    table.client.refuse(Refused(ErrorCode.PASSWORD_WRONG, "No."))
    table.said()
    assert (table.chat.state, table.chat.take_wanted()) == (ChatState.OFFLINE, None)
    table.chat.log_in("right", told.append)
    table.client.accept(EVERYBODY, (LOBBY_ROOM,))
    table.said()
    assert [client.password for client in table.clients] == ["wrong", "right"]
    assert (told, table.chat.state) == (["No.", None], ChatState.JOINED)


def test_the_password_of_an_account_with_another_user_id_lets_nobody_in(table: Table) -> None:
    """The nickname of an account is good for a login too; this window speaks for one user id."""
    table.chat.log_in("right", lambda trouble: None)
    table.client.uid = "tony@lab"
    table.client.accept(EVERYBODY, (LOBBY_ROOM,))
    assert "“tony@lab”" in table.said()[-1]
    assert table.chat.state is ChatState.OFFLINE
    assert table.client.closing is not None
