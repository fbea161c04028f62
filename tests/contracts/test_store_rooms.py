"""Named rooms and who is in them, in every store."""

import pytest

from muca.core.standing import PUBLIC_READERS
from muca.model.changes import (
    AddAudit,
    CloseReport,
    DropMember,
    DropRoom,
    ListRooms,
    PutIgnored,
    PutMarker,
    PutMember,
    PutPerson,
    PutReport,
    PutRoom,
)
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.facts import Facts, Membership, Wanted
from muca.model.ids import RoomId, Uid
from muca.model.queries import MembersQuery, NumbersQuery, ReportsQuery, RoomsQuery, SearchQuery
from muca.model.replies import Hits, Member, MemberPage, ReportList, RoomPage, Statistics
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Peer, Room, RoomKind, conversation_id
from muca.model.storage import Admitted, Decide, Decision, Refused, Retention
from muca.storage.store import Store
from tests.storage.words import (
    NOW_MS,
    TONY_MARY,
    TOTALS,
    TRIO,
    a_file,
    admit,
    an_event,
    bring,
    codes,
    decide,
    done,
    facts,
    make,
    page,
    query,
    say,
    seen,
)


def create(title: str, *, room: RoomId = "", topic: str = "", private: bool = False) -> Decide:
    """Make a room, and have nobody in it."""
    settings = Settings(title=title, topic=topic, private=private)
    return decide(PutRoom(room=room or f"r-{title}", settings=settings, made_by="tony"))


def settle(room: RoomId, settings: Settings) -> Decide:
    return decide(PutRoom(room=room, settings=settings), room=room)


def member(uid: Uid, role: Role = Role.MEMBER, *, room: RoomId = "r-a", until_ms: int = 0) -> PutMember:
    return PutMember(room=room, member=Membership(uid=uid, role=role, muted_until_ms=until_ms))


def ban(uid: Uid, *, room: RoomId = "r-a", until_ms: int = 99_999) -> PutMember:
    return PutMember(room=room, member=Membership(uid=uid, entered=False, banned_until_ms=until_ms))


def listed(
    store: Store, *, reader: Uid = "tony", match: str = "", after: str | None = None, most: int = 100
) -> RoomPage:
    found = seen(store, RoomsQuery(match=match, public=PUBLIC_READERS, after=after, rooms_max=most), reader=reader)
    assert isinstance(found, RoomPage)
    return found


def titles(page: RoomPage) -> list[str | None]:
    return [room.title for room in page.rooms]


def members(store: Store, room: RoomId, *, after: Uid | None = None, most: int = 100) -> MemberPage:
    found = seen(store, MembersQuery(room=room, after=after, members_max=most))
    assert isinstance(found, MemberPage)
    return found


