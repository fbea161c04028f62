"""The table of subcommands."""

from typing import Final

from cyclopts import App

import muca

app: Final = App(name="muca", version=muca.__version__, help="Group chat that you own.")

app.command("muca.cli.serve:serve")
app.command("muca.cli.desktop:desktop")
app.command("muca.cli.demo:demo")


def main() -> None:
    """Run the command; what a subcommand gives back is the exit code."""
    app()
