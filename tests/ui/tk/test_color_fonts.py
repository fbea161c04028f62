"""No emoji ends a window."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
from muca.ui.tk.color_fonts import guard_color_fonts, _xft_version
guard_color_fonts(int(sys.argv[1]))
print(os.environ.get("FONTCONFIG_FILE", "").endswith("no_color_fonts.conf"), _xft_version())
import tkinter
root = tkinter.Tk()
label = tkinter.Label(root, text="\\N{GRINNING FACE}")
label.pack()
root.update()
print(root.tk.call("font", "actual", "TkDefaultFont", "-family", "\\N{GRINNING FACE}"))
print(root.tk.call("font", "actual", "TkDefaultFont", "-family", "a"))
"""


@pytest.mark.parametrize(("version", "is_guarded"), [("20304", "True"), ("20305", "False")])
def test_fonts_in_color_are_left_alone_where_they_are_a_danger(display: str, version: str, is_guarded: str) -> None:
    command = [sys.executable, "-c", PROGRAM, version]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    guarded, for_emoji, for_letters = done.stdout.splitlines()
    assert guarded.split()[0] == is_guarded
    assert int(guarded.split()[1]) > 20_000
    if is_guarded == "True":
        assert "Color" not in for_emoji
    assert for_letters
