"""The join screen: by name, as a known account, with a password, by invitation; and why a session has ended."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from muca.model.limits import Limits
from muca.model.replies import Policy
from muca.server.listeners import reachable_addresses
from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.accounts import PASSWORD, log_in, register, register_owner
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.serving import serving
from tests.wire import Wire

NAME, ACCOUNT, SECRET, CODE = "Your name", "Login name", "Password", "Invitation code"


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def is_in(person: Person) -> None:
    await expect(person.composer).to_be_editable()


async def leave(person: Person, name: str) -> None:
    await person.page.locator("[aria-haspopup=menu]", has_text=name).click()
    await person.page.get_by_role("menuitem", name="Leave").click()
    await expect(button(person.page, f"Continue as {name}")).to_be_visible()


async def log_in_page(page: Page, account: str, password: str) -> None:
    await page.get_by_role("radio", name="Log in").check()
    await field(page, ACCOUNT).fill(account)
    await field(page, SECRET).fill(password)
    await button(page, "Log in").click()


async def test_a_name_is_enough_and_is_remembered_until_it_is_forgotten(server: Server, people: People) -> None:
    tony = await people.bring(server)
    page = tony.page
    await page.goto(tony.url)
    await expect(page.get_by_role("heading", name="Join Test")).to_be_visible()
    await expect(field(page, NAME)).to_be_focused()
    await button(page, "Join").click()
    await expect(page.get_by_role("alert")).to_contain_text("Enter a name")
    await expect(field(page, NAME)).to_be_focused()
    await page.keyboard.type("Tony")
    await page.keyboard.press("Enter")
    await is_in(tony)
    other_tab = Person(tony.context, await tony.context.new_page(), tony.url)
    await other_tab.page.goto(tony.url)  # joined as the same, unasked; both go on
    await is_in(other_tab)
    await other_tab.write("from the other tab")
    await tony.reads("from the other tab")
    await other_tab.page.close()
    await leave(tony, "Tony")
    await page.reload()  # whoever has left is not joined again unasked
    await button(page, "Continue as Tony").click()
    await is_in(tony)
    await tony.reads("from the other tab")
    await leave(tony, "Tony")
    await button(page, "Someone else").click()
    await expect(field(page, NAME)).to_have_value("Tony")
    await button(page, "Back to the list of names").click()
    await button(page, "Options for Tony").click()
    await page.get_by_role("menuitem", name="Remove from this browser").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove from this browser").click()
    await expect(field(page, NAME)).to_be_visible()
    await expect(button(page, "Continue as Tony")).to_have_count(0)


async def test_a_password_leads_in_from_any_browser_and_a_wrong_one_says_when_to_try_again(
    tmp_path: Path, people: People
) -> None:
    limits = Limits(logins_per_account=2, login_seconds=20)
    async with serving(tmp_path / "data", limits, page=PAGE) as server:
        mary, elsewhere = await people.bring(server), await people.bring(server)
        page = mary.page
        await page.goto(mary.url)
        await page.get_by_role("radio", name="New account").check()
        await field(page, NAME).fill("Mary Smith")
        await expect(field(page, "Account name")).to_have_value("mary.smith")
        await field(page, SECRET).fill("short")
        await expect(field(page, SECRET)).to_have_attribute("type", "password")
        await button(page, "Show password").click()
        await expect(field(page, SECRET)).to_have_attribute("type", "text")
        await button(page, "Hide password").click()
        await button(page, "Create account").click()
        await expect(page.get_by_role("alert")).to_contain_text("at least 8 characters")
        await expect(field(page, SECRET)).to_be_focused()
        await field(page, SECRET).fill(PASSWORD)
        await button(page, "Create account").click()
        await is_in(mary)

        page = elsewhere.page
        await page.goto(elsewhere.url)
        await field(page, NAME).fill("mary smith")
        await button(page, "Join").click()
        await expect(page.get_by_role("alert")).to_contain_text("That name belongs to someone with an account")
        await page.get_by_role("radio", name="New account").check()
        await field(page, NAME).fill("Someone else")
        await field(page, "Account name").fill("mary.smith")
        await field(page, SECRET).fill(PASSWORD)
        await button(page, "Create account").click()
        await expect(page.get_by_role("alert")).to_contain_text("That account name is already taken")
        await log_in_page(page, "mary.smith", "wrong, all of it")
        await expect(page.get_by_role("alert")).to_contain_text("Wrong name or password")
        await expect(field(page, SECRET)).to_be_focused()
        waiting = page.get_by_text(re.compile(r"Try again in \d+ seconds?\."))
        await elsewhere.until(lambda: log_in_and_look(page, waiting), bool)
        await expect(button(page, "Log in")).to_be_disabled()
        await expect(button(page, "Log in")).to_be_enabled()
        await expect(waiting).to_have_count(0)
        await log_in_page(page, "Mary smith", PASSWORD)  # her name will do, as a phone writes it
        await is_in(elsewhere)
        await expect(page.locator("[aria-haspopup=menu]", has_text="Mary Smith")).to_be_visible()  # her name stays


async def log_in_and_look(page: Page, waiting: Locator) -> bool:
    """Try a wrong password again; gives whether one has to wait now."""
    await button(page, "Log in").click()
    await expect(page.get_by_role("alert").or_(waiting).first).to_be_visible()
    return await waiting.is_visible()


async def test_an_invitation_link_leads_into_a_server_for_invited_people(tmp_path: Path, people: People) -> None:
    async with serving(tmp_path / "data", page=PAGE, policy=Policy.INVITE) as server, Wire(server.port) as owner:
        await register_owner(owner, server)
        made = (await owner.ask(CMD="INVITATION", ID="invitation"))["DATA"]
        pupil, late = await people.bring(server), await people.bring(server)
        page = pupil.page
        await page.goto(pupil.url)
        await expect(page.get_by_role("main")).to_contain_text("You need an invitation to join this server")
        await expect(page.get_by_role("radio", name="Just a name")).to_have_count(0)
        await page.get_by_role("radio", name="Invitation").check()
        await field(page, NAME).fill("Pupil")
        await field(page, SECRET).fill(PASSWORD)
        await button(page, "Create account").click()
        await expect(page.get_by_role("alert")).to_contain_text("needs an invitation")
        for person in (pupil, late):
            await person.page.goto(f"{person.url}#/invite/{made['CODE']}")
            await expect(person.page.get_by_role("main")).to_contain_text("You have been invited")
            await field(person.page, NAME).fill("Pupil" if person is pupil else "Late")
            await field(person.page, SECRET).fill(PASSWORD)
            await expect(field(person.page, CODE)).to_be_hidden()
            await button(person.page, "Create account").click()
            if person is pupil:
                await is_in(pupil)
        await expect(late.page.get_by_role("alert")).to_contain_text("wrong, used up or expired")
        await expect(field(late.page, CODE)).to_be_focused()
        assert "invite" not in page.url


async def test_a_server_for_accounts_says_so(tmp_path: Path, people: People) -> None:
    async with serving(tmp_path / "data", page=PAGE, policy=Policy.REGISTERED) as server:
        tony = await people.bring(server)
        await tony.page.goto(tony.url)
        await expect(tony.page.get_by_role("main")).to_contain_text("You need an account on this server")
        await expect(tony.page.get_by_role("radio", name="Just a name")).to_have_count(0)
        await tony.page.get_by_role("radio", name="New account").check()
        await expect(field(tony.page, CODE)).to_have_count(0)
        await field(tony.page, NAME).fill("Tony")
        await field(tony.page, SECRET).fill(PASSWORD)
        await button(tony.page, "Create account").click()
        await is_in(tony)


async def test_whoever_came_with_just_a_name_keeps_the_account_when_the_server_asks_for_passwords(
    tmp_path: Path, people: People
) -> None:
    """Without an invitation. Then they can log in anywhere with their name."""
    async with serving(tmp_path / "data", page=PAGE) as server:
        tony = await people.bring(server)
        await tony.join("Tony")
        await tony.write("before the change")
        await tony.reads("before the change")
        port = server.port
    async with serving(tmp_path / "data", port=port, page=PAGE, policy=Policy.INVITE) as server:
        page = tony.page
        await expect(page.get_by_role("alert")).to_contain_text("This server now requires a password")
        await button(page, "Continue as Tony").click()
        await expect(page.get_by_role("heading", name="Choose a password to keep your account")).to_be_visible()
        await expect(field(page, SECRET)).to_be_focused()
        await button(page, "Set password and join").click()
        await expect(page.get_by_role("alert").last).to_contain_text("at least 8 characters")
        await field(page, SECRET).fill(PASSWORD)
        await button(page, "Set password and join").click()
        await is_in(tony)
        await tony.reads("before the change")
        await page.keyboard.press("Control+,")
        await page.get_by_role("tab", name="Account").click()
        await expect(page.get_by_text("You log in as Tony or tony-")).to_be_visible()
        elsewhere = await people.bring(server)
        await elsewhere.page.goto(elsewhere.url)
        await log_in_page(elsewhere.page, "TONY", PASSWORD)
        await is_in(elsewhere)
        await elsewhere.write("from another device")
        await expect(elsewhere.page.locator("[aria-haspopup=menu]", has_text="Tony")).to_be_visible()


async def test_the_name_to_log_in_with_is_shown_and_can_be_changed_with_the_first_password(
    server: Server, people: People
) -> None:
    tony, elsewhere = await people.bring(server), await people.bring(server)
    await tony.join("Tony")
    page = tony.page
    await page.keyboard.press("Control+,")
    await page.get_by_role("tab", name="Account").click()
    await expect(field(page, "Login name")).to_have_value("Tony")
    await field(page, "Login name").fill("Anthony")
    await field(page, "New password").fill(PASSWORD)
    await button(page, "Set a password").click()
    await expect(page.get_by_text("You log in as Anthony or tony-")).to_be_visible()
    await elsewhere.page.goto(elsewhere.url)
    await log_in_page(elsewhere.page, "anthony", PASSWORD)
    await is_in(elsewhere)


async def test_whoever_is_out_reads_why(server: Server, people: People) -> None:
    async with Wire(server.port) as owner, Wire(server.port) as other, Wire(server.port) as another:
        await register_owner(owner, server)
        await register(other, "tony", "Tony")
        tony = await people.bring(server)
        page, out = tony.page, tony.page.get_by_role("alert")
        sessions: list[str] = []

        def heard(frame: str | bytes) -> None:
            sessions.extend(re.findall(r'"SESSION":"([^"]+)"', str(frame)))

        page.on("websocket", lambda socket: socket.on("framereceived", heard))
        await page.goto(tony.url)
        await log_in_page(page, "tony", PASSWORD)
        await is_in(tony)

        await owner.ask(CMD="KICK", UID="tony", REASON="enough", ID="kick")
        await expect(out).to_contain_text("You were removed")
        await expect(out).to_contain_text("“enough”")
        await button(page, "Continue as Tony").click()
        await is_in(tony)

        await log_in(another, "tony", "Tony", SESSION=sessions[-1])
        await expect(out).to_contain_text("You continued in another window")
        await button(page, "Continue as Tony").click()
        await is_in(tony)

        devices = (await another.ask(CMD="DEVICES", ID="devices"))["DATA"]["DEVICES"]
        for number in (each["DEVICE"] for each in devices if not each.get("CURRENT")):
            await another.ask(CMD="REVOKE", DEVICE=number, ID=f"revoke {number}")
        await expect(out).to_contain_text("This device was logged out")
        await button(page, "Continue as Tony").click()
        await expect(out.last).to_contain_text("no longer logged in to the account")
        await button(page, "Someone else").click()
        await log_in_page(page, "tony", PASSWORD)
        await is_in(tony)

        await owner.ask(CMD="BAN", UID="tony", REASON="Once too often.", SECONDS=600, ID="ban")
        await expect(out).to_contain_text("You are banned from this server")
        await expect(out).to_contain_text(re.compile(r"“Once too often\.”.*This lasts until", re.S))
        await button(page, "Continue as Tony").click()
        await expect(out.last).to_contain_text("You are banned from this server")


async def test_over_plain_http_no_password_can_be_typed_and_the_protected_address_is_offered(
    tmp_path: Path, people: People
) -> None:
    """From an address that is not loopback, which browsers and the server take for protected."""
    host = next(found for found in reachable_addresses() if ":" not in found)
    async with serving(tmp_path / "data", page=PAGE, tls=True, host=host) as server:
        mary = await people.bring(f"http://{host}:{server.port}/", ignore_https_errors=True)
        mary.expect_error("Cross-Origin-Opener-Policy header has been ignored")  # which browsers say of plain HTTP
        mary.expect_error("SSL certificate error")  # of the worker, which needs a certificate that is trusted
        page = mary.page
        await page.goto(mary.url)
        assert server.certificates is not None
        fingerprint = server.certificates.identity.fingerprint
        for way in ("Log in", "New account"):
            await page.get_by_role("radio", name=way).check()
            await expect(page.get_by_text("Passwords need a protected connection")).to_be_visible()
            await expect(page.get_by_text(fingerprint)).to_be_visible()
            await expect(page.get_by_role("textbox")).to_have_count(0)
        await page.goto(f"{mary.url}#/invite/code")
        await expect(page.get_by_role("radio")).to_have_count(0)
        await expect(page.get_by_role("textbox")).to_have_count(0)
        await page.get_by_role("link", name="Open protected").click()
        await expect(page).to_have_url(f"https://{host}:{server.tls_port}/#/invite/code")
        await expect(field(page, CODE)).to_have_value("code")
        await page.goto(f"https://{host}:{server.tls_port}/")
        await page.get_by_role("radio", name="New account").check()
        await expect(page.get_by_text(fingerprint)).to_have_count(0)
        await field(page, NAME).fill("Mary")
        await field(page, SECRET).fill(PASSWORD)
        await button(page, "Create account").click()
        await is_in(mary)
        await tony_goes_on_protected(mary, await people.bring(mary.url, ignore_https_errors=True), fingerprint)


async def tony_goes_on_protected(mary: Person, tony: Person, fingerprint: str) -> None:
    """With just a name, plain is enough; with a password, Tony stays who he is."""
    tony.expect_error("Cross-Origin-Opener-Policy header has been ignored")
    tony.expect_error("SSL certificate error")
    page = tony.page
    await tony.join("Tony")
    await tony.write("Hello from a plain page")
    await mary.reads("Hello from a plain page")
    await leave(tony, "Tony")
    await button(page, "Someone else").click()
    await page.get_by_role("radio", name="Log in").check()
    await expect(page.get_by_text("join with it first")).to_be_visible()
    await button(page, "Back to the list of names").click()
    await button(page, "Continue as Tony").click()
    await is_in(tony)
    account = page.get_by_role("tab", name="Account")
    await page.keyboard.press("Control+,")
    await account.click()
    await expect(page.get_by_text("Your browser will warn you")).to_be_visible()
    await expect(page.get_by_text(fingerprint)).to_be_visible()
    await expect(page.get_by_role("tabpanel").get_by_role("textbox")).to_have_count(0)
    await button(page, "Switch to protected page").click()
    await expect(page).to_have_url(re.compile(r"^https://.*/#/handover/tony-"))
    link = page.url
    await button(page, "Continue").click()
    await is_in(tony)
    await expect(page).to_have_url(re.compile(r"^https://[^#]*#/$"))
    await expect(await tony.reads("Hello from a plain page")).to_have_class(re.compile(r"\bown\b"))
    await page.keyboard.press("Control+,")
    await account.click()
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await button(page, "Set a password").click()
    await expect(page.get_by_text("Your password was saved")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Tony").first.click()
    await page.get_by_role("menuitem", name="Leave").click()
    await page.goto(link)
    await page.reload()
    await button(page, "Continue").click()
    await is_in(tony)  # a token of this browser makes the code needless
