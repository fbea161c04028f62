"""What can be read of the stored, how much at a time, and by whom."""

from typing import Any

import pytest

from muca.core.inputs import Stopping
from muca.model.changes import PutPerson
from muca.model.errors import ErrorCode
from muca.model.events import Message
from muca.model.facts import FOR_EVER_MS
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.replies import Hits, Member, MemberPage, MessageList, Okay, Page, RoomPage, Stored, VersionList
from muca.model.requests import (
    Create,
    Edit,
    Enter,
    History,
    Leave,
    Members,
    Pin,
    Pins,
    Request,
    Rooms,
    Search,
    Set,
    Versions,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room
from muca.model.storage import StoreDamaged, StoreError, StoreUnreadable
from tests.core.answers import code_of, data_of, fail_of
from tests.core.granting import change, give_role, put_member
from tests.core.world import World


def make_room(world: World, owner: int, title: str = "Lab", *, private: bool = False) -> str:
    return data_of(world.ask(owner, Create(title=title, private=private)), Room).room


def seqs(page: Page) -> list[int | None]:
    return [event.seq for event in page.events]


def found(world: World, connection: int, query: str, limit: int = 20) -> list[str]:
    hits = data_of(world.ask(connection, Search(query=query, limit=limit)), Hits).hits
    return [hit.message.text for hit in hits]


def test_pages_lead_through_the_log_both_ways() -> None:
    """AFTER goes on forwards, BEFORE backwards, and MORE says whether it goes on."""
    world = World()
    tony = world.join("tony")
    for number in range(1, 6):
        world.send(tony, str(number))
    forwards = data_of(world.ask(tony, History(room=LOBBY, after=0, limit=3)), Page)
    assert ([event.text for event in forwards.events], forwards.more) == (["1", "2", "3"], True)
    newest = data_of(world.ask(tony, History(room=LOBBY, limit=2)), Page)
    assert (seqs(newest), newest.more) == ([4, 5], True)
    rest = data_of(world.ask(tony, History(room=LOBBY, before=4)), Page)
    assert (seqs(rest), rest.more) == ([1, 2, 3], False)


def test_pages_begin_at_a_time_or_lie_around_an_event() -> None:
    """Of the kind that one who follows a link, or goes to a date, wants."""
    world = World()
    tony = world.join("tony")
    for number in range(1, 8):
        world.now_ms = number * 1_000
        world.send(tony, str(number))
    around = data_of(world.ask(tony, History(room=LOBBY, around=4, limit=3)), Page)
    assert (seqs(around), around.more) == ([3, 4, 5], True)
    since = data_of(world.ask(tony, History(room=LOBBY, at_ms=5_500)), Page)
    assert (seqs(since), since.more) == ([6, 7], False)


def test_what_is_listed_at_once_is_bounded() -> None:
    """However much is asked for."""
    announced = AnnouncedLimits(history_events_max=3, hits_max=2)
    world = World(Limits(announced=announced, rooms_listed_max=2, members_listed_max=2))
    tony = world.join("tony")
    for title in ("A", "B", "C"):
        make_room(world, tony, title)
    for uid in ("mary", "sue"):
        world.join(uid)
    for _ in range(4):
        world.send(tony, "word")
    for limit in (3, 4):
        assert len(data_of(world.ask(tony, History(room=LOBBY, limit=limit)), Page).events) == 3
        assert len(found(world, tony, "word", limit=limit)) == 2
        directory = data_of(world.ask(tony, Rooms(limit=limit)), RoomPage)
        assert [room.title for room in directory.rooms] == ["A", "B"]
        people = data_of(world.ask(tony, Members(room=LOBBY, limit=limit)), MemberPage)
        assert ([member.uid for member in people.members], people.more) == (["mary", "sue"], True)
    rest = data_of(world.ask(tony, Rooms(after=directory.next)), RoomPage)
    assert ([room.title for room in rest.rooms], rest.next) == (["C"], None)
    others = data_of(world.ask(tony, Members(room=LOBBY, after="sue")), MemberPage)
    assert ([member.uid for member in others.members], others.more) == (["tony"], False)


def test_what_is_listed_at_once_has_few_bytes() -> None:
    """Long texts make short pages."""
    world = World(Limits(history_bytes_max=2_000))
    tony = world.join("tony")
    room = make_room(world, tony)
    texts = [number * 700 for number in "123"]
    for text in texts:
        sent = data_of(world.send(tony, text, room=room), Stored)
        world.ask(tony, Pin(room=room, seq=sent.seq))
    page = data_of(world.ask(tony, History(room=room, after=1)), Page)
    assert ([event.text[0] for event in page.events if event.text], page.more) == (["1", "2"], True)
    pinned = data_of(world.ask(tony, Pins(room=room)), MessageList).messages
    assert [message.text[0] for message in pinned] == ["3", "2"]
    for text in texts:
        world.ask(tony, Edit(room=room, seq=sent.seq, text=text))
    versions = data_of(world.ask(tony, Versions(room=room, seq=sent.seq)), VersionList).versions
    assert [version.text[0] for version in versions] == ["2", "3"]


def test_search_pages_end_early_for_long_texts_and_go_on() -> None:
    """None is left out, none comes twice."""
    world = World(Limits(history_bytes_max=2_000))
    tony = world.join("tony")
    for number in range(5):
        world.send(tony, f"word {number} " + "x" * 700)
    seen: list[str] = []
    before: int | None = None
    pages = 0
    while True:
        page = data_of(world.ask(tony, Search(query="word", before=before)), Hits)
        seen += [hit.message.text[5] for hit in page.hits]
        pages += 1
        if (before := page.next) is None:
            break
    assert (seen, pages > 2) == (["4", "3", "2", "1", "0"], True)


def test_search_understands_its_filters() -> None:
    """Words, senders, rooms, days and links, each alone and together."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary", "Mary Ann")
    room = make_room(world, tony)
    world.ask(mary, Enter(room=room))
    world.send(tony, "red house")
    world.now_ms = 86_400_000
    world.send(mary, "house red, see https://muca.example/house", room=room)
    assert found(world, tony, "HOUSE red") == ["house red, see https://muca.example/house", "red house"]
    assert found(world, tony, '"red house"') == ["red house"]
    assert found(world, tony, "house from:tony") == ["red house"]
    assert found(world, tony, 'from:"Mary Ann"') == found(world, tony, "in:Lab house") == found(world, tony, "has:link")
    assert found(world, tony, f"in:{room} before:1970-01-03 after:1970-01-01 ous") == found(world, tony, "has:link")
    assert found(world, tony, "house before:1970-01-02") == ["red house"]
    assert found(world, tony, "house after:1970-01-02") == []
    hits = data_of(world.ask(tony, Search(query="red in:lobby")), Hits).hits
    assert [hit.marks for hit in hits] == [((0, 3),)]


def test_search_that_cannot_be_understood_is_explained() -> None:
    """In the words of the language's own fault."""
    world = World()
    tony = world.join("tony")
    for query, words in ((" ", "nothing to search for"), ("form:tony", "“form:”"), ("before:soon", "a day")):
        fail = fail_of(world.ask(tony, Search(query=query)))
        assert (fail.code, words in fail.explanation) == (ErrorCode.BAD_REQUEST, True)


def test_search_finds_nothing_that_one_may_not_read() -> None:
    """A hidden room in ``in:`` is treated as if it did not exist."""
    world = World()
    tony, eve, gus = world.join("tony"), world.join("eve"), world.join("gus")
    give_role(world, "gus", Role.GUEST)
    private, public = make_room(world, tony, "Den", private=True), make_room(world, tony, "Lab")
    world.send(tony, "word hidden", room=private)
    world.send(tony, "word listed", room=public)
    world.send(tony, "word heard")
    world.send(tony, "word told", "gus")
    assert found(world, eve, "word") == ["word heard", "word listed"]
    assert found(world, gus, "word") == ["word told", "word heard"]
    for query in (f"in:{private}", "in:Den", "in:nowhere", "hidden"):
        assert world.ask(eve, Search(query=query)) == world.ask(eve, Search(query="in:r-none"))
    put_member(world, "eve", public, entered=False, banned_until_ms=10)
    assert found(world, eve, "in:Lab") == []


def test_the_directory_has_public_rooms_and_own_ones() -> None:
    """Found by a part of title or topic; entered or not."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    for title, private in (("Lab", False), ("Den", True), ("Attic", False)):
        make_room(world, tony, title, private=private)
    attic = data_of(world.ask(mary, Rooms(match="TTi")), RoomPage).rooms[0]
    world.ask(tony, Set(room=attic.room, topic="Lasers"))
    for connection, match, expected in (
        (tony, "", ["Attic", "Den", "Lab"]),
        (mary, "", ["Attic", "Lab"]),
        (mary, "laser", ["Attic"]),
        (mary, "Den", []),
    ):
        listed = data_of(world.ask(connection, Rooms(match=match)), RoomPage).rooms
        assert [room.title for room in listed] == expected


def test_members_are_listed_with_their_roles() -> None:
    """To everyone who may see the room."""
    world = World()
    tony, eve = world.join("tony"), world.join("eve")
    room = make_room(world, tony)
    put_member(world, "mary", room, Role.MODERATOR)
    put_member(world, "banned", room, entered=False, banned_until_ms=10)
    page = data_of(world.ask(eve, Members(room=room)), MemberPage)
    assert [(member.uid, member.role) for member in page.members] == [("mary", Role.MODERATOR), ("tony", Role.OWNER)]


def test_own_rooms_come_in_pages_within_the_bounds_of_join() -> None:
    """Anybody may list them, guests too; the lobby is in JOIN."""
    world = World(Limits(rooms_in_join_max=2))
    mary, old = world.join("mary"), world.join("old", v=1)
    for number in range(3):
        world.send(world.join(f"writer {number}"), "hi", "mary")
    world.send(old, "hi", "mary")
    first = data_of(world.ask(mary, Rooms(own=True, limit=500)), RoomPage)
    rest = data_of(world.ask(mary, Rooms(own=True, after=first.next)), RoomPage)
    assert ([len(first.rooms), len(rest.rooms)], rest.next) == ([2, 2], None)
    assert [room.unread for room in (*first.rooms, *rest.rooms)] == [1] * 4
    guest = world.join("zoe", v=2)
    assert data_of(world.ask(guest, Rooms(own=True)), RoomPage) == RoomPage(rooms=())


def test_own_rooms_are_listed_in_the_writers_order() -> None:
    """What was pushed before is counted; what was not, comes after."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.hold = True
    world.send(tony, "one", "mary")
    world.ask(mary, Rooms(own=True))
    world.send(tony, "two", "mary")
    world.hold = False
    world.commit()
    told = [type(push).__name__ for push in world.told[mary]][-4:]
    assert told == ["RoomOpened", "Message", "Okay", "Message"]
    (page,) = [
        answer.data for answer in world.told[mary] if isinstance(answer, Okay) and isinstance(answer.data, RoomPage)
    ]
    assert [room.unread for room in page.rooms] == [1]


@pytest.mark.parametrize("fields", [{"match": "x"}, {"after": "optics"}, {"after": "-1\nr-a"}, {"after": "9" * 20}])
def test_a_place_in_another_list_is_none_in_that_of_own_rooms(fields: dict[str, Any]) -> None:
    world = World()
    assert code_of(world.ask(world.join("tony"), Rooms(own=True, **fields))) is ErrorCode.BAD_REQUEST


def test_a_list_of_own_rooms_costs_as_much_as_in_join() -> None:
    """One per room, so clients that repeat it are slowed down."""
    world = World(Limits(session_cost_burst=6, session_cost_per_second=1))
    mary = world.join("mary")
    for number in range(4):
        world.send(world.join(f"writer {number}"), "hi", "mary")
    world.pass_ms(9_000)
    world.ask(mary, Rooms(own=True))
    assert mary not in world.paused
    world.ask(mary, Rooms(own=True))
    assert mary in world.paused


def test_foreign_and_missing_rooms_look_the_same() -> None:
    """So that nobody learns which conversations exist."""
    world = World()
    tony, _mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    foreign = data_of(world.send(tony, "psst", "mary"), Stored).room
    for here, nowhere in (
        (History(room=foreign), History(room="d-none")),
        (Versions(room=foreign, seq=1), Versions(room="d-none", seq=1)),
        (Pins(room=foreign), Pins(room="d-none")),
        (Members(room=foreign), Members(room="d-none")),
    ):
        assert world.ask(eve, here) == world.ask(eve, nowhere)
        assert code_of(world.ask(eve, here)) == ErrorCode.NO_SUCH_ROOM


def test_a_former_guests_conversations_are_not_the_new_owners() -> None:
    """Nothing of what was written before the UID was claimed is read, by any request."""
    world = World()
    tony, bob = world.join("tony"), world.join("bob", v=1)
    sent = data_of(world.send(tony, "for the guest", "bob"), Stored)
    world.drop(bob)
    claimed = world.join("bob")
    data_of(world.send(tony, "for bob", "bob"), Stored)
    page = data_of(world.ask(claimed, History(room=sent.room)), Page)
    assert [event.text for event in page.events if isinstance(event, Message)] == ["for bob"]
    assert found(world, claimed, "for") == ["for bob"]
    assert code_of(world.ask(claimed, Versions(room=sent.room, seq=sent.seq))) == ErrorCode.NO_SUCH_EVENT


@pytest.mark.parametrize("request_", [History(room=LOBBY), Search(query="x"), Rooms(), Members(room=LOBBY)])
@pytest.mark.parametrize(
    ("error", "code", "retry_seconds"),
    [
        (StoreError("gone"), ErrorCode.STORAGE_UNAVAILABLE, 5),
        (StoreUnreadable("I/O"), ErrorCode.STORAGE_UNREADABLE, 5),
        (StoreDamaged("malformed"), ErrorCode.STORAGE_DAMAGED, None),
    ],
)
def test_unreadable_disk_is_said(
    request_: Request, error: StoreError, code: ErrorCode, retry_seconds: float | None
) -> None:
    """With a code that allows another try, unless it does not pass."""
    world = World()
    tony = world.join("tony")
    world.failing = error
    fail = fail_of(world.ask(tony, request_))
    assert (fail.code, fail.retry_seconds) == (code, retry_seconds)


def listed(world: World, asker: int, uid: str, room: str = LOBBY) -> Member:
    """Return how somebody is listed."""
    page = data_of(world.ask(asker, Members(room=room)), MemberPage)
    (member,) = (member for member in page.members if member.uid == uid)
    return member


def test_one_was_seen_until_one_left_and_who_is_here_is_seen_now() -> None:
    """Whichever way they went, and with the last of their devices."""
    world = World()
    world.now_ms = 1_000
    tony, eve = world.join("tony"), world.join("eve")
    token = world.welcome(eve).token
    second = world.join("eve", token=token)
    world.now_ms = 61_000
    assert [listed(world, tony, uid).last_seen_ms for uid in ("tony", "eve")] == [61_000, 61_000]
    world.ask(eve, Leave())
    world.now_ms = 121_000
    world.drop(second)
    world.now_ms = 181_000
    assert [listed(world, tony, uid).last_seen_ms for uid in ("tony", "eve")] == [181_000, 121_000]


def test_a_server_that_stops_knows_who_was_here_until_then() -> None:
    world = World()
    world.join("tony", v=1)
    world.join("eve")
    world.now_ms = 61_000
    world.take(Stopping())
    world.now_ms = 121_000
    asker = world.join("ann")
    assert [listed(world, asker, uid).last_seen_ms for uid in ("tony", "eve")] == [61_000, 61_000]


def test_who_is_banned_is_listed_as_that_and_not_as_muted() -> None:
    """Until the ban is over; and the mute, if it lasts longer, is there again."""
    world = World()
    world.now_ms = 1_000
    tony = world.join("tony")
    change(world, PutPerson(uid="eve", banned_until_ms=60_000, muted_until_ms=90_000))
    eve = listed(world, tony, "eve")
    assert (eve.banned_until_ms, eve.muted_until_ms) == (60_000, None)
    world.now_ms = 60_000
    eve = listed(world, tony, "eve")
    assert (eve.banned_until_ms, eve.muted_until_ms) == (None, 90_000)
    change(world, PutPerson(uid="eve", banned_until_ms=FOR_EVER_MS, muted_until_ms=0))
    eve = listed(world, tony, "eve")
    assert (eve.banned_until_ms, eve.muted_until_ms) == (FOR_EVER_MS, None)
