"""Queries: what can be read from a store, and what answers each."""

from typing import TypeAlias

from muca.model.facts import Person
from muca.model.ids import RoomId, Seq, Uid
from muca.model.word import Word


class HistoryQuery(Word, frozen=True, kw_only=True):
    """A page of a room's log, above the reader's floor. At most one of the four places is given.

    ``around``: up to ``events_max // 2`` events, in half of the bytes, are from before it; the rest begins with it.
    ``at_ms``: where the clock was set back, one of the places that fit. Answered by ``Page``.
    """

    room: RoomId
    after: Seq | None = None
    before: Seq | None = None
    around: Seq | None = None
    at_ms: int | None = None
    events_max: int
    bytes_max: int
    """Bytes of the page's events as JSON (``storage/pages.py``); it has at least one event all the same."""


class SearchQuery(Word, frozen=True, kw_only=True):
    """Messages that the reader may read and that have all the words. Answered by ``Hits``.

    Case, width and composition of letters do not matter (``nickname_key`` apart from spaces). Rooms it may read: the
    lobby, rooms it is in (above its floor), and public rooms unless it is banned there or a guest; the server's owners
    and moderators: all public rooms. Deleted messages are never found. Newest first; an edit makes no message newer.
    """

    words: tuple[str, ...]
    """Words, parts of words and phrases, each of which must be in the text or in the name of a file of the message; may
    be empty when there is a filter."""
    senders: tuple[str, ...] = ()
    """UIDs or nicknames (as the sender is called now), one of which must be the sender."""
    rooms: tuple[str, ...] = ()
    """Ids or titles, one of which must be the room."""
    before_ms: int | None = None
    """Written before this."""
    after_ms: int | None = None
    """Written at this time or later."""
    has_link: bool = False
    has_file: bool = False
    before: int | None = None
    """The cursor: the ``next`` of the page before."""
    hits_max: int
    scan_max: int
    """How many candidates one page may look at; then it ends early, with a ``next``."""
    chars_max: int = 500_000
    """How many characters of them, about, counted once for each word; then it ends early, too."""
    bytes_max: int = 196_608
    """Bytes of the hits as JSON, about: past it the page ends early too. It has at least one hit, if there is one."""


class VersionsQuery(Word, frozen=True, kw_only=True):
    """All texts of a message. Answered by ``Versions``, or ``Refused`` (``no_such_event``)."""

    room: RoomId
    seq: Seq
    bytes_max: int = 196_608
    """Bytes of the versions as JSON, about: only the latest are given that fit, and at least one."""


class PinsQuery(Word, frozen=True, kw_only=True):
    """The pinned messages of a room, latest pinned first. Answered by ``Messages``."""

    room: RoomId
    bytes_max: int = 196_608
    """Bytes of the messages as JSON, about: only the first are given that fit, and at least one."""


class RoomsQuery(Word, frozen=True, kw_only=True):
    """Named rooms that the reader may see (as for ``SearchQuery``), in order of title. Answered by ``RoomPage``."""

    match: str
    """A part of the title or topic; case and width do not matter."""
    after: str | None
    """The ``next`` of the page before: the ``nickname_key`` of its last title."""
    rooms_max: int


class MembersQuery(Word, frozen=True, kw_only=True):
    """Who is in a room, in order of UID; of the lobby, everyone known. Answered by ``MemberPage``.

    Roles and mutes of the lobby are those on the server.
    """

    room: RoomId
    after: Uid | None
    members_max: int


class SanctionsQuery(Word, frozen=True, kw_only=True):
    """Mutes and bans that hold now, in order of UID, then of addresses. Answered by ``Sanctions``.

    The reason is what the latest event of the sanction says; of the server's, in the lobby.
    """

    room: RoomId | None


class ReportsQuery(Word, frozen=True, kw_only=True):
    """Open reports, the oldest first. Answered by ``ReportList``."""

    room: RoomId | None
    """None: of all rooms but private ones. Direct and group rooms have no moderators of their own."""
    reports_max: int = 100


class AuditQuery(Word, frozen=True, kw_only=True):
    """The audit log, the newest first. Answered by ``AuditPage``."""

    room: RoomId | None
    """None: what was done on the server as a whole."""
    before: int | None
    entries_max: int


class NumbersQuery(Word, frozen=True, kw_only=True):
    """How much is stored of everything. Answered by ``Numbers``, without what is live."""


class DevicesQuery(Word, frozen=True, kw_only=True):
    """The reader's devices, the latest used first. Answered by ``DeviceList``."""

    current: int | None


class InvitationsQuery(Word, frozen=True, kw_only=True):
    """The codes that are still good. Answered by ``InvitationList``."""


class PersonQuery(Word, frozen=True, kw_only=True):
    """What is known of the reader. Answered by ``Facts``."""


class SignedInQuery(Word, frozen=True, kw_only=True):
    """Who of these may no longer be here: disabled, banned, or its device signed out. Answered by ``SignedOut``."""

    devices: tuple[tuple[Uid, int | None], ...]


class SignedOut(Word, frozen=True, kw_only=True):
    """Those of the devices asked about that may no longer be here, and the persons who may, as they are now."""

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
