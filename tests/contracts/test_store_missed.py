"""What a store says to followers of the feed who have missed something."""

import msgspec

from muca.model.changes import AddEvent, DropRoom, DropTokens, PutAddressBan, PutIgnored, PutMember, PutPerson
from muca.model.events import Event, EventKind, Message
from muca.model.facts import Membership, Person, Wanted
from muca.model.feed import Logged
from muca.model.queries import MissedQuery, MissingNews, NewsQuery, People, PeopleQuery, RoomNews
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from muca.model.storage import news_of
from muca.storage.store import Store
from tests.storage.words import TONY_MARY, admit, decide, done, facts, make, say, seen


def news_after(store: Store, room: str, after: int, most: int = 200) -> RoomNews:
    found = seen(store, NewsQuery(log=room, after=after, events_max=most))
    assert isinstance(found, RoomNews)
    return found


def event(kind: EventKind, uid: str | None = None, sender: str = "tony") -> AddEvent:
    return AddEvent(room="r-a", kind=kind, sender=sender, nickname=sender.title(), uid=uid)


def person(store: Store, uid: str) -> Person:
    return facts(store, Wanted(actor=uid)).actor


def missed(store: Store, rooms: dict[str, int], people: dict[str, int], since_ms: int = 0) -> MissingNews:
    found = seen(store, MissedQuery(rooms=rooms, people=people, since_ms=since_ms))
    assert isinstance(found, MissingNews)
    return found


class TestNewsOfARoom:
    def test_are_those_that_the_feed_told(self, store: Store) -> None:
        results = store.commit([say(text, to=("mary",), id=text) for text in "abc"])
        told = [each for result in results for each in news_of(result)]
        found = news_after(store, TONY_MARY, 1)
        assert [msgspec.structs.replace(each, room=None) for each in found.news] == told[1:]
        assert found.last == 3
        assert news_after(store, TONY_MARY, 3) == RoomNews(news=(), last=3)

    def test_come_in_pages(self, store: Store) -> None:
        store.commit([say(text) for text in "abcde"])
        pages = [news_after(store, LOBBY, after, most=2) for after in (0, 2, 4)]
        texts = [[each.entry.text for each in page.news] for page in pages]
        assert (texts, [page.last for page in pages]) == ([["a", "b"], ["c", "d"], ["e"]], [2, 4, 5])

    def test_who_came_and_went(self, store: Store) -> None:
        """Who is in the room now has the membership of now; who came and went again was a member in between."""
        henry = Membership(uid="henry", role=Role.MODERATOR, muted_until_ms=9)
        done(store, make("r-a"))
        changes = (
            event(EventKind.INVITE, "mary"),
            event(EventKind.INVITE, "henry"),
            PutMember(room="r-a", member=henry),
            event(EventKind.KICK, "mary"),
            event(EventKind.ROLE, "henry"),
            event(EventKind.ROLE, "mary"),
            event(EventKind.PIN),
        )
        done(store, decide(*changes, room="r-a"))
        found = news_after(store, "r-a", 0)
        assert [each.member for each in found.news] == [
            Membership(uid="mary"),
            henry,
            Membership(uid="mary", entered=False),
            henry,
            None,
            None,
        ]
        assert {each.room.title for each in found.news if each.room is not None} == {"r-a"}

    def test_of_a_deleted_room_end_with_its_deletion(self, store: Store) -> None:
        done(store, make("r-a"))
        done(store, decide(event(EventKind.DELETE_ROOM), DropRoom(room="r-a"), room="r-a"))
        found = news_after(store, "r-a", 0)
        assert found.is_deleted
        last = found.news[-1].entry
        assert isinstance(last, Event)
        assert (last.kind, last.room) == ("delete_room", "r-a")
        assert news_after(store, "r-never", 3) == RoomNews(news=(), last=3, is_deleted=True)


def test_people_as_they_are_now(store: Store) -> None:
    store.commit([admit("mary", offer="m"), admit("tony", offer="t"), admit("tony", token="t")])
    done(store, decide(PutPerson(uid="mary", password_hash="secret", role=Role.OWNER)))
    done(store, decide(PutIgnored(uid="mary", other="tony", ignored=True), DropTokens(uid="tony")))
    found = seen(store, PeopleQuery(uids=("tony", "mary", "nobody")))
    assert isinstance(found, People)
    mary, tony = found.people
    assert mary.person == msgspec.structs.replace(person(store, "mary"), password_hash=None)
    assert (mary.devices, mary.ignores) == ((1,), ("tony",))
    assert (tony.person.uid, tony.devices, tony.ignores) == ("tony", (), ())


class TestMissed:
    def test_nothing(self, store: Store) -> None:
        store.commit([admit("tony", offer="t"), say("a")])
        number = person(store, "tony").changes
        assert missed(store, {LOBBY: 1}, {"tony": number}) == MissingNews(rooms={}, people=(), networks=())

    def test_events_changes_and_bans(self, store: Store) -> None:
        store.commit([admit("tony", offer="t"), admit("mary", offer="m"), say("a"), say("b")])
        done(store, decide(PutPerson(uid="mary", role=Role.OWNER)))
        ban = PutAddressBan(network="192.0.2.0/24", until_ms=9_001)
        done(store, decide(ban, PutAddressBan(network="198.51.100.0/24", until_ms=9_000)))
        people = {"tony": person(store, "tony").changes, "mary": 0}
        assert missed(store, {LOBBY: 1, "r-gone": 5}, people) == MissingNews(
            rooms={LOBBY: 1, "r-gone": 5}, people=("mary",), networks=("192.0.2.0/24",)
        )

    def test_a_room_that_is_not_loaded_with_events_since_then(self, store: Store) -> None:
        """From the first of these events on; not a room of others, nor one that was quiet."""
        store.commit([say(text, to=("mary",), ts_ms=ts_ms) for ts_ms, text in enumerate("abc", 10)])
        store.commit([say("x", to=("henry",), ts_ms=10), say("y", by="jo", to=("henry",), ts_ms=12)])
        assert missed(store, {}, {"tony": 0, "mary": 0}, since_ms=11).rooms == {TONY_MARY: 1}
        assert missed(store, {}, {"tony": 0, "mary": 0}, since_ms=12).rooms == {TONY_MARY: 2}
        assert missed(store, {TONY_MARY: 3}, {"tony": 0, "mary": 0}, since_ms=12).rooms == {}
        assert missed(store, {}, {"mary": 0}, since_ms=13).rooms == {}


def test_messages_are_as_they_are_now(store: Store) -> None:
    store.commit([say("a")])
    (found,) = news_after(store, LOBBY, 0).news
    assert isinstance(found, Logged)
    assert isinstance(found.entry, Message)
