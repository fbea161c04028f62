"""Retention in every store: the oldest events of a room go, and SEQ stays."""

from collections.abc import Sequence

import pytest

from muca.model.changes import (
    CountAnew,
    Erase,
    PutMarker,
    PutMember,
    PutReaction,
    PutReport,
    PutRoom,
    SetPinned,
    SetText,
)
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.facts import FOR_EVER_MS, Membership, Wanted
from muca.model.ids import RoomId, Uid
from muca.model.pushes import MarkerMoved
from muca.model.queries import NumbersQuery, PinsQuery, ReportsQuery, SearchQuery, VersionsQuery
from muca.model.replies import Hits, MessageList, ReportList, Statistics
from muca.model.rooms import LOBBY
from muca.model.storage import Refused, Retention
from muca.storage.store import Store
from tests.storage.words import (
    TONY_MARY,
    Placed,
    admit,
    an_event,
    codes,
    decide,
    done,
    edit,
    facts,
    make,
    page,
    query,
    say,
    seen,
    seqs,
)

DAY_MS = 86_400_000
FOR_EVER = Retention()


def keep(
    store: Store, room: RoomId = LOBBY, *, events: int | None = None, days: int | None = None, now_ms: int = DAY_MS
) -> None:
    """Set how much is kept, and have it done."""
    done(store, decide(PutRoom(room=room, settings=Settings(keep_events=events, keep_days=days))))
    tend(store, now_ms)


def tend(store: Store, now_ms: int, retention: Retention = FOR_EVER) -> None:
    for _ in range(10_000):
        if not store.tend(now_ms, retention):
            return
    raise AssertionError("there is no end to it")


def left(store: Store, room: RoomId = LOBBY) -> Sequence[int | None]:
    return seqs(page(store, query(room)))


def unread(store: Store, uid: Uid, room: RoomId = LOBBY) -> tuple[int, int, int]:
    """Return read, unread and mentions."""
    shown = done(store, decide(by=uid, room=room)).room
    assert shown is not None
    return shown.read, shown.unread, shown.mentions


def test_what_is_not_set_is_kept_for_ever(store: Store) -> None:
    store.commit([say(ts_ms=1), make("r-a"), say(room="r-a", ts_ms=1)])
    tend(store, 10_000 * DAY_MS)
    assert (left(store), left(store, "r-a")) == ([1], [1])


@pytest.mark.parametrize(("events", "expected"), [(3, [3, 4, 5]), (1, [5]), (5, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 4, 5])])
def test_so_many_events_are_kept(store: Store, events: int, expected: list[int]) -> None:
    store.commit([say(), say(), decide(an_event(LOBBY)), say(), say()])
    keep(store, events=events)
    assert left(store) == expected


@pytest.mark.parametrize(
    ("now_ms", "expected"),
    [(3 * DAY_MS, [1, 2, 3]), (3 * DAY_MS + 1, [2, 3]), (4 * DAY_MS, [2, 3]), (5 * DAY_MS, [3]), (6 * DAY_MS, [])],
)
def test_events_are_kept_for_so_many_days(store: Store, now_ms: int, expected: list[int]) -> None:
    store.commit([say(ts_ms=day * DAY_MS) for day in (1, 2, 3)])
    keep(store, days=2, now_ms=now_ms)
    assert left(store) == expected


def test_both_bounds_together(store: Store) -> None:
    store.commit([say(ts_ms=day * DAY_MS) for day in range(1, 7)])
    keep(store, days=2, events=2, now_ms=6 * DAY_MS)
    assert left(store) == [5, 6]
    keep(store, days=1, events=100, now_ms=7 * DAY_MS)
    assert left(store) == [6]


def test_the_servers_bounds_hold_in_every_room_if_they_are_the_shorter(store: Store) -> None:
    store.commit([make("r-a"), make("r-b"), say(to=("mary",), ts_ms=1)])
    store.commit([say(room=room, ts_ms=day * DAY_MS) for day in range(1, 6) for room in (LOBBY, "r-a", "r-b")])
    for room, settings in (
        ("r-a", Settings(keep_events=2, keep_days=9)),
        ("r-b", Settings(keep_events=4, keep_days=1)),
    ):
        done(store, decide(PutRoom(room=room, settings=settings)))
    tend(store, 5 * DAY_MS, Retention(events=3))
    assert [left(store, room) for room in (LOBBY, "r-a", "r-b", TONY_MARY)] == [[3, 4, 5], [4, 5], [4, 5], [1]]
    tend(store, 7 * DAY_MS, Retention(days=2))
    assert [left(store, room) for room in (LOBBY, "r-a", "r-b", TONY_MARY)] == [[5], [5], [], []]
    tend(store, 9_999 * DAY_MS)
    assert [left(store, room) for room in (LOBBY, "r-a")] == [[5], []]


