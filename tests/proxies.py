"""Real reverse proxies for tests, with the examples of docs/OPERATING.md: nginx and Caddy, each a child of the test."""

import asyncio
import os
import re
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from muca.server.own_certificate import own_identity
from tests.wire import DEADLINE_SECONDS

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "OPERATING.md"
STREAM_MODULE: Final = "/usr/lib/nginx/modules/ngx_stream_module.so"
WHOLE: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
{more}
events {{ }}
"""
HTTP: Final = """
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""
CADDY: Final = """
{{
    admin off
    storage file_system {folder}
    auto_https disable_redirects
    skip_install_trust
}}
"""


def example(language: str, holding: str) -> str:
    """Return the example in this language that holds a text."""
    (found,) = [
        code
        for code in re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if holding in code
    ]
    return str(found)


def changed(text: str, **changes: str) -> str:
    """Put something in the place of each text, which must be there."""
    for former, new in changes.items():
        assert former in text, f"the example has no {former!r} any more"
        text = text.replace(former, new)
    return text


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody uses."""
    with socket.socket() as bound:
        bound.bind((address, 0))
        return int(bound.getsockname()[1])


@asynccontextmanager
async def nginx(folder: Path, config: str, port: int, address: str = "127.0.0.1") -> AsyncIterator[None]:
    """Run nginx with this configuration until it is no longer needed; it listens on this port."""
    file = folder / "nginx.conf"
    more = f"load_module {STREAM_MODULE};" if "stream {" in config else ""
    if os.geteuid() == 0:
        more += " user root;"  # what pytest makes is for its own account alone
    file.write_text(WHOLE.format(folder=folder, more=more) + config)
    command = [_program("nginx"), "-p", str(folder), "-c", str(file), "-e", "stderr"]
    async with _running(command, port, address):
        yield


@asynccontextmanager
async def caddy(folder: Path, config: str, port: int) -> AsyncIterator[None]:
    """Run Caddy with this configuration until it is no longer needed."""
    file = folder / "Caddyfile"
    file.write_text(CADDY.format(folder=folder) + config)
    command = [_program("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"]
    async with _running(command, port, "127.0.0.1", HOME=str(folder)):
        yield


def http_part(folder: Path, servers: str) -> str:
    """Put servers into what nginx needs around them."""
    return HTTP.format(folder=folder, servers=servers)


def certificate(folder: Path, *names: str) -> ssl.SSLContext:
    """Make ``cert.pem`` and ``key.pem`` for these names; return what a client needs to trust them."""
    own_identity(folder, folder / "authority", [*names, "localhost", "127.0.0.1"], datetime.now(UTC))
    return ssl.create_default_context(cafile=folder / "ca.pem")


def _program(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"tests of reverse proxies need {name}")
    return found


@asynccontextmanager
async def _running(command: list[str], port: int, address: str, **environment: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, env=os.environ | environment
    )
    reading = asyncio.create_task(_read(process))
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not await _listens(address, port):
                assert process.returncode is None, await reading
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode(errors="replace")


async def _listens(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        await asyncio.sleep(0.02)
        return False
    writer.close()
    await writer.wait_closed()
    return True
