"""What becomes of messages in every store: edits, deletions, reactions, pins, and who has read them."""

import pytest

from muca.core.messages import erased
from muca.model.changes import (
    AddEvent,
    Change,
    DropMember,
    DropReaction,
    Erase,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutReaction,
    SetPinned,
)
from muca.model.errors import ErrorCode
from muca.model.events import Count, Event, EventKind, LogEntry, Message, Reaction, Settings
from muca.model.facts import FOR_EVER_MS, Facts, Membership, MessageFacts, Wanted
from muca.model.ids import RoomId, Seq, Uid
from muca.model.mentions import NOBODY
from muca.model.queries import PinsQuery, VersionsQuery
from muca.model.replies import MessageList, Version, VersionList
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room
from muca.model.storage import Decide, Decision, Refused
from muca.storage.store import Store
from tests.storage.words import TONY_MARY, admit, an_event, decide, done, edit, facts, make, page, query, say, seen


def reaction(emoji: str, uid: Uid, seq: Seq = 1) -> PutReaction:
    return PutReaction(room=LOBBY, seq=seq, uid=uid, emoji=emoji)


def pin(seq: Seq, pinned: bool = True) -> SetPinned:
    return SetPinned(room=LOBBY, seq=seq, pinned=pinned)


def log(store: Store, room: RoomId = LOBBY) -> tuple[LogEntry, ...]:
    return page(store, query(room)).events


def first(store: Store) -> Message:
    """Return the first message of the lobby as it is now."""
    message = log(store)[0]
    assert isinstance(message, Message)
    return message


def pinned(store: Store, room: RoomId = LOBBY, *, reader: Uid = "tony") -> list[Seq | None]:
    found = seen(store, PinsQuery(room=room), reader=reader)
    assert isinstance(found, MessageList)
    assert all(message.pinned for message in found.messages)
    return [message.seq for message in found.messages]


class TestEvents:
    def test_all_fields_come_back(self, store: Store) -> None:
        change = AddEvent(
            room=LOBBY,
            kind=EventKind.SET,
            sender="tony",
            nickname="Tony",
            of=12,
            uid="mary",
            text="why",
            emoji="👍",
            role=Role.MODERATOR,
            until_ms=FOR_EVER_MS,
            settings=Settings(title="T", read_only=False, slow_seconds=0, keep_days=3),
        )
        result = done(store, decide(change, ts_ms=44))
        assert result.events == log(store)
        assert log(store) == (
            Event(
                kind="set",
                room=LOBBY,
                seq=1,
                ts_ms=44,
                sender="tony",
                nickname="Tony",
                of=12,
                uid="mary",
                text="why",
                emoji="👍",
                role=Role.MODERATOR,
                until_ms=FOR_EVER_MS,
                settings=Settings(title="T", read_only=False, slow_seconds=0, keep_days=3),
            ),
        )

    def test_every_kind(self, store: Store) -> None:
        told = [AddEvent(room=LOBBY, kind=kind, sender="tony", nickname="Tony") for kind in EventKind]
        done(store, decide(*told))
        assert log(store) == tuple(
            Event(kind=kind.value, room=LOBBY, seq=seq, ts_ms=9_000, sender="tony", nickname="Tony")
            for seq, kind in enumerate(EventKind, 1)
        )


