"""The link: makes all decisions of a client, without I/O. Takes bytes and times; returns bytes, events and answers.

The driver opens a connection if ``state`` is IDLE (for ``connect()``) or WAITING (once ``retry_at`` is reached),
reports the result, passes on received bytes, and calls ``tick`` at ``wake_at``. After every call it writes
``take_data()``, delivers ``take_answers()``, and closes the connection unless ``is_open``.

``NEXT`` has all transitions of a link. If a connection ends before the first session was up, ``connect()`` raises the
error (FAILED). Later the link reconnects (BROKE), unless that makes no sense or is not wanted (ENDED).
"""

from enum import Enum, auto
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple

from muca.client.backoff import LONGEST_SECONDS, Backoff
from muca.client.checking import check_request
from muca.client.ending import LinkEnded
from muca.client.errors import CannotConnect, CertificateChanged, MucaError, NotConnected, Refused
from muca.client.events import AnyEvent
from muca.client.inbox import EVENTS_MAX, Inbox
from muca.client.joining import PLAIN, Channel, Joining, TlsOffer
from muca.client.knowledge import Knowledge
from muca.client.outbox import ONCE, RequestResult
from muca.client.session_v1 import SessionV1
from muca.client.session_v2 import SessionV2
from muca.client.tokens import KeyPin, Tokens
from muca.model.ids import RoomId, Uid
from muca.model.replies import Joined
from muca.model.requests import Away, Leave, Request
from muca.model.rooms import Peer, Room
from muca.model.wire import Wire
from muca.protocol.client_dialect import ClientDialect, FromServer
from muca.protocol.client_v1 import ClientV1
from muca.protocol.dialect import ProtocolError


class LinkState(Enum):
    """The state of a link."""

    IDLE = auto()
    """No session has been up yet, and no connection is open."""
    JOINING = auto()
    """A connection is open, and JOIN is not answered yet."""
    JOINED = auto()
    WAITING = auto()
    """The connection is lost; the next one is opened at ``retry_at``."""
    CLOSED = auto()
    """The link has ended."""


class Happening(Enum):
    """An event that moves a link from one state to the next."""

    OPENED = auto()
    ADMITTED = auto()
    FAILED = auto()
    BROKE = auto()
    ENDED = auto()
    LEFT = auto()


NEXT: Final = {
    (LinkState.IDLE, Happening.OPENED): LinkState.JOINING,
    (LinkState.IDLE, Happening.FAILED): LinkState.IDLE,
    (LinkState.IDLE, Happening.LEFT): LinkState.CLOSED,
    (LinkState.JOINING, Happening.OPENED): LinkState.JOINING,  # now over TLS
    (LinkState.JOINING, Happening.ADMITTED): LinkState.JOINED,
    (LinkState.JOINING, Happening.FAILED): LinkState.IDLE,
    (LinkState.JOINING, Happening.BROKE): LinkState.WAITING,
    (LinkState.JOINING, Happening.ENDED): LinkState.CLOSED,
    (LinkState.JOINING, Happening.LEFT): LinkState.CLOSED,
    (LinkState.JOINED, Happening.BROKE): LinkState.WAITING,
    (LinkState.JOINED, Happening.ENDED): LinkState.CLOSED,
    (LinkState.JOINED, Happening.LEFT): LinkState.CLOSED,
    (LinkState.WAITING, Happening.OPENED): LinkState.JOINING,
    (LinkState.WAITING, Happening.BROKE): LinkState.WAITING,
    (LinkState.WAITING, Happening.ENDED): LinkState.CLOSED,
    (LinkState.WAITING, Happening.LEFT): LinkState.CLOSED,
    (LinkState.CLOSED, Happening.LEFT): LinkState.CLOSED,
}

HELD_SECONDS: Final = LONGEST_SECONDS
"""A session that was up for this long was stable: the delays between attempts start over."""


class Credential(NamedTuple):
    """The token that a server accepts, and the key that it has shown."""

    server_id: str
    token: str
    pin: KeyPin | None = None


