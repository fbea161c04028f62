"""Where tokens are kept."""

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muca.client.errors import MucaError
from muca.client.tokens import FileTokenStore, MemoryTokenStore, Tokens, TokenStore


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return FileTokenStore(tmp_path / "folder" / "tokens.json") if request.param == "file" else MemoryTokenStore()


def test_nothing_is_known_at_first(store: TokenStore) -> None:
    assert store.load("host:1", "tony") == Tokens()


def test_tokens_belong_to_a_server_and_a_uid(store: TokenStore) -> None:
    store.save("host:1", "server-a", "tony", "secret 1")
    store.save("host:2", "server-b", "tony", "secret 2")
    store.save("host:2", "server-b", "mary", "secret 3")

    assert store.load("host:2", "tony") == Tokens({"server-a": "secret 1", "server-b": "secret 2"}, "server-b")
    assert store.load("host:3", "mary") == Tokens({"server-b": "secret 3"}, None)


def test_a_server_that_gave_no_token_now_keeps_its_former_one(store: TokenStore) -> None:
    store.save("host:1", "server-a", "tony", "secret")
    store.save("other:1", "server-a", "tony", None)

    assert store.load("other:1", "tony") == Tokens({"server-a": "secret"}, "server-a")


def test_the_file_is_kept_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    FileTokenStore(path).save("host:1", "server-a", "tony", "secret")

    assert FileTokenStore(path).load("host:1", "tony") == Tokens({"server-a": "secret"}, "server-a")


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    FileTokenStore(path).save("host:1", "server-a", "tony", "secret")
    FileTokenStore(path).save("host:1", "server-a", "mary", "secret")

    assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_was_not_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    store = FileTokenStore(path)
    store.save("host:1", "server-a", "tony", "secret")
    before = path.stat().st_ino

    store.save("host:1", "server-a", "tony", None)

    assert path.stat().st_ino == before


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"servers": 1}', b""])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tokens.json"
    path.write_bytes(content)
    store = FileTokenStore(path)

    with pytest.raises(MucaError, match=r"tokens\.json, which holds your access tokens, is damaged"):
        store.load("host:1", "tony")
    with pytest.raises(MucaError, match="is damaged"):
        store.save("host:1", "server-a", "tony", "secret")
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(MucaError, match=r"for your access tokens cannot be used: "):
        FileTokenStore(tmp_path / "file" / "tokens.json").load("host:1", "tony")


def test_a_failed_replacement_leaves_the_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tokens.json"
    store = FileTokenStore(path)
    store.save("host:1", "server-a", "tony", "secret")
    before = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(MucaError, match="cannot be used: No space left on device"):
        store.save("host:1", "server-a", "mary", "secret")

    assert path.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} <= {"tokens.json", "tokens.json.lock"}


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"

    with ThreadPoolExecutor(8) as threads:
        saves = [
            threads.submit(FileTokenStore(path).save, "host:1", "server-a", f"uid-{number}", str(number))
            for number in range(40)
        ]
        for save in saves:
            save.result()

    kept = json.loads(path.read_bytes())["tokens"]["server-a"]
    assert kept == {f"uid-{number}": str(number) for number in range(40)}
