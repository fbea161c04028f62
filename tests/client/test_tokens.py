"""Where tokens are kept."""

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muca.client.errors import MucaError
from muca.client.tokens import FileTokenStore, KeyPin, MemoryTokenStore, Tokens, TokenStore


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return FileTokenStore(tmp_path / "folder" / "tokens.json") if request.param == "file" else MemoryTokenStore()


def test_for_an_unknown_address_a_token_is_made_up_once(store: TokenStore) -> None:
    tokens = store.prepare("host:1", "tony")

    assert tokens.first is not None
    assert len(tokens.first) >= 32
    assert tokens.by_server == {}
    assert store.prepare("host:1", "tony") == tokens
    assert store.prepare("host:1", "mary") != tokens
    assert store.prepare("host:2", "tony") != tokens


def test_a_token_belongs_to_the_server_that_takes_it(store: TokenStore) -> None:
    first = store.prepare("host:1", "tony").first
    assert first is not None

    store.keep("host:1", "server-a", "tony", first)

    assert store.prepare("host:1", "tony") == Tokens(first, {"server-a": first}, server_id="server-a")
    elsewhere = store.prepare("host:2", "tony")
    assert elsewhere.first not in {None, first}
    assert elsewhere.by_server == {"server-a": first}


def test_the_server_last_seen_at_an_address_decides_what_is_tried_first(store: TokenStore) -> None:
    store.keep("host:1", "server-a", "tony", "secret a")
    store.keep("host:1", "server-b", "tony", "secret b")
    store.keep("host:2", "server-a", "tony", "secret a")

    both = {"server-a": "secret a", "server-b": "secret b"}
    assert store.prepare("host:1", "tony") == Tokens("secret b", both, server_id="server-b")
    assert store.prepare("host:2", "tony") == Tokens("secret a", both, server_id="server-a")


def test_another_uid_gets_a_token_of_its_own(store: TokenStore) -> None:
    store.keep("host:1", "server-a", "tony", "secret")

    assert store.prepare("host:1", "mary").first not in {None, "secret"}
    assert store.prepare("host:1", "mary").by_server == {}


def test_the_file_is_kept_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    made_up = FileTokenStore(path).prepare("host:1", "tony")
    FileTokenStore(path).keep("host:2", "server-a", "tony", "secret")

    assert FileTokenStore(path).prepare("host:1", "tony") == Tokens(made_up.first, {"server-a": "secret"})
    assert FileTokenStore(path).prepare("host:2", "tony").first == "secret"


def test_what_was_made_up_is_forgotten_once_a_server_has_taken_it(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    first = FileTokenStore(path).prepare("host:1", "tony").first
    assert first is not None
    FileTokenStore(path).keep("host:1", "server-a", "tony", first)

    kept = json.loads(path.read_bytes())
    assert (kept["servers"], kept["tokens"]) == ({"host:1": "server-a"}, {"server-a": {"tony": first}})
    assert kept["offered"] == {}


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    FileTokenStore(path).keep("host:1", "server-a", "tony", "secret")
    FileTokenStore(path).keep("host:1", "server-a", "mary", "secret")

    assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_was_not_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    store = FileTokenStore(path)
    store.keep("host:1", "server-a", "tony", "secret")
    before = path.stat().st_ino

    store.keep("host:1", "server-a", "tony", "secret")

    assert path.stat().st_ino == before


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"servers": 1}', b""])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tokens.json"
    path.write_bytes(content)
    store = FileTokenStore(path)

    with pytest.raises(MucaError, match=r"tokens\.json, which holds your access tokens, is damaged"):
        store.prepare("host:1", "tony")
    with pytest.raises(MucaError, match="is damaged"):
        store.keep("host:1", "server-a", "tony", "secret")
    assert path.read_bytes() == content


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_may_be_a_string(tmp_path: Path, kind: type) -> None:
    store = FileTokenStore(kind(tmp_path / "sub" / "tokens.json"))
    assert store.prepare("host:1", "tony") == store.prepare("host:1", "tony")
    assert (tmp_path / "sub" / "tokens.json").is_file()


def test_where_no_file_can_be_the_store_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MucaError, match="it is a folder"):
        FileTokenStore(tmp_path)
    with pytest.raises(MucaError, match="file is not a folder"):
        FileTokenStore(str(tmp_path / "file" / "sub" / "tokens.json"))
    with pytest.raises(TypeError):
        FileTokenStore(5)  # type: ignore[arg-type]
    monkeypatch.setattr("os.access", lambda *_: False)  # who is root may write everywhere
    with pytest.raises(MucaError, match="you have no permission to write in"):
        FileTokenStore(tmp_path / "sub" / "tokens.json")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(MucaError, match=r"for your access tokens cannot be used: "):
        FileTokenStore(tmp_path / "file" / "tokens.json").prepare("host:1", "tony")


def test_a_failed_replacement_leaves_the_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tokens.json"
    store = FileTokenStore(path)
    store.keep("host:1", "server-a", "tony", "secret")
    before = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(MucaError, match="cannot be used: No space left on device"):
        store.keep("host:1", "server-a", "mary", "secret")

    assert path.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} <= {"tokens.json", "tokens.json.lock"}


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"

    with ThreadPoolExecutor(8) as threads:
        saves = [
            threads.submit(FileTokenStore(path).keep, "host:1", "server-a", f"uid-{number}", str(number))
            for number in range(40)
        ]
        for save in saves:
            save.result()

    kept = json.loads(path.read_bytes())["tokens"]["server-a"]
    assert kept == {f"uid-{number}": str(number) for number in range(40)}


PIN = KeyPin(40453, "sha256:00")
OTHER = KeyPin(40453, "sha256:01", by_system=True)


def test_what_a_server_shows_is_remembered_by_address_and_by_server(store: TokenStore) -> None:
    store.keep("host:1", "server-a", "tony", "secret", PIN)

    assert store.prepare("host:1", "mary").pin == PIN
    assert store.prepare("host:2", "tony").pin is None
    assert store.prepare("host:2", "tony").pins == {"server-a": PIN}
    store.keep("host:1", "server-a", "tony", "secret")
    assert store.prepare("host:1", "tony").pin == PIN
    store.keep("host:2", "server-a", "tony", "secret", OTHER)
    assert (store.prepare("host:1", "tony").pin, store.prepare("host:2", "tony").pin) == (PIN, OTHER)
    assert store.prepare("host:1", "tony").pins == {"server-a": OTHER}


def test_what_was_shown_can_be_forgotten_and_the_tokens_stay(store: TokenStore) -> None:
    store.keep("host:1", "server-a", "tony", "secret", PIN)
    assert store.forget("host:1")
    assert not store.forget("host:1")
    assert not store.forget("host:2")

    assert store.prepare("host:1", "tony") == Tokens("secret", {"server-a": "secret"}, server_id="server-a")


def test_an_address_can_show_something_before_its_server_is_known(store: TokenStore) -> None:
    store.pin("host:1", PIN)

    tokens = store.prepare("host:1", "tony")
    assert (tokens.pin, tokens.pins, tokens.is_known) == (PIN, {}, False)


def test_a_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"servers": {"host:1": "server-a"}, "tokens": {"server-a": {"tony": "secret"}}, "offered": {}}')

    tokens = FileTokenStore(path).prepare("host:1", "tony")
    assert (tokens.first, tokens.pin, tokens.is_known) == ("secret", None, True)
