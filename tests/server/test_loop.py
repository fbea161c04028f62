"""The event loop is the fastest one there is."""

import asyncio
import sys

import pytest

from muca.server.loop import loop_factory


def test_platform_loop_is_taken() -> None:
    """uvloop on Linux and macOS, winloop on Windows."""
    expected = "winloop" if sys.platform == "win32" else "uvloop"
    loop = loop_factory()()
    loop.close()
    assert type(loop).__module__.startswith(expected)


def test_stdlib_loop_serves_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Python without wheels for it."""
    monkeypatch.setitem(sys.modules, "uvloop", None)
    monkeypatch.setitem(sys.modules, "winloop", None)
    assert loop_factory() is asyncio.new_event_loop
