"""Drives a link: opens connections, reads and writes bytes, runs the timer, delivers answers. Part of ``Client``.

After the first JOIN one task owns the connection. ``connect()`` starts it and ``close()`` waits for its end. Whatever
happens is told to the link inside ``with self._driving()``, which then carries out what the link has decided: it
writes, delivers answers, wakes waiting tasks and re-arms the timer.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Final, Self, TypeVar

from muca.client.address import Address
from muca.client.asking import Asking
from muca.client.errors import CannotConnect, CertificateChanged, MucaError, NotConnected, NotSupported
from muca.client.events import AnyEvent
from muca.client.files import HttpPlace
from muca.client.joining import Channel, Instance, TlsOffer
from muca.client.link import Link, LinkState
from muca.client.outbox import OUTBOX_MAX
from muca.client.tls import Tls, Trust, Way, choose_way, open_way
from muca.client.tokens import KeyPin, TokenStore
from muca.client.transport import TcpTransport
from muca.model.ids import Uid
from muca.model.requests import Request
from muca.model.wire import Wire

_log: Final = logging.getLogger("muca.client")

CLOSE_SECONDS: Final = 1.0
"""Time that ``close()`` waits for the server to close its side."""

ONE_CONSUMER: Final = "another consumer already reads this client's events; only one can at a time"

OTHER_LOOP: Final = (
    "this client belongs to the event loop in which it connected: use it there, or use BlockingClient, which any "
    "thread may call (asyncio.run() begins a new loop each time, and so does the child of a fork)"
)

_D = TypeVar("_D", bound=Wire)


class Driver(Asking):
    """Carries out the decisions of the link.

    Args:
        link: the state machine.
        address: the server's address.
        uid: the user id that tokens are stored for.
        tokens: the token store.
        tls: whether and when to use TLS.
        trust: how to verify the server, if the program has specified it.
        connect_seconds: the time limit for opening a connection.
    """

    def __init__(
        self,
        link: Link,
        address: Address,
        uid: Uid,
        tokens: TokenStore,
        tls: Tls,
        trust: Trust | None,
        connect_seconds: float,
    ) -> None:
        self._link = link
        self._address = address
        self._uid = uid
        self._tokens = tokens
        self._tls = tls
        self._trust = trust
        self._is_guarded = tls != "never" and trust is None
        """Whether stored keys of servers are checked."""
        self._loop: asyncio.AbstractEventLoop | None = None
        """The event loop in which ``connect()`` was called; everything else belongs to it."""
        self._stays_plain = False
        """Whether TLS was offered but could not be reached."""
        self._connect_seconds = connect_seconds
        self._transport: TcpTransport | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: dict[str, asyncio.Future[Wire]] = {}
        self._places = asyncio.Semaphore(OUTBOX_MAX)
        self._retry = asyncio.Event()
        """Set to try the next connection immediately."""
        self._changed = asyncio.Event()
        """Set when the link's state may have changed or events may be waiting."""
        self._connecting = False
        self._closing = False
        self._has_consumer = False
        """Whether a task waits for the next event."""

    async def connect(self) -> None:
        """Connect and join. May be called again after a failure.

        Raises ``CannotConnect``, ``CertificateChanged``, ``Refused`` (the server does not let this UID in),
        ``NotConnected`` (closed meanwhile) and ``MucaError`` (the token store cannot be used).
        """
        self._check_loop()
        if self._link.state is LinkState.CLOSED:
            raise NotConnected("The client was closed; create a new one.")
        if self._connecting or self._task is not None:
            raise RuntimeError("connect() was called before")
        self._connecting = True
        self._loop = asyncio.get_running_loop()
        try:
            self._link.tokens = await asyncio.to_thread(self._tokens.prepare, str(self._address), self._uid)
            await self._open()
        except BaseException:
            if self._link.state is not LinkState.IDLE:  # it has joined already, so the link can only be ended
                with self._driving() as (link, _):
                    link.leave()
            raise
        finally:
            self._connecting = False
        # It outlives this call, so no TaskGroup can hold it. It reports its own errors, and close() waits for its end.
        self._task = asyncio.create_task(self._stay_connected())  # noqa: TID251

    async def close(self) -> None:
        """Leave and close, within two seconds. Pending requests raise ``NotConnected``. Idempotent."""
        if self._loop is not None and self._loop.is_closed():  # the connection is closed, too
            self._link.leave()
            return
        self._check_loop()
        self._closing = True
        with self._driving() as (link, _):
            link.leave()
        if self._transport is not None:
            await self._transport.finish(CLOSE_SECONDS)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def retry_now(self) -> None:
        """Reconnect now instead of at the next scheduled attempt. While connected, this does nothing."""
        if self._link.state is LinkState.WAITING:
            self._link.forget_failed_tries()
            self._retry.set()

    def events(self) -> AsyncIterator[AnyEvent]:
        """Return the events in order, for one consumer.

        Ends after ``close()``, or when the client gives up (after a ``Disconnected`` without ``retry_seconds``). Raises
        ``RuntimeError`` if another task is waiting for the next event.
        """
        return _Events(self._next_event)

    # The connection

    async def _open(self) -> None:
        """Open a connection, join on it, and store the token. Raises ``MucaError``, which the link already knows of.

        On return, the session is up, or it was lost and must be opened again, or the server asks for a later attempt.
        """
        link = self._link
        try:
            way = self._way(says_password=link.password is not None)
            transport, pin = await self._reach(way)
            await self._join_on(transport, pin)
            if link.offer is not None:
                await self._move(transport, way, link.offer)
            await self._keep_token()
        except BaseException:
            with self._driving() as (link, now):
                link.lost("The attempt to connect was cancelled.", now)
            if self._transport is not None:
                self._transport.abort()
            raise

    def _way(self, *, says_password: bool) -> Way:
        pin = self._link.tokens.pin
        return choose_way(self._address, self._tls, pin, says_password=says_password, trust=self._trust)

    async def _reach(self, way: Way) -> tuple[TcpTransport, KeyPin | None]:
        """Open a connection. Raises ``CannotConnect`` and ``CertificateChanged``, which the link already knows of."""
        try:
            return await open_way(self._address, way, self._connect_seconds)
        except (CannotConnect, CertificateChanged) as error:
            self._give_up(error)
            raise

    def _give_up(self, error: MucaError) -> None:
        with self._driving() as (link, now):
            link.could_not_open(error, now)

    async def _join_on(self, transport: TcpTransport, pin: KeyPin | None, offered_by: Instance | None = None) -> None:
        """Join on this connection, until a session is up or another connection is needed."""
        link = self._link
        if link.state is LinkState.CLOSED:
            transport.abort()
            raise NotConnected("The client was closed.")
        self._transport = transport
        transport.gone.add_done_callback(lambda gone: self._lost(transport, gone.result()))
        may_move = self._tls == "auto" and pin is None and not self._stays_plain
        with self._driving() as (link, now):
            link.opened(now, Channel(pin, self._is_guarded, may_move, offered_by))
            transport.listen(partial(self._received, transport))
        while link.state is LinkState.JOINING and link.offer is None and not link.has_strayed:
            await self._wait_for_change()
        if link.state in {LinkState.IDLE, LinkState.CLOSED} and link.failure is not None:
            raise link.failure

    async def _move(self, plain: TcpTransport, way: Way, offer: TlsOffer) -> None:
        """Continue over TLS, or over plain TCP again if TLS cannot be reached and is not required.

        The first connection stays open until the next one has taken over its session, so others do not see you leave.
        """
        port = offer.pin.port if offer.pin is not None else self._address.port + 1
        announced = offer.pin.fingerprint if offer.pin is not None else None
        better = Way(Address(self._address.host, port), over_tls=True, announced=announced)
        try:
            transport, pin = await open_way(self._address, better, self._connect_seconds)
        except CannotConnect as error:
            if offer.otherwise is not None:
                self._give_up(offer.otherwise)
                raise offer.otherwise from error
            self._stays_plain = True
            transport, pin = await self._reach(way)
        except CertificateChanged as error:
            self._give_up(error)
            raise
        try:
            await self._join_on(transport, pin, offer.by)
            if self._link.has_strayed:
                await self._return(transport, way, offer)
        finally:
            plain.abort()

    async def _return(self, strayed: TcpTransport, way: Way, offer: TlsOffer) -> None:
        """Leave a server that is not the one that has offered TLS, such as a copy of it."""
        try:
            if offer.otherwise is not None:
                self._give_up(offer.otherwise)
                raise offer.otherwise
            self._stays_plain = True
            transport, pin = await self._reach(way)
            await self._join_on(transport, pin)
        finally:
            strayed.abort()

    async def _keep_token(self) -> None:
        credential = self._link.take_credential()
        if credential is None:
            return
        server_id, token, pin = credential
        try:
            await asyncio.to_thread(self._tokens.keep, str(self._address), server_id, self._link.uid, token, pin)
        except MucaError as error:
            with self._driving() as (link, now):
                link.abandon(error, now)
            raise

    async def _stay_connected(self) -> None:
        """Open the next connection whenever the link asks for one."""
        link = self._link
        try:
            while link.state is not LinkState.CLOSED:
                if link.state is LinkState.WAITING:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(link.retry_at - self._now()):
                            await self._retry.wait()
                    self._retry.clear()
                    try:
                        await self._open()
                    except MucaError:
                        continue
                if self._transport is not None:
                    await asyncio.wait([self._transport.gone])
        except Exception:
            _log.exception("the client failed")
            with self._driving() as (link, now):
                link.abandon(MucaError("The client failed; this is a bug in muca."), now)
        finally:
            if self._transport is not None:
                self._transport.abort()

    def _received(self, transport: TcpTransport, data: bytes) -> None:
        if transport is self._transport:
            with self._driving() as (link, now):
                link.received(data, now)

    def _lost(self, transport: TcpTransport, explanation: str) -> None:
        if transport is self._transport:
            with self._driving() as (link, now):
                link.lost(explanation, now)

    # The link

    async def _ask(self, request: Request, kind: type[_D]) -> _D:
        self._check_loop()
        async with self._places:
            with self._driving() as (link, now):
                request_id = link.ask(request, kind, now)
                waiting = self._waiting[request_id] = asyncio.get_running_loop().create_future()
            try:
                answer = await waiting
            finally:
                del self._waiting[request_id]
                self._link.withdraw(request_id)
        assert isinstance(answer, kind)
        return answer

    async def _find_http(self) -> HttpPlace:
        """Return the HTTP address of the current session's server. Over TLS, its certificate is read again."""
        self._check_loop()
        joined = self._link.joined
        if self._link.state is not LinkState.JOINED:
            raise NotConnected("The connection is down; files can be transferred when it is up again.")
        if joined is None:
            raise NotSupported("This first-generation server does not support files.")
        way = self._way(says_password=False)
        if not way.over_tls:
            return HttpPlace(f"http://{way.place}", joined.session)
        transport, _ = await open_way(self._address, way, self._connect_seconds)
        certificate = transport.certificate
        transport.abort()
        return HttpPlace(f"https://{way.place}", joined.session, certificate)

    async def _next_event(self) -> AnyEvent:
        self._check_loop()
        if self._has_consumer:
            raise RuntimeError(ONE_CONSUMER)
        self._has_consumer = True
        try:
            while True:
                with self._driving() as (link, now):
                    event = link.take_event(now)
                if event is not None:
                    return event
                if link.state is LinkState.CLOSED:
                    raise StopAsyncIteration
                await self._wait_for_change()
        finally:
            self._has_consumer = False

    @contextlib.contextmanager
    def _driving(self) -> Iterator[tuple[Link, float]]:
        """Give the link, to be told what has happened, and the time. Then carry out what the link has decided."""
        link = self._link
        try:
            yield link, self._now()
        finally:
            transport = self._transport
            for data in link.take_data():
                if transport is not None:
                    transport.write(data)
            for request_id, answer in link.take_answers():
                waiting = self._waiting.get(request_id)
                if waiting is None or waiting.done():
                    continue
                if isinstance(answer, MucaError):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)
            if transport is not None and not link.is_open and not self._closing:
                transport.abort()
            self._arm(link.wake_at)
            self._changed.set()

    def _arm(self, wake_at: float | None) -> None:
        """Schedule ``_tick`` for ``wake_at``. Waking up early does no harm, so a later time needs no new timer."""
        if self._timer is not None:
            if wake_at is not None and self._timer.when() <= wake_at:
                return
            self._timer.cancel()
            self._timer = None
        if wake_at is not None:
            self._timer = asyncio.get_running_loop().call_at(wake_at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        with self._driving() as (link, now):
            link.tick(now)

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _check_loop(self) -> None:
        """Check that this is the event loop in which ``connect()`` was called. Raises ``RuntimeError``."""
        if self._loop not in {None, asyncio.get_running_loop()}:
            raise RuntimeError(OTHER_LOOP)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


class _Events:
    """An iterator over the results of a function. Unlike a generator, it need not be closed when abandoned."""

    def __init__(self, next_event: Callable[[], Awaitable[AnyEvent]]) -> None:
        self._next_event = next_event

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AnyEvent:
        return await self._next_event()
