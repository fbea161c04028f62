"""The asyncio client: carries out what the link decides.

One task owns the connection from the first JOIN on; ``connect()`` starts it and ``close()`` waits for its end. Whoever
calls the link, calls ``_follow`` next, which writes, answers, wakes and re-arms the one timer.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import MappingProxyType
from typing import Final, Self

from muca.client.address import parse_address
from muca.client.errors import CannotConnect, MucaError, NotConnected
from muca.client.events import Event
from muca.client.link import Link, State
from muca.client.outbox import OUTBOX_MAX, Answer
from muca.client.tokens import FileTokenStore, TokenStore
from muca.client.transport import TcpTransport, open_tcp
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import Message
from muca.model.replies import Page
from muca.model.requests import History, Send
from muca.model.rooms import Peer, Room

_log: Final = logging.getLogger("muca.client")

CLOSE_SECONDS: Final = 1.0
"""How long ``close()`` waits for the server to close its side."""


class Client:
    """A person (or bot) in the chat of one server, of either generation.

    Args:
        address: ``host``, ``host:port`` or ``[::1]:port``; the port is 40452 when left out. Raises ``ValueError``.
        uid: the user id to speak for.
        nickname: what others see.
        tokens: where the secrets are kept that prove who owns a UID; None: the person's own file.
        reconnect: whether to come back by itself when the connection breaks.
        connect_seconds: how long opening a connection may take, the look-up of the name included.

    A client belongs to one event loop and one task at a time may read its events. Once closed it stays closed.
    """

    def __init__(
        self,
        address: str = "localhost:40452",
        *,
        uid: Uid,
        nickname: str,
        tokens: TokenStore | None = None,
        reconnect: bool = True,
        connect_seconds: float = 2.0,
    ) -> None:
        self._address = parse_address(address)
        self._uid = uid
        self._nickname = nickname
        self._tokens = tokens if tokens is not None else FileTokenStore()
        self._connect_seconds = connect_seconds
        self._link = Link(uid=uid, nickname=nickname, reconnect=reconnect, random=random.SystemRandom())
        self._transport: TcpTransport | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: dict[str, asyncio.Future[Message | Page]] = {}
        self._places = asyncio.Semaphore(OUTBOX_MAX)
        self._retry = asyncio.Event()
        """Set when the next connection is to be tried at once."""
        self._changed = asyncio.Event()
        """Set when the link's state may have changed or events may be waiting."""
        self._connecting = False
        self._closing = False

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def address(self) -> str:
        """The server's address, always with its port."""
        return str(self._address)

    @property
    def uid(self) -> Uid:
        """The user id this client speaks for."""
        return self._uid

    @property
    def nickname(self) -> str:
        """What others see."""
        return self._nickname

    @property
    def connected(self) -> bool:
        """Whether the session is up now."""
        return self._link.state is State.JOINED

    @property
    def v(self) -> int | None:
        """2, or 1 with a first-generation server; None without a session."""
        return self._link.v

    @property
    def peers(self) -> MappingProxyType[Uid, Peer]:
        """Who is here now, in order of joining, oneself included. A live view; empty without a session."""
        return self._link.peers

    @property
    def rooms(self) -> MappingProxyType[RoomId, Room]:
        """The own rooms. A live view; empty with a first-generation server, which has none."""
        return self._link.rooms

    async def connect(self) -> None:
        """Connect and join. After a failure it may be called again.

        Raises ``CannotConnect``, ``Refused`` (the server does not let this UID in), ``NotConnected`` (closed meanwhile)
        and ``MucaError`` (the token store cannot be used).
        """
        if self._link.state is State.CLOSED:
            raise NotConnected("The client was closed; make a new one.")
        if self._connecting or self._task is not None:
            raise RuntimeError("connect() was called before")
        self._connecting = True
        try:
            self._link.tokens = await asyncio.to_thread(self._tokens.prepare, self.address, self._uid)
            await self._open()
        except BaseException:
            if self._link.state is not State.IDLE:  # it was joined already: then it cannot be undone, only ended
                self._link.leave()
                self._follow()
            raise
        finally:
            self._connecting = False
        # It outlives this call, so no TaskGroup can hold it: it reports its own errors, and close() waits for its end.
        self._task = asyncio.create_task(self._stay_connected())  # noqa: TID251

    async def close(self) -> None:
        """Leave and close, within two seconds. What still waits for an answer raises ``NotConnected``. Idempotent."""
        self._closing = True
        self._link.leave()
        self._follow()
        if self._transport is not None:
            await self._transport.finish(CLOSE_SECONDS)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def retry_now(self) -> None:
        """After a break, do not wait for the next try: come back at once. Without a break it does nothing."""
        if self._link.state is State.WAITING:
            self._link.forget_failed_tries()
            self._retry.set()

    async def send(self, text: str, to: Sequence[str] = (), *, room: RoomId | None = None) -> Message:
        """Write a message to everyone, to some (``to``: UIDs or nicknames), or into a room; give it back as stored.

        While the connection is down it waits, and after the reconnect asks again under the same ID, so that the message
        is stored once. With a first-generation server it returns when the message is written, without ``seq``.
        When cancelled, the message is not written (again); if it was written before, the server may have stored it.

        Raises ``Refused`` and ``NotConnected``.
        """
        if isinstance(to, str):
            raise TypeError("to is a list of user ids or nicknames, not one string")
        if room is not None and to:
            raise ValueError("a message goes to some people or into a room, not both")
        answer = await self._ask(Send(text=text, recipients=tuple(to) if room is None else None, room=room))
        assert isinstance(answer, Message)
        return answer

    async def history(
        self, room: RoomId, *, after: Seq | None = None, before: Seq | None = None, limit: int = 50
    ) -> Page:
        """Read a room's log: after a SEQ, before a SEQ, or its newest page; at most ``limit`` events, oldest first.

        Raises ``Refused``, ``NotSupported`` (a first-generation server) and ``NotConnected``.
        """
        answer = await self._ask(History(room=room, after=after, before=before, limit=limit))
        assert isinstance(answer, Page)
        return answer

    def events(self) -> AsyncIterator[Event]:
        """Give what happens, in order, for one consumer.

        Ends after ``close()``, or when the client gives up (after a ``Disconnected`` without ``retry_seconds``).
        """
        return _Events(self._next_event)

    # The connection

    async def _open(self) -> None:
        """Open a connection, join on it, and keep the token. Raises ``MucaError``; the link has taken note of it.

        When it returns, the session is up, or was and is to be opened again, or the server wants to be asked later.
        """
        link = self._link
        try:
            transport = await open_tcp(self._address, self._received, self._connect_seconds)
        except CannotConnect as error:
            link.could_not_open(error, self._now())
            self._follow()
            raise
        try:
            if link.state is State.CLOSED:
                raise NotConnected("The client was closed.")
            self._transport = transport
            transport.gone.add_done_callback(lambda gone: self._lost(transport, gone.result()))
            link.opened(self._now())
            self._follow()
            while link.state is State.JOINING:
                await self._wait_for_change()
            if link.state in {State.IDLE, State.CLOSED} and link.failure is not None:
                raise link.failure
            await self._keep_token()
        except BaseException:
            link.lost("The try to connect was given up.", self._now())
            transport.abort()
            raise

    async def _keep_token(self) -> None:
        credential = self._link.take_credential()
        if credential is None:
            return
        server_id, token = credential
        try:
            await asyncio.to_thread(self._tokens.keep, self.address, server_id, self._uid, token)
        except MucaError as error:
            self._link.abandon(error, self._now())
            self._follow()
            raise

    async def _stay_connected(self) -> None:
        """Open the next connection whenever the link wants one."""
        link = self._link
        try:
            while link.state is not State.CLOSED:
                if link.state is State.WAITING:
                    await self._wait_for_the_next_try()
                    try:
                        await self._open()
                    except MucaError:
                        continue
                if self._transport is not None:
                    await asyncio.wait([self._transport.gone])
        except Exception:
            _log.exception("the client failed")
            link.abandon(MucaError("The client failed; this is a defect of muca."), self._now())
            self._follow()
        finally:
            if self._transport is not None:
                self._transport.abort()

    async def _wait_for_the_next_try(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._link.retry_at - self._now()):
                await self._retry.wait()
        self._retry.clear()

    def _received(self, data: bytes) -> None:
        self._link.received(data, self._now())
        self._follow()

    def _lost(self, transport: TcpTransport, explanation: str) -> None:
        if transport is self._transport:
            self._link.lost(explanation, self._now())
            self._follow()

    # The link

    async def _ask(self, request: Send | History) -> Message | Page:
        async with self._places:
            request_id = self._link.ask(request, self._now())
            answer: asyncio.Future[Message | Page] = asyncio.get_running_loop().create_future()
            self._waiting[request_id] = answer
            try:
                self._follow()
                return await answer
            finally:
                del self._waiting[request_id]
                self._link.withdraw(request_id)

    async def _next_event(self) -> Event:
        while True:
            event = self._link.take_event(self._now())
            self._follow()
            if event is not None:
                return event
            if self._link.state is State.CLOSED:
                raise StopAsyncIteration
            await self._wait_for_change()

    def _follow(self) -> None:
        """Do what the link has decided."""
        link, transport = self._link, self._transport
        for data in link.take_data():
            if transport is not None:
                transport.write(data)
        for request_id, answer in link.take_answers():
            self._hand_out(request_id, answer)
        if transport is not None and not link.is_open and not self._closing:
            transport.abort()
        self._arm(link.wake_at)
        self._changed.set()

    def _hand_out(self, request_id: str, answer: Answer) -> None:
        waiting = self._waiting.get(request_id)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, MucaError):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    def _arm(self, wake_at: float | None) -> None:
        """Have ``_tick`` called by then. A timer that is early does no harm, so a later time needs no new one."""
        if self._timer is not None:
            if wake_at is not None and self._timer.when() <= wake_at:
                return
            self._timer.cancel()
            self._timer = None
        if wake_at is not None:
            self._timer = asyncio.get_running_loop().call_at(wake_at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._link.tick(self._now())
        self._follow()

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


class _Events:
    """An iterator over what a function gives. Unlike a generator it needs no closing when it is left half-way."""

    def __init__(self, next_event: Callable[[], Awaitable[Event]]) -> None:
        self._next_event = next_event

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        return await self._next_event()
