"""Plays the transcripts of this folder against a real server: the wire, exactly."""

import difflib
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession

from muca.server.config import load_config
from muca.server.serve import running
from tests.golden.plays import NAMES, Line, Values, read_play
from tests.websocket import WebSocketWire
from tests.wire import Wire


def differ(line: Line, expected: str, got: str) -> str:
    """Explain where the play went another way."""
    shown = "\n".join(difflib.ndiff([expected], [got]))
    return f"line {line.number}: {line.name}{line.verb} {line.text[:40]}…\n{shown}"


def as_json(text: str) -> object:
    """Read JSON, or take other text as it is."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


WAYS = [(name, Wire) for name in NAMES] + [(name, WebSocketWire) for name in NAMES if name != "v1"]


@pytest.mark.parametrize(("name", "over"), WAYS)
async def test_play(name: str, over: type[Wire | WebSocketWire], tmp_path: Path) -> None:
    """Every line of the play comes true, in order, for every connection in it; of v2, over WebSocket, too."""
    play = read_play(name)
    file = tmp_path / "muca.toml"
    file.write_text(play.settings, encoding="utf-8")
    config = load_config(
        file, {"name": "Golden", "host": "127.0.0.1", "port": 0, "tls": False, "data": str(tmp_path / "data")}
    )
    connections: dict[str, Wire] = {}
    answers: dict[str, str] = {}
    async with running(config) as server, AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession(f"http://127.0.0.1:{server.port}"))
        values = Values(owner_code=server.owner_code)
        for line in play.lines:
            if line.name not in connections:
                way = Wire if name == "v1" or line.speaks_v1 else over
                connections[line.name] = await stack.enter_async_context(way(server.port))
            wire = connections[line.name]
            match line.verb:
                case ">":
                    ends_line = type(wire) is Wire and name != "v1"
                    wire.send(values.fill_in(line.text).encode() + (b"\n" if ends_line else b""))
                case "<" if name == "v1" or line.speaks_v1:
                    got = await wire.raw()
                    assert got == line.text, differ(line, line.text, got)
                case "<":
                    got = await wire.raw()
                    same = values.match(msgspec.json.decode(line.text), msgspec.json.decode(got))
                    assert same, differ(line, line.text, got)
                case "^":
                    method, path, *body = values.fill_in(line.text, quoted=False).split(" ", 2)
                    bearer = values.fill_in(f"Bearer $[{line.name}]", quoted=False)
                    asked = http.request(method, path, data="".join(body), headers={"Authorization": bearer})
                    async with asked as answer:
                        answers[line.name] = f"{answer.status} {await answer.text()}"
                case "=":
                    status, text = answers.pop(line.name).split(" ", 1)
                    right_status, right = line.text.split(" ", 1)
                    same = right_status == status and values.match(as_json(right), as_json(text))
                    assert same, differ(line, line.text, f"{status} {text}")
                case "|":
                    await wire.close()
                case ".":
                    assert await wire.ended()


def test_variables_are_learnt_and_kept() -> None:
    """The matcher can tell a play that went another way."""
    values = Values()
    assert values.match({"A": "$x", "B": [1, "*"]}, {"A": 7, "B": [1, {}]})
    assert values.fill_in('{"SEQ":"$x","OF":"$x"}') == '{"SEQ":7,"OF":7}'
    assert not values.match({"A": "$x"}, {"A": 8})
    assert not values.match({"A": 1}, {"A": 1, "B": 2})
    assert not values.match([1, 2], [1])
