"""SEND in every store."""

import pytest

from muca.model.changes import Erase, PutPerson, SetText
from muca.model.errors import ErrorCode
from muca.model.events import Message, Reach
from muca.model.rooms import LOBBY
from muca.model.storage import Appended, Refused, StoreError
from muca.storage.store import Store
from tests.storage.words import (
    TONY_MARY,
    TRIO,
    admit,
    an_event,
    codes,
    decide,
    done,
    make,
    nowhere,
    page,
    query,
    say,
    say_to,
    texts,
)


class TestAppend:
    def test_seqs_count_from_one_in_every_room(self, store: Store) -> None:
        assert store.commit([say(), say(to=("mary",)), say()]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=TONY_MARY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]
        assert store.commit([say(ts_ms=7)]) == [Appended(room=LOBBY, seq=3, ts_ms=7)]

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
        assert store.commit([say(text, id="1")]) == [Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]
        assert texts(store) == [text]

    def test_a_long_text_comes_back_unchanged(self, store: Store) -> None:
        store.commit([say("ü" * 100_000)])
        assert texts(store) == ["ü" * 100_000]

    def test_a_missing_room_without_members_fails_alone(self, store: Store) -> None:
        first, missing, last = store.commit([say("a"), say(room=TRIO), say("b")])
        assert first == Appended(room=LOBBY, seq=1, ts_ms=1_000)
        assert isinstance(missing, StoreError)
        assert last == Appended(room=LOBBY, seq=2, ts_ms=1_000)
        assert texts(store) == ["a", "b"]

    def test_a_room_that_exists_needs_no_members(self, store: Store) -> None:
        store.commit([say(to=("mary",))])
        assert store.commit([say(room=TONY_MARY)]) == [Appended(room=TONY_MARY, seq=2, ts_ms=1_000)]

    def test_a_text_that_cannot_be_written_fails_alone(self, store: Store) -> None:
        """A lone surrogate has no UTF-8. Nothing of its write stays, no room and no seq."""
        results = store.commit(
            [say("a"), say("\ud800", to=("mary",)), say("\udfff"), say("b", to=("henry",)), say("c")]
        )
        assert [type(result) for result in results] == [Appended, StoreError, StoreError, Appended, Appended]
        assert texts(store) == ["a", "c"]
        assert nowhere(store, TONY_MARY)
        assert store.commit([say("d", to=("mary",))]) == [Appended(room=TONY_MARY, seq=1, ts_ms=1_000)]


