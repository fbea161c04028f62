"""``muca desktop``: what it opens, and what it says where it cannot."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from muca.ui.config_txt import RIGHT_FORM
from tests.display import DEADLINE_SECONDS, display, run_muca, titles, wait_for

__all__ = ["display"]


def test_a_named_configuration_opens_a_window(display: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(RIGHT_FORM)
    with run_muca("desktop", "mine.txt", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — Tony"], "the window")
        process.terminate()


def test_config_txt_in_the_folder_is_taken_by_default(display: str, tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text(RIGHT_FORM.replace("Tony", "Henry"))
    with run_muca("desktop", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — Henry"], "the window")
        process.terminate()


@pytest.mark.parametrize(
    "content", [None, b"{", b"\xff\xfe", b'{"USERID": "x"}'], ids=["missing", "json", "bytes", "fields"]
)
def test_a_configuration_that_cannot_be_used_is_said_with_the_right_form(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "mine.txt").write_bytes(content)
    with run_muca("desktop", "mine.txt", cwd=tmp_path, display=None) as process:
        _, errors = process.communicate(timeout=3 * DEADLINE_SECONDS)
    assert process.returncode == 2
    assert errors.startswith("muca: ")
    assert "mine.txt" in errors
    assert RIGHT_FORM in errors


def test_with_a_display_it_is_said_in_a_window_too(display: str, tmp_path: Path) -> None:
    with run_muca("desktop", "missing.txt", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — configuration"], "the window")
        wait_for(lambda: _press_escape(display) or process.poll() is not None, "its end")
        _, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 2
    assert "There is no file missing.txt." in errors


def _press_escape(display: str) -> bool:
    focus = ["xdotool", "search", "--onlyvisible", "--class", "Muca", "windowfocus"]
    # A command of its own: sent to a window that it closes, the key would never be let go.
    for command in (focus, ["xdotool", "key", "Escape"]):
        subprocess.run(command, env={**os.environ, "DISPLAY": display}, capture_output=True, check=False)
    return False


@pytest.mark.parametrize("content", [RIGHT_FORM, None], ids=["chat", "form"])
def test_ctrl_c_in_the_terminal_closes_the_window(display: str, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.txt").write_text(content)
    with run_muca("desktop", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) or process.poll() is not None, "the window")
        assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, errors) == (0, "")


def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    with run_muca("desktop", "--server", "lab:port", cwd=tmp_path, display=None) as process:
        _, errors = process.communicate(timeout=3 * DEADLINE_SECONDS)
    assert process.returncode == 2
    assert errors.startswith("muca: The address “lab:port” ")
    assert len(errors.splitlines()) == 1


def test_without_a_display_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text(RIGHT_FORM)
    with run_muca("desktop", cwd=tmp_path, display=None) as process:
        _, errors = process.communicate(timeout=3 * DEADLINE_SECONDS)
    assert process.returncode == 2
    assert "needs a display" in errors
    assert len(errors.splitlines()) == 1


def test_without_tk_it_is_said_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['tkinter'] = None; from muca.cli.app import app; app(['desktop'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "apt install python3-tk" in done.stderr
    assert len(done.stderr.splitlines()) == 1
