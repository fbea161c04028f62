"""``muca desktop``: the desktop window."""

import getpass
import sys
from pathlib import Path

DEFAULT_CONFIG = Path("config.txt")
NO_TK = (
    "The desktop window needs Tk, which this Python does not have. Install it: “sudo apt install python3-tk” on Debian "
    "and Ubuntu, “sudo dnf install python3-tkinter” on Fedora, “brew install python-tk” with Homebrew."
)


def desktop(config: Path | None = None, /, *, server: str | None = None) -> int:
    """Open the desktop window.

    Parameters
    ----------
    config
        JSON file with USERID, NICKNAME, SERVER and SERVER_PORT (default: config.txt in the current folder). If there is
        no such file, the window asks for them.
    server
        Address of the server: host or host:port (default port: 40452). Overrides SERVER and SERVER_PORT in the file.
    """
    if not has_tk():
        print(f"muca: {NO_TK}", file=sys.stderr)
        return 2
    from platformdirs import user_data_path

    from muca.client.address import parse_address
    from muca.ui.memory import Memory
    from muca.ui.tk.desk import run_configured

    try:
        place = parse_address(server) if server is not None else None
    except ValueError as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    memory = Memory(user_data_path("muca", appauthor=False) / "desktop.json")
    return run_configured(config, memory, default=DEFAULT_CONFIG, login=_login(), server=place)


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
