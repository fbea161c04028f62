"""What the Hub knows: connections, who is here, and the rooms of those who are. Handlers change it and add effects.

Rules:
- ``peers`` is in order of joining; a UID is in it exactly while it has a session.
- ``rooms`` holds the lobby and every room that somebody here is in, no others. A room's ``here`` are the memberships of
  those of its members who are here; in the lobby, where everyone is, it is empty.
- A connection is in the audience of the lobby and of every loaded room that its UID is in. A first-generation client is
  in no named room.
"""

from collections.abc import Callable, Iterable
from typing import Final

from muca.core.budgets import Buckets, Guesses
from muca.core.effects import Close, Effect, Enter, Exit, Note, Pause, Resume, Tell, WakeAt
from muca.core.inputs import Instant
from muca.core.live import Connection, LiveRoom, Presence, Session
from muca.model.errors import CLOSES, ERRORS, CloseReason, ErrorCode
from muca.model.facts import Membership
from muca.model.ids import ConnectionId, RoomId, Uid
from muca.model.limits import Limits
from muca.model.names import nickname_key
from muca.model.pushes import Push
from muca.model.replies import Data, Fail, Okay, Policy, ServerInfo
from muca.model.requests import Join, Register, Request
from muca.model.rooms import LOBBY, Peer, Room, RoomKind
from muca.model.storage import StoreError


