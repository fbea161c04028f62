"""The table of subcommands."""

from typing import Final

from cyclopts import App

import muca

app: Final = App(name="muca", version=muca.__version__, help="Group chat that you own.")

app.command("muca.cli.serve:serve", help="Start the server; Ctrl+C stops it.")
app.command("muca.cli.config:config", help="Show the server's settings, and where each comes from.")
app.command("muca.cli.desktop:desktop", help="Open the desktop window.")
app.command("muca.cli.talk:send", help="Send a message, and wait until it is stored.")
app.command("muca.cli.talk:tail", help="Print messages as they come.")
app.command("muca.cli.talk:history", help="Print the newest messages of a room.")
app.command("muca.cli.talk:search", help="Search the messages that you may read.")
app.command("muca.cli.talk:rooms", help="List rooms and conversations.")
app.command("muca.cli.talk:peers", help="List the people who are online.")
app.command("muca.cli.forget:forget", help="Forget the key of a reinstalled server, so that its new key is accepted.")
app.command("muca.cli.account:account", help="Manage accounts on the server's machine.")
app.command("muca.cli.backup:backup", help="Write everything on the server into one file, also while it runs.")
app.command("muca.cli.backup:restore", help="Make a new data folder from a backup.")
app.command("muca.cli.check:check", help="Check that everything on the server is intact, also while it runs.")
app.command("muca.cli.doctor:doctor", help="Check a server, its disk and settings, and say what to do.")
app.command("muca.cli.demo:demo", help="Try muca on your own: start a temporary server and open four windows.")
app.command("muca.cli.completion:completion", help="Print a script with which a shell completes muca's commands.")
app.command("muca.cli.bench:bench", help="Measure how much this machine, or a running server, can carry.")
