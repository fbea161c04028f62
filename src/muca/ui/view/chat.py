"""The logic of a chat window, without a screen: JOIN, LEAVE, SEND, and what happens in between.

The SDK runs in its own thread and puts events into a queue. The window empties the queue with ``drain`` from its own
thread, in which everything else here runs, too. So there are no locks, and nothing here blocks.

JOIN creates a client, LEAVE closes it. Later events of a closed client are ignored, except the results of SENDs.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from enum import Enum
from functools import partial
from itertools import chain
from typing import Final, Protocol

import msgspec

from muca.client import BlockingClient
from muca.client.errors import Refused
from muca.client.events import AnyEvent, Connected, Disconnected, Missed, Resynchronised
from muca.model.errors import ErrorCode
from muca.model.events import REACH, Event, EventKind, Message, Reach
from muca.model.ids import RoomId, Seq, Uid
from muca.model.limits import AnnouncedLimits
from muca.model.mentions import Mention
from muca.model.pushes import Ignoring, MarkerMoved, PeerChange, PeerChanged, RoomOpened
from muca.model.replies import MemberPage, Page
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.ui.config_txt import Profile
from muca.ui.view.directory import Directory
from muca.ui.view.feed import Feed
from muca.ui.view.legible import legible_name, legible_text
from muca.ui.view.mentions import Suggestion, chosen_places, suggest
from muca.ui.view.recipients import Misaddressed, Recipients, Resolution, resolve
from muca.ui.view.timeline import DELETED, Delivery, Entry, Timeline
from muca.ui.view.window_queue import WindowQueue, in_thread, trouble_of

MEMBERS_A_PAGE: Final = 200
MEMBER_PAGES_MAX: Final = 5
"""In a larger room, only the members on these pages, and those who enter later, are offered for mentions."""
HISTORY_ROOMS_MAX: Final = 20
"""Number of rooms whose latest messages are loaded at JOIN."""
HISTORY_EVENTS_MAX: Final = 50
"""Number of messages of each of them."""
TEXT_CHARS_MAX: Final = AnnouncedLimits().text_chars_max
"""The default limit of servers for the characters of one message."""


class ChatState(Enum):
    """The state of the connection; the values are shown to the user."""

    OFFLINE = "not connected"
    JOINING = "connecting…"
    JOINED = "joined"
    BROKEN = "connection lost"


_NOT_NOW: Final[Mapping[ChatState, str]] = {
    ChatState.OFFLINE: "You are not connected. Press JOIN first.",
    ChatState.JOINING: "The window is still connecting. Try again in a moment.",
    ChatState.BROKEN: "The connection was lost. Try again when it is back.",
}
"""Why nothing can be sent in each state."""


class Secret(Enum):
    """What the server requires from the user before it admits them."""

    NEW_PASSWORD = "a first password for the account that this window has used so far"
    PASSWORD = "the account's password"


_SECRETS: Final[Mapping[ErrorCode | str | None, Secret]] = {
    ErrorCode.PASSWORD_REQUIRED: Secret.NEW_PASSWORD,
    ErrorCode.ACCOUNT_REQUIRED: Secret.PASSWORD,
    ErrorCode.TOKEN_REQUIRED: Secret.PASSWORD,
    ErrorCode.TOKEN_WRONG: Secret.PASSWORD,
}
NEW_PASSWORD_WANTED: Final = "This server now requires a password. Choose one to keep your account."


class Level(Enum):
    """The importance of a line of the console."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ConsoleLine(msgspec.Struct, frozen=True):
    """A line of the console."""

    ts_ms: int
    level: Level
    text: str


class MakeClient(Protocol):
    """Creates the client of one connection."""

    def __call__(self, *, password: str | None) -> BlockingClient:
        """Create it; ``password`` is used if no token is known."""


class SetFirstPassword(Protocol):
    """Sets the first password of this profile's account."""

    def __call__(self, *, password: str) -> None:
        """Set it, and wait until it is done. Raises the errors of ``muca.client.Client.register``."""