class TestEdit:
    def test_a_message_has_its_last_text_in_its_old_place(self, store: Store) -> None:
        store.commit([say("a", ts_ms=5), say("b"), edit(1, "A", ts_ms=7), edit(1, "AA", ts_ms=9)])
        message, _, *edits = log(store)
        assert isinstance(message, Message)
        assert (message.seq, message.ts_ms, message.text, message.edited_ms) == (1, 5, "AA", 9)
        assert [(event.seq, event.text, event.ts_ms) for event in edits] == [(3, "A", 7), (4, "AA", 9)]
        assert all(isinstance(event, Event) and event.of == 1 for event in edits)

    def test_mentions_are_those_of_the_text(self, store: Store) -> None:
        store.commit([admit("mary"), admit("henry"), say("@mary and @room"), edit(1, "@henry")])
        message, event = log(store)
        for each in (message, event):
            assert isinstance(each, Message | Event)
            assert (each.mentions, each.mentions_room) == (("henry",), False)

    def test_all_versions_can_be_read(self, store: Store) -> None:
        store.commit([say("a", ts_ms=5), edit(1, "b", ts_ms=7), edit(1, "c", ts_ms=9), say("one")])
        assert seen(store, VersionsQuery(room=LOBBY, seq=1)) == VersionList(
            versions=(Version(ts_ms=5, text="a"), Version(ts_ms=7, text="b"), Version(ts_ms=9, text="c"))
        )
        assert seen(store, VersionsQuery(room=LOBBY, seq=4)) == VersionList(
            versions=(Version(ts_ms=1_000, text="one"),)
        )

    @pytest.mark.parametrize("seq", [0, 2, 3, 10**12])
    def test_what_is_no_message_has_no_versions(self, store: Store, seq: int) -> None:
        store.commit([say("a"), decide(an_event(LOBBY))])
        assert seen(store, VersionsQuery(room=LOBBY, seq=seq)) == Refused(code=ErrorCode.NO_SUCH_EVENT)

    def test_versions_below_the_floor_are_not_for_the_reader(self, store: Store) -> None:
        store.commit([say("for the guest", to=("mary",)), admit("mary", offer="key"), say(room=TONY_MARY)])
        asked = VersionsQuery(room=TONY_MARY, seq=1)
        assert seen(store, asked, reader="mary") == Refused(code=ErrorCode.NO_SUCH_EVENT)
        assert isinstance(seen(store, asked), VersionList)

    def test_a_mention_that_is_edited_in_or_out_counts_or_not(self, store: Store) -> None:
        store.commit([admit("mary"), say("@mary"), say("b"), say("@room")])
        assert whole(store).mentions == 2
        store.commit([edit(1, "a"), edit(2, "@mary")])
        assert (whole(store).unread, whole(store).mentions) == (3, 2)
        store.commit([edit(3, "c")])
        assert whole(store).mentions == 1


def whole(store: Store, uid: Uid = "mary", room: RoomId = LOBBY) -> Room:
    """Return a room as somebody sees it, with what is unread."""
    result = done(store, decide(by=uid, room=room))
    assert result.room is not None
    return result.room


class TestErase:
    @pytest.fixture
    def erased(self, store: Store) -> Store:
        """The first message had everything a message can have."""
        store.commit([admit("mary", offer="m"), admit("tony", offer="t"), say("before")])
        store.commit([say("secret @mary @room", by="tony", reply_to=1), edit(2, "secret 2 @mary"), edit(1, "other")])
        store.commit([decide(reaction("👍", "mary", 2), pin(2))])
        done(store, decide(Erase(room=LOBBY, seq=2), ts_ms=8))
        return store

    def test_a_tombstone_stays(self, erased: Store) -> None:
        message, plain = log(erased)[1], log(erased)[0]
        assert isinstance(message, Message)
        assert isinstance(plain, Message)
        assert message == Message(
            room=LOBBY, seq=2, ts_ms=1_000, reach=plain.reach, sender="tony", nickname="Tony", text="", deleted=True
        )

    def test_nothing_of_it_is_left_in_the_log(self, erased: Store) -> None:
        assert [event.text for event in log(erased)] == ["other", "", "", "other"]
        event = log(erased)[2]
        assert isinstance(event, Event)
        assert (event.of, event.mentions) == (2, ())

    def test_nor_anywhere_else(self, erased: Store) -> None:
        assert seen(erased, VersionsQuery(room=LOBBY, seq=2)) == Refused(code=ErrorCode.NO_SUCH_EVENT)
        assert pinned(erased) == []
        found = facts(erased, Wanted(actor="mary", room=LOBBY, event=2, totals=("pins",)))
        assert (found.message, found.pins) == (None, 0)

    def test_it_mentions_nobody_and_counts_no_more(self, erased: Store) -> None:
        assert (whole(erased).unread, whole(erased).mentions) == (1, 0)


