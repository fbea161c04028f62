"""A whole visit without a mouse."""

import re

from playwright.async_api import Locator, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.person import Person


async def tab_to(person: Person, goal: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus; whatever has it on the way is visible."""
    focus = person.page.locator(":focus")
    for _ in range(40):
        await person.page.keyboard.press(key)
        if await goal.evaluate("(element) => element === document.activeElement"):
            return
        if await focus.count():
            await expect(focus).to_be_in_viewport()
    raise AssertionError(f"Tab does not lead to {goal}")


async def test_a_whole_visit_without_a_mouse(server: Server, people: People) -> None:
    mary = await people.join(server, "Mary")
    tony = await people.bring(server)
    keys, page = tony.page.keyboard, tony.page
    await page.goto(tony.url)
    # In: the field for the name has the focus.
    await expect(page.get_by_label("Your name")).to_be_focused()
    await keys.type("Tony")
    await keys.press("Enter")
    await expect(tony.composer).to_be_focused()
    await keys.type("Hello Mary")
    await keys.press("Enter")
    await mary.reads("Hello Mary")
    await mary.write("Hello Tony")
    await tony.reads("Hello Tony")
    # To a message: up in the log, and its menu.
    await tab_to(tony, tony.log, "Shift+Tab")
    await keys.press("ArrowUp")
    theirs = tony.message("Hello Tony")
    await expect(theirs).to_be_focused()
    await keys.press("ArrowUp")
    await expect(tony.message("Hello Mary")).to_be_focused()
    await keys.press("ArrowDown")
    await tab_to(tony, theirs.get_by_role("button", name="React", exact=True))
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="React with 👍")).to_be_focused()
    await keys.press("Enter")
    await expect(mary.message("Hello Tony").get_by_role("button", name="👍 1: 👍 from Tony")).to_be_visible()
    await theirs.focus()
    await tab_to(tony, theirs.get_by_role("button", name="More", exact=True))
    await keys.press("Enter")
    await expect(page.get_by_role("menuitem", name="React")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await mary.message("Hello Tony").get_by_role("button", name="👍 1: 👍 from Tony").click()
    await expect(theirs.get_by_role("button", name="👍 2")).to_be_attached()
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()  # what others do changes nothing
    await keys.press("Enter")
    await expect(tony.composer).to_be_focused()
    await keys.type("an answer")
    await keys.press("Enter")
    await mary.reads("an answer")
    # Delete it, by its menu.
    await tab_to(tony, tony.log, "Shift+Tab")
    await keys.press("ArrowUp")
    await tab_to(tony, tony.message("an answer").get_by_role("button", name="More", exact=True))
    await keys.press("Enter")
    await keys.press("End")
    await expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    await keys.press("Enter")
    await tab_to(tony, page.get_by_role("dialog").get_by_role("button", name="Delete"))
    await keys.press("Enter")
    await expect(mary.message("This message was deleted")).to_be_visible()
    # Esc leads from the log to the field; from there to the recipients.
    await tab_to(tony, tony.log, "Shift+Tab")
    await keys.press("Escape")
    await expect(tony.composer).to_be_focused()
    await tab_to(tony, page.get_by_role("button", name="Choose people"), "Shift+Tab")
    await keys.press("Enter")
    await keys.type("mar")
    await keys.press("Enter")
    await expect(tony.composer).to_be_focused()
    await expect(tony.composer).to_have_accessible_name("Write to Mary")
    await keys.type("in private")
    await keys.press("Enter")
    await expect(mary.room(re.compile("^Tony"))).to_contain_text("1 unread message")
    # Rooms: the palette, and arrows in the list.
    await keys.press("Control+k")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await keys.type("everyone")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("Everyone")
    await keys.press("Enter")
    await expect(tony.composer).to_have_accessible_name("Write to everyone")
    await tab_to(tony, tony.room("Everyone"), "Shift+Tab")
    await keys.press("ArrowDown")
    await expect(tony.room(re.compile("^Mary"))).to_be_focused()
    await keys.press("Enter")
    await expect(tony.composer).to_have_accessible_name("Write to Mary")
    await expect(tony.composer).to_be_focused()
    # And out.
    await tab_to(tony, page.get_by_role("button", name=re.compile("^Tony")).first, "Shift+Tab")
    await keys.press("Enter")
    await keys.press("End")
    await expect(page.get_by_role("menuitem", name="Leave")).to_be_focused()
    await keys.press("Enter")
    await expect(mary.page.get_by_text("connected, nobody else online")).to_be_visible()
