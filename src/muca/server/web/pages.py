"""The page: the files of its build, read once at start. Nothing else can be requested.

Names in ``assets/`` contain a hash: browsers cache these files forever. All others are revalidated each time.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from aiohttp import web

ASSETS: Final = "/assets/"
_INDEX: Final = "index.html"
_MANIFEST: Final = "manifest.webmanifest"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_FIRST: Final = "no-cache"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Our own table, as that of the machine is different everywhere."""
_ENCODINGS: Final = {".br": "br", ".gz": "gzip"}
"""The encodings that the build may have created, the smaller one first."""

_NOTHING: Final = re.compile(r"0(\.0*)?")


class _Form(NamedTuple):
    """A file's bytes, plain or compressed."""

    body: bytes
    etag: str
    encoding: str | None


class _File(NamedTuple):
    """A file of the page."""

    forms: tuple[_Form, ...]
    """The smallest first; the last one is uncompressed."""
    content_type: str
    cache: str


class Pages:
    """The files of the page.

    Args:
        folder: the folder of the build; it may be empty or missing.
        name: the name of the page when it is installed.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self._files = dict(_read(folder)) if folder is not None else {}
        if manifest := self._files.get(_MANIFEST):
            said = msgspec.json.decode(manifest.forms[-1].body) | {"name": name, "short_name": name}
            self._files[_MANIFEST] = manifest._replace(forms=(_form(msgspec.json.encode(said), None),))

    @property
    def hash(self) -> str:
        """The hash of the page; empty if there is no page."""
        index = self._files.get(_INDEX)
        return index.forms[-1].etag if index is not None else ""

    def routes(self) -> list[web.RouteDef]:
        """Return one route for each file."""
        if _INDEX not in self._files:
            return [web.get("/", _not_built)]
        return [self._route("/", _INDEX), *(self._route(f"/{name}", name) for name in self._files)]

    def _route(self, path: str, name: str) -> web.RouteDef:
        file = self._files[name]

        async def get(request: web.Request) -> web.Response:
            return _answer(request, file)

        return web.get(path, get)


def _read(folder: Path) -> Iterator[tuple[str, _File]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            name = path.relative_to(folder).as_posix()
            packed = ((path.with_name(path.name + suffix), encoding) for suffix, encoding in _ENCODINGS.items())
            forms = [_form(other.read_bytes(), encoding) for other, encoding in packed if other.is_file()]
            cache = _FOR_EVER if f"/{name}".startswith(ASSETS) else _ASK_FIRST
            yield name, _File((*forms, _form(path.read_bytes(), None)), _TYPES[path.suffix], cache)


def _form(body: bytes, encoding: str | None) -> _Form:
    return _Form(body, hashlib.sha256(body).hexdigest()[:32], encoding)


def _answer(request: web.Request, file: _File) -> web.Response:
    accepted = _accepted(request.headers.get("Accept-Encoding", ""))
    form = next(form for form in file.forms if form.encoding is None or form.encoding in accepted)
    headers = {"Cache-Control": file.cache, "ETag": f'"{form.etag}"', "Vary": "Accept-Encoding"}
    known = request.if_none_match or ()
    if any(tag.value in {form.etag, "*"} for tag in known):
        return web.Response(status=304, headers=headers)
    if form.encoding is not None:
        headers["Content-Encoding"] = form.encoding
    return web.Response(body=form.body, headers={**headers, "Content-Type": file.content_type})


def _accepted(header: str) -> set[str]:
    """Return the encodings that a browser accepts (RFC 9110, 12.5.3), without those of weight 0."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if not _NOTHING.fullmatch(weight):
            accepted.add(name)
    return accepted


async def _not_built(_: web.Request) -> web.Response:
    text = "The server is running, but the page for browsers was not built; programs and the desktop window can join.\n"
    return web.Response(status=404, text=text, headers={"Cache-Control": _ASK_FIRST})