class Chat:
    """One person's chat with one server."""

    def __init__(
        self,
        profile: Profile,
        make_client: MakeClient,
        register: SetFirstPassword,
        *,
        read_seqs: Mapping[RoomId, Seq] | None = None,
        epoch: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.profile = profile
        self.state = ChatState.OFFLINE
        self.directory = Directory(Peer(uid=profile.uid, nickname=profile.nickname))
        self.feed = Feed(self.directory)
        self.is_watched = False
        """Whether the user sees the newest messages, so new ones are marked as read immediately."""
        self.people_version = 0
        """Changes whenever somebody joins, leaves or changes their name."""
        self._wanted: Secret | None = None
        self._make_client = make_client
        self._register = register
        self._client: BlockingClient | None = None
        self.epoch = epoch
        """The server's epoch that the SEQs belong to."""
        self._server_id: str | None = None
        self._said_restored = False
        self._break_said: str | None = None
        """The last reason for a missing connection in the console, since there was one or JOIN was pressed."""
        self._queue = WindowQueue()
        self._console: list[ConsoleLine] = []
        self._read_seqs = dict(read_seqs or {})
        self._sends: dict[int, tuple[Recipients, tuple[Mention, ...] | None]] = {}
        """The recipients and mentions of each message that is not sent yet."""
        self._clock = clock

    @property
    def timeline(self) -> Timeline:
        """All messages."""
        return self.feed.timeline

    @property
    def read_seqs(self) -> dict[RoomId, Seq]:
        """The read position of each room, for the next ``Chat`` of this user."""
        now = {each.room: each.read_seq for each in self.timeline.conversations.values() if each.read_seq}
        return {**self._read_seqs, **now}

    def drain(self, seconds_max: float, count_max: int) -> bool:
        """Process events of the SDK, up to a time and a number. Returns whether there were any."""
        were_any = self._queue.carry_out(seconds_max, count_max)
        if self.is_watched:
            self.timeline.read(self.feed.shown)
        return were_any

    def take_wanted(self) -> Secret | None:
        """Return, once, what the server requires; ``keep_account`` or ``log_in`` then provides it."""
        wanted, self._wanted = self._wanted, None
        return wanted

    def take_console(self) -> list[ConsoleLine]:
        """Return the lines since the last call."""
        lines, self._console = self._console, []
        return lines

    def say(self, text: str, level: Level = Level.INFO) -> None:
        """Write a line to the console."""
        self._console.append(ConsoleLine(self._now_ms(), level, legible_text(text)))

    def join(self) -> None:
        """Join the server, or report why not. If the connection is lost, this reconnects immediately."""
        if self.state is ChatState.JOINED:
            self.say("Already connected to server")
            return
        if self.state is ChatState.JOINING:
            self.say(f"Already connecting to {self.profile.address}.")
            return
        if self.state is ChatState.BROKEN and self._client is not None:
            self._break_said = None
            self._client.retry_now()
            self.say(f"Trying {self.profile.address} again…")
            return
        self._connect()

    def log_in(self, password: str, told: Callable[[str | None], None]) -> None:
        """Join with the account's password. ``told`` gets None on success, or one sentence with the reason."""
        self._connect(password, told)

    def keep_account(self, password: str, told: Callable[[str | None], None]) -> None:
        """Set the first password of this window's account, and join. ``told`` as in ``log_in``."""

        def registered_or_not(future: "Future[None]") -> None:
            trouble = trouble_of(future)
            told(trouble)
            if trouble is None:
                self.join()

        self._queue.when_done(in_thread(partial(self._register, password=password)), registered_or_not)

    def _connect(self, password: str | None = None, told: Callable[[str | None], None] | None = None) -> None:
        self._let_go()
        self.state = ChatState.JOINING
        self.say(f"Connecting to {self.profile.address}…")
        client = self._client = self._make_client(password=password)
        client.subscribe(lambda event: self._queue.put(partial(self._hear, client, event)))
        self._queue.when_done(client.post_connect(), partial(self._connected_or_not, client, told))

    def leave(self) -> "Future[None] | None":
        """Leave the server, if connected. Returns a future that is done when the connection is closed."""
        if self._client is None:
            return None
        closing = self._let_go()
        self.say("You left.")
        return closing

    def resolve(self, to: str) -> Resolution:
        """Resolve a TO field. If a name cannot be looked up without a connection, the result says only that."""
        resolution = resolve(to, self.directory)
        if self.state in _NOT_NOW and isinstance(resolution, Misaddressed) and resolution.explanation:
            return Misaddressed(explanation=_NOT_NOW[self.state], brief=self.state.value)
        return resolution

    def suggest(self, to: str, query: str) -> list[Suggestion]:
        """Return the people whom a text to these recipients can mention, for the beginning of a name after ``@``.

        For a named room, the members are loaded first, once per connection. ``people_version`` changes when they are
        known.
        """
        resolution = self.resolve(to)
        room = resolution.room if isinstance(resolution, Recipients) and resolution.reach is Reach.ROOM else None
        client = self._client if self.state is ChatState.JOINED else None
        if room is not None and client is not None and self.directory.members.begin(room):
            self._ask_members(client, room)
        return suggest(query, resolution, self.directory)

    def send(self, to: str, text: str, chosen: Mapping[str, Uid] | None = None) -> str | None:
        """Send a text. Returns None if it is being sent, or one sentence that says what is missing or wrong.

        ``chosen``: UIDs of the names that the user has chosen from ``suggest``, by the text that was inserted.
        """
        text = text.removesuffix("\n")
        recipients = self._recipients(to, text)
        if isinstance(recipients, str):
            self.say(f"Not sent. {recipients}", Level.ERROR)
            return recipients
        for notice in recipients.notices:
            self.say(notice, Level.WARNING)
        uids = tuple(peer.uid for peer in recipients.peers)
        named = recipients.room if recipients.reach is Reach.ROOM else None
        request_id = secrets.token_urlsafe(16)
        entry = self.timeline.begin(request_id, text, recipients.reach, uids, self._now_ms(), named)
        self._post(entry, recipients, chosen_places(text, chosen or {}))
        return None

    def retry(self, key: int) -> str | None:
        """Send a failed message again. Returns None, or one sentence that says what is missing."""
        entry = next((entry for entry in self.timeline.entries if entry.key == key), None)
        if entry is None or entry.delivery is not Delivery.FAILED or key not in self._sends:
            return None
        if self.state in _NOT_NOW:
            self.say(f"Not sent. {_NOT_NOW[self.state]}", Level.ERROR)
            return _NOT_NOW[self.state]
        self.timeline.retry(entry, self._now_ms())
        self._post(entry, *self._sends[key])
        return None

    def _recipients(self, to: str, text: str) -> Recipients | str:
        """Return the recipients of a text, or what is missing."""
        if self.state in _NOT_NOW:
            return _NOT_NOW[self.state]
        if not to.strip(" ,"):
            return "TO is empty. Write ALL, a name, or several names separated by commas."
        if not text.strip():
            return "The message is empty."
        if len(text) > TEXT_CHARS_MAX:
            return f"The message is too long: {len(text):,} of {TEXT_CHARS_MAX:,} characters. Send it in parts."
        resolution = resolve(to, self.directory)
        if isinstance(resolution, Misaddressed):
            return resolution.explanation
        if resolution.reach is Reach.ALL and not self.directory.keeps_rooms and not self.directory.others_here():
            return "No one else is here now, and this server does not keep messages."
        return resolution

    def _post(self, entry: Entry, recipients: Recipients, mentions: tuple[Mention, ...] | None) -> None:
        assert self._client is not None
        self._sends[entry.key] = recipients, mentions
        uids = () if recipients.room is not None else tuple(peer.uid for peer in recipients.peers)
        future = self._client.post_send(
            entry.text, to=uids, room=recipients.room, mentions=mentions, request_id=entry.request_id
        )
        self._queue.when_done(future, partial(self._sent_or_not, entry))

    def _sent_or_not(self, entry: Entry, future: "Future[Message]") -> None:
        trouble = trouble_of(future)
        if trouble is not None and self.timeline.fail(entry, trouble):
            self.say(f"Not sent. {trouble}", Level.ERROR)
            return
        del self._sends[entry.key]
        if trouble is None:
            self.timeline.confirm(entry, future.result())

    def _connected_or_not(
        self, client: BlockingClient, told: Callable[[str | None], None] | None, future: "Future[None]"
    ) -> None:
        trouble = trouble_of(future)
        if trouble is not None and client is self._client:
            self._let_go()
            error = None if future.cancelled() else future.exception()
            self._turned_away(trouble, error.code if isinstance(error, Refused) and told is None else None)
        if told is not None:
            told(trouble)

    def _turned_away(self, explanation: str, code: ErrorCode | str | None) -> None:
        """Explain why the server refuses the user, and note what it requires."""
        self._wanted = _SECRETS.get(code)
        self.say(NEW_PASSWORD_WANTED if self._wanted is Secret.NEW_PASSWORD else explanation, Level.ERROR)

    def _let_go(self) -> "Future[None] | None":
        """End the connection, if there is one. Further events of its client are ignored."""
        client, self._client = self._client, None
        self.state = ChatState.OFFLINE
        self._nobody_here()
        return client.post_close() if client is not None else None

    def _nobody_here(self) -> None:
        self.directory.empty()
        self.people_version += 1

    def _hear(self, client: BlockingClient, event: AnyEvent) -> None:
        if client is not self._client:
            return
        match event:
            case Message():
                self.timeline.receive(event, self._now_ms())
            case Event():
                self._room_changed(event)
            case PeerChanged():
                self._peer_changed(event)
            case RoomOpened():
                self.directory.open(event.as_room())
                self.timeline.expect(event.room, REACH[event.kind])
            case MarkerMoved(unread=int(unread)) if event.uid == self.directory.own.uid:
                self.timeline.move_marker(event.room, event.seq, unread)
            case Ignoring():
                self.timeline.ignores = frozenset(event.uids)
            case Connected():
                self._connected(client, event)
            case Disconnected():
                self._disconnected(event)
            case Resynchronised():
                self._set_back(client, event.room)
            case Missed():
                self.say(event.explanation, Level.WARNING)

    def _room_changed(self, event: Event) -> None:
        """Process an event that is not a message. Some kinds are not shown yet."""
        own = self.directory.own.uid
        if self.directory.members.follow(event):
            self.people_version += 1
        match event.kind:
            case EventKind.EDIT if event.of is not None:
                self.timeline.change(event.room, event.of, event.text)
            case EventKind.DELETE if event.of is not None:
                self.timeline.change(event.room, event.of, DELETED)
            case EventKind.SET if event.settings is not None and event.settings.title is not None:
                self.directory.retitle(event.room, event.settings.title)
            case EventKind.EXIT if event.sender == own:
                self.directory.close(event.room)
            case EventKind.DELETE_ROOM:
                self.directory.close(event.room)
            case EventKind.KICK | EventKind.BAN if event.uid == own and event.room != LOBBY:
                self.directory.close(event.room)
            case _:
                pass

    def _connected(self, client: BlockingClient, event: Connected) -> None:
        if client.uid != self.profile.uid:
            self._let_go()
            account = legible_name(client.uid)
            self.say(f"This password belongs to “{account}”. To join, set USERID to “{account}”.", Level.ERROR)
            return
        was_joining = self.state is ChatState.JOINING
        was_joined = self.state is ChatState.JOINED
        self.state, self._break_said = ChatState.JOINED, None
        self.directory.connected(event.peers, event.rooms, keeps_rooms=event.v > 1)
        self.timeline.ignores = client.ignores
        self.people_version += 1
        self._begin_anew(event, was_joining=was_joining)
        for room in event.rooms:
            if room.kind is not RoomKind.LOBBY and not room.seq:
                continue
            self.timeline.expect(room.room, REACH[room.kind], self._read_seqs.get(room.room, 0))
        if was_joined:
            return
        self.say(f"{'Joined' if was_joining else 'Reconnected to'} {self.profile.address} as {self.profile.nickname}.")
        if event.v == 1:
            self.say("This server uses version 1 of the protocol and does not keep messages.")
        elif was_joining:
            rooms = [room for room in self.directory.rooms.values() if room.seq]
            self._read_history(client, rooms[:HISTORY_ROOMS_MAX])

    def _begin_anew(self, event: Connected, *, was_joining: bool) -> None:
        """Forget the SEQs of another server, and the history of an earlier client if the server was restored since.

        While a client exists, it reports rooms that are set back.
        """
        is_another = None not in {self._server_id, event.server_id} and self._server_id != event.server_id
        self._server_id = event.server_id or self._server_id
        is_restored = None not in {self.epoch, event.epoch} and self.epoch != event.epoch
        self.epoch, self._said_restored = event.epoch or self.epoch, False
        if is_another or is_restored:
            self._read_seqs = {}
        seqs = {room.room: room.seq for room in event.rooms}
        for conversation in list(self.timeline.conversations.values()):
            is_shorter = seqs.get(conversation.room, conversation.latest_seq) < conversation.latest_seq
            if is_another:
                self.timeline.begin_anew(conversation.room)
            elif was_joining and (is_restored or is_shorter):
                self.timeline.clear(conversation.room)

    def _set_back(self, client: BlockingClient, room: RoomId) -> None:
        """Show the new content of a room after the server was restored."""
        if not self._said_restored:
            self._said_restored = True
            self.say("The server was restored to an earlier state; newer messages are gone.", Level.WARNING)
        self._read_seqs.pop(room, None)
        self.timeline.clear(room)
        if room in self.directory.rooms:
            self._read_history(client, [self.directory.rooms[room]])

    def _disconnected(self, event: Disconnected) -> None:
        self._nobody_here()
        if event.retry_seconds is None:
            self._let_go()
            self._turned_away(f"{event.explanation} Press JOIN to reconnect.", event.code)
            return
        self.state = ChatState.BROKEN
        if event.explanation != self._break_said:  # repeated attempts fail for the same reason
            self._break_said = event.explanation
            self.say(f"{event.explanation} Reconnecting… Press JOIN to try now.", Level.ERROR)

    def _peer_changed(self, event: PeerChanged) -> None:
        before = self.directory.name(event.uid)
        self.directory.change(event)
        self.people_version += 1
        if event.uid == self.directory.own.uid:
            return
        match event.change:
            case PeerChange.JOINED:
                self.say(f"{self.directory.name(event.uid)} joined.")
            case PeerChange.LEFT:
                self.say(f"{before} left.")
            case PeerChange.RENAMED:
                self.say(f"{before} is now called {legible_name(event.nickname)}.")

    def _read_history(self, client: BlockingClient, rooms: Sequence[Room]) -> None:
        """Request the latest messages of rooms; they are shown together once all have arrived."""
        pages = [client.post_history(room.room, limit=HISTORY_EVENTS_MAX) for room in rooms]
        left = set(range(len(pages)))

        def gather(which: int, _: "Future[Page]") -> None:
            left.discard(which)
            if not left and client is self._client:
                self._merge(pages)

        for which, page in enumerate(pages):
            self._queue.when_done(page, partial(gather, which))

    def _merge(self, pages: Sequence["Future[Page]"]) -> None:
        troubles = [trouble for page in pages if (trouble := trouble_of(page)) is not None]
        if troubles:
            self.say(f"Not all earlier messages could be loaded. {troubles[0]}", Level.WARNING)
        events = chain.from_iterable(page.result().events for page in pages if trouble_of(page) is None)
        # A page has messages in their current state, so the events that changed them are not needed.
        self.timeline.merge((event for event in events if isinstance(event, Message)), self._now_ms())

    def _ask_members(self, client: BlockingClient, room: RoomId, after: Uid | None = None, page: int = 1) -> None:
        future = client.post_members(room, after=after, limit=MEMBERS_A_PAGE)
        self._queue.when_done(future, partial(self._members_or_not, client, room, page))

    def _members_or_not(self, client: BlockingClient, room: RoomId, page: int, future: "Future[MemberPage]") -> None:
        if client is not self._client:
            return
        if trouble_of(future) is not None:
            self.directory.members.drop(room)  # requested again with the next keystroke
            return
        listed = future.result()
        self.directory.meet(room, (Peer(uid=member.uid, nickname=member.nickname) for member in listed.members))
        self.people_version += 1
        if listed.more and page < MEMBER_PAGES_MAX:
            self._ask_members(client, room, listed.members[-1].uid, page + 1)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
