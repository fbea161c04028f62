"""What an operator should know about a server: one check after another, each with a verdict and what to do.

The checks change nothing but a file of their own that they remove, and may run beside the server.
"""

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec

import muca
from muca.model.replies import ServerInfo
from muca.server.backup import backups_in
from muca.server.certificates import CertificateUnusable, expiry_of, given_identity
from muca.server.config import SETTINGS, Config
from muca.server.environment import unknown
from muca.storage.sqlite.database_file import FILE_NAME, look_at
from muca.storage.sqlite.snapshot import newest_ms
from muca.storage.store import StoreUnusable

_T = TypeVar("_T")
Severity: TypeAlias = Literal["ok", "warning", "error"]

SYNCS: Final = 15
SYNC_SECONDS: Final = 0.03
"""A slower disk is a reason for late messages."""
FREE_BYTES: Final = 1 << 30
LEAST_FREE_BYTES: Final = 64 << 20
DESCRIPTORS: Final = 4_096
EXPIRES_DAYS: Final = 14
OVERDUE: Final = 1.5
"""A backup is late after so many intervals."""
ANSWER_SECONDS: Final = 5.0
_ANSWER_BYTES_MAX: Final = 1 << 20


class Verdict(NamedTuple):
    """The result of a check."""

    check: str
    state: Severity
    text: str
    """A sentence; for a warning or error, it says what to do."""


def examine(config: Config) -> Iterator[Verdict]:
    """Check a server on its own machine."""
    for check in CHECKS:
        yield from check(config)


def _settings(config: Config) -> Iterator[Verdict]:
    strange = unknown(os.environ, SETTINGS)
    if strange:
        yield Verdict("settings", "warning", f"Nothing reads {', '.join(strange)}; correct or unset them.")
    else:
        yield Verdict("settings", "ok", "The settings are valid; “muca config” shows them.")


def _database(config: Config) -> Iterator[Verdict]:
    file = config.data_path / FILE_NAME
    try:
        look_at(file)
    except StoreUnusable as error:
        yield Verdict("database", "error", f"{error}.")
        return
    if not file.exists():
        yield Verdict("database", "warning", f"There is no database in {config.data_path} yet; start the server once.")
        return
    yield Verdict("database", "ok", f"{file} can be opened; “muca check” reads all of it.")


def _clock(config: Config) -> Iterator[Verdict]:
    with contextlib.suppress(StoreUnusable):  # the check of the database says so
        if (config.data_path / FILE_NAME).exists():
            behind_seconds = newest_ms(config.data_path / FILE_NAME) / 1_000 - time.time()
            if behind_seconds > 1:
                text = f"The clock is {behind_seconds:,.0f} s behind the newest message; set it, for example with NTP."
                yield Verdict("clock", "error", text)
            else:
                yield Verdict("clock", "ok", f"It is {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC.")


def _space(config: Config) -> Iterator[Verdict]:
    place = next(path for path in (config.data_path, *config.data_path.parents) if path.exists())
    free = shutil.disk_usage(place).free
    state: Severity = "error" if free < LEAST_FREE_BYTES else "warning" if free < FREE_BYTES else "ok"
    advice = "" if state == "ok" else "; free some space, or move the data folder to a larger disk"
    yield Verdict("space", state, f"{free / 1e9:,.1f} GB are free{advice}.")


def _disk(config: Config) -> Iterator[Verdict]:
    """Measure how long a commit waits for the disk."""
    if not config.data_path.is_dir():
        return
    took: list[float] = []
    try:
        with tempfile.NamedTemporaryFile(dir=config.data_path, prefix="muca-doctor-") as probe:
            for _ in range(SYNCS):
                probe.write(bytes(4_096))
                probe.flush()
                began = time.perf_counter()
                os.fsync(probe.fileno())
                took.append(time.perf_counter() - began)
    except OSError as error:
        text = f"{config.data_path} cannot be written: {error.strerror}; check its permissions and the disk."
        yield Verdict("disk", "error", text)
        return
    median = statistics.median(took)
    slow = median > SYNC_SECONDS
    advice = ", so messages arrive late; use a faster disk" if slow else ""
    yield Verdict("disk", "warning" if slow else "ok", f"A commit waits {median * 1_000:.1f} ms for the disk{advice}.")