class TestReactions:
    def test_the_earliest_first_each_person_once(self, store: Store) -> None:
        store.commit([say("a"), say("b")])
        given = [("👍", "tony"), ("🎉", "mary"), ("👍", "mary"), ("👍", "tony"), ("é", "tony")]
        done(store, decide(*(reaction(*each) for each in given)))
        assert first(store).reactions == (
            Reaction(emoji="👍", count=2, uids=("tony", "mary")),
            Reaction(emoji="🎉", count=1, uids=("mary",)),
            Reaction(emoji="é", count=1, uids=("tony",)),
        )
        other = log(store)[1]
        assert isinstance(other, Message)
        assert other.reactions == ()

    def test_taken_back_and_put_again_it_is_the_last(self, store: Store) -> None:
        store.commit([say("a"), decide(reaction("a", "tony"), reaction("b", "tony"), reaction("a", "mary"))])
        done(store, decide(DropReaction(room=LOBBY, seq=1, uid="tony", emoji="a")))
        done(store, decide(DropReaction(room=LOBBY, seq=1, uid="henry", emoji="a")))
        assert [(each.emoji, each.uids) for each in first(store).reactions] == [("b", ("tony",)), ("a", ("mary",))]
        done(store, decide(reaction("a", "tony")))
        assert [(each.emoji, each.uids) for each in first(store).reactions] == [
            ("b", ("tony",)),
            ("a", ("mary", "tony")),
        ]

    def test_all_are_counted_and_twenty_are_named(self, store: Store) -> None:
        store.commit([say("a"), decide(*(reaction("👍", f"uid {number:02}") for number in reversed(range(23))))])
        uids = tuple(f"uid {number:02}" for number in range(22, 2, -1))
        assert first(store).reactions == (Reaction(emoji="👍", count=23, uids=uids),)


class TestPins:
    def test_the_latest_pinned_first(self, store: Store) -> None:
        store.commit([say(str(number)) for number in range(5)])
        for change in (pin(4), pin(1), pin(3), pin(4), pin(1, False), pin(2, False), pin(2)):
            done(store, decide(change))
        assert pinned(store) == [2, 3, 4]
        assert [isinstance(each, Message) and each.pinned for each in log(store)] == [False, True, True, True, False]

    def test_pinned_again_after_it_was_not_it_is_the_latest(self, store: Store) -> None:
        store.commit([say("a"), say("b"), decide(pin(1), pin(2), pin(1, False), pin(1))])
        assert pinned(store) == [1, 2]

    def test_only_what_the_reader_may_read(self, store: Store) -> None:
        store.commit([say("for the guest", to=("mary",)), admit("mary", offer="key"), say(room=TONY_MARY)])
        done(store, decide(*(SetPinned(room=TONY_MARY, seq=seq, pinned=True) for seq in (1, 2))))
        assert pinned(store, TONY_MARY) == [2, 1]
        assert pinned(store, TONY_MARY, reader="mary") == [2]


