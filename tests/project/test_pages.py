"""What a program or an operator relies on is written down: a new code, command or setting is documented or red."""

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

import msgspec
import pytest
from cyclopts import App

from muca.cli.app import app
from muca.client import Client
from muca.model.errors import CLOSES, ERRORS
from muca.model.events import EventKind
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.pushes import PeerList, Push
from muca.model.replies import Data
from muca.model.requests import Request
from muca.model.wire import wire_name
from muca.server.config import Config
from tests.project.files import page


def names_missing(names: Iterable[str], text: str) -> list[str]:
    """Name what does not stand in the text as code, alone or as the beginning of a usage (``--port N``)."""
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "\n".join(code(text)))]


def code(text: str) -> Iterator[str]:
    """Return what a Markdown text sets as code."""
    yield from re.split(r"^```.*$", text, flags=re.MULTILINE)[1::2]
    yield from re.findall(r"`([^`\n]+)`", text)


def last_cells(text: str) -> dict[str, str]:
    """Give, for every table row that begins with a name in code, its last cell."""
    return {row[1]: row[2] for row in re.finditer(r"^\| `(\w+)` \|.*\| (\w+) \|$", text, re.MULTILINE)}


@pytest.mark.parametrize(
    "table",
    [{code: rule.may_retry for code, rule in ERRORS.items()}, {code: rule.may_resume for code, rule in CLOSES.items()}],
    ids=["errors", "closes"],
)
def test_every_code_stands_in_the_protocol_with_its_yes_or_no(table: Mapping[str, bool]) -> None:
    written = last_cells(page("docs/PROTOCOL.md"))
    assert {code: written.get(code) for code in table} == {code: "yes" if so else "no" for code, so in table.items()}


def test_the_protocol_knows_no_code_that_the_server_does_not() -> None:
    assert set(last_cells(page("docs/PROTOCOL.md"))) <= {*ERRORS, *CLOSES}


@pytest.mark.parametrize("words", [Request, Push], ids=["requests", "pushes"])
def test_every_command_has_its_row_in_the_protocol(words: Any) -> None:
    v2 = page("docs/PROTOCOL.md").partition("\n## v2")[2]
    commands = [word.__struct_config__.tag for word in get_args(words) if word is not PeerList]
    assert [command for command in commands if not re.search(rf"^\| {command} \|", v2, re.MULTILINE)] == []


def test_every_kind_of_event_has_its_row_in_the_protocol() -> None:
    text = page("docs/PROTOCOL.md")
    assert [kind for kind in EventKind if not re.search(rf"^\| {kind} \|", text, re.MULTILINE)] == []


@pytest.mark.parametrize("kind", get_args(Data), ids=lambda kind: kind.__name__)
def test_every_field_of_an_answer_stands_in_the_protocol(kind: type[msgspec.Struct]) -> None:
    assert names_missing(kind.__struct_encode_fields__, page("docs/PROTOCOL.md")) == []


@pytest.mark.parametrize("kind", get_args(Request | Push), ids=lambda kind: kind.__name__)
def test_every_field_of_a_request_or_push_stands_in_the_protocol(kind: type[msgspec.Struct]) -> None:
    assert [
        field for field in kind.__struct_encode_fields__ if not re.search(rf"`\W?{field}\??`", page("docs/PROTOCOL.md"))
    ] == []


def test_every_announced_limit_stands_in_the_protocol() -> None:
    limits = [wire_name(field.name) for field in msgspec.structs.fields(AnnouncedLimits)]
    assert names_missing(limits, page("docs/PROTOCOL.md")) == []


def test_the_example_of_limits_has_the_defaults() -> None:
    limits = msgspec.structs.asdict(Limits())
    defaults = msgspec.structs.asdict(limits.pop("announced")) | limits
    examples = map(tomllib.loads, re.findall(r"^```toml\n(.*?)^```$", page("docs/OPERATING.md"), re.M | re.S))
    (example,) = (example["limits"] for example in examples if "limits" in example)
    assert example.items() <= defaults.items()


def test_every_setting_is_documented() -> None:
    settings = {field.name for field in msgspec.structs.fields(Config)}
    assert names_missing(sorted(settings), page("docs/OPERATING.md")) == []


def commands_of(parent: App, path: tuple[str, ...] = ("muca",)) -> Iterator[tuple[str, App]]:
    """Return every subcommand with the words that call it."""
    for name in parent:
        if not name.startswith("-"):
            yield " ".join([*path, name]), parent[name]
            yield from commands_of(parent[name], (*path, name))


def test_every_command_and_option_is_documented() -> None:
    text = page("docs/OPERATING.md") + page("docs/SCRIPTS.md")
    commands = dict(commands_of(app))
    assert commands
    for words, command in commands.items():
        options = [] if command.default_command is None else command.assemble_argument_collection()
        names = [name for option in options for name in option.names if not name.startswith("--no-")]
        assert names_missing([words, *names], text) == [], words


def usage(name: str, function: Callable[..., Any]) -> str:
    """Write how a function is called: its parameters and their defaults, without ``self`` and types."""
    signature = inspect.signature(function)
    parameters = [each.replace(annotation=each.empty) for each in signature.parameters.values() if each.name != "self"]
    return name + str(signature.replace(parameters=parameters, return_annotation=signature.empty)).replace("'", '"')


def test_every_method_of_the_sdk_is_documented_with_its_parameters() -> None:
    methods = {name: method for name, method in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"}
    usages = [usage("Client", Client), usage("Client.register", methods.pop("register"))]
    usages += [usage(name, method) for name, method in methods.items()]
    assert sorted(set(usages) - set(code(page("docs/SDK.md")))) == []