class TestPutRoom:
    def test_a_new_room_as_its_maker_sees_it(self, store: Store) -> None:
        result = done(
            store,
            decide(
                PutRoom(room="r-a", settings=Settings(title="A", topic="about", private=True), made_by="tony"),
                member("tony", Role.OWNER),
                an_event("r-a"),
            ),
        )
        assert result.room == Room(
            room="r-a", kind=RoomKind.NAMED, seq=1, title="A", topic="about", private=True, role=Role.OWNER
        )

    def test_settings_change_one_by_one(self, store: Store) -> None:
        every = Settings(
            title="B",
            topic="t",
            read_only=True,
            slow_seconds=5,
            private=True,
            archived=True,
            keep_days=3,
            keep_events=9,
        )
        done(store, make("r-a"))
        room = done(store, settle("r-a", every)).room
        assert room == Room(
            room="r-a",
            kind=RoomKind.NAMED,
            role=Role.OWNER,
            title="B",
            topic="t",
            read_only=True,
            slow_seconds=5,
            private=True,
            archived=True,
            keep_days=3,
            keep_events=9,
        )
        room = done(store, settle("r-a", Settings(topic="", archived=False, keep_days=0))).room
        assert room is not None
        assert (room.title, room.topic, room.read_only, room.archived, room.keep_days) == ("B", "", True, False, 0)

    def test_the_lobby_has_settings_too(self, store: Store) -> None:
        room = done(store, settle(LOBBY, Settings(topic="all", slow_seconds=3, read_only=True))).room
        assert room == Room(
            room=LOBBY, kind=RoomKind.LOBBY, topic="all", slow_seconds=3, read_only=True, role=Role.GUEST
        )

    @pytest.mark.parametrize("title", ["Café", "CAFÉ", "Cafe\u0301", "Ｃafé"])
    def test_titles_that_look_alike_are_taken(self, store: Store, title: str) -> None:
        done(store, create("Café", room="r-a"))
        wanted = Wanted(actor="mary", title=title)
        assert facts(store, wanted).title_taken
        assert not facts(store, Wanted(actor="mary", title=title, room="r-a")).title_taken
        assert not facts(store, Wanted(actor="mary", title=title + "s")).title_taken
        assert not facts(store, Wanted(actor="mary")).title_taken

    def test_titles_of_private_rooms_are_nobodys_business(self, store: Store) -> None:
        """They may be alike, also in the pages of the directory, and count once the room becomes public."""
        store.commit([admit("tony", offer="t")])
        for room in ("r-1", "r-2", "r-3"):
            done(store, create("A", room=room, private=True))
        assert not facts(store, Wanted(actor="mary", title="A")).title_taken
        assert not facts(store, Wanted(actor="tony", room="r-1", title="")).title_taken
        done(store, settle("r-1", Settings(private=False)))
        assert facts(store, Wanted(actor="tony", room="r-2", title="")).title_taken
        assert not facts(store, Wanted(actor="tony", room="r-1", title="")).title_taken
        assert not facts(store, Wanted(actor="tony", room="r-2")).title_taken, "nobody asked"
        done(store, settle("r-2", Settings(private=False, title="B")))
        found: list[str] = []
        after = None
        while True:
            page = seen(store, RoomsQuery(match="", public=PUBLIC_READERS, after=after, rooms_max=1))
            assert isinstance(page, RoomPage)
            found += [room.room for room in page.rooms]
            if (after := page.next) is None:
                break
        assert found == ["r-1", "r-2"]

    def test_of_two_rooms_made_in_one_commit_the_second_knows_the_title_of_the_first(self, store: Store) -> None:
        store.commit([admit("tony", offer="t")])
        known: list[bool] = []

        def rule(facts: Facts) -> Refused:
            known.append(facts.title_taken)
            return Refused(code=ErrorCode.TITLE_TAKEN)

        ask = Decide(wanted=Wanted(actor="tony", title="Ａ"), rule=rule, ts_ms=NOW_MS)
        store.commit([ask, create("a", room="r-1"), ask])
        assert known == [False, True]

    def test_a_title_is_free_when_its_room_has_another(self, store: Store) -> None:
        store.commit([create("A", room="r-1"), settle("r-1", Settings(title="B"))])
        assert codes(store.commit([create("A", room="r-2")])) == ["Decided"]

    def test_the_same_create_again_finds_its_room(self, store: Store) -> None:
        def rule(facts: Facts) -> Decision:
            if facts.made_before is not None:
                return Decision()
            settings = Settings(title="A")
            return Decision(changes=(PutRoom(room="r-a", settings=settings, made_by="tony", request_id="1"),))

        create = Decide(wanted=Wanted(actor="tony", title="A", request_id="1", room_after=True), rule=rule, ts_ms=1)
        first, second = done(store, create), done(store, create)
        assert (first.facts.made_before, second.facts.made_before) == (None, "r-a")
        assert first.room == second.room == Room(room="r-a", kind=RoomKind.NAMED, title="A", entered=False)
        for wanted in (
            Wanted(actor="mary", title="A", request_id="1"),
            Wanted(actor="tony", title="A", request_id="2"),
        ):
            assert facts(store, wanted).made_before is None
        done(store, decide(DropRoom(room="r-a")))
        told = facts(store, Wanted(actor="tony", title="A", request_id="1"))
        assert (told.made_before, told.made_from, told.room) == ("r-a", None, None)


