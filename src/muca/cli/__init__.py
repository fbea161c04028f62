"""The command ``muca``. Each subcommand is a module of its own and imports what it needs when it runs."""

from muca.cli.app import app, main

__all__ = ["app", "main"]
