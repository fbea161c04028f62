"""The newest message of each conversation, in lists of somebody's own rooms, in every store."""

from muca.model.changes import Erase, ListRooms, PutIgnored, SetText
from muca.model.ids import RoomId, Uid
from muca.model.rooms import LAST_CHARS_MAX, Last
from muca.model.storage import Admitted
from muca.storage.store import Store
from tests.storage.words import TONY_MARY, TRIO, a_file, admit, an_event, bring, decide, done, make, say


def last_of(store: Store, uid: Uid = "mary", room: RoomId = TONY_MARY) -> Last | None:
    """Return what JOIN and a page of own rooms say, which must be the same."""
    page = done(store, decide(ListRooms(uid=uid, after=None, rooms_max=9, members_max=99))).page
    (joined,) = store.commit([admit(uid, token=uid[0])])
    assert page is not None
    assert isinstance(joined, Admitted)
    assert page.rooms == joined.rooms[1:]
    return next(each.last for each in page.rooms if each.room == room)


def test_it_is_the_newest_message_of_direct_and_group_rooms(store: Store) -> None:
    store.commit([admit("mary", offer="m"), say("one", to=("mary",)), say("two", to=("mary",), ts_ms=2_000)])
    store.commit([say("all", to=("mary", "henry")), make("r-a", "mary"), say("named", room="r-a"), say("lobby")])
    assert last_of(store) == Last(seq=2, ts_ms=2_000, sender="tony", text="two")
    assert last_of(store, room=TRIO) == Last(seq=1, ts_ms=1_000, sender="tony", text="all")
    assert last_of(store, room="r-a") is None


def test_it_follows_edits_and_deletions_and_does_not_mind_reactions(store: Store) -> None:
    store.commit([admit("mary", offer="m"), *(say(text, to=("mary",)) for text in ("one", "two", "three"))])
    text = SetText(room=TONY_MARY, seq=2, text="zwei")
    store.commit([decide(Erase(room=TONY_MARY, seq=3)), decide(text), decide(*[an_event(TONY_MARY)] * 3)])
    assert last_of(store) == Last(seq=2, ts_ms=1_000, sender="tony", text="zwei")
    store.commit([decide(Erase(room=TONY_MARY, seq=seq)) for seq in (1, 2)])
    assert last_of(store) is None


def test_it_is_of_nobody_whom_one_ignores(store: Store) -> None:
    store.commit([admit("mary", offer="m"), say("mine", by="mary", to=("tony",)), say("yours", to=("mary",))])
    store.commit([decide(PutIgnored(uid="mary", other="tony", ignored=True))])
    assert last_of(store) == Last(seq=1, ts_ms=1_000, sender="mary", text="mine")
    store.commit([decide(PutIgnored(uid="mary", other="tony", ignored=False))])
    assert last_of(store) == Last(seq=2, ts_ms=1_000, sender="tony", text="yours")


def test_it_is_from_after_the_uid_was_claimed(store: Store) -> None:
    store.commit([say("before", to=("mary",)), admit("mary", offer="m"), decide(an_event(TONY_MARY))])
    assert last_of(store) is None
    store.commit([say("after", to=("mary",))])
    assert last_of(store) == Last(seq=3, ts_ms=1_000, sender="tony", text="after")


def test_it_has_the_beginning_of_a_long_text(store: Store) -> None:
    store.commit([admit("mary", offer="m"), say("x" * LAST_CHARS_MAX, to=("mary",))])
    last = last_of(store)
    assert last is not None
    assert last.text == "x" * LAST_CHARS_MAX
    store.commit([say("x" * (LAST_CHARS_MAX - 1) + "👩‍🚀!", to=("mary",))])
    last = last_of(store)
    assert last is not None
    assert last.text == "x" * (LAST_CHARS_MAX - 1)


def test_it_names_the_first_of_its_files_where_there_is_no_text(store: Store) -> None:
    store.commit([admit("mary", offer="m"), bring(a_file("f-1"), a_file("f-2"), a_file("f-3"))])
    store.commit([say("", to=("mary",), files=("f-1", "f-2"))])
    expected = Last(seq=1, ts_ms=1_000, sender="tony", files=2, name="cat.jpg", media_type="image/jpeg")
    assert last_of(store) == expected
    store.commit([say("see", to=("mary",), files=("f-3",))])
    assert last_of(store) == Last(seq=2, ts_ms=1_000, sender="tony", text="see")
