"""What a command shows while it works."""

import io
import sys

import pytest

from muca.cli.progress import tell


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_each_replaces_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    for what in ("Copying", "Checking", ""):
        tell(what)
    assert shown.getvalue() == "\r\x1b[KCopying\r\x1b[KChecking\r\x1b[K"


def test_a_file_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tell("Copying")
    assert capsys.readouterr() == ("", "")
