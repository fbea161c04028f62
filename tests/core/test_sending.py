"""SEND: recipients, rooms, retry, what happens when the store cannot."""

import pytest

from muca.model.changes import DropPerson, PutPerson
from muca.model.errors import ErrorCode
from muca.model.events import Message, Reach
from muca.model.limits import Limits
from muca.model.replies import Fail, Okay, Stored
from muca.model.requests import Create, Enter, Mute, Send
from muca.model.requests import Set as SetRoom
from muca.model.roles import Role
from muca.model.rooms import LOBBY, Room, conversation_id
from muca.model.storage import StoreError
from tests.core.answers import Told
from tests.core.granting import change
from tests.core.test_joining import code
from tests.core.world import World


def where(told: Told) -> Stored:
    """Where a SEND went, from its ACK."""
    for message in told:
        if isinstance(message, Okay) and isinstance(message.data, Stored):
            return message.data
    raise AssertionError(told)


@pytest.mark.parametrize(
    ("to", "reach", "heard"),
    [
        ((), Reach.ALL, {"tony", "mary", "henry"}),
        (("mary",), Reach.PRIVATE, {"tony", "mary"}),
        (("Mary", "mary", "tony"), Reach.PRIVATE, {"tony", "mary"}),
        (("mary", "Henry"), Reach.GROUP, {"tony", "mary", "henry"}),
    ],
)
def test_recipients_make_the_room(to: tuple[str, ...], reach: Reach, heard: set[str]) -> None:
    """UIDs and nicknames, without the sender and duplicates; only the members get the message."""
    world = World()
    here = {uid: world.join(uid) for uid in ("tony", "mary", "henry", "peter")}
    stored = where(world.send(here["tony"], "hi", *to, request_id="1"))
    assert stored.seq == 1
    for uid, connection in here.items():
        messages = [m for m in world.told[connection] if isinstance(m, Message)]
        if uid in heard or reach is Reach.ALL:
            (message,) = messages
            assert (message.reach, message.room, message.seq, message.sender) == (reach, stored.room, 1, "tony")
        else:
            assert messages == []


def test_new_room_is_announced_once_before_its_first_message() -> None:
    """Also when two messages to it are in one commit."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.hold = True
    world.send(tony, "one", "mary")
    world.send(tony, "two", "mary")
    world.hold = False
    world.commit()
    kinds = [type(m).__name__ for m in world.told[mary]]
    assert kinds[-3:] == ["RoomOpened", "Message", "Message"]


def test_nickname_of_two_is_ambiguous_and_uid_is_not() -> None:
    """The UID always wins over a nickname."""
    world = World()
    tony = world.join("tony")
    world.join("m1", "Mary")
    world.join("m2", "Mary")
    assert code(world.send(tony, "hi", "Mary")) == ErrorCode.AMBIGUOUS_RECIPIENT
    assert where(world.send(tony, "hi", "m1")).room == conversation_id(["tony", "m1"])
    world.join("x", "m1")
    assert where(world.send(tony, "hi", "m1")).room == conversation_id(["tony", "m1"])


def test_unknown_recipient_spoils_the_whole_v2_send() -> None:
    """Nothing is sent to the others either."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    assert code(world.send(tony, "hi", "mary", "zoe", request_id="1")) == ErrorCode.UNKNOWN_RECIPIENT
    assert code(world.send(tony, "hi", "tony", request_id="2")) == ErrorCode.NO_RECIPIENT
    assert world.texts(mary) == []


def test_v1_skips_unknown_recipients_and_answers_nothing() -> None:
    """What is left decides the type; nothing left, nothing sent."""
    world = World()
    bob, mary = world.join("bob", v=1), world.join("mary")
    world.send(bob, "private", "mary", "zoe")
    (message,) = [m for m in world.told[mary] if isinstance(m, Message)]
    assert message.reach is Reach.PRIVATE
    world.send(bob, "nobody", "zoe")
    world.send(bob, "myself", "bob", "bob")
    assert world.texts(mary) == ["private"]
    assert [type(m).__name__ for m in world.told[bob] if isinstance(m, Okay | Fail)] == ["Okay"]  # of JOIN


