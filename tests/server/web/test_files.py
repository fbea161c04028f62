"""Files over HTTP, on real sockets: headers, ranges, who may, and who is gone."""

import asyncio
import contextlib
import io
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from muca.model.limits import AnnouncedLimits, Limits
from muca.server.config import Config
from muca.server.connection import ConnectionProtocol
from muca.server.serve import Server, running
from muca.server.web.files import FileTransfers
from tests.client.socket_server import until
from tests.server.files.samples import SECRET, picture
from tests.server.files.test_folder import everything
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS, Wire

NO_FILE = "f-" + "0" * 32
LIMITS = Limits(
    announced=AnnouncedLimits(file_bytes_max=300_000), account_file_bytes_max=400_000, uploads_per_session_max=1
)


class Person(Wire):
    """Somebody who has joined and speaks HTTP beside that."""

    def __init__(self, server: Server, uid: str, http: aiohttp.ClientSession) -> None:
        super().__init__(server.port)
        self.uid = uid
        self.http = http
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> "Person":
        await super().__aenter__()
        joined = await self.join(self.uid.title(), self.uid)
        self.headers = {"Authorization": f"Bearer {joined['DATA']['SESSION']}"}
        return self

    async def upload(self, data: Any, name: str = "a.bin", **options: Any) -> tuple[int, dict[str, Any]]:
        """POST a file."""
        async with self.http.post(
            "/files", params={"name": name}, data=data, headers=self.headers, **options
        ) as answer:
            return answer.status, await answer.json()

    async def bring(self, data: Any, name: str = "a.bin") -> dict[str, Any]:
        """POST a file that is taken."""
        status, file = await self.upload(data, name)
        assert status == 201, file
        return file

    async def attach(self, *files: dict[str, Any], to: str | None = None) -> dict[str, Any]:
        """SEND files."""
        sent = await self.ask(
            CMD="SEND", TO=[to] if to else [], MSG="", FILES=[file["FILE"] for file in files], ID=files[0]["FILE"]
        )
        assert sent["TYPE"] == "OKAY", sent
        stored: dict[str, Any] = sent["DATA"]
        return stored

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        """GET something."""
        async with self.http.request(method, path, headers=self.headers | headers) as answer:
            return answer, await answer.read()


def place(file: dict[str, Any]) -> str:
    return f"/files/{file['FILE']}/x"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, LIMITS) as server:
        yield server


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


@pytest.fixture
async def tony(server: Server, http: aiohttp.ClientSession) -> AsyncIterator[Person]:
    async with Person(server, "tony", http) as person:
        yield person


@pytest.fixture
async def mary(server: Server, http: aiohttp.ClientSession) -> AsyncIterator[Person]:
    async with Person(server, "mary", http) as person:
        yield person


class TestHeaders:
    @pytest.mark.parametrize(
        ("data", "name", "kind", "disposition"),
        [
            (picture("png"), "Katze & «Maus».png", "image/png", "inline"),
            (b"ID3\x04", "a.mp3", "audio/mpeg", "inline"),
            (b"<script>alert(1)</script>", "a.html", "text/plain; charset=utf-8", "attachment"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "text/plain; charset=utf-8", "attachment"),
            (b"%PDF-1.7", "a.pdf", "application/pdf", "attachment"),
            (b"GIF89a<script>", "a.gif", "application/octet-stream", "attachment"),
            (b"", "empty", "application/octet-stream", "attachment"),
        ],
    )
    async def test_a_browser_shows_only_what_is_harmless(
        self, tony: Person, data: bytes, name: str, kind: str, disposition: str
    ) -> None:
        file = await tony.bring(data, name)
        answer, body = await tony.get(place(file))
        assert SECRET not in body
        assert len(body) == file["BYTES"]
        headers = answer.headers
        assert headers["Content-Type"] == kind
        assert headers["Content-Disposition"].partition(";")[0] == disposition
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["Cache-Control"] == "private, no-cache"
        shown = answer.content_disposition
        assert shown is not None
        assert shown.filename == name

    async def test_what_the_client_says_of_a_file_does_not_count(self, tony: Person) -> None:
        async with tony.http.post(
            "/files?name=a.html", data=b"\0", headers=tony.headers | {"Content-Type": "text/html"}
        ) as answer:
            assert (await answer.json())["TYPE"] == "application/octet-stream"

    @pytest.mark.parametrize(
        "name", ['a"; filename=b', "a; filename=b", "a\\b.txt".replace("\\", "'"), "100%.txt", "日本.txt"]
    )
    async def test_no_name_breaks_out_of_its_header(self, tony: Person, name: str) -> None:
        file = await tony.bring(b"x", name)
        answer, _ = await tony.get(place(file))
        assert answer.content_disposition is not None
        assert answer.content_disposition.filename == file["NAME"]

    async def test_a_thumbnail(self, tony: Person) -> None:
        file = await tony.bring(picture("jpeg", 1_000, 500), "cat.jpg")
        assert (file["WIDTH"], file["HEIGHT"], file["THUMBNAIL"]) == (1_000, 500, True)
        answer, body = await tony.get(f"/files/{file['FILE']}/thumbnail")
        assert answer.headers["Content-Type"] == "image/webp"
        assert body[8:12] == b"WEBP"
        small = await tony.bring(picture("jpeg"), "cat.jpg")
        answer, body = await tony.get(f"/files/{small['FILE']}/thumbnail")
        assert (answer.status, json.loads(body)["CODE"]) == (404, "no_such_file")


