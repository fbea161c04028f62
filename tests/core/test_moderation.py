"""KICK, MUTE, BAN and ROLE: their effects, who is told, and the audit log."""

import pytest

from muca.model.errors import CloseReason, ErrorCode
from muca.model.events import Event, EventKind
from muca.model.replies import AuditPage, Sanction, Sanctions
from muca.model.requests import (
    Audit,
    Ban,
    Bans,
    Enter,
    Exit,
    GiveRole,
    History,
    Kick,
    Mute,
    Request,
    Send,
    Set,
    Unban,
    Unmute,
)
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from tests.core.answers import code_of, data_of, events_of
from tests.core.cast import PRIVATE, PUBLIC, Cast

HOUR_MS = 3_600_000


@pytest.fixture
def cast() -> Cast:
    return Cast()


def event_at(cast: Cast, uid: str, kind: EventKind) -> Event:
    """Return the last event of this kind that somebody was told."""
    return events_of(cast.world.told[cast.at[uid]], kind)[-1]


# KICK


def test_who_is_kicked_from_a_room_hears_why_and_then_nothing_more(cast: Cast) -> None:
    """On all of its devices. It may come back to a public room."""
    second = cast.again("bob")
    assert cast.done("mod", Kick(uid="bob", room=PUBLIC, reason="spam"))
    assert cast.done("ann", Send(text="gone?", room=PUBLIC))
    for connection in (cast.at["bob"], second):
        (kicked,) = events_of(cast.world.told[connection], EventKind.KICK)
        assert (kicked.room, kicked.sender, kicked.uid, kicked.text) == (PUBLIC, "mod", "bob", "spam")
        assert cast.world.texts(connection) == []
    assert "gone?" in cast.world.texts(cast.at["mod"])
    assert not cast.done("mod", Kick(uid="bob", room=PUBLIC))
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.done("bob", Send(text="back", room=PUBLIC))


def test_who_is_kicked_from_a_private_room_cannot_even_see_it(cast: Cast) -> None:
    assert cast.done("own", Kick(uid="mod", room=PRIVATE))
    for request in (History(room=PRIVATE), Send(text="?", room=PRIVATE), Enter(room=PRIVATE)):
        assert cast.refused("mod", request) is ErrorCode.NO_SUCH_ROOM


def test_a_kick_from_the_server_ends_all_sessions_and_the_lobby_hears_of_it(cast: Cast) -> None:
    second = cast.again("bob")
    assert cast.done("guard", Kick(uid="bob", reason="sleep"))
    for connection in (cast.at["bob"], second):
        assert events_of(cast.world.told[connection], EventKind.KICK)[-1].text == "sleep"
        assert cast.world.closed[connection] is CloseReason.KICKED
    assert event_at(cast, "ann", EventKind.KICK).room == LOBBY
    assert cast.world.welcome(cast.again("bob"))


# MUTE


def test_the_muted_say_nothing_in_that_room_until_it_ends(cast: Cast) -> None:
    assert cast.done("mod", Mute(uid="bob", room=PUBLIC, seconds=3_600, reason="loud"))
    muted = event_at(cast, "bob", EventKind.MUTE)
    assert (muted.uid, muted.text, muted.until_ms) == ("bob", "loud", cast.world.now_ms + HOUR_MS)
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED
    assert cast.done("bob", Send(text="elsewhere", room=LOBBY))
    cast.world.now_ms += HOUR_MS - 1
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED
    cast.world.now_ms += 1
    assert cast.done("bob", Send(text="at last", room=PUBLIC))


def test_a_mute_without_an_end_holds_until_it_is_lifted(cast: Cast) -> None:
    """Saying either twice makes no second event."""
    assert cast.done("mod", Mute(uid="bob", room=PUBLIC))
    assert event_at(cast, "bob", EventKind.MUTE).until_ms is None
    assert not cast.done("mod", Mute(uid="bob", room=PUBLIC))
    cast.world.now_ms += 10_000 * HOUR_MS
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED
    assert cast.done("own", Unmute(uid="bob", room=PUBLIC))
    assert not cast.done("own", Unmute(uid="bob", room=PUBLIC))
    assert cast.done("bob", Send(text="thanks", room=PUBLIC))


@pytest.mark.parametrize("leaving", ["exit", "kick"])
def test_leaving_does_not_wash_a_mute_off(cast: Cast, leaving: str) -> None:
    cast.done("mod", Mute(uid="bob", room=PUBLIC))
    if leaving == "exit":
        assert cast.done("bob", Exit(room=PUBLIC))
    else:
        assert cast.done("mod", Kick(uid="bob", room=PUBLIC))
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED
    cast.done("bob", Exit(room=PUBLIC))
    assert cast.done("mod", Unmute(uid="bob", room=PUBLIC))
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.done("bob", Send(text="thanks", room=PUBLIC))


