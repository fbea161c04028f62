"""Files: what is said of one that hangs on a message, what is kept of it, and what it may be called."""

from typing import Final

from muca.model.ids import FileId, RoomId, Seq, Uid
from muca.model.names import name_fault
from muca.model.wire import Wire
from muca.model.word import Word

THUMBNAIL: Final = "thumbnail"
"""What the small picture of a file is called in its address, beside the file itself: so no file is."""
_RESERVED: Final = frozenset({THUMBNAIL, ".", ".."})
"""The dots would be folders in an address, and on a disk."""
_SEPARATORS: Final = "/\\"
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
    """Where the message is that it hangs on. None: on none yet."""
    seq: Seq | None = None


def file_name_fault(name: str, chars_max: int) -> str | None:
    """Say what is wrong with a file's name, or None when nothing is: a name without a folder, with no other meaning."""
    if name in _RESERVED:
        return "is reserved"
    separator = next((character for character in name if character in _SEPARATORS), None)
    if separator is not None:
        return f"contains «{separator}»: give the name without its folder"
    return name_fault(name, chars_max)


def size_in_words(size: int) -> str:
    """Say how large a file is: «1.2 MB»."""
    scaled, power = float(size), 0
    while scaled >= 999.5 and power < len(_UNITS) - 1:
        scaled, power = scaled / 1_000, power + 1
    return f"{size} bytes" if not power else f"{scaled:.{1 if scaled < 9.95 else 0}f} {_UNITS[power]}"