class TestConversations:
    def test_a_room_that_is_wanted_comes_with_its_members(self, store: Store) -> None:
        store.commit([admit("mary", nickname="Maria"), say(to=("mary", "henry"))])
        result = done(store, decide(by="mary", room=TRIO))
        assert result.room == Room(
            room=TRIO,
            kind=RoomKind.GROUP,
            seq=1,
            unread=1,
            members=(
                Peer(uid="henry", nickname="henry"),
                Peer(uid="mary", nickname="Maria"),
                Peer(uid="tony", nickname="tony"),
            ),
        )

    def test_facts_are_without_members_and_counts(self, store: Store) -> None:
        store.commit([say(to=("mary",)), say(room=TONY_MARY)])
        told = facts(store, Wanted(actor="mary", room=TONY_MARY, target="tony"))
        assert told.room == Room(room=TONY_MARY, kind=RoomKind.DIRECT, seq=2)
        assert told.membership == Membership(uid="mary")

    def test_strangers_are_no_members(self, store: Store) -> None:
        store.commit([admit("henry"), say(to=("mary",))])
        told = facts(store, Wanted(actor="henry", room=TONY_MARY))
        assert told.membership is None
        assert told.room == Room(room=TONY_MARY, kind=RoomKind.DIRECT, seq=1, entered=False)


class TestMembership:
    def test_all_fields_come_back(self, store: Store) -> None:
        put = Membership(
            uid="mary",
            role=Role.MODERATOR,
            floor_seq=1,
            muted_until_ms=5,
            banned_until_ms=6,
            read=2,
        )
        store.commit([admit("mary"), make("r-a"), *([say(room="r-a")] * 3), decide(PutMember(room="r-a", member=put))])
        assert facts(store, Wanted(actor="mary", room="r-a")).membership == put
        told = facts(store, Wanted(actor="tony", room="r-a", target="mary"))
        assert told.target_membership == put
        assert told.membership == Membership(uid="tony", role=Role.OWNER, read=3)

    def test_a_ban_is_kept_by_who_is_not_in_the_room(self, store: Store) -> None:
        store.commit([admit("mary"), make("r-a", "mary"), decide(DropMember(room="r-a", uid="mary"), ban("mary"))])
        told = facts(store, Wanted(actor="mary", room="r-a"))
        assert told.membership == Membership(uid="mary", entered=False, banned_until_ms=99_999)
        assert [each.uid for each in members(store, "r-a").members] == ["tony"]
        done(store, decide(DropMember(room="r-a", uid="mary")))
        assert facts(store, Wanted(actor="mary", room="r-a")).membership is None

    def test_in_the_lobby_it_is_made_up(self, store: Store) -> None:
        store.commit([admit("mary", offer="m"), say(), say()])
        done(store, decide(PutPerson(uid="mary", role=Role.MODERATOR, muted_until_ms=7)))
        done(store, decide(PutMarker(room=LOBBY, uid="mary", seq=1)))
        told = facts(store, Wanted(actor="mary", room=LOBBY, target="tony"))
        assert told.membership == Membership(uid="mary", role=Role.MODERATOR, muted_until_ms=7, read=1)
        assert told.room == Room(room=LOBBY, kind=RoomKind.LOBBY, seq=2, role=Role.MODERATOR, read=1)
        stranger = facts(store, Wanted(actor="stranger", room=LOBBY, target="mary"))
        assert stranger.membership == Membership(uid="stranger", role=Role.GUEST)
        assert stranger.target_membership == told.membership

    def test_unknown_rooms_and_persons(self, store: Store) -> None:
        told = facts(store, Wanted(actor="tony", room="r-none", target="nobody", event=1, code_hash=b"x" * 32))
        assert told == facts(store, Wanted(actor="tony"))

    def test_counts(self, store: Store) -> None:
        store.commit([make("r-a"), make("r-b"), make("r-c", by="mary"), make("r-d"), say(to=("mary",))])
        done(store, decide(member("tony", room="r-c"), ban("tony", room="r-d")))
        done(store, decide(PutRoom(room="r-b", settings=Settings(archived=True)), member("mary", Role.OWNER)))
        told = facts(store, Wanted(actor="tony", room="r-a", totals=("rooms_owned", "rooms_entered", "owners")))
        assert (told.rooms_owned, told.rooms_entered, told.owners) == (1, 3, 2)
        told = facts(store, Wanted(actor="tony", room="r-a"))
        assert (told.rooms_owned, told.rooms_entered, told.owners) == (0, 0, 0)

    def test_rooms_that_the_target_is_in(self, store: Store) -> None:
        store.commit([admit("tony"), make("r-a"), make("r-b"), make("r-c", by="mary"), say(to=("mary",))])
        done(store, decide(ban("tony", room="r-c")))
        for target, count in (("tony", 2), ("mary", 1), ("nobody", 0)):
            told = facts(store, Wanted(actor="henry", target=target, totals=("target_rooms_entered",)))
            assert told.target_rooms_entered == count, target
        assert facts(store, Wanted(actor="henry", target="tony", totals=("owners",))).target_rooms_entered == 0

    def test_owners_of_the_server(self, store: Store) -> None:
        done(store, decide(*(PutPerson(uid=uid, role=Role.OWNER) for uid in ("a", "b"))))
        for room in (None, LOBBY):
            assert facts(store, Wanted(actor="a", room=room, totals=("owners",))).owners == 2


