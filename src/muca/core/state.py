"""The Hub's state. Handlers change it and add effects.

It has three parts:
- What is *local*: connections, sessions, budgets. ``peers`` are the people who have a session here.
- The *roster*: everyone who is online, wherever their sessions are.
- *Rooms*: the lobby and every room of somebody who has a session here, no others. A room's ``here`` are the memberships
  of these people; it is empty for the lobby, which everyone is in.

Rules:
- A UID is in ``peers`` while it has a session here, and only then.
- A connection is in the audience of the lobby and of every loaded room that its UID is in. A client whose dialect has
  no rooms is in no named room.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from muca.core.budgets import Buckets, Guesses
from muca.core.effects import Close, Deliver, Effect, EnterAudience, ExitAudience, Note, Pause, Resume, Tell, WakeAt
from muca.core.handovers import Handovers
from muca.core.inputs import Instant
from muca.core.live import Connection, LiveRoom, Presence, Session
from muca.core.roster import LOCAL, Roster
from muca.model.errors import CLOSES, ERRORS, CloseReason, ErrorCode
from muca.model.facts import Membership
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.limits import Limits
from muca.model.presence import Online, PresenceChange
from muca.model.pushes import Push
from muca.model.replies import Data, Fail, Okay, Policy, ServerInfo
from muca.model.requests import Join, Register, Request
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.model.storage import Refused, StoreError


class State:
    """The Hub's state, and the operations that every handler needs."""

    def __init__(
        self,
        limits: Limits,
        server: ServerInfo,
        new_secret: Callable[[], str],
        *,
        secrets_over_plain: bool = False,
        follows_others: bool = False,
    ) -> None:
        self.limits = limits
        self.server = server
        self.new_secret = new_secret
        self.secrets_over_plain = secrets_over_plain
        """Whether passwords, and tokens under any policy, are accepted over connections that can be read in transit."""
        self.follows_others = follows_others
        """Whether news of other servers come over a network, which may lose some."""
        self.now = Instant(0, 0)
        self.effects: list[Effect] = []
        self.storage_fault: StoreError | None = None
        """The current failure of the storage."""
        self.started_ms = 0
        """When the first ``Woke`` came."""
        self.sweep_ms = 0
        """When the next sweep of silent connections is due."""
        self.alarm_ms: int | None = None
        """When the next ``Woke`` is due."""
        self.connections: dict[ConnectionId, Connection] = {}
        self.unjoined: dict[ConnectionId, Connection] = {}
        """Connections without a session, the oldest first."""
        self.throttled: dict[ConnectionId, Connection] = {}
        """Connections over their budget."""
        self.turns = 0
        """The latest ``turn`` of a connection."""
        self.to_heed: list[Connection] = []
        """Connections to handle again, after the current input."""
        self.addresses: dict[str, int] = {}
        """The number of connections of each network (``network_of`` their addresses)."""
        self.roster = Roster()
        self.peers: dict[Uid, Presence] = {}
        self.sessions: dict[bytes, Session] = {}
        """The sessions by the hash of their id, so that the time of a lookup reveals nothing about an id."""
        self.rooms: dict[RoomId, LiveRoom] = {LOBBY: LiveRoom(_LOBBY)}
        self.memberships: dict[Uid, set[RoomId]] = {}
        """The loaded direct and group rooms by the UIDs of their members, online or not."""
        self.lacking_rooms: set[RoomId] = set()
        """Rooms with a gap in their log."""
        self.lacking_people: set[Uid] = set()
        """People online with a gap in their changes."""
        self.must_look_around = False
        """Whether something of a room that is not loaded came, so that more may have been lost."""
        self.looked_around_ms = 0
        """When nothing that was committed before was missing."""
        self.address_budgets = Buckets(limits.address_cost_burst, limits.address_cost_per_second)
        self.account_budgets = Buckets(limits.account_cost_burst, limits.account_cost_per_second)
        self.guesses = Guesses(limits)
        self.handovers = Handovers(limits.handovers_max)
        self.refusals = Buckets(REFUSALS_LOGGED_BURST, REFUSALS_LOGGED_PER_SECOND)
        """Limits the logging of refusals, by network."""

    @property
    def policy(self) -> Policy:
        """Who may join."""
        return self.server.policy

    def accepts_secrets(self, connection: Connection, *, is_token: bool = False) -> bool:
        """Return whether passwords and codes, or tokens, may be sent over this connection."""
        return connection.secure or self.secrets_over_plain or (is_token and self.policy is Policy.OPEN)

    def forget_full_budgets(self) -> None:
        """Forget the budgets of addresses and people that are full again."""
        self.address_budgets.forget_full(self.now.monotonic_ms, kept=self.addresses)
        self.account_budgets.forget_full(self.now.monotonic_ms, kept=self.peers)
        self.guesses.forget_full(self.now.monotonic_ms)
        self.handovers.forget_old(self.now.monotonic_ms)
        self.refusals.forget_full(self.now.monotonic_ms)

    # Answers

    def okay(self, connection: Connection, request: Request, data: Data | None = None) -> None:
        """Answer a request that was carried out."""
        if connection.abilities.is_answered or isinstance(request, Join):
            self.effects.append(Tell(connection.id, Okay(answers=_id_of(request), data=data)))

    def fail(self, connection: Connection, request: Request, fault: Refused | StoreError) -> None:
        """Answer a request that was not carried out. A client that is not answered receives this only for JOIN."""
        if isinstance(request, Join | Register) or fault.code in _WRONG_SECRETS:
            self._log_refusal(connection, request, fault.code)
        if connection.abilities.is_answered or isinstance(request, Join):
            self.fail_id(connection.id, _id_of(request), fault.code, fault.detail, retry_seconds=fault.retry_seconds)

    def answer(self, connection: Connection, request: Request, outcome: Data | Refused | StoreError | None) -> None:
        """Answer a request with its outcome. None: it was answered before, or it has no answer."""
        if isinstance(outcome, Refused | StoreError):
            self.fail(connection, request, outcome)
        elif outcome is not None:
            self.okay(connection, request, outcome)

    def _log_refusal(self, connection: Connection, request: Request, code: ErrorCode) -> None:
        """Log who was refused and why; a flood from one network is logged only in part."""
        bucket = self.refusals[connection.network]
        if bucket.wait_ms(1, self.now.monotonic_ms):
            return
        bucket.charge(1, self.now.monotonic_ms)
        session = connection.session
        uid = request.uid if isinstance(request, Join | Register) else session.uid if session is not None else None
        action = str(request.__struct_config__.tag)
        facts: dict[str, object] = {"request": action, "reason": code.value, "address": connection.address, "uid": uid}
        self.effects.append(Note("refused", facts))

    def fail_id(
        self,
        connection: ConnectionId,
        answers: str | None,
        code: ErrorCode,
        detail: str = "",
        *,
        retry_seconds: float | None = None,
    ) -> None:
        """Answer the request with this ID."""
        needs_token = code in {ErrorCode.TOKEN_REQUIRED, ErrorCode.TOKEN_WRONG}
        fail = Fail(
            answers=answers,
            code=code,
            explanation=detail or ERRORS[code].meaning,
            retry_seconds=retry_seconds,
            server=self.server.id if needs_token else None,
            epoch=self.server.epoch if needs_token else None,
            tls=self.server.tls if needs_token else None,
        )
        self.effects.append(Tell(connection, fail))

    def tell_person(self, presence: Presence, push: Push) -> None:
        """Send a push to all sessions of a person."""
        self.effects.extend(Tell(number, push) for number in presence.sessions)

    # Time

    def wake_at(self, monotonic_ms: int) -> None:
        """Request a ``Woke`` at this time or earlier."""
        if self.alarm_ms is None or monotonic_ms < self.alarm_ms:
            self.alarm_ms = monotonic_ms
            self.effects.append(WakeAt(monotonic_ms))

    # Reading from the wire

    def pause(self, connection: Connection) -> None:
        """Stop reading from the connection, if it is being read."""
        if not connection.paused:
            connection.paused = True
            self.effects.append(Pause(connection.id))

    def resume(self, connection: Connection) -> None:
        """Read from the connection again, unless it still has a reason to wait."""
        waits = (
            connection.ending is not None
            or connection.must_wait
            or connection.queue
            or connection.in_flight > self.limits.requests_in_flight_max // 2
        )
        if connection.paused and not waits:
            connection.paused = False
            connection.was_heard(self.now.monotonic_ms)
            self.effects.append(Resume(connection.id))

    @contextmanager
    def hold(self, connection: Connection) -> Iterator[None]:
        """Queue what comes in meanwhile, and handle it afterwards: it must not overtake the current request."""
        connection.held_up = True
        self.pause(connection)
        try:
            yield
        finally:
            connection.held_up = False
            self.to_heed.append(connection)

    def store_asked(self, connection: Connection) -> None:
        """Count a request that waits for the store."""
        connection.in_flight += 1
        if connection.in_flight >= self.limits.requests_in_flight_max:
            self.pause(connection)

    def store_answered(self, connection: Connection) -> None:
        """Count a request as answered."""
        connection.in_flight -= 1
        if connection.paused:
            self.resume(connection)
        if connection.ending is not None:
            self.to_heed.append(connection)  # it ends after what its last request has led to

    # Ends

    def when_answered(self, connection: Connection, end: Callable[[], None]) -> None:
        """End a connection once the store has answered all its earlier requests."""
        if connection.ending is None:
            connection.ending = end
            self.end_if_answered(connection)
        if connection.ending is not None:
            self.pause(connection)

    def end_if_answered(self, connection: Connection) -> None:
        """End a connection that is about to end, if none of its requests waits for the store any more."""
        if connection.ending is not None and not (connection.in_flight or connection.must_wait or connection.queue):
            end, connection.ending = connection.ending, None
            end()

    def drop_queue(self, connection: Connection) -> None:
        """Leave out what the connection has queued; a debt no longer delays its end."""
        connection.queue.clear()
        connection.throttled_until_ms = None
        self.throttled.pop(connection.id, None)
        self.to_heed.append(connection)

    def close(self, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
        """Close a connection; its session must have ended before."""
        self.forget(connection)
        self.effects.append(Close(connection.id, reason, explanation or CLOSES[reason].meaning))

    def forget(self, connection: Connection) -> None:
        """Remove the connection from the state."""
        if self.connections.pop(connection.id, None) is None:
            return
        connection.gone = True
        connection.ending = None
        connection.queue.clear()
        connection.paused = False
        self.unjoined.pop(connection.id, None)
        self.throttled.pop(connection.id, None)
        self.discount(connection)

    def count(self, connection: Connection) -> int:
        """Count a connection for its network, and return how many that has now."""
        count = self.addresses[connection.network] = self.addresses.get(connection.network, 0) + 1
        return count

    def discount(self, connection: Connection) -> None:
        """Stop counting a connection for its network."""
        self.addresses[connection.network] -= 1
        if not self.addresses[connection.network]:
            del self.addresses[connection.network]

    # People

    def report(self, presence: Presence) -> None:
        """Tell everyone what has changed about somebody who has sessions here, if anything."""
        away = all(session.away for session in presence.sessions.values())
        self.tell_presence(Online(origin=LOCAL, uid=presence.uid, nickname=presence.nickname, away=away))

    def tell_presence(self, change: PresenceChange) -> None:
        """Apply a change of presence to the roster, and tell everyone."""
        self.effects.extend(Deliver(LOBBY, told) for told in self.roster.apply(change))

    # Rooms

    def load(self, info: Room, members: Iterable[Uid], *, but: Uid | None = None) -> LiveRoom:
        """Return the loaded direct or group room; if it was not loaded, load it.

        Its members who are online are added, except ``but``, whom the caller adds.
        """
        loaded = self.rooms.get(info.room)
        if loaded is None:
            loaded = self.rooms[info.room] = LiveRoom(info.for_everyone(), tuple(sorted(members)), info.seq)
            for uid in loaded.members:
                self.memberships.setdefault(uid, set()).add(loaded.id)
                presence = self.peers.get(uid)
                if presence is not None and uid != but:
                    self.enter(presence, loaded, Membership(uid=uid), announced=False)
        return loaded

    def load_named(self, info: Room) -> LiveRoom:
        """Return the loaded named room; if it was not loaded, load it."""
        loaded = self.rooms.get(info.room)
        if loaded is None:
            loaded = self.rooms[info.room] = LiveRoom(info.for_everyone(), last_seq=info.seq)
        return loaded

    def enter(self, presence: Presence, room: LiveRoom, membership: Membership, *, announced: bool) -> None:
        """Add all devices of a person to a room's audience."""
        known = presence.uid in room.here
        room.here[presence.uid] = membership
        if known:
            return
        presence.rooms.add(room.id)
        for session in presence.sessions.values():
            self.enter_session(session, room, announced=announced)

    def enter_session(self, session: Session, room: LiveRoom, *, announced: bool) -> None:
        """Add one device to a room's audience."""
        if room.info.kind is RoomKind.NAMED and not session.connection.abilities.has_rooms:
            return
        if not announced:
            room.unannounced.add(session.connection.id)
        self.effects.append(EnterAudience(session.connection.id, session.uid, (room.id,)))

    def exit(self, presence: Presence, room: LiveRoom) -> None:
        """Remove all devices of a person from a room's audience."""
        if room.here.pop(presence.uid, None) is None:
            return
        presence.rooms.discard(room.id)
        for connection in presence.sessions:
            room.unannounced.discard(connection)
            self.effects.append(ExitAudience(connection, room.id))
        self.unload_if_empty(room)

    def unload_if_empty(self, room: LiveRoom) -> None:
        """Remove a room from memory if none of its members is online."""
        if room.here or room.id == LOBBY:
            return
        del self.rooms[room.id]
        for uid in room.members:
            self.memberships[uid].discard(room.id)
            if not self.memberships[uid]:
                del self.memberships[uid]

    def members_of(self, room: LiveRoom) -> tuple[Peer, ...]:
        """Return a room's members; those who are offline have their UID as nickname."""
        return tuple(self.roster.get(uid) or Peer(uid=uid, nickname=uid) for uid in room.members)


REFUSALS_LOGGED_BURST: Final = 60
"""Refused JOINs and wrong secrets from one network that are logged at once."""
REFUSALS_LOGGED_PER_SECOND: Final = 1
_WRONG_SECRETS: Final = frozenset({ErrorCode.PASSWORD_WRONG, ErrorCode.CODE_WRONG})

_LOBBY: Final = Room(room=LOBBY, kind=RoomKind.LOBBY)


def _id_of(request: Request) -> str | None:
    return getattr(request, "request_id", None)
