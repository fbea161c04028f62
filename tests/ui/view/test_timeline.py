"""The timeline: each message once, in order, the latest kept."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from muca.model.events import Message, Reach
from muca.model.rooms import LOBBY, Room, conversation_id
from muca.ui.view.timeline import DROPPED_AT_ONCE, GROUPS, Delivery, Entry, Timeline
from tests.ui.people import (
    HENRY,
    LOBBY_ROOM,
    MARY,
    NOON_MS,
    PETER,
    TONY,
    WITH_MARY,
    WITH_MARY_AND_HENRY,
    directory_of,
    message,
    new_id,
)

ROOMS = (LOBBY_ROOM, WITH_MARY, WITH_MARY_AND_HENRY)


@dataclass
class Mirror:
    """A watcher that follows the timeline's own words, and must end up with the same entries."""

    entries: list[Entry] = field(default_factory=list)
    timeline: Timeline | None = None

    def added(self, index: int) -> None:
        assert self.timeline is not None
        self.entries.insert(index, self.timeline.entries[index])

    def removed(self, entry: Entry, index: int) -> None:
        assert self.entries.pop(index) is entry

    def updated(self, entry: Entry) -> None:
        assert entry in self.entries

    def dropped(self, entries: list[Entry]) -> None:
        assert self.entries[: len(entries)] == entries
        del self.entries[: len(entries)]

    def rebuilt(self) -> None:
        assert self.timeline is not None
        self.entries = list(self.timeline.entries)


def timeline_of(*, keeps_rooms: bool = True, entries_max: int = 10_000) -> Timeline:
    """Return Tony's timeline, watched by a mirror."""
    mirror = Mirror()
    directory = directory_of(rooms=ROOMS if keeps_rooms else (), keeps_rooms=keeps_rooms)
    mirror.timeline = Timeline(directory, mirror, entries_max=entries_max)
    return mirror.timeline


def texts(timeline: Timeline) -> list[str]:
    """Return the texts in order, after a look whether the watcher has the same."""
    mirror = timeline._watcher
    assert isinstance(mirror, Mirror)
    assert mirror.entries == timeline.entries
    return [entry.text for entry in timeline.entries]


def test_messages_stand_in_the_order_of_their_coming() -> None:
    timeline = timeline_of()
    for seq, text in enumerate(("one", "two", "three"), start=1):
        timeline.receive(message(MARY, text, seq=seq, later_s=seq), 0)
    assert texts(timeline) == ["one", "two", "three"]
    assert timeline.entries[0].label == "Mary"


def test_what_comes_twice_is_shown_once() -> None:
    timeline = timeline_of()
    first = message(MARY, "once", seq=1)
    timeline.receive(first, 0)
    assert timeline.receive(first, 0) is None
    timeline.merge([first], 0)
    assert texts(timeline) == ["once"]


def test_the_same_seq_in_another_room_is_another_message() -> None:
    timeline = timeline_of()
    timeline.receive(message(MARY, "all", seq=1), 0)
    timeline.receive(message(MARY, "private", seq=1, room=WITH_MARY), 0)
    assert texts(timeline) == ["all", "private"]


def test_history_takes_its_place_before_what_came_live() -> None:
    timeline = timeline_of()
    timeline.receive(message(MARY, "live", seq=3, later_s=30), 0)
    page = [message(MARY, "a", seq=1, later_s=1), message(HENRY, "b", seq=2, later_s=2)]
    private = [message(MARY, "p", seq=1, later_s=1.5, room=WITH_MARY)]
    timeline.merge([*page, *private], 0)
    assert texts(timeline) == ["a", "p", "b", "live"]


def test_within_a_room_seq_wins_over_the_clock() -> None:
    timeline = timeline_of()
    timeline.merge([message(MARY, "one", seq=1, later_s=50), message(MARY, "two", seq=2, later_s=10)], 0)
    timeline.receive(message(MARY, "three", seq=3, later_s=5), 0)
    assert texts(timeline) == ["one", "two", "three"]


