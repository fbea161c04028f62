"""``muca forget`` as its user sees it."""

import subprocess
import sys
from pathlib import Path

import pytest

from muca.client import FileTokenStore, KeyPin
from tests.wire import DEADLINE_SECONDS

PIN = KeyPin(40453, "sha256:00")


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileTokenStore:
    """The token file of a person who knows one server by its key."""
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    store = FileTokenStore()
    assert store.path.is_relative_to(tmp_path)
    store.keep("chat.example.org:40452", "server-a", "tony", "secret", PIN)
    return store


def forget(address: str) -> tuple[int, str, str]:
    """Run the command; give exit code, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "muca", "forget", address],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("address", ["chat.example.org", "chat.example.org:40452"])
def test_the_key_is_forgotten_and_the_token_stays(known: FileTokenStore, address: str) -> None:
    code, out, errors = forget(address)

    assert (code, errors) == (0, "")
    assert out.startswith("Forgot the key of chat.example.org:40452")
    tokens = known.prepare("chat.example.org:40452", "tony")
    assert (tokens.first, tokens.pin, tokens.pins) == ("secret", None, {})


def test_where_no_key_is_known_it_says_so(known: FileTokenStore) -> None:
    code, out, errors = forget("chat.example.org:40453")

    assert (code, out) == (1, "")
    assert errors == "muca: No key is stored for chat.example.org:40453; check the port.\n"
    assert known.prepare("chat.example.org:40452", "tony").pin == PIN


def test_what_cannot_be_done_is_one_sentence(known: FileTokenStore) -> None:
    code, out, errors = forget("chat.example.org:many")
    assert (code, out) == (2, "")
    assert "has no port from 1 to 65535" in errors

    known.path.write_bytes(b"{")
    code, _, errors = forget("chat.example.org")
    assert code == 2
    assert "is damaged" in errors
    assert len(errors.splitlines()) == 1
