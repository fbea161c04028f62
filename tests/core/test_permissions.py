"""The permission matrix: every request, by everyone, everywhere, in every condition. What is right is the table's word.

Each cell is a world of its own: a Hub on a store, an actor of that standing, a place of that sort in that condition.
The answer must be OKAY where the table allows it, and else FAIL with the code that ``denial`` gives.
"""

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple, get_args

import pytest

from muca.core.files import put_file, uploading
from muca.core.live import hash_secret
from muca.model import requests
from muca.model.changes import Change, PutCode, PutMember, PutPerson, PutReport, PutRoom, PutToken
from muca.model.errors import ErrorCode
from muca.model.events import Settings
from muca.model.facts import FOR_EVER_MS, CodeKind, Membership
from muca.model.ids import RoomId
from muca.model.limits import Limits
from muca.model.replies import Fail, Okay, Reply
from muca.model.requests import Request
from muca.model.roles import PERMISSIONS, Place, Role, RoomCondition, Standing, Verb, denial, may
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import Append, Decide, Refused
from muca.model.wire import Frame
from muca.protocol.encoding import encode_line
from tests.core import permission_page
from tests.core.granting import change
from tests.core.world import World
from tests.storage.words import a_file

OWN, OTHER = 1, 2
"""The messages in each room: the actor's own, unless it can never have been there, and another's."""
TOKEN = "t" * 32


class Way(NamedTuple):
    """A way to come to a standing."""

    server: Role
    """The role on the server."""
    room: Role | None = None
    """The role in the room. None: not in it."""
    muted: Place | None = None
    """Muted on the server, or in the room."""
    banned: Place | None = None


OWNER, MODERATOR, MEMBER, GUEST = Role
EVERYWHERE, HERE = Place.SERVER, Place.PUBLIC
CAST_OUT = Way(MEMBER, MEMBER, banned=EVERYWHERE)
OUTSIDERS = [Way(MEMBER), Way(MODERATOR), Way(OWNER), Way(GUEST)]
EQUALS = {
    Standing.MEMBER: [Way(MEMBER, MEMBER), Way(MODERATOR, MEMBER), Way(OWNER, MEMBER)],
    Standing.GUEST: [Way(GUEST, MEMBER)],
    Standing.MUTED: [Way(MEMBER, MEMBER, muted=EVERYWHERE), Way(GUEST, MEMBER, muted=EVERYWHERE)],
    Standing.STRANGER: OUTSIDERS,
    Standing.BARRED: [CAST_OUT],
}
ON_SERVER = {
    Standing.OWNER: [Way(OWNER, MEMBER), Way(OWNER, MEMBER, muted=EVERYWHERE)],
    Standing.MODERATOR: [Way(MODERATOR, MEMBER)],
    Standing.MEMBER: [Way(MEMBER, MEMBER)],
    Standing.GUEST: [Way(GUEST, MEMBER)],
    Standing.MUTED: [Way(MEMBER, MEMBER, muted=EVERYWHERE)],
    Standing.BARRED: [CAST_OUT],
}
WAYS: dict[Place, dict[Standing, list[Way]]] = {
    Place.SERVER: ON_SERVER,
    Place.LOBBY: ON_SERVER,
    Place.PUBLIC: {
        Standing.OWNER: [Way(MEMBER, OWNER), Way(OWNER, MEMBER), Way(OWNER, MODERATOR, muted=HERE)],
        Standing.MODERATOR: [Way(MEMBER, MODERATOR), Way(MODERATOR, MEMBER), Way(MEMBER, MODERATOR, muted=HERE)],
        Standing.MEMBER: [Way(MEMBER, MEMBER)],
        Standing.GUEST: [Way(GUEST, MEMBER)],
        Standing.MUTED: [
            Way(MEMBER, MEMBER, muted=HERE),
            Way(MEMBER, OWNER, muted=EVERYWHERE),
            Way(GUEST, MEMBER, muted=HERE),
        ],
        Standing.OVERSEER: [Way(OWNER), Way(MODERATOR), Way(MODERATOR, banned=HERE)],
        Standing.STRANGER: [Way(MEMBER), Way(MEMBER, muted=EVERYWHERE)],
        Standing.BARRED: [Way(MEMBER, banned=HERE), Way(GUEST), CAST_OUT],
    },
    Place.PRIVATE: {
        Standing.OWNER: [Way(MEMBER, OWNER), Way(MODERATOR, OWNER)],
        Standing.MODERATOR: [Way(MEMBER, MODERATOR), Way(MEMBER, MODERATOR, muted=HERE)],
        Standing.MEMBER: [Way(MEMBER, MEMBER), Way(MODERATOR, MEMBER), Way(OWNER, MEMBER)],
        Standing.GUEST: [Way(GUEST, MEMBER)],
        Standing.MUTED: [
            Way(MEMBER, MEMBER, muted=HERE),
            Way(OWNER, MEMBER, muted=HERE),
            Way(MEMBER, MODERATOR, muted=EVERYWHERE),
        ],
        Standing.STRANGER: [*OUTSIDERS, Way(MEMBER, banned=HERE), Way(OWNER, banned=HERE)],
        Standing.BARRED: [CAST_OUT],
    },
    Place.DIRECT: EQUALS,
    Place.GROUP: EQUALS,
}
"""How one comes to each standing in each place. What is not here cannot come about (``test_standing``)."""


