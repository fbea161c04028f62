"""What a store tells of its commits, for everything that follows it."""

from muca.model.changes import (
    AddAudit,
    AddEvent,
    DropMember,
    DropPerson,
    DropTokens,
    PutAddressBan,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
)
from muca.model.events import EventKind
from muca.model.facts import Membership, Person
from muca.model.feed import (
    AddressesBanned,
    DevicesSignedOut,
    IgnoringChanged,
    Logged,
    MarkerPut,
    News,
    PersonChanged,
)
from muca.model.pushes import MarkerMoved
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.model.storage import news_of
from muca.storage.store import Store
from tests.storage.words import TONY_MARY, admit, decide, done, make, message_of, page, query, say


def news(store: Store, *changes: object, room: str | None = None, by: str = "tony") -> tuple[News, ...]:
    """Have changes made; give their news."""
    return done(store, decide(*changes, room=room, by=by)).news  # type: ignore[arg-type]  # each is a change


def test_a_message_with_all_its_members(store: Store) -> None:
    results = store.commit([admit("mary", offer="m"), say("@mary", to=("mary",)), say("to all")])
    assert [type(each) for result in results for each in news_of(result)] == [Logged, Logged]
    private, public = (each for result in results[1:] for each in news_of(result))
    assert (private.members, public.members) == (("mary", "tony"), ())  # type: ignore[union-attr]
    assert page(store, query(TONY_MARY)).events == (message_of(results[1]),)


def test_a_retry_is_no_news(store: Store) -> None:
    first, again = store.commit([say(id="1"), say(id="1")])
    assert (len(news_of(first)), news_of(again)) == (1, ())


def test_who_enters_a_room_and_what_the_room_is(store: Store) -> None:
    store.commit([make("r-a")])
    member = Membership(uid="mary", role=Role.MODERATOR)
    event = AddEvent(room="r-a", kind=EventKind.INVITE, sender="tony", nickname="Tony", uid="mary")
    (logged,) = news(store, PutMember(room="r-a", member=member), event, room="r-a")
    assert isinstance(logged, Logged)
    assert logged.member == member
    assert logged.room == Room(room="r-a", kind=RoomKind.NAMED, title="r-a", seq=1)
    event = AddEvent(room="r-a", kind=EventKind.KICK, sender="tony", nickname="Tony", uid="mary")
    (logged,) = news(store, event, DropMember(room="r-a", uid="mary"), room="r-a")
    assert isinstance(logged, Logged)
    assert (logged.entry.seq, logged.room) == (2, None)
    assert logged.member == Membership(uid="mary", entered=False)


def test_changes_of_a_person_are_numbered_in_order(store: Store) -> None:
    store.commit([admit("mary", offer="m"), admit("tony", offer="t"), say(), say(to=("mary",))])
    mary = Person(uid="mary", nickname="Mary", claimed=True, last_seen_ms=5_000)
    given = PutPerson(uid="mary", role=Role.MODERATOR, password_hash="secret")
    (changed,) = news(store, given, AddAudit(actor="tony", action="ACT"))
    assert isinstance(changed, PersonChanged)
    assert changed.person == Person(
        uid="mary", nickname="Mary", role=Role.MODERATOR, claimed=True, last_seen_ms=5_000, changes=mary.changes + 1
    ), "the hash of the password is told to nobody"
    assert news(store, PutMarker(room=LOBBY, uid="mary", seq=1), room=LOBBY, by="mary") == (
        MarkerPut(number=2, marker=MarkerMoved(room=LOBBY, uid="mary", seq=1, unread=0, mentions=0)),
    )
    assert news(store, PutIgnored(uid="mary", other="tony", ignored=True), by="mary") == (
        IgnoringChanged(
            uid="mary",
            number=3,
            other="tony",
            ignored=True,
            markers=(MarkerMoved(room=TONY_MARY, uid="mary", seq=0, unread=0, mentions=0),),
        ),
    )
    assert news(store, DropTokens(uid="mary")) == (DevicesSignedOut(uid="mary", number=4, devices=(1,)),)
    (dropped,) = news(store, DropPerson(uid="mary"))
    assert isinstance(dropped, PersonChanged)
    assert (dropped.person.deleted, dropped.number) == (True, 5)


def test_when_somebody_was_last_seen_is_no_news_nor_is_what_changed_nothing(store: Store) -> None:
    store.commit([admit("mary", offer="m")])
    assert news(store, PutPerson(uid="mary", last_seen_ms=7), DropTokens(uid="mary", device=99)) == ()
    assert news(store, PutAddressBan(network="192.0.2.0/24", until_ms=0)) == ()
    assert news(store, PutAddressBan(network="192.0.2.0/24", until_ms=9)) == (AddressesBanned(network="192.0.2.0/24"),)


def test_a_join_tells_of_a_new_name_a_claim_and_of_devices_that_made_room(store: Store) -> None:
    results = store.commit(
        [
            admit("mary"),
            admit("mary", offer="one"),
            admit("mary", token="one"),
            admit("mary", token="one", nickname="Maria"),
        ]
    )
    told = [news_of(result) for result in results]
    assert [[type(each) for each in those] for those in told] == [[], [PersonChanged], [], [PersonChanged]]
    numbers = [each.number for those in told for each in those if isinstance(each, PersonChanged)]
    assert numbers == [1, 2]
