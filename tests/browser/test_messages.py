"""Messages: how they are shown, and their actions."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.seeding import START_MS, STEP_MS, seed_lobby
from tests.serving import serving
from tests.wire import Wire

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


async def clipboard(page: Page) -> str:
    """Return what was copied."""
    copied: str = await page.evaluate("() => navigator.clipboard.readText()")
    return copied


async def is_in_view(person: Person, message: Locator) -> bool:
    log, box = await person.log.bounding_box(), await message.bounding_box()
    assert log is not None
    return box is not None and log["y"] <= box["y"] < log["y"] + log["height"]


async def test_a_message_is_answered_changed_and_deleted(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await mary.write("the **first** word")
    first = tony.log.get_by_role("article").filter(has=tony.page.locator("strong"))
    await expect(first).to_contain_text("the first word")
    await tony.page.set_viewport_size({"width": 1000, "height": 500})
    for number in range(10):
        await mary.write(f"word {number}\nand more")
    await tony.reads("word 9")
    # A reply has its quote, which leads to what it answers.
    await tony.log.press("Home")
    await first.hover()
    await first.get_by_role("button", name="Reply").click()
    await expect(tony.page.get_by_text("Reply to Mary")).to_be_visible()
    await expect(tony.composer).to_be_focused()
    await tony.write("an answer")
    quote = tony.message("an answer").get_by_title("Go to this message")
    await expect(quote).to_have_text("Mary the first word")
    await expect(first).not_to_be_in_viewport()
    await quote.click()
    await expect(first).to_be_in_viewport()
    await expect(first).to_be_focused()
    # Arrow up in the empty field changes the last own message; Esc leaves it as it was.
    await tony.composer.press("ArrowUp")
    await expect(tony.composer).to_have_value("an answer")
    await expect(tony.page.get_by_role("button", name="Save")).to_be_visible()
    await tony.composer.press("Escape")
    await expect(tony.composer).to_have_value("")
    await tony.composer.press("ArrowUp")
    await tony.composer.fill("a better answer")
    await tony.composer.press("Enter")
    await mary.reads("a better answer")
    await expect(mary.message("a better answer")).to_contain_text("edited")
    # Deleting asks first.
    await tony.page.get_by_role("button", name="Jump to newest").click()
    await tony.menu(tony.message("a better answer"), "Delete")
    await tony.page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Close").click()
    await tony.menu(tony.message("a better answer"), "Delete")
    await tony.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(mary.message("a better answer")).to_have_count(0)
    await expect(mary.message("This message was deleted")).to_be_visible()
    # What is another's has no such items.
    await tony.message("word 9").click(button="right")
    await expect(tony.page.get_by_role("menuitem", name="Report")).to_be_visible()
    await expect(tony.page.get_by_role("menuitem", name=re.compile("Edit|Delete"))).to_have_count(0)


async def test_people_react(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await mary.write("what do you think?")
    message = await tony.reads("what do you think?")
    await message.hover()
    await message.get_by_role("button", name="React", exact=True).click()
    await tony.page.get_by_role("button", name="React with 🎉").click()
    theirs = mary.message("what do you think?")
    await theirs.get_by_role("button", name="🎉 1: 🎉 from Tony").click()
    both = message.get_by_role("button", name=re.compile("^🎉 2: 🎉 from (you and Mary|Mary and you)"))
    await expect(both).to_have_attribute("aria-pressed", "true")
    await both.click()
    await expect(message.get_by_role("button", name="🎉 1: 🎉 from Mary")).to_have_attribute("aria-pressed", "false")
    await message.get_by_role("button", name="React", exact=True).click()
    await tony.page.get_by_role("button", name="More emoji").click()
    picker = tony.page.get_by_role("dialog", name="Emoji")
    await picker.get_by_role("searchbox").fill("octopus")
    await picker.get_by_role("button", name="octopus").click()
    await expect(theirs.get_by_role("button", name="🐙 1: 🐙 from Tony")).to_be_visible()


async def test_pins_and_who_has_seen_a_message(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    mary = await people.join(server, "Mary", viewport={"width": 1280, "height": 400})
    await tony.add_recipient("Mary")
    await tony.write("remember the milk")
    await tony.reads("remember the milk")
    await expect(tony.page.get_by_title("Seen by")).to_have_count(0)
    await mary.page.bring_to_front()
    await mary.open(re.compile("^Tony"))
    await mary.reads("remember the milk")
    await expect(tony.page.get_by_title("Seen by Mary")).to_have_text("Seen")
    await tony.menu(tony.message("remember the milk"), "Seen by")
    seen = tony.page.get_by_role("dialog", name="Seen by").get_by_role("region", name="Seen", exact=True)
    await expect(seen).to_contain_text("Mary")
    await tony.page.keyboard.press("Escape")
    await tony.menu(tony.message("remember the milk"), "Pin")
    await expect(mary.message("remember the milk")).to_contain_text("Pinned")
    await mary.page.get_by_role("button", name="Pinned messages").click()
    pins = mary.page.get_by_role("region", name="Pinned messages")
    for number in range(14):
        await tony.write(f"later {number}")
    await mary.reads("later 13")
    await expect(mary.message("remember the milk")).not_to_be_in_viewport()
    await pins.get_by_role("link", name=re.compile("remember the milk")).click()
    await expect(mary.message("remember the milk")).to_be_in_viewport()
    await mary.menu(mary.message("remember the milk"), "Unpin")
    await expect(pins).to_contain_text("No pinned messages yet")


async def test_texts_look_as_they_were_meant(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", **CLIPBOARD)
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        await mary.ask(CMD="SEND", TO=[], MSG="**bold** *slanted* ~~gone~~ `code` https://example.org/a?b=c", ID="1")
        await mary.ask(CMD="SEND", TO=[], MSG="- one\n- two\n\n> quoted\n\n3. three", ID="2")
        await mary.ask(CMD="SEND", TO=[], MSG="```python\nprint('<b>')\n  indented\n```", ID="3")
        await mary.ask(CMD="SEND", TO=[], MSG="# heading, <b>no html</b>\nand a new line", ID="4")
        await mary.ask(CMD="SEND", TO=[], MSG="@Tony and @room, not @nobody", ID="5")
        await mary.ask(CMD="SEND", TO=[], MSG="😀🎉", ID="6")
    marks = await tony.reads("bold slanted")
    for tag, text in {"strong": "bold", "em": "slanted", "s": "gone", "code": "code"}.items():
        await expect(marks.locator(tag)).to_have_text(text)
    link = marks.get_by_role("link", name="https://example.org/a?b=c")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(link).to_have_attribute("target", "_blank")
    lists = tony.message("one")
    await expect(lists.get_by_role("listitem")).to_have_text(["• one", "• two", "3. three"])
    await expect(lists.locator("blockquote")).to_have_text("quoted")
    code = tony.message("print")
    await code.hover()
    await code.get_by_role("button", name="Copy code").click()
    assert await tony.until(lambda: clipboard(tony.page), bool) == "print('<b>')\n  indented"
    await expect(tony.message("heading, <b>no html</b>")).to_be_visible()
    assert re.search(r"</b>\n+and a new line", await tony.message("no html").locator(".body").inner_text())
    await expect(tony.message("not @nobody").locator(".at")).to_have_text(["@Tony", "@room"])
    large = await tony.message("😀🎉").locator(".body").evaluate("(body) => getComputedStyle(body).fontSize")
    assert float(large.removesuffix("px")) > 25


async def test_names_and_emoji_are_completed(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary Jane")
    await people.join(server, "Mark")
    await expect(tony.page.get_by_text("connected, 3 online")).to_be_visible()
    await tony.composer.press_sequentially("hi @mar")
    options = tony.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(options).to_have_count(2)
    await tony.composer.press("ArrowDown")
    chosen = await options.and_(tony.page.get_by_role("option", selected=True)).inner_text()
    if "Mark" in chosen:
        await tony.composer.press("ArrowUp")
    await tony.composer.press("Tab")
    await expect(tony.composer).to_have_value("hi @Mary Jane ")
    await tony.composer.press_sequentially(":tada:")
    await expect(tony.composer).to_have_value("hi @Mary Jane 🎉 ")
    await tony.composer.press_sequentially(":octop")
    await expect(options).to_have_text([re.compile(":octopus:")])
    await tony.composer.press("Tab")
    await tony.composer.press_sequentially("and :nosuchthing: @room")
    await tony.composer.press("Escape")
    await tony.composer.press("Enter")
    message = await mary.reads("hi @Mary Jane 🎉 🐙 and :nosuchthing: @room")
    await expect(message.locator(".at.myself")).to_have_text(["@Mary Jane", "@room"])


@pytest_asyncio.fixture(loop_scope="session")
async def long_room(tmp_path: Path) -> AsyncIterator[Server]:
    """Serve a lobby with 3,000 messages."""
    data = tmp_path / "data"
    data.mkdir()
    seed_lobby(data, 3_000)
    async with serving(data, page=PAGE) as served:
        yield served


async def test_permalinks_dates_and_the_line_above_what_is_new(long_room: Server, people: People) -> None:
    tony = await people.join(long_room, "Tony", **CLIPBOARD)
    await tony.reads(re.compile(r"message 3000\b"))
    # A day is jumped to.
    day = datetime.fromtimestamp((START_MS + 1_000 * STEP_MS) / 1_000, UTC)
    await tony.page.get_by_role("button", name="Jump to a date").click()
    await tony.page.get_by_label("Date", exact=True).fill(f"{day:%Y-%m-%d}")
    await tony.page.get_by_role("button", name="Jump", exact=True).click()
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1_000
    number = -(-(int(midnight) - START_MS) // STEP_MS)
    begin = await tony.reads(re.compile(rf"message {number}\b"))
    await tony.until(lambda: is_in_view(tony, begin), bool)
    # A permalink leads another person to the same place.
    await begin.hover()
    await tony.menu(begin, "Copy link")
    link = await tony.until(lambda: clipboard(tony.page), bool)
    assert link == f"{tony.url}#/room/lobby/{number}"
    mary = await people.bring(long_room)
    mary.url = link
    await mary.join("Mary")
    place = await mary.reads(re.compile(rf"message {number}\b"))
    await mary.until(lambda: is_in_view(mary, place), bool)
    await expect(place).to_be_focused()
    # The newest, and what came while one was away.
    await mary.page.get_by_role("button", name="Jump to newest").click()
    await mary.reads(re.compile(r"message 3000\b"))
    await mary.page.get_by_role("button", name="People").first.focus()
    await mary.page.goto("about:blank")
    await tony.page.get_by_role("button", name=re.compile("newest")).click()
    for text in ("while Mary was away", "and a second time"):
        await tony.write(text)
    await tony.reads("and a second time")
    await mary.page.goto(f"{mary.url.split('#')[0]}")
    await mary.reads("while Mary was away")
    new = mary.log.get_by_role("heading", name="New", exact=True)
    await expect(new).to_be_visible()
    after = new.locator("xpath=../following-sibling::div[1]")
    await expect(after).to_contain_text("while Mary was away")
    await expect(mary.room("Everyone")).not_to_contain_text("unread")


async def test_what_ignored_people_say_is_folded(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await mary.write("an annoying thing")
    await tony.reads("an annoying thing")
    await tony.here.get_by_role("button", name="Mary").click()
    await tony.page.get_by_role("switch", name=re.compile("^Ignore")).click()
    await tony.page.keyboard.press("Escape")
    await expect(tony.log.get_by_text("annoying")).to_have_count(0)
    await expect(tony.log.get_by_text("Message from Mary (ignored by you).")).to_be_visible()
    await tony.log.get_by_role("button", name="Show").click()
    await tony.reads("an annoying thing")
    await mary.write("and another")
    await expect(tony.log.get_by_text("Message from Mary (ignored by you).")).to_be_visible()


async def test_a_refused_message_says_why_and_is_tried_again_or_taken_back(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    await tony.page.goto(f"{tony.url}#/room/to:mary")
    for text in ("try me again", "take me back"):
        await tony.write(text)
        await expect(tony.message(text).get_by_role("alert")).to_contain_text("Not sent. Nobody here has")
    await tony.page.reload()
    await tony.message("take me back").get_by_role("button", name="Cancel", exact=True).click()
    await expect(tony.message("take me back")).to_have_count(0)
    async with Wire(server.port) as mary:
        peers = (await mary.join("Mary", "mary"))["DATA"]["PEERS"]
        uid = next(peer["UID"] for peer in peers if peer["UN"] == "Tony")
        await mary.ask(CMD="SEND", TO=[uid], MSG="are you there?", ID="asked")  # now there is a room
        await tony.reads("are you there?")
        await tony.message("try me again").get_by_role("button", name="Try again").click()
        await mary.until("MSG", TYPE="PRIVATE", MSG="try me again")
        await expect(tony.message("try me again").get_by_role("alert")).to_have_count(0)
        await expect(tony.room(re.compile("^Mary"))).to_be_visible()