class Upload(Frame, frozen=True, kw_only=True):
    """Stands for POST /files, which is a request over HTTP."""


Requests = Callable[[Any], list[Any]]
"""From the room, which is None where a verb is about the server."""


def on_person(kind: Callable[..., Request], uid: str = "target", **fields: object) -> Requests:
    return lambda room: [kind(uid=uid, room=room, **fields)]


REQUESTS: dict[Verb, Requests] = {
    Verb.SEE: lambda room: [
        requests.History(room=room),
        requests.Versions(room=room, seq=OTHER),
        requests.Pins(room=room),
        requests.Members(room=room),
    ],
    Verb.SEND: lambda room: [requests.Send(text="hi", room=room)],
    Verb.EDIT: lambda room: [requests.Edit(room=room, seq=OWN, text="new")],
    Verb.DELETE_OWN: lambda room: [requests.Delete(room=room, seq=OWN), requests.Purge(room=room, uid="actor")],
    Verb.DELETE_OTHER: lambda room: [requests.Delete(room=room, seq=OTHER), requests.Purge(room=room, uid="target")],
    Verb.REACT: lambda room: [kind(room=room, seq=OTHER, emoji="🎉") for kind in (requests.React, requests.Unreact)],
    Verb.PIN: lambda room: [kind(room=room, seq=OTHER) for kind in (requests.Pin, requests.Unpin)],
    Verb.TYPING: lambda room: [requests.Typing(room=room)],
    Verb.READ: lambda room: [requests.Read(room=room, seq=OTHER)],
    Verb.ENTER: lambda room: [requests.Enter(room=room)],
    Verb.EXIT: lambda room: [requests.Exit(room=room)],
    Verb.INVITE: on_person(requests.Invite, "newcomer"),
    Verb.SET: lambda room: [
        requests.Set(room=room, topic="new"),
        requests.Set(room=room, read_only=True),
        requests.Set(room=room, slow_seconds=10),
    ],
    Verb.ARCHIVE: lambda room: [requests.Set(room=room, archived=False), requests.Set(room=room, private=True)],
    Verb.KEEP: lambda room: [requests.Set(room=room, keep_days=7), requests.Set(room=room, keep_events=1_000)],
    Verb.DELETE_ROOM: lambda room: [requests.DeleteRoom(room=room)],
    Verb.KICK: on_person(requests.Kick),
    Verb.MUTE: lambda room: [requests.Mute(uid="target", room=room), requests.Unmute(uid="target", room=room)],
    Verb.BAN: lambda room: [requests.Ban(uid="target", room=room), requests.Unban(uid="target", room=room)],
    Verb.BAN_ADDRESS: lambda room: [requests.Ban(address="192.0.2.7"), requests.Unban(address="192.0.2.7")],
    Verb.ROLE: on_person(requests.GiveRole, role=MODERATOR),
    Verb.REPORT: lambda room: [requests.Report(room=room, seq=OTHER)],
    Verb.MODERATE: lambda room: [
        requests.Bans(room=room),
        requests.Reports(room=room),
        requests.Audit(room=room),
        requests.Resolve(report=1),
    ],
    Verb.NUMBERS: lambda room: [requests.Numbers()],
    Verb.UPLOAD: lambda room: [Upload()],
    Verb.CREATE: lambda room: [requests.Create(title="New")],
    Verb.DIRECTORY: lambda room: [requests.Rooms()],
    Verb.INVITATION: lambda room: [
        requests.Invitation(),
        requests.Invitations(),
        requests.Withdraw(invitation=1),
    ],
}
SERVER_ONLY = {Verb.BAN_ADDRESS, Verb.NUMBERS, Verb.UPLOAD, Verb.CREATE, Verb.DIRECTORY, Verb.INVITATION}
BOTH = {Verb.KICK, Verb.MUTE, Verb.BAN, Verb.ROLE, Verb.MODERATE}


