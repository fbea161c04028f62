"""A v2 session: every request has a reply, every room has a log, and missed events are read from HISTORY.

Pushes of a newer server that this version does not know leave a gap in SEQ. The page that fills the gap confirms it.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from muca.client.ending import LinkEnded
from muca.client.errors import MucaError, NotConnected, Refused
from muca.client.events import Resynchronised
from muca.client.knowledge import Knowledge
from muca.client.outbox import Asked
from muca.model.errors import ERRORS, ErrorCode
from muca.model.events import REACH, Event, LogEntry, Message
from muca.model.ids import RoomId
from muca.model.pushes import Ignoring, MarkerMoved, PeerChanged, RoomOpened, ServerNotice, TypingNow
from muca.model.replies import Joined, Page, PeerPage, RoomPage, Stored
from muca.model.requests import Away, History, Peers, Ping, Pong, Request, Rooms, Send
from muca.model.rooms import LOBBY, RoomKind
from muca.model.wire import Wire
from muca.protocol.client_dialect import Ack, FromServer, ReceivedBye, read_data, read_last_seq

PAGES_AT_ONCE_MAX: Final = 4
"""Number of rooms whose missed events are read at the same time."""
_GONE: Final = "The server was restored to an earlier state, and the message that this request is about is gone."
ROOMS_A_PAGE: Final = 500
ROOM_PAGES_MAX: Final = 10
"""Pages of own rooms to request if JOIN could not list all: the 5,000 or so most recently active rooms."""
PEER_PAGES_MAX: Final = 100
"""Pages of people online to request if JOIN could not list all: 50,000 people with the server's default."""
RETRY_SECONDS: Final = 1.0
"""Default delay before a page that the server could not read is requested again."""


