"""Nothing that a person can write runs in anybody's page: names, texts, titles, file names, reasons, addresses."""

import aiohttp
import pytest
from playwright.async_api import Dialog, expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.wire import Wire

PAYLOADS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg/onload=window.hit=1>",
    "\"><iframe srcdoc='<script>parent.hit=1</script>'>",
    "[press](javascript:window.hit=1)",
    "[press](JaVaScRiPt&colon;window.hit=1)",
    "[press](data:text/html,<script>opener.hit=1</script>)",
    "![x](x' onerror='window.hit=1)",
    "<javascript:window.hit=1>",
    "`<img src=x onerror=window.hit=1>`",
    "```html\n<script>window.hit=1</script>\n```",
    "[a]: javascript:window.hit=1\n\n[a]",
    "<a href='javascript:window.hit=1'>press</a>",
    'https://example.org/"onmouseover=window.hit=1//',
    "<style>*{display:none}</style>",
    "<base href=//example.org>",
    "<form action=javascript:window.hit=1><button>press",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=window.hit=1>'>",
)
FOREIGN = "script:not([src]), style, iframe, base, object, embed, math, [onerror], [onload], [onmouseover]"
"""What the page itself has nowhere."""
NAMES = ("<img src=x onerror=window.hit=1>", "'\"><svg onload=window.hit=1>", "javascript:window.hit=1")


async def unharmed(people: People) -> None:
    """See that nothing ran, nothing was put into a page, and no link leads anywhere but to the web or the page."""
    for person in people.all:
        assert await person.page.evaluate("() => window.hit") is None
        foreign = await person.page.evaluate(
            "(selector) => [...document.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML)", FOREIGN
        )
        assert foreign == []
        links = await person.page.evaluate("() => [...document.links].map(({ protocol }) => protocol)")
        assert set(links) <= {"http:", "https:", "mailto:"}


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
async def test_texts_names_titles_and_reasons_are_shown_not_run(
    server: Server, people: People, size: tuple[int, int]
) -> None:
    tony = await people.bring(server, viewport={"width": size[0], "height": size[1]})
    dialogs: list[str] = []

    async def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        await dialog.dismiss()

    tony.page.on("dialog", note)
    async with (
        Wire(server.port) as first,
        Wire(server.port) as second,
        Wire(server.port) as third,
        Wire(server.port) as fourth,
    ):
        for wire, name in zip((first, second, third), NAMES, strict=True):
            await wire.join(name, f"{name} uid")
        for payload in PAYLOADS:
            await first.ask(CMD="SEND", TO=[], MSG=payload)
            await second.ask(CMD="SEND", TO=[], MSG=f"@{NAMES[0]} {payload}")
        for number, name in enumerate(NAMES):
            room = await second.ask(CMD="CREATE", TITLE=f"{name} {number}", TOPIC=PAYLOADS[number])
            await second.ask(CMD="SEND", ROOM=room["DATA"]["ROOM"], MSG="in the room")
            await second.ask(CMD="SET", ROOM=room["DATA"]["ROOM"], TOPIC=f"{PAYLOADS[number]} again")
            await third.ask(CMD="ENTER", ROOM=room["DATA"]["ROOM"])
            await second.ask(CMD="KICK", ROOM=room["DATA"]["ROOM"], UID=f"{NAMES[2]} uid", REASON=name)
        session = (await fourth.join("Peter", "peter", DEVICE=PAYLOADS[1]))["DATA"]["SESSION"]
        async with aiohttp.ClientSession(tony.url, headers={"Authorization": f"Bearer {session}"}) as http:
            for name in NAMES:
                async with http.post("/files", params={"name": name}, data=b"<script>window.hit=1</script>") as answer:
                    file = (await answer.json())["FILE"]
                await fourth.ask(CMD="SEND", TO=[], MSG="", FILES=[file], ID=f"file {name}")
        await second.ask(CMD="REPORT", ROOM="lobby", SEQ=1, REASON=PAYLOADS[1], ID="report")
        await tony.join("Tony")
        await second.ask(CMD="SEND", TO=["Tony"], MSG=PAYLOADS[0], ID="private")
        await second.ask(CMD="SEND", TO=["Tony", f"{NAMES[0]} uid"], MSG=PAYLOADS[1], ID="group")
        await expect(tony.log.get_by_role("article").last).to_be_visible()
        await unharmed(people)
        await expect(tony.log.get_by_text(NAMES[0]).last).to_be_visible()
        for link in await tony.log.get_by_role("link").all():
            await link.hover()
        for title in [f"{NAMES[1]}", f"{NAMES[0]}, "]:
            await tony.page.keyboard.press("Control+k")
            await tony.page.get_by_role("combobox").fill(title[:12])
            await unharmed(people)
            await tony.page.keyboard.press("Enter")
            await unharmed(people)
        await tony.page.keyboard.press("Control+Shift+f")
        await tony.page.get_by_role("searchbox", name="Search messages").fill(PAYLOADS[1])
        await unharmed(people)
        await tony.page.keyboard.press("Escape")
        for fragment in (*NAMES, *PAYLOADS[:4]):
            await tony.page.goto(f"{tony.url}#/room/{fragment}/{fragment}")
            await tony.page.goto(f"{tony.url}#/invite/{fragment}")
            await unharmed(people)
        await expect(tony.page.locator("#page")).not_to_be_empty()
    assert dialogs == []