def has_request(verb: Verb, place: Place) -> bool:
    """Whether there is a request for it: only some can do without ROOM, and some have none."""
    if place is Place.SERVER:
        return verb in SERVER_ONLY | BOTH
    return verb not in SERVER_ONLY and not (verb is Verb.ARCHIVE and place is Place.LOBBY)


def make(way: Way, place: Place, condition: RoomCondition) -> tuple[World, int, RoomId | None]:
    """Make a world; give the actor's connection and the room."""
    world = World()
    world.now_ms = 1_000
    for uid, role in (("boss", OWNER), ("target", MEMBER), ("newcomer", MEMBER)):
        change(world, PutPerson(uid=uid, role=role, password_hash="-"))
    change(
        world, PutToken(uid="actor", token_hash=hash_secret(TOKEN), device=""), PutPerson(uid="actor", role=way.server)
    )
    change(world, PutCode(code_hash=b"c" * 32, kind=CodeKind.INVITATION, made_by="boss", uses=1, until_ms=FOR_EVER_MS))
    room = make_room(world, way, place)
    settings = Settings(read_only=condition is RoomCondition.READ_ONLY, archived=condition is RoomCondition.ARCHIVED)
    change(world, PutRoom(room=room, settings=settings))
    change(world, PutReport(room=room, seq=OTHER, uid="newcomer", reason=""))
    if way.muted is EVERYWHERE:
        change(world, PutPerson(uid="actor", muted_until_ms=FOR_EVER_MS))
    connection = world.join("actor", token=TOKEN)
    if way.banned is EVERYWHERE:
        change(world, PutPerson(uid="actor", banned_until_ms=FOR_EVER_MS), told=False)
    return world, connection, None if place is Place.SERVER else room


def make_room(world: World, way: Way, place: Place) -> RoomId:
    """Make a room of this sort with two messages in it."""
    is_in = way.room is not None
    members: tuple[str, ...] | None = None
    match place:
        case Place.SERVER | Place.LOBBY:
            room, kind = LOBBY, RoomKind.LOBBY
        case Place.PUBLIC | Place.PRIVATE:
            room, kind = "r-room", RoomKind.NAMED
            settings = Settings(title="Room", private=place is Place.PRIVATE)
            change(world, PutRoom(room=room, settings=settings, made_by="boss"))
            change(world, PutMember(room=room, member=Membership(uid="boss", role=OWNER)))
            change(world, PutMember(room=room, member=Membership(uid="target")))
        case Place.DIRECT:
            kind, members = RoomKind.DIRECT, tuple(sorted(("actor" if is_in else "boss", "target")))
            room = conversation_id(members)
        case Place.GROUP:
            kind, members = RoomKind.GROUP, tuple(sorted(("actor" if is_in else "boss", "newcomer", "target")))
            room = conversation_id(members)
    own = "boss" if members is not None and not is_in else "actor"
    for sender in (own, "target"):
        message = Append(room=room, kind=kind, members=members, sender=sender, nickname=sender, text="hello", ts_ms=1)
        world.store.commit([message])
    if kind is RoomKind.NAMED:
        change(world, *membership(way, room))
    return room


def membership(way: Way, room: RoomId) -> list[Change]:
    """Return what puts the actor into a named room, or keeps it out."""
    if way.room is None and way.banned is not HERE:
        return []
    member = Membership(
        uid="actor",
        entered=way.room is not None,
        role=way.room or MEMBER,
        muted_until_ms=FOR_EVER_MS if way.muted is HERE else 0,
        banned_until_ms=FOR_EVER_MS if way.banned is HERE else 0,
    )
    return [PutMember(room=room, member=member)]


def ask(world: World, connection: int, request: Request | Upload) -> Reply:
    """Ask, and give the reply."""
    if isinstance(request, Upload):
        file = a_file(by="actor")
        upload = Decide(wanted=uploading("actor"), rule=put_file(Limits(), file), ts_ms=world.now_ms)
        [result] = world.store.commit([upload])
        return Fail(code=result.code, explanation="") if isinstance(result, Refused) else Okay()
    [reply] = [told for told in world.ask(connection, request) if isinstance(told, Okay | Fail)]
    return reply


