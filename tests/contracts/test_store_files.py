"""Files in every store: who brought them, which message they hang on, and whose bytes can go."""

import pytest

from muca.core.files import fetching, may_fetch, may_fetch_by_link
from muca.model.changes import Change, CloseReport, DropRoom, Erase, PutMember, PutReport, PutRoom, SetPinned, SetText
from muca.model.errors import ErrorCode
from muca.model.events import Message, Settings
from muca.model.facts import Membership, Wanted
from muca.model.files import FileInfo
from muca.model.queries import PersonQuery, PinsQuery, ReportsQuery, SearchQuery
from muca.model.replies import Hits, MessageList, ReportList
from muca.model.rooms import LOBBY
from muca.model.storage import Append, Appended, Guard, Look, LookResult, Refused, Retention, StoreError, WriteResult
from muca.storage.store import Store
from tests.storage.words import (
    NOW_MS,
    TONY_MARY,
    Placed,
    a_file,
    admit,
    bring,
    codes,
    decide,
    done,
    facts,
    make,
    message_of,
    page,
    query,
    say,
    seen,
)

FOR_EVER = Retention()
NO_SUCH_FILE = Refused(code=ErrorCode.NO_SUCH_FILE)
CAT, DOG = a_file("f-cat", name="cat.jpg"), a_file("f-dog", name="Müllers dog.png", bytes=50)


@pytest.fixture
def store(store: Store) -> Store:
    done(store, bring(CAT, DOG))
    return store


def commit(store: Store, write: Append) -> WriteResult:
    (result,) = store.commit([write])
    return result


def files(store: Store, room: str = LOBBY) -> list[tuple[FileInfo, ...]]:
    return [event.files for event in page(store, query(room)).events if isinstance(event, Message)]


def found(store: Store, *words: str, has_file: bool = False) -> list[Message]:
    hits = seen(store, SearchQuery(words=words, has_file=has_file, hits_max=50, scan_max=1_000))
    assert isinstance(hits, Hits)
    return [hit.message for hit in hits.hits]


def tend(store: Store, now_ms: int = NOW_MS, retention: Retention = FOR_EVER) -> None:
    while store.tend(now_ms, retention):
        pass


class TestAttach:
    def test_a_message_has_its_files_in_the_order_given(self, store: Store) -> None:
        appended = commit(store, say("look", files=("f-dog", "f-cat")))
        assert appended == Placed(room=LOBBY, seq=1, ts_ms=1_000)
        assert message_of(appended).files == (DOG.info, CAT.info)
        assert files(store) == [(DOG.info, CAT.info)]

    def test_a_message_may_be_files_alone(self, store: Store) -> None:
        commit(store, say("", files=("f-cat",)))
        assert files(store) == [(CAT.info,)]

    def test_a_file_hangs_on_one_message(self, store: Store) -> None:
        assert codes(store.commit([say(files=("f-cat",)), say(files=("f-cat",))])) == ["Appended", "no_such_file"]
        assert commit(store, say(files=("f-dog", "f-cat"))) == NO_SUCH_FILE
        assert isinstance(commit(store, say(files=("f-dog",))), Appended)

    def test_strangers_files_and_those_that_are_not_there_are_refused_alike(self, store: Store) -> None:
        stranger = commit(store, say(by="mary", files=("f-cat",)))
        assert stranger == commit(store, say(by="mary", files=("f-none",))) == NO_SUCH_FILE
        assert files(store) == []
        assert isinstance(commit(store, say(files=("f-cat",))), Appended)

    def test_the_same_file_twice_in_a_message_is_refused(self, store: Store) -> None:
        assert commit(store, say(files=("f-cat", "f-cat"))) == NO_SUCH_FILE

    def test_a_new_conversation_is_not_made_for_a_refused_file(self, store: Store) -> None:
        assert commit(store, say(to=("mary",), files=("f-none",))) == NO_SUCH_FILE
        assert facts(store, Wanted(actor="tony", room=TONY_MARY)).room is None

    def test_an_upload_is_taken_in_once(self, store: Store) -> None:
        (again,) = store.commit([bring(CAT)])
        assert isinstance(again, StoreError)

    @pytest.mark.parametrize("where", ["pins", "reports"])
    def test_the_files_are_told_wherever_the_message_is(self, store: Store, where: str) -> None:
        commit(store, say(files=("f-cat",)))
        done(store, decide(PutReport(room=LOBBY, seq=1, uid="mary", reason="")))
        if where == "pins":
            done(store, decide(SetPinned(room=LOBBY, seq=1, pinned=True)))
            pins = seen(store, PinsQuery(room=LOBBY))
            assert isinstance(pins, MessageList)
            assert pins.messages[0].files == (CAT.info,)
        else:
            reports = seen(store, ReportsQuery(room=None))
            assert isinstance(reports, ReportList)
            assert reports.reports[0].message is not None
            assert reports.reports[0].message.files == (CAT.info,)

    def test_an_edit_leaves_them(self, store: Store) -> None:
        commit(store, say(files=("f-cat",)))
        done(store, decide(SetText(room=LOBBY, seq=1, text="new")))
        assert files(store) == [(CAT.info,)]


