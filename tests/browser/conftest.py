"""A real Chromium, and the server whose page it opens. One browser for all tests of a process, one context a person."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from muca.ui.web import PAGE

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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Start Debian's Chromium; without it the test is skipped by name, and fails in CI."""
    program = shutil.which("chromium")
    missing = "tests of the page need chromium" if program is None else ""
    missing = missing or ("" if PAGE.is_dir() else "the page is not built: python3 dev.py setup")
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        await browser.close()
