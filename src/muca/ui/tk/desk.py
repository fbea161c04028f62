"""Runs one window from its configuration to its end."""

import sys
import tkinter as tk
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from muca.client import BlockingClient, TokenStore
from muca.client.address import Address
from muca.ui.config_txt import RIGHT_FORM, ConfigFault, Profile, read_config, write_config
from muca.ui.memory import Memory
from muca.ui.tk.color_fonts import guard_color_fonts
from muca.ui.tk.dialog import FaultNotice, ProfileForm
from muca.ui.tk.root import Root
from muca.ui.tk.window import SIZE_PX, SIZE_PX_MIN, ChatWindow
from muca.ui.view.chat import Chat, Level

FRAME_PX: Final = (16, 56)
"""Size of the window manager's frame around a window."""
NO_DISPLAY: Final = "The desktop window needs a display, and there is none here ({}); run it in a desktop session."


def run_configured(
    path: Path | None, memory: Memory, *, default: Path, login: str, server: Address | None = None
) -> int:
    """Open the window for a configuration, or ask for one. Returns the exit code."""
    if path is None and not default.is_file():
        return _run(memory, lambda root: _ask(root, memory, default, login, server or Address("localhost")))
    try:
        profile, warnings = read_config(path if path is not None else default)
    except ConfigFault as fault:
        reason = str(fault)
        print(f"muca: {fault} The correct form is:\n{RIGHT_FORM}", file=sys.stderr)
        _run(memory, lambda root: _complain(root, reason), silent=True)
        return 2
    if server is not None:
        profile = msgspec.structs.replace(profile, server=server.host, port=server.port)
    return _run(memory, lambda root: open_chat(root, memory, profile, warnings=warnings))


def run_chat(profile: Profile, memory: Memory, *, tokens: TokenStore, place: tuple[int, int]) -> int:
    """Open a window for a profile in a quarter of the screen (column, row), and join. Returns the exit code."""

    def build(root: Root) -> None:
        open_chat(root, memory, profile, tokens=tokens, geometry=_quarter(root, place)).join()

    return _run(memory, build)


def open_chat(
    root: Root,
    memory: Memory,
    profile: Profile,
    *,
    warnings: tuple[str, ...] = (),
    tokens: TokenStore | None = None,
    geometry: str | None = None,
) -> ChatWindow:
    """Add the chat to the root and show it."""

    def closed() -> None:
        memory.remember_read(profile.address, profile.uid, chat.read_seqs, chat.epoch)

    read_seqs, epoch = memory.read_seqs(profile.address, profile.uid), memory.epoch(profile.address, profile.uid)
    uid, nickname = profile.uid, profile.nickname
    make_client = partial(BlockingClient, profile.address, uid=uid, nickname=nickname, tokens=tokens)
    register = partial(BlockingClient.register, profile.address, uid=uid, nickname=nickname, tokens=tokens)
    chat = Chat(profile, make_client, register, read_seqs=read_seqs, epoch=epoch)
    for warning in warnings:
        chat.say(warning, Level.WARNING)
    window = ChatWindow(
        root,
        root.look,
        chat,
        appearance=root.appearance,
        choose_appearance=root.choose_appearance,
        closed=closed,
    )
    width, height = map(root.look.px, SIZE_PX)
    width, height = min(width, root.winfo_screenwidth()), min(height, root.winfo_screenheight())
    root.present(geometry or f"{width}x{height}")  # the desktop chooses the position
    return window


def _run(memory: Memory, build: Callable[[Root], object], *, silent: bool = False) -> int:
    """Create the root, fill it, and run until it is closed."""
    guard_color_fonts()
    try:
        root = Root(memory)
    except tk.TclError as error:
        if not silent:
            print(f"muca: {NO_DISPLAY.format(error)}", file=sys.stderr)
        return 2
    build(root)
    root.run()
    return 0


def _ask(root: Root, memory: Memory, default: Path, login: str, server: Address) -> None:
    def done(profile: Profile, save: bool) -> None:
        form.destroy()
        warnings: tuple[str, ...] = ()
        if save:
            try:
                write_config(default, profile)
            except OSError as error:
                warnings = (f"{default.name} could not be saved: {error.strerror or error}.",)
        open_chat(root, memory, profile, warnings=warnings)

    form = ProfileForm(root, root.look, login=login, server=server, done=done, cancelled=root.destroy)
    form.pack(fill="both", expand=True)
    _present_small(root, "muca")


def _complain(root: Root, fault: str) -> None:
    FaultNotice(root, root.look, fault=fault, closed=root.destroy).pack(fill="both", expand=True)
    _present_small(root, "muca — configuration")


def _present_small(root: Root, title: str) -> None:
    root.title(title)
    root.update_idletasks()
    root.present(_centered(root, root.winfo_reqwidth(), root.winfo_reqheight()))


def _centered(root: Root, width: int, height: int) -> str:
    width, height = min(width, root.winfo_screenwidth()), min(height, root.winfo_screenheight())
    x, y = (root.winfo_screenwidth() - width) // 2, (root.winfo_screenheight() - height) // 3
    return f"{width}x{height}+{x}+{y}"


def _quarter(root: Root, place: tuple[int, int]) -> str:
    """Return the geometry of a quarter of the screen; quarters of a small screen overlap."""
    half_width, half_height = root.winfo_screenwidth() // 2, root.winfo_screenheight() // 2
    width = max(half_width - root.look.px(FRAME_PX[0]), root.look.px(SIZE_PX_MIN[0]))
    height = max(half_height - root.look.px(FRAME_PX[1]), root.look.px(SIZE_PX_MIN[1]))
    x = min(place[0] * half_width, root.winfo_screenwidth() - width)
    y = min(place[1] * half_height, root.winfo_screenheight() - height)
    return f"{width}x{height}+{max(0, x)}+{max(0, y)}"