def expected(
    request: Request, verb: Verb, way: Way, standing: Standing, place: Place, condition: RoomCondition
) -> ErrorCode | None:
    """Return the code of the FAIL that is right, or None for OKAY."""
    code = denial(verb, standing, place, RoomCondition.OPEN if place is Place.SERVER else condition)
    if isinstance(request, requests.Resolve):
        may_resolve = code is None
        if place in EQUAL:  # what is reported there goes to the server's moderators
            may_resolve = way.server in {OWNER, MODERATOR} and way.banned is not EVERYWHERE
        return None if may_resolve else ErrorCode.NO_SUCH_EVENT  # the number of a report says nothing about rooms
    if standing in OUTSIDE and isinstance(request, requests.Typing):
        return ErrorCode.NO_SUCH_ROOM  # answered at once, and so from what is known of those who are in it
    return code


EQUAL = {Place.DIRECT, Place.GROUP}
OUTSIDE = {Standing.OVERSEER, Standing.STRANGER, Standing.BARRED}
LIVE = (requests.Send, requests.Typing)
"""Answered without asking the store about bans: a ban of the account cuts the session instead."""
CELLS = [
    (place, standing, condition) for place, ways in WAYS.items() for standing, condition in product(ways, RoomCondition)
]


@pytest.mark.parametrize(("place", "standing", "condition"), CELLS)
def test_every_request_is_answered_as_the_table_says(
    place: Place, standing: Standing, condition: RoomCondition
) -> None:
    """Every verb that has a request there, by every way to come to this standing."""
    wrong: list[str] = []
    for way, verb in product(WAYS[place][standing], (verb for verb in Verb if has_request(verb, place))):
        for number in range(len(REQUESTS[verb](None))):
            world, connection, room = make(way, place, condition)
            request = REQUESTS[verb](room)[number]
            if way is CAST_OUT and isinstance(request, LIVE):
                continue
            reply = ask(world, connection, request)
            code = reply.code if isinstance(reply, Fail) else None
            right = expected(request, verb, way, standing, place, condition)
            if code != right:
                wrong.append(f"{verb} by {way}: {request} was answered {code or 'OKAY'}, right is {right or 'OKAY'}")
    assert wrong == []


def test_the_table_grants_nothing_that_cannot_be_asked() -> None:
    """Where there is no request for a verb, it is not allowed either: every cell that allows something was asked."""
    for verb, place in product(Verb, Place):
        if not has_request(verb, place):
            granted = [cell for cell in product(Standing, RoomCondition) if may(verb, cell[0], place, cell[1])]
            assert not granted, (verb, place)
    assert set(PERMISSIONS) == set(REQUESTS) == set(Verb)


def test_the_page_says_what_the_table_says() -> None:
    """docs/PERMISSIONS.md is renewed with ``python -m tests.core.permission_page``."""
    page = permission_page.PAGE.read_text("utf-8")
    assert page == permission_page.renewed(page)


HIDDEN = [
    pytest.param(place, way, id=f"{place}-{way.server}-{'banned' if way.banned else 'never in it'}")
    for place in (Place.PRIVATE, Place.DIRECT, Place.GROUP)
    for way in WAYS[place][Standing.STRANGER]
]


@pytest.mark.parametrize(("place", "way"), HIDDEN)
def test_a_stranger_cannot_tell_a_hidden_room_from_none(place: Place, way: Way) -> None:
    """Every request that names a room, and the number of a report, is answered with the same bytes."""
    world, connection, room = make(way, place, RoomCondition.OPEN)
    assert room is not None
    nowhere = room[:2] + "a" * (len(room) - 2)
    named = set()
    for verb in Verb:
        for real, false in zip(REQUESTS[verb](room), REQUESTS[verb](nowhere), strict=True):
            if real != false:
                named.add(type(real))
                answers = [encode_line(ask(world, connection, request)) for request in (real, false)]
                assert answers[0] == answers[1], real
                assert b'"no_such_room"' in answers[0], real
    assert named == {kind for kind in get_args(Request) if "room" in kind.__struct_fields__}
    queries = ["in:Room", "hello", "in:Nothing", "zzz"]
    hits = {encode_line(ask(world, connection, requests.Search(query=query))) for query in queries}
    assert len(hits) == 1, hits
    if place is Place.PRIVATE:
        reports = [encode_line(ask(world, connection, requests.Resolve(report=number))) for number in (1, 2)]
        assert reports[0] == reports[1]
        assert encode_line(ask(world, connection, requests.Rooms())).count(b"r-room") == 0
