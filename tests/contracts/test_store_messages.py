"""SEND in every store."""

import msgspec
import pytest

from muca.model.changes import (
    DropMember,
    DropPerson,
    Erase,
    PutMember,
    PutPerson,
    PutReport,
    SetPinned,
    SetText,
)
from muca.model.errors import ErrorCode
from muca.model.events import Message, Reach
from muca.model.facts import Membership
from muca.model.ids import Uid
from muca.model.mentions import Mention
from muca.model.queries import PinsQuery, ReportsQuery, SearchQuery
from muca.model.replies import Hits, MessageList, ReportList
from muca.model.rooms import LOBBY
from muca.model.storage import Admit, Append, Appended, Refused, StoreError
from muca.storage.store import Store
from tests.storage.words import (
    TONY_MARY,
    TRIO,
    Placed,
    admit,
    an_event,
    codes,
    decide,
    done,
    edit,
    logged_by,
    make,
    message_of,
    nowhere,
    page,
    query,
    say,
    say_to,
    seen,
    texts,
)


class TestAppend:
    def test_seqs_count_from_one_in_every_room(self, store: Store) -> None:
        assert store.commit([say(), say(to=("mary",)), say()]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000),
            Placed(room=TONY_MARY, seq=1, ts_ms=1_000),
            Placed(room=LOBBY, seq=2, ts_ms=1_000),
        ]
        assert store.commit([say(ts_ms=7)]) == [Placed(room=LOBBY, seq=3, ts_ms=7)]

    def test_no_writes_are_no_results(self, store: Store) -> None:
        assert store.commit([]) == []

    def test_an_event_comes_back_as_it_went_in(self, store: Store) -> None:
        store.commit([say("hi\n", by="mary", to=("tony",), id="x", ts_ms=1_700_000_000_123)])
        assert page(store, query(TONY_MARY)).events == (
            Message(
                room=TONY_MARY,
                seq=1,
                ts_ms=1_700_000_000_123,
                reach=Reach.PRIVATE,
                sender="mary",
                nickname="Mary",
                text="hi\n",
            ),
        )

    @pytest.mark.parametrize(
        ("to", "room", "reach"),
        [((), LOBBY, Reach.ALL), (("mary",), TONY_MARY, Reach.PRIVATE), (("mary", "henry"), TRIO, Reach.GROUP)],
    )
    def test_the_kind_of_room_says_how_far_a_message_reaches(
        self, store: Store, to: tuple[str, ...], room: str, reach: Reach
    ) -> None:
        store.commit([say(to=to)])
        (message,) = page(store, query(room)).events
        assert isinstance(message, Message)
        assert message.reach == reach

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\0",
            "a\0b\0",
            "\u2028\u2029",
            "😀 👩‍👩‍👧",
            '{"CMD": "SEND"}',
            "\\u0000",
            "'; --",
            "\x1b[31m",
            "e\u0301 é",
            "\uffff\ufeff",
        ],
    )
    def test_any_text_comes_back_unchanged(self, store: Store, text: str) -> None:
        store.commit([say(text, id="1")])
        assert store.commit([say(text, id="1")]) == [Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]
        assert texts(store) == [text]

    def test_a_long_text_comes_back_unchanged(self, store: Store) -> None:
        store.commit([say("ü" * 100_000)])
        assert texts(store) == ["ü" * 100_000]

    def test_a_missing_room_without_members_fails_alone(self, store: Store) -> None:
        first, missing, last = store.commit([say("a"), say(room=TRIO), say("b")])
        assert first == Placed(room=LOBBY, seq=1, ts_ms=1_000)
        assert missing == Refused(code=ErrorCode.NO_SUCH_ROOM)
        assert last == Placed(room=LOBBY, seq=2, ts_ms=1_000)
        assert texts(store) == ["a", "b"]

    def test_a_room_that_exists_needs_no_members(self, store: Store) -> None:
        store.commit([say(to=("mary",))])
        assert store.commit([say(room=TONY_MARY)]) == [Placed(room=TONY_MARY, seq=2, ts_ms=1_000)]

    def test_a_text_that_cannot_be_written_fails_alone(self, store: Store) -> None:
        """A lone surrogate has no UTF-8. Nothing of its write stays, no room and no seq."""
        results = store.commit(
            [say("a"), say("\ud800", to=("mary",)), say("\udfff"), say("b", to=("henry",)), say("c")]
        )
        assert [type(result) for result in results] == [Appended, StoreError, StoreError, Appended, Appended]
        assert texts(store) == ["a", "c"]
        assert nowhere(store, TONY_MARY)
        assert store.commit([say("d", to=("mary",))]) == [Placed(room=TONY_MARY, seq=1, ts_ms=1_000)]


