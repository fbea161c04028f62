"""Shows on a terminal what a command is doing."""

import sys


def tell(what: str) -> None:
    """Show what is going on, in place of what was shown before, if somebody looks. Empty: nothing any more."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)


def show(doing: str, share: float) -> None:
    """Show what is being done, and the share of it that is done."""
    tell(f"{doing}: {share:.0%}")