class TestParts:
    DATA = bytes(range(256)) * 4

    @pytest.fixture
    async def path(self, tony: Person) -> str:
        return place(await tony.bring(self.DATA))

    @pytest.mark.parametrize(
        ("asked", "begin", "end"),
        [
            ("bytes=0-", 0, 1_024),
            ("bytes=0-0", 0, 1),
            ("bytes=10-19", 10, 20),
            ("bytes=1000-9999", 1_000, 1_024),
            ("bytes=-24", 1_000, 1_024),
            ("bytes=-9999", 0, 1_024),
            (f"bytes=-{10**90}", 0, 1_024),
            (f"bytes=1-{10**90}", 1, 1_024),
            ("Bytes= 000-0001 ", 0, 2),
        ],
    )
    async def test_a_part(self, tony: Person, path: str, asked: str, begin: int, end: int) -> None:
        answer, body = await tony.get(path, Range=asked)
        assert (answer.status, body) == (206, self.DATA[begin:end])
        assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/1024"

    @pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0", "bytes=-000", f"bytes={10**90}-"])
    async def test_a_part_that_is_not_there(self, tony: Person, path: str, asked: str) -> None:
        answer, _ = await tony.get(path, Range=asked)
        assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */1024")

    @pytest.mark.parametrize(
        "asked",
        [
            *("bytes=5-2", "bytes=5000-4000", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-", "bytes=--5", ""),
            *("bytes", "bytes=", "bytes=0x0-5", "bytes=+1-5", "bytes=1_0-20", "bytes=1 -5", f"bytes=0-{'9' * 5_000}"),
        ],
    )
    async def test_what_is_no_range_is_all_of_it(self, tony: Person, path: str, asked: str) -> None:
        """So are several at once, which a server need not answer."""
        answer, body = await tony.get(path, Range=asked)
        assert (answer.status, body) == (200, self.DATA)

    async def test_head_has_no_ranges(self, tony: Person, path: str) -> None:
        """It says how much GET without one would give (RFC 9110, 14.2)."""
        answer, _ = await tony.get(path, "HEAD", Range="bytes=0-9")
        assert (answer.status, answer.headers["Content-Length"]) == (200, "1024")

    @pytest.mark.parametrize(("asked", "status"), [("bytes=0-", 416), ("bytes=-0", 416), ("bytes=-5", 200), ("", 200)])
    async def test_of_an_empty_file(self, tony: Person, asked: str, status: int) -> None:
        """The last bytes of it are all of it; no other part is there."""
        answer, body = await tony.get(place(await tony.bring(b"")), Range=asked)
        assert answer.status == status
        assert status == 416 or body == b""
        assert answer.headers.get("Content-Range") == ("bytes */0" if status == 416 else None)

    async def test_only_of_the_same_file(self, tony: Person, path: str) -> None:
        whole, _ = await tony.get(path)
        same, _ = await tony.get(path, **{"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]})
        other, _ = await tony.get(path, **{"Range": "bytes=0-9", "If-Range": '"other"'})
        assert (same.status, other.status) == (206, 200)

    async def test_who_has_it_already_is_told_so(self, tony: Person, path: str) -> None:
        whole, _ = await tony.get(path)
        again, body = await tony.get(path, **{"If-None-Match": whole.headers["ETag"]})
        assert (again.status, body) == (304, b"")

    async def test_head(self, tony: Person, path: str) -> None:
        answer, body = await tony.get(path, "HEAD")
        assert (answer.status, answer.headers["Content-Length"], body) == (200, "1024", b"")


class TestWhoMay:
    async def test_without_a_session_nobody(self, tony: Person, http: aiohttp.ClientSession) -> None:
        file = await tony.bring(b"x")
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            async with http.get(place(file), headers=headers) as answer:
                assert answer.status == 401
            async with http.post("/files?name=a", data=b"x", headers=headers) as answer:
                assert (answer.status, (await answer.json())["CODE"]) == (401, "not_joined")

    async def test_with_the_cookie_of_the_page(self, tony: Person, http: aiohttp.ClientSession) -> None:
        file = await tony.bring(b"x")
        async with http.post("/session", headers=tony.headers) as answer:
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        async with http.get(place(file), headers={"Cookie": cookie}) as answer:
            assert (answer.status, await answer.read()) == (200, b"x")
        async with http.post("/files?name=a", data=b"x", headers={"Cookie": cookie}) as answer:
            assert answer.status == 401

    async def test_strangers_cannot_tell_a_file_from_none(self, tony: Person, mary: Person) -> None:
        file = await tony.bring(b"x")
        for path in (place(file), f"/files/{file['FILE']}/thumbnail"):
            theirs, body = await mary.get(path)
            none, nothing = await mary.get(path.replace(file["FILE"], NO_FILE))
            assert (theirs.status, body) == (none.status, nothing) == (404, body)
            assert theirs.headers.keys() == none.headers.keys()

    async def test_who_may_read_the_message_until_it_is_deleted(self, tony: Person, mary: Person) -> None:
        file = await tony.bring(b"x")
        sent = await tony.attach(file, to="mary")
        assert (await mary.get(place(file)))[0].status == 200
        await tony.ask(CMD="DELETE", ROOM=sent["ROOM"], SEQ=sent["SEQ"], ID="d")
        for reader in (tony, mary):
            answer, body = await reader.get(place(file))
            none, nothing = await reader.get(place({"FILE": NO_FILE}))
            assert (answer.status, body) == (none.status, nothing)

    async def test_who_was_put_out_has_nothing_more(self, server: Server, tony: Person, mary: Person) -> None:
        room = (await tony.ask(CMD="CREATE", TITLE="Lab", PRIVATE=True, ID="c"))["DATA"]["ROOM"]
        await tony.ask(CMD="INVITE", ROOM=room, UID="mary", ID="i")
        file = await tony.bring(b"x")
        await tony.ask(CMD="SEND", ROOM=room, MSG="", FILES=[file["FILE"]], ID="s")
        assert (await mary.get(place(file)))[0].status == 200
        await tony.ask(CMD="KICK", ROOM=room, UID="mary", ID="k")
        assert (await mary.get(place(file)))[0].status == 404
        public = await tony.bring(b"y")
        await tony.attach(public)
        assert (await mary.get(place(public)))[0].status == 200
        await tony.ask(CMD="CLAIM", CODE=server.owner_code, ID="o")
        await tony.ask(CMD="BAN", UID="mary", ID="b")
        assert (await mary.get(place(public)))[0].status == 401
        assert (await mary.upload(b"x"))[0] == 401

    async def test_who_is_muted_brings_nothing(self, server: Server, tony: Person, mary: Person) -> None:
        await tony.ask(CMD="CLAIM", CODE=server.owner_code, ID="o")
        await tony.ask(CMD="MUTE", UID="mary", ID="m")
        status, failure = await mary.upload(b"x")
        assert (status, failure["CODE"]) == (403, "muted")


class TestLinks:
    @pytest.fixture
    async def link(self, server: Server, tony: Person) -> AsyncIterator[str]:
        """What a first-generation client is told of a file."""
        async with Wire(server.port) as old:
            await old.join_v1("Old", "old")
            await tony.attach(await tony.bring(b"hello", "a.txt"))
            text = (await old.until("MSG"))["MSG"]
            assert text.startswith("a.txt (5 bytes): http://127.0.0.1:")
            url = urlsplit(text.rpartition(" ")[2])
            yield f"{url.path}?{url.query}"

    async def test_it_works_without_a_session(self, http: aiohttp.ClientSession, link: str) -> None:
        async with http.get(link) as answer:
            assert (answer.status, await answer.read()) == (200, b"hello")

    async def test_for_this_file_alone(self, http: aiohttp.ClientSession, tony: Person, link: str) -> None:
        other = await tony.bring(b"secret")
        file = link.split("/")[2]
        for wrong in (link[:-1], link.replace(file, other["FILE"]), link.replace("until=", "until=9")):
            async with http.get(wrong) as answer:
                assert answer.status == 404

    async def test_it_begins_as_the_operator_says(self, tmp_path: Path) -> None:
        config = Config(host="127.0.0.1", port=0, tls=False, data=str(tmp_path / "own"), url="https://chat.example")
        async with (
            running(config) as server,
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http,
            Person(server, "tony", http) as tony,
            Wire(server.port) as old,
        ):
            await old.join_v1("Old", "old")
            file = await tony.bring(b"hello", "a.txt")
            await tony.attach(file)
            text = (await old.until("MSG"))["MSG"]
            assert text.startswith(f"a.txt (5 bytes): https://chat.example/files/{file['FILE']}/a.txt?until=")

    async def test_until_it_is_deleted(self, http: aiohttp.ClientSession, tony: Person, link: str) -> None:
        await tony.ask(CMD="DELETE", ROOM="lobby", SEQ=1, ID="d")
        async with http.get(link) as answer:
            assert answer.status == 404


class TestUpload:
    async def test_at_the_bound_and_one_past_it(self, tony: Person, tmp_path: Path) -> None:
        assert (await tony.upload(bytes(300_000)))[0] == 201
        for body in (bytes(300_001), pieces(300_001)):
            status, failure = await tony.upload(body)
            assert (status, failure["CODE"]) == (413, "file_too_large")
        for body in (bytes(100_001), pieces(100_001)):
            status, failure = await tony.upload(body)
            assert (status, failure["CODE"]) == (507, "too_many")
        assert (await tony.upload(bytes(100_000)))[0] == 201
        await until(lambda: len(everything(tmp_path / "files")) == 2)

    async def test_a_name_is_cleaned(self, tony: Person) -> None:
        for name, clean in (("\u200b", "file"), ("a/b\t\u200e.txt", "b.txt"), ("x" * 201, "x" * 200)):
            status, file = await tony.upload(b"x", name)
            assert (status, file["NAME"]) == (201, clean)

    async def test_a_file_needs_a_name(self, tony: Person) -> None:
        for path in "/files", "/files?name=", "/files?nam=a.txt":
            async with tony.http.post(path, data=b"x", headers=tony.headers) as answer:
                assert (answer.status, (await answer.json())["CODE"]) == (400, "bad_request")

    async def test_one_at_a_time_and_the_next_one_waits(self, tony: Person) -> None:
        begun, end = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"x"
            begun.set()
            await end.wait()
            yield b"y"

        async with asyncio.timeout(DEADLINE_SECONDS), asyncio.TaskGroup() as tasks:
            first = tasks.create_task(tony.upload(slowly()))
            await begun.wait()
            others = [tasks.create_task(tony.upload(b"z" * size)) for size in (1, 100_000)]
            end.set()
        assert [upload.result()[0] for upload in (first, *others)] == [201, 201, 201]
        assert first.result()[1]["BYTES"] == 2

    async def test_who_breaks_off_leaves_nothing(self, server: Server, tony: Person, tmp_path: Path) -> None:
        async with Wire(server.port) as raw:
            head = f"POST /files?name=a HTTP/1.1\r\nHost: localhost\r\n{bearer(tony)}Content-Length: 100000\r\n\r\n"
            raw.send(head.encode() + bytes(50_000))
            await until(lambda: everything(tmp_path / "files") != [])
        await until(lambda: everything(tmp_path / "files") == [])
        assert (await tony.upload(b"x"))[0] == 201

    async def test_who_stops_is_left(self, tmp_path: Path) -> None:
        async with (
            serving(tmp_path, Limits(http_stall_seconds=1)) as server,
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http,
            Person(server, "tony", http) as tony,
            Wire(server.port) as raw,
        ):
            head = f"POST /files?name=a HTTP/1.1\r\nHost: localhost\r\n{bearer(tony)}"
            raw.send(f"{head}Content-Length: 9\r\n\r\nhalf".encode())
            await until(lambda: everything(tmp_path / "files") != [])
            assert await raw.ended()
            await until(lambda: everything(tmp_path / "files") == [])

    async def test_what_is_deleted_leaves_no_byte(self, tony: Person, tmp_path: Path) -> None:
        file = await tony.bring(picture("png", 1_000, 500), "cat.png")
        sent = await tony.attach(file)
        assert len(everything(tmp_path / "files")) == 2
        await tony.ask(CMD="DELETE", ROOM="lobby", SEQ=sent["SEQ"], ID="d")
        await until(lambda: everything(tmp_path / "files") == [])


def bearer(person: Person) -> str:
    return f"Authorization: {person.headers['Authorization']}\r\n"


async def pieces(size: int) -> AsyncIterator[bytes]:
    """Say so much without saying how much it will be."""
    for begin in range(0, size, 100_000):
        yield bytes(min(100_000, size - begin))


def open_connections(server: Server) -> list[ConnectionProtocol]:
    runtime: Any = server.abort.__self__  # type: ignore[attr-defined]
    return list(runtime.connections.values())


class TestSlowReaders:
    @pytest.mark.parametrize("over_tls", [False, True])
    async def test_who_reads_nothing_is_left_and_holds_nobody_up(self, tmp_path: Path, over_tls: bool) -> None:
        limits = Limits(http_stall_seconds=1)
        async with (
            serving(tmp_path, limits, tls=True) as server,
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http,
            Person(server, "tony", http) as tony,
        ):
            file = await tony.bring(io.BytesIO(bytes(20_000_000)))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            port = server.tls_port if over_tls else server.port
            assert port is not None
            async with Wire(port, tls=context if over_tls else None) as slow:
                slow.writer.transport.pause_reading()  # type: ignore[attr-defined]
                slow.send(f"GET {place(file)} HTTP/1.1\r\nHost: localhost\r\n{bearer(tony)}\r\n".encode())
                answer, body = await tony.get(place(file))
                assert (answer.status, len(body)) == (200, 20_000_000)
                assert max(connection.unread_bytes() for connection in open_connections(server)) < 1_000_000
                await until(lambda: len(open_connections(server)) == 2)  # hers, and the one for what she asked
                slow.writer.transport.resume_reading()  # type: ignore[attr-defined]
                assert await slow.ended()


@pytest.mark.parametrize("fails", [False, True], ids=["shorter", "failing"])
async def test_of_a_download_that_cannot_go_on_nothing_more_is_said(
    server: Server, tony: Person, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """What came behind it would be taken for more of the file."""
    file = await tony.bring(io.BytesIO(bytes(250_000)))
    run, pieces = FileTransfers._run, 0

    async def run_for_a_while(files: FileTransfers, function: Any, *args: object) -> Any:
        nonlocal pieces
        pieces += function.__name__ == "read"
        if pieces < 3 or function.__name__ != "read":
            return await run(files, function, *args)
        if fails:
            raise OSError("the disk has gone")
        return b""

    monkeypatch.setattr(FileTransfers, "_run", run_for_a_while)
    async with Wire(server.port) as wire:
        wire.send(f"GET {place(file)} HTTP/1.1\r\nHost: localhost\r\n{bearer(tony)}\r\n".encode())
        await wire.reader.readuntil(b"\r\n\r\n")
        said = b""
        with contextlib.suppress(ConnectionError):
            said = await asyncio.wait_for(wire.reader.read(), DEADLINE_SECONDS)
        assert said == bytes(len(said))
        assert len(said) < 250_000
