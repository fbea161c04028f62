"""Every screen, in light and dark, large and small, has nothing that axe-core knows to shut people out."""

from functools import cache
from typing import Any

import pytest
from playwright.async_api import Page

from muca.server.serve import Server
from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.wire import Wire

SIZES = {"desktop": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}

CUT_OFF = """() => {
    const wanted = [...document.querySelectorAll("a, button, input, select, textarea, h1, h2, h3, p, [role=tab]")];
    return wanted.filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            const sticksOut = width > 1 && (left < -1 || right > innerWidth + 1);
            return sticksOut && element.closest("pre, .table, .filters") === null;
        })
        .map((element) => `cut off: ${element.outerHTML.slice(0, 200)}`);
}"""
"""What sticks out of the window, so that users do not see it whole. Code, tables and filters can be scrolled."""


@cache
def axe() -> str:
    return (PAGE.parent / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


async def violations(page: Page) -> list[str]:
    """Return what axe finds, and what is cut off, in a line each."""
    await page.evaluate(axe())
    found: list[dict[str, Any]] = await page.evaluate("() => axe.run().then(({ violations }) => violations)")
    cut_off: list[str] = await page.evaluate(CUT_OFF)
    return [
        f"{each['id']}: {[(node['target'], node.get('failureSummary')) for node in each['nodes']]}" for each in found
    ] + cut_off


async def fill(tony: Person, port: int) -> None:
    """Have something of everything in the lobby."""
    async with Wire(port) as mary:
        await mary.join("Mary", "mary")
        texts = [
            "**bold**, `code`, https://example.org and ~~no~~",
            "```python\nprint(1)\n```",
            "@Tony look",
            "> said",
            "- a\n- b",
            "😀",
            "سلام",
        ]
        for text in texts:
            await mary.ask(CMD="SEND", TO=[], MSG=text)
        await mary.ask(CMD="SEND", TO=[], MSG="an answer", REPLY_TO=1)
        await mary.ask(CMD="REACT", ROOM="lobby", SEQ=1, EMOJI="👍")
        await mary.ask(CMD="EDIT", ROOM="lobby", SEQ=3, MSG="@Tony look here")
        await mary.ask(CMD="DELETE", ROOM="lobby", SEQ=5)
        await mary.ask(CMD="SEND", TO=["Tony"], MSG="private")
    await tony.reads("an answer")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_no_screen_shuts_anybody_out(server: Server, people: People, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    tony = await people.bring(server, viewport={"width": width, "height": height}, color_scheme=scheme)
    await tony.page.goto(tony.url)
    await tony.page.get_by_label("Your name").wait_for()
    found = {"join": await violations(tony.page)}
    await tony.join("Tony")
    found["empty"] = await violations(tony.page)
    await fill(tony, server.port)
    found["full"] = await violations(tony.page)
    for screen, keys in {"palette": "Control+k", "keys": "?"}.items():
        await tony.page.keyboard.press("Escape")
        await tony.log.focus()
        await tony.page.keyboard.press(keys)
        await tony.page.get_by_role("dialog").wait_for()
        found[screen] = await violations(tony.page)
        await tony.page.keyboard.press("Escape")
    assert {screen: problems for screen, problems in found.items() if problems} == {}
