"""Detects whether the system is set to light or dark."""

import shutil
import subprocess
import sys
import tkinter as tk
from typing import Final

APPEARANCES: Final = ("system", "light", "dark")
ASK_SECONDS: Final = 1.0


def system_appearance(root: tk.Misc) -> str:
    """Return the system's setting, ``light`` or ``dark``; ``light`` if it is unknown."""
    try:
        if sys.platform == "win32":
            dark = _windows_is_dark()
        elif sys.platform == "darwin":
            dark = bool(root.tk.call("::tk::unsupported::MacWindowStyle", "isdark", "."))
        else:
            dark = _desktop_is_dark()
    except (OSError, tk.TclError, subprocess.SubprocessError):
        dark = False
    return "dark" if dark else "light"


def _windows_is_dark() -> bool:
    import winreg

    personalize = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, personalize) as key:  # type: ignore[attr-defined,unused-ignore]
        light, _ = winreg.QueryValueEx(key, "AppsUseLightTheme")  # type: ignore[attr-defined,unused-ignore]
    return not light


def _desktop_is_dark() -> bool:
    """Read GNOME's setting, which other desktops use, too."""
    gsettings = shutil.which("gsettings")
    if gsettings is None:
        return False
    command = [gsettings, "get", "org.gnome.desktop.interface", "color-scheme"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS, check=False)
    return "dark" in answer.stdout