def test_every_room_for_itself(store: Store) -> None:
    store.commit([make("r-a"), make("r-b")])
    store.commit([say(room=room) for room in (LOBBY, "r-a", "r-b") for _ in range(3)] + [say(to=("mary",))] * 3)
    keep(store, "r-a", events=1)
    assert [left(store, room) for room in (LOBBY, "r-a", "r-b", TONY_MARY)] == [[1, 2, 3], [3], [1, 2, 3], [1, 2, 3]]


def test_seq_goes_on_and_pages_begin_where_the_log_does(store: Store) -> None:
    store.commit([say(str(number)) for number in range(1, 7)])
    keep(store, events=2)
    assert store.commit([say("7")]) == [Placed(room=LOBBY, seq=7, ts_ms=1_000)]
    for ask in (query(after=0), query(after=3), query(before=100), query(at_ms=0), query(around=6)):
        assert (seqs(page(store, ask)), page(store, ask).more) == ([5, 6, 7], False)
    read = page(store, query(before=5))
    assert (read.events, read.more) == ((), False)
    assert (seqs(page(store, query(before=7, events_max=1))), page(store, query(before=7, events_max=1)).more) == (
        [6],
        True,
    )
    assert (seqs(page(store, query(before=6, events_max=1))), page(store, query(before=6, events_max=1)).more) == (
        [5],
        False,
    )
    assert seqs(page(store, query(around=1, events_max=2))) == [5, 6]


def test_an_empty_log_keeps_its_number(store: Store) -> None:
    store.commit([say(ts_ms=1), say(ts_ms=1)])
    keep(store, days=1, now_ms=9 * DAY_MS)
    assert page(store, query()).events == ()
    assert store.commit([say()]) == [Placed(room=LOBBY, seq=3, ts_ms=1_000)]


def test_what_is_gone_is_not_unread(store: Store) -> None:
    store.commit([admit("mary"), admit("henry")])
    store.commit([say("@mary"), decide(an_event(LOBBY)), say("@mary"), say("@mary"), say("@henry"), say()])
    done(store, decide(PutMarker(room=LOBBY, uid="henry", seq=4)))
    assert (unread(store, "mary"), unread(store, "henry")) == ((0, 5, 3), (4, 2, 1))
    keep(store, events=3)
    assert (unread(store, "mary"), unread(store, "henry")) == ((0, 3, 1), (4, 2, 1))
    keep(store, events=1)
    assert (unread(store, "mary"), unread(store, "henry")) == ((0, 1, 0), (4, 1, 0))
    store.commit([say("@room")])
    assert (unread(store, "mary"), unread(store, "henry")) == ((0, 2, 1), (4, 2, 1))


def test_whose_counts_retention_has_changed(store: Store) -> None:
    """Those of people who have not read what is gone, or a mention of it that an edit brought later."""
    store.commit([admit("mary"), admit("henry"), say("a"), say("b @mary"), say("c")])
    done(store, edit(1, "@henry"))
    done(store, decide(PutMarker(room=LOBBY, uid="henry", seq=3), PutMarker(room=LOBBY, uid="mary", seq=1)))
    assert (unread(store, "mary"), unread(store, "henry")) == ((1, 2, 1), (3, 0, 1))
    assert store.take_recounts(9) == {}
    keep(store, events=2)
    assert store.take_recounts(9) == {LOBBY: 4}
    assert store.take_recounts(9) == {}
    told = done(store, decide(CountAnew(readers=((LOBBY, "henry", 4), (LOBBY, "mary", 4), ("r-none", "mary", 9)))))
    assert told.recounted == (
        MarkerMoved(room=LOBBY, uid="henry", seq=3, unread=0, mentions=0),
        MarkerMoved(room=LOBBY, uid="mary", seq=1, unread=1, mentions=0),
    )
    assert done(store, decide(CountAnew(readers=((LOBBY, "henry", 3),)))).recounted == ()


