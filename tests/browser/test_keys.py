"""“?” lists the keys, each of which does what the list says, and the focus comes back to where it was."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.wire import Wire


async def listed(page: Page) -> list[str]:
    """Open the list by its key, read it and close it."""
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keys = await page.get_by_role("term").all_inner_texts()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    return keys


async def test_every_listed_key_does_what_the_list_says(server: Server, people: People) -> None:
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        await mary.ask(CMD="SEND", TO=[], MSG="from Mary", ID="1")
        room = (await mary.ask(CMD="CREATE", TITLE="Physics", ID="create"))["DATA"]["ROOM"]
        tony = await people.join(server, "Tony")
        page = tony.page
        await page.goto(f"{tony.url}#/room/{room}")
        await page.get_by_role("button", name="Join", exact=True).click()
        await tony.open("Everyone")
        await tony.write("from Tony")
        await tony.reads("from Tony")

        async def opens(name: str, keys: str) -> None:
            await tony.composer.focus()
            await page.keyboard.press(keys)
            await expect(page.get_by_role("dialog", name=name)).to_be_visible()
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await expect(tony.composer).to_be_focused()

        async def next_room() -> None:
            await page.keyboard.press("Alt+ArrowDown")
            await expect(page.get_by_role("heading", name="Physics", level=1)).to_be_visible()
            await page.keyboard.press("Alt+ArrowUp")
            await expect(page.get_by_role("heading", name="Everyone", level=1)).to_be_visible()
            await expect(tony.composer).to_be_editable()

        async def send() -> None:
            await tony.composer.fill("sent")
            await page.keyboard.press("Enter")
            await tony.stored("sent")

        async def line() -> None:
            await tony.composer.fill("one")
            await page.keyboard.press("Shift+Enter")
            await page.keyboard.type("two")
            await expect(tony.composer).to_have_value("one\ntwo")
            await tony.composer.fill("")

        async def edit() -> None:
            await tony.composer.focus()
            await page.keyboard.press("ArrowUp")
            await expect(tony.composer).to_have_value("sent")
            await page.keyboard.press("Escape")
            await expect(tony.composer).to_have_value("")

        async def mention() -> None:
            await tony.composer.focus()
            await page.keyboard.type("@ma")
            await expect(page.get_by_role("option", name="Mary")).to_be_visible()
            await page.keyboard.press("Tab")
            await expect(tony.composer).to_have_value("@Mary ")
            await tony.composer.fill("")

        async def move() -> None:
            await tony.log.focus()
            await page.keyboard.press("ArrowUp")
            newest = page.get_by_role("article").filter(has_text="sent")
            await expect(newest).to_be_focused()
            await page.keyboard.press("ArrowUp")
            await expect(page.get_by_role("article").filter(has_text="from Tony")).to_be_focused()
            await page.keyboard.press("ArrowDown")
            await expect(newest).to_be_focused()

        async def write() -> None:
            await page.keyboard.press("Escape")
            await expect(tony.composer).to_be_focused()

        plays: dict[str, list[Callable[[], Awaitable[None]]]] = {
            "Ctrl K": [lambda: opens("Jump to", "Control+k")],
            "Ctrl Shift F": [lambda: opens("Search", "Control+Shift+F")],
            "Alt ↑ ↓": [next_room],
            "Ctrl ,": [lambda: opens("Settings", "Control+,")],
            "?": [],  # by which the list was opened
            "Enter": [send],
            "Shift Enter": [line],
            "↑": [edit],
            "Tab": [mention],
            "↑ ↓": [move],
            "Esc": [write],
        }
        await tony.log.focus()
        keys = await listed(page)
        await expect(tony.log).to_be_focused()
        assert set(keys) == set(plays)
        for key in plays:
            for play in plays[key]:
                await play()
