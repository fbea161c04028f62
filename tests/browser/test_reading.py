"""A room opens at what is unread; read is what was seen, and nothing else."""

import re
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Locator, WebSocketRoute, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.test_notifications import WATCH, bring_tony, look_away, told
from tests.wire import Wire


@pytest_asyncio.fixture(loop_scope="session")
async def mary(server: Server) -> AsyncIterator[Wire]:
    async with Wire(server.port) as wire:
        await wire.join("Mary", "mary")
        yield wire


async def say(wire: Wire, room: str, *texts: str) -> None:
    for text in texts:
        await wire.ask(CMD="SEND", ROOM=room, MSG=text, ID=text[:20])


def lines(name: str, count: int) -> list[str]:
    return [f"{name} {number}." + " and so on" * (number % 7) for number in range(1, count + 1)]


def new_line(person: Person) -> Locator:
    return person.log.get_by_role("heading", name="New", exact=True)


def unread(person: Person, room: str) -> Locator:
    return person.room(re.compile(f"^{room}")).get_by_text(re.compile(r"\d+ unread message"))


def offered(person: Person, name: str | re.Pattern[str]) -> Locator:
    return person.page.get_by_role("button", name=name)


async def markers(mary: Wire, room: str) -> dict[str, int]:
    """Return how far everyone in a room has read."""
    members = (await mary.ask(CMD="MEMBERS", ROOM=room, ID="members"))["DATA"]["MEMBERS"]
    return {member["UID"]: member.get("READ", 0) for member in members}


async def test_a_room_opens_at_the_first_unread_message_and_what_was_seen_is_read(
    server: Server, people: People, mary: Wire
) -> None:
    tony = await bring_tony(server, people)
    await look_away(tony.page, away=False)
    uid = (await mary.until("PEER", TYPE="JOINED", UN="Tony"))["UID"]
    optics = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="create"))["DATA"]["ROOM"]
    await mary.ask(CMD="INVITE", ROOM=optics, UID=uid, ID="invite")
    await say(mary, optics, "the first one")
    await tony.open("Optics")
    await tony.reads("the first one")
    await expect(unread(tony, "Optics")).to_have_count(0)
    await tony.until(lambda: markers(mary, optics), lambda read: read[uid] == max(read.values()))

    await tony.open("Everyone")
    await say(mary, optics, *lines("lens", 60))
    await expect(unread(tony, "Optics")).to_have_text("60 unread messages")
    await tony.open("Optics")
    await expect(new_line(tony)).to_be_in_viewport()
    await expect(tony.message("lens 1.")).to_be_in_viewport()
    await expect(tony.message("the first one")).to_be_attached()
    await expect(unread(tony, "Optics")).to_have_text(re.compile(r"^[34]\d unread messages"))
    await expect(offered(tony, re.compile(r"^[34]\d new messages"))).to_be_visible()

    await tony.scroll(tony.message("lens 60."), 400)
    await tony.page.mouse.wheel(0, 2_000)
    await expect(unread(tony, "Optics")).to_have_count(0)
    await expect(offered(tony, "Jump to first unread")).to_have_count(0)

    # What comes while nobody looks: under a dialog, and behind another window.
    await tony.page.keyboard.press("Control+k")
    await expect(tony.page.get_by_role("dialog")).to_be_visible()
    await say(mary, optics, "under the palette")
    await expect(unread(tony, "Optics")).to_have_text("1 unread message")
    await look_away(tony.page)
    await look_away(tony.page, away=False)
    await say(mary, optics, "still under it")
    await expect(unread(tony, "Optics")).to_have_text("2 unread messages")
    await tony.page.keyboard.press("Escape")
    await expect(unread(tony, "Optics")).to_have_count(0)
    await expect(new_line(tony)).to_be_in_viewport()
    await tony.until(lambda: markers(mary, optics), lambda read: read[uid] == max(read.values()))
    await look_away(tony.page)
    await say(mary, optics, *lines("mirror", 60))
    await expect(unread(tony, "Optics")).to_have_text("60 unread messages")
    await expect(tony.message("mirror 1.")).to_be_in_viewport()
    await look_away(tony.page, away=False)
    await expect(unread(tony, "Optics")).to_have_text(re.compile(r"^[34]\d unread messages"))

    # Past all of it, and back.
    await tony.page.get_by_role("button", name=re.compile("new messages$")).click()
    await expect(tony.message("mirror 60.")).to_be_in_viewport()
    await expect(unread(tony, "Optics")).to_have_count(0)

    # Unread again, until it is opened anew.
    await tony.menu(tony.message("mirror 58."), "Mark as unread")
    await expect(unread(tony, "Optics")).to_have_text("3 unread messages")
    await expect(new_line(tony)).to_be_in_viewport()
    await tony.page.reload()
    await expect(new_line(tony)).to_be_in_viewport()
    await expect(unread(tony, "Optics")).to_have_count(0)


class Cable:
    """The connection of a page, which the test can cut."""

    def __init__(self) -> None:
        self.is_cut = False
        self.sockets: list[WebSocketRoute] = []

    async def connect(self, socket: WebSocketRoute) -> None:
        """Let a WebSocket through, unless the cable is cut."""
        if self.is_cut:
            await socket.close()
        else:
            socket.connect_to_server()
            self.sockets.append(socket)

    async def cut(self) -> None:
        self.is_cut = True
        for socket in self.sockets:
            await socket.close()


