"""The page below a path of a real nginx, as docs/OPERATING.md puts it there: in a browser all is as at the root."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect

from muca.ui.web import PAGE
from tests.browser.conftest import People
from tests.browser.test_files_in_page import choose, png
from tests.proxies import changed, example, free_port, http_part, nginx
from tests.serving import serving

WORKER = "() => navigator.serviceWorker.ready.then(({ scope }) => scope)"
LOADED = "(image) => image.decode().then(() => image.naturalWidth)"


async def test_people_chat_and_see_pictures_of_two_servers_on_one_host(tmp_path: Path, people: People) -> None:
    """Each below a path of its own, in one browser: cookies, workers and caches do not meet."""
    port = free_port()
    origin = f"http://localhost:{port}"
    paths = ("/chat", "/other")
    settings: dict[str, dict[str, Any]] = {
        path: {"url": f"{origin}{path}", "trusted_proxies": ("127.0.0.1",), "page": PAGE} for path in paths
    }
    async with (
        serving(tmp_path / "a", **settings["/chat"]) as chat,
        serving(tmp_path / "b", **settings["/other"]) as other,
        nginx(tmp_path, http_part(tmp_path, site(port, {"/chat": chat.port, "/other": other.port})), port),
    ):
        tony = await people.join(f"{origin}/chat/", "Tony")
        page = await tony.context.new_page()
        for path in paths:
            tony.url = f"{origin}{path}/"
            if path == "/other":
                tony.page = page
                await tony.join("Tony")
            await choose(tony, png(f"{path[1:]}.png", 800, 400, (200, 0, 0)))
            await expect(tony.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
            await tony.write(f"from {path}")
            message = await tony.reads(f"from {path}")
            await expect(message.get_by_role("img", name=f"{path[1:]}.png")).to_be_visible()
            assert await message.locator("img").first.evaluate(LOADED) > 0
            assert await tony.page.evaluate(WORKER) == f"{origin}{path}/"
        names = await page.evaluate("() => caches.keys()")
        assert sorted(name.rpartition(" ")[0] for name in names) == ["muca-page /chat/", "muca-page /other/"]
        cookies = await tony.context.cookies()
        assert sorted(cookie["path"] for cookie in cookies) == ["/chat/files", "/other/files"]
        await page.goto(f"{origin}/chat")
        await expect(page).to_have_url(f"{origin}/chat/")
        await expect(page.get_by_role("img", name="chat.png")).to_be_visible()


def site(port: int, places: dict[str, int]) -> str:
    """Write the example without TLS, and with a location a path."""
    server = changed(
        example("nginx", "location / {"),
        **{"listen 443 ssl": f"listen 127.0.0.1:{port}", "chat.example;": "localhost;"},
    )
    lines = [line for line in server.splitlines() if "ssl_certificate" not in line]
    begin = lines.index("    location / {")
    location = "\n".join(lines[begin:-1])
    below = [
        changed(location, **{"location / {": f"location {path}/ {{", "127.0.0.1:40452": f"127.0.0.1:{to}/"})
        for path, to in places.items()
    ]
    return "\n".join([*lines[:begin], *below, "}"])