class TestRetry:
    def test_the_same_send_again_is_the_same_event(self, store: Store) -> None:
        store.commit([say("a"), say("b", id="1", ts_ms=5)])
        again = Appended(room=LOBBY, seq=2, ts_ms=5, retried=True)
        assert store.commit([say("b", id="1", ts_ms=9), say("c")]) == [again, Appended(room=LOBBY, seq=3, ts_ms=1_000)]
        assert texts(store) == ["a", "b", "c"]

    def test_twice_in_one_commit(self, store: Store) -> None:
        assert store.commit([say("a", id="1"), say("a", id="1"), say("b", id="1"), say("c", id="2")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            Refused(code=ErrorCode.ID_REUSED),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_without_an_id_every_send_is_a_new_event(self, store: Store) -> None:
        store.commit([say("a"), say("a")])
        assert texts(store) == ["a", "a"]

    def test_an_id_belongs_to_its_sender(self, store: Store) -> None:
        assert store.commit([say(by="tony", id="1"), say(by="mary", id="1")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
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
            Appended(room=TONY_MARY, seq=1, ts_ms=1_000, retried=True)
        ]
        assert store.commit([say_to("Zoe", text="b", id="1")]) == [Refused(code=ErrorCode.ID_REUSED)]

    def test_the_first_text_counts_when_it_was_edited(self, store: Store) -> None:
        store.commit([say("a", id="1"), decide(SetText(room=LOBBY, seq=1, text="b"))])
        assert store.commit([say("a", id="1"), say("b", id="1")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True),
            Refused(code=ErrorCode.ID_REUSED),
        ]

    def test_a_retry_of_what_was_deleted_does_not_bring_it_back(self, store: Store) -> None:
        store.commit([say("a", id="1"), decide(SetText(room=LOBBY, seq=1, text="b"), Erase(room=LOBBY, seq=1))])
        assert store.commit([say("a", id="1")]) == [Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)]
        assert texts(store) == [""]

    def test_a_refused_send_leaves_its_id_free(self, store: Store) -> None:
        store.commit([say_to("Zoe", text="a", id="1"), say("\ud800", id="2")])
        assert store.commit([say("b", id="1"), say("c", id="2")]) == [
            Appended(room=LOBBY, seq=1, ts_ms=1_000),
            Appended(room=LOBBY, seq=2, ts_ms=1_000),
        ]

    def test_a_retry_beside_a_write_that_fails(self, store: Store) -> None:
        store.commit([say("a", id="1")])
        again, failed, new = store.commit([say("a", id="1"), say("\ud800"), say("b")])
        assert again == Appended(room=LOBBY, seq=1, ts_ms=1_000, retried=True)
        assert isinstance(failed, StoreError)
        assert new == Appended(room=LOBBY, seq=2, ts_ms=1_000)


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
        assert known.commit([say_to(name, text="hi")]) == [
            Appended(room=TONY_MARY, seq=1, ts_ms=1_000, members=("mary", "tony"))
        ]
        assert texts(known, TONY_MARY, reader="mary") == ["hi"]

    def test_a_guest_is_found_by_its_uid_alone(self, known: Store) -> None:
        (found, refused) = known.commit([say_to("guest"), say_to("Visitor")])
        assert isinstance(found, Appended)
        assert found.members == ("guest", "tony")
        assert refused == Refused(code=ErrorCode.UNKNOWN_RECIPIENT, detail="«Visitor»")

    def test_several_make_a_group_and_repeats_do_not_count(self, known: Store) -> None:
        names = ("henry", "Máry", "Tony", "mary")
        assert known.commit([say_to(*names), say_to(*names)]) == [
            Appended(room=TRIO, seq=seq, ts_ms=1_000, members=("henry", "mary", "tony")) for seq in (1, 2)
        ]

    @pytest.mark.parametrize(
        ("names", "code", "detail"),
        [
            (("Zoe",), ErrorCode.UNKNOWN_RECIPIENT, "«Zoe»"),
            (("Jo",), ErrorCode.AMBIGUOUS_RECIPIENT, "«Jo»"),
            (("mary", "Jo", "Zoe", "jO", "Kim"), ErrorCode.UNKNOWN_RECIPIENT, "«Zoe», «Kim»"),
            (("Jo", "mary", "jO"), ErrorCode.AMBIGUOUS_RECIPIENT, "«Jo», «jO»"),
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
        assert isinstance(found, Appended)
        assert found.members == ("anna", "tony")


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

    def test_by_uid_and_by_nickname_in_any_case_in_order_of_the_text(self, known: Store) -> None:
        (result,) = known.commit([say("@vis itor, @MARY and @tony: see @room")])
        assert isinstance(result, Appended)
        assert (result.mentions, result.mentions_room) == (("guest", "mary", "tony"), True)
        (message,) = page(known, query()).events
        assert isinstance(message, Message)
        assert (message.mentions, message.mentions_room) == (result.mentions, True)

    def test_everyone_of_that_name(self, known: Store) -> None:
        known.commit([admit("other", nickname="Ｍary")])
        (result,) = known.commit([say("@mary")])
        assert isinstance(result, Appended)
        assert result.mentions == ("mary", "other")

    def test_only_those_who_may_read_the_room(self, known: Store) -> None:
        text = "@mary @henry @guest @nobody"
        done(known, make("r-secret", "mary", private=True))
        done(known, make("r-open"))
        results = known.commit([say(text, to=("mary",)), say(text, room="r-secret"), say(text, room="r-open")])
        assert [result.mentions for result in results if isinstance(result, Appended)] == [
            ("mary",),
            ("mary",),
            ("mary", "henry"),
        ]

    def test_a_new_conversation_and_the_same_one_later(self, known: Store) -> None:
        results = known.commit([say_to("mary", text="@mary") for _ in range(2)])
        assert [result.mentions for result in results if isinstance(result, Appended)] == [("mary",), ("mary",)]

    def test_what_was_done_before_in_the_same_commit_counts(self, known: Store) -> None:
        results = known.commit(
            [say("@Zoe"), admit("zoe"), say("@Zoe"), admit("zoe", nickname="Zo"), say("@zo"), say("@Zoe")]
        )
        assert [result.mentions for result in results if isinstance(result, Appended)] == [
            (),
            ("zoe",),
            ("zoe",),
            (),
        ]
