"""People at browsers talk with each other, and with those who came another way."""

from playwright.async_api import expect

from muca.server.serve import Server
from tests.browser.conftest import People


async def test_two_browsers_talk(server: Server, people: People) -> None:
    tony, mary = await people.join(server, "Tony"), await people.join(server, "Mary")
    await tony.write("Hello from Tony")
    await mary.reads("Hello from Tony")
    await mary.write("Hello Tony")
    await tony.reads("Hello Tony")
    await expect(tony.log.get_by_role("article")).to_have_count(2)
