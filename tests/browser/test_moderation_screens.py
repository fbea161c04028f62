"""The owner of a new server, a class that comes by a QR code, a moderator with a troublemaker."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from muca.server.serve import Server
from tests.browser.accounts import PASSWORD, register, register_owner
from tests.browser.conftest import People
from tests.browser.qr import read_qr
from tests.serving import ServerProcess
from tests.wire import Wire


def dialog(page: Page) -> Locator:
    """Return the dialog on top."""
    return page.get_by_role("dialog").last


async def open_server(page: Page, part: str) -> None:
    """Open a part of the server's screen, by the palette."""
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("Administration")
    await page.keyboard.press("Enter")
    await page.get_by_role("tab", name=part).click()


async def do_about(page: Page, name: str, deed: str, time: str | None = None, reason: str = "") -> None:
    """Choose what to do about somebody in a list of people, and do it."""
    await page.get_by_role("button", name=f"Actions for {name}").click()
    await page.get_by_role("menuitem", name=deed, exact=True).click()
    asked = dialog(page)
    if time is not None:
        await asked.get_by_label("Duration").select_option(label=time)
    if reason:
        await asked.get_by_label("Reason").fill(reason)
    await asked.get_by_role("button", name=deed, exact=True).click()
    await expect(asked.get_by_role("heading", name=re.compile(rf"\b{name}\b"))).to_have_count(0)


async def test_the_owner_of_a_new_server_invites_a_class_by_a_qr_code(tmp_path: Path, people: People) -> None:
    async with ServerProcess(data=tmp_path / "data") as process:
        found = re.search(r"and enter (\S+)", process.greeting)
        assert found is not None, process.greeting
        here, for_others = f"http://127.0.0.1:{process.port}/", "https://192.0.2.2:40453/"
        teacher = await people.bring(here)
        tls = {"PORT": 40453, "FINGERPRINT": "sha256:…", "OWN": True}
        await teacher.is_told(URLS=["http://192.0.2.2:40452/", for_others], TLS=tls)
        await teacher.join("Teacher")
        page = teacher.page
        await page.keyboard.press("Control+,")
        await page.get_by_role("tab", name="Account").click()
        await expect(page.get_by_label("Code")).to_be_hidden()  # pupils are not asked for it
        await page.get_by_text("I have the owner’s code").click()
        await page.get_by_label("Code").fill("not the code")
        await page.get_by_role("button", name="Become owner").click()
        await expect(dialog(page).get_by_role("alert")).to_contain_text("That code is wrong")
        await page.get_by_label("Code").fill(found[1])
        await page.get_by_role("button", name="Become owner").click()
        await expect(page.get_by_text("You are now the owner of this server")).to_be_visible()
        await page.keyboard.press("Escape")

        shown = page.get_by_role("img", name="QR code for the link")
        warning = dialog(page).get_by_text("On the first visit, browsers warn")
        await page.locator("[aria-haspopup=menu]", has_text="Teacher").click()
        await page.get_by_role("menuitem", name="Address and QR code").click()
        assert read_qr(await shown.screenshot()) == "http://192.0.2.2:40452/"
        await expect(warning).to_have_count(0)
        await dialog(page).get_by_label("Page address").select_option(for_others)
        await expect(page.get_by_label("Address of this chat")).to_have_value(for_others)
        assert read_qr(await shown.screenshot()) == for_others
        await expect(warning).to_be_visible()
        await page.keyboard.press("Escape")

        await open_server(page, "Invitations")
        await page.get_by_role("button", name="New invitation").click()
        await expect(dialog(page).get_by_label("Number of people")).to_be_focused()
        await expect(dialog(page).get_by_label("Number of people")).to_have_value("30")
        await dialog(page).get_by_label("Valid for").select_option(label="24 hours")
        await dialog(page).get_by_role("button", name="Create link").click()
        link = read_qr(await shown.screenshot())
        assert link == await page.get_by_label("Invitation link").last.input_value()
        assert link.startswith(f"{for_others}#/invite/"), "a phone is led to itself"
        await dialog(page).get_by_label("Page address").select_option("http://192.0.2.2:40452/")
        await expect(page.get_by_label("Invitation link").last).to_have_value(re.compile("^http://192.0.2.2:40452/#"))
        link = link.replace(for_others, here)
        await dialog(page).get_by_role("button", name="Done").click()
        await expect(page.get_by_text("Valid for 30 more people")).to_be_visible()

        pupil = await people.bring(link)
        await pupil.page.goto(link)
        await pupil.page.get_by_label("Your name").fill("Pupil")
        await pupil.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await pupil.page.get_by_role("button", name="Create account").click()
        await expect(pupil.composer).to_be_editable()
        await page.get_by_role("tab", name="Statistics").click()
        await expect(page.get_by_role("definition").first).to_have_text("2")
        await page.get_by_role("tab", name="Invitations").click()
        await expect(page.get_by_text("Valid for 29 more people")).to_be_visible()
        await page.get_by_role("button", name=re.compile("^Revoke invitation")).click()
        await expect(page.get_by_text("No open invitations")).to_be_visible()
        await page.get_by_role("tab", name="Log").click()
        await expect(page.get_by_role("list", name="Log")).to_contain_text("revoked an invitation")


