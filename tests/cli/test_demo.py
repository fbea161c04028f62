"""``muca demo``."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.display import DEADLINE_SECONDS, display, run_muca, titles, wait_for

__all__ = ["display"]


@pytest.mark.parametrize(
    "signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGHUP, signal.SIGTERM, signal.SIGHUP]], ids=str
)
def test_the_demo_opens_four_windows_and_ends_with_everything(
    display: str, tmp_path: Path, signals: list[signal.Signals]
) -> None:
    """By Ctrl+C, by another program, or with its terminal: server, windows and folder are gone."""
    with run_muca("demo", cwd=tmp_path, display=display) as process:
        expected = [f"muca — {name}" for name in ("Henry", "Mary", "Peter", "Tony")]
        wait_for(lambda: titles(display) == expected, "four windows")
        assert process.stdout is not None
        data = next(line.split()[1] for line in process.stdout if line.split()[:1] == ["data"])
        assert Path(data).is_dir()
        started = psutil.Process(process.pid).children(recursive=True)
        for number in signals:
            process.send_signal(number)
        process.wait(3 * DEADLINE_SECONDS)
        assert process.returncode == 0
    wait_for(lambda: titles(display) == [], "the windows' end")
    assert not Path(data).exists()
    _, left = psutil.wait_procs(started, DEADLINE_SECONDS)
    assert left == []


def test_without_tk_it_is_said_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['tkinter'] = None; from muca.cli.app import app; app(['demo'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "apt install python3-tk" in done.stderr
    assert len(done.stderr.splitlines()) == 1
