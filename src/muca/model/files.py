"""Files: what clients are told about a file of a message, what is stored of it, and which names are allowed."""

from typing import Final

import regex

from muca.model.characters import is_blank
from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.wire import Wire
from muca.model.word import Word

THUMBNAIL: Final = "thumbnail"
"""The name of a file's thumbnail in its URL. No file may have this name."""
_NAMELESS: Final = "file"
_KEPT_SPACES: Final = regex.compile(r"[\s\p{Zs}\p{Zl}\p{Zp}]")
_HIDDEN: Final = regex.compile(
    r"(?V1)[[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\uFFFC]--[\u200C\u200D\uFE0F]]"
)
"""Joiners and U+FE0F stay: emoji and some scripts need them, and in file names they mislead nobody."""
_FORBIDDEN: Final = regex.compile(r'[<>:"|?*]')
_DEVICES: Final = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"))
)
"""Names that mean a device to Windows, whatever their extension."""
_EXTENSION_CHARS_MAX: Final = 16
"""A longer part after the last dot is not an extension."""
_UNITS: Final = ("bytes", "KB", "MB", "GB")


class FileInfo(Wire, frozen=True, kw_only=True):
    """A file, as readers of its message see it."""

    file: FileId
    name: str
    media_type: str
    """The media type it is served with: detected from its bytes, not what the sender declared."""
    bytes: int
    width: int | None = None
    """Of an image, in pixels, after applying its orientation."""
    height: int | None = None
    thumbnail: bool = False
    """Whether it has a thumbnail."""


class StoredFile(Word, frozen=True, kw_only=True):
    """A complete upload on disk."""

    info: FileInfo
    uid: Uid
    """Who uploaded it."""
    sha256: str
    """Of its bytes, in hexadecimal."""
    room: RoomId | None = None
    """The room of the message that has it. None: no message has it yet, or the room was deleted."""
    seq: Seq | None = None
    """None: no message has it yet."""


def clean_file_name(name: str, chars_max: int) -> str:
    """Return the name for an upload: the name that was sent, without what could mislead people or harm their systems.

    Folders are removed, and characters that are invisible or change the direction of text ("exe\u202egpj"). Characters
    that Windows does not allow in file names become "_", and its device names get a "_" before them. A name that is too
    long is shortened before its extension.
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
    """Return the size of a file in words: “1.2 MB”."""
    scaled, power = float(size), 0
    while scaled >= 999.5 and power < len(_UNITS) - 1:
        scaled, power = scaled / 1_000, power + 1
    return f"{size} bytes" if not power else f"{scaled:.{1 if scaled < 9.95 else 0}f} {_UNITS[power]}"