class TestFacts:
    def test_of_a_message(self, store: Store) -> None:
        store.commit([admit("tony", offer="t"), say("a"), edit(1, "b"), decide(pin(1))])
        done(store, decide(reaction("👍", "mary"), reaction("🎉", "tony")))
        told = MessageFacts(
            seq=1,
            sender="tony",
            sender_role=Role.MEMBER,
            text="b",
            pinned=True,
            emojis=("👍", "🎉"),
            mentioned=NOBODY,
            counted={},
            reacted=True,
        )
        assert facts(store, Wanted(actor="mary", room=LOBBY, event=1, emoji="👍")).message == told
        for wanted in (
            Wanted(actor="mary", room=LOBBY, event=1, emoji="🎉"),
            Wanted(actor="mary", room=LOBBY, event=1),
        ):
            message = facts(store, wanted).message
            assert message is not None
            assert not message.reacted

    @pytest.mark.parametrize(("actor", "seq"), [("mary", 1), ("tony", 0), ("tony", 3), ("tony", 4), ("tony", 10**12)])
    def test_of_what_is_no_message_for_the_actor(self, store: Store, actor: Uid, seq: Seq) -> None:
        store.commit([say("a", to=("mary",)), admit("mary", offer="m"), say("b", room=TONY_MARY)])
        done(store, decide(an_event(TONY_MARY)))
        assert facts(store, Wanted(actor=actor, room=TONY_MARY, event=seq)).message is None
        assert facts(store, Wanted(actor=actor, room=TONY_MARY, event=2)).message is not None

    @pytest.mark.parametrize(
        ("change", "role"),
        [
            (PutMember(room="r-a", member=Membership(uid="mary", role=Role.MODERATOR)), Role.MODERATOR),
            (PutMember(room="r-a", member=Membership(uid="mary", role=Role.OWNER, entered=False)), Role.MEMBER),
            (DropMember(room="r-a", uid="mary"), Role.MEMBER),
        ],
        ids=["moderator", "banned", "gone"],
    )
    def test_the_role_of_the_sender_is_that_of_now(self, store: Store, change: Change, role: Role) -> None:
        store.commit([make("r-a", "mary"), say("a", by="mary", room="r-a"), decide(change)])
        message = facts(store, Wanted(actor="tony", room="r-a", event=1)).message
        assert message is not None
        assert message.sender_role is role

    def test_of_the_newest_messages_of_an_author(self, store: Store) -> None:
        """Of one room, with bounds of number and characters; what was deleted or is no message does not count."""
        store.commit([say("one"), say("hers", by="mary"), say("seven77"), say("x"), say("elsewhere", to=("mary",))])
        done(store, decide(Erase(room=LOBBY, seq=1), an_event(LOBBY)))
        store.commit([say("four")])

        def found(messages_max: int, chars_max: int, author: Uid = "tony") -> tuple[tuple[Seq, ...], bool]:
            wanted = Wanted(actor="mary", room=LOBBY, author=author, messages_max=messages_max, chars_max=chars_max)
            told = facts(store, wanted)
            return tuple(told.messages), told.more_messages

        assert found(9, 99) == found(3, 12) == ((6, 4, 3), False)
        assert found(2, 99) == found(9, 11) == ((6, 4), True)
        assert found(9, 0) == ((6,), True)
        assert found(9, 99, author="henry") == ((), False)
        assert facts(store, Wanted(actor="mary", room="r-none", author="tony", messages_max=9)).messages == {}

    def test_of_the_newest_messages_that_the_actor_may_read(self, store: Store) -> None:
        store.commit([say("a", to=("mary",)), admit("mary", offer="m")])
        wanted = [
            Wanted(actor=uid, room=TONY_MARY, author="tony", messages_max=9, chars_max=9) for uid in ("mary", "tony")
        ]
        assert [list(facts(store, each).messages) for each in wanted] == [[], [1]]
        store.commit([say("b", room=TONY_MARY)])
        assert [list(facts(store, each).messages) for each in wanted] == [[2], [2, 1]]


