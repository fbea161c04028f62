"""Colour emoji on X11: libXft before 2.3.5 cannot draw them, and ends the program that tries (BadLength).

Anybody could end a window with one emoji then. So where libXft is older, or cannot be asked, fontconfig is told to
leave fonts in colour alone; other fonts, or an empty box, stand in for them.
"""

import ctypes
import os
import sys
import tkinter  # noqa: F401  (loads the libXft that Tk draws with)
from pathlib import Path
from typing import Final

XFT_VERSION_MIN: Final = 20_305
"""2.3.5, as ``XftGetVersion`` gives it: major * 10000 + minor * 100 + revision."""
CONFIGURATION: Final = Path(__file__).with_name("no_color_fonts.conf")


def guard_color_fonts(version: int | None = None) -> None:
    """Keep fonts in colour away if they are a danger. To be called before the root is made."""
    if sys.platform in {"win32", "darwin"} or "FONTCONFIG_FILE" in os.environ:
        return
    if (version if version is not None else _xft_version()) < XFT_VERSION_MIN:
        os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)


def _xft_version() -> int:
    """Return the version of the libXft in this process; 0 where there is none of its own."""
    try:
        return int(ctypes.CDLL("libXft.so.2", mode=os.RTLD_LAZY | os.RTLD_NOLOAD).XftGetVersion())
    except OSError:
        return 0
