"""The runtime passes inputs to the Hub and carries out its effects. One instance per process, in the event loop."""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from muca.core import Hub
from muca.core.effects import (
    AnswerHttp,
    Begin,
    Close,
    Deliver,
    Effect,
    EnterAudience,
    ExitAudience,
    Hash,
    Note,
    Pause,
    ReadStore,
    Release,
    Reserve,
    Resume,
    Tell,
    WakeAt,
    Write,
)
from muca.core.inputs import (
    Broke,
    Closed,
    HttpBegan,
    HttpEnded,
    Input,
    Instant,
    Opened,
    Reserved,
    Stopping,
    StorageChanged,
    Woke,
)
from muca.core.reservations import Reservations
from muca.model.errors import CLOSES, CloseReason
from muca.model.facts import Wanted
from muca.model.files import FileInfo
from muca.model.ids import ConnectionId
from muca.model.pushes import Bye, PeerChanged
from muca.model.queries import Query
from muca.model.replies import ServerInfo
from muca.model.storage import Decide, Guard, Look, LookResult, Retention, Rule, StoreBroken, WriteResult
from muca.server.bell import Bell
from muca.server.cautious_clock import LOST_MS, CautiousClock, elapsed_ms, wall_ms
from muca.server.conditions import Conditions
from muca.server.config import Config
from muca.server.connection import ConnectionProtocol, Lend
from muca.server.figures import Figures
from muca.server.files.folder import FileFolder
from muca.server.outbox import Outbox
from muca.server.passwords import Passwords
from muca.server.store_threads import StoreThreads
from muca.server.waking_clock import Timer, WakingClock
from muca.storage.store import Store