def test_retry_gives_the_same_event_also_when_the_recipient_left() -> None:
    """One event, one delivery, the same SEQ; by UID and by nickname."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    first = [
        where(world.send(tony, text, to, request_id=text)) for text, to in (("by-uid", "mary"), ("by-name", "Mary"))
    ]
    world.drop(mary)
    again = [
        where(world.send(tony, text, to, request_id=text)) for text, to in (("by-uid", "mary"), ("by-name", "Mary"))
    ]
    assert again == first
    assert world.texts(tony) == ["by-uid", "by-name"]
    assert code(world.send(tony, "something else", "mary", request_id="by-uid")) == ErrorCode.ID_REUSED


def test_the_id_of_a_message_to_the_lobby_is_not_taken_for_one_to_somebody_else() -> None:
    """To nobody, to the sender, to several people, or to a room that accepts no messages now."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.join("m2", "Mary")
    (okay,) = [m for m in world.ask(tony, Create(title="Old")) if isinstance(m, Okay)]
    assert isinstance(okay.data, Room)
    room = okay.data.room
    where(world.send(tony, "hi", room=room, request_id="k2"))
    world.ask(tony, SetRoom(room=room, archived=True))
    where(world.send(tony, "hi", request_id="k1"))
    for to in "nobody", "tony", "Mary", "mary":
        assert code(world.send(tony, "hi", to, request_id="k1")) == ErrorCode.ID_REUSED
    assert code(world.send(tony, "hi", room=room, request_id="k1")) == ErrorCode.ID_REUSED
    assert where(world.send(tony, "hi", room=room, request_id="k2")).room == room
    assert code(world.send(tony, "hi", room=room, request_id="k3")) == ErrorCode.ROOM_ARCHIVED
    assert world.texts(mary) == ["hi"]


def test_message_to_a_known_room_waits_for_who_is_away() -> None:
    """By ROOM and by UID; the room is listed at the next JOIN."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    token = world.welcome(mary).token
    room = where(world.send(tony, "one", "mary")).room
    world.drop(mary)
    world.send(tony, "two", room=room)
    world.send(tony, "three", "mary")
    back = world.welcome(world.join("mary", token=token))
    assert [(r.room, r.seq) for r in back.rooms] == [(LOBBY, 0), (room, 3)]


def test_stranger_cannot_tell_a_room_from_none() -> None:
    """The answer is the same to the byte."""
    world = World()
    tony, _mary, eve = world.join("tony"), world.join("mary"), world.join("eve")
    room = where(world.send(tony, "psst", "mary")).room
    assert world.send(eve, "x", room=room, request_id="1") == world.send(eve, "x", room="d-none", request_id="1")


def test_freshly_claimed_uid_joins_the_room_with_its_next_message() -> None:
    """A former guest's conversation is not listed, but what comes from now on arrives."""
    world = World()
    tony, bob = world.join("tony"), world.join("bob", v=1)
    room = where(world.send(tony, "for the guest", "bob")).room
    world.drop(bob)
    owner = world.join("bob")
    assert [r.room for r in world.welcome(owner).rooms] == [LOBBY]
    world.send(tony, "for the owner", room=room)
    assert [type(m).__name__ for m in world.told[owner]][-3:] == ["RoomOpened", "Message", "MarkerMoved"]
    assert world.texts(owner) == ["for the owner"]


def test_recipients_are_bounded() -> None:
    """At the bound and one past it; repeats do not count."""
    world = World()
    recipients_max = world.limits.announced.recipients_max
    tony = world.join("tony")
    others = [f"p{number}" for number in range(recipients_max + 1)]
    for uid in others:
        world.join(uid)
    assert where(world.send(tony, "hi", *others[:-1], *others[:-1]))
    assert code(world.send(tony, "hi", *others)) == ErrorCode.TOO_MANY_RECIPIENTS


