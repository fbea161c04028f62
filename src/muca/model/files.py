"""Files: what is said of one that hangs on a message, what is kept of it, and what it may be called."""

from typing import Final

import regex

from muca.model.characters import is_blank
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.wire import Wire
from muca.model.word import Word

THUMBNAIL: Final = "thumbnail"
"""What the small picture of a file is called in its address, beside the file itself: so no file is."""
_NAMELESS: Final = "file"
_KEPT_SPACES: Final = regex.compile(r"[\s\p{Zs}\p{Zl}\p{Zp}]")
_HIDDEN: Final = regex.compile(
    r"(?V1)[[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC]--[\u200C\u200D\uFE0F]]"
)
"""Joiners and U+FE0F stay: emoji and some scripts need them, and in a file's name they deceive nobody."""
_FORBIDDEN: Final = regex.compile(r'[<>:"|?*]')
_DEVICES: Final = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"))
)
"""Names that mean a device to Windows, whatever their extension."""
_EXTENSION_CHARS_MAX: Final = 16
"""What is longer after the last dot is no extension."""
_UNITS: Final = ("bytes", "KB", "MB", "GB")


class FileInfo(Wire, frozen=True, kw_only=True):
    """A file, as whoever reads its message sees it."""

    file: FileId
    name: str
    media_type: str
    """What it is served as: seen in its bytes, not what the sender said."""
    bytes: int
    width: int | None = None
    """Of an image, in pixels, upright."""
    height: int | None = None
    thumbnail: bool = False
    """Whether there is a small picture of it."""


class StoredFile(Word, frozen=True, kw_only=True):
    """An upload that is whole and on disk."""

    info: FileInfo
    uid: Uid
    """Who uploaded it."""
    sha256: str
    """Of its bytes, in hexadecimal."""
    room: RoomId | None = None
    """Where the message is that it hangs on. None: it hangs on none yet, or the room is deleted."""
    seq: Seq | None = None
    """None: it hangs on no message yet."""


def clean_file_name(name: str, chars_max: int) -> str:
    """Give the name that an upload gets: what was sent, without what harms whoever sees it or keeps the file.

    Folders go, and what is not shown or turns the direction of text ("exe\u202egpj"); signs and names that Windows does
    not take for a file become "_". A name that is too long loses the end of what is before its extension.
    """
    shown = _HIDDEN.sub("", _KEPT_SPACES.sub(" ", name.replace("\\", "/").rpartition("/")[2]))
    base = " ".join(_FORBIDDEN.sub("_", shown).split()).rstrip(". ")
    if is_blank(base):
        base = _NAMELESS
    stem, dot, extension = base.rpartition(".")
    if not stem or len(extension) > _EXTENSION_CHARS_MAX:
        stem, dot, extension = base, "", ""
    if stem.partition(".")[0].rstrip().upper() in _DEVICES or base == THUMBNAIL:
        stem = f"_{stem}"
    return stem[: max(chars_max - len(dot + extension), 1)].rstrip() + dot + extension


def size_in_words(size: int) -> str:
    """Say how large a file is: “1.2 MB”."""
    scaled, power = float(size), 0
    while scaled >= 999.5 and power < len(_UNITS) - 1:
        scaled, power = scaled / 1_000, power + 1
    return f"{size} bytes" if not power else f"{scaled:.{1 if scaled < 9.95 else 0}f} {_UNITS[power]}"
