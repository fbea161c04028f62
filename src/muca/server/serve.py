"""The life of a server: start up, serve, shut down."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
import structlog

import muca
from muca.model.replies import ServerInfo, TlsInfo
from muca.model.storage import StoreError
from muca.server import systemd
from muca.server.accepting import Acceptor
from muca.server.backups import backing_up
from muca.server.certificates import Certificates, Identity, given_identity
from muca.server.config import Config
from muca.server.files.folder import FileFolder
from muca.server.files.links import Links, link_secret
from muca.server.listeners import CannotListen, bind, bound_buffers, prepare
from muca.server.own_certificate import names_of_this_host, own_identity
from muca.server.ownership import new_owner_code
from muca.server.reach import link_base, page_urls
from muca.server.runtime import Runtime
from muca.server.tls import TlsTransport
from muca.server.web.app import Web
from muca.server.web.hosts import Hosts
from muca.storage.sqlite.database_file import unusable_because
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable

SWITCH_SECONDS = 0.000_5
"""The thread switch interval: how long a busy event loop may make the writer thread wait, some six times per commit."""
GARBAGE_OBJECTS = 50_000
"""Allocations before Python's garbage collector runs: more than the requests of one commit, which are no garbage."""


class Server:
    """A running server.

    ``owner_code``: the code for becoming the owner, while there is none. ``port``: its port. ``tls_port``: the one
    for TLS, if any, and ``certificates``: those used there. ``broken``: done when the server must end due to its disk.
    ``abort()``: makes a server that is stopping not wait for its clients any more.
    """

    def __init__(
        self,
        runtime: Runtime,
        code: str | None,
        port: int,
        tls_port: int | None = None,
        certificates: Certificates | None = None,
    ) -> None:
        self.owner_code = code
        self.port = port
        self.tls_port = tls_port
        self.certificates = certificates
        self.broken = runtime.broken
        self.abort = runtime.abort

    def reload(self) -> None:
        """Reload what may change while the server runs: the certificate, if there is one."""
        if self.certificates is not None:
            self.certificates.reload()
        else:
            structlog.get_logger().info("nothing_to_read_again", hint="TLS is off; settings are read only at start")


@contextlib.asynccontextmanager
async def running(config: Config, page: Path | None = None) -> AsyncIterator[Server]:
    """Serve while the context is open; then stop accepting, commit what came in, and close every connection.

    ``page`` is the folder of the page for browsers.

    Raises CannotListen, StoreUnusable and CertificateUnusable before anything has started.
    """
    with contextlib.ExitStack() as resources:
        sockets, tls_sockets = _bind_all(resources, config)
        store = resources.enter_context(contextlib.closing(SqliteStore.open(config.data_path)))
        folder, links = _files(config, _port(sockets))
        code = _owner_code(config, store)
        info = ServerInfo(
            id=store.server_id,
            name=config.name,
            version=muca.__version__,
            epoch=store.epoch.id,
            former_epoch=store.epoch.former,
            policy=config.policy,
        )
        if store.epoch.is_new and store.epoch.former is not None:
            structlog.get_logger().warning("new_epoch", epoch=store.epoch.id, former=store.epoch.former)
        if store.epoch.replaces:
            hint = "if you did not remove the previous database, stop the server and restore a backup"
            structlog.get_logger().warning("database_new", folder=str(config.data_path), hint=hint)
        if not tls_sockets:
            runtime = Runtime(store, config, info, folder, links.link)
            urls = partial(page_urls, config, _port(sockets), None)
            web = Web(runtime, config, page, folder, links, urls, Hosts(config, frozenset))
            async with _listening(config, runtime, web, sockets):
                yield Server(runtime, code, _port(sockets))
            return

        def with_tls(fingerprint: str) -> ServerInfo:
            tls = TlsInfo(port=_port(tls_sockets), fingerprint=fingerprint, own=config.tls_certificate is None)
            return msgspec.structs.replace(info, tls=tls)

        def new_tls_connection() -> TlsTransport:
            connection, context = runtime.new_connection(web.lend), certificates.identity.context
            seconds, call_later = config.limits.join_seconds, runtime.clock.call_later
            return TlsTransport(context, connection, seconds, call_later, connection.take_off_header)

        certificates = Certificates(_reader(config), lambda fingerprint: runtime.announce(with_tls(fingerprint)))
        resources.callback(certificates.stop)
        runtime = Runtime(store, config, with_tls(certificates.identity.fingerprint), folder, links.link)
        urls = partial(page_urls, config, _port(sockets), _port(tls_sockets))
        hosts = Hosts(config, lambda: certificates.identity.names)
        web = Web(runtime, config, page, folder, links, urls, hosts)
        async with _listening(config, runtime, web, sockets, (new_tls_connection, tls_sockets)):
            yield Server(runtime, code, _port(sockets), _port(tls_sockets), certificates)


def _owner_code(config: Config, store: SqliteStore) -> str | None:
    """Create a code for becoming the owner, if the server has none. Raises StoreUnusable."""
    try:
        return new_owner_code(store)
    except StoreError as error:
        raise StoreUnusable(config.data_path, unusable_because(error)) from error