class TestDirectory:
    @pytest.fixture
    def rooms(self, store: Store) -> Store:
        """Public and private rooms; Tony is a member of the server, Otto its owner."""
        store.commit([admit(uid, offer=uid) for uid in ("tony", "mary", "otto")])
        store.commit([create(title, topic=f"about {title}") for title in ("beta", "Alpha", "gamma", "Ärger")])
        store.commit([create(title, private=True) for title in ("secret", "club")])
        done(store, decide(PutPerson(uid="otto", role=Role.OWNER), member("tony", room="r-club")))
        return store

    def test_in_order_of_title_and_private_ones_only_from_inside(self, rooms: Store) -> None:
        assert titles(listed(rooms)) == ["Alpha", "beta", "club", "gamma", "Ärger"]
        assert titles(listed(rooms, reader="mary")) == ["Alpha", "beta", "gamma", "Ärger"]

    def test_pages(self, rooms: Store) -> None:
        found: list[str | None] = []
        after = None
        for _ in range(3):
            page = listed(rooms, after=after, most=2)
            found += titles(page)
            after = page.next
        assert found == ["Alpha", "beta", "club", "gamma", "Ärger"]
        assert after is None
        assert listed(rooms, most=5).next is None

    @pytest.mark.parametrize(
        ("match", "expected"),
        [
            ("ALPHA", ["Alpha"]),
            ("ＡＢＯＵＴ b", ["beta"]),
            ("a\u0308r", ["Ärger"]),
            ("%", []),
            ("_", []),
            ("lub", ["club"]),
        ],
    )
    def test_a_part_of_title_or_topic(self, rooms: Store, match: str, expected: list[str]) -> None:
        assert titles(listed(rooms, match=match)) == expected

    def test_banned_ones_and_guests_see_no_public_rooms_that_they_are_not_in(self, rooms: Store) -> None:
        done(rooms, decide(ban("mary", room="r-beta", until_ms=9_001), ban("mary", room="r-gamma", until_ms=9_000)))
        done(rooms, decide(member("guest", room="r-beta")))
        assert titles(listed(rooms, reader="mary")) == ["Alpha", "gamma", "Ärger"]
        assert titles(listed(rooms, reader="guest")) == ["beta"]

    def test_the_servers_owner_sees_all_public_rooms(self, rooms: Store) -> None:
        done(rooms, decide(ban("otto", room="r-beta")))
        assert titles(listed(rooms, reader="otto")) == ["Alpha", "beta", "gamma", "Ärger"]

    def test_a_room_is_shown_as_the_reader_sees_it(self, rooms: Store) -> None:
        rooms.commit([decide(member("mary", room="r-beta")), say("@tony", room="r-club"), say("a", room="r-beta")])
        inside, outside = listed(rooms, match="club").rooms[0], listed(rooms, match="beta").rooms[0]
        assert (inside.seq, inside.read, inside.unread) == (1, 1, 0)
        assert (outside.seq, outside.unread, outside.role) == (1, 0, Role.MEMBER)
        assert listed(rooms, reader="mary", match="beta").rooms[0].unread == 1


