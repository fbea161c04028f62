"""Whether the system is light or dark."""

import subprocess
from pathlib import Path

import pytest

from muca.ui.tk import appearance
from muca.ui.tk.appearance import system_appearance
from muca.ui.tk.root import Root


def gsettings(folder: Path, script: str) -> None:
    """Put a program named gsettings into a folder."""
    program = folder / "gsettings"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("""echo "'prefer-dark'" """, "dark"),
        ("""echo "'default'" """, "light"),
        ("echo No such schema >&2; exit 1", "light"),
        ("exec sleep 60", "light"),
    ],
)
def test_gnome_s_setting_is_asked(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: str
) -> None:
    monkeypatch.setattr(appearance, "ASK_SECONDS", 0.5)
    gsettings(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert system_appearance(root) == expected


def test_where_nothing_says_so_it_is_light(root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_appearance(root) == "light"
    with pytest.raises(FileNotFoundError):
        subprocess.run(["gsettings"], check=False)