def _files(config: Config, port: int) -> tuple[FileFolder, Links]:
    """Return the folder of files, and the maker of links to them. Raises StoreUnusable."""
    place = config.data_path / "files"

    try:
        secret = link_secret(config.data_path / "link-secret")
        return FileFolder(place), Links(secret, partial(link_base, config, port), config.limits.link_seconds, time.time)
    except OSError as error:
        raise StoreUnusable(place, f"cannot be used for files: {error.strerror or error}") from error


def _bind_all(resources: contextlib.ExitStack, config: Config) -> tuple[list[socket.socket], list[socket.socket]]:
    """Bind the sockets without and with TLS, unless systemd has done so. Raises CannotListen."""
    plain, tls = (_kept(resources, config, passed) for passed in _passed())
    for bound in (*plain, *tls):
        prepare(bound)
    tls_port = config.tls_port_to_bind if config.tls else 0
    sockets = plain or _kept(resources, config, bind(config.host, config.port, taken=tls_port))
    if not config.tls:
        return sockets, []
    return sockets, tls or _kept(resources, config, bind(config.host, tls_port, "--tls-port", taken=config.port))


def _passed() -> tuple[list[socket.socket], list[socket.socket]]:
    try:
        return systemd.take_sockets()
    except OSError as error:
        raise CannotListen(f"systemd has passed something that is no socket: {error.strerror}.") from error


def _kept(resources: contextlib.ExitStack, config: Config, sockets: list[socket.socket]) -> list[socket.socket]:
    """Limit the buffers of connections that these sockets accept, and close the sockets at the end."""
    for bound in sockets:
        resources.callback(bound.close)
        bound_buffers(bound, config.limits.socket_buffer_bytes)
    return sockets


def _port(sockets: list[socket.socket]) -> int:
    return int(sockets[0].getsockname()[1])


def _reader(config: Config) -> Callable[[datetime], Identity]:
    """Return the function that reads the certificate: the operator's or the server's own."""
    if config.tls_certificate is not None and config.tls_key is not None:
        certificate, key = Path(config.tls_certificate).expanduser(), Path(config.tls_key).expanduser()
        return lambda now: given_identity(certificate, key, now)
    data, authority = config.data_path, config.authority_path
    if authority.resolve().is_relative_to(data.resolve()):
        hint = "backups of the data folder contain the authority's key; set tls_authority to another folder"
        structlog.get_logger().warning("authority_key_in_data_folder", folder=str(authority), hint=hint)
    return lambda now: own_identity(data / "tls", authority, names_of_this_host(config.host), now)


@contextlib.asynccontextmanager
async def _listening(
    config: Config,
    runtime: Runtime,
    web: Web,
    sockets: list[socket.socket],
    *others: tuple[Callable[[], asyncio.Protocol], list[socket.socket]],
) -> AsyncIterator[None]:
    """Accept connections, without TLS on ``sockets``, and make backups, while the context is open.

    Then stop the runtime.
    """
    await web.start()
    doors = [(lambda: runtime.new_connection(web.lend), sockets), *others]
    acceptor = Acceptor()
    accepting = asyncio.gather(*(acceptor.accept(bound, new) for new, sockets in doors for bound in sockets))
    try:
        async with backing_up(config.data_path, config.backup, runtime.conditions, runtime.figures):
            yield
    finally:
        accepting.cancel()
        await asyncio.gather(accepting, return_exceptions=True)
        for bound in (bound for _, sockets in doors for bound in sockets):
            bound.close()  # from now on connections are refused instead of waiting in vain
        await runtime.stop()
        await web.stop()


async def serve(config: Config, greet: Callable[[Server], None], page: Path | None = None) -> bool:
    """Serve until SIGINT or SIGTERM; a second one stops without waiting. ``greet`` is called once clients can connect.

    SIGHUP means “reload”, whatever the settings: it never ends the server. Returns False if the server ended by
    itself, because its disk can no longer be trusted.
    """
    log = structlog.get_logger()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(GARBAGE_OBJECTS)
    _allow_many_connections(log)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # during the start, everything is read anyway
    stop = asyncio.Event()
    async with running(config, page) as server:
        _on_stop_signals(lambda: server.abort() if stop.is_set() else stop.set())
        if sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _reload, server)
        greet(server)
        log.info("serving", port=server.port, tls_port=server.tls_port, data=str(config.data_path))
        server.broken.add_done_callback(lambda _: stop.set())
        with systemd.serving(server.port):
            await stop.wait()
        log.info("stopping")
        return not server.broken.done()


def _reload(server: Server) -> None:
    with systemd.reloading():
        server.reload()


def _allow_many_connections(log: structlog.typing.FilteringBoundLogger) -> None:
    """Raise the limit of open files as far as allowed: each connection needs one."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):  # macOS reports a hard limit that it does not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        log.debug("open_files", allowed=soft)


def _on_stop_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except (NotImplementedError, RuntimeError):  # the standard library's loop on Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
