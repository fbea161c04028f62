"""A real Chromium, and the people who use it. One browser for all tests of a process, one context a person."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.person import Person
from tests.serving import serving

QUIET = (
    "--no-sandbox",  # root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What keeps Chromium from asking anything outside."""


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Run the tests of this folder in one event loop, in which the browser lives.

    The tests must have the mark before they are collected: later, the loop and the browser would end with each test.
    """
    if isinstance(collector, pytest.Module):
        collector.add_marker(pytest.mark.asyncio(loop_scope="session"))


@pytest.fixture(scope="session")
def program() -> str:
    """Return Debian's Chromium; without it the test is skipped by name, and fails in CI."""
    found = shutil.which("chromium")
    missing = "tests of the page need chromium" if found is None else ""
    missing = missing or ("" if PAGE.is_dir() else "the page is not built: python3 dev.py setup")
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    assert found is not None
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(program: str) -> AsyncIterator[Browser]:
    """Start the browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Serve the page in this process."""
    async with serving(tmp_path / "data", page=PAGE) as served:
        yield served


class People:
    """Brings people to their browsers."""

    def __init__(self, browser: Browser, stack: AsyncExitStack) -> None:
        self._browser = browser
        self._stack = stack
        self.all: list[Person] = []

    async def bring(self, url: str | Server, **context: Any) -> Person:
        """Return somebody who has opened nothing yet, in a browser of their own; ``context`` is Playwright's."""
        settings = {
            "viewport": {"width": 1280, "height": 900},
            "locale": "en-GB",
            "timezone_id": "UTC",
            "reduced_motion": "reduce",  # drawing what moves costs more than the tests
            **context,
        }
        place = await self._browser.new_context(**settings)
        self._stack.push_async_callback(place.close)
        person = Person(place, await place.new_page(), url if isinstance(url, str) else address(url))
        self.all.append(person)
        return person

    async def join(self, url: str | Server, nickname: str, **context: Any) -> Person:
        """Return somebody who has joined."""
        person = await self.bring(url, **context)
        await person.join(nickname)
        return person


@pytest_asyncio.fixture(loop_scope="session")
async def people(chromium: Browser) -> AsyncIterator[People]:
    """Let people come, and see that none of their pages has complained."""
    async with AsyncExitStack() as stack:
        come = People(chromium, stack)
        yield come
        complaints = [complaint for person in come.all for complaint in person.complaints]
    assert complaints == []


def address(server: Server) -> str:
    """Return what to type into the address bar."""
    return f"http://127.0.0.1:{server.port}/"
