"""Settings: each does what it says, and the user's messages can be exported."""

import json
import re

from playwright.async_api import expect

from muca.server.serve import Server
from tests.browser.accounts import PASSWORD, log_in
from tests.browser.conftest import People
from tests.wire import Wire


async def test_name_password_devices_look_and_language(server: Server, people: People) -> None:
    async with Wire(server.port) as phone, Wire(server.port) as zoe:
        await zoe.join("Zoe", "zoe")
        tony = await people.join(server, "Tony")
        page = tony.page
        await page.keyboard.press("Control+,")
        await page.get_by_label("Your name", exact=True).fill("Anthony")
        await page.get_by_role("button", name="Change name").click()
        uid = (await zoe.until("PEER", TYPE="RENAMED", UN="Anthony"))["UID"]
        await page.get_by_role("switch", name="Away").check()
        await zoe.until("PEER", TYPE="AWAY", UID=uid)
        await page.get_by_role("switch", name="Away").uncheck()
        await zoe.until("PEER", TYPE="BACK", UID=uid)

        await page.get_by_role("tab", name="Account").click()
        await page.get_by_label("New password").fill("short")
        await page.get_by_role("button", name="Set a password").click()
        await expect(page.get_by_role("alert")).to_contain_text("at least 8 characters")
        await page.get_by_label("New password").fill(PASSWORD)
        await page.get_by_role("button", name="Set a password").click()
        await expect(page.get_by_role("button", name="Change password")).to_be_visible()
        await page.get_by_label("Current password").fill("wrong, all of it")
        await page.get_by_label("New password").fill(f"{PASSWORD} 2")
        await page.get_by_role("button", name="Change password").click()
        await expect(page.get_by_role("alert")).to_contain_text("not your current password")

        await log_in(phone, uid, "Anthony", DEVICE="phone")
        await page.get_by_role("tab", name="Devices").click()
        devices = page.get_by_role("list", name="Devices").get_by_role("listitem")
        await expect(devices).to_have_count(2)
        await expect(devices.filter(has_text="this device")).to_have_count(1)
        await page.get_by_role("button", name="Log out phone").click()
        await page.get_by_role("dialog").last.get_by_role("button", name="Log out").click()
        await expect(devices).to_have_count(1)
        assert await phone.ended()

        await page.get_by_role("tab", name="Appearance").click()
        background = "() => getComputedStyle(document.documentElement).backgroundColor"
        light = await page.evaluate(background)
        await page.get_by_role("radio", name="Dark").check()
        await tony.until(lambda: page.evaluate(background), lambda colour: colour != light)
        await page.get_by_label("Language").select_option(label="Deutsch")
        await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("textbox", name="An alle schreiben")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("textbox", name="An alle schreiben")).to_be_editable()
        assert await page.evaluate(background) != light


async def test_whom_one_ignores_and_what_one_has_written(server: Server, people: People) -> None:
    async with Wire(server.port) as zoe, Wire(server.port) as mary:
        await zoe.join("Zoe", "zoe")
        await mary.join("Mary", "mary")
        tony = await people.join(server, "Tony")
        page = tony.page
        await page.get_by_role("region", name="People").get_by_role("button", name="Zoe").click()
        await page.get_by_role("switch", name="Ignore").check()
        await page.keyboard.press("Escape")
        await zoe.ask(CMD="SEND", TO=[], MSG="you cannot see me", ID="1")
        await expect(tony.log.get_by_text("(ignored by you)")).to_be_visible()
        await expect(tony.log.get_by_text("you cannot see me")).to_have_count(0)
        await page.keyboard.press("Control+,")
        await page.get_by_role("button", name="Stop ignoring Zoe").click()
        await expect(page.get_by_text("You are not ignoring anyone.")).to_be_visible()
        await expect(tony.log.get_by_text("you cannot see me")).to_be_attached()
        await page.keyboard.press("Escape")

        for number in range(1, 121):  # more than a page of what SEARCH gives
            await tony.write(f"mine {number}")
        await tony.reads("mine 120")
        uid = (await mary.until("MSG", MSG="mine 120"))["FROM"]
        await mary.ask(CMD="SEND", TO=[uid], MSG="private", ID="2")
        await tony.open("Mary")
        await tony.reads("private")
        await tony.write("mine, too")
        await mary.until("MSG", MSG="mine, too")
        await page.keyboard.press("Control+,")
        await page.get_by_role("tab", name="Your data").click()
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Export").click()
        download = await downloading.value
        assert download.suggested_filename == f"muca-{uid}.json"
        taken = json.loads((await download.path()).read_bytes())
        texts = [message["MSG"] for message in taken["MESSAGES"]]
        assert sorted(texts) == sorted(["mine, too", *(f"mine {number}" for number in range(1, 121))])
        assert taken["UID"] == uid

        await page.get_by_role("button", name="Leave and remove").click()
        await expect(page.get_by_text("You have no password")).to_be_visible()
        await page.get_by_role("dialog").last.get_by_role("button", name="Leave and remove").click()
        await expect(page.get_by_label("Your name")).to_be_visible()
        await page.reload()
        await expect(page.get_by_label("Your name")).to_be_visible()
        await expect(page.get_by_role("button", name=re.compile("Continue as"))).to_have_count(0)
        assert uid not in await page.evaluate("() => JSON.stringify({ ...localStorage })")


async def test_one_deletes_the_own_account(server: Server, people: People) -> None:
    """With the password, permanently; the messages stay, without the name."""
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    page = tony.page
    await tony.write("remember me")
    await page.keyboard.press("Control+,")
    await page.get_by_role("tab", name="Account").click()
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Set a password").click()
    await expect(page.get_by_text("You log in as Tony")).to_be_visible()
    await page.get_by_role("tab", name="Your data").click()
    await page.get_by_role("button", name="Delete account").click()
    confirm = page.get_by_role("button", name="Delete permanently")
    await expect(confirm).to_be_disabled()
    await page.get_by_label("Current password").fill("wrong, all of it")
    await confirm.click()
    await expect(page.get_by_role("alert")).to_contain_text("not your current password")
    await page.get_by_label("Current password").fill(PASSWORD)
    await confirm.click()
    await expect(page.get_by_role("alert")).to_contain_text("The account was deleted")
    await expect(page.get_by_role("button", name="Continue as Tony")).to_have_count(0)

    async def writers() -> list[str]:
        await mary.page.reload()
        await mary.reads("remember me")
        return await mary.log.get_by_text("Deleted account").all_inner_texts()

    await mary.until(writers, bool)  # the server takes the name out in the background