class State:
    """All of the Hub's knowledge, and the few verbs that every handler needs."""

    def __init__(
        self,
        limits: Limits,
        server: ServerInfo,
        new_secret: Callable[[], str],
        *,
        secrets_over_plain: bool = False,
    ) -> None:
        self.limits = limits
        self.server = server
        self.new_secret = new_secret
        self.secrets_over_plain = secrets_over_plain
        """Whether passwords are accepted, and tokens under any policy, where others on the way can read them."""
        self.now = Instant(0, 0)
        self.effects: list[Effect] = []
        self.storage_fault: StoreError | None = None
        """How the disk fails now."""
        self.started_ms = 0
        """When the first ``Woke`` came."""
        self.sweep_ms = 0
        """When silent connections are looked after next."""
        self.alarm_ms: int | None = None
        """When the next ``Woke`` comes."""
        self.connections: dict[ConnectionId, Connection] = {}
        self.unjoined: dict[ConnectionId, Connection] = {}
        """Connections without a session, the oldest first."""
        self.throttled: dict[ConnectionId, Connection] = {}
        """Connections over their budget."""
        self.turns = 0
        """The latest ``turn`` of a connection."""
        self.to_heed: list[Connection] = []
        """Connections that may be heard again, once the present input is dealt with."""
        self.addresses: dict[str, int] = {}
        """How many connections each network has (``network_of`` their addresses)."""
        self.peers: dict[Uid, Presence] = {}
        self.sessions: dict[bytes, Session] = {}
        """The sessions by the hash of their id, so that how long looking takes tells nothing of an id."""
        self.nicknames: dict[str, set[Uid]] = {}
        """The peers by what their nicknames look like."""
        self.rooms: dict[RoomId, LiveRoom] = {LOBBY: LiveRoom(_LOBBY)}
        self.memberships: dict[Uid, set[RoomId]] = {}
        """The loaded direct and group rooms of every UID that is a member of one, here or not."""
        self.address_budgets = Buckets(limits.address_cost_burst, limits.address_cost_per_second)
        self.account_budgets = Buckets(limits.account_cost_burst, limits.account_cost_per_second)
        self.guesses = Guesses(limits)
        self.refusals = Buckets(REFUSALS_LOGGED_BURST, REFUSALS_LOGGED_PER_SECOND)
        """What is still logged of refusals, by network."""

    @property
    def policy(self) -> Policy:
        """Who may join."""
        return self.server.policy

    def accepts_secrets(self, connection: Connection, *, is_token: bool = False) -> bool:
        """Return whether passwords and codes, or tokens, may be said on this connection."""
        return connection.secure or self.secrets_over_plain or (is_token and self.policy is Policy.OPEN)

    def forget_full_budgets(self) -> None:
        """Forget the addresses and people of whom nothing need be remembered."""
        self.address_budgets.forget_full(self.now.monotonic_ms, kept=self.addresses)
        self.account_budgets.forget_full(self.now.monotonic_ms, kept=self.peers)
        self.guesses.forget_full(self.now.monotonic_ms)
        self.refusals.forget_full(self.now.monotonic_ms)

    # Answers

    def okay(self, connection: Connection, request: Request, data: Data | None = None) -> None:
        """Answer a request that was carried out."""
        if connection.speaks_v2 or isinstance(request, Join | Register):
            self.effects.append(Tell(connection.id, Okay(answers=_id_of(request), data=data)))

    def fail(
        self,
        connection: Connection,
        request: Request,
        code: ErrorCode,
        detail: str = "",
        *,
        retry_seconds: float | None = None,
    ) -> None:
        """Answer a request that was not carried out. A first-generation client hears this of JOIN alone."""
        if isinstance(request, Join | Register) or code in _WRONG_SECRETS:
            self._log_refusal(connection, request, code)
        if connection.speaks_v2 or isinstance(request, Join | Register):
            self.fail_id(connection.id, _id_of(request), code, detail, retry_seconds=retry_seconds)

    def _log_refusal(self, connection: Connection, request: Request, code: ErrorCode) -> None:
        """Let the operator know who is kept out, and why; a flood of one network is logged in part."""
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
        """Tell all sessions of a person that can be told."""
        self.effects.extend(
            Tell(number, push) for number, session in presence.sessions.items() if session.connection.speaks_v2
        )

    # Time

    def wake_at(self, monotonic_ms: int) -> None:
        """Have a ``Woke`` come by then at the latest."""
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
            or connection.waiting is not None
            or connection.in_flight > self.limits.requests_in_flight_max // 2
        )
        if connection.paused and not waits:
            connection.paused = False
            connection.was_heard(self.now.monotonic_ms)
            self.effects.append(Resume(connection.id))

    def store_asked(self, connection: Connection) -> None:
        """Count a request that waits for the store."""
        connection.in_flight += 1
        if connection.in_flight >= self.limits.requests_in_flight_max:
            self.pause(connection)

    def store_answered(self, connection: Connection) -> None:
        """Count it as answered."""
        connection.in_flight -= 1
        if connection.paused:
            self.resume(connection)
        self.end_if_answered(connection)

    # Ends

    def when_answered(self, connection: Connection, end: Callable[[], None]) -> None:
        """End a connection once the store has answered all it asked for: what it said before counts and comes first."""
        if connection.ending is None:
            connection.ending = end
            self.end_if_answered(connection)
        if connection.ending is not None:
            self.pause(connection)

    def end_if_answered(self, connection: Connection) -> None:
        """End a connection that is to end, if nothing of it waits for the store any more."""
        if connection.ending is not None and not connection.in_flight and connection.waiting is None:
            end, connection.ending = connection.ending, None
            end()

    def close(self, connection: Connection, reason: CloseReason, explanation: str | None = None) -> None:
        """Close a connection; whoever it was must have departed before."""
        self.forget(connection)
        self.effects.append(Close(connection.id, reason, explanation or CLOSES[reason].meaning))

    def forget(self, connection: Connection) -> None:
        """Know nothing of the connection any more."""
        if self.connections.pop(connection.id, None) is None:
            return
        connection.gone = True
        connection.paused = False
        self.unjoined.pop(connection.id, None)
        self.throttled.pop(connection.id, None)
        self.discount(connection)

    def count(self, connection: Connection) -> int:
        """Count a connection for its network; give how many that has now."""
        count = self.addresses[connection.network] = self.addresses.get(connection.network, 0) + 1
        return count

    def discount(self, connection: Connection) -> None:
        """Count a connection for its network no longer."""
        self.addresses[connection.network] -= 1
        if not self.addresses[connection.network]:
            del self.addresses[connection.network]

    # People

    def meant_by(self, name: str, *, exactly: bool = False) -> list[Uid]:
        """Return the peers whose nickname looks like this one; ``exactly``: those who spell it so, if there are any."""
        alike = sorted(self.nicknames.get(nickname_key(name), ()))
        if exactly:
            return [uid for uid in alike if self.peers[uid].nickname == name] or alike
        return alike

    def name(self, presence: Presence) -> None:
        """Note that a peer goes by its nickname."""
        self.nicknames.setdefault(nickname_key(presence.nickname), set()).add(presence.uid)

    def unname(self, presence: Presence) -> None:
        """Note that it does no longer."""
        key = nickname_key(presence.nickname)
        namesakes = self.nicknames[key]
        namesakes.discard(presence.uid)
        if not namesakes:
            del self.nicknames[key]

    # Rooms

    def load(self, info: Room, members: Iterable[Uid], *, but: Uid | None = None) -> LiveRoom:
        """Return the loaded direct or group room; if it was not loaded, load it.

        Those of its members who are here come in, all ``but`` one whom the caller lets in.
        """
        loaded = self.rooms.get(info.room)
        if loaded is None:
            loaded = self.rooms[info.room] = LiveRoom(info, frozenset(members))
            for uid in loaded.members:
                self.memberships.setdefault(uid, set()).add(loaded.id)
                presence = self.peers.get(uid)
                if presence is not None and uid != but:
                    self.enter(presence, loaded, Membership(uid=uid), announced=False)
        return loaded

    def load_named(self, info: Room) -> LiveRoom:
        """Return the loaded named room, with these settings."""
        loaded = self.rooms.get(info.room)
        if loaded is None:
            loaded = self.rooms[info.room] = LiveRoom(info)
        loaded.set_info(info)
        return loaded

    def enter(self, presence: Presence, room: LiveRoom, membership: Membership, *, announced: bool) -> None:
        """Put a person into a room's audience, on all of its devices."""
        known = presence.uid in room.here
        room.here[presence.uid] = membership
        if known:
            return
        presence.rooms.add(room.id)
        for session in presence.sessions.values():
            self.enter_session(session, room, announced=announced)

    def enter_session(self, session: Session, room: LiveRoom, *, announced: bool) -> None:
        """Put one device into a room's audience."""
        if room.info.kind is RoomKind.NAMED and not session.connection.speaks_v2:
            return
        if not announced:
            room.unannounced.add(session.connection.id)
        self.effects.append(Enter(session.connection.id, session.uid, (room.id,)))

    def exit(self, presence: Presence, room: LiveRoom) -> None:
        """Take a person out of a room's audience, on all of its devices."""
        if room.here.pop(presence.uid, None) is None:
            return
        presence.rooms.discard(room.id)
        for connection in presence.sessions:
            room.unannounced.discard(connection)
            self.effects.append(Exit(connection, room.id))
        self.unload_if_empty(room)

    def unload_if_empty(self, room: LiveRoom) -> None:
        """Forget a room that nobody here is in."""
        if room.here or room.id == LOBBY:
            return
        del self.rooms[room.id]
        for uid in room.members:
            self.memberships[uid].discard(room.id)
            if not self.memberships[uid]:
                del self.memberships[uid]

    def members_of(self, room: LiveRoom) -> tuple[Peer, ...]:
        """Return a room's members with the nicknames of those who are here; who is away goes by the UID."""
        here = self.peers
        return tuple(
            here[uid].as_peer() if uid in here else Peer(uid=uid, nickname=uid) for uid in sorted(room.members)
        )


REFUSALS_LOGGED_BURST: Final = 60
"""Refused JOINs and wrong secrets of one network that are logged at once."""
REFUSALS_LOGGED_PER_SECOND: Final = 1
_WRONG_SECRETS: Final = frozenset({ErrorCode.PASSWORD_WRONG, ErrorCode.CODE_WRONG})

_LOBBY: Final = Room(room=LOBBY, kind=RoomKind.LOBBY)


def _id_of(request: Request) -> str | None:
    return getattr(request, "request_id", None)
