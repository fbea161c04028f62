"""``muca serve``: the server."""

import asyncio
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import Parameter

import muca
from muca.model.addresses import is_local
from muca.model.shell import muca_command
from muca.server.certificates import CertificateUnusable, given_identity
from muca.server.config import SETTINGS, Config, ConfigError, load_config
from muca.server.environment import unknown
from muca.server.listeners import CannotListen, reachable_addresses
from muca.server.logs import LogLevel, configure_logs
from muca.server.loop import loop_factory
from muca.server.reach import in_url
from muca.server.serve import Server
from muca.server.serve import serve as run_server
from muca.storage.sqlite.database_file import FILE_NAME, look_at
from muca.storage.store import StoreUnusable
from muca.ui.web import PAGE


def serve(
    port: int | None = None,
    *,
    host: str | None = None,
    tls: Annotated[bool | None, Parameter(show_default=False)] = None,
    tls_port: int | None = None,
    data: str | None = None,
    config: Annotated[Path | None, Parameter(env_var="MUCA_CONFIG", show_default=False)] = None,
    log_level: Annotated[LogLevel | None, Parameter(show_default=False)] = None,
    check: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Start the server; Ctrl+C stops it.

    Parameters
    ----------
    port
        TCP port for programs and browsers (default: 40452; 0: any free port).
    host
        Name or address of this machine to listen on (default: all interfaces).
    tls
        Listen for TLS connections, too (default: yes).
    tls_port
        TCP port for TLS (default: 40453, or any free port if PORT is 0).
    data
        Folder for the database, files and keys (default: the platform's folder for application data).
    config
        Settings file (muca.toml). Options on the command line override it.
    log_level
        The least severe messages to log (default: info).
    check
        Only check the settings, the certificate and the database, and say what is wrong.
    """
    try:
        overrides = {
            "port": port,
            "host": host,
            "tls": tls,
            "tls_port": tls_port,
            "data": data,
            "log_level": log_level,
        }
        settings = load_config(config, overrides)
        if check:
            return _check(settings)
        configure_logs(settings.log_level)
        for name in unknown(os.environ, SETTINGS):
            structlog.get_logger().warning("variable_unknown", name=name)
        os.umask(0o077)  # files are readable only by this user
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            healthy = runner.run(run_server(settings, lambda server: _greet(settings, server), PAGE))
    except (ConfigError, CannotListen, StoreUnusable, CertificateUnusable) as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    return 0 if healthy else 1


def _check(config: Config) -> int:
    """Check what a start would need, and change nothing. Raises what a start would raise."""
    if config.tls and config.tls_certificate is not None and config.tls_key is not None:
        certificate, key = (Path(path).expanduser() for path in (config.tls_certificate, config.tls_key))
        given_identity(certificate, key, datetime.now(UTC))
    look_at(config.data_path / FILE_NAME)
    print("The settings are valid. “muca config” shows them.")
    return 0


def _greet(config: Config, server: Server) -> None:
    """Print the version, the addresses to give to others, the data folder and how to stop."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # do not fail if the terminal cannot show “”
    everywhere = config.host in {None, "0.0.0.0", "::"}
    addresses = [config.host or ""] if not everywhere else ["localhost", *sorted(reachable_addresses())]
    tls, browser = "", f"  browser   {_places(addresses, server.port, 'http://')}\n"
    if server.tls_port is not None and server.certificates is not None:
        shown = server.certificates.identity.fingerprint
        tls = f"  TLS       {_places(addresses, server.tls_port)}\n            {shown}\n"
        browser += f"            {_places(addresses, server.tls_port, 'https://')}\n"
    owner = (
        "  owner     This server has no owner yet. To become the owner, join in a browser "
        f"and enter {server.owner_code} under Settings, Account (valid for one day).\n"
        if server.owner_code
        else ""
    )
    greeting = (
        f"muca {muca.__version__}, “{config.name}”\n"
        f"{browser}"
        f"  address   {_places(addresses, server.port)}\n"
        f"{tls}"
        f"  desktop   {muca_command('desktop', '--server', _in_place(addresses[0], server.port))}\n"
        f"  data      {config.data_path}\n"
        f"{owner}"
        f"  stop      Ctrl+C"
    )
    try:
        print(greeting, flush=True)
    except OSError:  # serve even if nobody reads the output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _places(addresses: list[str], port: int, scheme: str = "") -> str:
    """List the server's addresses, and mark those that only work on this machine."""
    return ", ".join(
        (f"{scheme}{in_url(address)}:{port}" if scheme else _in_place(address, port))
        + (" (this computer only)" if is_local(address) else "")
        for address in addresses
    )


def _in_place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
