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
    """A running server: ``port`` it listens on, ``broken`` when it must end because of its disk."""

    def __init__(self, runtime: Runtime, port: int) -> None:
        self.port = port
        self.broken = runtime.broken


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
    """Serve until SIGINT or SIGTERM. ``greet`` is told the port once people can connect.

    Gives False when the server ended by itself, because its disk can no longer be trusted.
    """
    log = structlog.get_logger()
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = asyncio.Event()
    _on_stop_signals(stop)
    async with running(config) as server:
        greet(server.port)
        log.info("serving", port=server.port, data=str(config.data_path))
        server.broken.add_done_callback(lambda _: stop.set())
        await stop.wait()
        log.info("stopping")
        return not server.broken.done()


def _on_stop_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except (NotImplementedError, RuntimeError):  # Windows' stdlib loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