def test_an_own_message_is_sending_until_it_is_confirmed() -> None:
    timeline = timeline_of()
    entry = timeline.begin(new_id(), "hello", Reach.PRIVATE, (MARY.uid,), NOON_MS)
    assert (entry.label, entry.delivery, entry.room) == ("To: Mary", Delivery.SENDING, WITH_MARY.room)
    timeline.confirm(entry, message(TONY, "hello", seq=1, room=WITH_MARY))
    assert (entry.delivery, entry.seq) == (Delivery.DONE, 1)
    assert texts(timeline) == ["hello"]


def test_what_comes_while_an_own_message_is_sending_stands_before_it_until_it_has_its_seq() -> None:
    timeline = timeline_of()
    entry = timeline.begin(new_id(), "mine", Reach.ALL, (), NOON_MS)
    timeline.receive(message(MARY, "hers", seq=2, later_s=2), 0)
    assert texts(timeline) == ["hers", "mine"]
    timeline.confirm(entry, message(TONY, "mine", seq=1, later_s=1))
    assert texts(timeline) == ["mine", "hers"]


def test_the_echo_of_an_own_message_is_not_shown_beside_it_whichever_comes_first() -> None:
    timeline = timeline_of()
    entry = timeline.begin("own", "mine", Reach.ALL, (), NOON_MS)
    echo = message(TONY, "mine", seq=1, id="own")
    timeline.receive(echo, 0)
    assert (entry.delivery, entry.seq, texts(timeline)) == (Delivery.DONE, 1, ["mine"])
    timeline.confirm(entry, echo)
    timeline.receive(echo, 0)
    assert texts(timeline) == ["mine"]


def test_a_message_of_another_window_of_ours_is_shown_at_once_even_with_the_same_text() -> None:
    timeline = timeline_of()
    entry = timeline.begin("own", "mine", Reach.ALL, (), NOON_MS)
    timeline.receive(message(TONY, "mine", seq=1, later_s=1, id="from elsewhere"), 0)
    assert [each.delivery for each in timeline.entries] == [Delivery.DONE, Delivery.SENDING]
    timeline.confirm(entry, message(TONY, "mine", seq=2, later_s=2, id="own"))
    assert [each.seq for each in timeline.entries] == [1, 2]


def test_the_echo_of_an_older_server_without_ids_is_shown_once_the_answer_has_come() -> None:
    timeline = timeline_of()
    entry = timeline.begin("own", "mine", Reach.ALL, (), NOON_MS)
    timeline.receive(message(TONY, "mine", seq=1), 0)
    assert texts(timeline) == ["mine", "mine"]
    timeline.confirm(entry, message(TONY, "mine", seq=1))
    assert [(each.seq, each.delivery) for each in timeline.entries] == [(1, Delivery.DONE)]


def test_what_was_stored_has_not_failed_even_without_an_answer() -> None:
    """Whether the push or the history brings it, before or after the SEND fails, and as it is by then."""
    timeline = timeline_of()
    first, second, third = (timeline.begin(id, "same", Reach.ALL, (), NOON_MS) for id in "abc")
    timeline.receive(message(TONY, "same", seq=1, id="a"), 0)
    assert not timeline.fail(first, "lost")
    assert timeline.fail(second, "lost")
    assert timeline.fail(third, "refused")
    timeline.merge([message(TONY, "edited since", seq=2, id="b")], 0)
    assert texts(timeline) == ["same", "same", "edited since"]
    assert [entry.delivery for entry in (first, second, third)] == [Delivery.DONE, Delivery.DONE, Delivery.FAILED]


def test_a_failed_message_stays_and_may_be_sent_again() -> None:
    timeline = timeline_of()
    entry = timeline.begin(new_id(), "mine", Reach.ALL, (), NOON_MS)
    timeline.fail(entry, "no disk")
    timeline.receive(message(MARY, "hers", seq=1, later_s=9), 0)
    assert (entry.delivery, entry.trouble, texts(timeline)) == (Delivery.FAILED, "no disk", ["mine", "hers"])
    timeline.retry(entry, NOON_MS + 10_000)
    assert (entry.delivery, entry.trouble, texts(timeline)) == (Delivery.SENDING, "", ["hers", "mine"])


