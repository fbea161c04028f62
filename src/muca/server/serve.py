"""The life of a server: start up, serve, shut down."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable

import structlog

import muca
from muca.model.replies import ServerInfo
from muca.server.config import Config
from muca.server.listeners import bind
from muca.server.runtime import Runtime
from muca.storage.sqlite import SqliteStore

SWITCH_SECONDS = 0.000_5
"""How long a busy event loop may keep the writer thread waiting for the interpreter, some six times a commit."""


class Server:
    """A running server.

    ``port`` it listens on; ``broken`` is done when it must end because of its disk; ``abort()`` has a server that is
    stopping wait for no reader any more.
    """

    def __init__(self, runtime: Runtime, port: int) -> None:
        self.port = port
        self.broken = runtime.broken
        self.abort = runtime.abort


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator[Server]:
    """Serve while the context is open; then stop accepting, commit what came in, and close every connection.

    Raises CannotListen and StoreUnusable before anything has started.
    """
    sockets = bind(config.host, config.port)
    try:
        store = SqliteStore.open(config.data_path)
    except BaseException:
        for bound in sockets:
            bound.close()
        raise
    try:
        info = ServerInfo(id=store.server_id, name=config.name, version=muca.__version__)
        runtime = Runtime(store, config.limits, info)
        loop = asyncio.get_running_loop()
        listeners = [await loop.create_server(runtime.new_connection, sock=bound) for bound in sockets]
        port: int = sockets[0].getsockname()[1]
        try:
            yield Server(runtime, port)
        finally:
            for listener in listeners:
                listener.close()
            await runtime.stop()
    finally:
        store.close()


async def serve(config: Config, greet: Callable[[int], None]) -> bool:
    """Serve until SIGINT or SIGTERM; a second one waits for nobody. ``greet`` is told the port once people can connect.

    Gives False when the server ended by itself, because its disk can no longer be trusted.
    """
    log = structlog.get_logger()
    sys.setswitchinterval(SWITCH_SECONDS)
    _allow_many_connections(log)
    stop = asyncio.Event()
    async with running(config) as server:
        _on_stop_signals(lambda: server.abort() if stop.is_set() else stop.set())
        greet(server.port)
        log.info("serving", port=server.port, data=str(config.data_path))
        server.broken.add_done_callback(lambda _: stop.set())
        await stop.wait()
        log.info("stopping")
        return not server.broken.done()


def _allow_many_connections(log: structlog.typing.FilteringBoundLogger) -> None:
    """Use all the open files that this account may have: each connection is one."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):  # macOS names a hard limit that it does not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        log.debug("open_files", allowed=soft)


def _on_stop_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except (NotImplementedError, RuntimeError):  # Windows' stdlib loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