class TestMembers:
    def test_in_order_of_uid_with_all_that_is_known(self, store: Store) -> None:
        store.commit([admit("mary", nickname="Maria", ts_ms=70), admit("henry"), make("r-a"), say(room="r-a")])
        done(store, decide(member("mary", Role.MODERATOR, until_ms=9_001), member("henry", until_ms=9_000), ban("jo")))
        done(store, decide(PutMarker(room="r-a", uid="mary", seq=1)))
        assert members(store, "r-a") == MemberPage(
            members=(
                Member(uid="henry", nickname="Henry", role=Role.MEMBER, last_seen_ms=5_000),
                Member(
                    uid="mary", nickname="Maria", role=Role.MODERATOR, last_seen_ms=70, read=1, muted_until_ms=9_001
                ),
                Member(uid="tony", nickname="tony", role=Role.OWNER, last_seen_ms=0, read=1),
            ),
            more=False,
        )

    def test_pages(self, store: Store) -> None:
        uids = ["A", "a", "b", "ä", "名", "😀"]
        done(store, make("r-a", *uids, by="b"))
        first = members(store, "r-a", most=4)
        second = members(store, "r-a", after=first.members[-1].uid, most=4)
        assert [each.uid for each in (*first.members, *second.members)] == uids
        assert (first.more, second.more) == (True, False)
        assert not members(store, "r-a", most=6).more
        assert members(store, "r-a", after="😀") == MemberPage(members=(), more=False)

    def test_of_the_lobby_everyone_known(self, store: Store) -> None:
        store.commit([admit("mary", offer="m"), admit("guest"), say(by="mary"), say(to=("stranger",), by="mary")])
        done(store, decide(PutPerson(uid="mary", role=Role.OWNER, muted_until_ms=9_001)))
        assert members(store, LOBBY).members == (
            Member(uid="guest", nickname="Guest", role=Role.GUEST, last_seen_ms=5_000),
            Member(uid="mary", nickname="Mary", role=Role.OWNER, last_seen_ms=5_000, muted_until_ms=9_001),
        )

    def test_of_a_conversation(self, store: Store) -> None:
        store.commit([say(to=("mary",))])
        assert [(each.uid, each.read) for each in members(store, TONY_MARY).members] == [("mary", 0), ("tony", 1)]


def test_who_may_read_a_room_is_the_guards_to_say(store: Store) -> None:
    done(store, create("a", private=True))
    assert facts(store, Wanted(actor="tony", room="r-a")).membership is None
    assert not isinstance(seen(store, query("r-a")), Refused)


