"""Named rooms: who comes in and out, and what may be changed of them."""

from typing import Any

import msgspec
import pytest

from muca.model.changes import PutPerson
from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind, Settings
from muca.model.facts import Wanted
from muca.model.limits import Limits
from muca.model.pushes import Push, RoomOpened
from muca.model.queries import AuditQuery
from muca.model.replies import AuditPage, Done, Page, Reply, RoomPage, Stored
from muca.model.requests import (
    Create,
    Delete,
    DeleteRoom,
    Edit,
    Enter,
    Exit,
    History,
    Invite,
    Join,
    Members,
    Pin,
    Pins,
    React,
    Read,
    Request,
    Rooms,
    Send,
    Set,
    Typing,
    Unpin,
    Unreact,
    Versions,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.model.storage import Look
from tests.core.answers import code_of, data_of, events_of, fail_of
from tests.core.granting import change, give_role, put_member
from tests.core.world import World


def make_room(world: World, owner: int, title: str = "Lab", *, private: bool = False) -> str:
    return data_of(world.ask(owner, Create(title=title, private=private)), Room).room


def titles(world: World, connection: int) -> list[str | None]:
    return [room.title for room in data_of(world.ask(connection, Rooms()), RoomPage).rooms]


def kinds(told: list[Reply | Push], room: str) -> list[str]:
    return [event.kind for event in events_of(told) if event.room == room]


# CREATE


def test_whoever_makes_a_room_owns_it() -> None:
    """All devices of the owner are told of the room, then that it was created."""
    world = World()
    tony = world.join("tony")
    desk = world.join("tony", token=world.welcome(tony).token)
    told = world.ask(tony, Create(title="Lab 3", topic="Lasers", private=True))
    room = data_of(told, Room)
    assert (room.kind, room.title, room.topic, room.private) == (RoomKind.NAMED, "Lab 3", "Lasers", True)
    assert (room.role, room.seq, room.unread) == (Role.OWNER, 1, 0)
    for heard in (told[1:], world.told[desk][-2:]):
        opened, made = heard
        assert isinstance(opened, RoomOpened)
        assert opened.as_room() == room
        assert isinstance(made, Event)
        assert (made.kind, made.seq, made.sender) == (EventKind.CREATE, 1, "tony")
        assert made.settings == Settings(title="Lab 3", topic="Lasers", private=True)
    data_of(world.send(tony, "hi", room=room.room), Stored)
    assert world.texts(desk) == ["hi"]


@pytest.mark.parametrize("other", [{"title": "Lab 2"}, {"private": False}, {"topic": "Light"}])
def test_create_with_a_used_id_and_something_else_is_refused(other: dict[str, Any]) -> None:
    """A program that counts its IDs would write what is private into a public room."""
    world = World()
    tony = world.join("tony")
    create = Create(title="Lab", private=True, request_id="1")
    room = data_of(world.ask(tony, create), Room)
    world.ask(tony, Set(room=room.room, title="Optics"))
    assert data_of(world.ask(tony, create), Room).room == room.room
    assert code_of(world.ask(tony, msgspec.structs.replace(create, **other))) is ErrorCode.ID_REUSED
    mary = world.join("mary")
    assert data_of(world.ask(mary, create), Room).room != room.room


def test_create_with_the_same_id_is_the_same_room() -> None:
    """For who may still see it; without an ID, and of another person, it is another CREATE."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    create = Create(title="Lab", private=True, request_id="1")
    first = data_of(world.ask(tony, create), Room)
    put_member(world, "mary", first.room, Role.OWNER)
    again = world.ask(tony, create)
    assert (data_of(again, Room), len(again)) == (first, 1)
    others = [data_of(world.ask(mary, create), Room), data_of(world.ask(tony, Create(title="Lab", private=True)), Room)]
    assert len({first.room, *(other.room for other in others)}) == 3
    data_of(world.ask(tony, Exit(room=first.room)), Stored)
    assert code_of(world.ask(tony, create)) == ErrorCode.NO_SUCH_ROOM


@pytest.mark.parametrize(
    ("title", "code"),
    [("  ", ErrorCode.BAD_NAME), *((title, ErrorCode.BAD_REQUEST) for title in ("", "a\nb", "x" * 81, "\u202eLab"))],
)
def test_a_title_is_a_name(title: str, code: ErrorCode) -> None:
    """Also where it is changed. What no title can be is past the bounds of the field."""
    world = World()
    tony = world.join("tony")
    room = make_room(world, tony)
    for request in (Create(title=title), Set(room=room, title=title)):
        fail = fail_of(world.ask(tony, request))
        assert (fail.code, fail.explanation[:6]) == (code, "TITLE ")


def test_nobody_learns_the_titles_of_private_rooms() -> None:
    """They may be alike; a room that becomes public needs one of its own."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    private = data_of(world.ask(tony, Create(title="Lab", private=True)), Room).room
    public = data_of(world.ask(mary, Create(title="lab")), Room).room
    assert code_of(world.ask(tony, Set(room=private, private=False))) == ErrorCode.TITLE_TAKEN
    data_of(world.ask(tony, Set(room=private, topic="still private")), Stored)
    data_of(world.ask(tony, Set(room=private, private=False, title="Lab 2")), Stored)
    assert code_of(world.ask(mary, Set(room=public, title="LAB 2"))) == ErrorCode.TITLE_TAKEN


def test_titles_that_look_alike_are_one() -> None:
    """The lobby's name is taken too; a room may be given its own title in other letters."""
    world = World()
    tony = world.join("tony")
    lab, den = make_room(world, tony, "x" * 80), make_room(world, tony, "Den")
    for title in ("X" * 80, "ＤＥＮ", "LOBBY"):
        assert code_of(world.ask(tony, Create(title=title))) == ErrorCode.TITLE_TAKEN
        if title != "X" * 80:
            assert code_of(world.ask(tony, Set(room=lab, title=title))) == ErrorCode.TITLE_TAKEN
    data_of(world.ask(tony, Set(room=den, title="DEN")), Stored)
    assert titles(world, tony) == ["DEN", "x" * 80]


def test_rooms_owned_and_entered_are_bounded() -> None:
    """Archiving one, or leaving one, makes place for another."""
    world = World(Limits(rooms_owned_max=1, rooms_entered_max=2))
    tony, mary = world.join("tony"), world.join("mary")
    lab, den = make_room(world, tony), make_room(world, mary, "Den")
    fail = fail_of(world.ask(tony, Create(title="New")))
    assert (fail.code, "own 1 rooms" in fail.explanation) == (ErrorCode.TOO_MANY, True)
    world.ask(tony, Set(room=lab, archived=True))
    data_of(world.ask(tony, Create(title="New")), Room)
    world.ask(tony, Set(room=lab, archived=False))
    fail = fail_of(world.ask(tony, Enter(room=den)))
    assert (fail.code, "in 2 rooms" in fail.explanation) == (ErrorCode.TOO_MANY, True)
    put_member(world, "mary", lab, Role.OWNER)
    world.ask(tony, Exit(room=lab))
    data_of(world.ask(tony, Enter(room=den)), Room)


def test_guests_make_no_rooms_and_see_no_directory() -> None:
    """Nor do they come into public rooms uninvited."""
    world = World()
    tony, gus = world.join("tony"), world.join("gus")
    room = make_room(world, tony)
    give_role(world, "gus", Role.GUEST)
    for request in (Create(title="Den"), Rooms()):
        assert code_of(world.ask(gus, request)) == ErrorCode.NOT_ALLOWED
    assert code_of(world.ask(gus, Enter(room=room))) == ErrorCode.NO_SUCH_ROOM


# ENTER


def test_entering_is_an_event_for_those_inside() -> None:
    """The newcomer is told of the room first, and what was written before is not unread."""
    world = World()
    tony, mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    room = make_room(world, tony)
    world.send(tony, "before", room=room)
    told = world.ask(mary, Enter(room=room))
    entered = data_of(told, Room)
    assert (entered.room, entered.role, entered.seq, entered.unread) == (room, Role.MEMBER, 3, 0)
    assert [type(push) for push in told[1:]] == [RoomOpened, Event]
    assert kinds(world.told[tony], room) == ["create", "enter"]
    assert kinds(world.told[eve], room) == []
    world.send(tony, "after", room=room)
    assert world.texts(mary) == ["after"]
    again = world.ask(mary, Enter(room=room))
    assert (data_of(again, Room).seq, len(again)) == (4, 1)


def test_only_open_doors_are_entered() -> None:
    """Not private or archived rooms, and not while banned."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    private, old, strict = (make_room(world, tony, title, private=title == "A") for title in "ABC")
    world.ask(tony, Set(room=old, archived=True))
    put_member(world, "mary", strict, entered=False, banned_until_ms=10, muted_until_ms=20)
    for room, expected in (
        (private, ErrorCode.NO_SUCH_ROOM),
        (old, ErrorCode.ROOM_ARCHIVED),
        (strict, ErrorCode.NO_SUCH_ROOM),
    ):
        assert code_of(world.ask(mary, Enter(room=room))) == expected
    world.now_ms = 10
    data_of(world.ask(mary, Enter(room=strict)), Room)
    assert code_of(world.send(mary, "x", room=strict)) == ErrorCode.MUTED


# EXIT


def test_who_has_left_hears_nothing_more() -> None:
    """On no device; the others are told."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    desk = world.join("mary", token=world.welcome(mary).token)
    room = make_room(world, tony, private=True)
    world.ask(tony, Invite(room=room, uid="mary"))
    data_of(world.ask(mary, Exit(room=room)), Stored)
    for connection in (tony, mary, desk):
        assert kinds(world.told[connection], room)[-1] == "exit"
    world.send(tony, "gone", room=room)
    assert world.texts(mary) == world.texts(desk) == []
    assert code_of(world.ask(mary, History(room=room))) == ErrorCode.NO_SUCH_ROOM


def test_the_only_owner_stays_until_the_room_is_cared_for() -> None:
    """By another owner. An archived room needs one too: nobody else can take it back."""
    world = World()
    tony = world.join("tony")
    world.join("mary")
    lab, den = make_room(world, tony, "Lab"), make_room(world, tony, "Den")
    for room in (lab, den):
        fail = fail_of(world.ask(tony, Exit(room=room)))
        assert (fail.code, "only owner" in fail.explanation) == (ErrorCode.NOT_ALLOWED, True)
    put_member(world, "mary", lab, Role.OWNER)
    data_of(world.ask(tony, Exit(room=lab)), Stored)
    world.ask(tony, Set(room=den, archived=True))
    assert code_of(world.ask(tony, Exit(room=den))) is ErrorCode.NOT_ALLOWED
    data_of(world.ask(tony, DeleteRoom(room=den)), Done)


def test_leaving_and_coming_back_does_not_lift_a_mute() -> None:
    """Not by the front door, and not by an invitation; but a role is gone."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = make_room(world, tony)
    put_member(world, "mary", room, Role.MEMBER, muted_until_ms=50)
    ways: tuple[tuple[int, Request], ...] = ((mary, Enter(room=room)), (tony, Invite(room=room, uid="mary")))
    for connection, request in ways:
        data_of(world.ask(mary, Exit(room=room)), Stored)
        world.ask(connection, request)
        assert code_of(world.send(mary, "x", room=room)) == ErrorCode.MUTED
    world.now_ms = 50
    data_of(world.send(mary, "x", room=room), Stored)
    put_member(world, "mary", room, Role.MODERATOR)
    world.ask(mary, Exit(room=room))
    assert data_of(world.ask(mary, Enter(room=room)), Room).role == Role.MEMBER


def test_lobby_and_conversations_are_not_left() -> None:
    """Everyone is in the lobby, and a conversation is its members."""
    world = World()
    tony, _mary = world.join("tony"), world.join("mary")
    direct = data_of(world.send(tony, "psst", "mary"), Stored).room
    for room in (LOBBY, direct):
        assert code_of(world.ask(tony, Exit(room=room))) == ErrorCode.NOT_ALLOWED


# INVITE


def test_invited_people_are_in_at_once() -> None:
    """They are told on all devices, read what was said before, and those inside hear who was invited."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    desk = world.join("mary", token=world.welcome(mary).token)
    room = make_room(world, tony, private=True)
    world.send(tony, "before", room=room)
    data_of(world.ask(tony, Invite(room=room, uid="mary")), Stored)
    for connection in (mary, desk):
        opened, invited = world.told[connection][-2:]
        assert isinstance(opened, RoomOpened)
        assert (opened.title, opened.role) == ("Lab", Role.MEMBER)
        assert isinstance(invited, Event)
        assert (invited.kind, invited.uid, invited.sender) == (EventKind.INVITE, "mary", "tony")
    page = data_of(world.ask(mary, History(room=room)), Page)
    assert [event.text for event in page.events] == ["", "before", ""]
    again = world.ask(tony, Invite(room=room, uid="mary"))
    assert (data_of(again, Done), len(again)) == (Done(), 1)


def test_people_who_are_away_are_invited_too() -> None:
    """They find the room when they come back."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    token = world.welcome(mary).token
    world.drop(mary)
    room = make_room(world, tony, private=True)
    data_of(world.ask(tony, Invite(room=room, uid="mary")), Stored)
    assert room in [known.room for known in world.welcome(world.join("mary", token=token)).rooms]


def test_whom_one_cannot_invite() -> None:
    """The unknown, those banned from the room, and UIDs that anybody could still claim."""
    world = World()
    tony = world.join("tony")
    for uid, v in (("mary", 2), ("bob", 1)):
        world.join(uid, v=v)
    room = make_room(world, tony, private=True)
    put_member(world, "mary", room, entered=False, banned_until_ms=10)
    for uid, expected, words in (
        ("nobody", ErrorCode.NO_SUCH_PERSON, "known"),
        ("bob", ErrorCode.NOT_ALLOWED, "claimed"),
        ("mary", ErrorCode.NOT_ALLOWED, "UNBAN"),
    ):
        fail = fail_of(world.ask(tony, Invite(room=room, uid=uid)))
        assert (fail.code, words in fail.explanation) == (expected, True)
    world.now_ms = 10
    data_of(world.ask(tony, Invite(room=room, uid="mary")), Stored)


def test_nobody_is_invited_into_more_rooms_than_one_may_be_in() -> None:
    """Others could else keep somebody from making or entering any room."""
    world = World(Limits(rooms_entered_max=2))
    tony, mary = world.join("tony"), world.join("mary")
    make_room(world, mary, "Mary's")
    first, second = make_room(world, tony, "Lab"), make_room(world, tony, "Loft")
    assert data_of(world.ask(tony, Invite(room=first, uid="mary")), Stored)
    assert code_of(world.ask(tony, Invite(room=second, uid="mary"))) is ErrorCode.TOO_MANY
    assert data_of(world.ask(tony, Invite(room=first, uid="mary")), Done)
    world.ask(mary, Exit(room=first))
    assert data_of(world.ask(tony, Invite(room=second, uid="mary")), Stored)


def test_members_invite_into_public_rooms_only() -> None:
    """And a guest stays a guest inside."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    gus = world.join("gus")
    give_role(world, "gus", Role.GUEST)
    public, private = make_room(world, tony), make_room(world, tony, "Den", private=True)
    for room in (public, private):
        world.ask(tony, Invite(room=room, uid="mary"))
    assert code_of(world.ask(mary, Invite(room=private, uid="gus"))) == ErrorCode.NOT_ALLOWED
    data_of(world.ask(mary, Invite(room=public, uid="gus")), Stored)
    opened = [push for push in world.told[gus] if isinstance(push, RoomOpened)]
    assert [(push.room, push.role) for push in opened] == [(public, Role.GUEST)]
    assert code_of(world.ask(gus, Invite(room=public, uid="eve"))) == ErrorCode.NOT_ALLOWED


# SET


def test_what_is_set_takes_hold_at_once_and_is_written_down() -> None:
    """The event has what has really changed, and only that."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = make_room(world, tony)
    world.ask(mary, Enter(room=room))
    data_of(world.ask(tony, Set(room=room, title="Lab", topic="Rules", read_only=True, slow_seconds=0)), Stored)
    (event,) = events_of(world.told[mary], EventKind.SET)
    assert event.settings == Settings(topic="Rules", read_only=True)
    assert code_of(world.send(mary, "x", room=room)) == ErrorCode.ROOM_READ_ONLY
    told = world.ask(tony, Set(room=room, topic="Rules"))
    assert (data_of(told, Done), len(told)) == (Done(), 1)
    query = AuditQuery(room=room, before=None, entries_max=9)
    audit = world.store.look(Look(wanted=Wanted(actor="tony"), guard=lambda _: None, query=query, ts_ms=0))
    assert isinstance(audit, AuditPage)
    assert [(entry.actor, entry.action, entry.detail) for entry in audit.entries] == [
        ("tony", "SET", '{"TOPIC":"Rules","READ_ONLY":true}')
    ]


def test_moderators_set_what_is_said_and_owners_what_is_kept() -> None:
    """A request that asks for both needs both, and changes nothing otherwise."""
    world = World()
    tony, mary, sue = world.join("tony"), world.join("mary"), world.join("sue")
    room = make_room(world, tony, private=True)
    for uid, role in (("mary", Role.MODERATOR), ("sue", Role.MEMBER)):
        put_member(world, uid, room, role)
    data_of(world.ask(mary, Set(room=room, title="Den", slow_seconds=5)), Stored)
    assert code_of(world.ask(sue, Set(room=room, topic="x"))) == ErrorCode.NOT_ALLOWED
    for request in (
        Set(room=room, private=False),
        Set(room=room, archived=True),
        Set(room=room, keep_days=1),
        Set(room=room, topic="x", keep_events=1),
    ):
        assert code_of(world.ask(mary, request)) == ErrorCode.NOT_ALLOWED
    everything = Set(room=room, private=False, keep_days=30, keep_events=1_000, archived=True)
    data_of(world.ask(tony, everything), Stored)
    (shown,) = data_of(world.ask(sue, Rooms()), RoomPage).rooms
    assert (shown.title, shown.topic, shown.private, shown.keep_days, shown.keep_events) == (
        "Den",
        "",
        False,
        30,
        1_000,
    )


def test_an_archived_room_is_read_and_taken_back() -> None:
    """And nothing else, by nobody."""
    world = World()
    tony = world.join("tony")
    room = make_room(world, tony)
    world.send(tony, "kept", room=room)
    data_of(world.ask(tony, Set(room=room, archived=True)), Stored)
    requests: list[Request] = [
        Send(text="x", room=room),
        Edit(room=room, seq=2, text="x"),
        Delete(room=room, seq=2),
        React(room=room, seq=2, emoji="👍"),
        Pin(room=room, seq=2),
        Set(room=room, topic="x"),
        Set(room=room, topic="x", archived=False),
        Invite(room=room, uid="tony"),
    ]
    for request in requests:
        assert code_of(world.ask(tony, request)) == ErrorCode.ROOM_ARCHIVED
    assert len(data_of(world.ask(tony, History(room=room)), Page).events) == 3
    data_of(world.ask(tony, Set(room=room, archived=False)), Stored)
    data_of(world.send(tony, "x", room=room), Stored)


def test_the_lobby_is_set_by_the_servers_moderators() -> None:
    """It has no title, and it is always public and open."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    give_role(world, "tony", Role.OWNER)
    for request in (
        Set(room=LOBBY, title="Hall"),
        Set(room=LOBBY, private=True, topic="x"),
        Set(room=LOBBY, archived=False),
    ):
        assert code_of(world.ask(tony, request)) == ErrorCode.BAD_REQUEST
    assert code_of(world.ask(mary, Set(room=LOBBY, topic="x"))) == ErrorCode.NOT_ALLOWED
    data_of(world.ask(tony, Set(room=LOBBY, topic="Hello", keep_days=7)), Stored)
    (event,) = events_of(world.told[mary], EventKind.SET)
    assert event.settings == Settings(topic="Hello", keep_days=7)


def test_conversations_have_nothing_to_set() -> None:
    world = World()
    tony, _mary = world.join("tony"), world.join("mary")
    direct = data_of(world.send(tony, "psst", "mary"), Stored).room
    for request in (Set(room=direct, topic="x"), Set(room=direct, archived=True)):
        assert code_of(world.ask(tony, request)) == ErrorCode.NOT_ALLOWED


# What strangers learn


def about(room: str) -> list[Request]:
    """One request of every sort that names a room, each of which somebody in it could make."""
    return [
        Send(text="x", room=room),
        Edit(room=room, seq=2, text="x"),
        Delete(room=room, seq=2),
        React(room=room, seq=2, emoji="👍"),
        Unreact(room=room, seq=2, emoji="👍"),
        Pin(room=room, seq=2),
        Unpin(room=room, seq=2),
        Read(room=room, seq=1),
        Typing(room=room),
        History(room=room),
        Versions(room=room, seq=2),
        Pins(room=room),
        Members(room=room),
        Enter(room=room),
        Exit(room=room),
        Invite(room=room, uid="eve"),
        Invite(room=room, uid="nobody"),
        Set(room=room, topic="x"),
        Set(room=room, title="Lab"),
        Set(room=room, archived=True),
    ]


def test_a_private_room_is_no_room_to_those_outside() -> None:
    """Nor to who was banned from it, to the server's owner, or to who was in it: the same answer, byte for byte."""
    world = World()
    tony = world.join("tony")
    outside = [world.join(uid) for uid in ("eve", "mary", "olga", "sue")]
    room = make_room(world, tony, private=True)
    world.send(tony, "hidden", room=room)
    direct = data_of(world.send(tony, "psst", "eve"), Stored).room
    put_member(world, "mary", room, entered=False, banned_until_ms=10)
    give_role(world, "olga", Role.OWNER)
    world.ask(tony, Invite(room=room, uid="sue"))
    world.ask(outside[3], Exit(room=room))
    for connection in outside:
        for here, nowhere in zip(about(room), about("r-nowhere"), strict=True):
            answer = world.ask(connection, here)
            assert answer == world.ask(connection, nowhere), here
            assert code_of(answer) == ErrorCode.NO_SUCH_ROOM
    for here, nowhere in zip(about(direct), about("d-nowhere"), strict=True):
        assert world.ask(outside[1], here) == world.ask(outside[1], nowhere), here


def test_who_is_banned_from_the_server_may_nothing_while_it_is_still_here() -> None:
    """Rules ask for the facts of the moment, not for those of the JOIN."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = make_room(world, tony)
    world.ask(mary, Enter(room=room))
    change(world, PutPerson(uid="mary", banned_until_ms=10), told=False)
    requests: list[Request] = [Read(room=LOBBY, seq=1), History(room=room), Enter(room=room), Exit(room=room)]
    for request in requests:
        assert code_of(world.ask(mary, request)) == ErrorCode.NO_SUCH_ROOM
    assert code_of(world.ask(mary, Create(title="Den"))) == ErrorCode.NOT_ALLOWED


def test_requests_before_join_are_refused() -> None:
    """As everything is but JOIN and what belongs to it."""
    world = World()
    connection = world.open()
    world.ask(connection, Join(uid="", nickname="", v=2))
    for request in (Create(title="x"), *about(LOBBY)):
        assert code_of(world.ask(connection, request)) == ErrorCode.NOT_JOINED


# DELETE_ROOM


def test_a_deleted_room_is_gone_for_all_who_were_in_it_and_the_server_knows_who_did_it() -> None:
    """On all devices; the audit log has the title of a public room, but not of a private one."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    give_role(world, "zoe", Role.OWNER)
    for private in (False, True):
        made = data_of(world.ask(tony, Create(title="Lab", private=private)), Room)
        world.ask(tony, Invite(room=made.room, uid="mary"))
        assert code_of(world.ask(mary, DeleteRoom(room=made.room))) is ErrorCode.NOT_ALLOWED
        before = len(world.told[mary])
        assert data_of(world.ask(tony, DeleteRoom(room=made.room)), Done)
        (event,) = events_of(world.told[mary][before:])
        assert (event.kind, event.room, event.sender) == (EventKind.DELETE_ROOM, made.room, "tony")
        assert not world.audiences.get(made.room)
        for request in (
            History(room=made.room),
            Send(text="late", room=made.room),
            DeleteRoom(room=made.room),
            Set(room=made.room, topic="new"),
            Enter(room=made.room),
        ):
            assert code_of(world.ask(tony, request)) is ErrorCode.NO_SUCH_ROOM
        look = Look(
            wanted=Wanted(actor="zoe"),
            guard=lambda _: None,
            query=AuditQuery(room=None, before=None, entries_max=1),
            ts_ms=world.now_ms,
        )
        log = world.store.look(look)
        assert isinstance(log, AuditPage)
        (entry,) = log.entries
        assert (entry.actor, entry.action) == ("tony", "DELETE_ROOM")
        assert entry.detail == (made.room if private else f"{made.room} Lab")


def test_a_create_whose_answer_was_lost_does_not_make_a_deleted_room_anew() -> None:
    """Whatever it says: the ID belongs to the room that is gone."""
    world = World()
    tony = world.join("tony")
    made = data_of(world.ask(tony, Create(title="Lab", request_id="c")), Room)
    world.ask(tony, DeleteRoom(room=made.room))
    for title in "Lab", "Other":
        assert code_of(world.ask(tony, Create(title=title, request_id="c"))) is ErrorCode.NO_SUCH_ROOM
    assert data_of(world.ask(tony, Create(title="Lab", request_id="d")), Room).room != made.room


def test_what_is_on_its_way_to_a_deleted_room_is_refused() -> None:
    """In the same commit, too: it is no failure of the disk."""
    world = World()
    tony = world.join("tony")
    made = data_of(world.ask(tony, Create(title="Lab")), Room)
    world.hold = True
    world.ask(tony, DeleteRoom(room=made.room))
    world.ask(tony, Send(text="late", room=made.room, request_id="s"))
    world.hold = False
    world.commit()
    assert code_of([world.told[tony][-1]]) is ErrorCode.NO_SUCH_ROOM