async def test_a_moderator_deals_with_a_troublemaker(server: Server, people: People) -> None:
    async with Wire(server.port) as owner, Wire(server.port) as member:
        await register_owner(owner, server)
        await register(member, "mary", "Mary")
        molly, tim = await people.join(server, "Molly"), await people.join(server, "Tim")
        known = (await owner.ask(CMD="MEMBERS", ROOM="lobby", ID="members"))["DATA"]["MEMBERS"]
        uids = {each["UN"]: each["UID"] for each in known}
        page = molly.page
        await page.locator("[aria-haspopup=menu]", has_text="Molly").click()
        await expect(page.get_by_role("menuitem", name="Administration")).to_have_count(0)
        await page.keyboard.press("Escape")
        await owner.ask(CMD="ROLE", UID=uids["Molly"], ROLE="moderator", ID="role")

        await tim.write("buy it today")
        await tim.menu(await tim.reads("buy it today"), "Edit")
        await tim.write("buy now")
        message = await molly.reads("buy now")
        said, _ = (await owner.ask(CMD="HISTORY", ROOM="lobby", LIMIT=2, ID="history"))["DATA"]["EVENTS"]
        seq = said["SEQ"]
        await member.ask(CMD="REPORT", ROOM="lobby", SEQ=seq, REASON="It is spam.", ID="report")
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when she looks here again
        await expect(page.locator("[aria-haspopup=menu]", has_text="Molly")).to_contain_text("1 open report")
        await page.locator("[aria-haspopup=menu]", has_text="Molly").click()
        await page.get_by_role("menuitem", name="Administration 1 open report").click()
        report = page.get_by_role("list", name="Reports").get_by_role("listitem")
        await expect(report).to_contain_text(re.compile(r"Mary reported this.*spam.*Tim.*edited.*today.*now", re.S))
        await report.get_by_role("link", name="Go to message").click()
        await expect(message).to_be_in_viewport()
        await open_server(page, "Reports")
        await report.get_by_role("button", name="Mute Tim").click()
        await expect(dialog(page)).to_contain_text("they can come back with a new name")
        await dialog(page).get_by_role("button", name="Cancel").click()
        await report.get_by_role("button", name="Delete message").click()
        await dialog(page).get_by_role("button", name="Delete message").click()
        await expect(report).to_contain_text(re.compile(r"buy now.*The message was deleted\.", re.S))
        await expect(tim.message("buy now")).to_have_count(0)
        await expect(page.get_by_role("tab", name="Reports")).to_contain_text("1 open report")
        await report.get_by_role("button", name="Resolve").click()
        await expect(page.get_by_text("No open reports")).to_be_visible()
        await expect(page.get_by_role("tab", name="Reports")).to_have_text("Reports")

        await page.get_by_role("tab", name="People").click()
        await do_about(page, "Tim", "Mute", "10 minutes", "Calm down.")
        await expect(page.get_by_role("list", name="People")).to_contain_text("muted until")
        await expect(tim.page.get_by_text("You are muted here until")).to_be_visible()
        await page.get_by_role("button", name="Actions for Tim").click()
        await page.get_by_role("menuitem", name="Unmute").click()
        await expect(tim.composer).to_be_editable()
        await do_about(page, "Tim", "Remove", reason="Once more.")
        await expect(tim.page.get_by_role("alert")).to_contain_text("You were removed")
        await tim.page.get_by_role("button", name="Continue as Tim").click()
        for number in range(12):
            await tim.write(f"cheap {number}")
        await tim.stored("cheap 11")
        await page.get_by_role("button", name="Actions for Tim").click()
        await page.get_by_role("menuitem", name="Ban", exact=True).click()
        asked = dialog(page)
        await asked.get_by_label("Duration").select_option(label="7 days")
        await asked.get_by_label("Reason").fill("Enough is enough.")
        await asked.get_by_role("switch", name="Ban the IP address too").check()
        await asked.get_by_role("switch", name="Delete all their messages").check()
        await asked.get_by_role("button", name="Ban", exact=True).click()
        await expect(asked.get_by_role("alert")).to_contain_text("connected from the server's own machine")
        await expect(asked.get_by_role("alert")).to_be_in_viewport()
        await asked.get_by_role("switch", name="Ban the IP address too").uncheck()
        await asked.get_by_role("button", name="Ban", exact=True).click()
        await expect(page.get_by_text("12 messages from Tim deleted")).to_be_visible()
        await expect(page.get_by_role("list", name="People")).to_contain_text("banned until")
        await tim.page.get_by_role("button", name="Continue as Tim").click()
        await expect(tim.page.get_by_role("alert").last).to_contain_text("You are banned")

        await page.keyboard.press("Escape")
        people_here = page.get_by_role("region", name="People")
        await expect(people_here).to_contain_text("Mary")
        await expect(people_here).not_to_contain_text("Tim")  # who is banned is no ordinary absent person
        await expect(molly.message(re.compile("^cheap"))).to_have_count(0)
        await open_server(page, "Bans and mutes")
        bans = page.get_by_role("list", name="Bans and mutes").get_by_role("listitem")
        await expect(bans).to_contain_text(re.compile(r"Tim.*banned · until .* · Enough is enough\.", re.S))
        await page.get_by_role("button", name="Ban an IP address").click()
        await dialog(page).get_by_label("Address").fill("nonsense")
        await dialog(page).get_by_role("button", name="Ban", exact=True).click()
        await expect(dialog(page).get_by_role("alert")).to_be_visible()
        await dialog(page).get_by_label("Address").fill("192.0.2.0/24")
        await dialog(page).get_by_role("button", name="Ban", exact=True).click()
        await expect(bans.filter(has_text="192.0.2.0/24")).to_be_visible()
        await page.get_by_role("button", name="Lift the ban or mute for Tim").click()
        await expect(bans).to_have_count(1)
        await tim.page.get_by_role("button", name="Continue as Tim").click()
        await expect(tim.composer).to_be_editable()

        await page.get_by_role("tab", name="Log").click()
        log = page.get_by_role("list", name="Log")  # what was done with reports is in the room's
        for said in (
            "unbanned Tim",
            "banned Tim",
            "for 7 days: Enough is enough.",
            "removed Tim",
            "muted Tim",
        ):
            await expect(log).to_contain_text(said)
        await page.get_by_role("tab", name="Statistics").click()
        await expect(dialog(page)).to_contain_text("Anyone who can reach this server can join. A name is enough.")
        await page.get_by_role("tab", name="People").click()
        await page.get_by_role("button", name="Actions for Olga").click()
        await expect(page.get_by_role("menuitem")).to_have_text(["About this person"])