def test_a_first_generation_server_gives_no_seq_and_everything_is_shown_as_it_comes() -> None:
    timeline = timeline_of(keeps_rooms=False)
    private = Message(reach=Reach.PRIVATE, sender=MARY.uid, text="private")
    group = Message(reach=Reach.GROUP, sender=HENRY.uid, text="group")
    for now, each in enumerate((private, group, private)):
        timeline.receive(each, now)
    assert texts(timeline) == ["private", "group", "private"]
    assert [entry.room for entry in timeline.entries][:2] == [WITH_MARY.room, GROUPS]
    entry = timeline.begin(new_id(), "to both", Reach.GROUP, (MARY.uid, HENRY.uid), 9)
    timeline.confirm(entry, Message(reach=Reach.GROUP, sender=TONY.uid, text="to both"))
    assert (entry.room, entry.label, entry.delivery) == (GROUPS, "To: Mary, Henry", Delivery.DONE)


def test_own_messages_from_the_history_say_whom_they_were_for() -> None:
    timeline = timeline_of()
    for room, label in ((LOBBY_ROOM, "To: ALL"), (WITH_MARY, "To: Mary"), (WITH_MARY_AND_HENRY, "To: Henry, Mary")):
        entry = timeline.receive(message(TONY, "x", seq=1, room=room), 0)
        assert entry is not None
        assert entry.label == label


def test_a_label_names_a_few_and_counts_the_rest() -> None:
    timeline = timeline_of()
    entry = timeline.begin(new_id(), "x", Reach.GROUP, tuple(f"u{n}" for n in range(100)), 0)
    assert entry.label == "To: u0, u1, u2, u3, u4, 95 more"


def test_unread_counts_what_others_wrote_until_it_is_read() -> None:
    timeline = timeline_of()
    timeline.receive(message(MARY, "a", seq=1, room=WITH_MARY), 0)
    timeline.receive(message(TONY, "b", seq=2, room=WITH_MARY), 0)
    timeline.receive(message(HENRY, "c", seq=1), 0)
    unread = {room: conversation.unread for room, conversation in timeline.conversations.items()}
    assert unread == {WITH_MARY.room: 1, LOBBY: 1}
    timeline.read(WITH_MARY.room)
    assert timeline.conversations[WITH_MARY.room].unread == 0
    assert timeline.conversations[WITH_MARY.room].read_seq == 2
    assert timeline.conversations[LOBBY].unread == 1
    timeline.read()
    assert timeline.conversations[LOBBY].unread == 0


def test_the_new_line_stands_where_one_left_off() -> None:
    timeline = timeline_of()
    timeline.expect(LOBBY, Reach.ALL, 2)
    timeline.merge([message(MARY, str(seq), seq=seq, later_s=seq) for seq in range(1, 5)], 0)
    assert [entry.text for entry in timeline.entries if entry.key == timeline.new_key] == ["3"]
    assert timeline.conversations[LOBBY].unread == 2


def test_there_is_no_new_line_where_it_is_not_known_where_one_left_off() -> None:
    timeline = timeline_of()
    timeline.merge([message(MARY, "a", seq=1)], 0)
    assert timeline.new_key is None
    assert timeline.conversations[LOBBY].unread == 0


def test_the_oldest_are_dropped_some_at_a_time_and_not_taken_in_again() -> None:
    timeline = timeline_of(entries_max=10)
    total = 10 + DROPPED_AT_ONCE
    for seq in range(1, total):
        timeline.receive(message(MARY, str(seq), seq=seq, later_s=seq), 0)
    assert len(texts(timeline)) == total - 1
    timeline.receive(message(MARY, str(total), seq=total, later_s=total), 0)
    assert texts(timeline) == [str(seq) for seq in range(total - 9, total + 1)]
    timeline.merge([message(MARY, "1", seq=1, later_s=1)], 0)
    assert timeline.receive(message(MARY, "1", seq=1, later_s=1), 0) is None
    assert len(texts(timeline)) == 10


