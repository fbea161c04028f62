"""Reads the transcripts in this folder. The notation:

    # a comment
    ! policy = "invite"                 a line of the server's muca.toml; must come first
    tony> {"CMD":"PING","ID":"1"}       tony sends this; names that begin with ``old`` use v1
    tony< {"CMD":"PONG","RE":"1"}       tony receives this
    tony^ POST /files?name=a hello      tony sends this HTTP request, with the session ``$tony``
    tony= 201 {"FILE":"$file"}          tony receives this HTTP response
    tony|                               tony closes the connection
    tony.                               tony waits until the server closes the connection

``"*"`` matches any value. ``"$room"`` matches any value at its first occurrence, and that same value afterwards.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

FOLDER: Final = Path(__file__).parent
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.txt"))
"""Every play."""

_LINE: Final = re.compile(r"(?P<name>\w+)(?P<verb>[<>^=|.])(?: (?P<text>.+))?")
_VARIABLE: Final = re.compile(r'"\$(\w+)"')
_BARE_VARIABLE: Final = re.compile(r"\$\[(\w+)\]")


class Line(NamedTuple):
    """Something that happens in a play."""

    number: int
    name: str
    verb: str
    text: str

    @property
    def speaks_v1(self) -> bool:
        """Whether bytes count, and frames have nothing between them."""
        return self.name.startswith("old")


class Play(NamedTuple):
    """A transcript, and the server that it needs."""

    settings: str
    """As in ``muca.toml``."""
    lines: tuple[Line, ...]


def read_play(name: str) -> Play:
    """Read a transcript. A line that is none is an error."""
    settings: list[str] = []
    lines: list[Line] = []
    for number, text in enumerate((FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if text.startswith("! "):
            assert not lines, f"{name}, line {number}: settings come first"
            settings.append(text[2:])
        elif text and not text.startswith("#"):
            found = _LINE.fullmatch(text)
            assert found is not None, f"{name}, line {number}: {text[:40]}"
            lines.append(Line(number, found["name"], found["verb"], found["text"] or ""))
    return Play("\n".join(settings), tuple(lines))


def frames(verb: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every frame of v2 that is sent (``>``) or received (``<``) in any play, with who does so in which play."""
    for name in (name for name in NAMES if name != "v1"):
        for line in read_play(name).lines:
            if line.verb == verb and not line.speaks_v1:
                try:
                    frame = msgspec.json.decode(line.text)
                except msgspec.DecodeError:
                    continue
                if isinstance(frame, dict):
                    yield f"{name}: {line.name}", frame


class Values:
    """What the variables of a play stand for."""

    def __init__(self, **known: Any) -> None:
        self._known = known

    def fill_in(self, text: str, *, quoted: bool = True) -> str:
        """Put values in the place of variables; where nothing is JSON, these are written ``$[name]``."""
        if quoted:
            return _VARIABLE.sub(lambda found: msgspec.json.encode(self._known[found[1]]).decode(), text)
        return _BARE_VARIABLE.sub(lambda found: str(self._known[found[1]]), text)

    def match(self, expected: Any, got: Any) -> bool:
        """Whether a frame is as expected; learns what is new."""
        if expected == "*":
            return True
        if isinstance(expected, str) and expected.startswith("$"):
            return bool(self._known.setdefault(expected[1:], got) == got)
        if isinstance(expected, dict) and isinstance(got, dict):
            return expected.keys() == got.keys() and all(self.match(expected[key], got[key]) for key in expected)
        if isinstance(expected, list) and isinstance(got, list):
            return len(expected) == len(got) and all(map(self.match, expected, got))
        return bool(expected == got)
