"""A room of 100,000 messages, read from one end to the other: little is drawn, nothing jumps, nothing is left out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from muca.model.rooms import LOBBY
from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.seeding import seed_lobby
from tests.serving import serving

MESSAGES = 100_000
DRAWN_MAX = 4_000
"""Elements of the whole page; a message alone has some twenty."""

SHOWN = """() => {
    const view = document.querySelector("[role=log]").getBoundingClientRect();
    return [...document.querySelectorAll("[role=log] article")]
        .map((article) => ({ article, box: article.getBoundingClientRect() }))
        .filter(({ box }) => box.bottom > view.top && box.top < view.bottom)
        .map(({ article, box }) => [Number(/message ([0-9]+)/.exec(article.textContent)?.[1]), box.top - view.top]);
}"""
"""The numbers of the messages in view, and where they begin."""


async def in_view(page: Page) -> dict[int, float]:
    return {int(number): top for number, top in await page.evaluate(SHOWN) if number is not None}


async def drawn(page: Page) -> int:
    count: int = await page.evaluate("() => document.querySelectorAll('*').length")
    return count


async def go_to(person: Person, seq: int) -> None:
    """Open the permalink of a message."""
    await person.page.goto(f"{person.url}#/room/{LOBBY}/{seq}")
    await person.reads(re.compile(rf"message {seq}\b"))


@pytest.mark.timeout(300)
def shows_before(first: int) -> Callable[[dict[int, float]], bool]:
    return lambda shown: min(shown, default=first) < first


async def test_a_room_of_100_000_messages_is_read_from_end_to_end(tmp_path: Path, people: People) -> None:
    data = tmp_path / "data"
    data.mkdir()
    seed_lobby(data, MESSAGES)
    async with serving(data, page=PAGE) as server:
        tony = await people.join(server, "Tony")
        await tony.reads(f"message {MESSAGES}")
        box = await tony.log.bounding_box()
        assert box is not None
        await tony.page.mouse.move(box["x"] + 100, box["y"] + 100)
        while (first := min(await in_view(tony.page))) > MESSAGES - 1_000:  # by the wheel: every message comes by
            await tony.page.mouse.wheel(0, -600)
            now = await tony.until(lambda: in_view(tony.page), shows_before(first))
            assert list(now) == list(range(min(now), max(now) + 1))
            assert max(now) >= first - 1, "some were passed over"
            assert await drawn(tony.page) < DRAWN_MAX
        while (first := min(await in_view(tony.page), default=first)) > 1:  # and on, as fast as the page reads
            await tony.page.mouse.wheel(0, -15_000)
            assert await drawn(tony.page) < DRAWN_MAX
        await tony.page.mouse.wheel(0, 3_000)
        await tony.until(lambda: in_view(tony.page), lambda shown: max(shown, default=0) > 20)
        await go_to(tony, 50_000)
        assert await drawn(tony.page) < DRAWN_MAX
        await tony.page.get_by_role("button", name="Jump to newest").click()
        await tony.reads(f"message {MESSAGES}")


async def test_nothing_jumps_while_one_reads_what_is_older(tmp_path: Path, people: People) -> None:
    data = tmp_path / "data"
    data.mkdir()
    seed_lobby(data, 1_000)
    async with serving(data, page=PAGE) as server:
        tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
        await go_to(tony, 500)
        before = await tony.until(lambda: in_view(tony.page), lambda shown: 500 in shown)
        for number in range(3):
            await mary.write(f"something new {number}")
        await mary.reads("something new 2")
        await expect(tony.page.get_by_role("button", name=re.compile("new|newest"))).to_be_visible()
        after = await in_view(tony.page)
        assert after.keys() == before.keys()
        assert all(abs(after[number] - before[number]) <= 1 for number in before)