class TestReading:
    """Read markers and what is unread."""

    def test_posting_moves_ones_own_marker(self, store: Store) -> None:
        store.commit([say("a"), say("b", by="mary"), say("c")])
        assert [(whole(store, uid).read, whole(store, uid).unread) for uid in ("tony", "mary", "henry")] == [
            (3, 0),
            (2, 1),
            (0, 3),
        ]

    def test_it_moves_forwards_only_and_not_beyond_the_end(self, store: Store) -> None:
        store.commit([say() for _ in range(5)])
        reads = []
        for seq in (2, 1, 4, 0, 10**12):
            done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=seq)))
            reads.append((whole(store).read, whole(store).unread))
        assert reads == [(2, 3), (2, 3), (4, 1), (4, 1), (5, 0)]
        store.commit([say()])
        assert whole(store).unread == 1

    def test_it_moves_back_where_that_is_meant(self, store: Store) -> None:
        """What was read is unread again, mentions too; never before the beginning, and others' markers stay."""
        store.commit([admit("mary"), admit("zoe"), say(), say("@mary"), say()])
        for uid in ("mary", "zoe"):
            done(store, decide(PutMarker(room=LOBBY, uid=uid, seq=3)))
        counted = []
        for seq in (1, 2, -7, 10**12):
            done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=seq, back=True)))
            room = whole(store)
            counted.append((room.read, room.unread, room.mentions))
        assert counted == [(1, 2, 1), (2, 1, 0), (0, 3, 1), (3, 0, 0)]
        assert (whole(store, "zoe").read, whole(store, "zoe").unread) == (3, 0)

    def test_only_messages_are_unread(self, store: Store) -> None:
        store.commit([decide(an_event(LOBBY)), say(), decide(an_event(LOBBY), an_event(LOBBY)), say(), edit(2, "b")])
        unread = []
        for seq in range(7):
            done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=seq)))
            unread.append(whole(store).unread)
        assert unread == [2, 2, 1, 1, 1, 0, 0]

    def test_mentions_are_counted_however_many_they_are(self, store: Store) -> None:
        store.commit([admit("mary"), *[say("@mary @room"), say("@mary @mary")] * 52, say("@room")])
        assert (whole(store).unread, whole(store).mentions) == (105, 105)
        done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=80)))
        assert (whole(store).unread, whole(store).mentions) == (25, 25)

    def test_what_people_write_whom_one_ignores_does_not_count(self, store: Store) -> None:
        store.commit([admit("mary"), say("@mary"), say("@room"), say("@mary", by="henry")])
        counted = []
        for ignored in (True, True, False):
            result = done(store, decide(PutIgnored(uid="mary", other="tony", ignored=ignored)))
            counted.append((whole(store).unread, whole(store).mentions, len(result.recounted)))
            for marker in result.recounted:
                assert (marker.uid, marker.room, marker.unread, marker.mentions) == ("mary", LOBBY, *counted[-1][:2])
        assert counted == [(1, 1, 1), (1, 1, 0), (3, 3, 1)]

    def test_newcomers_have_nothing_unread_in_the_lobby(self, store: Store) -> None:
        store.commit([say("@room"), admit("mary"), say("@mary")])
        assert (whole(store).read, whole(store).unread, whole(store).mentions) == (1, 1, 1)
        store.commit([admit("mary", offer="key"), say("b")])
        assert (whole(store).read, whole(store).unread, whole(store).mentions) == (2, 1, 0), "it is another person"
        store.commit([admit("mary", token="key")])
        assert (whole(store).read, whole(store).unread) == (2, 1)
        done(store, decide(PutPerson(uid="zoe", nickname="Zoe")))
        assert whole(store, "zoe").read == 3

    def test_a_mention_that_was_edited_in_counts_where_it_was_made(self, store: Store) -> None:
        store.commit([admit("mary"), say("a"), say("b")])
        done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=2)))
        counted = []
        for text in ("@mary", "@mary!", "a", "@room", "@room @mary", "@mary"):
            (event,) = done(store, edit(1, text)).events
            counted.append((whole(store).unread, whole(store).mentions, sum(count.by for count in event.counts)))
        assert counted == [(0, 1, 1), (0, 1, 0), (0, 0, -1), (0, 1, 1), (0, 1, 0), (0, 1, 0)]

        done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=7)))
        assert whole(store).mentions == 1, "the last edit made it a mention by name"

        def rule(facts: Facts) -> Decision:
            assert facts.message is not None
            return Decision(changes=erased(facts, "tony", 1, facts.message.counted))

        result = done(store, Decide(wanted=Wanted(actor="guard", room=LOBBY, event=1), rule=rule, ts_ms=9))
        assert [(event.author, event.counts) for event in result.events] == [
            ("tony", (Count(uid="mary", seq=8, by=-1),))
        ]
        assert whole(store).mentions == 0

    def test_in_a_named_room(self, store: Store) -> None:
        store.commit([admit("mary"), make("r-a", "mary"), *([say("@mary", room="r-a")] * 3)])
        done(store, decide(PutMarker(room="r-a", uid="mary", seq=2)))
        assert (whole(store, room="r-a").read, whole(store, room="r-a").unread) == (2, 1)
        assert whole(store, room="r-a").mentions == 1

    def test_whoever_is_not_in_a_room_has_nothing_unread_there(self, store: Store) -> None:
        store.commit([make("r-a"), say("@room", room="r-a"), decide(PutMarker(room="r-a", uid="mary", seq=1))])
        room = whole(store, room="r-a")
        assert (room.read, room.unread, room.mentions) == (0, 0, 0)

    def test_entering_with_a_marker(self, store: Store) -> None:
        store.commit([make("r-a"), *([say(room="r-a")] * 4)])
        done(store, decide(PutMember(room="r-a", member=Membership(uid="mary", read=3))))
        assert whole(store, room="r-a").unread == 1
        done(store, decide(PutMember(room="r-a", member=Membership(uid="mary", read=1, role=Role.MODERATOR))))
        assert (whole(store, room="r-a").read, whole(store, room="r-a").role) == (3, Role.MODERATOR)

    def test_leaving_forgets_it(self, store: Store) -> None:
        store.commit([make("r-a", "mary"), say(room="r-a"), decide(PutMarker(room="r-a", uid="mary", seq=1))])
        done(store, decide(DropMember(room="r-a", uid="mary")))
        done(store, decide(PutMember(room="r-a", member=Membership(uid="mary"))))
        assert (whole(store, room="r-a").read, whole(store, room="r-a").unread) == (0, 1)
