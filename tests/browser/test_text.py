"""What is shown is what was written: every case of tests/ui/texts.json, drawn by Chromium."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from muca.server.serve import Server
from tests.browser.conftest import People
from tests.wire import Wire

CASES = json.loads((Path(__file__).parents[1] / "ui" / "texts.json").read_text("utf-8"))

WIDTHS = {"desktop": 1280, "tablet": 820, "phone": 390}

SHOWN = """() => [...document.querySelectorAll("article .body")].map((body) => ({
    text: body.textContent,
    height: body.getBoundingClientRect().height,
    drawn: body.innerText.trim(),
    fits: body.scrollWidth <= body.clientWidth + 1,
}))"""


def letters(text: str) -> str:
    """Return what must not be lost: letters and digits."""
    return re.sub(r"[\W_]", "", text)


def ends_with(expected: list[str], shown: list[dict[str, Any]]) -> bool:
    """Return whether the last messages that are shown are these."""
    return [letters(each["text"]) for each in shown[-len(expected) :]] == expected


@pytest.mark.parametrize("size", WIDTHS)
async def test_every_letter_of_every_message_is_drawn(server: Server, people: People, size: str) -> None:
    tony = await people.join(server, "Tony", viewport={"width": WIDTHS[size], "height": 4_000})
    cases = [case["TEXT"] for case in CASES if "math" not in case["TREE"]]
    async with Wire(server.port) as mary:
        await mary.join("Mary", "mary")
        for begin in range(0, len(cases), 10):
            part = cases[begin : begin + 10]
            for number, text in enumerate(part, begin):
                assert (await mary.ask(CMD="SEND", TO=[], MSG=text, ID=f"text {number}"))["TYPE"] == "OKAY"
            await tony.write(f"part {begin}")  # who writes is shown the end
            await tony.reads(f"part {begin}")  # perhaps before the others have come
            expected = [letters(text) for text in [*part, f"part {begin}"]]
            shown = await tony.until(partial(tony.page.evaluate, SHOWN), partial(ends_with, expected))
            shown = shown[-len(part) - 1 : -1]
            assert [
                text
                for text, each in zip(part, shown, strict=True)
                if each["height"] < 10 or not each["drawn"] or not each["fits"]
            ] == []


async def test_formulas_and_colours_come_when_they_are_needed(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    await tony.write("see $x^2 + y$")
    formula = await tony.reads("see")
    await expect(formula.locator("math msup")).to_be_visible()
    await expect(formula.locator(".formula")).to_have_attribute("title", "$x^2 + y$")
    prose = "word word word word word word word\n" * 200
    await tony.write(f"```cpp\n{prose}```")  # in some languages, work grows with the square of such a text
    await tony.reads("word word")
    await tony.write("```py\ndef f(): return 'x'\n```")
    code = await tony.reads("def f")
    await expect(code.locator(".hljs-keyword").first).to_have_text("def")
    await expect(code.locator("pre")).to_have_text("def f(): return 'x'")
    await tony.write("not a formula: $\\frac{$")
    await expect(await tony.reads("not a formula")).to_contain_text("$\\frac{$")


async def test_a_very_long_message_is_folded_until_it_is_asked_for(server: Server, people: People) -> None:
    tony = await people.join(server, "Tony")
    await tony.write("\n".join(f"line {number}" for number in range(1, 101)))
    message = await tony.reads("line 1\n")
    height = "(body) => body.getBoundingClientRect().height"
    folded = await message.locator(".body").evaluate(height)
    await message.get_by_role("button", name="Show more").click()
    await expect(message.get_by_role("button", name="Show less")).to_be_visible()
    assert await message.locator(".body").evaluate(height) > 5 * folded
