"""Plays the transcripts of this folder against a real server: the wire, exactly."""

import difflib
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from muca.server.config import Config
from muca.server.serve import running
from tests.wire import Wire

FOLDER = Path(__file__).parent


def matches(expected: Any, got: Any) -> bool:
    """Whether a frame is as expected, ``*`` standing for anything."""
    if expected == "*":
        return True
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(matches(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(matches, expected, got))
    return bool(expected == got)


def differ(number: int, line: str, expected: str, got: str) -> str:
    """Say where the play went another way."""
    shown = "\n".join(difflib.ndiff([expected], [got]))
    return f"line {number}: {line[:40]}…\n{shown}"


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_play(dialect: str, tmp_path: Path) -> None:
    """Every line of the play comes true, in order, for every connection in it."""
    connections: dict[str, Wire] = {}
    config = Config(name="Golden", host="127.0.0.1", port=0, data=str(tmp_path))
    async with running(config) as server, AsyncExitStack() as stack:
        for number, line in enumerate((FOLDER / f"{dialect}.txt").read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            name = line.rstrip("|.") if line[-1] in "|." else line[: min(line.find(c) for c in "<>" if c in line[:12])]
            verb, text = line[len(name)], line[len(name) + 2 :]
            if name not in connections:
                connections[name] = await stack.enter_async_context(Wire(server.port))
            wire = connections[name]
            match verb:
                case ">":
                    wire.send(text.encode() + (b"" if dialect == "v1" else b"\n"))
                case "<" if text.startswith("{") and (dialect == "v1" or name.startswith("old")):
                    got = await wire.raw()
                    assert got == text, differ(number, line, text, got)
                case "<":
                    got = await wire.raw()
                    assert matches(json.loads(text), json.loads(got)), differ(number, line, text, got)
                case "|":
                    await wire.close()
                case ".":
                    assert await wire.ended()
