"""``Look`` in SQLite: facts, the guard and the answer to the query, all from one snapshot of the database."""

from collections.abc import Callable
from typing import Any, Final

import apsw

from muca.model.errors import ErrorCode
from muca.model.ids import RoomId, Uid
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    HistoryQuery,
    InvitationsQuery,
    MembersQuery,
    MissedQuery,
    NewsQuery,
    NumbersQuery,
    PeopleQuery,
    PersonQuery,
    PinsQuery,
    Query,
    ReportsQuery,
    RoomsQuery,
    SanctionsQuery,
    SearchQuery,
    VersionsQuery,
)
from muca.model.storage import Look, LookResult, Refused
from muca.storage.sqlite.facts import read_facts, read_invitations
from muca.storage.sqlite.history import read_page, read_pinned, read_versions
from muca.storage.sqlite.lists import (
    read_audit,
    read_devices,
    read_numbers,
    read_reports,
    read_sanctions,
)
from muca.storage.sqlite.missed import find_missed, read_news, read_people
from muca.storage.sqlite.rooms import read_directory, read_members
from muca.storage.sqlite.search import search


def look_up(connection: apsw.Connection, look: Look) -> LookResult:
    """Answer a ``Look``, inside an open transaction. Raises ``apsw.Error``."""
    facts = read_facts(connection, look.wanted, look.ts_ms)
    refusal = look.guard(facts)
    if refusal is not None:
        return refusal
    if isinstance(look.query, PersonQuery):
        return facts
    room: RoomId | None = getattr(look.query, "room", None)
    if room is not None and connection.execute("SELECT 1 FROM rooms WHERE id = ?", (room,)).get is None:
        return Refused(code=ErrorCode.NO_SUCH_ROOM)
    return _ANSWER[type(look.query)](connection, look.query, look.wanted.actor, look.ts_ms)


_Answer = Callable[[apsw.Connection, Any, Uid, int], LookResult]

_ANSWER: Final[dict[type[Query], _Answer]] = {
    HistoryQuery: lambda connection, query, reader, _: read_page(connection, query, reader),
    SearchQuery: search,
    VersionsQuery: lambda connection, query, reader, _: read_versions(connection, query, reader),
    PinsQuery: lambda connection, query, reader, _: read_pinned(connection, query, reader),
    RoomsQuery: read_directory,
    MembersQuery: lambda connection, query, _, now_ms: read_members(connection, query, now_ms),
    SanctionsQuery: lambda connection, query, _, now_ms: read_sanctions(connection, query, now_ms),
    ReportsQuery: lambda connection, query, *_: read_reports(connection, query),
    AuditQuery: lambda connection, query, *_: read_audit(connection, query),
    NumbersQuery: lambda connection, *_: read_numbers(connection),
    DevicesQuery: lambda connection, query, reader, _: read_devices(connection, query, reader),
    InvitationsQuery: lambda connection, _, __, now_ms: read_invitations(connection, now_ms),
    NewsQuery: lambda connection, query, *_: read_news(connection, query),
    PeopleQuery: lambda connection, query, *_: read_people(connection, query),
    MissedQuery: lambda connection, query, _, now_ms: find_missed(connection, query, now_ms),
}