def test_store_failure_is_said_and_nothing_is_delivered() -> None:
    """And the next message goes through."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.failing = StoreError("disk full")
    assert code(world.send(tony, "lost", request_id="1")) == ErrorCode.STORAGE_UNAVAILABLE
    world.failing = None
    world.send(tony, "kept", request_id="1")
    assert world.texts(mary) == ["kept"]


def test_message_of_a_sender_who_left_is_still_delivered() -> None:
    """It was taken before the connection went."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    world.hold = True
    world.send(tony, "last words")
    world.drop(tony)
    world.hold = False
    world.commit()
    assert world.texts(mary) == ["last words"]


def test_wire_rests_while_too_much_waits_for_the_disk() -> None:
    """At the bound it is paused; when half is answered it goes on."""
    world = World(Limits(requests_in_flight_max=4))
    tony = world.join("tony")
    world.hold = True
    for number in range(3):
        world.send(tony, str(number))
    assert tony not in world.paused
    world.send(tony, "3")
    assert tony in world.paused
    world.hold = False
    world.commit()
    assert tony not in world.paused


def test_refused_messages_load_no_rooms() -> None:
    """Whether the store refuses or the sender may not: what was not sent leaves nothing in memory."""
    world = World()
    tony = world.join("tony")
    for number in range(5):
        world.join(f"p{number}")
    for number in range(5):
        refused = world.ask(tony, Send(text="x", recipients=(f"p{number}",), reply_to=99, request_id=str(number)))
        assert code(refused) == ErrorCode.NO_SUCH_EVENT
    assert set(world.hub._state.rooms) == {LOBBY}
    assert world.hub._state.memberships == {}


def test_muted_on_the_server_is_muted_everywhere() -> None:
    """Also towards who is away; a message that was sent before is still found by its ID."""
    world = World()
    owner, tony, mary = world.join("owner"), world.join("tony"), world.join("mary")
    change(world, PutPerson(uid="owner", role=Role.OWNER))
    world.drop(owner)
    owner = world.join("owner", token=world.welcome(owner).token)
    first = where(world.send(tony, "before", "mary", request_id="1"))
    world.drop(mary)
    world.ask(owner, Mute(uid="tony"))
    assert code(world.send(tony, "x", "mary", request_id="2")) == ErrorCode.MUTED
    assert code(world.send(tony, "x", "owner", "mary")) == ErrorCode.MUTED
    assert where(world.send(tony, "before", "mary", request_id="1")) == first


def test_slow_room_counts_what_was_sent_and_nothing_else() -> None:
    """A refused message need not be waited for, and the repetition of one that was sent gets its SEQ at once."""
    world = World()
    tony, mary = world.join("tony"), world.join("mary")
    (okay,) = [m for m in world.ask(tony, Create(title="Slow")) if isinstance(m, Okay)]
    assert isinstance(okay.data, Room)
    room = okay.data.room
    world.ask(tony, SetRoom(room=room, slow_seconds=10))
    world.ask(mary, Enter(room=room))
    assert code(world.ask(mary, Send(text="x", room=room, reply_to=99))) == ErrorCode.NO_SUCH_EVENT
    stored = where(world.send(mary, "one", room=room, request_id="1"))
    fail = world.send(mary, "two", room=room, request_id="2")[0]
    assert isinstance(fail, Fail)
    assert (fail.code, fail.retry_seconds) == (ErrorCode.SLOW_DOWN, 10)
    assert where(world.send(mary, "one", room=room, request_id="1")) == stored
    world.now_ms += 10_000
    assert where(world.send(mary, "two", room=room, request_id="2")).seq == stored.seq + 1
    assert where(world.send(tony, "owners do not wait", room=room))