def test_a_mute_on_the_server_holds_everywhere_and_lets_roles_rest(cast: Cast) -> None:
    """Also in the person's own room, and in the next session."""
    assert cast.done("guard", Mute(uid="own"))
    cast.again("own")
    for request in (
        Send(text="hm", room=LOBBY),
        Send(text="hm", recipients=("ann",)),
        Send(text="hm", room=PRIVATE),
        Set(room=PRIVATE, topic="hm"),
    ):
        expected = ErrorCode.NOT_ALLOWED if isinstance(request, Set) else ErrorCode.MUTED
        assert cast.refused("own", request) is expected
    assert cast.done("guard", Unmute(uid="own"))
    assert cast.done("own", Set(room=PRIVATE, topic="quiet please"))


def test_who_has_power_cannot_be_muted_before_it_is_taken(cast: Cast) -> None:
    """Neither in a room nor on the server; and a mute that came before the role rests."""
    assert cast.refused("own", Mute(uid="mod", room=PUBLIC)) is ErrorCode.NOT_ALLOWED
    assert cast.refused("boss", Mute(uid="guard")) is ErrorCode.NOT_ALLOWED
    cast.done("own", Mute(uid="bob", room=PUBLIC))
    cast.done("own", GiveRole(uid="bob", room=PUBLIC, role=Role.MODERATOR))
    assert cast.done("bob", Send(text="I may", room=PUBLIC))
    cast.done("own", GiveRole(uid="bob", room=PUBLIC, role=Role.MEMBER))
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED


# BAN


def test_who_is_banned_from_a_room_is_out_and_cannot_come_in_until_it_is_lifted(cast: Cast) -> None:
    """Lifting it does not put it in again."""
    assert cast.done("mod", Ban(uid="bob", room=PUBLIC, reason="worse"))
    assert not cast.done("mod", Ban(uid="bob", room=PUBLIC))
    assert event_at(cast, "bob", EventKind.BAN).text == "worse"
    cast.done("ann", Send(text="gone?", room=PUBLIC))
    assert cast.world.texts(cast.at["bob"]) == []
    for request in (Enter(room=PUBLIC), History(room=PUBLIC), Send(text="?", room=PUBLIC)):
        assert cast.refused("bob", request) is ErrorCode.NO_SUCH_ROOM
    assert cast.done("mod", Unban(uid="bob", room=PUBLIC))
    assert not cast.done("mod", Unban(uid="bob", room=PUBLIC))
    assert cast.refused("bob", Send(text="?", room=PUBLIC)) is ErrorCode.NOT_ALLOWED
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.done("bob", Send(text="back", room=PUBLIC))


def test_a_ban_ends_by_itself(cast: Cast) -> None:
    cast.done("mod", Ban(uid="bob", room=PUBLIC, seconds=3_600))
    cast.world.now_ms += HOUR_MS
    assert not cast.done("mod", Unban(uid="bob", room=PUBLIC))
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.done("bob", Send(text="back", room=PUBLIC))


def test_who_is_not_in_a_room_can_be_banned_beforehand(cast: Cast) -> None:
    cast.done("bob", Exit(room=PUBLIC))
    assert cast.done("mod", Ban(uid="bob", room=PUBLIC))
    assert cast.refused("bob", Enter(room=PUBLIC)) is ErrorCode.NO_SUCH_ROOM


def test_a_ban_keeps_a_mute(cast: Cast) -> None:
    cast.done("mod", Mute(uid="bob", room=PUBLIC))
    cast.done("mod", Ban(uid="bob", room=PUBLIC))
    cast.done("mod", Unban(uid="bob", room=PUBLIC))
    cast.world.ask(cast.at["bob"], Enter(room=PUBLIC))
    assert cast.refused("bob", Send(text="hm", room=PUBLIC)) is ErrorCode.MUTED


def test_a_ban_from_the_server_cuts_every_session_and_refuses_joins(cast: Cast) -> None:
    second = cast.again("own")
    assert cast.done("guard", Ban(uid="own", seconds=3_600, reason="war"))
    assert not events_of(cast.world.told[cast.at["own"]], EventKind.UNBAN)
    for connection in (cast.at["own"], second):
        assert cast.world.closed[connection] is CloseReason.BANNED
        assert events_of(cast.world.told[connection], EventKind.BAN)[-1].text == "war"
    assert code_of(cast.world.told[cast.again("own")]) is ErrorCode.BANNED
    cast.world.now_ms += HOUR_MS
    assert cast.world.welcome(cast.again("own"))