class TestOwnIds:
    """A message has the ID of its SEND for its sender, and for nobody else."""

    def ids(self, store: Store, reader: str) -> dict[str, str | None]:
        """Return the IDs of the lobby's messages by their text, which everything that shows a message agrees on."""
        everything = SearchQuery(
            words=(), senders=("tony", "mary"), hits_max=9, scan_max=99, chars_max=999, bytes_max=9_999
        )
        hits, pins = (seen(store, asked, reader=reader) for asked in (everything, PinsQuery(room=LOBBY)))
        assert isinstance(hits, Hits)
        assert isinstance(pins, MessageList)
        log = [event for event in page(store, query(), reader=reader).events if isinstance(event, Message)]
        found = {message.text: message.request_id for message in log}
        for message in (*(hit.message for hit in hits.hits), *pins.messages):
            assert message.request_id == found[message.text]
        return found

    def test_only_the_sender_sees_them(self, store: Store) -> None:
        store.commit([say("a", id="1"), say("b", by="mary", id="2"), say("c")])
        store.commit([decide(*(SetPinned(room=LOBBY, seq=seq, pinned=True) for seq in (1, 2, 3)))])
        assert self.ids(store, "tony") == {"a": "1", "b": None, "c": None}
        assert self.ids(store, "mary") == {"a": None, "b": "2", "c": None}
        assert self.ids(store, "zoe") == {"a": None, "b": None, "c": None}

    def test_an_edit_keeps_them_and_a_deletion_removes_them(self, store: Store) -> None:
        store.commit([say("a", id="1"), say("b", id="2")])
        store.commit([decide(SetText(room=LOBBY, seq=1, text="A"), Erase(room=LOBBY, seq=2))])
        assert self.ids(store, "tony") == {"A": "1", "": None}

    def test_a_report_has_none(self, store: Store) -> None:
        """Not even for the sender, who may be a moderator."""
        store.commit([say("a", id="1"), decide(PutReport(room=LOBBY, seq=1, uid="mary", reason="r"))])
        reports = seen(store, ReportsQuery(room=None))
        assert isinstance(reports, ReportList)
        assert [report.message.request_id for report in reports.reports if report.message] == [None]


