"""The table of subcommands."""

import signal
import sys
from typing import Final

from cyclopts import App

import muca

app: Final = App(name="muca", version=muca.__version__, help="Group chat that you own.")

app.command("muca.cli.serve:serve", help="Start the server and keep it running until Ctrl+C.")
app.command("muca.cli.desktop:desktop", help="Open a chat window.")
app.command("muca.cli.forget:forget", help="Forget the remembered key of a server, so that a new one is accepted.")
app.command("muca.cli.account:account", help="Manage accounts: add, list, passwd, role, disable, tokens.")
app.command("muca.cli.demo:demo", help="Try muca on your own: a temporary server and four windows.")


def main() -> None:
    """Run the command. The exit code is the result of the subcommand, or 130 after Ctrl+C."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)  # the shell's convention
