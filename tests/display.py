"""A display of the tests' own, and a person at it: Xvfb, and real keys and clicks by xdotool.

Where the two tools are missing, window tests are skipped by name on a person's machine and fail in CI.
"""

import os
import shutil
import subprocess
import sys
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

DEADLINE_SECONDS: Final = 60.0
"""How long anything may take before the test fails: generous, as it is no measure."""
SCREEN: Final = "1400x1000x24"


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Start an X server on a free display and give its name; DISPLAY says it, too."""
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        reason = f"window tests need {' and '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    read_end, write_end = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        SCREEN,
        "-dpi",
        "96",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{number}")
            yield f":{number}"
    finally:
        server.terminate()
        server.wait(DEADLINE_SECONDS)


class Person:
    """Presses keys and buttons on a window of this process, and waits for what comes of it."""

    def __init__(self, root: tk.Tk) -> None:
        self.root = root

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the window live until a condition holds."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain for {what or condition}"
            self.root.update()
            time.sleep(0.002)

    def settle(self) -> None:
        """Let the window draw itself."""
        self.wait(self.root.winfo_ismapped)
        for _ in range(3):
            self.root.update()

    def focus(self, widget: tk.Misc) -> None:
        """Give a widget the keys, as there is no window manager to do it."""
        widget.focus_force()
        self.wait(lambda: self.root.focus_get() is widget, f"the focus on {widget}")

    def press(self, *keys: str) -> None:
        """Press keys, each by its X name, as ``Tab`` or ``shift+Return``."""
        self.do("key", "--delay", "0", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.do("type", "--delay", "0", text)

    def click(
        self, widget: tk.Misc, x: int | None = None, y: int | None = None, *, times: int = 1, button: int = 1
    ) -> None:
        """Click into a widget, in its middle or at a place in it."""
        self.settle()
        at_x = widget.winfo_rootx() + (widget.winfo_width() // 2 if x is None else x)
        at_y = widget.winfo_rooty() + (widget.winfo_height() // 2 if y is None else y)
        self.do("mousemove", str(at_x), str(at_y), "click", "--repeat", str(times), "--delay", "20", str(button))

    def do(self, *arguments: str) -> None:
        """Make xdotool do something."""
        process = subprocess.Popen(["xdotool", *arguments])
        deadline = time.monotonic() + DEADLINE_SECONDS
        while process.poll() is None:
            assert time.monotonic() < deadline, f"xdotool {arguments} does not end"
            time.sleep(0.002)
            if self.is_there():
                self.root.update()
        assert process.returncode == 0
        if self.is_there():
            self.root.update()

    def is_there(self) -> bool:
        """Return whether the window was not closed yet."""
        return bool(self.root.tk.call("info", "commands", "."))


def run_muca(*arguments: str, cwd: Path, display: str | None) -> "subprocess.Popen[str]":
    """Start ``muca`` with nothing of this machine's settings."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"XDG_DATA_HOME": str(cwd / "home"), "PYTHONUNBUFFERED": "1"}
    if display is not None:
        environment["DISPLAY"] = display
    return subprocess.Popen(
        [sys.executable, "-m", "muca", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait until something holds, and return it."""
    deadline = time.monotonic() + 3 * DEADLINE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


def titles(display: str) -> list[str]:
    """Return the titles of the windows in sight."""
    command = ["xdotool", "search", "--onlyvisible", "--class", "Muca", "getwindowname", "%@"]
    answer = subprocess.run(
        command, env={**os.environ, "DISPLAY": display}, capture_output=True, text=True, check=False
    )
    return sorted(line for line in answer.stdout.splitlines() if line.startswith("muca"))