def test_counts_of_other_rooms_are_those_of_who_is_in_them(store: Store) -> None:
    store.commit([admit("mary"), admit("zoe"), make("r-a", "mary"), say("d", to=("mary",)), say(room="r-a")])
    readers = tuple((room, uid, 9) for room in (TONY_MARY, "r-a") for uid in ("mary", "zoe"))
    told = done(store, decide(CountAnew(readers=readers)))
    everyone = done(store, decide(CountAnew(readers=((TONY_MARY, None, 9), ("r-a", None, 9), (LOBBY, None, 9)))))
    assert everyone.recounted == (
        MarkerMoved(room=TONY_MARY, uid="mary", seq=0, unread=1, mentions=0),
        MarkerMoved(room=TONY_MARY, uid="tony", seq=1, unread=0, mentions=0),
    )
    assert told.recounted == (
        MarkerMoved(room=TONY_MARY, uid="mary", seq=0, unread=1, mentions=0),
        MarkerMoved(room="r-a", uid="mary", seq=0, unread=1, mentions=0),
    )
    tend(store, DAY_MS, Retention(events=1))
    store.commit([say(room="r-a"), say("e", to=("mary",))])
    tend(store, DAY_MS, Retention(events=1))
    first = store.take_recounts(1)
    assert (len(first), first | store.take_recounts(1)) == (1, {TONY_MARY: 1, "r-a": 1})


def test_all_that_hangs_on_a_message_goes_with_it(store: Store) -> None:
    store.commit([admit("mary"), say("secret @mary", id="1"), say("b")])
    done(
        store, decide(PutReaction(room=LOBBY, seq=1, uid="mary", emoji="👍"), SetPinned(room=LOBBY, seq=1, pinned=True))
    )
    done(
        store, decide(SetText(room=LOBBY, seq=1, text="secret 2"), PutReport(room=LOBBY, seq=1, uid="mary", reason="r"))
    )
    tend(store, 1)
    keep(store, events=1)
    assert seen(store, VersionsQuery(room=LOBBY, seq=1)) == Refused(code=ErrorCode.NO_SUCH_EVENT)
    assert seen(store, PinsQuery(room=LOBBY)) == MessageList(messages=())
    assert seen(store, SearchQuery(words=("secret",), hits_max=9, scan_max=99)) == Hits(hits=())
    told = facts(store, Wanted(actor="mary", room=LOBBY, event=1, totals=("pins",)))
    assert (told.message, told.pins) == (None, 0)
    reports = seen(store, ReportsQuery(room=LOBBY))
    assert isinstance(reports, ReportList)
    (report,) = reports.reports
    assert report.message is not None
    assert (report.reason, report.message.text, report.deleted) == ("r", "secret 2", True)
    assert codes(store.commit([say(reply_to=1), say(reply_to=2)])) == ["no_such_event", "Appended"]


def test_a_send_whose_event_is_gone_is_new(store: Store) -> None:
    store.commit([say("a", id="1"), say("b", id="2")])
    keep(store, events=1)
    assert store.commit([say("a", id="1"), say("b", id="2")]) == [
        Placed(room=LOBBY, seq=3, ts_ms=1_000),
        Placed(room=LOBBY, seq=2, ts_ms=1_000, retried=True),
    ]


def test_many_events_in_small_steps(store: Store) -> None:
    store.commit([say(f"text {number}") for number in range(3_000)])
    keep(store, events=10)
    assert left(store) == list(range(2_991, 3_001))


def test_the_time_that_was_believed_is_kept(store: Store) -> None:
    believed = [store.tended_ms]
    store.commit([say(ts_ms=5)])
    for now_ms in (3 * DAY_MS, 2 * DAY_MS):
        tend(store, now_ms)
        believed.append(store.tended_ms)
    assert believed == [None, 3 * DAY_MS, 2 * DAY_MS]


def test_a_mute_outlives_the_ban_of_the_same_person(store: Store) -> None:
    """However long ago the ban ended."""
    both = Membership(uid="mary", entered=False, banned_until_ms=1, muted_until_ms=FOR_EVER_MS)
    store.commit([admit("mary"), make("r-a"), decide(PutMember(room="r-a", member=both))])
    tend(store, now_ms=60 * DAY_MS)
    member = facts(store, Wanted(actor="mary", room="r-a")).membership
    assert member is not None
    assert member.muted_until_ms == FOR_EVER_MS


def test_numbers_count_what_is_kept(store: Store) -> None:
    """Messages that were deleted by hand keep their places; what retention has taken is gone."""
    store.commit([admit("tony", offer="t"), admit("bob"), make("r-a"), say("d", to=("mary",))])
    store.commit([say(str(number)) for number in range(5)])
    done(store, decide(an_event(LOBBY), Erase(room=LOBBY, seq=5)))
    keep(store, events=4)
    told = seen(store, NumbersQuery())
    assert isinstance(told, Statistics)
    assert (told.people, told.accounts, told.rooms) == (2, 1, 3)
    assert told.messages == 1 + len([seq for seq in left(store) if seq != 6])
