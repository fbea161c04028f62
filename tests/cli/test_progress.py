"""What a command shows while it works."""

import io
import sys

import pytest

from muca.cli.progress import show, tell


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_each_replaces_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    tell("Copying")
    show("Checking", 0.5)
    tell("")
    assert shown.getvalue() == "\r\x1b[KCopying\r\x1b[KChecking: 50%\r\x1b[K"


def test_a_file_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tell("Copying")
    assert capsys.readouterr() == ("", "")
