"""Without a server, and in browsers that keep nothing: what was read is there, what is written is kept."""

import json
import re
from pathlib import Path

from playwright.async_api import Page, WebSocketRoute, async_playwright, expect

from muca.server.serve import Server
from tests.browser.conftest import QUIET, People, address
from tests.browser.person import Person
from tests.serving import ServerProcess

COPIED = """async (logsOnly) => {
    const copies = (await indexedDB.databases()).filter(({ name }) => name.startsWith("muca copy "));
    const texts = await Promise.all(copies.map(({ name }) => new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = reject;
        opening.onsuccess = () => {
            const all = opening.result.transaction("copies").objectStore("copies").getAll();
            all.onsuccess = () => resolve(JSON.stringify(all.result.filter(({ events }) => events || !logsOnly)));
            all.onerror = reject;
        };
    })));
    return texts.join();
}"""
"""What this browser keeps of what was read: all of it, or only the logs of rooms."""

WORKER_READY = """async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null;
}"""

DATABASES_NEVER_ANSWER = "IDBFactory.prototype.open = () => ({})"


async def has_copied(person: Person, *texts: str) -> None:
    """Wait until the browser keeps these in logs. The overview has the last messages before."""
    await person.until(lambda: person.page.evaluate(COPIED, True), lambda copies: all(text in copies for text in texts))


async def test_the_page_opens_without_the_server_with_what_was_read_and_takes_what_is_written(
    tmp_path: Path, people: People
) -> None:
    async with ServerProcess(data=tmp_path / "data") as first:
        url = f"http://127.0.0.1:{first.port}/"
        tony, mary = await people.join(url, "Tony"), await people.join(url, "Mary")
        tony.expect_error("Failed to load resource")
        await mary.write("number 1")
        await mary.write("number 2")
        await mary.add_recipient("Tony")
        await mary.write("psst")
        await tony.reads("number 2")
        assert await tony.until(lambda: tony.page.evaluate(WORKER_READY), bool)
        await has_copied(tony, "number 2", "psst")  # the other room was never opened
        await tony.page.close()
        await mary.open("Everyone")
        await mary.menu(mary.message("number 1"), "Delete")
        await mary.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(mary.message("number 1")).to_have_count(0)
        await first.kill()
    tony.page = await tony.context.new_page()
    await tony.page.goto(url)
    await tony.reads("number 2")
    await tony.reads("number 1")
    await expect(tony.page.get_by_text(re.compile(r"Last updated: \d\d?:\d\d\."))).to_be_visible()
    await expect(tony.room(re.compile("^Mary"))).to_contain_text("psst")
    await tony.write("number 3")
    await tony.open(re.compile("Mary"))
    await tony.reads("psst")
    await tony.page.reload()
    await tony.reads("psst")
    await tony.open("Everyone")
    await expect(tony.message("number 3")).to_contain_text("saved")
    await tony.composer.press("ArrowUp")  # the server does not have it: it comes back to be written anew
    await expect(tony.composer).to_have_value("number 3")
    await expect(tony.message("number 3")).to_have_count(0)
    await tony.composer.press("Enter")
    await expect(tony.message("number 3")).to_contain_text("saved")
    async with ServerProcess(str(first.port), "--host", "127.0.0.1", data=tmp_path / "data"):
        await tony.has_the_server_again()
        await expect(tony.message("number 1")).to_have_count(0)
        await expect(tony.message("number 3")).not_to_contain_text("saved")
        await expect(tony.page.get_by_text("Last updated")).to_have_count(0)
        await tony.page.get_by_role("button", name="Tony").first.click()
        await tony.page.get_by_role("menuitem", name="Leave").click()
        await tony.until(lambda: tony.page.evaluate(COPIED), lambda copies: "number" not in copies)


async def test_a_database_that_never_answers_holds_nobody_up(server: Server, people: People) -> None:
    tony = await people.bring(server)
    await tony.context.add_init_script(DATABASES_NEVER_ANSWER)
    await tony.join("Tony")
    await tony.write("number 1")
    await tony.reads("number 1")
    await tony.page.reload()
    await tony.reads("number 1")
    await tony.write("number 2")
    await expect(await tony.reads("number 2")).not_to_contain_text("sending")


async def test_a_browser_that_may_store_nothing_says_so_and_lets_one_chat(
    server: Server, program: str, tmp_path: Path
) -> None:
    preferences = tmp_path / "browser" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(tmp_path / "browser"), executable_path=program, args=QUIET, locale="en-GB"
        )
        tony = Person(context, context.pages[0], address(server))
        await tony.page.goto(tony.url)
        assert (
            await tony.page.evaluate("() => { try { return localStorage.length } catch { return 'blocked' } }")
            == "blocked"
        )
        await expect(tony.page.get_by_text("does not allow the page to store anything")).to_be_visible()
        await tony.join("Tony")
        await tony.write("number 1")
        await expect(await tony.reads("number 1")).not_to_contain_text("sending")
        await tony.page.keyboard.press("Control+,")
        await tony.page.get_by_role("tab", name="Appearance").click()
        await tony.page.get_by_role("radio", name="Dark").check()
        await expect(tony.page.locator("html")).to_have_attribute("data-theme", "dark")
        await context.close()
    assert tony.complaints == []


async def does_not_understand(page: Page, text: str) -> None:
    """Make the server answer this message as if it could not read it, once."""
    answered = False

    def meet(socket: WebSocketRoute) -> None:
        real = socket.connect_to_server()

        def hear(frame: str | bytes) -> None:
            nonlocal answered
            if text in str(frame) and not answered:
                answered = True
                socket.send(json.dumps({"CMD": "ACK", "TYPE": "FAIL", "CODE": "bad_json", "TEXT": "It is no JSON."}))
            else:
                real.send(frame)

        socket.on_message(hear)

    await page.route_web_socket("**/websocket", meet)


async def test_a_message_whose_answer_does_not_say_what_it_answers_can_be_tried_again(
    server: Server, people: People
) -> None:
    tony = await people.bring(server)
    await does_not_understand(tony.page, "number 2")
    await tony.join("Tony")
    await tony.write("number 1")
    await tony.write("number 2")
    failed = await tony.reads("number 2")
    await expect(failed).to_contain_text("Not sent. It is no JSON.")
    await expect(tony.message("number 1")).not_to_contain_text("sending")
    await failed.get_by_role("button", name="Try again").click()
    await expect(failed).not_to_contain_text(re.compile("Not sent|sending"))
    await tony.write("half \ud83d an emoji")
    await expect(await tony.reads("half \ufffd an emoji")).not_to_contain_text(re.compile("Not sent|sending"))
