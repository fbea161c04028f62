"""Rooms: found, entered, made, set, shared, left and archived; and what each role is offered."""

import re

from playwright.async_api import expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.test_moderation_screens import dialog, do_about
from tests.wire import Wire


async def test_a_room_from_its_making_to_the_archive(server: Server, people: People) -> None:
    async with Wire(server.port) as other:
        await other.join("Zoe", "zoe")
        olga, mary = await people.join(server, "Olga"), await people.join(server, "Mary")
        page, hers = olga.page, mary.page
        await page.get_by_role("button", name="Find or create a room").click()
        await expect(page.get_by_text("No rooms yet")).to_be_visible()
        await page.get_by_role("button", name="Create a room", exact=True).click()
        await page.get_by_role("button", name="Create room").click()
        await expect(page.get_by_role("alert")).to_contain_text("Give the room a title")
        await page.get_by_label("Title").fill("Physics")
        await page.get_by_label("Topic").fill("Waves and light")
        await page.get_by_role("button", name="Create room").click()
        await expect(page.get_by_role("heading", name="Physics", level=1)).to_be_visible()

        await hers.get_by_role("button", name="Find or create a room").click()
        await hers.get_by_role("searchbox", name="Find a room").fill("phys")
        await hers.get_by_role("button", name="Join Physics").click()
        await expect(mary.composer).to_be_editable()
        members = page.get_by_role("region", name="Members")
        await expect(members.get_by_role("button", name="Mary")).to_be_visible()

        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox").fill("About this room")
        await page.keyboard.press("Enter")
        await expect(dialog(page)).to_contain_text("Others cannot reach this server")
        await dialog(page).get_by_role("button", name="Invite people").click()
        await expect(dialog(page).get_by_role("checkbox", name="Mary")).to_have_count(0)
        await dialog(page).get_by_role("checkbox", name="Zoe").check()
        await dialog(page).get_by_role("button", name="Invite people").click()
        await expect(dialog(page).get_by_role("checkbox")).to_have_count(0)
        await other.until("EVENT", KIND="invite")
        await expect(members.get_by_role("button", name="Zoe", include_hidden=True)).to_be_attached()

        await page.get_by_role("tab", name="Members").click()
        await expect(page.get_by_role("tabpanel").get_by_role("button", name="Invite people")).to_be_visible()
        await page.keyboard.press("Escape")
        await members.get_by_role("button", name="Invite people").click()
        await expect(dialog(page).get_by_role("checkbox", name="Mary")).to_have_count(0)
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox").fill("About this room")
        await page.keyboard.press("Enter")
        await page.get_by_role("tab", name="Members").click()
        await do_about(page, "Mary", "Make a moderator")
        await expect(dialog(page).get_by_role("listitem").filter(has_text="Mary")).to_contain_text("Moderator")
        await page.get_by_role("tab", name="Settings").click()
        await expect(page.get_by_role("button", name="Save")).to_be_disabled()
        await page.get_by_label("Slow mode").select_option(label="10 seconds")
        await page.get_by_label("Keep messages").select_option(label="90 days")
        await page.get_by_role("switch", name="Only moderators can write").check()
        await page.get_by_role("button", name="Save").click()
        await dialog(page).get_by_role("button", name="Delete old messages").click()
        await expect(page.get_by_text("Saved")).to_be_visible()
        await page.keyboard.press("Escape")
        for said in ("You chose to keep messages for 90 days.", "You allowed only moderators to write here."):
            await expect(olga.log.get_by_text(said)).to_be_visible()
        await expect(mary.log.get_by_text("Olga chose to keep messages for 90 days.")).to_be_visible()

        await hers.get_by_role("button", name="Physics").click()
        await hers.get_by_role("button", name="Members and settings").click()
        await expect(hers.get_by_role("tab")).to_have_text(
            ["About", "Members", "Settings", "Reports", "Bans and mutes", "Log"]
        )
        await hers.get_by_role("tab", name="Settings").click()
        await expect(hers.get_by_label("Topic")).to_have_value("Waves and light")
        for only_owners in ("Keep messages", "Private"):
            await expect(dialog(hers).get_by_label(only_owners)).to_have_count(0)
        await hers.get_by_role("tab", name="Members").click()
        await do_about(hers, "Zoe", "Remove", reason="wrong room")
        await expect(mary.log.get_by_text("You removed Zoe. “wrong room”")).to_be_attached()
        await hers.get_by_role("tab", name="About").click()
        await hers.get_by_role("button", name="Leave room").click()
        await dialog(hers).get_by_role("button", name="Leave room").click()
        await expect(mary.rooms.get_by_role("link", name="Physics")).to_have_count(0)

        await page.get_by_role("button", name="Physics").click()
        await page.get_by_role("button", name="Members and settings").click()
        await page.get_by_role("tab", name="Settings").click()
        await page.get_by_role("button", name="Archive room").click()
        await dialog(page).get_by_role("button", name="Archive room").click()
        await expect(page.get_by_role("button", name="Unarchive")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("You can read it but not write").first).to_be_visible()
        await expect(olga.composer).to_have_count(0)