def test_a_ban_from_the_server_can_be_lifted(cast: Cast) -> None:
    cast.done("guard", Ban(uid="bob"))
    assert not cast.done("guard", Ban(uid="bob"))
    assert cast.done("guard", Unban(uid="bob"))
    assert not cast.done("guard", Unban(uid="bob"))
    assert cast.world.welcome(cast.again("bob"))


def test_sanctions_are_listed_where_they_hold(cast: Cast) -> None:
    """Each place lists its own."""
    cast.done("mod", Ban(uid="bob", room=PUBLIC, seconds=3_600))
    cast.done("mod", Mute(uid="ann", room=PUBLIC))
    cast.done("guard", Mute(uid="ann", seconds=60))
    of_room = data_of(cast.world.ask(cast.at["mod"], Bans(room=PUBLIC)), Sanctions)
    until_ms = cast.world.now_ms + HOUR_MS
    assert set(of_room.sanctions) == {
        Sanction(sanction="ban", uid="bob", until_ms=until_ms),
        Sanction(sanction="mute", uid="ann"),
    }
    of_server = data_of(cast.world.ask(cast.at["guard"], Bans()), Sanctions)
    assert of_server.sanctions == (Sanction(sanction="mute", uid="ann", until_ms=cast.world.now_ms + 60_000),)


# Whose power is higher


@pytest.mark.parametrize("kind", [Kick, Mute, Ban])
@pytest.mark.parametrize(
    ("actor", "target", "room"),
    [
        ("mod", "own", PUBLIC),
        ("mod", "own", PRIVATE),
        ("guard", "boss", None),
        ("guard", "guard2", None),
        ("mod", "mod2", PUBLIC),
        ("own", "guard2", PUBLIC),
    ],
)
def test_nobody_acts_on_who_has_as_much_power(
    cast: Cast, actor: str, target: str, room: str | None, kind: type[Kick | Mute | Ban]
) -> None:
    """“guard2” and “mod2” are what “guard” and “mod” are."""
    cast.at["guard2"], cast.at["mod2"] = cast.world.join("guard2"), cast.world.join("mod2")
    cast.done("boss", GiveRole(uid="guard2", role=Role.MODERATOR))
    for uid in ("guard2", "mod2"):
        cast.world.ask(cast.at[uid], Enter(room=PUBLIC))
    cast.done("own", GiveRole(uid="mod2", room=PUBLIC, role=Role.MODERATOR))
    assert cast.refused(actor, kind(uid=target, room=room)) is ErrorCode.NOT_ALLOWED


def test_the_servers_moderators_have_power_over_owners_of_public_rooms_and_not_of_private_ones(cast: Cast) -> None:
    assert cast.refused("guard", Kick(uid="own", room=PRIVATE)) is ErrorCode.NO_SUCH_ROOM
    assert cast.done("guard", Kick(uid="own", room=PUBLIC))


ON_PERSON = [Kick, Mute, Unmute, Ban, Unban, lambda **fields: GiveRole(role=Role.MODERATOR, **fields)]


@pytest.mark.parametrize("kind", ON_PERSON)
@pytest.mark.parametrize(("actor", "room"), [("boss", None), ("own", PUBLIC), ("own", PRIVATE)])
def test_nobody_acts_on_himself_or_on_who_is_not_known(cast: Cast, kind: type[Kick], actor: str, room: str) -> None:
    if kind is not ON_PERSON[-1]:  # giving up a role has tests of its own
        assert cast.refused(actor, kind(uid=actor, room=room)) is ErrorCode.BAD_REQUEST
    assert cast.refused(actor, kind(uid="nobody", room=room)) is ErrorCode.NO_SUCH_PERSON


@pytest.mark.parametrize(
    "request_", [Mute(uid="bob", room=PUBLIC), GiveRole(uid="bob", room=PUBLIC, role=Role.MODERATOR)]
)
def test_who_is_not_in_the_room_cannot_be_muted_or_promoted_there(cast: Cast, request_: Request) -> None:
    cast.done("bob", Exit(room=PUBLIC))
    assert cast.refused("own", request_) is ErrorCode.NO_SUCH_PERSON


# ROLE


