"""The page: its transferred size, and the time until it is usable, in Chromium on this machine.

Times are of one run with one server: an empty page, the join screen, and the lobby of a returning user with 100,000
messages. The ratio compares them with the empty page.

    python benchmarks/page.py [--visits 15] [--messages 100000]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from muca.server.loop import loop_factory
from muca.ui.web import PAGE
from tests.browser.conftest import QUIET, address
from tests.browser.person import Person
from tests.browser.seeding import seed_lobby
from tests.serving import serving

TRANSFERRED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, { transferSize }) => sum + transferSize, 0)"""
LAZY = ("data-",)
"""The names of emoji, which are loaded on demand."""


def sizes() -> None:
    """Print the compressed sizes of the build."""
    packed = {path.name.removesuffix(".br"): path.stat().st_size for path in PAGE.rglob("*.br")}
    lazy = {name: size for name, size in packed.items() if name.startswith(LAZY)}
    print(f"all of the page, packed: {(sum(packed.values()) - sum(lazy.values())) / 1_000:.0f} KB")
    print(f"the emoji's names, of a language: {max(lazy.values()) / 1_000:.0f} KB")


async def timed(visits: int, visit: Callable[[], Awaitable[None]]) -> list[float]:
    """Return the milliseconds of each visit."""
    took = []
    for _ in range(visits):
        started = time.perf_counter()
        await visit()
        took.append((time.perf_counter() - started) * 1_000)
    return took


async def first_visit(browser: Browser, url: str, empty: str, visits: int) -> tuple[list[float], list[float], int]:
    """Open the empty page and the join screen, each in a new browser context."""
    transferred = 0

    async def fresh(act: Callable[[Page], Awaitable[None]]) -> None:
        context = await browser.new_context()
        await act(await context.new_page())
        await context.close()

    async def open_empty(page: Page) -> None:
        await page.goto(empty)

    async def open_join(page: Page) -> None:
        nonlocal transferred
        await page.goto(url)
        await page.get_by_label("Your name").wait_for()
        transferred = await page.evaluate(TRANSFERRED)

    nothing = await timed(visits, lambda: fresh(open_empty))
    join = await timed(visits, lambda: fresh(open_join))
    return nothing, join, transferred


async def come_back(browser: Browser, url: str, visits: int, last: str) -> list[float]:
    """Open the page as a returning user, until the newest message is shown and the message box is usable."""
    context = await browser.new_context()
    person = Person(context, await context.new_page(), url)
    await person.join("Tony")

    async def visit() -> None:
        await person.page.reload()
        await person.reads(last)
        await person.composer.wait_for()

    took = await timed(visits, visit)
    await context.close()
    return took


def row(name: str, took: list[float], nothing: float) -> None:
    """Print a row of the table."""
    middle, worst = statistics.median(took), max(took)
    print(f"| {name} | {middle:.0f} | {worst:.0f} | {middle / nothing:.1f} |")


async def main(visits: int, messages: int) -> None:
    """Measure and print."""
    sizes()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        seed_lobby(data, messages)
        async with serving(data, page=PAGE) as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
            url = address(server)
            nothing, join, transferred = await first_visit(browser, url, f"{url}licenses.md", visits)
            back = await come_back(browser, url, visits, f"message {messages}")
            await browser.close()
    print(f"first visit, over the wire: {transferred / 1_000:.0f} KB\n")
    print("| ms | p50 | worst | ratio |\n|---|---|---|---|")
    row("a page with nothing in it", nothing, statistics.median(nothing))
    row("first visit: the way in can be used", join, statistics.median(nothing))
    row(f"coming back: the newest of {messages:,} messages is there", back, statistics.median(nothing))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=15)
    parser.add_argument("--messages", type=int, default=100_000)
    arguments = parser.parse_args()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main(arguments.visits, arguments.messages))
