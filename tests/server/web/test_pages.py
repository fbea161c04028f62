"""The page: its files and nothing else, kept by browsers as long as is right."""

import gzip
from pathlib import Path

import pytest

from tests.server.web.http import answer, ask, request
from tests.serving import serving
from tests.wire import Wire

SCRIPT = b"console.log('hello')" * 9


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """What a build leaves behind, with secrets around it and in it."""
    folder = tmp_path / "dist"
    assets = folder / "assets"
    assets.mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "index.html").write_text("<!doctype html><title>muca</title>")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / ".env").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (assets / "app-1a2b.js").write_bytes(SCRIPT)
    (assets / "app-1a2b.js.br").write_bytes(b"as if by brotli")
    (assets / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    return folder


async def test_the_page_is_asked_about_each_time_and_its_assets_never_again(tmp_path: Path, page: Path) -> None:
    async with serving(tmp_path / "data", page=page) as server:
        index = await ask(server.port, "/")
        assert (index.status, index.body) == (200, b"<!doctype html><title>muca</title>")
        assert (index.headers["content-type"], index.headers["cache-control"]) == (
            "text/html; charset=utf-8",
            "no-cache",
        )
        again = await ask(server.port, "/", If_None_Match=f'"other", W/{index.headers["etag"]}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", index.headers["etag"])
        assert (await ask(server.port, "/", If_None_Match='"other"')).status == 200
        asset = await ask(server.port, "/assets/app-1a2b.js")
        assert asset.body == SCRIPT
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await ask(server.port, "/index.html")).body == index.body
        manifest = await ask(server.port, "/manifest.webmanifest")
        assert manifest.headers["content-type"] == "application/manifest+json"
        assert manifest.json == {"name": "Test", "short_name": "Test"}


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ({}, None),
        ({"Accept_Encoding": "gzip, deflate, br, zstd"}, "br"),
        ({"Accept_Encoding": "gzip"}, "gzip"),
        ({"Accept_Encoding": "br;q=0, GZIP;q=0.5"}, "gzip"),
        ({"Accept_Encoding": "br; q=0.000, gzip;q=0"}, None),
        ({"Accept_Encoding": "identity"}, None),
    ],
)
async def test_what_the_build_has_packed_is_given_to_whoever_takes_it(
    tmp_path: Path, page: Path, accepts: dict[str, str], encoding: str | None
) -> None:
    """With its own ETag, and a Vary header for caches."""
    async with serving(tmp_path / "data", page=page) as server:
        plain = await ask(server.port, "/assets/app-1a2b.js")
        packed = await ask(server.port, "/assets/app-1a2b.js", **accepts)
        assert packed.headers.get("content-encoding") == encoding
        assert packed.headers["vary"] == "Accept-Encoding"
        assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (packed.headers["etag"] == plain.headers["etag"]) == (encoding is None)
        if encoding != "br":
            assert (gzip.decompress(packed.body) if encoding else packed.body) == SCRIPT
        assert (await ask(server.port, "/", **accepts)).headers.get("content-encoding") is None


async def test_head_is_get_without_a_body(tmp_path: Path, page: Path) -> None:
    async with serving(tmp_path / "data", page=page) as server, Wire(server.port) as wire:
        whole = await ask(server.port, "/assets/app-1a2b.js")
        wire.send(request("/assets/app-1a2b.js", "HEAD") + request("/server"))
        head = await answer(wire, "HEAD")
        assert (head.status, head.headers["content-length"]) == (200, whole.headers["content-length"])
        assert (await answer(wire)).status == 200


NOWHERE = [
    "/nothing",
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/%252e%252e/secret.txt",
    "//secret.txt",
    "//localhost/secret.txt",
    "/link.txt",
    "/.env",
    "/assets",
    "/assets/",
    "/assets/app-1a2b.js/",
    "/assets/app-1a2b.js%00.txt",
    "/assets/app-1a2b.js.gz",
    "/index.html%20",
    "/index.html.",
    "/index.html::$DATA",
    "/INDEX.HTML",
    "/con",
    "/CON.txt",
    "/aux.js",
    "/nul",
    "/C:/Windows/win.ini",
    "/file:///etc/passwd",
    "/etc/passwd",
]


async def test_nothing_else_can_be_asked_for(tmp_path: Path, page: Path) -> None:
    """Nothing beside the folder, nothing by another name, no devices of Windows."""
    async with serving(tmp_path / "data", page=page) as server:
        for target in NOWHERE:
            told = await ask(server.port, target)
            assert (target, told.status, told.json["CODE"]) == (target, 404, "not_found")


async def test_a_server_without_a_page_says_so_in_a_sentence(tmp_path: Path) -> None:
    for page in (None, tmp_path / "nowhere", tmp_path):
        async with serving(tmp_path, page=page) as server:
            told = await ask(server.port, "/")
            assert told.status == 404
            assert b"was not built" in told.body
            assert (await ask(server.port, "/server")).json["PAGE"] == ""


async def test_the_hash_of_the_page_changes_with_it(tmp_path: Path, page: Path) -> None:
    hashes = []
    for text in ("one", "two", "one"):
        (page / "index.html").write_text(text)
        async with serving(tmp_path / "data", page=page) as server:
            hashes.append((await ask(server.port, "/server")).json["PAGE"])
    assert hashes[0] == hashes[2] != hashes[1]