async def test_what_was_missed_is_found_and_told(server: Server, people: People, mary: Wire) -> None:
    tony, cable = await people.bring(server), Cable()
    await tony.context.add_init_script(WATCH)
    await tony.page.route_web_socket(re.compile(""), cable.connect)
    await tony.join("Tony")
    await tony.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    await say(mary, "lobby", "seen")
    await tony.reads("seen")
    await look_away(tony.page)
    await cable.cut()
    await expect(tony.page.get_by_role("button", name="Try now")).to_be_visible()
    await say(mary, "lobby", *lines("comet", 60), "@Tony look")
    await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="psst")
    cable.is_cut = False
    await tony.has_the_server_again()
    await tony.until(lambda: told(tony.page), bool)
    assert await told(tony.page) == ["While you were away: Everyone: 1 mention of you\nMary: 1 new message"]
    await expect(new_line(tony)).to_be_in_viewport()
    await expect(tony.message("comet 1.")).to_be_in_viewport()
    await expect(unread(tony, "Everyone")).to_have_text("61 unread messages, 1 mention of you")
    await look_away(tony.page, away=False)
    await expect(unread(tony, "Everyone")).to_have_text(re.compile(r"^[34]\d unread messages"))


async def test_who_comes_by_a_link_is_led_to_the_first_unread_message(
    server: Server, people: People, mary: Wire
) -> None:
    tony = await people.join(server, "Tony")
    await say(mary, "lobby", "seen")
    await tony.reads("seen")
    await expect(unread(tony, "Everyone")).to_have_count(0)
    await expect(new_line(tony)).to_have_count(0)
    await tony.page.goto("about:blank")
    await say(mary, "lobby", *lines("star", 150))
    await tony.page.goto(f"{tony.url}#/room/lobby/140")
    await expect(tony.message("star 139.")).to_be_in_viewport()
    await offered(tony, "Jump to first unread").click()
    await expect(new_line(tony)).to_be_in_viewport()
    await expect(tony.message("star 1.")).to_be_in_viewport()
    await offered(tony, "Jump to newest").click()
    await expect(tony.message("star 150.")).to_be_in_viewport()
    await expect(offered(tony, "Jump to first unread")).to_have_count(0)
    # At the end the view follows what comes; in the background, nothing leads back from there to what is unread.
    await say(mary, "lobby", "star 151.")
    await expect(tony.message("star 151.")).to_be_in_viewport()
    await expect(unread(tony, "Everyone")).to_have_count(0)
    await tony.page.evaluate("() => { document.hasFocus = () => window.inFront ?? true; }")
    await look_away(tony.page)
    await say(mary, "lobby", *lines("comet", 60))
    await expect(unread(tony, "Everyone")).to_have_text("60 unread messages")
    await tony.scroll(tony.message("comet 60."), 2_000)
    await say(mary, "lobby", "the last")
    await expect(unread(tony, "Everyone")).to_have_text("61 unread messages")
    await expect(tony.message("comet 60.")).to_be_in_viewport()
    await expect(new_line(tony)).not_to_be_in_viewport()
    # A view that becomes smaller, as above a keyboard, stays at the end.
    await tony.scroll(tony.message("the last"), 2_000)
    await expect(tony.message("the last")).to_be_in_viewport(ratio=1)
    await tony.page.set_viewport_size({"width": 1280, "height": 400})
    await expect(tony.message("the last")).to_be_in_viewport(ratio=1)


COPIED = """() => {
    const found = new Promise((resolve) => document.addEventListener(
        "copy", ({ clipboardData }) => resolve(clipboardData.getData("text/plain")), { once: true }));
    document.execCommand("copy");
    return found;
}"""


async def test_what_is_copied_is_what_was_said_also_where_it_is_not_drawn(
    server: Server, people: People, mary: Wire
) -> None:
    tony = await people.join(server, "Tony")
    await say(mary, "lobby", "first\n    indented *so*", *lines("planet", 120))
    await tony.scroll(tony.message("planet 120."), 2_000)
    await tony.message("planet 119.").locator("p").click(click_count=3)
    assert await tony.page.evaluate(COPIED) == lines("planet", 120)[118]

    await tony.message("planet 120.").locator("p").click(click_count=3)
    await tony.scroll(tony.message("indented"), -2_000)
    await tony.page.evaluate("""() => {
        const rows = document.querySelectorAll("[role=log] article .body");
        const last = getSelection().anchorNode;
        getSelection().setBaseAndExtent(rows[0], 0, last, last.textContent.length);
    }""")
    copied = str(await tony.page.evaluate(COPIED)).split("\n")
    assert re.fullmatch(r"Mary, \d\d?:\d\d", copied[0])
    assert copied[1:] == ["first", "    indented *so*", *lines("planet", 120)]


async def test_people_of_one_name_are_told_apart_and_a_hebrew_name_stays_in_its_place(
    server: Server, people: People, mary: Wire
) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as first, Wire(server.port) as second, Wire(server.port) as dana:
        await first.join("Anna", "a-1")
        await say(first, "lobby", "I am one")
        one = (await tony.reads("I am one")).locator("header")
        await expect(one).not_to_contain_text("a-1")
        await second.join("anna", "a-2")
        await say(second, "lobby", "I am the other")
        await expect(one).to_contain_text("a-1")
        await expect(tony.message("I am the other").locator("header")).to_contain_text("a-2")
        await dana.join("דנה", "dana")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="create"))["DATA"]["ROOM"]
        await dana.ask(CMD="ENTER", ROOM=room, ID="enter")
        await tony.page.goto(f"{tony.url}#/room/{room}")
        notice = tony.log.get_by_text(re.compile("דנה.* joined"))
        ends = """(element) => {
            const [text] = element.childNodes;
            const box = (begin, end) => {
                const range = document.createRange();
                range.setStart(text, begin);
                range.setEnd(text, end);
                return range.getBoundingClientRect().left;
            };
            return [box(1, 4), box(text.length - 2, text.length - 1)];
        }"""
        name, end = await notice.evaluate(ends)
        assert name < end, "the sentence was turned around"