class Runtime:
    """Drives one Hub.

    A tick is everything that the event loop does until it calls ``_end_tick``: inputs are handled
    at once, output is gathered and written at the end of the tick, and the tick's writes become one commit.
    Others may query ``hub``, but inputs must go through ``take``.
    """

    def __init__(
        self, store: Store, config: Config, server: ServerInfo, folder: FileFolder, link: Callable[[FileInfo], str]
    ) -> None:
        self._limits = limits = config.limits
        self._log = structlog.get_logger().bind()  # once, as it takes as long as half a SEND
        self._loop = asyncio.get_running_loop()
        self.clock = WakingClock()
        self.hub = Hub(limits, server, lambda: secrets.token_urlsafe(24), secrets_over_plain=config.secrets_over_plain)
        self.trusted_proxies = config.trusted_proxies
        self._lived_ms = (store.tended_ms or 0) - elapsed_ms()
        self.figures = Figures()
        self.conditions = Conditions(lambda fault: self.take(StorageChanged(fault)))
        self._outbox = Outbox(
            self.hub.peers,
            limits.unread_bytes_max,
            self.clock.now_ms,
            limits.presence_interval_ms,
            link,
            self.figures,
        )
        retention = Retention(
            days=config.keep_days, events=config.keep_events, upload_seconds=limits.upload_kept_seconds
        )
        self.store = StoreThreads(
            store,
            self.take,
            self._store_broke,
            limits.commit_writes_max,
            limits.gather_ms / 1_000,
            retention,
            folder.tend,
            CautiousClock(store.tended_ms).now_ms,
            self.figures,
            self.conditions,
        )
        self._bell = Bell(config.data_path, self.store.look_outside)
        self._reservations = Reservations()
        self._passwords = Passwords(self.take, limits.passwords_waiting_max)
        self.connections: dict[ConnectionId, ConnectionProtocol] = {}
        self._connections_made = 0
        self._http_turns: dict[ConnectionId, asyncio.Future[None]] = {}
        self._closing: list[ConnectionProtocol] = []
        self._now: Instant | None = None
        self._stopping = False
        self._all_closed = asyncio.Event()
        self._alarm: Timer | None = None
        self._next_presence: Timer | None = None
        self.broken: asyncio.Future[StoreBroken] = self._loop.create_future()
        """Done when the disk can no longer be trusted."""
        self._perform: dict[type[Effect], Callable[[Any], None]] = {
            Tell: self._tell,
            Deliver: self._deliver,
            EnterAudience: self._enter,
            ExitAudience: self._exit,
            Write: self.store.write,
            ReadStore: self.store.read,
            Hash: self._passwords.hash,
            Reserve: self._reserve,
            Begin: self._begin,
            Release: self._release,
            AnswerHttp: self._answer_http,
            Pause: self._pause,
            Resume: self._resume,
            Close: self._close,
            WakeAt: self._wake_at,
            Note: self._note,
        }
        self.take(Woke())

    def _utc_ms(self) -> int:
        """Return the machine's time or, if its clock is invalid, the time by this server's own clock."""
        now_ms, lived_ms = wall_ms(), self._lived_ms + elapsed_ms()
        return now_ms if now_ms > lived_ms - LOST_MS else lived_ms

    def new_connection(self, lend: Lend) -> ConnectionProtocol:
        """Create the protocol of an accepted transport; ``lend`` takes it over for HTTP."""
        self._connections_made += 1
        return ConnectionProtocol(self._connections_made, self._limits, self, lend)

    def announce(self, server: ServerInfo) -> None:
        """Change what JOIN tells clients about the server."""
        self.hub.announce(server)

    def http_began(self, connection: ConnectionId) -> asyncio.Future[None]:
        """Register an HTTP request; the returned future is done when it may be answered."""
        turn = self._http_turns[connection] = self._loop.create_future()
        self.take(HttpBegan(connection))
        return turn

    def http_ended(self, connection: ConnectionId) -> None:
        """Register that an HTTP request was answered, or that nobody waits for the answer any more."""
        self._http_turns.pop(connection, None)
        self.take(HttpEnded(connection))

    def opened(self, connection: ConnectionProtocol, address: str, secure: bool) -> None:
        """Register a new connection, unless the server is about to stop."""
        if self._stopping:
            connection.abort()
            return
        self.connections[connection.id] = connection
        self.take(Opened(connection.id, address, connection.dialect.abilities, secure))

    def closed(self, connection: ConnectionProtocol) -> None:
        """Register that a connection was closed."""
        if self.connections.pop(connection.id, None) is not None:
            self.store.forget(connection.id)
            self._passwords.forget(connection.id)
            self.take(Closed(connection.id))
        if self._stopping and not self.connections:
            self._all_closed.set()

    def is_behind(self, connection: ConnectionProtocol) -> None:
        """Register that a connection has much unread data."""
        self._outbox.watch(connection)

    async def decide(self, connection: ConnectionId, wanted: Wanted, rule: Rule) -> WriteResult:
        """Let the store decide, for an HTTP request."""
        return await self.store.decide(connection, Decide(wanted=wanted, rule=rule, ts_ms=self._utc_ms()))

    async def look(self, connection: ConnectionId, wanted: Wanted, guard: Guard, query: Query) -> LookResult:
        """Let the store read something, for an HTTP request."""
        return await self.store.look(connection, Look(wanted=wanted, guard=guard, query=query, ts_ms=self._utc_ms()))

    def say(self, connection: ConnectionProtocol, words: bytes) -> None:
        """Send bytes at the end of the tick, in order with other output."""
        self._outbox.say(connection, words)

    def take(self, *inputs: Input) -> None:
        """Pass inputs to the Hub one by one, and carry out their effects, each by itself.

        A bug in the handling of an input or in an effect closes the connection that it belongs to, and nothing else.
        """
        if self._now is None:
            self._now = Instant(self.clock.now_ms(), self._utc_ms())
            self._loop.call_soon(self._end_tick)
        now, handle, perform = self._now, self.hub.handle, self._perform
        for happened in inputs:
            try:
                effects = handle(happened, now)
            except Exception:
                self._log.exception("request_failed", connection=getattr(happened, "connection", None))
                self._break(happened)
                continue
            failed: list[Effect] | None = None
            for effect in effects:
                try:
                    perform[type(effect)](effect)
                except Exception:
                    name, number = type(effect).__name__, getattr(effect, "connection", None)
                    self._log.exception("effect_failed", effect=name, connection=number)
                    failed = [*(failed or ()), effect]
            if failed is not None:
                for effect in failed:  # after the others, which come before what this leads to
                    self._break(effect)

    def _break(self, failed: Input | Effect) -> None:
        """End the connection of an input or effect that failed."""
        connection = self.connections.get(getattr(failed, "connection", 0))
        if connection is None:
            return
        if isinstance(failed, Broke):  # the Hub cannot even end it
            connection.abort()
        else:
            self.take(Broke(connection.id, CloseReason.SERVER_ERROR))

    def _end_tick(self) -> None:
        self._now = None
        for number, reason in self._outbox.flush().items():
            self.take(Broke(number, reason))
        due_ms = self._outbox.due_ms
        if due_ms is not None and self._next_presence is None and not self._stopping:
            delay_ms = due_ms - self.clock.now_ms()
            self._next_presence = self.clock.call_later(delay_ms / 1_000, self._send_presence)
        closing, self._closing = self._closing, []
        for connection in closing:
            try:
                connection.close()
            except Exception:
                self._log.exception("closing_failed", connection=connection.id)
                connection.abort()
        self.store.commit()

    def _send_presence(self) -> None:
        self._next_presence = None
        self._end_tick()

    # Effects

    def _tell(self, effect: Tell) -> None:
        connection = self.connections.get(effect.connection)
        if connection is not None:
            self._outbox.tell(connection, effect.message)

    def _deliver(self, effect: Deliver) -> None:
        self._outbox.deliver(effect.room, effect.push)
        if type(effect.push) is PeerChanged:
            self._log.info("peer", change=effect.push.change.value, uid=effect.push.uid, nickname=effect.push.nickname)

    def _enter(self, effect: EnterAudience) -> None:
        connection = self.connections.get(effect.connection)
        if connection is not None:
            connection.dialect.joined()
            self._outbox.enter(connection, effect.uid, effect.rooms)

    def _exit(self, effect: ExitAudience) -> None:
        self._outbox.exit(effect.connection, effect.room)

    def _reserve(self, effect: Reserve) -> None:
        self._answer_reservations(self._reservations.reserve(effect))

    def _begin(self, effect: Begin) -> None:
        self._answer_reservations(self._reservations.begin(effect.connection))

    def _release(self, effect: Release) -> None:
        self._answer_reservations(self._reservations.release(effect.connection))

    def _answer_reservations(self, answers: list[tuple[Reserve, bool]]) -> None:
        for asked, granted in answers:
            self.take(Reserved(asked, granted))

    def _answer_http(self, effect: AnswerHttp | Close) -> None:
        turn = self._http_turns.pop(effect.connection, None)
        if turn is not None and not turn.done():
            turn.set_result(None)

    def _pause(self, effect: Pause) -> None:
        connection = self.connections.get(effect.connection)
        if connection is not None:
            connection.pause()

    def _resume(self, effect: Resume) -> None:
        connection = self.connections.get(effect.connection)
        if connection is not None and not self._stopping:
            connection.resume()

    def _close(self, effect: Close) -> None:
        connection = self.connections.get(effect.connection)
        if connection is None:
            return
        self._closing.append(connection)  # first: it closes even if BYE cannot be encoded
        self._answer_http(effect)  # nothing else would answer it
        bye = Bye(code=effect.reason, explanation=effect.explanation, resume=CLOSES[effect.reason].may_resume)
        self._outbox.tell(connection, bye)
        self._outbox.say(connection, connection.dialect.end(effect.reason))
        self.figures.closes[effect.reason] += 1
        if effect.reason is not CloseReason.LEFT:
            self._log.info("connection_closed", connection=effect.connection, reason=effect.reason.value)

    def _wake_at(self, effect: WakeAt) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        delay_ms = effect.monotonic_ms - self.clock.now_ms()
        self._alarm = self.clock.call_later(delay_ms / 1_000, partial(self.take, Woke()))

    def _note(self, effect: Note) -> None:
        self._log.info(effect.event, **effect.facts)

    # Ends

    def _store_broke(self, error: StoreBroken) -> None:
        self._log.critical("store_broken", error=str(error))
        if not self.broken.done():
            self.broken.set_result(error)

    def abort(self) -> None:
        """Stop waiting for clients that are still reading."""
        for connection in list(self.connections.values()):
            connection.abort()

    async def stop(self) -> None:
        """Stop reading, commit what came in, send BYE, and wait until clients have read it, within the time limit."""
        self._stopping = True
        for connection in self.connections.values():
            connection.pause()
        await self.store.drain()
        self.take(Stopping())
        for timer in (self._alarm, self._next_presence):
            if timer is not None:
                timer.cancel()
        if self.connections:
            await self._all_closed.wait()
        await self.store.drain()
        self._bell.close()
        self.store.stop()
        self._passwords.stop()
        self.clock.stop()
