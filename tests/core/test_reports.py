"""REPORT, REPORTS, RESOLVE, AUDIT, IGNORE and UNIGNORE."""

import pytest

from muca.model.errors import ErrorCode
from muca.model.limits import Limits
from muca.model.pushes import Ignoring
from muca.model.replies import AuditPage, ReportInfo, ReportList, Stored
from muca.model.requests import (
    Audit,
    Delete,
    Edit,
    Ignore,
    Mute,
    Report,
    Reports,
    Resolve,
    Send,
    Unignore,
    Unmute,
    Versions,
)
from muca.model.rooms import LOBBY
from tests.core.answers import data_of
from tests.core.cast import PRIVATE, PUBLIC, Cast


@pytest.fixture
def cast() -> Cast:
    return Cast()


def say(cast: Cast, uid: str, text: str, *to: str, room: str | None = None) -> Stored:
    """Make somebody say something; return where it is."""
    return data_of(cast.world.send(cast.at[uid], text, *to, room=room), Stored)


def reports(cast: Cast, uid: str, room: str | None = None) -> tuple[ReportInfo, ...]:
    return data_of(cast.world.ask(cast.at[uid], Reports(room=room)), ReportList).reports


def test_a_report_shows_the_message_as_it_was_to_the_rooms_moderators(cast: Cast) -> None:
    said = say(cast, "bob", "rude", room=PRIVATE)
    assert not cast.done("ann", Report(room=PRIVATE, seq=said.seq, reason="really"))
    (info,) = reports(cast, "mod", PRIVATE)
    assert (info.room, info.seq, info.uid, info.reason) == (PRIVATE, said.seq, "ann", "really")
    assert info.message is not None
    assert (info.message.text, info.message.sender) == ("rude", "bob")
    assert not cast.done("mod", Resolve(report=info.report))
    assert reports(cast, "mod", PRIVATE) == ()


@pytest.mark.parametrize("by", ["bob", "mod"])
def test_nobody_does_away_with_what_was_reported(cast: Cast, by: str) -> None:
    """Neither the author, by editing or deleting, nor a moderator; only moderators of the report can still read it."""
    said = say(cast, "bob", "rude", room=PRIVATE)
    cast.done("ann", Report(room=PRIVATE, seq=said.seq))
    cast.done("bob", Edit(room=PRIVATE, seq=said.seq, text="kind"))
    (info,) = reports(cast, "mod", PRIVATE)
    assert info.message is not None
    assert (info.message.text, info.deleted) == ("rude", False)
    cast.done(by, Delete(room=PRIVATE, seq=said.seq))
    (info,) = reports(cast, "mod", PRIVATE)
    assert info.message is not None
    assert (info.message.text, info.message.sender, info.message.nickname, info.deleted) == ("rude", "bob", "Bob", True)
    assert cast.refused("ann", Versions(room=PRIVATE, seq=said.seq)) is ErrorCode.NO_SUCH_EVENT
    assert cast.refused("ann", Reports(room=PRIVATE)) is ErrorCode.NOT_ALLOWED
    assert not cast.done("mod", Resolve(report=info.report))
    assert reports(cast, "mod", PRIVATE) == ()


def test_reports_reach_those_who_moderate_the_room_and_no_others(cast: Cast) -> None:
    """Private rooms: their own. All others, also those that have none of their own: the server's, too."""
    said = {
        "lobby": say(cast, "bob", "1", room=LOBBY),
        "public": say(cast, "bob", "2", room=PUBLIC),
        "private": say(cast, "bob", "3", room=PRIVATE),
        "direct": say(cast, "bob", "4", "ann"),
        "group": say(cast, "bob", "5", "ann", "own"),
    }
    for stored in said.values():
        cast.done("ann", Report(room=stored.room, seq=stored.seq))
    seen = {info.message.text for info in reports(cast, "guard") if info.message is not None}
    assert seen == {"1", "2", "4", "5"}
    assert [info.room for info in reports(cast, "guard", PUBLIC)] == [PUBLIC]
    assert [info.room for info in reports(cast, "guard", LOBBY)] == [LOBBY]
    assert [info.room for info in reports(cast, "mod", PUBLIC)] == [PUBLIC]
    assert cast.refused("guard", Reports(room=PRIVATE)) is ErrorCode.NO_SUCH_ROOM
    assert cast.refused("guard", Reports(room=said["direct"].room)) is ErrorCode.NO_SUCH_ROOM
    assert cast.refused("ann", Reports(room=said["direct"].room)) is ErrorCode.NOT_ALLOWED
    assert cast.refused("mod", Reports()) is ErrorCode.NOT_ALLOWED


