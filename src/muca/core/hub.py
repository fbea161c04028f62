"""The Hub turns one input at a time into effects, in order. It owns all live state of one server process.

``REQUESTS`` is the table of all requests: who may send them, their cost and their handler. A new request is an entry in
it and a handler in a module. Every input has its entry in ``Hub._inputs``.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from muca.core import (
    accounts,
    arriving,
    codes,
    joining,
    leaving,
    living,
    messages,
    moderation,
    notices,
    numbers,
    presence,
    reading,
    reports,
    rooms,
    sending,
)
from muca.core.bounds import Bounds
from muca.core.budgets import PASSWORD_COST, cost_of
from muca.core.catching_up import catch_up
from muca.core.effects import AnswerHttp, Effect, ExitAudience
from muca.core.following import follow
from muca.core.inputs import (
    AnyHeard,
    Broke,
    CameFrom,
    Chattered,
    Closed,
    Committed,
    Heard,
    HttpBegan,
    HttpEnded,
    Input,
    Instant,
    Learned,
    Misheard,
    Opened,
    PasswordHashed,
    Reserved,
    Seen,
    Speaks,
    Stopping,
    StorageChanged,
    Woke,
)
from muca.core.life import LIFE, Action, Life
from muca.core.live import Connection, Session
from muca.core.state import State
from muca.core.steps import Handled, finish
from muca.model import requests
from muca.model.errors import CloseReason, ErrorCode
from muca.model.ids import ConnectionId
from muca.model.limits import Limits
from muca.model.replies import ServerInfo
from muca.model.requests import Request
from muca.model.rooms import Peer
from muca.model.storage import Admitted, Refused, news_of

ADDRESS_COST_MAX: Final = 50
"""The maximum that an address is charged for one request."""
FAULT_COST: Final = 2
"""The cost of a frame that is not a request."""
HTTP_COST: Final = 20
"""The cost of an HTTP request."""


class RequestRule(NamedTuple):
    """Who may send a request, its handler and its cost."""

    handle: Callable[[State, Connection, Any], Handled]
    needs_session: bool = True
    cost: int = 1


REQUESTS: Final[dict[type[Request], RequestRule]] = {
    requests.Join: RequestRule(joining.join, needs_session=False, cost=5),
    requests.Ping: RequestRule(living.ping, needs_session=False),
    requests.Pong: RequestRule(living.pong, needs_session=False),
    requests.Leave: RequestRule(leaving.leave),
    requests.Away: RequestRule(presence.away, cost=20),
    requests.Typing: RequestRule(presence.typing),
    requests.Peers: RequestRule(presence.peers, cost=5),
    requests.Send: RequestRule(sending.send),
    requests.Edit: RequestRule(messages.edit, cost=2),
    requests.Delete: RequestRule(messages.delete, cost=2),
    requests.Purge: RequestRule(messages.purge, cost=20),
    requests.React: RequestRule(messages.react, cost=2),
    requests.Unreact: RequestRule(messages.unreact, cost=2),
    requests.Pin: RequestRule(messages.pin, cost=2),
    requests.Unpin: RequestRule(messages.unpin, cost=2),
    requests.Read: RequestRule(messages.read, cost=2),
    requests.History: RequestRule(reading.history, cost=5),
    requests.Search: RequestRule(reading.search, cost=20),
    requests.Versions: RequestRule(reading.versions, cost=2),
    requests.Pins: RequestRule(reading.pins, cost=5),
    requests.Rooms: RequestRule(reading.rooms, cost=5),
    requests.Members: RequestRule(reading.members, cost=5),
    requests.Create: RequestRule(rooms.create, cost=50),
    requests.Enter: RequestRule(rooms.enter, cost=5),
    requests.Exit: RequestRule(rooms.exit, cost=5),
    requests.Invite: RequestRule(rooms.invite, cost=5),
    requests.Set: RequestRule(rooms.set, cost=5),
    requests.DeleteRoom: RequestRule(rooms.delete_room, cost=50),
    requests.GiveRole: RequestRule(moderation.give_role, cost=5),
    requests.Kick: RequestRule(moderation.kick, cost=5),
    requests.Mute: RequestRule(moderation.mute, cost=5),
    requests.Unmute: RequestRule(moderation.unmute, cost=5),
    requests.Ban: RequestRule(moderation.ban, cost=5),
    requests.Unban: RequestRule(moderation.unban, cost=5),
    requests.Bans: RequestRule(moderation.bans, cost=5),
    requests.Report: RequestRule(reports.report, cost=5),
    requests.Reports: RequestRule(reports.reports, cost=5),
    requests.Resolve: RequestRule(reports.resolve, cost=5),
    requests.Audit: RequestRule(reports.audit, cost=5),
    requests.Numbers: RequestRule(numbers.numbers, cost=20),
    requests.Ignore: RequestRule(reports.ignore, cost=2),
    requests.Unignore: RequestRule(reports.unignore, cost=2),
    requests.Register: RequestRule(accounts.register, needs_session=False, cost=PASSWORD_COST),
    requests.Password: RequestRule(accounts.set_password, cost=PASSWORD_COST),
    requests.DeleteAccount: RequestRule(accounts.delete_account, cost=PASSWORD_COST),
    requests.Devices: RequestRule(accounts.devices, cost=2),
    requests.Revoke: RequestRule(accounts.revoke, cost=5),
    requests.Handover: RequestRule(codes.hand_over, cost=5),
    requests.Invitation: RequestRule(codes.invitation, cost=5),
    requests.Invitations: RequestRule(codes.invitations, cost=5),
    requests.Withdraw: RequestRule(codes.withdraw, cost=5),
    requests.Claim: RequestRule(codes.claim, cost=5),
}


class Hub:
    """Turns inputs into effects.

    Args:
        limits: all limits.
        server: what JOIN tells clients about the server.
        new_secret: returns a fresh random string of at least 128 bits, for session ids, tokens and codes.
        secrets_over_plain: whether passwords, and tokens under any policy, are accepted over connections that can be
            read in transit.
        follows_others: whether news of other servers with the same store come over a network, which may lose some.
    """

    def __init__(
        self,
        limits: Limits,
        server: ServerInfo,
        new_secret: Callable[[], str],
        *,
        secrets_over_plain: bool = False,
        follows_others: bool = False,
    ) -> None:
        self._state = State(
            limits, server, new_secret, secrets_over_plain=secrets_over_plain, follows_others=follows_others
        )
        self._find_fault = Bounds(limits).find_fault
        self._inputs: dict[type[Input], Callable[[Any], None]] = {
            Opened: self._opened,
            CameFrom: self._came_from,
            **dict.fromkeys((Heard, Misheard, HttpBegan, Chattered, Broke, Closed), self._live),
            Speaks: self._speaks,
            HttpEnded: self._http_ended,
            Committed: self._committed,
            Seen: self._answered,
            PasswordHashed: self._answered,
            Reserved: self._answered,
            Learned: self._learned,
            StorageChanged: self._storage_changed,
            Woke: self._woke,
            Stopping: self._stopping,
        }
        self._actions: dict[Action, Callable[[Connection, Any], None]] = {
            Action.HANDLE: self._handle,
            Action.QUEUE: self._queue,
            Action.CHARGE: self._charge,
            Action.END: self._end,
            Action.LOSE: self._lose,
        }

    def handle(self, happened: Input, now: Instant) -> list[Effect]:
        """Process an input and return the effects, in order."""
        state = self._state
        state.now = now
        self._inputs[type(happened)](happened)
        while state.to_heed:
            self._heed(state.to_heed.pop(0))
        if state.lacking_rooms or state.lacking_people or state.must_look_around:
            catch_up(state)
        effects, state.effects = state.effects, []
        return effects

    def peers(self) -> Iterable[Peer]:
        """Return everyone who is joined, in order of joining."""
        return iter(self._state.roster)

    @property
    def server(self) -> ServerInfo:
        """What JOIN tells clients about the server."""
        return self._state.server

    def session_of(self, id_hash: bytes) -> Session | None:
        """Return the live session whose id has this hash (``hash_secret``)."""
        return self._state.sessions.get(id_hash)

    @property
    def peer_count(self) -> int:
        """How many people are online."""
        return len(self._state.roster)

    @property
    def session_count(self) -> int:
        """How many sessions there are."""
        return len(self._state.sessions)

    def accepts_secrets(self, connection: ConnectionId) -> bool:
        """Return whether passwords and codes may be sent over this connection."""
        known = self._state.connections.get(connection)
        return known is not None and self._state.accepts_secrets(known)

    def announce(self, server: ServerInfo) -> None:
        """Change what JOIN tells clients about the server."""
        self._state.server = server

    def _opened(self, opened: Opened) -> None:
        arriving.open_connection(self._state, opened)

    def _came_from(self, came: CameFrom) -> None:
        arriving.relocate(self._state, came)

    def _live(self, happened: AnyHeard | Chattered | Broke | Closed) -> None:
        """Do with a connection's input what the table of its life says."""
        connection = self._state.connections.get(happened.connection)
        action = LIFE[connection.life if connection is not None else Life.GONE, type(happened)]
        if connection is not None and action is not Action.IGNORE:
            connection.was_heard(self._state.now.monotonic_ms)
            self._actions[action](connection, happened)

    def _handle(self, connection: Connection, heard: AnyHeard) -> None:
        if type(heard) is HttpBegan:
            connection.in_flight += 1
        self._take(connection, heard)

    def _queue(self, connection: Connection, heard: AnyHeard) -> None:
        if type(heard) is HttpBegan:
            connection.in_flight += 1
        connection.queue.append(heard)

    def _charge(self, connection: Connection, chattered: Chattered) -> None:
        self._throttle(connection, chattered.frames)

    def _end(self, connection: Connection, broke: Broke) -> None:
        end = leaving.end_now if broke.reason is CloseReason.SERVER_ERROR else leaving.end
        end(self._state, connection, broke.reason, broke.explanation)

    def _lose(self, connection: Connection, _: Closed) -> None:
        connection.gone = True
        if connection.session is None and not connection.held_up:
            self._state.drop_queue(connection)  # nobody receives the answers, so nothing of it is done
        leaving.end(self._state, connection, CloseReason.LEFT)

    def _speaks(self, changed: Speaks) -> None:
        state = self._state
        connection = state.connections.get(changed.connection)
        if connection is not None:
            connection.abilities = changed.abilities
            if state.unjoined.pop(connection.id, None) is not None:  # it counts as a new unjoined connection
                connection.opened_ms = state.now.monotonic_ms
                state.unjoined[connection.id] = connection

    def _http_ended(self, ended: HttpEnded) -> None:
        connection = self._state.connections.get(ended.connection)
        if connection is not None:
            self._state.store_answered(connection)

    def _take(self, connection: Connection, heard: AnyHeard) -> None:
        now_ms, session = self._state.now.monotonic_ms, connection.session
        if connection.address_budget.is_overdrawn(now_ms) or (
            session is not None and session.presence.budget.is_overdrawn(now_ms)
        ):  # by other connections
            connection.queue.insert(0, heard)
            self._throttle(connection, 0)
        elif isinstance(heard, Heard):
            self._request(connection, heard)
        elif isinstance(heard, HttpBegan):
            self._throttle(connection, HTTP_COST)
            self._state.effects.append(AnswerHttp(connection.id))
        else:
            self._fault(connection, heard)

    def _request(self, connection: Connection, heard: Heard) -> None:
        request, is_answered = heard.request, connection.abilities.is_answered
        fault = self._find_fault(heard, is_answered=is_answered)
        if fault is not None:
            if is_answered or isinstance(request, requests.Join):
                self._fault(connection, fault)
            return
        connection.faults = 0
        rule = REQUESTS[type(request)]
        self._throttle(connection, cost_of(request, rule.cost))
        if rule.needs_session and connection.session is None:
            self._state.fail(connection, request, Refused(code=ErrorCode.NOT_JOINED))
        else:
            handled = rule.handle(self._state, connection, request)
            if handled is not None:
                finish(self._state, connection, request, handled)

    def _throttle(self, connection: Connection, cost: int) -> None:
        """Charge a cost to all budgets, and pause the connection if one of them is in debt."""
        state = self._state
        now_ms = state.now.monotonic_ms
        wait_ms = connection.budget.charge(cost, now_ms)
        # Passwords have a fair queue of their own for each network: they must not use up the budget of an address.
        if (due_ms := connection.address_budget.charge(min(cost, ADDRESS_COST_MAX), now_ms)) > wait_ms:
            wait_ms = due_ms
        session = connection.session
        if session is not None and (due_ms := session.presence.budget.charge(cost, now_ms)) > wait_ms:
            wait_ms = due_ms
        if wait_ms:
            if cost:
                state.turns += 1
                connection.turn = state.turns
            connection.throttled_until_ms = now_ms + wait_ms
            state.throttled[connection.id] = connection
            state.pause(connection)
            state.wake_at(now_ms + wait_ms)

    def _fault(self, connection: Connection, fault: Misheard) -> None:
        self._throttle(connection, FAULT_COST)
        self._state.fail_id(connection.id, fault.answers, fault.code, fault.explanation)
        connection.faults += 1
        if connection.faults >= self._state.limits.faults_max:
            leaving.end(self._state, connection, CloseReason.BAD_FRAME, "Too many frames in a row were not requests.")

    def _heed(self, connection: Connection) -> None:
        """Handle what is queued, until there is another reason to wait; then go on reading, or end."""
        ending = connection.ending
        while connection.queue and not connection.must_wait:
            self._take(connection, connection.queue.pop(0))
            if connection.ending is not ending:  # nothing after LEAVE counts
                connection.queue.clear()
        self._state.resume(connection)
        self._state.end_if_answered(connection)

    def _committed(self, done: Committed) -> None:
        """Answer who asked, and follow what happened.

        A reply comes before the pushes that follow from it. Only a session begins in the state that its JOIN led to.
        """
        if isinstance(done.result, Admitted):
            follow(self._state, done.result.news)
            done.asked.then(done.result)
            return
        try:
            done.asked.then(done.result)
        finally:  # it has happened, even if answering fails
            follow(self._state, news_of(done.result))

    @staticmethod
    def _answered(answer: Seen | PasswordHashed | Reserved) -> None:
        answer.asked.then(answer.result)  # type: ignore[arg-type]  # each input matches its effect

    def _learned(self, learned: Learned) -> None:
        follow(self._state, learned.news)

    def _storage_changed(self, changed: StorageChanged) -> None:
        notices.storage_changed(self._state, changed)

    def _woke(self, _: Woke) -> None:
        living.wake(self._state)

    def _stopping(self, _: Stopping) -> None:
        # Nobody hears that the others leave, or each of n clients would get up to n pushes before its BYE.
        self._state.effects += map(ExitAudience, self._state.connections)
        for connection in list(self._state.connections.values()):
            leaving.end_now(self._state, connection, CloseReason.SERVER_STOPPING)
