"""Somebody at a browser: does what a person would do there, and waits for what comes of it."""

import re
from typing import Final

from playwright.async_api import BrowserContext, Locator, Page, expect

DEADLINE_MS: Final = 20_000
"""How long anything may take before the test fails: generous, as it is no measure."""

expect.set_options(timeout=DEADLINE_MS)


class Person:
    """One browser with one tab. What the page logs as an error, and what its policy keeps off, is an error of the test."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        """What the page logged as an error, and what was thrown in it."""
        context.set_default_timeout(DEADLINE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    async def join(self, nickname: str) -> None:
        """Open the page and come in with a name."""
        await self.page.goto(self.url)
        await self.page.get_by_label("Nickname").fill(nickname)
        await self.page.get_by_role("button", name="Join", exact=True).click()
        await expect(self.composer).to_be_editable()

    async def write(self, text: str) -> None:
        """Write a message into the open room and send it."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Wait for a message, and give it."""
        message = self.message(text)
        await expect(message).to_be_visible()
        return message

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Message")

    @property
    def log(self) -> Locator:
        """The open room's messages."""
        return self.page.get_by_role("log")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """Give the messages in the open room that have this text."""
        return self.log.get_by_role("article").filter(has_text=text)
