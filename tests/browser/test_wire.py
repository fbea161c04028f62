"""What the page says of the wire is true: kept, sent, told why; nothing lost and nothing twice."""

import re
import signal
from pathlib import Path

from playwright.async_api import Route, expect

from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.conftest import People, address
from tests.browser.person import Person
from tests.browser.test_files_in_page import attached, choose, document, downloaded
from tests.serving import ServerProcess, serving
from tests.wire import Wire

JOURNAL = "() => Object.keys(localStorage).filter((key) => key.startsWith('muca outbox')).length"
"""How many messages IndexedDB does not have yet, which alone can keep files."""


async def texts(person: Person) -> list[str]:
    """Return the messages that are shown, as far as these tests number them."""
    return [found[0] for found in re.findall(r"\b(number \d+)\b()", await person.log.inner_text())]


async def test_what_is_written_while_the_server_is_away_goes_out_once_by_itself(tmp_path: Path, people: People) -> None:
    async with ServerProcess(data=tmp_path / "data") as first:
        url = f"http://127.0.0.1:{first.port}/"
        tony, mary = await people.join(url, "Tony"), await people.join(url, "Mary")
        await tony.write("number 1")
        await mary.reads("number 1")
        await first.kill()
        await expect(tony.page.get_by_role("button", name="Try now")).to_be_visible()
        await tony.write("number 2")
        await expect(tony.message("number 2")).to_contain_text("saved")
        await choose(tony, document("notes.bin", b"notes"))
        await expect(attached(tony)).to_contain_text(
            "The server cannot be reached. The file will be uploaded automatically"
        )
        await tony.write("with notes")
        await expect(tony.message("with notes")).to_contain_text(re.compile(r"saved.*notes\.bin", re.DOTALL))
    async with ServerProcess(str(first.port), "--host", "127.0.0.1", data=tmp_path / "data"):
        for person in (tony, mary):
            await person.has_the_server_again()
        await mary.reads("number 2")
        await expect(tony.message("number 2")).not_to_contain_text("saved")
        link = (await mary.reads("with notes")).get_by_role("link", name=re.compile("notes.bin"))
        assert await downloaded(mary, link) == ("notes.bin", b"notes")
        await mary.write("number 3")
        await tony.reads("number 3")
        assert await texts(tony) == await texts(mary) == ["number 1", "number 2", "number 3"]


async def test_a_reload_in_the_middle_of_sending_loses_and_repeats_nothing(server: Server, people: People) -> None:
    mary, tony = await people.join(server, "Mary"), await people.join(server, "Tony")
    for number in range(1, 31):
        await tony.write(f"number {number}")
        if number % 10 == 0:
            await tony.page.reload()
            await expect(tony.composer).to_be_editable()
    await mary.reads("number 30")
    expected = [f"number {number}" for number in range(1, 31)]
    assert await texts(mary) == expected
    await tony.page.reload()
    await tony.reads("number 30")
    assert await texts(tony) == expected


async def test_what_is_kept_outlives_the_browsers_tab(tmp_path: Path, people: People) -> None:
    async with ServerProcess(data=tmp_path / "data") as first:
        url = f"http://127.0.0.1:{first.port}/"
        tony, mary = await people.join(url, "Tony"), await people.join(url, "Mary")
        await first.kill()
        await expect(tony.page.get_by_role("button", name="Try now")).to_be_visible()
        await choose(tony, document("notes.bin", b"notes"))
        await tony.write("number 1")
        await expect(tony.message("number 1")).to_contain_text("saved")
        await tony.until(lambda: tony.page.evaluate(JOURNAL), lambda entries: entries == 0)
        await tony.page.close()
    async with ServerProcess(str(first.port), "--host", "127.0.0.1", data=tmp_path / "data"):
        tony.page = await tony.context.new_page()
        await tony.page.goto(url)
        link = (await mary.reads("number 1")).get_by_role("link", name=re.compile("notes.bin"))
        assert await downloaded(mary, link) == ("notes.bin", b"notes")
        await tony.reads("number 1")


async def test_what_was_missed_is_filled_in_after_being_offline(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    await tony.write("number 1")
    await tony.reads("number 1")
    await tony.context.set_offline(True)
    async with Wire(server.port) as mary:
        mary.line(CMD="JOIN", UN="Mary", UID="mary", V=2, ID="join")
        for number in range(2, 150):
            mary.line(CMD="SEND", TO=[], MSG=f"number {number}", ID=f"send {number}")
        while (await mary.frame()).get("RE") != "send 149":
            pass
        await tony.context.set_offline(False)
        await tony.scroll(tony.message("number 149"), 2_000)
        mary.line(CMD="SEND", TO=[], MSG="number 150", ID="send 150")
        await tony.scroll(tony.message("number 150"), 2_000)
    shown = await texts(tony)
    assert shown == [f"number {number}" for number in range(151 - len(shown), 151)]


async def test_a_server_that_stops_says_so_and_when_it_is_tried_again(tmp_path: Path, people: People) -> None:
    async with ServerProcess(data=tmp_path / "data") as process:
        tony = await people.join(f"http://127.0.0.1:{process.port}/", "Tony")
        process.signal(signal.SIGTERM)
        banner = tony.page.get_by_role("status").filter(has_text="Trying again in")
        await expect(banner).to_contain_text(re.compile(r"Trying again in \d+ s"))
        await expect(banner).to_contain_text("What you write is saved")
        assert (await process.ended())[0] == 0


async def test_the_page_says_when_no_server_answers(server: Server, people: People) -> None:
    tony = await people.bring(server)

    async def fail(route: Route) -> None:
        await route.abort("connectionfailed")

    await tony.page.route("**/server", fail)
    await tony.page.goto(tony.url)
    await expect(tony.page.get_by_role("alert")).to_contain_text("is not responding")
    await tony.page.unroute("**/server")
    await tony.page.get_by_role("button", name="Try again").click()
    await expect(tony.page.get_by_label("Your name")).to_be_visible()


def newer_page(folder: Path) -> Path:
    """Return a page of another build: its index, and so its worker, differ."""
    for file in PAGE.rglob("*"):
        if file.is_file() and file.suffix not in {".br", ".gz"}:
            copy = folder / file.relative_to(PAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    index, worker = folder / "index.html", folder / "worker.js"
    index.write_text(index.read_text("utf-8").replace("<title>", '<meta name="build" content="newer"><title>'), "utf-8")
    worker.write_text(re.sub(r'"[0-9a-f]{16}"', '"newer"', worker.read_text("utf-8"), count=1), "utf-8")
    return folder


async def test_another_version_of_the_page_is_offered_not_forced(tmp_path: Path, people: People) -> None:
    newer = newer_page(tmp_path / "newer")
    async with serving(tmp_path / "data", page=PAGE) as first:
        port = first.port
        tony = await people.join(first, "Tony")
        await tony.composer.fill("a draft")
    async with serving(tmp_path / "data", port=port, page=newer) as second:
        assert address(second) == tony.url
        await tony.page.get_by_role("button", name="Reload").click()
        await expect(tony.page.get_by_role("button", name="Reload")).to_have_count(0)
        await expect(tony.composer).to_have_value("a draft")
