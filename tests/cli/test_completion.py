"""``muca completion``."""

import shutil
import subprocess

import pytest

from muca.cli.app import app


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_command_is_in_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app(["completion", shell], result_action="return_value") == 0
    script = capsys.readouterr().out
    for word in ("serve", "backup", "reply-to"):
        assert word in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes(capsys: pytest.CaptureFixture[str]) -> None:
    app(["completion", "bash"], result_action="return_value")
    typed = "COMP_WORDS=(muca send --rep); COMP_CWORD=2; _muca muca --rep send; echo ${COMPREPLY[@]}"
    script = f"{capsys.readouterr().out}\n{typed}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "--reply-to"
