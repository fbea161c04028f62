"""``Look`` in the memory store: one function per query."""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from muca.model.errors import ErrorCode
from muca.model.events import Event, LogEntry, Message
from muca.model.facts import FOR_EVER_MS, CodeKind
from muca.model.ids import RoomId, Seq, Uid
from muca.model.matching import fold
from muca.model.names import nickname_key
from muca.model.queries import (
    AuditQuery,
    DevicesQuery,
    FoundInvitations,
    HistoryQuery,
    InvitationsQuery,
    MembersQuery,
    MissedQuery,
    MissingNews,
    NewsQuery,
    NumbersQuery,
    People,
    PeopleQuery,
    PersonNow,
    PersonQuery,
    PinsQuery,
    Query,
    ReportsQuery,
    RoomNews,
    RoomsQuery,
    SanctionsQuery,
    SearchQuery,
    VersionsQuery,
)
from muca.model.replies import (
    AuditPage,
    Device,
    DeviceList,
    Member,
    MemberPage,
    MessageList,
    Page,
    ReportInfo,
    ReportList,
    RoomPage,
    Sanction,
    Sanctions,
    Statistics,
    VersionList,
)
from muca.model.rooms import LOBBY, RoomKind
from muca.model.storage import Look, LookResult, Refused
from muca.storage.news import news_of_log, person_changed
from muca.storage.pages import fitting
from tests.memory_store.facts import facts, live_codes
from tests.memory_store.search import search
from tests.memory_store.tables import CONVERSATIONS, Tables

_BEYOND: Final = 2**63
"""No log has that many events."""


def answer(tables: Tables, look: Look) -> LookResult:
    """Ask the guard and, unless it refuses, answer the query."""
    found = facts(tables, look.wanted, look.ts_ms)
    refusal = look.guard(found)
    if refusal is not None:
        return refusal
    if isinstance(look.query, PersonQuery):
        return found
    room = getattr(look.query, "room", None)
    if room is not None and room not in tables.rooms:
        return Refused(code=ErrorCode.NO_SUCH_ROOM)
    return _ANSWER[type(look.query)](tables, look.query, look.wanted.actor, look.ts_ms)