def test_a_message_that_was_dropped_while_it_was_sending_may_still_be_confirmed() -> None:
    timeline = timeline_of(entries_max=1)
    entry = timeline.begin(new_id(), "first", Reach.ALL, (), NOON_MS)
    for _ in range(1 + DROPPED_AT_ONCE):
        timeline.begin(new_id(), "more", Reach.ALL, (), NOON_MS)
    assert entry not in timeline.entries
    timeline.confirm(entry, message(TONY, "first", seq=1))
    assert texts(timeline).count("first") == 1


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[Room, list[Message]]]:
    """Return some rooms' logs, written by different people, with clocks that may step back."""
    written = []
    for room in ROOMS:
        steps = draw(st.lists(st.tuples(st.sampled_from((TONY, MARY, HENRY, PETER)), st.integers(0, 9)), max_size=6))
        log = [
            message(sender, f"{room.kind} {seq}", seq=seq, room=room, later_s=later)
            for seq, (sender, later) in enumerate(steps, start=1)
        ]
        written.append((room, log))
    return written


@given(logs(), st.data())
def test_live_messages_and_history_together_are_the_log_in_order_and_once(
    written: list[tuple[Room, list[Message]]], data: st.DataObject
) -> None:
    """Whatever part comes live, whatever part from the history, and however often."""
    timeline = timeline_of()
    everything = [each for _, log in written for each in log]
    for _ in range(data.draw(st.integers(1, 4))):
        cuts = {room.room: data.draw(st.integers(0, len(log))) for room, log in written}
        live = [each for room, log in written for each in log[cuts[room.room] :]]
        if data.draw(st.booleans()):
            timeline.merge([each for room, log in written for each in log[: cuts[room.room]]], 0)
        for each in live:
            timeline.receive(each, 0)
    timeline.merge(everything, 0)
    texts(timeline)
    for room, log in written:
        shown = [entry.seq for entry in timeline.entries if entry.room == room.room]
        assert shown == [each.seq for each in log]


@given(st.lists(st.sampled_from(("send", "echo", "ack", "fail", "hers")), max_size=30))
def test_own_messages_are_shown_once_in_whatever_order_echo_and_answer_come(steps: list[str]) -> None:
    """A server that stores SENDs in order, answers them late or never, and echoes them early or late."""
    timeline = timeline_of()
    waiting: list[tuple[Entry, Message]] = []
    echoes: list[Message] = []
    seq = 0
    for step in [*steps, *["ack", "echo"] * len(steps)]:
        if step == "send":
            seq += 1
            entry = timeline.begin(id := new_id(), "same", Reach.ALL, (), NOON_MS)
            waiting.append((entry, message(TONY, "same", seq=seq, later_s=seq, id=id)))
            echoes.append(waiting[-1][1])
        elif step == "hers":
            seq += 1
            timeline.receive(message(MARY, "hers", seq=seq, later_s=seq), 0)
        elif step == "echo" and echoes:
            timeline.receive(echoes.pop(0), 0)
        elif step == "ack" and waiting:
            timeline.confirm(*waiting.pop(0))
        elif step == "fail" and waiting:
            timeline.fail(waiting.pop(0)[0], "no answer")
    texts(timeline)
    assert [entry.seq for entry in timeline.entries] == list(range(1, seq + 1))
    assert all(entry.delivery is Delivery.DONE for entry in timeline.entries)


def test_conversation_ids_of_own_messages_are_those_of_the_server() -> None:
    timeline = timeline_of()
    assert timeline.begin(new_id(), "x", Reach.ALL, (), 0).room == LOBBY
    assert timeline.begin(new_id(), "x", Reach.PRIVATE, (PETER.uid,), 0).room == conversation_id((TONY.uid, PETER.uid))
    group = timeline.begin(new_id(), "x", Reach.GROUP, (PETER.uid, MARY.uid), 0)
    assert group.room == conversation_id((TONY.uid, MARY.uid, PETER.uid))


def test_a_text_is_changed_where_it_is_shown() -> None:
    timeline = timeline_of()
    entry = timeline.receive(message(MARY, "a", seq=1), 0)
    timeline.change(LOBBY, 1, "b")
    timeline.change(LOBBY, 2, "c")

    assert entry is not None
    assert (entry.text, len(timeline.entries)) == ("b", 1)
