"""``muca demo``: a server and four windows on this machine, to try muca. Nothing is kept."""

import contextlib
import multiprocessing
import signal
import socket
import subprocess
import sys
import tempfile
import time
from multiprocessing.context import SpawnProcess
from typing import Final

from muca.cli.desktop import NO_TK, has_tk

NICKNAMES: Final = ("Tony", "Mary", "Henry", "Peter")
ADDRESS: Final = "127.0.0.1"
START_SECONDS: Final = 15.0
"""Time that the server may take to start."""
STOP_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 0.1
SIGNALS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that end the demo. SIGHUP is sent when the terminal is closed."""


def demo() -> int:
    """Start a server on a free port and four windows side by side; closing them all, or Ctrl+C, ends everything."""
    if not has_tk():
        print(f"muca: {NO_TK}", file=sys.stderr)
        return 2
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    windows: list[SpawnProcess] = []
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="muca-demo-", ignore_cleanup_errors=True) as folder,
        contextlib.ExitStack() as processes,
    ):
        port = _free_port()
        command = [sys.executable, "-P", "-m", "muca", "serve", str(port), "--host", ADDRESS, "--data", folder]
        server = subprocess.Popen([*command, "--no-tls", "--log-level", "warning"])
        processes.callback(_end, server, windows)
        if not _answers(port, server):
            print("muca: the demo server did not start.", file=sys.stderr)
            return 1
        print("Four windows are open. To end the demo, close them all or press Ctrl+C.", flush=True)
        for place in range(len(NICKNAMES)):
            window = multiprocessing.get_context("spawn").Process(target=open_window, args=(place, port), daemon=True)
            window.start()
            windows.append(window)
        while any(window.is_alive() for window in windows) and server.poll() is None:
            time.sleep(LOOK_SECONDS)
    return 2 if windows and all(window.exitcode == 2 for window in windows) else 0


def _interrupt(*_: object) -> None:
    """End the demo like Ctrl+C. Further signals, such as a second SIGHUP from the terminal, are ignored."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def open_window(place: int, port: int) -> None:
    """Run one of the four windows, in a process started by ``demo``. Exits with the window's exit code."""
    from muca.client import MemoryTokenStore
    from muca.ui.config_txt import Profile
    from muca.ui.memory import Memory
    from muca.ui.tk.desk import run_chat

    nickname = NICKNAMES[place]
    profile = Profile(uid=f"{nickname.lower()}@muca.example", nickname=nickname, server=ADDRESS, port=port)
    try:
        sys.exit(run_chat(profile, Memory(None), tokens=MemoryTokenStore(), place=(place % 2, place // 2)))
    except KeyboardInterrupt:
        sys.exit(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _answers(port: int, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server accepts connections; False if it ends first or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection((ADDRESS, port), timeout=1.0).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
        else:
            return True
    return False


def _end(server: "subprocess.Popen[bytes]", windows: list[SpawnProcess]) -> None:
    for window in windows:
        window.terminate()
        window.join(STOP_SECONDS)
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
