"""Search: by words and every filter, and a result leads to its place."""

import re
from pathlib import Path

from playwright.async_api import expect

from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.seeding import seed_lobby
from tests.serving import serving
from tests.wire import Wire


async def test_what_was_said_is_found_and_led_to(tmp_path: Path, people: People) -> None:
    data = tmp_path / "data"
    data.mkdir()
    seed_lobby(data, 400)
    async with serving(data, page=PAGE) as server, Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        room = (await mary.ask(CMD="CREATE", TITLE="Physics", ID="create"))["DATA"]["ROOM"]
        await mary.ask(CMD="SEND", TO=[], MSG="The rainbow is at https://example.org/rainbow", ID="1")
        await mary.ask(CMD="SEND", ROOM=room, MSG="A rainbow has seven colours", ID="2")
        tony = await people.join(server, "Tony")
        await tony.write("I saw a rainbow")
        await tony.reads("I saw a rainbow")
        page, hits = tony.page, tony.page.locator("a.hit")
        await page.keyboard.press("Control+Shift+F")
        field = page.get_by_role("searchbox", name="Search messages")
        await expect(field).to_be_focused()
        await page.keyboard.type("rainbow")
        await expect(page.get_by_role("status").filter(has_text="3 messages found")).to_be_visible()
        await expect(hits.first.locator("mark")).to_have_text("rainbow")
        await page.get_by_label("From", exact=True).select_option(label="Mary")
        await expect(hits).to_have_count(2)
        await page.get_by_role("button", name="With a link").click()
        await expect(hits).to_have_count(1)
        await expect(hits).to_contain_text("Everyone")
        await page.get_by_role("button", name="With a file").click()
        await expect(page.get_by_text("Nothing found")).to_be_visible()
        await page.get_by_role("button", name="Clear").click()
        await expect(hits).to_have_count(3)
        await page.get_by_label("In", exact=True).select_option(label="Everyone")
        await expect(hits).to_have_count(2)
        await page.get_by_role("button", name="Clear").click()
        await page.get_by_label("Before (day)").fill("2020-09-14")
        await expect(page.get_by_text("Nothing found")).to_be_visible()
        await field.fill('"message 222"')  # of 2020-09-13
        await expect(hits.filter(has_text=re.compile(r"message 222\b"))).to_be_visible()
        await page.get_by_role("button", name="Clear").click()
        await page.get_by_label("After (day)").fill("2021-01-01")
        await expect(page.get_by_text("Nothing found")).to_be_visible()
        await page.get_by_role("button", name="Clear").click()
        await field.fill("message and word")
        await expect(page.get_by_role("status").filter(has_text="The newest")).to_be_visible()
        shown = await hits.count()
        await page.get_by_role("button", name="Show more").click()
        await tony.until(hits.count, lambda count: count > shown)

        await field.fill('"message 107"')
        await hits.filter(has_text=re.compile(r"message 107\b")).press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(tony.message(re.compile(r"message 107\b"))).to_be_in_viewport()
        await page.keyboard.press("Control+Shift+F")  # one comes back to what was found
        await expect(hits.filter(has_text=re.compile(r"message 107\b"))).to_be_visible()
        await field.fill("colours")
        await hits.filter(has_text="colours").click()
        await tony.reads("A rainbow has seven colours")  # in a room that one only looks into
