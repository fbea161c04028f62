"""On a phone: one column, back leads back, the field stays above the keyboard, a long press opens the menu."""

import json
import re

from playwright.async_api import Locator, WebSocketRoute, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.test_files_in_page import choose, png
from tests.wire import Wire

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def press_long(person: Person, message: Locator) -> None:
    """Rest a finger on a message."""
    box = await message.bounding_box()
    assert box is not None
    screen = await person.context.new_cdp_session(person.page)
    where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    await screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [where]})
    await expect(person.page.get_by_role("menu")).to_be_visible()
    await screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_a_phone_has_one_column_and_back_leads_back(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", **PHONE)
    # Who has typed a name is in the chat; the list lies beneath.
    await expect(tony.log).to_be_visible()
    await expect(tony.rooms).to_be_hidden()
    await tony.page.go_back()
    await expect(tony.rooms).to_be_visible()
    await expect(tony.log).to_be_hidden()
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="1")
        await expect(tony.room(re.compile("^Mary"))).to_contain_text("1 unread message")
        await tony.room(re.compile("^Mary")).tap()
        await tony.reads("psst")
        await tony.page.get_by_role("button", name="Members").tap()
        members = tony.page.get_by_role("region", name="Members")
        await expect(members.get_by_role("button", name=re.compile("^Mary"))).to_be_visible()
        await expect(tony.log).to_be_hidden()
        await tony.page.go_back()
        await tony.reads("psst")
        await tony.page.get_by_role("button", name="Back").tap()
        await expect(tony.rooms).to_be_visible()
        await expect(tony.room(re.compile("^Mary"))).not_to_contain_text("unread")
        # A reload is where one was: at the list, or in a room with the list beneath.
        await tony.page.reload()
        await expect(tony.rooms).to_be_visible()
        await tony.room("Everyone").tap()
        await tony.page.reload()
        await expect(tony.log).to_be_visible()
        # The list says that something came for one; in a room, the way back to it does.
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst again", ID="2")
        await tony.page.get_by_role("button", name="Back, 1 mention or private message").tap()
        await expect(tony.rooms).to_be_visible()