class Link:
    """The client's side of the protocol. Times are seconds of a monotonic clock."""

    def __init__(
        self,
        *,
        uid: Uid,
        nickname: str,
        reconnect: bool,
        random: Random,
        password: str | None = None,
        device: str | None = None,
        events_max: int = EVENTS_MAX,
    ) -> None:
        self.state = LinkState.IDLE
        self.retry_at = 0.0
        """When to open the next connection, in state WAITING."""
        self.failure: MucaError | None = None
        """Why the last attempt to connect failed, or the last connection ended."""
        self.tokens = Tokens()
        """The tokens that JOIN can present; set before the first connection is opened."""
        self.password = password
        """Used if no token is accepted. Cleared once a session is up."""
        self.offer: TlsOffer | None = None
        """Where the current JOIN must continue. Until then the connection stays open, but its input is ignored."""
        self.has_strayed = False
        """Whether the current JOIN has reached another server than the one that offered TLS."""
        self._known = Knowledge(uid, nickname, random, Inbox(events_max))
        self._device = device
        self._reconnect = reconnect
        self._backoff = Backoff(random)
        self._was_joined = False
        self._joined_at = 0.0
        self._dialect: ClientDialect = ClientV1(uid)
        self._stage: Joining | SessionV1 | SessionV2 | None = None
        self._data: list[bytes] = []
        self._channel = PLAIN
        self._credential: Credential | None = None

    # State

    @property
    def is_open(self) -> bool:
        """Whether a usable connection is open."""
        return self.state in {LinkState.JOINING, LinkState.JOINED}

    @property
    def uid(self) -> Uid:
        """The user id; after a login by another name, that of the account."""
        return self._known.uid

    @property
    def v(self) -> int | None:
        """The protocol version of the current session."""
        return self._stage.v if isinstance(self._stage, SessionV1 | SessionV2) else None

    @property
    def peers(self) -> MappingProxyType[Uid, Peer]:
        """The people who are online, live."""
        return self._known.roster.peers

    @property
    def rooms(self) -> MappingProxyType[RoomId, Room]:
        """The user's rooms, live."""
        return self._known.memberships.rooms

    @property
    def away(self) -> frozenset[Uid]:
        """The peers who are away."""
        return self._known.roster.away

    @property
    def ignores(self) -> frozenset[Uid]:
        """The people whom the user ignores."""
        return self._known.memberships.ignores

    @property
    def joined(self) -> Joined | None:
        """The result of the last JOIN with a v2 server, without the token."""
        return self._known.joined

    @property
    def wake_at(self) -> float | None:
        """When to call ``tick``, or None if nothing is scheduled."""
        return self._stage.wake_at if self._stage is not None else None

    # Events of the connection

    def opened(self, now: float, channel: Channel = PLAIN) -> None:
        """Start with a connection that was just opened."""
        self._go(Happening.OPENED)
        self.offer, self.has_strayed = None, False
        self._channel = channel
        self._dialect = ClientV1(self._known.uid)
        self._stage = Joining(self._known, self._write, self.tokens, now, channel, self.password, self._device)

    def could_not_open(self, error: MucaError, now: float) -> None:
        """Note that no connection could be opened, or only one to a server with a wrong key."""
        if self.state is not LinkState.CLOSED:
            self._end(LinkEnded(error, may_come_back=not isinstance(error, CertificateChanged)), now)

    def received(self, data: bytes, now: float) -> None:
        """Process received bytes."""
        if self._stage is not None:
            self._stage.heard(now)
        try:
            while self.is_open:
                for item in self._dialect.receive(data):
                    self._hear(item, now)
                if self._dialect.successor is None:
                    break
                self._dialect, data = self._dialect.successor, b""
            if isinstance(self._stage, SessionV1 | SessionV2):
                self._stage.catch_up(now)
        except ProtocolError as error:
            self._end(
                LinkEnded(NotConnected(f"The server sent something that is not this protocol: {error.explanation}")),
                now,
            )
        except LinkEnded as ended:
            self._end(ended, now)

    def lost(self, explanation: str, now: float) -> None:
        """Note that the connection is lost."""
        if self.is_open:
            if isinstance(self._stage, Joining) and not self._was_joined:
                explanation = self._stage.explain_end(explanation)
            self._end(LinkEnded(NotConnected(explanation)), now)

    def tick(self, now: float) -> None:
        """Do what is due at this time."""
        try:
            if self._stage is not None:
                self._stage.tick(now)
                self._admit(now)
        except LinkEnded as ended:
            self._end(ended, now)

    def abandon(self, error: MucaError, now: float) -> None:
        """End the link for an external reason."""
        if self.state is not LinkState.CLOSED:
            self._end(LinkEnded(error, may_come_back=False), now)

    def forget_failed_tries(self) -> None:
        """Reset the delays between attempts, because the user wants to reconnect now."""
        self._backoff.reset()

    def leave(self) -> None:
        """End the link, from any state. Pending requests get an error."""
        if isinstance(self._stage, SessionV2):
            self._write(Leave())
        self._stage = None
        self.failure = NotConnected("The client was closed.")
        self._go(Happening.LEFT)
        self._known.roster.replace(())
        self._known.outbox.answer_all(self.failure)

    # Requests

    def ask(self, request: Request, kind: type[Wire], now: float) -> str:
        """Accept a request, and return the ID of its answer, which is decoded as ``kind``.

        Raises ``NotConnected`` and ``BadArgument``.
        """
        check_request(request)
        if not self._was_joined or self.state is LinkState.CLOSED:
            raise NotConnected("There is no connection to a server." if self._was_joined else "Call connect() first.")
        if isinstance(request, ONCE) and self.state is not LinkState.JOINED:
            raise NotConnected("There is no connection to the server now.")
        if isinstance(request, Away):
            self._known.is_away = request.away
        asked = self._known.outbox.add(request, kind)
        if isinstance(self._stage, SessionV1 | SessionV2):
            self._stage.ask(asked, now)
        return asked.request_id

    def withdraw(self, request_id: str) -> None:
        """Drop a request. If it was already written, the server may still carry it out."""
        self._known.outbox.withdraw(request_id)

    # Output

    def take_data(self) -> list[bytes]:
        """Return the data to write, each element in a separate write."""
        data, self._data = self._data, []
        return data

    def take_answers(self) -> list[tuple[str, RequestResult]]:
        """Return the answers that have arrived, with the IDs from ``ask``."""
        return self._known.outbox.take_answers()

    def take_event(self, now: float) -> AnyEvent | None:
        """Return the next event. This may produce data to write, because skipped events are then read again."""
        event = self._known.take_event()
        if isinstance(self._stage, SessionV1 | SessionV2):
            self._stage.catch_up(now)
        return event

    def take_credential(self) -> Credential | None:
        """Return, once, the token that the server accepts and the key that it shows, if they must be stored."""
        credential, self._credential = self._credential, None
        return credential

    # Internals

    def _go(self, happening: Happening) -> None:
        self.state = NEXT[self.state, happening]

    def _write(self, request: Request) -> None:
        # Everything written because of JOIN's ACK is in the dialect that the ACK has switched to.
        dialect = self._dialect.successor or self._dialect
        self._data.append(dialect.encode(request))

    def _hear(self, item: FromServer, now: float) -> None:
        if self._stage is not None:
            self._stage.hear(item, now)
            self._admit(now)

    def _admit(self, now: float) -> None:
        """Start the session if JOIN has succeeded, or stop listening if it continues over TLS."""
        joining = self._stage
        if not isinstance(joining, Joining):
            return
        if joining.has_strayed:
            self.has_strayed, self._stage = True, None
            return
        session, offer = joining.session, joining.offer
        # A server that claims an id with a stored key gets no token until it has proved that key.
        is_checked = offer is None or offer.otherwise is None
        if isinstance(session, SessionV2) and joining.token is not None and is_checked:
            self._keep(session.server_id, joining.token)
        if offer is not None:
            self.offer, self._stage = offer, None
            return
        if session is None:
            return
        self._go(Happening.ADMITTED)
        again, self._was_joined = self._was_joined, True
        self._joined_at = now
        self.password = None
        self._stage = session
        session.start(now, again=again)
        if joining.unheard is not None:
            session.hear(joining.unheard, now)

    def _keep(self, server_id: str, token: str) -> None:
        tokens, pin = self.tokens, self._channel.pin
        pins = tokens.pins if pin is None else tokens.pins | {server_id: pin}
        kept = Tokens(
            token, tokens.by_server | {server_id: token}, pin or tokens.pin, pins, server_id, tokens.addresses
        )
        if kept != tokens:
            self.tokens = kept
            self._credential = Credential(server_id, token, pin)

    def _end(self, ended: LinkEnded, now: float) -> None:
        """Drop the connection, and decide what comes next."""
        self._stage = None
        self._data.clear()
        self.failure = ended.error
        if not self._was_joined:
            if isinstance(ended.error, NotConnected):
                self.failure = CannotConnect(str(ended))
            self._go(Happening.FAILED)
        elif self._reconnect and ended.may_come_back:
            if self.state is LinkState.JOINED and now - self._joined_at >= HELD_SECONDS:
                self._backoff.reset()
            pause_seconds = max(self._backoff.next_seconds(), ended.retry_seconds)
            self.retry_at = now + pause_seconds
            self._go(Happening.BROKE)
            self._known.tell_disconnected(str(ended), pause_seconds)
            unsure = f"The connection ended before the server answered; it may have carried the request out. {ended}"
            self._known.outbox.answer_once(NotConnected(unsure))
        else:
            self._go(Happening.ENDED)
            code = ended.error.code if isinstance(ended.error, Refused) else None
            self._known.tell_disconnected(str(ended), None, code)
            self._known.outbox.answer_all(NotConnected(f"The client gave up: {ended}"))
