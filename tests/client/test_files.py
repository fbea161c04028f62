"""Files by the SDK, with a real server: over TCP and TLS, in pieces, and everything that can go wrong."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from muca.client import (
    BlockingClient,
    CertificateChanged,
    Client,
    ErrorCode,
    FileInfo,
    MemoryTokenStore,
    Message,
    NotConnected,
    NotSupported,
    Refused,
)
from muca.model.limits import AnnouncedLimits, Limits
from muca.server.serve import Server
from tests.client.socket_server import a_client, next_event
from tests.naive.v1_server import NaiveV1Server
from tests.server.files.samples import SECRET, picture
from tests.serving import serving

LIMITS = Limits(announced=AnnouncedLimits(file_bytes_max=2_000_000))


@pytest.fixture(params=["tcp", "tls"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path / "data", LIMITS, tls=request.param == "tls") as running:
        yield running


@pytest.fixture
async def tony(server: Server) -> AsyncIterator[Client]:
    async with a_client(f"127.0.0.1:{server.port}", uid="tony") as client:
        yield client


@pytest.fixture
async def mary(server: Server) -> AsyncIterator[Client]:
    async with a_client(f"127.0.0.1:{server.port}", uid="mary") as client:
        yield client


async def test_a_file_goes_from_one_to_the_other(tony: Client, mary: Client, tmp_path: Path) -> None:
    data = os.urandom(700_000)
    (tmp_path / "Müllers «data».bin").write_bytes(data)
    file = await tony.upload(tmp_path / "Müllers «data».bin")
    assert (file.name, file.media_type, file.bytes) == ("Müllers «data».bin", "application/octet-stream", 700_000)
    sent = await tony.send("", ["mary"], files=[file])
    message = await next_event(mary, Message)
    assert message == msgspec.structs.replace(sent, request_id=None)
    assert message.files == (file,)
    assert (await mary.history(sent.room)).events == (message,)
    await mary.download(message.files[0], tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data


async def test_bytes_need_a_name(tony: Client) -> None:
    assert (await tony.upload(b"", "empty")).bytes == 0
    assert (await tony.upload(bytes(2_000_000), "full")).bytes == 2_000_000
    with pytest.raises(TypeError, match="need a name"):
        await tony.upload(b"x")


async def test_a_picture_tells_nothing(tony: Client, tmp_path: Path) -> None:
    file = await tony.upload(picture("jpeg", orientation=6), "cat.jpg")
    assert (file.width, file.height) == (4, 8)
    await tony.download(file, tmp_path / "cat.jpg")
    assert SECRET not in (tmp_path / "cat.jpg").read_bytes()


async def test_what_is_refused(tony: Client, mary: Client, tmp_path: Path) -> None:
    with pytest.raises(Refused) as too_large:
        await tony.upload(bytes(2_000_001), "large")
    assert too_large.value.code is ErrorCode.FILE_TOO_LARGE
    assert (await tony.upload(b"x", "a/b")).name == "b"
    file = await tony.upload(b"x", "mine")
    with pytest.raises(Refused) as not_hers:
        await mary.download(file, tmp_path / "copy")
    assert not_hers.value.code is ErrorCode.NO_SUCH_FILE
    with pytest.raises(Refused) as not_hers:
        await mary.send("look", files=[file])
    assert not_hers.value.code is ErrorCode.NO_SUCH_FILE
    assert os.listdir(tmp_path) == ["data"], "nothing is left of the try"


async def test_a_file_that_is_not_there_is_an_os_error(tony: Client, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await tony.upload(tmp_path / "none")
    file = await tony.upload(b"x", "mine")
    with pytest.raises(FileNotFoundError):
        await tony.download(file, tmp_path / "none" / "copy")


async def test_without_a_session_there_is_nothing(server: Server, tmp_path: Path) -> None:
    client = Client(f"127.0.0.1:{server.port}", uid="zoe", nickname="Zoe", tokens=MemoryTokenStore())
    with pytest.raises(NotConnected):
        await client.upload(b"x", "a")
    async with client:
        file = await client.upload(b"x", "a")
    with pytest.raises(NotConnected):
        await client.download(file, tmp_path / "copy")


async def test_a_server_that_goes_away_is_not_connected(server: Server, tony: Client, tmp_path: Path) -> None:
    file = await tony.upload(b"x", "a")
    stalled = asyncio.Event()

    async def never_ending() -> AsyncIterator[bytes]:
        yield b"x"
        stalled.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(tony._upload("a", never_ending(), 100))
    await stalled.wait()
    server.abort()
    with pytest.raises(NotConnected, match="file transfer failed"):
        await upload
    assert file.bytes == 1


async def test_a_first_generation_server_has_none() -> None:
    with NaiveV1Server() as old:
        async with a_client(f"127.0.0.1:{old.port}") as client:
            with pytest.raises(NotSupported):
                await client.upload(b"x", "a")
            file = FileInfo(file="f-1", name="a", media_type="text/plain", bytes=1)
            with pytest.raises(NotSupported):
                await client.send("look", files=[file])


async def test_another_key_than_the_sessions_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        serving(tmp_path / "data", tls=True) as server,
        serving(tmp_path / "other", tls=True) as other,
        a_client(f"127.0.0.1:{server.port}", uid="tony") as client,
    ):
        pin = client._link.tokens.pin
        assert pin is not None
        tokens = msgspec.structs.replace(client._link.tokens, pin=msgspec.structs.replace(pin, port=other.tls_port))
        monkeypatch.setattr(client._link, "tokens", tokens)
        with pytest.raises(CertificateChanged):
            await client.upload(b"x", "a")


async def test_blocking(server: Server, tmp_path: Path) -> None:
    def use() -> bytes:
        tokens = MemoryTokenStore()
        with BlockingClient(f"127.0.0.1:{server.port}", uid="peter", nickname="Peter", tokens=tokens) as chat:
            file = chat.upload(b"hello", "a.txt")
            assert chat.send("", files=[file]).files == (file,)
            chat.post_download(file, tmp_path / "copy").result(10)
        return (tmp_path / "copy").read_bytes()

    assert await asyncio.to_thread(use) == b"hello"
