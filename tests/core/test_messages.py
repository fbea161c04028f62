"""What becomes of messages: each change is an event, done once, and only by who may."""

import msgspec
import pytest

from muca.model.changes import PutMarker
from muca.model.errors import ErrorCode
from muca.model.events import Event, EventKind, Message
from muca.model.facts import Facts, Person, Wanted
from muca.model.limits import Limits
from muca.model.mentions import Mention
from muca.model.pushes import MarkerMoved, Push
from muca.model.queries import AuditQuery
from muca.model.replies import (
    AuditEntry,
    AuditPage,
    Done,
    MessageList,
    Page,
    Purged,
    Reply,
    Stored,
    Version,
    VersionList,
)
from muca.model.requests import (
    Create,
    Delete,
    Edit,
    Enter,
    History,
    Pin,
    Pins,
    Purge,
    React,
    Read,
    Request,
    Unpin,
    Unreact,
    Versions,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, RoomKind
from muca.model.storage import Decide, Decision, Look
from tests.core.answers import code_of, data_of, events_of, fail_of
from tests.core.granting import give_role, put_member
from tests.core.world import World


def make_room(world: World, owner: int, title: str = "Lab", *, private: bool = False) -> str:
    return data_of(world.ask(owner, Create(title=title, private=private)), Room).room


def latest(world: World, connection: int, room: str = LOBBY) -> Message | Event:
    return data_of(world.ask(connection, History(room=room, limit=1)), Page).events[0]


def message(world: World, connection: int, seq: int = 1, room: str = LOBBY) -> Message:
    (event,) = data_of(world.ask(connection, History(room=room, after=seq - 1, limit=1)), Page).events
    assert isinstance(event, Message)
    return event


def audited(world: World, room: str = LOBBY) -> tuple[AuditEntry, ...]:
    """Return the audit log of a room, the newest entry first."""
    query = AuditQuery(room=room, before=None, entries_max=9)
    audit = world.store.look(Look(wanted=Wanted(actor="mary"), guard=lambda _: None, query=query, ts_ms=0))
    assert isinstance(audit, AuditPage)
    return audit.entries


def is_done(told: list[Reply | Push]) -> bool:
    """Whether it was OKAY, and nothing happened."""
    return data_of(told, Done) == Done() and len(told) == 1


def test_edit_reaches_everyone_and_keeps_the_former_text() -> None:
    """The reply says where the edit is; HISTORY has the new text in the old place."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "helo")
    world.now_ms = 7
    stored = data_of(world.ask(tony, Edit(room=LOBBY, seq=1, text="hello @Mary")), Stored)
    assert (stored.room, stored.seq, stored.ts_ms) == (LOBBY, 2, 7)
    (event,) = events_of(world.told[mary], EventKind.EDIT)
    assert (event.of, event.text, event.sender, event.nickname) == (1, "hello @Mary", "tony", "Tony")
    assert event.mentions == ("mary",)
    assert (message(world, mary).text, message(world, mary).edited_ms) == ("hello @Mary", 7)
    versions = data_of(world.ask(mary, Versions(room=LOBBY, seq=1)), VersionList).versions
    assert versions == (Version(ts_ms=0, text="helo"), Version(ts_ms=7, text="hello @Mary"))


TEXT = "@Mary @Sue"
MARY, SUE = Mention(uid="mary", begin=0, length=5), Mention(uid="sue", begin=6, length=4)


@pytest.mark.parametrize(
    "mentions",
    [
        None,
        (),
        (MARY, SUE),
        (SUE, MARY),
        (MARY, Mention(uid="nobody", begin=6, length=4)),
        (Mention(uid="nobody", begin=0, length=5),),
        (MARY, MARY),
    ],
)
def test_the_same_edit_again_is_no_other_edit(mentions: tuple[Mention, ...] | None) -> None:
    """What counts is whom it comes to: without who is not in the room, in order."""
    world = World()
    tony, _, _ = world.join("tony"), world.join("mary"), world.join("sue")
    world.send(tony, "helo")
    edit = Edit(room=LOBBY, seq=1, text=TEXT, mentions=mentions)
    data_of(world.ask(tony, edit), Stored)
    assert is_done(world.ask(tony, edit))
    if mentions:
        assert is_done(world.ask(tony, msgspec.structs.replace(edit, mentions=mentions[::-1])))


def test_an_edit_of_the_mentions_only_is_an_edit() -> None:
    world = World()
    tony, _, _ = world.join("tony"), world.join("mary"), world.join("sue")
    world.send(tony, TEXT)
    for mentions, meant in ((), ()), (None, ("mary", "sue")), ((SUE,), ("sue",)):
        data_of(world.ask(tony, Edit(room=LOBBY, seq=1, text=TEXT, mentions=mentions)), Stored)
        assert message(world, tony).mentions == meant


def test_only_the_sender_edits_and_only_messages() -> None:
    """Not even the server's owner, and not what is no message (any more)."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    give_role(world, "mary", Role.OWNER)
    world.send(tony, "mine")
    assert code_of(world.ask(mary, Edit(room=LOBBY, seq=1, text="hers"))) == ErrorCode.NOT_ALLOWED
    assert is_done(world.ask(tony, Edit(room=LOBBY, seq=1, text="mine")))
    world.ask(tony, Edit(room=LOBBY, seq=1, text="still mine"))
    for seq in (2, 3):
        assert code_of(world.ask(tony, Edit(room=LOBBY, seq=seq, text="x"))) == ErrorCode.NO_SUCH_EVENT


def test_deleted_message_leaves_a_tombstone() -> None:
    """Everyone is told, nothing of it can be read or changed any more."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "secret")
    world.ask(tony, Edit(room=LOBBY, seq=1, text="more secret"))
    world.ask(mary, React(room=LOBBY, seq=1, emoji="👍"))
    stored = data_of(world.ask(tony, Delete(room=LOBBY, seq=1)), Stored)
    assert [event.of for event in events_of(world.told[mary], EventKind.DELETE)] == [1]
    assert latest(world, mary).seq == stored.seq
    page = data_of(world.ask(mary, History(room=LOBBY)), Page)
    assert not [event for event in page.events if "secret" in event.text]
    tombstone = message(world, mary)
    assert (tombstone.deleted, tombstone.text, tombstone.reactions) == (True, "", ())
    again: list[Request] = [
        Delete(room=LOBBY, seq=1),
        Edit(room=LOBBY, seq=1, text="x"),
        React(room=LOBBY, seq=1, emoji="👍"),
        Versions(room=LOBBY, seq=1),
    ]
    for request in again:
        assert code_of(world.ask(tony, request)) == ErrorCode.NO_SUCH_EVENT


def test_moderators_delete_what_others_wrote_and_it_is_written_down() -> None:
    """Members do not; a moderator does not delete what an owner wrote, an owner what an owner wrote."""
    world = World()
    tony, mary, sue = world.join("tony"), world.join("mary"), world.join("sue")
    room = make_room(world, tony, private=True)
    put_member(world, "mary", room, Role.MODERATOR)
    put_member(world, "sue", room)
    for seq, connection in ((2, tony), (3, tony)):
        assert data_of(world.send(connection, "boss", room=room), Stored).seq == seq
    assert code_of(world.ask(sue, Delete(room=room, seq=2))) == ErrorCode.NOT_ALLOWED
    outranked = fail_of(world.ask(mary, Delete(room=room, seq=2)))
    assert (outranked.code, "owner" in outranked.explanation) == (ErrorCode.NOT_ALLOWED, True)
    put_member(world, "mary", room, Role.OWNER)
    data_of(world.ask(mary, Delete(room=room, seq=2)), Stored)
    put_member(world, "tony", room, Role.MODERATOR)
    put_member(world, "mary", room, Role.MODERATOR)
    data_of(world.ask(mary, Delete(room=room, seq=3)), Stored)
    assert [(entry.actor, entry.action, entry.uid, entry.detail) for entry in audited(world, room)] == [
        ("mary", "DELETE", "tony", "SEQ 3"),
        ("mary", "DELETE", "tony", "SEQ 2"),
    ]


def test_servers_moderator_deletes_in_a_public_room_that_it_is_not_in() -> None:
    """Also what its owner wrote; but not in a private room, of which it knows nothing."""
    world = World()
    tony, mary, sue = world.join("tony"), world.join("mary"), world.join("sue")
    public, private = make_room(world, tony), make_room(world, tony, "Den", private=True)
    world.ask(sue, Enter(room=public))
    give_role(world, "mary", Role.MODERATOR)
    assert data_of(world.send(sue, "spam", room=public), Stored).seq == 3
    assert data_of(world.send(tony, "rule", room=public), Stored).seq == 4
    world.send(tony, "hidden", room=private)
    for seq in (3, 4):
        data_of(world.ask(mary, Delete(room=public, seq=seq)), Stored)
    assert code_of(world.ask(mary, Delete(room=public, seq=9))) == ErrorCode.NO_SUCH_EVENT
    assert code_of(world.ask(mary, Delete(room=private, seq=2))) == ErrorCode.NO_SUCH_ROOM


def test_in_the_lobby_the_role_on_the_server_counts() -> None:
    """A moderator deletes what another moderator wrote, and not what an owner wrote."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    give_role(world, "mary", Role.MODERATOR)
    for role in (Role.MEMBER, Role.MODERATOR, Role.OWNER):
        give_role(world, "tony", role)
        sent = data_of(world.send(tony, role), Stored)
        told = world.ask(mary, Delete(room=LOBBY, seq=sent.seq))
        if role is Role.OWNER:
            assert code_of(told) == ErrorCode.NOT_ALLOWED
        else:
            data_of(told, Stored)


def test_purge_deletes_a_persons_messages_the_newest_first_and_says_whether_there_are_more() -> None:
    """Each as DELETE does, with an event; all requests together are one entry of the audit log."""
    world = World(Limits(purged_messages_max=2))
    tony, mary, zoe = world.join("tony"), world.join("mary"), world.join("zoe")
    give_role(world, "tony", Role.MODERATOR)
    for connection, text in ((zoe, "one"), (mary, "hers"), (zoe, "@Mary two"), (zoe, "three")):
        world.send(connection, text)
    answers = [data_of(world.ask(tony, Purge(room=LOBBY, uid="zoe")), Purged) for _ in range(3)]
    assert answers == [
        Purged(deleted=2, more=True),
        Purged(deleted=1, more=False),
        Purged(deleted=0, more=False),
    ]
    heard = events_of(world.told[mary], EventKind.DELETE)
    assert [(event.of, event.sender, event.author) for event in heard] == [
        (4, "tony", "zoe"),
        (3, "tony", "zoe"),
        (1, "tony", "zoe"),
    ]
    assert [count.uid for count in heard[1].counts] == ["mary"]
    assert [message(world, mary, seq).deleted for seq in (1, 2, 3, 4)] == [True, False, True, True]
    assert [(entry.action, entry.uid, entry.detail) for entry in audited(world)] == [
        ("PURGE", "zoe", "3 messages"),
    ]


def test_a_purge_is_bounded_in_characters_but_takes_at_least_one_message() -> None:
    world = World(Limits(purged_chars_max=4))
    tony = world.join("tony")
    for text in ("xx", "yy", "zzz", "a long one"):
        world.send(tony, text)
    answers = [data_of(world.ask(tony, Purge(room=LOBBY, uid="tony")), Purged) for _ in range(3)]
    assert [answer.deleted for answer in answers] == [1, 1, 2]
    assert audited(world) == ()


def test_a_purge_needs_the_same_rights_as_each_deletion() -> None:
    """A moderator's role is compared with the author's; a hidden room does not exist."""
    world = World()
    tony, mary, sue = world.join("tony"), world.join("mary"), world.join("sue")
    room = make_room(world, tony, private=True)
    put_member(world, "mary", room, Role.MODERATOR)
    for connection in (tony, mary):
        world.send(connection, "hi", room=room)
    assert fail_of(world.ask(mary, Purge(room=room, uid="tony"))).code == ErrorCode.NOT_ALLOWED
    assert code_of(world.ask(sue, Purge(room=room, uid="tony"))) == ErrorCode.NO_SUCH_ROOM
    assert data_of(world.ask(mary, Purge(room=room, uid="mary")), Purged).deleted == 1
    put_member(world, "tony", room, Role.MEMBER, entered=False, banned_until_ms=9)
    assert data_of(world.ask(mary, Purge(room=room, uid="tony")), Purged).deleted == 1
    assert data_of(world.ask(mary, Purge(room=room, uid="nobody")), Purged) == Purged(deleted=0, more=False)


def test_reactions_are_counted_by_emoji_and_taken_back_once() -> None:
    """Doing again what is so already is OKAY, and no event."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "cake?")
    for connection in (tony, mary):
        data_of(world.ask(connection, React(room=LOBBY, seq=1, emoji="🎂")), Stored)
        assert is_done(world.ask(connection, React(room=LOBBY, seq=1, emoji="🎂")))
    (reaction,) = message(world, mary).reactions
    assert (reaction.emoji, reaction.count, reaction.uids) == ("🎂", 2, ("tony", "mary"))
    data_of(world.ask(mary, Unreact(room=LOBBY, seq=1, emoji="🎂")), Stored)
    assert is_done(world.ask(mary, Unreact(room=LOBBY, seq=1, emoji="🎂")))
    assert is_done(world.ask(mary, Unreact(room=LOBBY, seq=1, emoji="none")))
    assert [reaction.uids for reaction in message(world, mary).reactions] == [("tony",)]
    heard = [(event.kind, event.emoji, event.sender, event.of) for event in events_of(world.told[tony])]
    assert heard == [("react", "🎂", "tony", 1), ("react", "🎂", "mary", 1), ("unreact", "🎂", "mary", 1)]


def test_different_reactions_are_bounded() -> None:
    """At the limit people can add to existing reactions, but not new ones."""
    world = World(Limits(reactions_max=2))
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "cake?")
    for emoji in "🎂👍":
        data_of(world.ask(tony, React(room=LOBBY, seq=1, emoji=emoji)), Stored)
    full = fail_of(world.ask(mary, React(room=LOBBY, seq=1, emoji="👎")))
    assert (full.code, "2" in full.explanation) == (ErrorCode.TOO_MANY, True)
    data_of(world.ask(mary, React(room=LOBBY, seq=1, emoji="👍")), Stored)


@pytest.mark.parametrize(("typed", "kept"), [("👍\ufe0f", "👍"), ("❤", "❤\ufe0f"), ("1\u20e3", "1\ufe0f\u20e3")])
def test_an_emoji_has_one_form(typed: str, kept: str) -> None:
    """However it was typed; and so it is taken back."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "hi")
    world.ask(tony, React(room=LOBBY, seq=1, emoji=typed))
    world.ask(mary, React(room=LOBBY, seq=1, emoji=kept))
    assert [(each.emoji, each.count) for each in message(world, tony).reactions] == [(kept, 2)]
    world.ask(mary, Unreact(room=LOBBY, seq=1, emoji=typed))
    assert [(each.emoji, each.count) for each in message(world, tony).reactions] == [(kept, 1)]


def test_react_with_something_else_is_a_bad_request() -> None:
    world = World()
    tony = world.join("tony")
    world.send(tony, "hi")
    fail = fail_of(world.ask(tony, React(room=LOBBY, seq=1, emoji=":smile:")))
    assert (fail.code, "EMOJI" in fail.explanation) == (ErrorCode.BAD_REQUEST, True)


def test_pins_are_the_moderators_in_named_rooms_and_everybodys_in_conversations() -> None:
    """Latest pinned first; pinned twice is pinned once."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    room = make_room(world, tony)
    world.ask(mary, Enter(room=room))
    for text in ("a", "b"):
        world.send(tony, text, room=room)
    assert code_of(world.ask(mary, Pin(room=room, seq=3))) == ErrorCode.NOT_ALLOWED
    for seq in (4, 3):
        data_of(world.ask(tony, Pin(room=room, seq=seq)), Stored)
    assert is_done(world.ask(tony, Pin(room=room, seq=3)))
    assert [pinned.text for pinned in data_of(world.ask(mary, Pins(room=room)), MessageList).messages] == ["a", "b"]
    data_of(world.ask(tony, Unpin(room=room, seq=3)), Stored)
    assert is_done(world.ask(tony, Unpin(room=room, seq=3)))
    assert [(e.kind, e.of) for e in events_of(world.told[mary]) if "pin" in e.kind] == [
        ("pin", 4),
        ("pin", 3),
        ("unpin", 3),
    ]
    direct = data_of(world.send(tony, "psst", "mary"), Stored)
    data_of(world.ask(mary, Pin(room=direct.room, seq=direct.seq)), Stored)


def test_pins_are_bounded() -> None:
    """Unpinning makes room."""
    world = World(Limits(pins_max=1))
    tony = world.join("tony")
    room = make_room(world, tony)
    first, second = (data_of(world.send(tony, text, room=room), Stored).seq for text in "ab")
    data_of(world.ask(tony, Pin(room=room, seq=first)), Stored)
    assert code_of(world.ask(tony, Pin(room=room, seq=second))) == ErrorCode.TOO_MANY
    world.ask(tony, Unpin(room=room, seq=first))
    data_of(world.ask(tony, Pin(room=room, seq=second)), Stored)


def test_read_marker_goes_forward_to_the_newest_event_at_most() -> None:
    """It is no event; the account's other devices are told."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    desk = world.join("mary", token=world.welcome(mary).token)
    for text in "abc":
        world.send(tony, text)
    for asked in (2, 1, 2, 99):
        assert data_of(world.ask(mary, Read(room=LOBBY, seq=asked)), Done) == Done()
    moved = [(m.seq, m.unread) for m in world.told[desk] if isinstance(m, MarkerMoved) and m.uid == "mary"]
    assert moved == [(2, 1), (3, 0)]
    assert latest(world, mary).seq == 3


def test_no_more_is_marked_as_read_than_there_is() -> None:
    """Or what comes later would be read already."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.send(tony, "a")
    world.hold = True
    world.ask(mary, Read(room=LOBBY, seq=99))
    (write,) = (asked.write for asked in world.writes)
    assert isinstance(write, Decide)
    decision = write.rule(
        Facts(now_ms=0, actor=Person(uid="mary", nickname="M"), room=Room(room=LOBBY, kind=RoomKind.LOBBY, seq=1))
    )
    assert decision == Decision(changes=(PutMarker(room=LOBBY, uid="mary", seq=1),))