def _history(tables: Tables, query: HistoryQuery, reader: Uid, now_ms: int) -> Page:
    log = list(tables.log(query.room, tables.floor(query.room, reader), reader))
    first = _first(query, log)
    if first is None:
        older = [event for event in log if query.before is None or _seq(event) < query.before]
        page = fitting(older[::-1][: query.events_max], query.bytes_max)
        return Page(room=query.room, events=tuple(page[::-1]), more=len(page) < len(older))
    before: list[LogEntry] = []
    bytes_max = query.bytes_max
    if query.around is not None:
        bytes_max -= query.bytes_max // 2
        older = [event for event in log if _seq(event) < first]
        before = fitting(older[::-1][: query.events_max // 2], query.bytes_max // 2)
    newer = [event for event in log if _seq(event) >= first]
    page = fitting(newer[: query.events_max - len(before)], bytes_max)
    return Page(room=query.room, events=(*before[::-1], *page), more=len(page) < len(newer))


def _first(query: HistoryQuery, log: list[LogEntry]) -> Seq | None:
    """Return the seq at which a page that is read forwards begins; None: the page is read backwards."""
    if query.at_ms is not None:
        return next((_seq(event) for event in log if (event.ts_ms or 0) >= query.at_ms), _BEYOND)
    return query.after + 1 if query.after is not None else query.around


def _seq(event: LogEntry) -> Seq:
    assert event.seq is not None
    return event.seq


def _versions(tables: Tables, query: VersionsQuery, reader: Uid, now_ms: int) -> VersionList | Refused:
    message = tables.message(query.room, query.seq, reader)
    if message is None:
        return Refused(code=ErrorCode.NO_SUCH_EVENT)
    return VersionList(versions=tables.texts(message, query.bytes_max))


def _pins(tables: Tables, query: PinsQuery, reader: Uid, now_ms: int) -> MessageList:
    pinned = [tables.message(room, seq, reader) for room, seq in reversed(tables.pins) if room == query.room]
    messages = (message for message in pinned if message is not None)
    return MessageList(messages=tuple(fitting(messages, query.bytes_max)))


def _rooms(tables: Tables, query: RoomsQuery, reader: Uid, now_ms: int) -> RoomPage:
    by_key = {
        f"{nickname_key(row.room.title or '')}\n{room}": room
        for room, row in tables.rooms.items()
        if row.room.kind is RoomKind.NAMED
        and tables.may_read(room, reader, query.public, now_ms)
        and any(fold(query.match) in fold(text) for text in (row.room.title or "", row.room.topic))
    }
    keys = sorted(key for key in by_key if query.after is None or key > query.after)
    page = keys[: query.rooms_max]
    return RoomPage(
        rooms=tuple(tables.whole_room(by_key[key], reader) for key in page),
        next=page[-1] if len(page) < len(keys) else None,
    )


def _members(tables: Tables, query: MembersQuery, reader: Uid, now_ms: int) -> MemberPage:
    uids = [uid for uid in tables.entered(query.room) if query.after is None or uid > query.after]
    uids = [uid for uid in uids if query.room != LOBBY or not tables.person(uid).deleted]
    page = tuple(_member(tables, query.room, uid, now_ms) for uid in uids[: query.members_max])
    return MemberPage(members=page, more=len(page) < len(uids))


def _member(tables: Tables, room: RoomId, uid: Uid, now_ms: int) -> Member:
    person = tables.person(uid)
    member = tables.membership(LOBBY, uid) if room == LOBBY else tables.members[room, uid]
    assert member is not None
    is_banned = room == LOBBY and person.banned_until_ms > now_ms
    return Member(
        uid=uid,
        nickname=person.nickname,
        role=member.role,
        last_seen_ms=person.last_seen_ms,
        read=member.read if room != LOBBY else 0,
        muted_until_ms=member.muted_until_ms if member.muted_until_ms > now_ms and not is_banned else None,
        banned_until_ms=person.banned_until_ms if is_banned else None,
    )


def _sanctions(tables: Tables, query: SanctionsQuery, reader: Uid, now_ms: int) -> Sanctions:
    held: list[tuple[Uid, int, int]]
    if query.room is None:
        held = [(uid, person.banned_until_ms, person.muted_until_ms) for uid, person in tables.people.items()]
    else:
        rows = [(uid, member) for (room, uid), member in tables.members.items() if room == query.room]
        held = [(uid, member.banned_until_ms, member.muted_until_ms) for uid, member in rows]
    kinds: tuple[Literal["ban", "mute"], ...] = ("ban", "mute")
    found = [
        Sanction(sanction=kind, uid=uid, until_ms=_end(until_ms), reason=_reason(tables, query.room, kind, uid))
        for uid, *ends in sorted(held)
        for kind, until_ms in zip(kinds, ends, strict=True)
        if until_ms > now_ms
    ]
    if query.room is None:
        found += [
            Sanction(sanction="ban", address=network, until_ms=_end(ban.until_ms), reason=ban.reason)
            for network, ban in sorted(tables.address_bans.items())
            if ban.until_ms > now_ms
        ]
    return Sanctions(sanctions=tuple(found))


def _reason(tables: Tables, room: RoomId | None, kind: str, uid: Uid) -> str:
    """Return the text of the latest event of this sanction."""
    for event in reversed(list(tables.log(room or LOBBY, 0))):
        if isinstance(event, Event) and (event.kind, event.uid) == (kind, uid):
            return event.text
    return ""


def _end(until_ms: int) -> int | None:
    return until_ms if until_ms < FOR_EVER_MS else None


def _reports(tables: Tables, query: ReportsQuery, reader: Uid, now_ms: int) -> ReportList:
    private = {room for room, row in tables.rooms.items() if row.room.private}
    found = [
        ReportInfo(report=number, deleted=tables.is_gone(report.room, report.seq), **msgspec.structs.asdict(report))
        for number, report in tables.reports.items()
        if query.room in {None, report.room} and (query.with_private or report.room not in private)
    ]
    return ReportList(reports=tuple(found[: query.reports_max]))


def _audit(tables: Tables, query: AuditQuery, reader: Uid, now_ms: int) -> AuditPage:
    numbers = [
        number
        for number, entry in reversed(tables.audit.items())
        if entry.room == query.room and (query.before is None or number < query.before)
    ]
    page = numbers[: query.entries_max]
    return AuditPage(
        entries=tuple(tables.audit[number] for number in page),
        next=page[-1] if len(page) < len(numbers) else None,
    )


def _numbers(tables: Tables, query: NumbersQuery, reader: Uid, now_ms: int) -> Statistics:
    return Statistics(
        people=sum(not person.deleted for person in tables.people.values()),
        accounts=sum(person.claimed and not person.deleted for person in tables.people.values()),
        registered=sum(person.password_hash is not None for person in tables.people.values()),
        rooms=len(tables.rooms),
        messages=len(tables.messages),
        database_bytes=0,
        files=len(tables.files),
        file_bytes=sum(file.info.bytes for file in tables.files.values()),
    )


def _devices(tables: Tables, query: DevicesQuery, reader: Uid, now_ms: int) -> DeviceList:
    own = [
        Device(
            device=number,
            name=token.device,
            created_ms=token.created_ms,
            used_ms=token.used_ms,
            current=number == query.current,
        )
        for number, token in tables.tokens.items()
        if token.uid == reader
    ]
    return DeviceList(devices=tuple(sorted(own, key=lambda device: (-device.used_ms, -device.device))))


def _invitations(tables: Tables, query: InvitationsQuery, reader: Uid, now_ms: int) -> FoundInvitations:
    return FoundInvitations(
        codes=tuple(code for _, code in live_codes(tables, now_ms) if code.kind is CodeKind.INVITATION)
    )


def _news(tables: Tables, query: NewsQuery, reader: Uid, now_ms: int) -> RoomNews:
    row = tables.rooms.get(query.log)
    if row is None:
        if query.log not in tables.ends:
            return RoomNews(news=(), last=query.after, is_deleted=True)
        room, end = tables.ends[query.log]
        news = news_of_log([end] if end.seq > query.after else [], room, (), {})
        return RoomNews(news=news, last=max(end.seq, query.after), is_deleted=True)
    entries = [
        tables.shown(event, event.sender) if isinstance(event, Message) else event
        for seq in range(query.after + 1, row.room.seq + 1)
        if (event := tables.events.get((query.log, seq))) is not None
    ][: query.events_max]
    more = len(entries) == query.events_max and _seq(entries[-1]) < row.room.seq
    last = _seq(entries[-1]) if more else row.room.seq
    members = tuple(tables.entered(query.log)) if row.room.kind in CONVERSATIONS else ()
    memberships = {uid: member for (room, uid), member in tables.members.items() if room == query.log}
    return RoomNews(news=news_of_log(entries, row.room, members, memberships), last=last, more=more)


def _people(tables: Tables, query: PeopleQuery, reader: Uid, now_ms: int) -> People:
    return People(
        people=tuple(
            PersonNow(
                person=person_changed(tables.people[uid]).person,
                devices=tuple(number for number, token in tables.tokens.items() if token.uid == uid),
                ignores=tuple(sorted(other for who, other in tables.ignores if who == uid)),
            )
            for uid in sorted(set(query.uids))
            if uid in tables.people
        )
    )


def _missed(tables: Tables, query: MissedQuery, reader: Uid, now_ms: int) -> MissingNews:
    rooms = {
        room: seq for room, seq in query.rooms.items() if room not in tables.rooms or tables.rooms[room].room.seq > seq
    }
    for room, row in tables.rooms.items():
        those = [member for uid in query.people if (member := tables.membership(room, uid)) is not None]
        log = list(tables.log(room, 0))
        if room != LOBBY and room not in query.rooms and log and any(member.entered for member in those):
            before = [_seq(event) for event in log if (event.ts_ms or 0) < query.since_ms]
            if row.active_ms >= query.since_ms:
                rooms[room] = before[-1] if before else _seq(log[0]) - 1
    return MissingNews(
        rooms=rooms,
        people=tuple(sorted(uid for uid, number in query.people.items() if tables.person(uid).changes > number)),
        networks=tuple(sorted(network for network, ban in tables.address_bans.items() if ban.until_ms > now_ms)),
    )


_ANSWER: Final[dict[type[Query], Callable[[Tables, Any, Uid, int], LookResult]]] = {
    HistoryQuery: _history,
    SearchQuery: search,
    VersionsQuery: _versions,
    PinsQuery: _pins,
    RoomsQuery: _rooms,
    MembersQuery: _members,
    SanctionsQuery: _sanctions,
    ReportsQuery: _reports,
    AuditQuery: _audit,
    NumbersQuery: _numbers,
    DevicesQuery: _devices,
    InvitationsQuery: _invitations,
    NewsQuery: _news,
    PeopleQuery: _people,
    MissedQuery: _missed,
}
