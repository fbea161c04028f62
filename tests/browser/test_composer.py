"""The composer: recipients, lines, drafts per room, the limit; and obstacles to writing."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Locator, Page, WebSocketRoute, expect

from muca.model.limits import AnnouncedLimits, Limits
from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.accounts import register_owner
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.test_files_in_page import attached
from tests.serving import serving
from tests.wire import Wire


async def crashed(person: Person) -> Page:
    """Let the page of somebody crash, and give another one with the same address."""
    anew = await person.context.new_page()
    session = await person.context.new_cdp_session(person.page)
    async with person.page.expect_event("crash"):
        crashing = asyncio.ensure_future(session.send("Page.crash"))
    crashing.cancel()  # it is never answered
    await anew.goto(person.url)
    return anew


async def test_the_text_stays_when_the_recipients_change(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    await people.join(server, "Mary")
    await people.join(server, "Zoe")
    await expect(tony.page.get_by_text("connected, 3 online")).to_be_visible()
    await tony.composer.fill("who shall have this?")
    await tony.add_recipient("Mary")
    await tony.add_recipient("Zoe")
    await expect(tony.recipients).to_contain_text(re.compile("Mary.*Zoe.*group"))
    await expect(tony.composer).to_have_value("who shall have this?")
    await tony.recipients.get_by_role("button", name="Remove Mary").click()
    await expect(tony.recipients).to_contain_text("private")
    await expect(tony.composer).to_have_value("who shall have this?")
    await expect(tony.composer).to_have_accessible_name("Write to Zoe")
    await tony.recipients.get_by_role("button", name="Remove Zoe").click()
    await expect(tony.composer).to_have_accessible_name("Write to everyone")
    await expect(tony.composer).to_have_value("who shall have this?")
    await expect(tony.rooms.get_by_role("link")).to_have_count(1)  # nothing was begun
    # A draft that is there already stays, too.
    await tony.add_recipient("Mary")
    await tony.open("Everyone")
    await tony.composer.fill("and this?")
    await tony.add_recipient("Mary")
    await expect(tony.composer).to_have_value("who shall have this?\nand this?")


async def test_lines_drafts_and_the_limit(tmp_path: Path, people: People) -> None:
    most = 500
    limits = Limits(announced=AnnouncedLimits(text_chars_max=most))
    async with serving(tmp_path / "data", limits, page=PAGE) as server, Wire(server.port) as mary:
        tony = await people.join(server, "Tony")
        await mary.join("Mary", "mary")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="room"))["DATA"]["ROOM"]
        first = await mary.ask(CMD="SEND", TO=[], MSG="answer me", ID="first")
        await tony.page.goto(f"{tony.url}#/room/{room}")
        await tony.page.get_by_role("button", name="Join", exact=True).click()
        # Shift and Enter begins a line; the field grows.
        before = await tony.composer.bounding_box()
        await tony.composer.press_sequentially("one")
        await tony.composer.press("Shift+Enter")
        await tony.composer.press_sequentially("two")
        after = await tony.composer.bounding_box()
        assert before is not None
        assert after is not None
        assert after["height"] > before["height"] + 10
        await tony.composer.press("Enter")
        assert (await mary.until("MSG", ROOM=room))["MSG"] == "one\ntwo"
        # Each room has its draft, and what it answers; they survive a reload.
        await tony.composer.fill("about light")
        await tony.open("Everyone")
        await expect(tony.composer).to_have_value("")
        message = await tony.reads("answer me")
        await message.hover()
        await message.get_by_role("button", name="Reply").click()
        await tony.composer.fill("an ans")
        await expect(tony.room("Optics")).to_contain_text("Draft")
        await tony.page.reload()
        await expect(tony.composer).to_have_value("an ans")
        await expect(tony.page.get_by_text("Reply to Mary")).to_be_visible()
        await expect(tony.room("Optics")).to_contain_text("Draft")
        await tony.composer.press("Enter")
        assert (await mary.until("MSG", ROOM="lobby", MSG="an ans"))["REPLY_TO"] == first["DATA"]["SEQ"]
        await tony.open("Optics")
        await expect(tony.composer).to_have_value("about light")
        await tony.composer.fill("")
        await tony.open("Everyone")
        await expect(tony.room("Optics")).not_to_contain_text("Draft")
        # How many characters are left is said when they become few, and too many cannot be sent.
        note = tony.page.get_by_role("form", name="Write a message").get_by_role("status")
        send = tony.page.get_by_role("button", name="Send", exact=True)
        await tony.composer.fill("x" * (most - 400))
        await expect(send).to_be_enabled()
        await expect(note).to_be_empty()
        await tony.composer.fill("😀" * (most - 20))
        await expect(note).to_have_text("20 characters left")
        await tony.composer.fill("x" * (most + 1))
        await expect(note).to_have_text("1 character too long")
        await expect(send).to_be_disabled()
        await tony.composer.press("Enter")
        await tony.composer.fill("x" * most)
        await tony.composer.press("Enter")
        assert len((await mary.until("MSG", ROOM="lobby"))["MSG"]) == most


async def test_an_edit_and_a_crash_lose_nothing_that_was_written(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        await mary.ask(CMD="SEND", TO=[], MSG="answer me", ID="1")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="2")
        await tony.write("teh first")
        message = await tony.reads("teh first")
        answered = await tony.reads("answer me")
        strip = tony.page.locator(".strip")

        async def press(article: Locator, button: str) -> None:
            await article.hover()
            await article.get_by_role("button", name=button, exact=True).click()

        await press(answered, "Reply")
        await tony.composer.fill("half a sentence")
        await press(message, "Edit")
        await tony.composer.fill("the first")
        # Both stay, whatever is looked at meanwhile.
        await tony.open(re.compile("^Mary"))
        await tony.open("Everyone")
        await tony.page.reload()
        await expect(strip).to_contain_text("Editing")
        await expect(tony.composer).to_have_value("the first")
        await tony.composer.press("Escape")
        await expect(strip).to_contain_text("Reply to Mary")
        await expect(tony.composer).to_have_value("half a sentence")
        # An edit that was left can be had back, and the answer is there after it.
        await tony.page.get_by_role("button", name="Undo").click()
        await expect(tony.composer).to_have_value("the first")
        await tony.composer.press("Enter")
        await mary.until("EVENT", KIND="edit", MSG="the first")
        await expect(strip).to_contain_text("Reply to Mary")
        await expect(tony.composer).to_have_value("half a sentence")
        # The page breaks at once after the last letter.
        await tony.composer.press("End")
        await tony.page.keyboard.type(".")
        tony.page = await crashed(tony)
        await expect(tony.composer).to_have_value("half a sentence.")
        # What is answered is deleted: the answer goes out all the same.
        seq = (await mary.ask(CMD="HISTORY", ROOM="lobby", ID="3"))["DATA"]["EVENTS"]
        await mary.ask(
            CMD="DELETE", ROOM="lobby", SEQ=next(e["SEQ"] for e in seq if e.get("MSG") == "answer me"), ID="4"
        )
        await expect(tony.page.locator(".strip")).to_contain_text("This message was deleted")
        await tony.composer.press("Enter")
        assert "REPLY_TO" not in await mary.until("MSG", MSG="half a sentence.")


async def test_who_was_chosen_from_the_list_is_meant_before_and_after_an_edit(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary, Wire(server.port) as namesake, Wire(server.port) as zoe:
        await mary.join("Mary", "first")
        await zoe.join("Zoe", "zoe")

        async def choose(written: str, name: str) -> None:
            await tony.composer.press("End")
            await tony.composer.press_sequentially(written)
            await tony.page.get_by_role("option", name=name).click()

        async def open_to_edit() -> None:
            message = await tony.reads("ask @Mary")
            await message.hover()
            await message.get_by_role("button", name="Edit", exact=True).click()

        def place(uid: str, begin: int, length: int) -> dict[str, object]:
            return {"UID": uid, "BEGIN": begin, "LENGTH": length}

        await choose("Now ask @Ma", "Mary")
        await namesake.join("Mary", "second")  # from now on, the name alone means both
        await tony.composer.press("Enter")
        sent = await mary.until("MSG", MSG="Now ask @Mary")
        assert (sent["MENTIONS"], sent["MENTION_PLACES"]) == (["first"], [place("first", 8, 5)])
        # Whom it means outlives a reload while it is edited.
        await open_to_edit()
        await tony.composer.fill("🦊 Please ask @Mary")
        await tony.page.reload()
        await expect(tony.composer).to_have_value("🦊 Please ask @Mary")
        await tony.composer.press("Enter")
        edit = await mary.until("EVENT", KIND="edit", OF=sent["SEQ"])
        assert (edit["MENTIONS"], edit["MENTION_PLACES"]) == (["first"], [place("first", 13, 5)])
        # Names are added from the list, as in a new message.
        await open_to_edit()
        await choose(" or @Zo", "Zoe")
        await tony.composer.press("Enter")
        edit = await mary.until("EVENT", KIND="edit", OF=sent["SEQ"])
        assert edit["MENTION_PLACES"] == [place("first", 13, 5), place("zoe", 22, 4)]
        # What is changed by hand is another name: here, one that nobody has.
        await open_to_edit()
        await tony.composer.fill("🦊 Please ask @Marie")
        await tony.composer.press("Enter")
        edit = await mary.until("EVENT", KIND="edit", OF=sent["SEQ"])
        assert edit["MSG"] == "🦊 Please ask @Marie"
        assert "MENTIONS" not in edit
        assert "MENTION_PLACES" not in edit


async def test_a_name_is_completed_however_many_words_it_has(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as anna, Wire(server.port) as heide:
        await anna.join("Anna", "short")
        await heide.join("Anna Maria von der Heide", "long")
        await tony.composer.press_sequentially("@anna maria v")
        await expect(tony.page.get_by_role("option")).to_have_count(1)
        await tony.composer.press("Enter")
        await expect(tony.composer).to_have_value("@Anna Maria von der Heide ")
        await tony.composer.press("Enter")
        assert (await heide.until("MSG"))["MENTIONS"] == ["long"]
        # The list does not open over a chosen name because a longer one begins with it.
        await tony.composer.press_sequentially("@anna")
        await tony.page.get_by_role("option", name="short").click()
        await tony.composer.press("Enter")
        assert (await anna.until("MSG", MSG="@Anna"))["MENTIONS"] == ["short"]


async def test_names_in_a_named_room_are_first_of_those_who_are_in_it(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary, Wire(server.port) as stranger:
        await mary.join("Mary", "mary@inside")
        await stranger.join("Marvin", "marvin@outside")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="room"))["DATA"]["ROOM"]
        await tony.page.goto(f"{tony.url}#/room/{room}")
        await tony.page.get_by_role("button", name="Join", exact=True).click()
        await tony.composer.press_sequentially("ask @mar")
        option = tony.page.get_by_role("option")
        await expect(option).to_have_count(2)
        await expect(option.first).to_contain_text("mary@inside")
        await expect(option.last).to_have_text(re.compile("marvin@outside.*not in this room"))
        await stranger.ask(CMD="ENTER", ROOM=room)
        await expect(option.filter(has_text="not in this room")).to_have_count(0)  # the list follows by itself
        await stranger.ask(CMD="EXIT", ROOM=room)
        await expect(option.last).to_contain_text("not in this room")
        await tony.composer.press("Enter")
        await tony.composer.press("Enter")
        assert (await mary.until("MSG", ROOM=room))["MENTIONS"] == ["mary@inside"]
        # Enter takes nobody who would hear nothing of it, unless they were chosen.
        await tony.composer.press_sequentially("not @marv")
        await expect(option).to_have_text([re.compile("marvin@outside")])
        await tony.composer.press("Enter")
        assert "MENTIONS" not in await mary.until("MSG", ROOM=room, MSG="not @marv")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="psst")
        await tony.open(re.compile("^Mary"))
        await tony.reads("psst")
        await tony.composer.press_sequentially("@mar")
        await expect(option.first).to_contain_text("mary@inside")
        await expect(option.last).to_have_text(re.compile("marvin@outside.*can’t read this"))


CLIPBOARD = """([text, html, isPictured]) => new Promise((written) => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 9, 9);
    canvas.toBlob((picture) => written(navigator.clipboard.write([new ClipboardItem({
        ...(text && { "text/plain": text }),
        ...(html && { "text/html": html }),
        ...(isPictured && { "image/png": picture }),
    })])));
})"""
"""What another program has copied."""


async def test_only_what_is_typed_becomes_an_emoji_and_only_where_it_is_meant(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", permissions=["clipboard-read", "clipboard-write"])
    options = tony.page.get_by_role("option")
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")

        async def sends(text: str) -> None:
            await tony.composer.press("Enter")
            await mary.until("MSG", MSG=text)

        for text in ("`:+1:`", "https://x/:wink:/y", r"C:\x\:ok:", "x[:100:2]", "lol :-D"):
            await tony.composer.press_sequentially(text)
            await sends(text)
        # The list is there, and Enter sends what is written unless something was chosen in it.
        for text in ("um :30", "Beispiele :ja"):
            await tony.composer.press_sequentially(text)
            await expect(options.first).to_be_visible()
            await sends(text)
        await tony.composer.press_sequentially("so :octop")
        await expect(options.first).to_be_visible()
        await tony.composer.press("ArrowDown")
        await tony.composer.press("Enter")
        await expect(tony.composer).to_have_value("so 🐙 ")
        await tony.composer.press("Control+z")
        await expect(tony.composer).to_have_value("so :octop")
        await tony.composer.fill("")
        # A short code is exchanged when its last colon is typed, which can be undone.
        await tony.composer.press_sequentially("yes :tada:")
        await expect(tony.composer).to_have_value("yes 🎉 ")
        await tony.composer.press("Control+z")
        await expect(tony.composer).to_have_value("yes :tada:")
        await tony.composer.press_sequentially("!")
        await sends("yes :tada:!")
        # A paste stays as it is.
        await tony.page.evaluate(CLIPBOARD, ["range :100:", "", False])
        await tony.composer.press("Control+v")
        await sends("range :100:")


async def test_a_paste_of_text_and_its_picture_is_the_text(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony", permissions=["clipboard-read", "clipboard-write"])
    await tony.page.evaluate(CLIPBOARD, ["1\t2", "<table><tr><td>1<td>2</table>", True])
    await tony.composer.press("Control+v")
    await expect(tony.composer).to_have_value("1\t2")
    await expect(attached(tony)).to_have_count(0)
    await tony.page.evaluate(CLIPBOARD, ["", "<img src='https://x.example/cat.png'>", True])
    await tony.composer.press("Control+v")
    await expect(attached(tony)).to_contain_text("image.png")
    await expect(tony.composer).to_have_value("1\t2")


async def test_arrow_up_right_after_enter_edits_what_was_just_written(server: Server, people: People) -> None:
    tony = await people.bring(server)
    strip = tony.page.locator(".strip")
    held: list[Callable[[], None]] = []

    def meet(socket: WebSocketRoute) -> None:
        real = socket.connect_to_server()

        def hear(frame: str | bytes) -> None:
            if '"CMD":"SEND"' in str(frame):
                held.append(lambda: real.send(frame))
            else:
                real.send(frame)

        socket.on_message(hear)

    async def arrive(count: int) -> None:
        """The server gets what was sent."""

        async def sent() -> int:
            return len(held)

        await tony.until(sent, lambda now: now == count)
        held[-1]()

    await tony.page.route_web_socket("**/websocket", meet)
    await tony.join("Tony")
    await tony.composer.fill("teh first")
    await tony.composer.press("Enter")
    await tony.composer.press("ArrowUp")
    await expect(tony.message("teh first")).to_contain_text("sending")
    await expect(tony.composer).to_have_value("")
    await arrive(1)
    await expect(tony.composer).to_have_value("teh first")
    await expect(strip).to_contain_text("Editing")
    await tony.composer.fill("the first")
    await tony.composer.press("Enter")
    await tony.reads("the first")
    # Somebody who writes something else meanwhile goes on with that.
    await tony.composer.fill("second")
    await tony.composer.press("Enter")
    await tony.composer.press("ArrowUp")
    await tony.composer.press_sequentially("third")
    await arrive(2)
    await tony.stored("second")
    await expect(tony.composer).to_have_value("third")
    await expect(strip).to_have_count(0)


async def test_keys_of_an_input_method_do_nothing_in_the_page(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    session = await tony.context.new_cdp_session(tony.page)

    async def accept(key: str) -> None:
        """Press a key that the input method takes; WebKit has ended the composition by then."""
        press = {"type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229}
        await session.send("Input.dispatchKeyEvent", press)
        await session.send("Input.dispatchKeyEvent", press | {"type": "keyUp"})

    async def keeps(field: Locator, text: str) -> None:
        for key in ("Enter", "Escape", "ArrowDown", "Tab"):
            await accept(key)
        await expect(field).to_be_focused()
        await expect(field).to_have_value(text)

    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        await tony.composer.press_sequentially("@Ma")
        await expect(tony.page.get_by_role("option", name="Mary")).to_be_visible()
        await keeps(tony.composer, "@Ma")
        await expect(tony.page.get_by_role("option", name="Mary")).to_be_visible()
        await tony.composer.fill("大")
        await keeps(tony.composer, "大")
        await tony.composer.press("Enter")
        await tony.stored("大")
        await tony.composer.press("ArrowUp")
        await expect(tony.page.locator(".strip")).to_contain_text("Editing")
        await keeps(tony.composer, "大")
        await expect(tony.page.locator(".strip")).to_contain_text("Editing")
        await tony.composer.press("Escape")

        await tony.page.get_by_role("button", name="Choose people").click()
        picker = tony.page.get_by_role("combobox", name="Choose people")
        await picker.fill("Mary")
        await keeps(picker, "Mary")
        await picker.press("Escape")
        await tony.page.get_by_role("button", name="Emoji", exact=True).click()
        search = tony.page.get_by_role("searchbox", name="Search emoji")
        await search.fill("tada")
        await expect(tony.page.get_by_role("button", name="party popper")).to_be_visible()
        await keeps(search, "tada")
        await search.press("Escape")
        await tony.page.keyboard.press("Control+k")
        palette = tony.page.get_by_role("combobox").last
        await palette.fill("Mary")
        await keeps(palette, "Mary")


async def test_what_keeps_one_from_writing_is_said_before_one_writes(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary:
        peers = (await mary.join("Mary", "mary"))["DATA"]["PEERS"]
        uid = next(peer["UID"] for peer in peers if peer["UN"] == "Tony")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="room"))["DATA"]["ROOM"]
        await tony.page.goto(f"{tony.url}#/room/{room}")
        note = tony.page.get_by_role("note")
        await expect(note).to_contain_text("You are viewing this room. Join it to write.")
        await note.get_by_role("button", name="Join").click()
        await expect(tony.composer).to_be_editable()
        await tony.composer.fill("a draft")

        await mary.ask(CMD="SET", ROOM=room, READ_ONLY=True, ID="1")
        await expect(note).to_have_text("Only moderators can write here.")
        await expect(tony.composer).to_have_count(0)
        await mary.ask(CMD="SET", ROOM=room, READ_ONLY=False, ID="2")
        await expect(tony.composer).to_have_value("a draft")

        await mary.ask(CMD="MUTE", ROOM=room, UID=uid, SECONDS=600, ID="3")
        await expect(note).to_contain_text("You are muted here until")
        await mary.ask(CMD="UNMUTE", ROOM=room, UID=uid, ID="4")
        await expect(tony.composer).to_have_value("a draft")

        await mary.ask(CMD="SET", ROOM=room, SLOW_SECONDS=2, ID="5")
        await tony.write("the first")
        await tony.composer.fill("the second")
        wait = tony.page.get_by_text(re.compile(r"Slow mode: you can write again in \d s"))
        await expect(wait).to_be_visible()
        await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
        await expect(wait).to_have_count(0)
        await tony.composer.press("Enter")
        await mary.until("MSG", ROOM=room, MSG="the second")

        await mary.ask(CMD="SET", ROOM=room, ARCHIVED=True, ID="6")
        await expect(note).to_contain_text("This room is archived")
        await expect(tony.log).to_contain_text("Mary archived the room.")


async def test_who_is_muted_on_the_server_is_told_so_in_every_room(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as owner:
        await register_owner(owner, server)
        uid = next(
            one["UID"]
            for one in (await owner.ask(CMD="MEMBERS", ROOM="lobby", ID="who"))["DATA"]["MEMBERS"]
            if one["UN"] == "Tony"
        )
        await owner.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="1")
        await tony.open(re.compile("^Olga"))
        await tony.reads("psst")
        note = tony.page.get_by_role("note")
        await owner.ask(CMD="MUTE", UID=uid, ID="2")
        await expect(note).to_contain_text("You are muted here.")
        # It is known after a reload, without the log of the lobby.
        await tony.page.reload()
        await expect(note).to_contain_text("You are muted here.")
        await owner.ask(CMD="UNMUTE", UID=uid, ID="3")
        await expect(tony.composer).to_be_editable()