def test_what_is_sent_next_does_not_overtake_a_room_that_is_being_loaded() -> None:
    """A room that JOIN did not list takes the store twice; the order is kept all the same."""
    world = World(Limits(rooms_in_join_max=1))
    tony, mary = world.join("tony"), world.join("mary")
    token = world.welcome(tony).token
    room = where(world.send(tony, "before", "mary")).room
    world.drop(tony)
    world.drop(mary)
    tony = world.join("tony", token=token)
    world.hold = True
    world.send(tony, "first", room=room)
    world.send(tony, "second")
    world.send(tony, "third", "mary", request_id="3")
    world.hold = False
    world.commit()
    assert world.texts(tony) == ["first", "second", "third"]


def test_conversations_with_people_who_are_away_cost_as_much() -> None:
    """Naming one of them is no way to open many at once."""
    world = World(Limits(session_cost_burst=100, session_cost_per_second=1))
    tony = world.join("tony")
    for number in range(10):
        world.drop(world.join(f"p{number}"))
    for number in range(10):
        world.send(tony, "hi", f"p{number}")
    assert tony in world.paused


def meeting_an_impostor() -> tuple[World, int, str | None]:
    """A world where Zoe, whose token is given, is away and a guest goes by her UID since before she came."""
    world = World()
    impostor = world.join("impostor", "zoe@lab", v=1)
    zoe = world.join("zoe@lab", "Zoe")
    world.drop(zoe)
    return world, impostor, world.welcome(zoe).token


@pytest.mark.parametrize("v", [1, 2])
def test_a_uid_means_its_account_whatever_others_go_by(v: int) -> None:
    """Also from v1, and when the account is away."""
    world, impostor, token = meeting_an_impostor()
    world.send(world.join("bob", v=v), "secret", "zoe@lab", request_id="1")
    assert world.texts(impostor) == []
    back = world.welcome(world.join("zoe@lab", "Zoe", token=token))
    assert (conversation_id(["bob", "zoe@lab"]), 1) in [(room.room, room.seq) for room in back.rooms]


@pytest.mark.parametrize("v", [1, 2])
def test_the_uid_of_a_deleted_account_means_nobody(v: int) -> None:
    """Others of the same v1 message get it."""
    world, impostor, _ = meeting_an_impostor()
    change(world, DropPerson(uid="zoe@lab"))
    bob, mary = world.join("bob", v=v), world.join("mary")
    told = world.send(bob, "secret", "zoe@lab", "mary", request_id="1")
    assert world.texts(impostor) == []
    assert world.texts(mary) == (["secret"] if v == 1 else [])
    assert v == 1 or code(told) == ErrorCode.UNKNOWN_RECIPIENT


def test_a_protected_nickname_means_its_account() -> None:
    """Also when guests went by it before."""
    world = World()
    tony, guest = world.join("tony"), world.join("guest", "Marta")
    change(world, PutPerson(uid="m", nickname="Marta", password_hash="hash"))
    assert where(world.send(tony, "hi", "marta")).room == conversation_id(["tony", "m"])
    assert world.texts(guest) == []


def test_a_v1_program_still_means_the_peer_who_goes_by_a_nickname() -> None:
    """As before."""
    world = World()
    bob, ann = world.join("bob", v=1), world.join("a1", "Ann", v=1)
    world.send(bob, "hi", "Ann")
    assert world.texts(ann) == ["hi"]


def test_recipients_are_counted_before_their_names_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame of thousands of names costs no more than one that is too long by one."""
    world = World()
    tony = world.join("tony")
    folded: list[str] = []

    def fold(name: str) -> str:
        folded.append(name)
        return name

    monkeypatch.setattr("muca.core.roster.nickname_key", fold)
    names = [f"Наташа {number}" for number in range(8_000)]
    assert code(world.send(tony, "hi", *names, request_id="1")) == ErrorCode.TOO_MANY_RECIPIENTS
    assert folded == []
