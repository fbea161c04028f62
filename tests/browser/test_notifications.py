"""People who look elsewhere are notified about mentions and private messages, or by their settings; never twice."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.wire import Wire

WATCH = """
window.told = [];
window.sounds = 0;
Document.prototype.hasFocus = () => window.inFront ?? true;
Object.defineProperty(document, "hidden", { get: () => !document.hasFocus() });
Object.defineProperty(document, "visibilityState", { get: () => (document.hidden ? "hidden" : "visible") });
Object.defineProperty(Notification, "permission", { get: () => "granted" });
ServiceWorkerRegistration.prototype.showNotification = async (title, { body }) => {
    window.told.push(`${title}: ${body}`);
};
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) { window.sounds += 1; start.apply(this, when); };
"""
"""What the system would show and play; and which window is in front, which a browser without a screen cannot say."""


@pytest_asyncio.fixture(loop_scope="session")
async def mary(server: Server) -> AsyncIterator[Wire]:
    async with Wire(server.port) as wire:
        await wire.join("Mary", "mary")
        yield wire


async def told(page: Page) -> list[str]:
    """Return what was shown."""
    shown: list[str] = await page.evaluate("() => window.told")
    return shown


async def look_away(page: Page, *, away: bool = True) -> None:
    await page.evaluate("(inFront) => { window.inFront = inFront; }", not away)
    for event in ("visibilitychange", "blur" if away else "focus"):
        target = "document" if event == "visibilitychange" else "window"
        await page.evaluate(f"() => {target}.dispatchEvent(new Event('{event}'))")


async def bring_tony(server: Server, people: People) -> Person:
    tony = await people.bring(server)
    await tony.context.add_init_script(WATCH)
    await tony.join("Tony")
    await tony.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    return tony


async def say(wire: Wire, text: str, **where: Any) -> None:
    await wire.ask(CMD="SEND", MSG=text, ID=text, **where)


async def test_mentions_and_private_messages_are_told_by_default(server: Server, people: People, mary: Wire) -> None:
    tony = await bring_tony(server, people)
    page = tony.page
    uid = (await mary.until("PEER", TYPE="JOINED", UN="Tony"))["UID"]
    await say(mary, "@Tony seen at once", TO=[])
    await tony.reads("seen at once")
    await look_away(page)
    await say(mary, "nothing to do with him", TO=[])
    await say(mary, "@Tony look", TO=[])
    await say(mary, "psst", TO=[uid])
    wanted = ["Mary in Everyone: @Tony look", "Mary: psst"]
    await tony.until(lambda: told(page), lambda shown: len(shown) >= 2)
    assert await told(page) == wanted
    assert await page.evaluate("() => window.sounds") == 0
    await expect(page).to_have_title(r"(2) Everyone – muca")
    icon = page.locator("link[rel=icon]")
    await expect(icon).to_have_attribute("type", "image/png")
    await look_away(page, away=False)
    await tony.open("Mary")
    await tony.reads("psst")
    await tony.open("Everyone")
    await expect(page).to_have_title("Everyone – muca")
    await expect(icon).to_have_attribute("type", "image/svg+xml")

    await page.get_by_role("button", name="Everyone").click()
    await page.get_by_role("button", name="Room details").click()
    await page.get_by_label("Notifications for this room").select_option(label="All messages")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+,")
    await page.get_by_role("tab", name="Notifications").click()
    await expect(page.get_by_text("Rooms with their own setting")).to_be_visible()
    await expect(page.get_by_role("switch", name="Sound")).not_to_be_checked()
    await page.get_by_role("switch", name="Sound").check()
    await page.get_by_label("Notify me about").select_option(label="Nothing")
    await page.keyboard.press("Escape")
    await look_away(page)
    await say(mary, "now nothing of this", TO=[uid])
    await say(mary, "but of all here", TO=[])
    await tony.until(lambda: told(page), lambda shown: len(shown) > 2)
    assert await told(page) == [*wanted, "Mary in Everyone: but of all here"]
    assert await page.evaluate("() => window.sounds") > 0


async def test_a_window_that_is_looked_at_keeps_the_others_quiet(server: Server, people: People, mary: Wire) -> None:
    tony = await bring_tony(server, people)
    uid = (await mary.until("PEER", TYPE="JOINED", UN="Tony"))["UID"]
    behind = Person(tony.context, await tony.context.new_page(), tony.url)
    await behind.page.goto(tony.url)
    await expect(behind.composer).to_be_editable()
    await look_away(behind.page)
    await say(mary, "he sees this", TO=[uid])
    await expect(behind.rooms.get_by_role("link", name="Mary")).to_be_visible()
    await look_away(tony.page)
    await say(mary, "he does not see this", TO=[uid])
    await tony.until(lambda: told(behind.page), bool)
    assert await told(behind.page) == ["Mary: he does not see this"]