async def test_writing_and_the_menu_under_a_finger(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", **PHONE)
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        for number in range(30):
            await mary.ask(CMD="SEND", TO=[], MSG=f"number {number}", ID=str(number))
        newest = await tony.reads("number 29")
        await tony.scroll(newest, 2_000)  # on a busy machine many came at once, and the view stays at the first of them
        await expect(newest).to_be_in_viewport(ratio=1)
        # Nothing brings the keyboard up unasked; when it is up, the newest message and the field are above it.
        await expect(tony.composer).not_to_be_focused()
        await tony.composer.tap()
        await tony.page.set_viewport_size({"width": 390, "height": 420})
        await expect(newest).to_be_in_viewport(ratio=1)
        await expect(tony.composer).to_be_in_viewport(ratio=1)
        await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
        # Enter begins a line, as phones do; the button sends, and the keyboard stays.
        await tony.composer.press_sequentially("one")
        await tony.composer.press("Enter")
        await tony.composer.press_sequentially("two")
        await tony.page.get_by_role("button", name="Send", exact=True).tap()
        await mary.until("MSG", MSG="one\ntwo")
        await expect(tony.composer).to_be_focused()
        await tony.page.set_viewport_size({"width": 390, "height": 844})
        # A finger that rests opens the menu, all of it within the page.
        await press_long(tony, newest)
        await expect(tony.page.get_by_role("menu")).to_be_in_viewport(ratio=1)
        await tony.page.get_by_role("menuitem", name="React").tap()
        await tony.page.get_by_role("button", name="React with 👍").tap()
        await expect(newest.get_by_role("button", name="👍 1: 👍 from you")).to_be_visible()
        await press_long(tony, newest)
        await tony.page.get_by_role("menuitem", name="Reply").tap()
        await expect(tony.page.get_by_text("Reply to Mary")).to_be_visible()
        # Nothing is wider than the page.
        assert await tony.page.evaluate("() => document.documentElement.scrollWidth") == 390


async def test_a_finger_that_rests_on_a_picture_opens_the_menu_and_one_that_taps_shows_it_large(
    server: Server, people: People
) -> None:
    tony = await people.join(server, "Tony", **PHONE)
    mary = await people.join(server, "Mary")
    await choose(mary, png("sky.png", 300, 200, (90, 140, 220)))
    await mary.composer.fill("the sky")
    await mary.page.get_by_role("button", name="Send", exact=True).click()
    message = await tony.reads("the sky")
    picture = message.get_by_role("button", name="Enlarge sky.png")
    await press_long(tony, picture)
    await tony.page.get_by_role("menuitem", name="React").tap()
    await tony.page.get_by_role("button", name="React with 👍").tap()
    await expect(message.get_by_role("button", name="👍 1: 👍 from you")).to_be_visible()
    # Nor does the name above the text open anything when the finger leaves.
    await press_long(tony, message.get_by_role("button", name="Mary", exact=True))
    await tony.page.get_by_role("menuitem", name="Reply").tap()
    await expect(tony.page.get_by_text("Reply to Mary")).to_be_visible()
    await expect(tony.page.get_by_role("dialog")).to_have_count(0)
    await picture.tap()
    await expect(tony.page.get_by_role("dialog", name="Image: sky.png")).to_be_visible()


CLOSE_AND_GO_BACK = """
async (name) => {
    const isOpen = () => document.querySelector("dialog, [role=dialog]") !== null;
    [...document.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === name).click();
    for (let turns = 0; isOpen(); turns++) {
        if (turns > 1_000) throw Error("The dialog is still open.");
        await Promise.resolve();
    }
    history.back();
}
"""
"""Back in the very moment in which a dialog has closed, before the page has had a turn of its own."""


async def test_back_closes_what_is_open_and_nothing_else(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", **PHONE)
    mary = await people.join(server, "Mary")
    await choose(mary, png("sky.png", 300, 200, (90, 140, 220)))
    await mary.composer.fill("the sky")
    await mary.page.get_by_role("button", name="Send", exact=True).click()
    message = await tony.reads("the sky")
    dialog = tony.page.get_by_role("dialog")
    picture = message.get_by_role("button", name="Enlarge sky.png")
    await picture.tap()
    await expect(dialog).to_be_visible()
    await tony.page.go_back()
    await expect(dialog).to_have_count(0)
    await tony.reads("the sky")
    # Closed by its button, it leaves nothing to go back to: the next thing is the list.
    await picture.tap()
    await dialog.get_by_role("button", name="Close").tap()
    await expect(dialog).to_have_count(0)
    await tony.page.go_back()
    await expect(tony.rooms).to_be_visible()
    # However soon Back comes.
    await tony.room("Everyone").tap()
    await picture.tap()
    await expect(dialog).to_be_visible()
    await tony.page.evaluate(CLOSE_AND_GO_BACK, "Close")
    await expect(tony.rooms).to_be_visible()
    # So is a screen.
    await tony.page.get_by_role("button", name="Settings").tap()
    await expect(dialog).to_be_visible()
    await tony.page.go_back()
    await expect(dialog).to_have_count(0)
    await expect(tony.rooms).to_be_visible()
    # What leads elsewhere is not come back to.
    await tony.room("Everyone").tap()
    await message.get_by_role("button", name="Mary", exact=True).tap()
    await dialog.get_by_role("button", name="Write").tap()
    await expect(tony.composer).to_have_accessible_name("Write to Mary")
    await tony.page.go_back()
    await tony.reads("the sky")
    await expect(dialog).to_have_count(0)


async def test_what_does_not_work_is_said_after_a_reload_in_the_list_and_in_the_room(
    server: Server, people: People
) -> None:
    def fail(page: WebSocketRoute) -> None:
        behind = page.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            page.send(frame)
            if "SESSION" in json.loads(frame).get("DATA", {}):
                page.send(json.dumps({"CMD": "NOTICE", "CODE": "storage_failed", "TEXT": "The disk fails."}))

        behind.on_message(pass_on)

    tony = await people.join(server, "Tony", **PHONE)
    await tony.page.route_web_socket(re.compile(""), fail)
    notice = tony.page.get_by_text("The disk fails.").filter(visible=True)
    await tony.page.reload()
    await expect(tony.log).to_be_visible()
    await expect(notice).to_have_count(1)
    await tony.page.get_by_role("button", name="Back").tap()
    await expect(tony.rooms).to_be_visible()
    await expect(notice).to_have_count(1)
    await tony.page.set_viewport_size({"width": 1280, "height": 900})
    await expect(tony.log).to_be_visible()
    await expect(notice).to_have_count(1)
