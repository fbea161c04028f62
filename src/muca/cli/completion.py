"""``muca completion``: prints what a shell needs to complete commands and options."""

from typing import Literal


def completion(shell: Literal["bash", "zsh", "fish", "powershell"], /) -> int:
    """Print a script that completes the commands and options of muca.

    Parameters
    ----------
    shell
        The shell that will run the script.
    """
    from muca.cli.app import app

    print(app.generate_completion(prog_name="muca", shell=shell))
    return 0