def test_a_role_in_a_room_counts_at_once_and_as_long_as_one_has_it(cast: Cast) -> None:
    assert cast.refused("ann", Kick(uid="bob", room=PUBLIC)) is ErrorCode.NOT_ALLOWED
    assert cast.done("own", GiveRole(uid="ann", room=PUBLIC, role=Role.MODERATOR))
    assert not cast.done("own", GiveRole(uid="ann", room=PUBLIC, role=Role.MODERATOR))
    given = event_at(cast, "bob", EventKind.ROLE)
    assert (given.room, given.uid, given.role) == (PUBLIC, "ann", Role.MODERATOR)
    assert cast.done("ann", Kick(uid="bob", room=PUBLIC))
    assert cast.done("own", GiveRole(uid="ann", room=PUBLIC, role=Role.MEMBER))
    assert cast.refused("ann", Ban(uid="bob", room=PUBLIC)) is ErrorCode.NOT_ALLOWED


def test_a_role_on_the_server_is_told_in_the_lobby(cast: Cast) -> None:
    assert cast.done("boss", GiveRole(uid="ann", role=Role.MODERATOR))
    assert event_at(cast, "bob", EventKind.ROLE).room == LOBBY
    assert cast.done("ann", Mute(uid="bob", room=PUBLIC))
    assert cast.done("boss", GiveRole(uid="ann", role=Role.MEMBER))
    assert cast.refused("ann", Unmute(uid="bob", room=PUBLIC)) is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize(("actor", "room"), [("boss", None), ("own", PUBLIC), ("own", PRIVATE)])
def test_an_owner_gives_its_role_up_only_when_there_is_another(cast: Cast, actor: str, room: str | None) -> None:
    """And no owner takes it from another."""
    give_up = GiveRole(uid=actor, room=room, role=Role.MEMBER)
    assert cast.refused(actor, give_up) is ErrorCode.NOT_ALLOWED
    assert cast.done(actor, GiveRole(uid="ann", room=room, role=Role.OWNER))
    assert cast.refused("ann", give_up) is ErrorCode.NOT_ALLOWED
    assert cast.done(actor, give_up)
    assert cast.refused(actor, GiveRole(uid="bob", room=room, role=Role.OWNER)) is ErrorCode.NOT_ALLOWED


def test_the_servers_owner_does_not_make_itself_owner_of_a_public_room(cast: Cast) -> None:
    """It has that power there anyway."""
    cast.world.ask(cast.at["boss"], Enter(room=PUBLIC))
    assert cast.refused("boss", GiveRole(uid="boss", room=PUBLIC, role=Role.OWNER)) is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize("room", [None, PUBLIC])
def test_guest_is_no_role_to_give_and_guests_get_none(cast: Cast, room: str | None) -> None:
    """Otherwise the next guest with that name would have it."""
    actor = "boss" if room is None else "own"
    assert cast.refused(actor, GiveRole(uid="ann", room=room, role=Role.GUEST)) is ErrorCode.BAD_REQUEST
    cast.world.join("visitor", v=1)
    code = ErrorCode.NOT_ALLOWED if room is None else ErrorCode.NO_SUCH_PERSON
    assert cast.refused(actor, GiveRole(uid="visitor", room=room, role=Role.MODERATOR)) is code


# The audit log


def test_every_act_is_written_down_once_and_what_was_refused_is_not(cast: Cast) -> None:
    acts: list[Request] = [
        Mute(uid="bob", room=PUBLIC, seconds=60, reason="loud"),
        Unmute(uid="bob", room=PUBLIC),
        Kick(uid="bob", room=PUBLIC, reason="louder"),
        Ban(uid="bob", room=PUBLIC),
        Unban(uid="bob", room=PUBLIC),
    ]
    for act in acts:
        assert cast.done("mod", act)
    cast.refused("mod", Kick(uid="own", room=PUBLIC))
    assert not cast.done("mod", Unban(uid="bob", room=PUBLIC))
    cast.done("own", GiveRole(uid="ann", room=PUBLIC, role=Role.MODERATOR))
    cast.done("guard", Kick(uid="bob"))
    entries = data_of(cast.world.ask(cast.at["mod"], Audit(room=PUBLIC)), AuditPage).entries
    assert [(entry.actor, entry.action, entry.uid, entry.detail) for entry in reversed(entries)] == [
        ("mod", "MUTE", "bob", "for 60 s: loud"),
        ("mod", "UNMUTE", "bob", ""),
        ("mod", "KICK", "bob", "louder"),
        ("mod", "BAN", "bob", "until lifted"),
        ("mod", "UNBAN", "bob", ""),
        ("own", "ROLE", "ann", "moderator"),
    ]
    assert {(entry.room, entry.ts_ms) for entry in entries} == {(PUBLIC, cast.world.now_ms)}
    of_server = data_of(cast.world.ask(cast.at["guard"], Audit()), AuditPage).entries
    assert [(entry.actor, entry.action, entry.uid, entry.room) for entry in of_server] == [
        ("guard", "KICK", "bob", None)
    ]
