"""Queries: what can be read from a store, and the type of each answer."""

from typing import TypeAlias

from muca.model.facts import Person
from muca.model.ids import RoomId, Seq, Uid
from muca.model.word import Word


class HistoryQuery(Word, frozen=True, kw_only=True):
    """A page of a room's log, above the reader's floor. At most one of the four positions is given.

    ``around``: up to ``events_max // 2`` events, within half of the bytes, come before it; the rest begins with it.
    ``at_ms``: if the clock was set back, several positions may match; one of them is used. Answered by ``Page``.
    """

    room: RoomId
    after: Seq | None = None
    before: Seq | None = None
    around: Seq | None = None
    at_ms: int | None = None
    events_max: int
    bytes_max: int
    """Bytes of the page's events as JSON (``storage/pages.py``); the page has at least one event in any case."""


class SearchQuery(Word, frozen=True, kw_only=True):
    """Messages that the reader may read and that contain all the words, the newest first. Answered by ``Hits``.

    Text is compared as in ``model/matching.py``. A reader may read the lobby, rooms it is in (above its floor), and
    public rooms unless it is banned there or a guest; the server's owners and moderators may read all public rooms.
    Deleted messages are never found. An edit does not make a message newer.
    """

    words: tuple[str, ...]
    """Words, parts of words and phrases, each of which must be in the message's text or in the name of one of its
    files; may be empty if there is a filter."""
    senders: tuple[str, ...] = ()
    """UIDs or current nicknames, one of which must be the sender's."""
    rooms: tuple[str, ...] = ()
    """Ids or titles, one of which must be the room's."""
    before_ms: int | None = None
    """Written before this."""
    after_ms: int | None = None
    """Written at this time or later."""
    has_link: bool = False
    has_file: bool = False
    before: int | None = None
    """The cursor: the ``next`` of the previous page."""
    hits_max: int
    scan_max: int
    """Candidates that one page may examine; then it ends early, with a ``next``."""
    chars_max: int = 500_000
    """Approximate characters of the candidates, counted once per word; then the page ends early, too."""
    bytes_max: int = 196_608
    """Approximate bytes of the hits as JSON; then the page ends early, too. It has at least one hit, if any."""


class VersionsQuery(Word, frozen=True, kw_only=True):
    """All texts of a message. Answered by ``VersionList``, or ``Refused`` (``no_such_event``)."""

    room: RoomId
    seq: Seq
    bytes_max: int = 196_608
    """Approximate bytes of the versions as JSON: only the latest that fit are returned, and at least one."""


class PinsQuery(Word, frozen=True, kw_only=True):
    """The pinned messages of a room, the latest pinned first. Answered by ``MessageList``."""

    room: RoomId
    bytes_max: int = 196_608
    """Approximate bytes of the messages as JSON: only the first that fit are returned, and at least one."""


class RoomsQuery(Word, frozen=True, kw_only=True):
    """Named rooms that the reader may see (as for ``SearchQuery``), sorted by title. Answered by ``RoomPage``."""

    match: str
    """A part of the title or topic; case and width do not matter."""
    after: str | None
    """The ``next`` of the previous page: the ``nickname_key`` of its last title."""
    rooms_max: int


class MembersQuery(Word, frozen=True, kw_only=True):
    """The members of a room, sorted by UID; for the lobby, everyone known. Answered by ``MemberPage``.

    In the lobby, roles and mutes are those on the server.
    """

    room: RoomId
    after: Uid | None
    members_max: int


class SanctionsQuery(Word, frozen=True, kw_only=True):
    """Mutes and bans in force: those of people, sorted by UID, then those of addresses. Answered by ``Sanctions``.

    The reason is that of the sanction's latest event; for the server's sanctions, in the lobby.
    """

    room: RoomId | None


class ReportsQuery(Word, frozen=True, kw_only=True):
    """Open reports, the oldest first. Answered by ``ReportList``."""

    room: RoomId | None
    """None: of all rooms except private ones. Direct and group rooms have no moderators of their own."""
    reports_max: int = 100


class AuditQuery(Word, frozen=True, kw_only=True):
    """The audit log, the newest first. Answered by ``AuditPage``."""

    room: RoomId | None
    """None: what was done on the server as a whole."""
    before: int | None
    entries_max: int


class NumbersQuery(Word, frozen=True, kw_only=True):
    """Statistics of what is stored. Answered by ``Statistics``, without figures about the running server."""


class DevicesQuery(Word, frozen=True, kw_only=True):
    """The reader's devices, the most recently used first. Answered by ``DeviceList``."""

    current: int | None


class InvitationsQuery(Word, frozen=True, kw_only=True):
    """The invitations that are still valid. Answered by ``InvitationList``."""


class PersonQuery(Word, frozen=True, kw_only=True):
    """What is known of the reader. Answered by ``Facts``."""


class SignedInQuery(Word, frozen=True, kw_only=True):
    """Which of these sessions must end: disabled or banned people, signed-out devices. Answered by ``SignedOut``."""

    devices: tuple[tuple[Uid, int | None], ...]


class SignedOut(Word, frozen=True, kw_only=True):
    """The queried devices whose sessions must end, and the current data of the persons who may stay."""

    devices: tuple[tuple[Uid, int | None], ...]
    persons: tuple[Person, ...]


Query: TypeAlias = (
    HistoryQuery
    | SearchQuery
    | VersionsQuery
    | PinsQuery
    | RoomsQuery
    | MembersQuery
    | SanctionsQuery
    | ReportsQuery
    | AuditQuery
    | NumbersQuery
    | DevicesQuery
    | InvitationsQuery
    | PersonQuery
    | SignedInQuery
)