def test_a_report_is_closed_once_by_who_may_read_it(cast: Cast) -> None:
    """Others, and anyone who comes second, are told that there is none; the audit log has who did it."""
    private, direct = say(cast, "bob", "rude", room=PRIVATE), say(cast, "bob", "rude", "ann")
    for said in (private, direct):
        cast.done("ann", Report(room=said.room, seq=said.seq))
    (of_direct,) = reports(cast, "guard")
    (of_private,) = reports(cast, "own", PRIVATE)
    for uid, report in (("guard", of_private), ("ann", of_private), ("own", of_direct), ("ann", of_direct)):
        assert cast.refused(uid, Resolve(report=report.report)) is ErrorCode.NO_SUCH_EVENT
    assert not cast.done("own", Resolve(report=of_private.report))
    assert not cast.done("guard", Resolve(report=of_direct.report))
    assert cast.refused("guard", Resolve(report=of_direct.report)) is ErrorCode.NO_SUCH_EVENT
    of_room = data_of(cast.world.ask(cast.at["own"], Audit(room=PRIVATE)), AuditPage).entries
    of_server = data_of(cast.world.ask(cast.at["guard"], Audit()), AuditPage).entries
    assert [(entry.actor, entry.action) for entry in of_room] == [("own", "RESOLVE")]
    assert [(entry.actor, entry.action) for entry in of_server] == [("guard", "RESOLVE")]


def test_the_same_report_twice_is_one(cast: Cast) -> None:
    said = say(cast, "bob", "rude", room=PUBLIC)
    for _ in range(2):
        cast.done("ann", Report(room=PUBLIC, seq=said.seq))
    cast.done("mod", Report(room=PUBLIC, seq=said.seq))
    assert [info.uid for info in reports(cast, "own", PUBLIC)] == ["ann", "mod"]


def test_only_messages_that_are_there_can_be_reported(cast: Cast) -> None:
    said = say(cast, "bob", "rude", room=PUBLIC)
    cast.done("bob", Delete(room=PUBLIC, seq=said.seq))
    for seq in (said.seq, said.seq + 1, 999):  # deleted, no message, not there
        assert cast.refused("ann", Report(room=PUBLIC, seq=seq)) is ErrorCode.NO_SUCH_EVENT


def test_open_reports_of_one_account_are_bounded() -> None:
    """Closing one makes room."""
    cast = Cast(Limits(reports_max=2))
    said = [say(cast, "bob", "rude", room=PUBLIC) for _ in range(3)]
    for stored in said[:2]:
        cast.done("ann", Report(room=PUBLIC, seq=stored.seq))
    assert cast.refused("ann", Report(room=PUBLIC, seq=said[2].seq)) is ErrorCode.TOO_MANY
    cast.done("mod", Report(room=PUBLIC, seq=said[2].seq))
    cast.done("own", Resolve(report=reports(cast, "own", PUBLIC)[0].report))
    cast.done("ann", Report(room=PUBLIC, seq=said[2].seq))


def test_the_audit_log_is_read_in_pages(cast: Cast) -> None:
    for _ in range(3):
        cast.done("mod", Mute(uid="bob", room=PUBLIC))
        cast.done("mod", Unmute(uid="bob", room=PUBLIC))
    first = data_of(cast.world.ask(cast.at["own"], Audit(room=PUBLIC, limit=4)), AuditPage)
    second = data_of(cast.world.ask(cast.at["own"], Audit(room=PUBLIC, limit=4, before=first.next)), AuditPage)
    assert [entry.action for entry in (*first.entries, *second.entries)] == ["UNMUTE", "MUTE"] * 3
    assert second.next is None


# IGNORE


def test_whom_one_ignores_all_of_ones_sessions_know_and_nobody_else_does(cast: Cast) -> None:
    second = cast.again("ann")
    quiet = {uid: len(cast.world.told[cast.at[uid]]) for uid in ("bob", "boss")}
    cast.done("ann", Ignore(uid="bob"))
    cast.done("ann", Ignore(uid="boss"))
    cast.done("ann", Ignore(uid="bob"))
    assert cast.world.told[second][-1] == Ignoring(uids=("bob", "boss"))
    assert cast.world.welcome(cast.again("ann")).ignores == ("bob", "boss")
    cast.done("ann", Unignore(uid="boss"))
    cast.done("ann", Unignore(uid="boss"))
    assert cast.world.told[second][-1] == Ignoring(uids=("bob",))
    assert cast.world.welcome(cast.again("ann")).ignores == ("bob",)
    assert {uid: len(cast.world.told[cast.at[uid]]) for uid in quiet} == quiet


def test_one_ignores_only_others_who_are_known_and_not_too_many() -> None:
    cast = Cast(Limits(ignores_max=2))
    assert cast.refused("ann", Ignore(uid="ann")) is ErrorCode.BAD_REQUEST
    assert cast.refused("ann", Ignore(uid="nobody")) is ErrorCode.NO_SUCH_PERSON
    cast.done("ann", Ignore(uid="bob"))
    cast.done("ann", Ignore(uid="own"))
    assert cast.refused("ann", Ignore(uid="mod")) is ErrorCode.TOO_MANY
    cast.done("ann", Unignore(uid="own"))
    cast.done("ann", Ignore(uid="mod"))


def test_a_retried_ignore_at_the_bound_is_no_fault() -> None:
    """It is so already."""
    cast = Cast(Limits(ignores_max=1))
    cast.done("ann", Ignore(uid="bob"))
    cast.done("ann", Ignore(uid="bob"))
    assert cast.world.welcome(cast.again("ann")).ignores == ("bob",)


def test_send_is_not_changed_by_ignoring(cast: Cast) -> None:
    """Hiding is the clients' work: the history is the same for everyone."""
    cast.done("ann", Ignore(uid="bob"))
    cast.done("bob", Send(text="hello", room=LOBBY))
    assert "hello" in cast.world.texts(cast.at["ann"])
