"""The page lives through a restore of the server from a backup."""

import re
from pathlib import Path

from playwright.async_api import expect

from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.test_wire import texts
from tests.restoring import back_up, put_back
from tests.serving import serving


async def test_what_a_restored_server_does_not_have_vanishes_and_what_is_new_appears_once(
    tmp_path: Path, people: People
) -> None:
    data = tmp_path / "data"
    async with serving(data, page=PAGE) as server:
        port = server.port
        tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
        await mary.write("number 1")
        await tony.reads("number 1")
        backup = back_up(data)
        for number in (2, 3):
            await mary.write(f"lost, number {number}")
        answered = await tony.reads("lost, number 3")
        await mary.page.close()
        await tony.menu(answered, "Reply")
        await tony.composer.fill("a draft")
    await expect(tony.page.get_by_role("button", name="Try now")).to_be_visible()
    put_back(backup, data)
    async with serving(data, page=PAGE) as elsewhere:
        zoe = await people.join(elsewhere, "Zoe")
        for number in (4, 5, 6):
            await zoe.write(f"number {number}")
        await zoe.reads("number 6")
        await zoe.page.close()

    async with serving(data, page=PAGE, port=port):
        await tony.has_the_server_again()
        await tony.reads("number 6")
        await expect(tony.message(re.compile("lost"))).to_have_count(0)
        await expect(tony.composer).to_have_value("a draft")
        await tony.composer.press("Enter")
        sent = await tony.reads("a draft")
        await expect(sent).not_to_contain_text("number")
        assert await texts(tony) == ["number 1", "number 4", "number 5", "number 6"]