def _descriptors(config: Config) -> Iterator[Verdict]:
    if sys.platform == "win32":
        return
    import resource

    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if allowed == resource.RLIM_INFINITY or allowed >= DESCRIPTORS:
        yield Verdict("open files", "ok", "Enough open files are allowed for thousands of connections.")
    else:
        text = f"Only {allowed} open files are allowed, one for each connection; raise “ulimit -n” or LimitNOFILE."
        yield Verdict("open files", "warning", text)


def _certificate(config: Config) -> Iterator[Verdict]:
    if not config.tls:
        yield Verdict("certificate", "warning", "TLS is off, so others on the network can read along; set tls = true.")
        return
    own = config.data_path / "tls" / "cert.pem"
    chain = Path(config.tls_certificate).expanduser() if config.tls_certificate is not None else own
    if chain == own and not own.exists():
        yield Verdict("certificate", "ok", "The server makes its own certificate when it starts.")
        return
    try:
        if config.tls_key is not None:
            given_identity(chain, Path(config.tls_key).expanduser(), datetime.now(UTC))
        days = (expiry_of(chain) - datetime.now(UTC)).days
    except CertificateUnusable as error:
        yield Verdict("certificate", "error", str(error))
        return
    if days < EXPIRES_DAYS:
        advice = "renew it, and send the server SIGHUP" if chain != own else "start the server, which renews it"
        yield Verdict("certificate", "warning", f"The certificate expires in {days} days; {advice}.")
    else:
        yield Verdict("certificate", "ok", f"The certificate is valid for {days} days.")


def _backups(config: Config) -> Iterator[Verdict]:
    if config.backup is None:
        yield Verdict("backups", "warning", "No backups are made; add the table [backup] to muca.toml.")
        return
    try:
        newest = max((at for at, _ in backups_in(config.backup.path)), default=None)
    except OSError as error:
        yield Verdict("backups", "error", f"{config.backup.path}: {error.strerror}; the log says backup_failed.")
        return
    if newest is None:
        yield Verdict("backups", "error", f"There is no backup in {config.backup.path}; the log says backup_failed.")
        return
    hours = (time.time() - newest) / 3_600
    late = hours > config.backup.every_hours * OVERDUE
    advice = "; the log says backup_failed, and why" if late else ""
    yield Verdict("backups", "error" if late else "ok", f"The newest backup is {hours:,.1f} hours old{advice}.")


def _server(config: Config) -> Iterator[Verdict]:
    host = "127.0.0.1" if config.host in {None, "0.0.0.0", "::"} else config.host or ""
    yield from examine_server(host, config.port)


CHECKS: Final[tuple[Callable[[Config], Iterator[Verdict]], ...]] = (
    *(_settings, _database, _clock, _space, _disk, _descriptors, _certificate, _backups, _server),
)


def examine_server(host: str, port: int) -> Iterator[Verdict]:
    """Check a server from outside, without joining."""
    try:
        status, health = _ask(host, port, "/healthz", dict[str, str])
        _, server = _ask(host, port, "/server", ServerInfo)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        text = (
            f"No muca server answers at {host}, port {port} ({reason}); start it, or check the address and firewalls."
        )
        yield Verdict("server", "error", text)
        return
    if status == 200:
        yield Verdict("server", "ok", f"“{server.name}” answers at {host}, port {port}.")
    else:
        yield Verdict("server", "error", f"The server does not work properly: {health.get('TEXT')}")
    if server.version != muca.__version__:
        text = (
            f"The server runs muca {server.version}, this is {muca.__version__}; after an update, restart the server."
        )
        yield Verdict("version", "warning", text)
    else:
        yield Verdict("version", "ok", f"The server runs muca {server.version}.")
    tls = server.tls
    if tls is None:
        yield Verdict("TLS", "warning", "The server offers no TLS, so others on the network can read along.")
        return
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it may have its own authority
    try:
        with socket.create_connection((host, tls.port), ANSWER_SECONDS) as plain, context.wrap_socket(plain):
            yield Verdict("TLS", "ok", f"Port {tls.port} speaks TLS; the key is {tls.fingerprint}.")
    except OSError as error:
        text = f"Port {tls.port} does not speak TLS ({error.strerror or error}); check firewalls and port forwarding."
        yield Verdict("TLS", "error", text)


def _ask(host: str, port: int, path: str, kind: type[_T]) -> tuple[int, _T]:
    """Ask over HTTP. Raises ``OSError``, ``HTTPException`` and ``MsgspecError``."""
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, msgspec.json.decode(answer.read(_ANSWER_BYTES_MAX), type=kind)
    finally:
        connection.close()