async def test_an_owner_deletes_a_room_for_good(server: Server, people: People) -> None:
    """Having typed its title; it leaves the others' lists at once."""
    async with Wire(server.port) as owner:
        await owner.join("Zoe", "zoe")
        made = (await owner.ask(CMD="CREATE", TITLE="Scratch", ID="create"))["DATA"]["ROOM"]
        olga, mary = await people.join(server, "Olga"), await people.join(server, "Mary")
        for person in (olga, mary):
            await person.page.goto(f"{person.url}#/room/{made}")
            await person.page.get_by_role("button", name="Join").last.click()
            await expect(person.rooms.get_by_role("link", name="Scratch")).to_be_visible()
        uid = next(
            peer["UID"]
            for peer in (await owner.ask(CMD="MEMBERS", ROOM=made, ID="members"))["DATA"]["MEMBERS"]
            if peer["UN"] == "Olga"
        )
        await owner.ask(CMD="ROLE", ROOM=made, UID=uid, ROLE="owner", ID="role")
        await mary.rooms.get_by_role("link", name="Everyone").click()
        page = olga.page
        await page.get_by_role("button", name="Scratch").click()
        await page.get_by_role("button", name="Members and settings").click()
        await page.get_by_role("tab", name="Settings").click()
        await page.get_by_role("button", name="Delete room").click()
        confirm = dialog(page).get_by_role("button", name="Delete permanently")
        await expect(confirm).to_be_disabled()
        await dialog(page).get_by_label("To confirm, type").fill("Scratch")
        await confirm.click()
        await owner.until("EVENT", KIND="delete_room")
        for person in (olga, mary):
            await expect(person.rooms.get_by_role("link", name="Everyone")).to_be_visible()
            await expect(person.rooms.get_by_role("link", name="Scratch")).to_have_count(0)
        await expect(page.get_by_role("heading", name="Everyone", level=1)).to_be_visible()


async def test_a_member_and_somebody_looking_in_are_offered_no_more_than_they_may(
    server: Server, people: People
) -> None:
    async with Wire(server.port) as owner:
        await owner.join("Olga", "olga")
        room = (await owner.ask(CMD="CREATE", TITLE="Physics", ID="create"))["DATA"]["ROOM"]
        tom = await people.join(server, "Tom")
        page = tom.page
        await page.goto(f"{tom.url}#/room/{room}")
        await expect(page.get_by_text("You are viewing this room")).to_be_visible()
        await page.get_by_role("button", name="Join", exact=True).click()
        await expect(tom.composer).to_be_editable()
        await page.get_by_role("button", name="Physics").click()
        await page.get_by_role("button", name=re.compile("Members and settings|Room details")).click()
        await expect(page.get_by_role("tab")).to_have_text(["About", "Members"])
        await page.get_by_role("tab", name="Members").click()
        await page.get_by_role("button", name="Actions for Olga").click()
        await expect(page.get_by_role("menuitem")).to_have_text(["About this person"])
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox").fill("Administration")
        await expect(page.get_by_role("option", name="Administration", exact=True)).to_have_count(0)


async def test_many_rooms_leave_private_messages_in_view(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", viewport={"width": 1280, "height": 800})
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        rooms = [
            (await mary.ask(CMD="CREATE", TITLE=title, ID=title))["DATA"]["ROOM"]
            for title in ("Room 1", *(f"Laboratory {number}" for number in range(2, 13)))
        ]
        for room in rooms:
            await tony.page.goto(f"{tony.url}#/room/{room}")
            await tony.page.get_by_role("button", name="Join", exact=True).click()
            await expect(tony.composer).to_be_editable()
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="psst")
    await expect(tony.room(re.compile("^Mary"))).to_be_in_viewport(ratio=1)
    named = tony.rooms.get_by_role("list", name="Rooms").get_by_role("link")
    await expect(named).to_have_count(8)
    # What is open is there, and in view; so are all, if one likes.
    await tony.page.set_viewport_size({"width": 1280, "height": 500})
    await tony.page.goto(f"{tony.url}#/room/{rooms[0]}")
    await expect(named).to_have_count(9)
    await expect(tony.room("Room 1")).to_be_in_viewport(ratio=1)
    await tony.rooms.get_by_role("button", name="Show all 12").click()
    await expect(named).to_have_count(12)
