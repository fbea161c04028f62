"""Selects the fastest event loop of the platform."""

import asyncio
import sys
from collections.abc import Callable


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return the factory of uvloop (Linux, macOS), winloop (Windows) or else the standard library's loop."""
    try:
        if sys.platform == "win32":
            from winloop import new_event_loop
        else:
            from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop
