"""The page as a program of its own: it opens without the server, and never with old code against a newer one."""

from pathlib import Path

from playwright.async_api import expect

from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.test_wire import newer_page
from tests.serving import serving

CACHES = "() => caches.keys()"
UPDATE = "() => navigator.serviceWorker.getRegistration().then((each) => each.update()).then(() => null)"
WAITS = "() => navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)"


async def test_it_opens_without_the_server_and_never_with_old_code(tmp_path: Path, people: People) -> None:
    async with serving(tmp_path / "data", page=PAGE) as first:
        port = first.port
        tony = await people.join(first, "Tony")
        page = tony.page
        tony.expect_error("Failed to load resource")
        manifest = await (await page.request.get(f"{tony.url}manifest.webmanifest")).json()
        assert (manifest["name"], manifest["display"], manifest["start_url"]) == ("Test", "standalone", "./")
        for icon in manifest["icons"]:
            assert (await page.request.get(f"{tony.url}{icon['src']}")).ok
        assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
        await page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        await tony.until(lambda: page.evaluate("() => navigator.serviceWorker.controller !== null"), bool)
        [kept] = await page.evaluate(CACHES)
        await page.evaluate("() => caches.open('of another program').then(() => null)")
    await page.goto(tony.url)
    await expect(page.get_by_role("button", name="Try now")).to_be_visible()
    logo = page.locator("img[src='icon.svg']").first
    assert await logo.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    newer = newer_page(tmp_path / "newer")
    async with serving(tmp_path / "data", port=port, page=newer):
        await page.goto(tony.url)  # without asking, as nothing old is running
        await expect(page).to_have_title("Everyone – muca")
        await expect(tony.composer).to_be_editable()
        seen = await page.evaluate("() => document.querySelector('meta[name=build]')?.content")
        assert seen == "newer"
        await expect(page.get_by_text("A new version of this page")).to_have_count(0)
        await page.evaluate(UPDATE)
        await tony.until(lambda: page.evaluate(WAITS), bool)  # for the last window of the former page to close

        async def caches_after_a_visit() -> list[str]:
            await tony.page.close()
            tony.page = await tony.context.new_page()
            await tony.page.goto(tony.url)
            await expect(tony.composer).to_be_editable()
            names: list[str] = await tony.page.evaluate(CACHES)
            return names

        names = await tony.until(caches_after_a_visit, lambda names: kept not in names)
        assert len(names) == 2
        assert "of another program" in names
