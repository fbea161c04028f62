"""Where and as whom a command works: options before the environment before a profile."""

from pathlib import Path

import pytest

from muca.cli.who import Who, WhoError, profiles_path, read_profile

PROFILES = """
[default]
server = "chat.example"
uid = "tony@lab"
nickname = "Tony"

[ci]
server = "chat.example:4000"
uid = "ci@lab"
password_file = "~/password"
fingerprint = "sha256:00"
"""


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with profiles, in a home of its own."""
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(PROFILES)
    monkeypatch.setenv("MUCA_PROFILES", str(profiles))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("MUCA_PASSWORD", raising=False)
    return profiles


def test_what_the_profile_says_holds_where_no_option_does(tmp_path: Path) -> None:
    found = Who(uid="mary@lab").settings()
    assert (found["address"], found["uid"], found["nickname"], found["password"]) == (
        *("chat.example", "mary@lab", "Tony"),
        None,
    )
    (tmp_path / "password").write_bytes(b"correct horse\r\nbattery")
    found = Who(profile="ci").settings()
    assert (found["address"], found["uid"], found["nickname"]) == ("chat.example:4000", "ci@lab", "ci@lab")
    assert (found["password"], found["fingerprint"], found["ca"]) == ("correct horse", "sha256:00", None)


def test_a_password_may_be_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUCA_PASSWORD", "battery staple")
    assert Who(profile="ci").settings()["password"] == "battery staple"


def test_without_a_file_everything_is_given(profiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles.unlink()
    assert Who(uid="mary").settings()["address"] == "localhost"
    with pytest.raises(WhoError, match="Give --uid, set MUCA_UID, or write it to"):
        Who().settings()
    monkeypatch.delenv("MUCA_PROFILES")
    assert profiles_path().name == "profiles.toml"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[ci]\npasword = 1", "Object contains unknown field `pasword`"),
        (b"[ci]\nuid = 1", r"Expected `str \| null`, got `int` - at `\$\[...\]\.uid`"),
        (b"ci", "is not TOML"),
        (b"\xff", "cannot be read"),
        (b"", "there is no profile “ci”"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(profiles: Path, content: bytes, why: str) -> None:
    profiles.write_bytes(content)
    with pytest.raises(WhoError, match=why) as caught:
        read_profile(profiles, "ci")
    assert str(caught.value).startswith(f"{profiles}: ")


def test_so_is_a_password_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(WhoError, match="password: cannot be read"):
        Who(profile="ci").settings()
    profiles_path().unlink()
    profiles_path().mkdir()
    with pytest.raises(WhoError, match="cannot be read"):
        Who(uid="mary").settings()
