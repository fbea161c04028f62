"""Files in the page: chosen, pasted, dropped, watched on their way, looked at, taken along, gone with their message."""

import asyncio
import base64
import io
import re
import struct
import wave
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playwright.async_api import FilePayload, Locator, Route, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.person import Person

MEGABYTE = 1_000_000

GIVE = """(field, [way, files]) => {
    const data = new DataTransfer();
    for (const [name, type, base64] of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
    }
    if (way === "paste") field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    else for (const type of ["dragover", "drop"])
        field.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
"""Files from the clipboard or from another window."""


def png(name: str, width: int, height: int, colour: tuple[int, int, int]) -> FilePayload:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(colour) * width) * height)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return {"name": name, "mimeType": "image/png", "buffer": data}


def sound(name: str) -> FilePayload:
    """Return half a second of silence."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8_000)
        written.writeframes(b"\x80" * 4_000)
    return {"name": name, "mimeType": "audio/wav", "buffer": whole.getvalue()}


def document(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def choose(person: Person, *files: FilePayload | Path) -> None:
    """Attach files by the button."""
    async with person.page.expect_file_chooser() as chooser:
        await person.page.get_by_role("button", name="Attach files").click()
    given: Sequence[FilePayload] | Sequence[Path] = [*files]  # type: ignore[assignment]
    await (await chooser.value).set_files(given)


async def give(person: Person, way: str, *files: FilePayload) -> None:
    """Attach files by pasting or dropping them."""
    data = [[each["name"], each["mimeType"], base64.b64encode(each["buffer"]).decode()] for each in files]
    await person.composer.evaluate(GIVE, [way, data])


def attached(person: Person) -> Locator:
    return person.page.get_by_role("list", name="Attached files").get_by_role("listitem")


async def downloaded(person: Person, link: Locator) -> tuple[str, bytes]:
    """Take a file along: what it is called then, and what is in it."""
    async with person.page.expect_download() as download:
        await link.click()
    taken = await download.value
    path = await taken.path()
    return taken.suggested_filename, await asyncio.to_thread(path.read_bytes)


async def shown(image: Locator) -> bool:
    return bool(await image.evaluate("(image) => image.complete && image.naturalWidth > 0"))


async def test_files_are_brought_in_three_ways_and_looked_at(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await choose(tony, png("red.png", 900, 600, (200, 40, 40)), document("table.csv", b"a;b\n1;2\n"))
    await give(tony, "paste", png("blue.png", 60, 40, (40, 40, 200)))
    await give(tony, "drop", sound("knock.wav"), document("left out.bin", b"no"))
    await expect(attached(tony)).to_have_count(5)
    await tony.page.get_by_role("button", name="Remove left out.bin").click()
    await expect(attached(tony)).to_have_count(4)
    await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await tony.composer.fill("four files")
    await tony.composer.press("Enter")
    await expect(attached(tony)).to_have_count(0)

    message = await mary.reads("four files")
    await expect(message.get_by_role("button", name=re.compile("^Enlarge "))).to_have_count(2)
    for name in ("red.png", "blue.png"):
        await mary.until(partial(shown, message.get_by_role("img", name=name)), bool)
    player = message.locator("audio")
    await mary.until(lambda: player.evaluate("(audio) => audio.duration"), lambda seconds: bool(seconds))
    assert await player.evaluate("(audio) => Math.round(audio.duration * 10)") == 5

    # The lightbox, with keys alone.
    await message.get_by_role("button", name="Enlarge red.png").focus()
    await mary.page.keyboard.press("Enter")
    red = mary.page.get_by_role("dialog", name="Image: red.png")
    await expect(red).to_contain_text("1 of 2")
    await mary.until(lambda: shown(red.get_by_role("img")), bool)
    before = await red.get_by_role("img").bounding_box()
    await mary.page.keyboard.press("+")
    await expect(red.get_by_role("button", name="Zoom out")).to_be_enabled()
    after = await red.get_by_role("img").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] * 1.4
    await mary.page.keyboard.press("ArrowRight")
    await expect(mary.page.get_by_role("dialog", name="Image: blue.png")).to_contain_text("2 of 2")
    await mary.page.keyboard.press("Escape")
    await expect(mary.page.get_by_role("dialog")).to_have_count(0)
    await expect(message.get_by_role("button", name="Enlarge red.png")).to_be_focused()

    # Taken along, as it was.
    link = message.get_by_role("link", name=re.compile("table.csv"))
    assert await downloaded(mary, link) == ("table.csv", b"a;b\n1;2\n")

    # Gone with the message, for everyone and at once.
    address = await link.get_attribute("href")
    assert address is not None
    assert (await mary.context.request.get(address)).status == 200
    await message.get_by_role("button", name="Enlarge red.png").click()
    await expect(red).to_be_visible()
    await tony.menu(tony.message("four files"), "Delete")
    await tony.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(mary.message("This message was deleted")).to_be_visible()
    await expect(red).to_have_count(0)
    await expect(mary.log.get_by_role("img", name="red.png")).to_have_count(0)
    assert (await mary.context.request.get(address)).status == 404


async def test_a_file_that_is_not_taken_says_why(server: Server, people: People, tmp_path: Path) -> None:
    tony = await people.join(server, "Tony")
    tony.expect_error("Failed to load resource")
    answers = [413, 403]

    async def refuse(asked: Route) -> None:
        if answers:
            await asked.fulfill(status=answers[0], content_type="text/html", body="<h1>no</h1>")
        else:
            await asked.abort("connectionreset")

    await tony.page.route("**/files?*", refuse)
    row = attached(tony)
    await choose(tony, document("film.bin", b"film"))
    await expect(row.get_by_role("alert")).to_contain_text("too large for the server or for a proxy in front of it")
    await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    answers.pop(0)
    await row.get_by_role("button", name="Try again").click()
    await expect(row.get_by_role("alert")).to_contain_text("HTTP status 403")
    await tony.page.unroute("**/files?*")
    await row.get_by_role("button", name="Try again").click()
    await expect(row).to_contain_text("4 bytes")
    await tony.write("film")
    await expect((await tony.reads("film")).get_by_role("link", name=re.compile("film.bin"))).to_be_visible()

    # A file that is gone by the time it is read, as folders are that look like files.
    answers.clear()
    gone = tmp_path / "gone.bin"
    gone.write_bytes(b"here still")
    await tony.page.route("**/files?*", refuse)
    await choose(tony, gone)
    await expect(row.get_by_role("status")).to_contain_text("The server cannot be reached.")
    await asyncio.to_thread(gone.unlink)
    await expect(row.get_by_role("alert")).to_contain_text("This file can’t be read.")
    await row.get_by_role("button", name="Remove gone.bin").click()
    await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await tony.write("without it")
    await tony.reads("without it")


async def test_a_large_upload_is_watched_cancelled_and_cut_off_by_a_reload(
    server: Server, people: People, tmp_path: Path
) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    large, too_large = tmp_path / "film.bin", tmp_path / "opera.bin"
    large.write_bytes(b"film" * (20 * MEGABYTE // 4))
    with too_large.open("wb") as file:
        file.truncate(27 * MEGABYTE)
    await choose(tony, too_large)
    said = tony.page.get_by_text(re.compile("“opera.bin” is too large .*The limit is"))
    await expect(said).to_be_visible()
    await expect(attached(tony)).to_have_count(0)

    network = await tony.context.new_cdp_session(tony.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2 * MEGABYTE}
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", slow)
    await choose(tony, large)
    progress = attached(tony).get_by_role("progressbar", name="Uploading film.bin")
    await tony.until(lambda: progress.evaluate("(bar) => bar.value"), lambda share: 0.02 < share < 1)
    # A message waits for its files, and can be taken back meanwhile: the upload goes on.
    await tony.write("here it is")
    await expect(attached(tony)).to_have_count(0)
    waiting = await tony.reads("here it is")
    await tony.until(
        lambda: waiting.get_by_role("progressbar", name="Uploading film.bin").evaluate("(bar) => bar.value"),
        lambda share: 0.02 < share < 1,
    )
    await waiting.get_by_role("button", name="Cancel", exact=True).click()
    await expect(tony.message("here it is")).to_have_count(0)
    await expect(tony.composer).to_have_value("here it is")
    await tony.until(lambda: progress.evaluate("(bar) => bar.value"), lambda share: 0.02 < share < 1)
    await tony.page.get_by_role("button", name="Cancel upload of film.bin").click()
    await expect(attached(tony)).to_have_count(0)

    # A reload asks first, as the upload would be lost; the text is not.
    await choose(tony, large)
    await tony.until(lambda: progress.evaluate("(bar) => bar.value"), lambda share: share > 0.02)
    async with tony.page.expect_event("dialog") as asked:
        await tony.page.evaluate("() => void setTimeout(() => location.reload())")
        dialog = await asked.value
    assert dialog.type == "beforeunload"
    await dialog.accept()
    await expect(tony.composer).to_have_value("here it is")
    await expect(attached(tony)).to_have_count(0)

    await network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    await choose(tony, large)
    await tony.composer.press("Enter")
    message = await mary.reads("here it is")
    link = message.get_by_role("link", name=re.compile("film.bin"))
    assert await downloaded(mary, link) == ("film.bin", b"film" * (20 * MEGABYTE // 4))
