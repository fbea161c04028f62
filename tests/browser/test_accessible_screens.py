"""axe-core finds nothing on any screen above the conversation, in light and dark, large and small."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.accounts import PASSWORD, register, register_owner
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.test_accessibility import SIZES, violations
from tests.serving import serving
from tests.wire import Wire


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with something of everything."""
    data = tmp_path_factory.mktemp("full")
    async with serving(data, page=PAGE, tls=True) as server, Wire(server.port) as olga, Wire(server.port) as mary:
        await register_owner(olga, server)
        await register(mary, "mary", "Mary")
        async with Wire(server.port) as tim:
            await tim.join("Tim", "tim")
        room = (await olga.ask(CMD="CREATE", TITLE="Physics", TOPIC="Waves and light", ID="1"))["DATA"]["ROOM"]
        for number, request in enumerate(
            [
                {"CMD": "INVITE", "ROOM": room, "UID": "mary"},
                {"CMD": "ROLE", "ROOM": room, "UID": "mary", "ROLE": "moderator"},
                {"CMD": "SEND", "TO": [], "MSG": "A rainbow at https://example.org"},
                {"CMD": "SEND", "ROOM": room, "MSG": "A rainbow has seven colours"},
                {"CMD": "BAN", "UID": "tim", "SECONDS": 3600, "REASON": "Enough."},
                {"CMD": "INVITATION", "USES": 30},
                {"CMD": "IGNORE", "UID": "tim"},
            ]
        ):
            reply = await olga.ask(**request, ID=f"make {number}")
            assert reply.get("TYPE") != "FAIL", reply
        for place in ("lobby", room):
            events = (await mary.ask(CMD="HISTORY", ROOM=place, LIMIT=50, ID=place))["DATA"]["EVENTS"]
            seq = next(event["SEQ"] for event in events if "rainbow" in event.get("MSG", ""))
            await mary.ask(CMD="REPORT", ROOM=place, SEQ=seq, REASON="Just to see.", ID=f"report {place}")
        yield server


async def screens(olga: Person) -> AsyncIterator[str]:
    """Go through all screens, giving their names."""
    page = olga.page
    dialog = page.get_by_role("dialog")

    async def by_palette(command: str) -> None:
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox").fill(command)
        await expect(page.get_by_role("option", name=command, exact=True)).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.locator("dialog[open]:not(.palette)")).to_be_visible()  # it is loaded when it is first opened

    async def close() -> None:
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)

    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("p")
    yield "palette"
    await close()
    for command in ("Settings", "Administration"):
        await by_palette(command)
        await expect(page.get_by_role("tab").first).to_be_visible()
        for tab in await page.get_by_role("tab").all():
            await tab.click()
            await expect(page.get_by_label("Loading")).to_have_count(0)
            if (await tab.inner_text()).startswith("Reports"):
                await expect(page.get_by_text("Mary reported this").first).to_be_visible()
            yield f"{command}, {await tab.inner_text()}"
        await close()
    await page.keyboard.press("Control+Shift+F")
    await page.get_by_role("searchbox").fill("rainbow")
    await expect(page.locator("a.hit")).to_have_count(2)
    yield "search"
    await close()
    await by_palette("Browse rooms")
    await expect(page.get_by_role("button", name="Open Physics")).to_be_visible()
    yield "browse rooms"
    await page.get_by_role("button", name="About Physics").click()
    await expect(page.get_by_role("tab").first).to_be_visible()
    for tab in await page.get_by_role("tab").all():
        await tab.click()
        await expect(page.get_by_label("Loading")).to_have_count(0)
        yield f"room, {await tab.inner_text()}"
    await page.get_by_role("tab", name="Members").click()
    await page.get_by_role("button", name="Actions for Mary").click()
    yield "menu about somebody"
    await page.get_by_role("menuitem", name="Ban").click()
    yield "ban"
    await dialog.last.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Actions for Mary").click()
    await page.get_by_role("menuitem", name="About this person").click()
    await expect(page.get_by_role("button", name="Make a member")).to_be_visible()
    yield "person"
    await close()
    for command in ("Create a room", "New message", "Keyboard shortcuts", "Formatting", "Address and QR code"):
        await by_palette(command)
        yield command
        await close()
    await by_palette("Invite people")
    await page.get_by_role("button", name="New invitation").click()
    yield "new invitation"
    await page.get_by_role("button", name="Create link").click()
    await expect(page.get_by_role("img", name="QR code for the link")).to_be_visible()
    yield "invitation link"


async def log_in(page: Page) -> None:
    await page.get_by_role("radio", name="Log in").check()
    await page.get_by_label("Login name", exact=True).fill("owner")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_no_screen_above_the_conversation_shuts_anybody_out(
    full: Server, people: People, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    olga = await people.bring(full, viewport={"width": width, "height": height}, color_scheme=scheme)
    await olga.is_told(URLS=["https://192.0.2.2:40453", "http://192.0.2.2:40452"])
    page, found = olga.page, {}
    await page.goto(f"{olga.url}#/invite/code")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("alert").first).to_be_visible()
    found["invited"] = await violations(page)
    await page.goto(olga.url)
    await page.reload()
    await log_in(page)
    await expect(olga.composer).to_be_editable()
    async for name in screens(olga):
        found[name] = await violations(page)
    assert {name: problems for name, problems in found.items() if problems} == {}