class TestRetry:
    def test_the_same_send_again_is_the_same_event(self, store: Store) -> None:
        store.commit([say("a"), say("b", id="1", ts_ms=5)])
        again = Placed(room=LOBBY, seq=2, ts_ms=5, retried=True)
        assert store.commit([say("b", id="1", ts_ms=9), say("c")]) == [again, Placed(room=LOBBY, seq=3, ts_ms=1_000)]
        assert texts(store) == ["a", "b", "c"]

    def test_twice_in_one_commit(self, store: Store) -> None:
        assert store.commit([say("a", id="1"), say("a", id="1"), say("b", id="1"), say("c", id="2")]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000),
            Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            Refused(code=ErrorCode.ID_REUSED),
            Placed(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_without_an_id_every_send_is_a_new_event(self, store: Store) -> None:
        store.commit([say("a"), say("a")])
        assert texts(store) == ["a", "a"]

    def test_an_id_belongs_to_its_sender(self, store: Store) -> None:
        assert store.commit([say(by="tony", id="1"), say(by="mary", id="1")]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000),
            Placed(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_another_text_is_refused(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        assert store.commit([say("A", id="1")]) == [Refused(code=ErrorCode.ID_REUSED)]

    def test_another_room_is_refused_and_not_made(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        assert store.commit([say("a", id="1", to=("mary",))]) == [Refused(code=ErrorCode.ID_REUSED)]
        assert nowhere(store, TONY_MARY)

    def test_a_retry_is_found_whatever_its_recipients_are_called_now(self, store: Store) -> None:
        store.commit([say("a", id="1", to=("mary",))])
        assert store.commit([say_to("Zoe", text="a", id="1")]) == [
            Placed(room=TONY_MARY, seq=1, ts_ms=1_000, retried=True)
        ]
        assert store.commit([say_to("Zoe", text="b", id="1")]) == [Refused(code=ErrorCode.ID_REUSED)]

    def test_other_recipients_are_another_message(self, store: Store) -> None:
        """It was not sent to them, so OKAY would be a lie. Those who cannot be found may be those of a conversation."""
        store.commit([admit("zoe", offer="secret"), admit("mary", offer="other")])
        store.commit([say("a", id="lobby"), say("a", id="mary", to=("mary",)), say_to("mary", text="a", id="found")])
        reused = [Refused(code=ErrorCode.ID_REUSED)]
        for to in "zoe", "nobody", "tony", "":
            assert store.commit([say_to(*([to] if to else []), text="a", id="lobby")]) == reused
        for id_ in "mary", "found":
            assert store.commit([say_to("zoe", text="a", id=id_)]) == reused
            assert store.commit([say("a", id=id_)]) == reused
            assert (
                codes(store.commit([say_to(to, text="a", id=id_) for to in ("mary", "Mary", "former name")]))
                == ["Appended"] * 3
            )

    def test_what_may_not_be_sent_now_is_only_looked_for(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        muted = Refused(code=ErrorCode.MUTED)
        once, never = (msgspec.structs.replace(say("a", id=id_), refused=muted) for id_ in ("1", "2"))
        assert store.commit([once, never]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            muted,
        ]
        assert texts(store) == ["a"]

    def test_the_first_text_counts_when_it_was_edited(self, store: Store) -> None:
        store.commit([say("a", id="1"), decide(SetText(room=LOBBY, seq=1, text="b"))])
        assert store.commit([say("a", id="1"), say("b", id="1")]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            Refused(code=ErrorCode.ID_REUSED),
        ]

    def test_a_retry_of_what_was_deleted_does_not_bring_it_back(self, store: Store) -> None:
        store.commit([say("a", id="1"), decide(SetText(room=LOBBY, seq=1, text="b"), Erase(room=LOBBY, seq=1))])
        assert store.commit([say("a", id="1")]) == [Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]
        assert texts(store) == [""]

    @pytest.mark.parametrize("edited", [False, True])
    def test_the_id_of_what_was_deleted_is_not_free_for_something_else(self, store: Store, edited: bool) -> None:
        """What said OKAY would not be stored."""
        store.commit([say("a", id="1"), *([decide(SetText(room=LOBBY, seq=1, text="b"))] if edited else [])])
        store.commit([decide(Erase(room=LOBBY, seq=1))])
        reused = Refused(code=ErrorCode.ID_REUSED)
        assert store.commit([say("new", id="1"), say("b", id="1"), say("", id="1")]) == [reused] * 3
        assert codes(store.commit([say("a", id="1", by="mary"), say("a", id="2")])) == ["Appended", "Appended"]
        assert store.commit([say("a", id="1")]) == [Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]

    def test_a_refused_send_leaves_its_id_free(self, store: Store) -> None:
        store.commit([say_to("Zoe", text="a", id="1"), say("\ud800", id="2")])
        assert store.commit([say("b", id="1"), say("c", id="2")]) == [
            Placed(room=LOBBY, seq=1, ts_ms=1_000),
            Placed(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_a_retry_beside_a_write_that_fails(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        again, failed, new = store.commit([say("a", id="1"), say("\ud800"), say("b")])
        assert again == Placed(room=LOBBY, seq=1, ts_ms=1_000, retried=True)
        assert isinstance(failed, StoreError)
        assert new == Placed(room=LOBBY, seq=2, ts_ms=1_000)


class TestSlowMode:
    """One message of a sender in so much time; what was refused or deleted does not count."""

    def test_the_next_one_waits(self, store: Store) -> None:
        store.commit([make("r-a", "mary"), slow("a", 1_000)])
        assert store.commit([slow("b", 1_001), slow("c", 10_999), slow("b", 10_999, by="mary")])[:2] == [
            too_early(9.999),
            too_early(0.001),
        ]
        assert codes(store.commit([slow("d", 11_000), slow("e", 20_999)])) == ["Appended", "slow_down"]
        assert texts(store, "r-a") == ["a", "b", "d"]

    def test_also_in_the_same_commit(self, store: Store) -> None:
        store.commit([make("r-a", "mary")])
        writes = [slow("a", 1_000), slow("b", 1_000), slow("c", 1_000, by="mary"), slow("d", 11_000)]
        assert codes(store.commit(writes)) == ["Appended", "slow_down", "Appended", "Appended"]

    def test_only_what_was_sent_to_this_room_counts(self, store: Store) -> None:
        store.commit([make("r-a"), make("r-b"), say(room="r-b", ts_ms=999), say(ts_ms=999), say(to=("mary",))])
        refused = msgspec.structs.replace(slow("a", 1_000), reply_to=99)
        assert codes(store.commit([refused, slow("a", 1_000)])) == ["no_such_event", "Appended"]
        done(store, decide(an_event("r-a"), Erase(room="r-a", seq=1)))
        assert codes(store.commit([slow("b", 1_001)])) == ["Appended"]

    def test_those_whom_it_does_not_concern_do_not_wait(self, store: Store) -> None:
        store.commit([make("r-a"), slow("a", 1_000)])
        assert codes(store.commit([say(room="r-a", ts_ms=1_001), slow("b", 1_002)])) == ["Appended", "slow_down"]

    def test_a_retry_is_answered_first(self, store: Store) -> None:
        store.commit([make("r-a"), slow("a", 1_000, id="1")])
        first = Placed(room="r-a", seq=1, ts_ms=1_000, retried=True)
        assert store.commit([slow("a", 1_001, id="1"), slow("b", 1_001, id="1")]) == [
            first,
            Refused(code=ErrorCode.ID_REUSED),
        ]

    def test_a_clock_that_was_set_back_makes_nobody_wait(self, store: Store) -> None:
        store.commit([make("r-a"), slow("a", 500_000)])
        assert codes(store.commit([slow("b", 1_000), slow("c", 1_001), slow("d", 11_000)])) == [
            "Appended",
            "slow_down",
            "Appended",
        ]


def slow(text: str, ts_ms: int, *, by: Uid = "tony", id: str | None = None) -> Append:
    """Write into a room with ten seconds of slow mode."""
    return msgspec.structs.replace(say(text, by=by, room="r-a", ts_ms=ts_ms, id=id), slow_seconds=10)


def too_early(retry_seconds: float) -> Refused:
    detail = "Slow mode is on: this room allows one message every 10 seconds."
    return Refused(code=ErrorCode.SLOW_DOWN, detail=detail, retry_seconds=retry_seconds)


class TestRecipients:
    """SEND to people who are not here: the store knows them."""

    @pytest.fixture
    def known(self, store: Store) -> Store:
        """Mary and Henry are somebody's, two are called Jo, and Guest is a guest."""
        store.commit(
            [
                admit("tony", offer="t"),
                admit("mary", offer="m", nickname="Máry"),
                admit("henry", offer="h"),
                admit("jo1", offer="1", nickname="Jo"),
                admit("jo2", offer="2", nickname="JO"),
                admit("guest", nickname="Visitor"),
            ]
        )
        return store

    @pytest.mark.parametrize("name", ["mary", "Máry", "MÁRY", "ma\u0301ry", "Ｍáry"])
    def test_a_uid_or_a_nickname_that_looks_alike(self, known: Store, name: str) -> None:
        (result,) = known.commit([say_to(name, text="hi")])
        assert result == Placed(room=TONY_MARY, seq=1, ts_ms=1_000)
        assert logged_by(result).members == ("mary", "tony")
        assert texts(known, TONY_MARY, reader="mary") == ["hi"]

    def test_a_guest_is_found_by_its_uid_alone(self, known: Store) -> None:
        (found, refused) = known.commit([say_to("guest"), say_to("Visitor")])
        assert logged_by(found).members == ("guest", "tony")
        assert refused == Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail="“Visitor”")

    @pytest.mark.parametrize(
        ("name", "members"),
        [
            ("mary", ("mary", "tony")),
            ("guest", ("henry", "tony")),
            ("Zoë", ("tony", "zoe")),
            ("gone", None),
            ("nobody", ("henry", "tony")),
        ],
    )
    def test_accounts_come_before_the_nicknames_of_who_is_here(
        self, known: Store, name: str, members: tuple[str, ...] | None
    ) -> None:
        """Their UIDs and the nicknames that are protected; a deleted account is nobody."""
        for uid, nickname in ("zoe", "Zoë"), ("gone", "Gone"):
            done(known, decide(PutPerson(uid=uid, nickname=nickname, password_hash="hash")))
        done(known, decide(DropPerson(uid="gone")))
        (result,) = known.commit([say_to(name, here=("henry",))])
        if members is None:
            assert result == Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail=f"“{name}”")
            assert codes(known.commit([say_to(name, here=("henry",), skips_unknown=True)])) == ["no_recipient"]
        else:
            assert logged_by(result).members == members

    def test_several_make_a_group_and_repeats_do_not_count(self, known: Store) -> None:
        names = ("henry", "Máry", "Tony", "mary")
        results = known.commit([say_to(*names), say_to(*names)])
        assert results == [Placed(room=TRIO, seq=seq, ts_ms=1_000) for seq in (1, 2)]
        assert [logged_by(result).members for result in results] == [("henry", "mary", "tony")] * 2

    @pytest.mark.parametrize(
        ("names", "code", "detail"),
        [
            (("Zoe",), ErrorCode.UNKNOWN_RECIPIENT, "“Zoe”"),
            (("Jo",), ErrorCode.AMBIGUOUS_RECIPIENT, "“Jo”"),
            (("mary", "Jo", "Zoe", "jO", "Kim"), ErrorCode.UNKNOWN_RECIPIENT, "“Zoe”, “Kim”"),
            (("Jo", "mary", "jO"), ErrorCode.AMBIGUOUS_RECIPIENT, "“Jo”, “jO”"),
            (("tony", "TONY"), ErrorCode.NO_RECIPIENT, ""),
        ],
    )
    def test_who_cannot_be_found_is_named(
        self, known: Store, names: tuple[str, ...], code: ErrorCode, detail: str
    ) -> None:
        assert known.commit([say_to(*names, id="1")]) == [Refused(code=code, detail=detail)]
        assert codes(known.commit([say_to("mary", id="1")])) == ["Appended"]

    def test_a_uid_is_what_it_says_though_others_are_called_so(self, known: Store) -> None:
        known.commit([admit("impostor", offer="i", nickname="mary")])
        assert codes(known.commit([say_to("mary")])) == ["Appended"]

    def test_with_an_account_by_password(self, known: Store) -> None:
        done(known, decide(PutPerson(uid="anna", nickname="Anna", password_hash="hash")))
        (found,) = known.commit([say_to("ANNA")])
        assert logged_by(found).members == ("anna", "tony")


class TestReplies:
    def test_a_reply_says_what_it_answers(self, store: Store) -> None:
        store.commit([say("a"), say("b", reply_to=1)])
        message = page(store, query()).events[1]
        assert isinstance(message, Message)
        assert message.reply_to == 1

    @pytest.mark.parametrize("reply_to", [0, 2, 3, 4, 10**12])
    def test_only_to_a_message_that_is_there(self, store: Store, reply_to: int) -> None:
        store.commit([say("a"), say("deleted")])
        done(store, decide(Erase(room=LOBBY, seq=2), an_event(LOBBY)))
        assert store.commit([say("b", reply_to=reply_to, id="1")]) == [Refused(code=ErrorCode.NO_SUCH_EVENT)]
        assert texts(store) == ["a", "", ""]

    def test_a_room_that_is_made_by_it_is_not_made(self, store: Store) -> None:
        assert store.commit([say(to=("mary",), reply_to=1)]) == [Refused(code=ErrorCode.NO_SUCH_EVENT)]
        assert nowhere(store, TONY_MARY)

    def test_not_to_what_was_written_to_a_former_guest(self, store: Store) -> None:
        store.commit([say("for the guest", to=("mary",)), admit("mary", offer="key"), say("a", room=TONY_MARY)])
        assert codes(store.commit([say(by="mary", room=TONY_MARY, reply_to=seq) for seq in (1, 2)])) == [
            ErrorCode.NO_SUCH_EVENT,
            "Appended",
        ]
        assert codes(store.commit([say(room=TONY_MARY, reply_to=1)])) == ["Appended"]


class TestMentions:
    """Whom a text means; what is in a text that looks like a name is ``model/mentions.py``."""

    @pytest.fixture
    def known(self, store: Store) -> Store:
        store.commit(
            [admit(uid, offer=uid) for uid in ("tony", "mary", "henry")] + [admit("guest", nickname="Vis Itor")]
        )
        return store

    def mentioned(self, store: Store, *writes: Append | Admit) -> list[tuple[str, ...]]:
        """Commit, and give whom each message mentions."""
        return [message_of(result).mentions for result in store.commit(writes) if isinstance(result, Appended)]

    def test_by_uid_and_by_nickname_in_any_case_in_order_of_the_text(self, known: Store) -> None:
        (result,) = known.commit([say("@vis itor, @MARY and @tony: see @room")])
        sent = message_of(result)
        assert (sent.mentions, sent.mentions_room) == (("guest", "mary", "tony"), True)
        (message,) = page(known, query()).events
        assert isinstance(message, Message)
        assert (message.mentions, message.mentions_room) == (("guest", "mary", "tony"), True)
        assert message == sent
        assert [(place.begin, place.length) for place in message.mention_places] == [(0, 9), (11, 5), (21, 5), (32, 5)]

    def test_after_a_wide_at_too(self, known: Store) -> None:
        assert self.mentioned(known, say("\uff20mary"), say("to \ufe6bhenry")) == [("mary",), ("henry",)]

    def test_everyone_of_that_name(self, known: Store) -> None:
        done(known, decide(PutPerson(uid="other", nickname="Ｍary")))
        assert self.mentioned(known, admit("other", nickname="Ｍary", offer="o"), say("@mary")) == [("mary", "other")]

    def test_a_guest_takes_no_name_from_an_account(self, known: Store) -> None:
        known.commit([admit("loud", nickname="Mary!"), admit("late", nickname="Mary is late")])
        assert self.mentioned(known, say("@Mary!"), say("@Mary is late"), say("@loud")) == [
            ("mary",),
            ("mary",),
            ("loud",),
        ]

    def test_of_names_that_are_as_long_the_one_with_a_password(self, known: Store) -> None:
        known.commit([admit("bob", offer="b"), admit("loud", nickname="Bob!", offer="l")])
        assert self.mentioned(known, say("@bob!")) == [("loud",)]
        done(known, decide(PutPerson(uid="bob", password_hash="hash")))
        assert self.mentioned(known, say("@bob!")) == [("bob",)]

    def test_only_those_who_are_in_the_room(self, known: Store) -> None:
        text = "@mary @henry @guest @nobody"
        done(known, make("r-secret", "mary", private=True))
        done(known, make("r-open"))
        inside = PutMember(room="r-open", member=Membership(uid="henry"))
        told = [say(text, to=("mary",)), say(text, room="r-secret"), say(text, room="r-open")]
        assert self.mentioned(known, *told) == [("mary",), ("mary",), ()]
        done(known, decide(inside))
        assert self.mentioned(known, say(text, room="r-open")) == [("henry",)]
        done(known, decide(DropMember(room="r-open", uid="henry")))
        assert self.mentioned(known, say(text, room="r-open")) == [()]
        done(known, decide(inside))
        banned = Membership(uid="henry", entered=False, banned_until_ms=9)
        done(known, decide(PutMember(room="r-open", member=banned)))
        assert self.mentioned(known, say(text, room="r-open")) == [()]

    def test_a_new_conversation_and_the_same_one_later(self, known: Store) -> None:
        assert self.mentioned(known, *(say_to("mary", text="@mary") for _ in range(2))) == [("mary",), ("mary",)]
        never_here = say("@Zoe @tony", to=("Zoe",))
        assert self.mentioned(known, never_here, never_here) == [("Zoe", "tony")] * 2

    def test_what_was_done_before_in_the_same_commit_counts(self, known: Store) -> None:
        writes: list[Append | Admit] = [
            say("@Zoe"),
            admit("zoe"),
            say("@Zoe"),
            admit("zoe", nickname="Zo"),
            say("@zo"),
            say("@Zoe"),
        ]
        assert self.mentioned(known, *writes) == [(), ("zoe",), ("zoe",), ()]

    def test_what_was_undone_does_not(self, known: Store) -> None:
        assert self.mentioned(known, say("@mary")) == [("mary",)]
        (undone,) = known.commit([decide(PutPerson(uid="mary", nickname="Maria"), Erase(room=LOBBY, seq=99))])
        assert isinstance(undone, StoreError)
        assert self.mentioned(known, say("@mary @maria")) == [("mary",)]

    def test_a_client_says_whom_it_means(self, known: Store) -> None:
        mary, everyone = Mention(uid="mary", begin=0, length=5), Mention(room=True, begin=6, length=4)
        nobody = Mention(uid="nobody", begin=0, length=5)
        (result,) = known.commit([say("@the one @tony", mentions=(mary, nobody, everyone))])
        assert message_of(result).mention_places == (mary, everyone)
        (message,) = page(known, query()).events
        assert isinstance(message, Message)
        assert (message.mentions, message.mentions_room, message.mention_places) == (("mary",), True, (mary, everyone))
        assert self.mentioned(known, say("@tony", mentions=())) == [()]

    def test_of_those_only_who_is_in_the_room(self, known: Store) -> None:
        done(known, make("r-open"))
        mentions = tuple(Mention(uid=uid, begin=0, length=5) for uid in ("henry", "mary", "tony"))
        known.commit([decide(PutMember(room="r-open", member=Membership(uid="tony")))])
        told = [say("@them", room=None, to=("mary",), mentions=mentions) for _ in range(2)]
        assert self.mentioned(known, *told) == [("mary", "tony")] * 2
        assert self.mentioned(known, say("@them", room="r-open", mentions=mentions)) == [("tony",)]

    def test_an_edit_says_so_as_well(self, known: Store) -> None:
        mary = Mention(uid="mary", begin=0, length=2)
        known.commit([say("@tony")])
        result = done(known, edit(1, "@M @tony", mentions=(mary,)))
        assert [(event.mentions, event.mention_places) for event in result.events] == [(("mary",), (mary,))]
        message, event = page(known, query()).events
        assert message.mention_places == event.mention_places == (mary,)

    def test_mentions_do_not_make_a_retry_another_message(self, known: Store) -> None:
        mary = Mention(uid="mary", begin=0, length=2)
        first, again = known.commit([say("@M", id="1", mentions=(mary,)), say("@M", id="1", mentions=())])
        assert isinstance(again, Appended)
        assert (again.retried, isinstance(first, Appended)) == (True, True)
