"""Reading: HISTORY, VERSIONS, PINS and MEMBERS of a room, SEARCH and ROOMS over all rooms.

The store limits SEARCH and ROOMS to what the reader may see, and every page to what is above the reader's floor.
"""

import re

import msgspec

from muca.core.asking import decide, look
from muca.core.budgets import rooms_cost
from muca.core.live import Connection
from muca.core.standing import PUBLIC_READERS
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.changes import ListRooms
from muca.model.errors import ErrorCode
from muca.model.facts import Wanted
from muca.model.queries import HistoryQuery, MembersQuery, PinsQuery, RoomsQuery, SearchQuery, VersionsQuery
from muca.model.query import QueryFault, parse_query, zone_of
from muca.model.replies import MemberPage, RoomPage
from muca.model.requests import History, Members, Pins, Rooms, Search, Versions
from muca.model.roles import Verb
from muca.model.storage import Decided, Decision, Refused


def history(state: State, connection: Connection, request: History) -> Handled:
    """Read a page of a room's log."""
    query = HistoryQuery(
        room=request.room,
        after=request.after,
        before=request.before,
        around=request.around,
        at_ms=request.at_ms,
        events_max=min(request.limit, state.limits.announced.history_events_max),
        bytes_max=state.limits.history_bytes_max,
    )
    return look(state, connection, query, Verb.SEE, room=request.room)


def versions(state: State, connection: Connection, request: Versions) -> Handled:
    """Read all texts of a message."""
    query = VersionsQuery(room=request.room, seq=request.seq, bytes_max=state.limits.history_bytes_max)
    return look(state, connection, query, Verb.SEE, room=request.room)


def pins(state: State, connection: Connection, request: Pins) -> Handled:
    """Read the pinned messages of a room."""
    query = PinsQuery(room=request.room, bytes_max=state.limits.history_bytes_max)
    return look(state, connection, query, Verb.SEE, room=request.room)


def members(state: State, connection: Connection, request: Members) -> Handled:
    """List the members of a room."""
    query = MembersQuery(
        room=request.room, after=request.after, members_max=min(request.limit, state.limits.members_listed_max)
    )

    def with_presence(page: MemberPage) -> MemberPage:
        """Set the last-seen time of people online to now; the store is told only when they leave."""
        now_ms = state.now.utc_ms
        members = (
            msgspec.structs.replace(member, last_seen_ms=now_ms) if member.uid in state.roster else member
            for member in page.members
        )
        return msgspec.structs.replace(page, members=tuple(members))

    return look(state, connection, query, Verb.SEE, room=request.room, answer=with_presence)


def search(state: State, connection: Connection, request: Search) -> Handled:
    """Search messages. A filter for a room that the person may not see finds nothing, as if the room did not exist."""
    zone = zone_of(request.zone)
    if zone is None:
        detail = f"There is no time zone “{request.zone}”: ZONE must be one such as Europe/Berlin or +02:00."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    terms = parse_query(request.query, zone)
    if isinstance(terms, QueryFault):
        return Refused(code=ErrorCode.BAD_REQUEST, detail=terms.explanation)
    query = SearchQuery(
        words=terms.words,
        public=PUBLIC_READERS,
        senders=terms.senders,
        rooms=terms.rooms,
        before_ms=terms.before_ms,
        after_ms=terms.after_ms,
        has_link=terms.has_link,
        has_file=terms.has_file,
        before=request.before,
        hits_max=min(request.limit, state.limits.announced.hits_max),
        scan_max=state.limits.search_scan_max,
        chars_max=state.limits.search_chars_max,
        bytes_max=state.limits.history_bytes_max,
    )
    return look(state, connection, query)


def rooms(state: State, connection: Connection, request: Rooms) -> Handled:
    """List the named rooms that the person may see, or the person's own rooms."""
    if request.own:
        return _own_rooms(state, connection, request)
    query = RoomsQuery(
        match=request.match,
        public=PUBLIC_READERS,
        after=request.after,
        rooms_max=min(request.limit, state.limits.rooms_listed_max),
    )
    return look(state, connection, query, Verb.DIRECTORY)


def _own_rooms(state: State, connection: Connection, request: Rooms) -> Handled:
    """List the person's own rooms, in the writer's order, so that their counts and the pushes form one sequence."""
    session = connection.session
    assert session is not None
    after = None
    if request.after is not None:
        ts_ms, _, room = request.after.partition("\n")
        after = (int(ts_ms), room) if re.fullmatch("[0-9]{1,15}", ts_ms) else None
    if request.match or (request.after is not None and after is None):
        detail = "With OWN, there is no MATCH, and AFTER must be the NEXT of a page that was asked for with OWN."
        return Refused(code=ErrorCode.BAD_REQUEST, detail=detail)
    limits = state.limits
    change = ListRooms(
        uid=session.uid,
        after=after,
        rooms_max=min(request.limit, limits.rooms_in_join_max),
        members_max=limits.members_in_join_max,
    )
    decision = Decision(changes=(change,))

    def answer(decided: Decided) -> RoomPage:
        """Return the page, and charge for it like JOIN."""
        assert decided.page is not None
        cost = rooms_cost(decided.page.rooms)
        for budget in (connection.budget, connection.address_budget, session.presence.budget):
            budget.charge(cost, state.now.monotonic_ms)
        return decided.page

    return decide(state, Wanted(actor=session.uid), lambda _: decision, answer)
