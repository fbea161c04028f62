"""``muca desktop``: the window."""

import getpass
import sys
from pathlib import Path

DEFAULT_CONFIG = Path("config.txt")
NO_TK = (
    "The desktop window needs Tk, which this Python does not have: on Debian and Ubuntu, run “apt install python3-tk”; "
    "on Fedora, “dnf install python3-tkinter”; with Homebrew, “brew install python-tk”."
)


def desktop(config: Path | None = None, /) -> int:
    """Open a chat window.

    Parameters
    ----------
    config
        JSON file with USERID, NICKNAME, SERVER and SERVER_PORT (default: config.txt in this folder; without it a
        dialog asks).
    """
    if not has_tk():
        print(f"muca: {NO_TK}", file=sys.stderr)
        return 2
    from platformdirs import user_data_path

    from muca.ui.memory import Memory
    from muca.ui.tk.desk import run_configured

    memory = Memory(user_data_path("muca", appauthor=False) / "desktop.json")
    return run_configured(config, memory, default=DEFAULT_CONFIG, login=_login())


def has_tk() -> bool:
    """Return whether this Python can open windows."""
    try:
        import tkinter  # noqa: F401
    except ImportError:
        return False
    return True


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "me"