class TestSafeRetry:
    def test_the_same_again_is_the_same_message(self, store: Store) -> None:
        first = commit(store, say(id="1", files=("f-cat", "f-dog")))
        assert isinstance(first, Appended)
        assert commit(store, say(id="1", files=("f-cat", "f-dog"))) == Placed(
            room=LOBBY, seq=1, ts_ms=1_000, retried=True
        )

    def test_also_in_one_commit(self, store: Store) -> None:
        assert codes(store.commit([say(id="1", files=("f-cat",))] * 2)) == ["Appended", "Appended"]
        assert files(store) == [(CAT.info,)]

    @pytest.mark.parametrize("others", [(), ("f-cat",), ("f-dog", "f-cat"), ("f-cat", "f-none")])
    def test_other_files_are_another_message(self, store: Store, others: tuple[str, ...]) -> None:
        commit(store, say(id="1", files=("f-cat", "f-dog")))
        assert commit(store, say(id="1", files=others)) == Refused(code=ErrorCode.ID_REUSED)

    def test_after_an_edit_and_after_a_deletion(self, store: Store) -> None:
        commit(store, say(id="1", files=("f-cat",)))
        for change in SetText(room=LOBBY, seq=1, text="new"), Erase(room=LOBBY, seq=1):
            done(store, decide(change))
            assert isinstance(commit(store, say(id="1", files=("f-cat",))), Appended)
        assert commit(store, say(id="1", files=())) == Refused(code=ErrorCode.ID_REUSED)


def fetch(store: Store, guard: Guard) -> LookResult:
    wanted = fetching("tony" if guard is may_fetch else "", "f-cat")
    return store.look(Look(wanted=wanted, guard=guard, query=PersonQuery(), ts_ms=NOW_MS))


class TestEvidence:
    """Files of messages that were reported."""

    @pytest.mark.parametrize("removed", [False, True])
    def test_stay_until_the_last_report_is_closed(self, store: Store, removed: bool) -> None:
        """Whether the message was deleted, or went by its age."""
        commit(store, say(files=("f-cat",)))
        reported = [PutReport(room=LOBBY, seq=1, uid=uid, reason="") for uid in ("mary", "zoe")]
        first, second = done(store, decide(*reported)).made
        if removed:
            store.commit([say("newer")])
            while store.tend(NOW_MS, Retention(events=1)):
                pass
        else:
            done(store, decide(Erase(room=LOBBY, seq=1)))
        assert facts(store, Wanted(actor="mary", file="f-cat")).reported
        done(store, decide(CloseReport(report=first)))
        assert store.gone_files(9) == []
        assert store.known_files(["f-cat"]) == {"f-cat"}
        done(store, decide(CloseReport(report=second)))
        assert store.gone_files(9) == ["f-cat"]
        assert not facts(store, Wanted(actor="mary", file="f-cat")).reported

    @pytest.mark.parametrize("gone", [Erase(room="r-a", seq=1), DropRoom(room="r-a")])
    @pytest.mark.parametrize("reported", [False, True])
    def test_are_for_nobody_else_once_the_message_or_its_room_is_gone(
        self, store: Store, reported: bool, gone: Change
    ) -> None:
        """Neither for who brought them nor for who has a link."""
        done(store, make("r-a"))
        commit(store, say(room="r-a", files=("f-cat",)))
        if reported:
            done(store, decide(PutReport(room="r-a", seq=1, uid="mary", reason="")))
        assert not isinstance(fetch(store, may_fetch), Refused)
        assert not isinstance(fetch(store, may_fetch_by_link), Refused)
        done(store, decide(gone))
        assert fetch(store, may_fetch) == NO_SUCH_FILE
        assert fetch(store, may_fetch_by_link) == NO_SUCH_FILE

    def test_are_the_messages_own_while_it_is_there(self, store: Store) -> None:
        commit(store, say(files=("f-cat",)))
        (report,) = done(store, decide(PutReport(room=LOBBY, seq=1, uid="mary", reason=""))).made
        done(store, decide(CloseReport(report=report)))
        assert files(store) == [(CAT.info,)]
        assert store.gone_files(9) == []


