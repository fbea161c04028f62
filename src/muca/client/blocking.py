"""The client for threads: the asyncio client, with its own event loop in its own daemon thread."""

import asyncio
import functools
import logging
import os
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from muca.client.client import Client
from muca.client.driving import ONE_CONSUMER
from muca.client.errors import NotConnected
from muca.client.events import AnyEvent
from muca.client.tls import Tls
from muca.client.tokens import TokenStore
from muca.model.ids import RoomId, Uid
from muca.model.replies import Joined
from muca.model.roles import Role
from muca.model.rooms import Peer, Room

_log: Final = logging.getLogger("muca.client")

FORKED: Final = (
    "this client was created before the process forked, and its thread is in the parent; create one in the child"
)

_T = TypeVar("_T")
_P = ParamSpec("_P")


def _both(
    method: Callable[Concatenate[Client, _P], Coroutine[Any, Any, _T]],
) -> tuple[Callable[Concatenate["BlockingClient", _P], _T], Callable[Concatenate["BlockingClient", _P], Future[_T]]]:
    """Turn a method of ``Client`` into one that blocks and one that returns a future."""

    def post(self: "BlockingClient", /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        return self._post(method(self._client, *args, **kwargs))

    def wait(self: "BlockingClient", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return self._wait(post(self, *args, **kwargs))

    functools.update_wrapper(post, method).__name__ = f"post_{method.__name__}"
    functools.update_wrapper(wait, method)
    return wait, post


def _alone(function: Callable[_P, Coroutine[Any, Any, _T]]) -> Callable[_P, _T]:
    """Turn a coroutine function into one that blocks, with its own event loop."""

    def wait(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(function(*args, **kwargs))
        with ThreadPoolExecutor(1) as elsewhere:  # a notebook runs its cells in an event loop
            return elsewhere.submit(lambda: asyncio.run(function(*args, **kwargs))).result()

    return functools.update_wrapper(wait, function)


class BlockingClient:
    """``Client`` for programs without an event loop: it has the same methods, but they block. Any thread may call them.

    For each method except ``register`` there is a ``post_…`` method that returns a future instead of blocking.
    Arguments and errors are those of ``Client``. ``post_connect`` is cancelled if the client is closed meanwhile. The
    thread ends with ``close()``, or when the object is garbage-collected.
    """

    def __init__(
        self,
        address: str = "localhost",
        *,
        uid: Uid,
        nickname: str,
        tokens: TokenStore | None = None,
        password: str | None = None,
        device: str | None = None,
        tls: Tls = "auto",
        ca: "str | os.PathLike[str] | None" = None,
        fingerprint: str | None = None,
        reconnect: bool = True,
        connect_seconds: float = 2.0,
    ) -> None:
        self._client = Client(
            address,
            uid=uid,
            nickname=nickname,
            tokens=tokens,
            password=password,
            device=device,
            tls=tls,
            ca=ca,
            fingerprint=fingerprint,
            reconnect=reconnect,
            connect_seconds=connect_seconds,
        )
        self._process = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_run, args=(self._loop,), name=f"muca client {uid}", daemon=True)
        self._thread.start()
        self._stop = weakref.finalize(self, self._loop.call_soon_threadsafe, self._loop.stop)
        self._closing = threading.Lock()
        self._closed: Future[None] | None = None
        self._consuming = threading.Lock()
        """Held by the thread that waits for the next event."""

    def __enter__(self) -> Self:
        try:
            self.connect()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # As in Client

    @property
    def address(self) -> str:
        """The server's address, always with its port."""
        return self._client.address

    @property
    def uid(self) -> Uid:
        """The user id of this client."""
        return self._client.uid

    @property
    def nickname(self) -> str:
        """The name that others see."""
        return self._client.nickname

    @property
    def connected(self) -> bool:
        """Whether the session is up."""
        return self._client.connected

    @property
    def v(self) -> int | None:
        """2, or 1 with a first-generation server; None without a session."""
        return self._client.v

    @property
    def peers(self) -> Mapping[Uid, Peer]:
        """The people who are online, including you, in order of joining. A copy."""
        return self._client.peers.copy()

    @property
    def rooms(self) -> Mapping[RoomId, Room]:
        """Your rooms. A copy; empty with a first-generation server, which has none."""
        return self._client.rooms.copy()

    @property
    def away(self) -> frozenset[Uid]:
        """The peers who are away."""
        return self._client.away

    @property
    def ignores(self) -> frozenset[Uid]:
        """The people you ignore."""
        return self._client.ignores

    @property
    def role(self) -> Role | None:
        """Your role on the server; None without a session, or with a first-generation server."""
        return self._client.role

    @property
    def joined(self) -> Joined | None:
        """The result of the last JOIN, without the token."""
        return self._client.joined

    connect, post_connect = _both(Client.connect)
    send, post_send = _both(Client.send)
    upload, post_upload = _both(Client.upload)
    download, post_download = _both(Client.download)
    edit, post_edit = _both(Client.edit)
    delete, post_delete = _both(Client.delete)
    purge, post_purge = _both(Client.purge)
    react, post_react = _both(Client.react)
    unreact, post_unreact = _both(Client.unreact)
    pin, post_pin = _both(Client.pin)
    unpin, post_unpin = _both(Client.unpin)
    mark_read, post_mark_read = _both(Client.mark_read)
    mark_unread, post_mark_unread = _both(Client.mark_unread)
    typing, post_typing = _both(Client.typing)
    history, post_history = _both(Client.history)
    search, post_search = _both(Client.search)
    versions, post_versions = _both(Client.versions)
    pins, post_pins = _both(Client.pins)
    report, post_report = _both(Client.report)

    create_room, post_create_room = _both(Client.create_room)
    list_rooms, post_list_rooms = _both(Client.list_rooms)
    enter, post_enter = _both(Client.enter)
    exit, post_exit = _both(Client.exit)
    delete_room, post_delete_room = _both(Client.delete_room)
    invite, post_invite = _both(Client.invite)
    set_room, post_set_room = _both(Client.set_room)
    members, post_members = _both(Client.members)

    give_role, post_give_role = _both(Client.give_role)
    kick, post_kick = _both(Client.kick)
    mute, post_mute = _both(Client.mute)
    unmute, post_unmute = _both(Client.unmute)
    ban, post_ban = _both(Client.ban)
    unban, post_unban = _both(Client.unban)
    bans, post_bans = _both(Client.bans)
    reports, post_reports = _both(Client.reports)
    resolve, post_resolve = _both(Client.resolve)
    audit, post_audit = _both(Client.audit)
    numbers, post_numbers = _both(Client.numbers)

    set_away, post_set_away = _both(Client.set_away)
    ignore, post_ignore = _both(Client.ignore)
    unignore, post_unignore = _both(Client.unignore)
    set_password, post_set_password = _both(Client.set_password)
    delete_account, post_delete_account = _both(Client.delete_account)
    devices, post_devices = _both(Client.devices)
    revoke, post_revoke = _both(Client.revoke)
    create_invitation, post_create_invitation = _both(Client.create_invitation)
    invitations, post_invitations = _both(Client.invitations)
    withdraw, post_withdraw = _both(Client.withdraw)
    claim_server, post_claim_server = _both(Client.claim_server)

    register = staticmethod(_alone(Client.register))

    def close(self) -> None:
        """Leave, close the connection and end the thread, within two seconds. Idempotent."""
        self._wait(self.post_close())
        self._thread.join()

    def events(self) -> Iterator[AnyEvent]:
        """Return the events in order, for one consumer. Ends after ``close()``, or when the client gives up.

        Raises ``RuntimeError`` after ``subscribe()``, and while another thread waits for the next event.
        """
        if self._consuming.locked():
            raise RuntimeError(ONE_CONSUMER)
        return self._each_event()

    def _each_event(self) -> Iterator[AnyEvent]:
        events = self._client.events()
        while True:
            if not self._consuming.acquire(blocking=False):
                raise RuntimeError(ONE_CONSUMER)
            try:
                coming = self._post(_next(events))
                try:
                    event = self._wait(coming)
                finally:
                    coming.cancel()  # after Ctrl+C this call must not take the next event
            except (StopAsyncIteration, NotConnected):
                return
            finally:
                self._consuming.release()
            yield event

    # Without blocking

    def subscribe(self, callback: Callable[[AnyEvent], None]) -> None:
        """Call a function with each event, instead of ``events()``.

        The function runs in the client's thread and blocks it. So it must return quickly, and may only use the
        ``post_…`` methods. Its exceptions are logged, and do not stop further events. Raises ``RuntimeError`` if there
        is a subscriber already, and while a thread waits in ``events()``.
        """
        if not self._consuming.acquire(blocking=False):  # never released
            raise RuntimeError(ONE_CONSUMER)
        self._post(_pass_on(self._client.events(), callback))

    def post_close(self) -> Future[None]:
        """Leave and close the connection; the thread then ends."""
        if os.getpid() != self._process:
            raise RuntimeError(FORKED)
        with self._closing:
            if self._closed is None:
                self._stop.detach()
                self._closed = asyncio.run_coroutine_threadsafe(self._client.close(), self._loop)
                self._closed.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._loop.stop))
            return self._closed

    def retry_now(self) -> None:
        """Reconnect now instead of at the next scheduled attempt. While connected, this does nothing."""
        self._loop.call_soon_threadsafe(self._client.retry_now)

    def _post(self, coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
        if os.getpid() != self._process:  # a fork does not copy threads
            coroutine.close()
            raise RuntimeError(FORKED)
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
    """Run the thread. It must not refer to the client, so that garbage collection of the client can end it."""
    try:
        loop.run_forever()
        loop.run_until_complete(_cancel_tasks())
    finally:
        # Unlike asyncio.run, do not wait for the threads that resolve names: they can take half a minute.
        loop.close()


async def _cancel_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    await asyncio.sleep(0)  # connections dropped by the tasks are closed in the loop's next iteration


async def _next(events: AsyncIterator[AnyEvent]) -> AnyEvent:
    return await anext(events)


async def _pass_on(events: AsyncIterator[AnyEvent], callback: Callable[[AnyEvent], None]) -> None:
    async for event in events:
        try:
            callback(event)
        except Exception:
            _log.exception("a subscriber failed")