class TestDeletion:
    """A permanently deleted room."""

    @pytest.fixture
    def full(self, store: Store) -> Store:
        """A public room with messages, a file, a report and members; and another one beside it."""
        store.commit([admit("mary"), bring(a_file("f-1")), make("r-a", "mary"), make("r-b", "mary")])
        store.commit([say("secret @mary", room="r-a", id="1"), say("with a file", room="r-a", files=("f-1",))])
        store.commit([say("kept", room="r-b"), decide(PutReport(room="r-a", seq=1, uid="mary", reason="rude"))])
        done(store, decide(AddAudit(actor="tony", action="SET", room="r-a")))
        return store

    def delete(self, store: Store) -> None:
        found = done(store, decide(an_event("r-a"), DropRoom(room="r-a"), room="r-a"))
        assert found.room is None
        assert [event.room for event in found.events] == ["r-a"]

    def test_is_none_at_once_for_everyone(self, full: Store) -> None:
        self.delete(full)
        for reader in ("tony", "mary"):
            told = facts(full, Wanted(actor=reader, room="r-a", event=1, totals=TOTALS))
            assert (told.room, told.membership, told.message) == (None, None, None)
            assert told.rooms_entered == 1
            assert titles(listed(full, reader=reader)) == ["r-b"]
            assert seen(full, query("r-a"), reader=reader) == Refused(code=ErrorCode.NO_SUCH_ROOM)
            hits = seen(
                full, SearchQuery(words=("secret",), public=PUBLIC_READERS, hits_max=9, scan_max=99), reader=reader
            )
            assert hits == Hits(hits=())
        [admitted] = full.commit([admit("mary")])
        assert isinstance(admitted, Admitted)
        assert [room.room for room in admitted.rooms] == [LOBBY, "r-b"]
        assert codes(full.commit([say("late", room="r-a"), say("b", room="r-b")])) == ["no_such_room", "Appended"]

    def test_its_title_is_free_and_its_place_is_not_taken_by_the_next_room(self, full: Store) -> None:
        self.delete(full)
        done(full, make("r-new"))
        done(full, decide(PutRoom(room="r-new", settings=Settings(title="r-a")), room="r-new"))
        assert page(full, query("r-new")).events == ()
        while full.tend(NOW_MS, Retention()):
            pass
        full.commit([say("first", room="r-new")])
        assert [event.seq for event in page(full, query("r-new")).events] == [1]

    def test_everything_in_it_goes_and_nothing_else(self, full: Store) -> None:
        done(full, decide(CloseReport(report=1)))
        self.delete(full)
        while full.tend(NOW_MS, Retention()):
            pass
        assert full.gone_files(9) == ["f-1"]
        numbers = seen(full, NumbersQuery())
        assert isinstance(numbers, Statistics)
        assert (numbers.rooms, numbers.messages, numbers.files) == (2, 1, 0)
        assert codes(full.commit([say("secret @mary", room="r-b", id="1")])) == ["Appended"]

    def test_an_open_report_stays_for_the_server(self, full: Store) -> None:
        self.delete(full)
        while full.tend(NOW_MS, Retention()):
            pass
        found = seen(full, ReportsQuery(room=None))
        assert isinstance(found, ReportList)
        (report,) = found.reports
        assert report.message is not None
        assert (report.room, report.seq, report.message.text, report.deleted) == ("r-a", 1, "secret @mary", True)
        told = facts(full, Wanted(actor="zoe", report=1))
        assert (told.reported, told.room) == (True, None)
        assert not facts(full, Wanted(actor="zoe", report=2)).reported


def own(
    store: Store, uid: Uid, after: str | None = None, *, rooms_max: int = 100, members_max: int = 4_000
) -> tuple[list[RoomId], str | None]:
    """Return a page of somebody's own rooms, and where the next one begins."""
    ts_ms, _, room = (after or "").partition("\n")
    place = (int(ts_ms), room) if after else None
    change = ListRooms(uid=uid, after=place, rooms_max=rooms_max, members_max=members_max)
    found = done(store, decide(change)).page
    assert found is not None
    return [each.room for each in found.rooms], found.next


