"""Holds a running server against its OpenAPI document, by schemathesis.

Runs in an environment of its own, made from ``requirements/http.txt`` alone; the server runs in the project's one:

    .venv-http/bin/python tests/http/check_openapi.py

The same examples every time, as far as they get in the time they have. Exits with 0 when all is as the document says.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
EXAMPLES_MAX = 25
SECONDS_MAX = 40
LEFT_OUT = (
    "positive_data_acceptance",  # what a file may be called is more than a pattern can say
)


@contextmanager
def server(folder: str) -> Iterator[int]:
    """Serve on loopback; give the port."""
    settings = Path(folder, "muca.toml")
    settings.write_text("[limits]\nping_seconds = 3600\nfile_bytes_max = 100000\n", encoding="utf-8")
    python = ROOT / ".venv" / BIN / "python"
    command = [str(python), "-m", "muca", "serve", "0", "--host", "127.0.0.1", "--no-tls", "--log-level", "error"]
    process = subprocess.Popen(
        [*command, "--data", folder, "--config", str(settings)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert process.stdout is not None
    try:
        greeting = ""
        while not (found := re.search(r"address\s+\S*:(\d+)", greeting)):
            line = process.stdout.readline()
            if not line:
                raise SystemExit("The server did not start.")
            greeting += line
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(30)


def join(connection: socket.socket) -> str:
    """JOIN; give the session."""
    connection.sendall(b'{"CMD":"JOIN","UN":"Tony","UID":"tony@lab","V":2}\n')
    answer = connection.makefile("rb").readline()
    session: str = json.loads(answer)["DATA"]["SESSION"]
    return session


def main() -> int:
    """Start a server, join, and have it examined."""
    with (
        tempfile.TemporaryDirectory() as folder,
        server(folder) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
    ):
        session = join(connection)
        examine = [str(Path(sys.executable).with_name("schemathesis")), "run", f"http://127.0.0.1:{port}/openapi.json"]
        bounds = [
            f"--max-examples={EXAMPLES_MAX}",
            f"--max-time={SECONDS_MAX}",
            "--seed=1",
            "--generation-deterministic",
        ]
        checks = ["--checks=all", f"--exclude-checks={','.join(LEFT_OUT)}"]
        return subprocess.call([*examine, *bounds, *checks, "-H", f"Authorization: Bearer {session}"], cwd=folder)


if __name__ == "__main__":
    raise SystemExit(main())