class TestFacts:
    def test_of_an_upload(self, store: Store) -> None:
        told = facts(store, Wanted(actor="mary", file="f-cat", room=LOBBY, event=1))
        assert (told.file, told.room, told.message) == (CAT, None, None)

    def test_of_a_file_of_a_message(self, store: Store) -> None:
        commit(store, say(to=("mary",), files=("f-cat",)))
        for reader, is_in in ("mary", True), ("zoe", False):
            told = facts(store, Wanted(actor=reader, file="f-cat"))
            assert told.file is not None
            assert (told.file.room, told.file.seq) == (TONY_MARY, 1)
            assert told.room is not None
            assert (told.membership is not None) is is_in

    def test_below_the_floor_there_is_no_message(self, store: Store) -> None:
        store.commit([say(to=("mary",), files=("f-cat",)), admit("mary", offer="key")])
        told = facts(store, Wanted(actor="mary", file="f-cat"))
        assert (told.membership, told.message) == (None, None)

    def test_of_none(self, store: Store) -> None:
        told = facts(store, Wanted(actor="tony", file="f-none", room=LOBBY))
        assert (told.file, told.room) == (None, None)

    def test_how_much_there_is(self, store: Store) -> None:
        done(store, bring(a_file("f-hen", by="mary", bytes=7)))
        told = facts(store, Wanted(actor="mary", file_bytes=True))
        assert (told.actors_file_bytes, told.all_file_bytes) == (7, 157)
        told = facts(store, Wanted(actor="zoe", file_bytes=True))
        assert (told.actors_file_bytes, told.all_file_bytes) == (0, 157)


class TestSearch:
    @pytest.fixture(params=["waiting", "indexed"])
    def talk(self, request: pytest.FixtureRequest, store: Store) -> Store:
        store.commit([say("of a cat"), say("see the picture", files=("f-dog",)), say("", files=("f-cat",))])
        if request.param == "indexed":
            tend(store)
        return store

    @pytest.mark.parametrize(
        ("words", "seqs"),
        [
            (("cat",), [3, 1]),
            (("MÜLLER",), [2]),
            (("picture", "dog"), [2]),
            (("picture", "cat"), []),
            (("g.pn",), [2]),
            (("dog picture",), []),
        ],
    )
    def test_names_are_found(self, talk: Store, words: tuple[str, ...], seqs: list[int]) -> None:
        assert [message.seq for message in found(talk, *words)] == seqs

    def test_a_name_is_not_marked_in_the_text(self, talk: Store) -> None:
        hits = seen(talk, SearchQuery(words=("dog", "the"), hits_max=9, scan_max=99))
        assert isinstance(hits, Hits)
        assert [hit.marks for hit in hits.hits] == [((4, 3),)]

    def test_messages_with_files(self, talk: Store) -> None:
        assert [message.seq for message in found(talk, has_file=True)] == [3, 2]
        assert [message.seq for message in found(talk, "cat", has_file=True)] == [3]

    def test_after_an_edit_the_name_is_still_found_and_after_a_deletion_no_more(self, talk: Store) -> None:
        done(talk, decide(SetText(room=LOBBY, seq=2, text="changed")))
        for _ in range(2):
            assert [message.seq for message in found(talk, "dog")] == [2]
            tend(talk)
        done(talk, decide(Erase(room=LOBBY, seq=2)))
        for _ in range(2):
            assert found(talk, "dog") == []
            tend(talk)


class TestGone:
    def test_nothing_is_gone_at_first(self, store: Store) -> None:
        commit(store, say(files=("f-cat",)))
        tend(store)
        assert store.gone_files(9) == []
        assert store.known_files(["f-cat", "f-dog", "f-none"]) == {"f-cat", "f-dog"}

    def test_with_its_message(self, store: Store) -> None:
        commit(store, say(files=("f-cat", "f-dog")))
        done(store, decide(Erase(room=LOBBY, seq=1)))
        assert files(store) == [()]
        assert set(store.gone_files(9)) == {"f-cat", "f-dog"}
        assert len(store.gone_files(1)) == 1
        assert store.known_files(["f-cat", "f-dog"]) == set()
        told = facts(store, Wanted(actor="tony", file="f-cat", file_bytes=True))
        assert (told.file, told.all_file_bytes) == (None, 0)
        store.forget_gone(["f-cat"])
        assert store.gone_files(9) == ["f-dog"]

    def test_with_retention(self, store: Store) -> None:
        done(store, make("r-a"))
        store.commit([say(room="r-a", files=("f-cat",)), say(room="r-a", files=("f-dog",)), say(room="r-a")])
        done(store, decide(PutRoom(room="r-a", settings=Settings(keep_events=2))))
        tend(store)
        assert store.gone_files(9) == ["f-cat"]
        assert files(store, "r-a") == [(DOG.info,), ()]

    def test_an_upload_that_no_message_has_in_time(self, store: Store) -> None:
        commit(store, say(files=("f-cat",)))
        bound = Retention(upload_seconds=10)
        tend(store, NOW_MS + 10_000, bound)
        assert store.gone_files(9) == []
        tend(store, NOW_MS + 10_001, bound)
        assert store.gone_files(9) == ["f-dog"]
        assert commit(store, say(files=("f-dog",))) == NO_SUCH_FILE

    def test_a_member_who_leaves_takes_nothing_along(self, store: Store) -> None:
        done(store, make("r-a", "mary"))
        commit(store, say(room="r-a", files=("f-cat",)))
        done(store, decide(PutMember(room="r-a", member=Membership(uid="tony", entered=False))))
        tend(store)
        assert store.gone_files(9) == []