def test_own_rooms_are_those_of_join_the_latest_active_first(store: Store) -> None:
    """Of all kinds but the lobby, and as JOIN tells them; not what is from before a UID was claimed."""
    store.commit([admit("mary", token="m"), admit("tony", token="t"), say(by="jo", to=("henry",))])
    store.commit([admit("henry", offer="h")])
    store.commit([make("r-a", "mary", ts_ms=1), say(to=("mary",), ts_ms=30), say(to=("mary", "henry"), ts_ms=20)])
    store.commit([make("r-b", "henry", ts_ms=40), say(room="r-a", ts_ms=25), say("@mary", to=("mary",), ts_ms=31)])
    (joined,) = store.commit([admit("mary", token="m")])
    assert isinstance(joined, Admitted)
    found = done(store, decide(ListRooms(uid="mary", after=None, rooms_max=9, members_max=9))).page
    assert found == RoomPage(rooms=joined.rooms[1:])
    assert own(store, "mary") == ([TONY_MARY, "r-a", TRIO], None)
    assert own(store, "henry")[0] == ["r-b", TRIO]
    assert own(store, "nobody") == ([], None)


@pytest.mark.parametrize("rooms_max", [1, 2, 3, 7, 8])
def test_pages_of_own_rooms_make_the_whole_list(store: Store, rooms_max: int) -> None:
    """Also where several were active at the same time, and where one moves to the front meanwhile."""
    others = [f"friend {number}" for number in range(7)]
    store.commit([say(to=(other,), ts_ms=10 + number // 3) for number, other in enumerate(others)])
    whole, _ = own(store, "tony")
    assert len(whole) == 7
    pages, after = own(store, "tony", rooms_max=rooms_max)
    store.commit([say(room=whole[-1], ts_ms=99)])
    while after is not None:
        rooms, after = own(store, "tony", after, rooms_max=rooms_max)
        assert 0 < len(rooms) <= rooms_max
        pages += rooms
    assert pages == (whole if rooms_max >= 7 else whole[:-1])


def test_a_page_of_own_rooms_ends_before_too_many_members(store: Store) -> None:
    """But never before its first room; named rooms tell no members."""
    store.commit([make("r-a", "mary", "henry", "jo", ts_ms=1)])
    rooms = [("jo",), ("tony",), ("tony", "henry", "jo"), ("henry",)]
    store.commit([say(by="mary", to=others, ts_ms=10 + place) for place, others in enumerate(rooms)])
    ids = [conversation_id(["mary", *others]) for others in rooms]
    for members_max, places in ((10, [3, 2, 1, 0]), (9, [3, 2, 1]), (7, [3, 2]), (5, [3]), (1, [3])):
        listed_there, after = own(store, "mary", members_max=members_max)
        assert listed_there == [*(ids[place] for place in places), *(["r-a"] if len(places) == 4 else [])], members_max
        assert (after is None) == (len(places) == 4)


def test_whoever_has_more_conversations_than_join_lists_finds_them_all(store: Store) -> None:
    """All of them are unread."""
    writers = [f"writer {number}" for number in range(620)]
    for begin in range(0, len(writers), 100):
        store.commit([say(by=uid, to=("mary",), ts_ms=begin) for uid in writers[begin : begin + 100]])
    (joined,) = store.commit([admit("mary")])
    assert isinstance(joined, Admitted)
    assert (len(joined.rooms), joined.more_rooms) == (500, True)
    first, after = own(store, "mary", rooms_max=500)
    rest, end = own(store, "mary", after, rooms_max=500)
    assert (len(first), len(rest), end) == (500, 120, None)
    assert {room.room for room in joined.rooms[1:]} | set(first) | set(rest) == {
        conversation_id(["mary", uid]) for uid in writers
    }


def test_ignoring_somebody_changes_counts_in_old_conversations_too(store: Store) -> None:
    """However many others were active since."""
    store.commit([say(by="old", to=("mary",), ts_ms=1), make("r-a", "mary", "old"), say(by="old", room="r-a")])
    for begin in range(0, 520, 65):
        store.commit([say(by=f"writer {begin + each}", to=("mary",), ts_ms=99) for each in range(65)])
    told = done(store, decide(PutIgnored(uid="mary", other="old", ignored=True))).recounted
    assert [(marker.room, marker.unread) for marker in told] == [(conversation_id(["mary", "old"]), 0), ("r-a", 0)]
