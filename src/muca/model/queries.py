"""Queries: what can be read from a store, and the type of each answer."""

from typing import TypeAlias

from muca.model.facts import CodeFacts, Person
from muca.model.feed import Logged
from muca.model.ids import RoomId, Seq, Uid
from muca.model.roles import Role
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


class PublicReaders(Word, frozen=True, kw_only=True):
    """Whose role on the server allows reading public rooms that they are not in."""

    roles: frozenset[Role] = frozenset()
    banned: frozenset[Role] = frozenset()
    """Those who may do so even if they are banned from the room."""


class SearchQuery(Word, frozen=True, kw_only=True):
    """Messages that the reader may read and that contain all the words, the newest first. Answered by ``Hits``.

    Text is compared as in ``model/matching.py``. Searched are the lobby, the rooms that the reader is in (above its
    floor), and public rooms (``public``). Deleted messages are never found. An edit does not make a message newer.
    """

    words: tuple[str, ...]
    """Words, parts of words and phrases, each of which must be in the message's text or in the name of one of its
    files; may be empty if there is a filter."""
    public: PublicReaders = PublicReaders()
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
    public: PublicReaders = PublicReaders()
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
    """None: of all rooms."""
    with_private: bool = True
    """Whether those of private rooms are included."""
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
    """The invitations that are neither used up nor expired. Answered by ``FoundInvitations``."""


class FoundInvitations(Word, frozen=True, kw_only=True):
    """Invitations, valid if their creators may still invite, the earliest first; at most 1,000."""

    codes: tuple[CodeFacts, ...]


class PersonQuery(Word, frozen=True, kw_only=True):
    """What is known of the reader. Answered by ``Facts``."""


class NewsQuery(Word, frozen=True, kw_only=True):
    """What happened in a room after a SEQ, as the feed would have told it. Answered by ``RoomNews``.

    Messages are as they are now. The news of a deleted room end with its deletion, until that event is removed, too.
    """

    log: RoomId
    after: Seq
    events_max: int = 200


class RoomNews(Word, frozen=True, kw_only=True):
    """News of a room, in order, without those of events that retention removed."""

    news: tuple[Logged, ...]
    last: Seq
    """They reach up to this SEQ."""
    more: bool = False
    """Whether there are more after it."""
    is_deleted: bool = False
    """Whether the room does not exist any more."""


class PeopleQuery(Word, frozen=True, kw_only=True):
    """What people are now, for whoever missed a change of them. Answered by ``People``, without unknown ones."""

    uids: tuple[Uid, ...]


class PersonNow(Word, frozen=True, kw_only=True):
    """A person with everything of which changes are numbered, except read markers."""

    person: Person
    """Without the hash of the password."""
    devices: tuple[int, ...]
    """Those that have a token."""
    ignores: tuple[Uid, ...]


class People(Word, frozen=True, kw_only=True):
    """The people, sorted by UID."""

    people: tuple[PersonNow, ...]


class MissedQuery(Word, frozen=True, kw_only=True):
    """Of what news have not come, where they may be lost. Answered by ``MissingNews``."""

    rooms: dict[RoomId, Seq]
    """The loaded rooms, and the last event that came of each."""
    people: dict[Uid, int]
    """The people online, and the number of the last change that came of each."""
    since_ms: int
    """Rooms of these people that are not loaded count if they have events from this time on."""


class MissingNews(Word, frozen=True, kw_only=True):
    """Where news are missing."""

    rooms: dict[RoomId, Seq]
    """Rooms with more events, and the last event that came; of rooms that are not loaded, that before ``since_ms``."""
    people: tuple[Uid, ...]
    networks: tuple[str, ...]
    """All banned ranges of addresses."""


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
    | NewsQuery
    | PeopleQuery
    | MissedQuery
)

ForFollowers: TypeAlias = RoomNews | People | MissingNews
"""Answers for the Hub itself, which no client sees."""
