"""The client for threads: the asyncio client in an event loop of its own, in a daemon thread of its own."""

import asyncio
import logging
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, Final, Self, TypeVar

from muca.client.client import Client
from muca.client.errors import NotConnected
from muca.client.events import Event
from muca.client.tokens import TokenStore
from muca.model.ids import RoomId, Seq, Uid
from muca.model.pushes import Message
from muca.model.replies import Page
from muca.model.rooms import Peer, Room

_log: Final = logging.getLogger("muca.client")

_T = TypeVar("_T")


class BlockingClient:
    """``Client`` for programs without an event loop: the same methods, which wait. Any thread may call them.

    Each ``post_…`` method does the same without waiting, and gives a future. The arguments are those of ``Client``.
    The thread ends with ``close()``, or when nothing refers to the object any more.
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
        self._client = Client(
            address,
            uid=uid,
            nickname=nickname,
            tokens=tokens,
            reconnect=reconnect,
            connect_seconds=connect_seconds,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_run, args=(self._loop,), name=f"muca client {uid}", daemon=True)
        self._thread.start()
        self._stop = weakref.finalize(self, self._loop.call_soon_threadsafe, self._loop.stop)
        self._closing = threading.Lock()
        self._closed: Future[None] | None = None

    def __enter__(self) -> Self:
        try:
            self.connect()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What Client has, too

    @property
    def address(self) -> str:
        """The server's address, always with its port."""
        return self._client.address

    @property
    def uid(self) -> Uid:
        """The user id this client speaks for."""
        return self._client.uid

    @property
    def nickname(self) -> str:
        """What others see."""
        return self._client.nickname

    @property
    def connected(self) -> bool:
        """Whether the session is up now."""
        return self._client.connected

    @property
    def v(self) -> int | None:
        """2, or 1 with a first-generation server; None without a session."""
        return self._client.v

    @property
    def peers(self) -> Mapping[Uid, Peer]:
        """Who is here now, in order of joining, oneself included. A copy."""
        return self._client.peers.copy()

    @property
    def rooms(self) -> Mapping[RoomId, Room]:
        """The own rooms. A copy; empty with a first-generation server, which has none."""
        return self._client.rooms.copy()

    def connect(self) -> None:
        """Connect and join. Raises as ``Client.connect`` does."""
        self._wait(self.post_connect())

    def close(self) -> None:
        """Leave, close, and end the thread, within two seconds. Idempotent."""
        self._wait(self.post_close())
        self._thread.join()

    def send(self, text: str, to: Sequence[str] = (), *, room: RoomId | None = None) -> Message:
        """Write a message, and give it back as stored. Raises as ``Client.send`` does."""
        return self._wait(self.post_send(text, to, room))

    def history(self, room: RoomId, *, after: Seq | None = None, before: Seq | None = None, limit: int = 50) -> Page:
        """Read a page of a room's log. Raises as ``Client.history`` does."""
        return self._wait(self.post_history(room, after=after, before=before, limit=limit))

    def events(self) -> Iterator[Event]:
        """Give what happens, in order, for one consumer. Ends after ``close()``, or when the client gives up."""
        events = self._client.events()
        while True:
            try:
                coming = self._post(_next(events))
                try:
                    event = self._wait(coming)
                finally:
                    coming.cancel()  # after Ctrl+C the next event is not this call's to take
            except (StopAsyncIteration, NotConnected):
                return
            yield event

    # Without waiting

    def subscribe(self, callback: Callable[[Event], None]) -> None:
        """Have each event given to a function, instead of ``events()``.

        It is called in the client's thread, which does nothing else meanwhile: it must be quick, and use the ``post_…``
        methods only. An exception in it is logged, and the next event comes all the same.
        """
        self._post(_pass_on(self._client.events(), callback))

    def post_connect(self) -> Future[None]:
        """Connect and join. Cancelled when the client is closed meanwhile."""
        return self._post(self._client.connect())

    def post_close(self) -> Future[None]:
        """Leave and close; the thread ends afterwards."""
        with self._closing:
            if self._closed is None:
                self._stop.detach()
                self._closed = asyncio.run_coroutine_threadsafe(self._client.close(), self._loop)
                self._closed.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._loop.stop))
            return self._closed

    def retry_now(self) -> None:
        """After a break, do not wait for the next try: come back at once. Without a break it does nothing."""
        self._loop.call_soon_threadsafe(self._client.retry_now)

    def post_send(self, text: str, to: Sequence[str] = (), room: RoomId | None = None) -> Future[Message]:
        """Write a message."""
        return self._post(self._client.send(text, to, room=room))

    def post_history(
        self, room: RoomId, *, after: Seq | None = None, before: Seq | None = None, limit: int = 50
    ) -> Future[Page]:
        """Read a page of a room's log."""
        return self._post(self._client.history(room, after=after, before=before, limit=limit))

    def _post(self, coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
        with self._closing:
            if self._closed is None:
                return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        coroutine.close()
        raise NotConnected("The client was closed.")

    def _wait(self, future: Future[_T]) -> _T:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a callback must not wait for its own thread: use the post_ methods")
        try:
            return future.result()
        except CancelledError as error:
            raise NotConnected("The client was closed.") from error


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Be the thread. It must not refer to the client, so that the client's end can end it."""
    try:
        loop.run_forever()
        loop.run_until_complete(_cancel_tasks())
    finally:
        # Unlike asyncio.run this does not wait for the threads that look names up: they can take half a minute.
        loop.close()


async def _cancel_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    await asyncio.sleep(0)  # connections that the tasks let go of are closed in the loop's next round


async def _next(events: AsyncIterator[Event]) -> Event:
    return await anext(events)


async def _pass_on(events: AsyncIterator[Event], callback: Callable[[Event], None]) -> None:
    async for event in events:
        try:
            callback(event)
        except Exception:
            _log.exception("a subscriber failed")
