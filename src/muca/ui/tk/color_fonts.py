"""Colour emoji on X11: libXft before 2.3.5 cannot draw them, and the program crashes (BadLength).

Then anybody could crash a window with one emoji. So if libXft is older, or its version is unknown, fontconfig is told
to ignore colour fonts. Other fonts, or an empty box, replace them.
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
    """Disable colour fonts if they are dangerous. Must be called before the root is created."""
    if sys.platform in {"win32", "darwin"} or "FONTCONFIG_FILE" in os.environ:
        return
    if (version if version is not None else _xft_version()) < XFT_VERSION_MIN:
        os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)


def _xft_version() -> int:
    """Return the version of libXft in this process; 0 if it is unknown."""
    try:
        return int(ctypes.CDLL("libXft.so.2", mode=os.RTLD_LAZY | os.RTLD_NOLOAD).XftGetVersion())
    except OSError:
        return 0
