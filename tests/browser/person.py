"""Somebody at a browser: does what a person would do there, and waits for what comes of it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Route, expect

DEADLINE_MS: Final = 60_000
"""How long anything may take before the test fails: generous, as it is no measure."""

expect.set_options(timeout=DEADLINE_MS)

NOBODY_THERE: Final = re.compile(
    r"ERR_CONNECTION_|ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE|Failed to fetch"
    r"|WebSocket connection to .* failed: (?!Error during WebSocket handshake)"
)
"""What browsers log when a server is not there. A page that is open when its test stops the server may try it again."""

TRY_NOW: Final = """() => {
    const banner = document.querySelector(".wire .banner:not(.calm)");
    banner?.querySelector("button")?.click();
    return banner === null;
}"""
"""Press "Try now" if it is there, in one step: the page may take the button away at any moment."""

_T = TypeVar("_T")


class Person:
    """One browser with one tab."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        """What the page logged as an error or threw, what its policy kept off: each is an error of the test."""
        self.expected = [NOBODY_THERE]
        """Errors that belong to the test, such as files that are not to be had."""
        context.set_default_timeout(DEADLINE_MS)
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("console", self._heard)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._complain(said.text)

    def _complain(self, complaint: str) -> None:
        if not any(pattern.search(complaint) for pattern in self.expected):
            self.complaints.append(complaint)

    def expect_error(self, pattern: str) -> None:
        """Take errors like this for what they are."""
        self.expected.append(re.compile(pattern))

    async def is_told(self, **more: Any) -> None:
        """Let the page be told this of the server besides, as from another place in the network."""

        async def answer(asked: Route) -> None:
            response = await asked.fetch()
            await asked.fulfill(response=response, json={**await response.json(), **more})

        await self.context.route("**/server", answer)

    async def join(self, nickname: str) -> None:
        """Open the page and come in with a name."""
        await self.page.goto(self.url)
        await self.page.get_by_label("Your name").fill(nickname)
        await self.page.get_by_role("button", name="Join", exact=True).click()
        await expect(self.page.get_by_role("main").get_by_text(re.compile("^connected"))).to_be_attached()
        await expect(self.composer).to_be_editable()

    async def open(self, room: str | re.Pattern[str]) -> None:
        """Open a room from the list."""
        await self.room(room).click()

    async def write(self, text: str) -> None:
        """Write a message into the open room and send it."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def reads(self, text: str | re.Pattern[str]) -> Locator:
        """Wait for a message, and return it."""
        message = self.message(text)
        await expect(message).to_be_visible()
        return message

    async def stored(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the server has one's own message, and return it. Only then can it be edited."""
        message = await self.reads(text)
        await expect(message.locator(".state")).to_have_count(0)
        return message

    async def scroll(self, message: Locator, by: int) -> None:
        """Turn the wheel until a message is there."""
        await self.log.hover()

        async def turn() -> bool:
            await self.page.mouse.wheel(0, by)
            return await message.is_visible()

        await self.until(turn, bool)

    async def has_the_server_again(self) -> None:
        """Wait for the page to find its server. It tries by itself, and at once when it is asked to."""
        await self.until(lambda: self.page.evaluate(TRY_NOW), bool)

    @staticmethod
    async def until(look: Callable[[], Awaitable[_T]], holds: Callable[[_T], bool]) -> _T:
        """Look until what is seen is as it should be, and give it. (The page's policy forbids Playwright's own way.)"""
        async with asyncio.timeout(DEADLINE_MS / 1_000):
            while True:
                if holds(seen := await look()):
                    return seen
                await asyncio.sleep(0.02)

    @property
    def composer(self) -> Locator:
        """The composer."""
        return self.page.get_by_role("textbox", name=re.compile("^Write (to|in)"))

    @property
    def log(self) -> Locator:
        """The open room's messages."""
        return self.page.get_by_role("log")

    @property
    def rooms(self) -> Locator:
        """The list of rooms."""
        return self.page.get_by_role("navigation", name="Rooms")

    @property
    def here(self) -> Locator:
        """The people of the open room, on a wide page."""
        return self.page.get_by_role("region", name=re.compile("^(People|Members)$"))

    @property
    def recipients(self) -> Locator:
        """Whom the message will reach, above the field."""
        return self.page.get_by_role("group", name="Recipients")

    def room(self, name: str | re.Pattern[str]) -> Locator:
        """Return a room in the list."""
        return self.rooms.get_by_role("link", name=name)

    async def add_recipient(self, name: str) -> None:
        """Choose one person more whom the message will reach."""
        await self.page.get_by_role("button", name="Choose people").click()
        await self.page.get_by_role("combobox", name="Choose people").fill(name)
        await self.page.get_by_role("option", name=re.compile(name)).click()

    async def menu(self, message: Locator, item: str) -> None:
        """Choose something from a message's menu."""
        await message.hover()
        await message.get_by_role("button", name="More", exact=True).click()
        await self.page.get_by_role("menuitem", name=item, exact=True).click()

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """Return the messages in the open room that have this text."""
        return self.log.get_by_role("article").filter(has_text=text)