async def test_an_owner_gives_and_takes_roles(server: Server, people: People) -> None:
    async with Wire(server.port) as member:
        await register(member, "mary", "Mary")
        olga = await people.join(server, "Olga")
        page = olga.page
        await page.keyboard.press("Control+,")
        await page.get_by_role("tab", name="Account").click()
        await expect(page.get_by_label("Code")).to_be_hidden()  # pupils are not asked for it
        await page.get_by_text("I have the owner’s code").click()
        await page.get_by_label("Code").fill(server.owner_code or "")
        await page.get_by_label("Code").press("Enter")
        await expect(page.get_by_text("You are now the owner of this server")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.get_by_role("region", name="People").get_by_role("button", name="Mary").click()
        await page.get_by_role("button", name="Make a moderator").click()
        await dialog(page).get_by_role("button", name="Make a moderator").click()
        await member.until("EVENT", KIND="role", ROLE="moderator")
        await dialog(page).get_by_role("button", name="Make a member").click()
        await dialog(page).get_by_role("button", name="Make a member").last.click()
        await member.until("EVENT", KIND="role", ROLE="member")


async def test_the_reason_of_a_report_is_typed_at_once(server: Server, people: People) -> None:
    async with Wire(server.port) as owner:
        await register_owner(owner, server)
        tim, mary = await people.join(server, "Tim"), await people.join(server, "Mary")
        await tim.write("you fool")
        await mary.menu(await mary.reads("you fool"), "Report")
        await expect(dialog(mary.page).get_by_label("What is wrong with it?")).to_be_focused()
        await mary.page.keyboard.type("mean")
        await dialog(mary.page).get_by_role("button", name="Report", exact=True).click()
        await expect(mary.page.get_by_text("Reported.")).to_be_visible()
        reports = (await owner.ask(CMD="REPORTS", ID="reports"))["DATA"]["REPORTS"]
        assert [each["REASON"] for each in reports] == ["mean"]