class SessionV2:
    """A session with a v2 server."""

    v: Final = 2

    def __init__(self, known: Knowledge, write: Callable[[Request], None], joined: Joined) -> None:
        self._known = known
        self._write = write
        self._joined = joined
        self.server_id = joined.server.id
        self._heard_at = 0.0
        self._pinged = False
        self._pages: dict[str, RoomId] = {}
        """The pending pages of HISTORY for rooms that are behind: request ID to room."""
        self._room_pages_left = ROOM_PAGES_MAX if joined.more_rooms else 0
        self._rooms_after: str | None = None
        """The position of the next page of own rooms."""
        self._rooms_asked: str | None = None
        """The request ID of the pending page."""
        self._peer_pages_left = PEER_PAGES_MAX if joined.peers_next is not None else 0
        self._peers_after = joined.peers_next or 0
        """The position of the next page of people online."""
        self._peers_asked: str | None = None
        self._resumes = False
        self._pages_at: float | None = None
        """No page is requested before this time, because the server could not read."""

    def start(self, now: float, *, again: bool) -> None:
        """Apply the result of JOIN, report that the session is up, and resend unanswered requests."""
        known, joined = self._known, self._joined
        self._heard_at = now
        known.roster.replace(joined.peers, joined.away)
        known.memberships.replace(joined.rooms)
        known.memberships.ignores = frozenset(joined.ignores)
        known.joined = msgspec.structs.replace(joined, token=None)
        former_server_id, known.server_id = known.server_id, joined.server.id
        former_epoch, known.epoch = known.epoch, joined.server.epoch
        set_back: list[Resynchronised] = []
        self._resumes = former_server_id == joined.server.id
        if former_server_id != joined.server.id:
            known.places.start(joined.rooms, more_rooms=joined.more_rooms)
        elif None in {former_epoch, known.epoch} or former_epoch == known.epoch:
            set_back = known.places.resume(joined.rooms)
        else:
            knows_former = former_epoch == joined.server.former_epoch
            set_back = known.places.change_epoch(joined.rooms, knows_former=knows_former)
        known.tell_connected(again=again, v=self.v, server_name=joined.server.name)
        known.tell_set_back(set_back)
        if former_server_id not in {None, joined.server.id}:
            known.tell_missed(
                "Another server answers at this address now; the messages of the previous one cannot be reached."
            )
        self._refuse_what_is_gone(set_back)
        if known.is_away:
            self._write(Away())
        for asked in known.outbox:
            self.ask(asked, now)
        self.catch_up(now)

    def _refuse_what_is_gone(self, set_back: Iterable[Resynchronised]) -> None:
        """Refuse requests about events that are gone, because other events will get their numbers."""
        kept = {room.room: room.seq for room in set_back}
        for asked in self._known.outbox:
            room = getattr(asked.request, "room", None)
            seq = getattr(asked.request, "seq", None) or getattr(asked.request, "reply_to", None)
            if room in kept and seq is not None and seq > kept[room]:
                self._known.outbox.answer(asked, Refused(ErrorCode.NO_SUCH_EVENT, _GONE))

    def heard(self, now: float) -> None:
        """Note that the server is alive."""
        self._heard_at = now
        self._pinged = False

    def hear(self, item: FromServer, now: float) -> None:
        """Process a reply or push. Raises ``LinkEnded``."""
        match item:
            case Message() | Event():
                self._hear_event(item)
            case Ack():
                self._hear_ack(item, now)
            case PeerChanged():
                self._known.roster.apply(item)
                self._known.tell(item)
            case RoomOpened():
                if self._known.memberships.open(item.as_room()):
                    self._known.tell(item)
            case MarkerMoved():
                self._known.memberships.move_marker(item)
                self._known.tell(item)
            case Ignoring():
                self._known.memberships.ignores = frozenset(item.uids)
                self._known.tell(item)
            case ServerNotice():
                self._known.tell(item)
            case TypingNow():
                self._known.inbox.offer(item)  # once there is space for it, it is outdated
            case Ping():
                self._write(Pong(answers=item.request_id))
            case ReceivedBye():
                raise LinkEnded(NotConnected(explain_bye(item)), may_come_back=item.resume)
            case _:
                pass

    def ask(self, asked: Asked, now: float) -> None:
        """Write a request. The nicknames in a SEND are resolved only once, so that a retry is identical."""
        request = asked.request
        if isinstance(request, Send) and request.recipients and not asked.written:
            request = msgspec.structs.replace(request, recipients=tuple(map(self._settle, request.recipients)))
        asked.request = msgspec.structs.replace(request, request_id=asked.request_id)
        asked.written = True
        self._write(asked.request)

    def tick(self, now: float) -> None:
        """Send PING to a silent server, and request missed events. Raises ``LinkEnded`` after too long a silence."""
        silence_seconds = now - self._heard_at
        ping_seconds = self._joined.limits.ping_seconds
        if silence_seconds >= 2 * ping_seconds:
            raise LinkEnded(NotConnected(f"The server sent nothing for {2 * ping_seconds} seconds."))
        if silence_seconds >= ping_seconds and not self._pinged:
            self._pinged = True
            self._write(Ping())
        self.catch_up(now)

    def catch_up(self, now: float) -> None:
        """Request people online and own rooms that JOIN did not list.

        Also request pages of rooms that are behind, if the consumer has space for them.
        """
        if self._pages_at is not None:
            if now < self._pages_at:
                return
            self._pages_at = None
        known = self._known
        if self._peer_pages_left and self._peers_asked is None:
            self._peers_asked = known.outbox.new_id()
            self._write(Peers(after=self._peers_after, request_id=self._peers_asked))
        if self._room_pages_left and self._rooms_asked is None:
            self._rooms_asked = known.outbox.new_id()
            request_id, after = self._rooms_asked, self._rooms_after
            self._write(Rooms(own=True, after=after, limit=ROOMS_A_PAGE, request_id=request_id))
        free = known.inbox.free
        if not free or len(self._pages) >= PAGES_AT_ONCE_MAX:
            return
        limit = min(free + 1, self._joined.limits.history_events_max)  # one more: the page may begin with a known one
        for room, seen in known.places.behind():
            request_id = known.outbox.new_id()
            self._pages[request_id] = room
            known.places.ask(room)
            self._write(History(room=room, after=seen, limit=limit, request_id=request_id))
            if len(self._pages) == PAGES_AT_ONCE_MAX:
                return

    @property
    def wake_at(self) -> float:
        """The time of the next ``tick``."""
        silent_at = self._heard_at + (2 if self._pinged else 1) * self._joined.limits.ping_seconds
        return silent_at if self._pages_at is None else min(silent_at, self._pages_at)

    def _settle(self, name: str) -> str:
        meant = self._known.roster.meant_by(name)
        return meant[0] if len(meant) == 1 else name

    def _hear_event(self, event: LogEntry) -> None:
        if event.room is None or event.seq is None:
            raise LinkEnded(NotConnected("The server sent a message without its number in the room."))
        known = self._known
        is_mine = known.memberships.follow(event)
        told = known.places.take(event.room, event.seq, event, known.inbox.free)
        known.tell_all(told)
        if not is_mine:  # undelivered events of the room are dropped, except for the last one
            known.places.leave(event.room)
            if event not in told:
                known.tell(event)

    def _hear_ack(self, ack: Ack, now: float) -> None:
        if ack.answers in self._pages:
            self._hear_page(self._pages.pop(ack.answers), ack, now)
        elif ack.answers is not None and ack.answers == self._rooms_asked:
            self._hear_rooms(ack, now)
        elif ack.answers is not None and ack.answers == self._peers_asked:
            self._hear_peers(ack)
        elif (asked := self._known.outbox.get(ack.answers)) is not None:
            self._known.outbox.answer(asked, self._answer(asked, ack))

    def _hear_page(self, room: RoomId, ack: Ack, now: float) -> None:
        known = self._known
        if ack.outcome == "OKAY":
            page, last = read_data(ack, Page), read_last_seq(ack)
            if known.places.is_set_back(room, page):
                known.tell_set_back([Resynchronised(room=room, seq=0)])
            known.tell_all(known.places.take_page(room, page, last, known.inbox.free))
        elif ack.retry_seconds is not None or ack.code == ErrorCode.STORAGE_UNAVAILABLE:
            known.places.ask_again(room)
            self._pages_at = now + (ack.retry_seconds or RETRY_SECONDS)
        else:
            known.places.give_up(room)

    def _hear_rooms(self, ack: Ack, now: float) -> None:
        known, self._rooms_asked = self._known, None
        if ack.outcome == "OKAY":
            page = read_data(ack, RoomPage)
            new = known.memberships.add(page.rooms)
            if self._resumes:
                known.tell_set_back(known.places.resume_more(new))
            else:
                known.places.add(new)
            self._rooms_after = page.next
            self._room_pages_left = self._room_pages_left - 1 if page.next is not None else 0
            self._tell_if_complete()
        elif ack.retry_seconds is not None or ack.code == ErrorCode.STORAGE_UNAVAILABLE:
            self._pages_at = now + (ack.retry_seconds or RETRY_SECONDS)
        else:
            self._room_pages_left = 0

    def _hear_peers(self, ack: Ack) -> None:
        self._peers_asked, page = None, PeerPage(peers=())
        if ack.outcome == "OKAY":
            page = read_data(ack, PeerPage)
            self._known.roster.add(page.peers, page.away)
        self._peers_after = page.next or 0
        self._peer_pages_left = self._peer_pages_left - 1 if page.next is not None else 0
        self._tell_if_complete()

    def _tell_if_complete(self) -> None:
        """Report the state again once everything was fetched that JOIN did not list."""
        if not self._room_pages_left and not self._peer_pages_left:
            self._known.tell_connected(again=True, v=self.v, server_name=self._joined.server.name)

    def _answer(self, asked: Asked, ack: Ack) -> Wire | MucaError:
        if ack.outcome != "OKAY":
            return as_refused(ack)
        if not isinstance(asked.request, Send):
            return read_data(ack, asked.kind)
        stored = read_data(ack, Stored)
        return Message(
            room=stored.room,
            seq=stored.seq,
            ts_ms=stored.ts_ms,
            reach=REACH[_kind_of(stored.room)],
            sender=self._known.uid,
            nickname=self._known.nickname,
            text=asked.request.text,
            reply_to=asked.request.reply_to,
            request_id=asked.request_id,
        )


def as_refused(ack: Ack) -> Refused:
    """Return the exception for a FAIL."""
    code: ErrorCode | str = ack.code or ErrorCode.BAD_REQUEST
    if code in ERRORS:
        code = ErrorCode(code)
    meaning = ERRORS[code].meaning if isinstance(code, ErrorCode) else f"The server refused the request: {code}."
    return Refused(code, ack.explanation or meaning, ack.retry_seconds)


def explain_bye(bye: ReceivedBye) -> str:
    """Return one sentence that explains a BYE."""
    return bye.explanation or f"The server closed the connection: {bye.code}."


def _kind_of(room: RoomId) -> RoomKind:
    return RoomKind.LOBBY if room == LOBBY else _KINDS.get(room[:2], RoomKind.NAMED)


_KINDS: Final = {"d-": RoomKind.DIRECT, "g-": RoomKind.GROUP}
