"""People at browsers talk with each other, and with those who came another way."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Locator, expect

from muca.client import Client, MemoryTokenStore, Message
from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.accounts import register_owner
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.seeding import seed_conversations
from tests.naive.v1_clients import SplitAtBraces
from tests.serving import serving
from tests.wire import Wire


async def rooms_in_order(person: Person) -> list[str]:
    return [name.strip() for name in await person.rooms.get_by_role("link").locator(".room-name").all_inner_texts()]


async def colour(of: Locator, what: str) -> str:
    seen: str = await of.evaluate("(element, what) => getComputedStyle(element).getPropertyValue(what)", what)
    return seen


async def test_two_browsers_talk(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await tony.write("Hello from Tony")
    await mary.reads("Hello from Tony")
    await mary.write("Hello Tony")
    await mary.write("and good evening")
    await tony.reads("and good evening")
    await expect(tony.log.get_by_role("article")).to_have_count(3)
    heads = tony.log.get_by_role("article").filter(has=tony.page.locator("header"))
    await expect(heads).to_have_count(2)  # what Mary said is one group, with one head
    await expect(tony.log.get_by_role("heading", name="Today")).to_be_visible()
    own, other = tony.message("Hello from Tony"), tony.message("Hello Tony")
    await expect(own.locator("header")).to_contain_text(re.compile(r"Tony\s*You\s*\d\d?:\d\d"))
    await expect(other.locator("header")).not_to_contain_text("You")
    ground = "background-color"
    assert await colour(own.locator(".body"), ground) != await colour(other.locator(".body"), ground)


async def test_the_list_of_conversations_shows_what_was_said_last(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary, Wire(server.port) as noa:
        await mary.join("Mary", "mary")
        await noa.join("נועה", "noa")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="Hello", ID="1")
        place = (await mary.ask(CMD="SEND", TO=["Tony"], MSG="**See** `you` at 10", ID="2"))["DATA"]
        told = tony.room(re.compile("^Mary(?!,)")).locator(".room-last")
        await expect(told).to_have_text("See you at 10")
        await mary.ask(CMD="EDIT", ROOM=place["ROOM"], SEQ=place["SEQ"], MSG="See you at _11_", ID="3")
        await expect(told).to_have_text("See you at 11")
        await mary.ask(CMD="DELETE", ROOM=place["ROOM"], SEQ=place["SEQ"], ID="4")
        await expect(told).to_have_text("Hello")
        await mary.ask(CMD="TYPING", ROOM=place["ROOM"], ID="5")
        await expect(told).to_have_text("typing…")
        await tony.open(re.compile("^Mary(?!,)"))
        await tony.write("Good morning")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="And?", ID="6")
        await expect(told).to_have_text("And?")
        await tony.write("Fine")
        await expect(told).to_have_text("You: Fine")
        await expect(tony.room(re.compile("^Mary(?!,)")).locator("time")).to_have_text(re.compile(r"^\d\d?:\d\d$"))
        await tony.composer.fill("and **you**")
        await tony.open("Everyone")
        await expect(told).to_have_text("Draft: and you")
        # A name from right to left does not turn the line around: it stands before the words.
        await noa.ask(CMD="SEND", TO=["Tony", "mary"], MSG="אני מביאה עוגה", ID="1")
        group = tony.rooms.get_by_role("link", name="אני מביאה עוגה").locator(".room-last")
        await expect(group).to_have_text("נועה: אני מביאה עוגה")
        name, words = await group.locator("bdi").bounding_box(), await group.get_by_text("אני מביאה").bounding_box()
        assert name is not None
        assert words is not None
        assert name["x"] + name["width"] < words["x"]
        await tony.page.reload()
        await expect(told).to_have_text("Draft: and you")
        await expect(group).to_have_text("נועה: אני מביאה עוגה")


async def test_everyone_a_group_and_one_person_are_told_apart_before_and_after_sending(
    server: Server, people: People
) -> None:
    tony, mary, zoe = [await people.join(server, name) for name in ("Tony", "Mary", "Zoe")]
    await expect(tony.page.get_by_text("Reaches everyone. 3 are online").first).to_be_visible()
    await expect(tony.recipients).to_contain_text("Everyone")
    await tony.write("to all of you")
    await tony.add_recipient("Mary")
    await expect(tony.page.get_by_text("Only you and Mary can read this.").first).to_be_visible()
    await expect(tony.recipients).to_contain_text("private")
    await expect(tony.page.get_by_role("textbox", name="Write to Mary")).to_be_focused()
    await tony.write("to Mary alone")
    await tony.reads("to Mary alone")
    await tony.add_recipient("Zoe")
    await expect(tony.page.get_by_text(re.compile("Only Mary, Zoe,? and you can read this.")).first).to_be_visible()
    await expect(tony.recipients).to_contain_text("group")
    await tony.write("to you two")
    await tony.reads("to you two")

    # Whoever gets it sees whom else it reached: in words, by the room's sign and by hue.
    await expect(mary.room(re.compile("^Tony(?!,)"))).to_contain_text("1 unread message")
    await expect(zoe.rooms.get_by_text("to Mary alone")).to_have_count(0)
    await mary.open(re.compile("^Tony(?!,)"))
    private = await mary.reads("to Mary alone")
    await expect(private).to_contain_text("private")
    hues = {"PRIVATE": await colour(private, "--hue")}
    await mary.open(re.compile("^Tony, Zoe"))
    group = await mary.reads("to you two")
    await expect(group).to_contain_text("group")
    hues["GROUP"] = await colour(group, "--hue")
    await mary.open("Everyone")
    hues["ALL"] = await colour(await mary.reads("to all of you"), "--hue")
    await expect(mary.message("to Mary alone")).to_have_count(0)
    assert len(set(hues.values())) == 3, hues
    await expect(zoe.rooms.get_by_role("link")).to_have_count(2)  # everyone and the group: nothing of Mary's


async def test_who_is_here_away_and_gone_and_who_types(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await expect(tony.page.get_by_text("connected, 2 online")).to_be_visible()
    await expect(tony.here.get_by_role("region", name="Online, 2").get_by_role("button", name="Mary")).to_be_visible()
    await mary.composer.press_sequentially("I am wri")
    await expect(tony.page.get_by_text("Mary is typing…").first).to_be_visible()
    await expect(tony.here.get_by_role("button", name="Mary")).to_contain_text("typing")
    await mary.composer.press_sequentially("ting")
    await mary.composer.press("Enter")
    await tony.reads("I am writing")
    await expect(tony.page.get_by_text("Mary is typing…")).to_have_count(0)

    await mary.page.get_by_role("button", name=re.compile("^Mary")).first.click()
    await mary.page.get_by_role("menuitem", name="Set as away").click()
    await expect(tony.here.get_by_role("region", name="Away, 1").get_by_role("button", name="Mary")).to_be_visible()
    await mary.page.close()
    await expect(tony.here.get_by_role("region", name="Offline, 1").get_by_role("button", name="Mary")).to_be_visible()
    await expect(tony.page.get_by_text("connected, nobody else online")).to_be_visible()


async def test_rooms_say_what_is_unread_and_the_latest_comes_first(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary, Wire(server.port) as zoe:
        await mary.join("Mary", "mary")
        uid = next(peer["UID"] for peer in (await zoe.join("Zoe", "zoe"))["DATA"]["PEERS"] if peer["UN"] == "Tony")
        for title in ("Optics", "Garden"):
            made = await mary.ask(CMD="CREATE", TITLE=title, ID=title)
            await mary.ask(CMD="INVITE", ROOM=made["DATA"]["ROOM"], UID=uid, ID=f"invite {title}")
            await mary.ask(CMD="SEND", ROOM=made["DATA"]["ROOM"], MSG=f"about {title}", ID=f"send {title}")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst", ID="psst")
        await zoe.ask(CMD="SEND", TO=["Tony"], MSG="hey", ID="hey")
        await expect(tony.room("Garden")).to_contain_text("1 unread message")
        await expect(tony.room(re.compile("^Zoe"))).to_contain_text("1 unread message")
        await tony.until(lambda: rooms_in_order(tony), ["Everyone", "Garden", "Optics", "Zoe", "Mary"].__eq__)

        optics = (await mary.ask(CMD="ROOMS", MATCH="Optics", ID="look"))["DATA"]["ROOMS"][0]["ROOM"]
        await mary.ask(CMD="SEND", ROOM=optics, MSG="@Tony have a look", ID="mention")
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="psst again", ID="again")
        await tony.until(lambda: rooms_in_order(tony), ["Everyone", "Optics", "Garden", "Mary", "Zoe"].__eq__)
        await expect(tony.room("Optics")).to_contain_text("2 unread messages, 1 mention of you")
        await expect(tony.room(re.compile("^Mary"))).to_contain_text("2 unread messages")

        await tony.open("Optics")
        mention = await tony.reads("@Tony have a look")
        assert await colour(mention, "background-color") != await colour(
            tony.message("about Optics"), "background-color"
        )
        await expect(tony.room("Optics")).not_to_contain_text("unread")
        await tony.write("I saw it")
        said = await mary.until("MSG", ROOM=optics, MSG="I saw it")
        assert said["UN"] == "Tony"
        # Another device of the same account has it read, too.
        await tony.page.reload()
        await tony.reads("I saw it")
        await expect(tony.room("Garden")).to_contain_text("1 unread message")
        await expect(tony.room("Optics")).not_to_contain_text("unread")


async def test_what_retention_removes_is_unread_no_longer(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as mary:
        peers = (await mary.join("Mary", "mary"))["DATA"]["PEERS"]
        uid = next(peer["UID"] for peer in peers if peer["UN"] == "Tony")
        room = (await mary.ask(CMD="CREATE", TITLE="Optics", ID="make"))["DATA"]["ROOM"]
        await mary.ask(CMD="INVITE", ROOM=room, UID=uid, ID="invite")
        for text in ("@Tony one", "@Tony two", "three"):
            await mary.ask(CMD="SEND", ROOM=room, MSG=text, ID=text)
        await expect(tony.room("Optics")).to_contain_text("3 unread messages, 2 mentions of you")
        await mary.ask(CMD="SET", ROOM=room, KEEP_EVENTS=3, ID="keep")
        await expect(tony.room("Optics")).to_contain_text("2 unread messages, 1 mention of you")


async def test_more_conversations_than_join_lists_are_all_there(tmp_path: Path, people: People) -> None:
    data = tmp_path / "data"
    async with serving(data, page=PAGE) as server:
        port, tony = server.port, await people.join(server, "Tony")
        async with Wire(port) as mary:
            peers = (await mary.join("Mary", "mary"))["DATA"]["PEERS"]
        uid = next(peer["UID"] for peer in peers if peer["UN"] == "Tony")
    seed_conversations(data, uid, 520)
    async with serving(data, port=port, page=PAGE) as server:
        await tony.page.reload()
        await expect(tony.rooms.get_by_role("link")).to_have_count(521)
        oldest = tony.room(re.compile("^writer 0"))
        await expect(oldest).to_contain_text("1 unread message")
        async with Wire(port) as writer:
            await writer.join("Writer 0", "writer 0")
            await writer.ask(CMD="SEND", TO=[uid], MSG="again", ID="again")
        await expect(tony.room(re.compile("^Writer 0"))).to_contain_text("2 unread messages")


async def test_browsers_the_library_and_a_first_generation_program_talk(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    old = await asyncio.to_thread(SplitAtBraces, server.port, "Old")
    await asyncio.to_thread(old.join)
    library = Client(f"127.0.0.1:{server.port}", uid="robot", nickname="Robot", tokens=MemoryTokenStore(), tls="never")
    async with library as robot:
        await expect(tony.page.get_by_text("connected, 3 online")).to_be_visible()
        await tony.write("hello to both")
        await asyncio.to_thread(old.wait, lambda it: "hello to both" in [text for _, _, text in it.messages()])
        async for event in robot.events():
            if isinstance(event, Message) and event.text == "hello to both":
                await robot.react(event.room, event.seq, "👍")
                await robot.send("beep **boop**", reply_to=event.seq, room=event.room)
                break
        await expect(tony.message("hello to both").get_by_role("button", name="👍 1: 👍 from Robot")).to_be_visible()
        answer = tony.message("beep boop")
        await expect(answer.get_by_title("Go to this message")).to_contain_text("Tony hello to both")
        await expect(answer.locator("strong")).to_have_text("boop")
        await asyncio.to_thread(old.send, "hello from long ago")
        await tony.reads("hello from long ago")
        await tony.add_recipient("Old")
        await tony.write("only you")
        await asyncio.to_thread(old.wait, lambda it: any(kind == "PRIVATE" for kind, _, _ in it.messages()))
        await asyncio.to_thread(old.leave)
        await expect(tony.here.get_by_role("region", name="Offline, 1")).to_contain_text("Old")


async def test_who_looks_after_the_server_is_told_from_a_namesake(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    async with Wire(server.port) as owner, Wire(server.port) as namesake:
        await register_owner(owner, server)
        await namesake.join("Olga II", "olga2")
        await owner.ask(CMD="SEND", TO=[], MSG="I am the teacher", ID="1")
        await namesake.ask(CMD="SEND", TO=[], MSG="so am I", ID="2")
        await tony.page.reload()
        await expect(tony.message("I am the teacher")).to_contain_text("owner")
        await expect(tony.here.get_by_role("button", name=re.compile("^Olga.* owner$"))).to_have_count(1)
        await expect(tony.message("so am I")).not_to_contain_text("owner")
        await owner.ask(CMD="ROLE", UID="olga2", ROLE="moderator", ID="3")
        await expect(tony.message("so am I")).to_contain_text("moderator")
