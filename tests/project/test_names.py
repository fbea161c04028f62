"""One class name, one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import muca

PACKAGE = Path(muca.__file__).parent
MIRRORED = {"Refused"}
"""What the SDK raises is what the store has answered: the same thing on both sides of the wire."""


def test_no_name_of_a_class_or_type_means_two_things() -> None:
    """Names that are private to a module may be used in another."""
    places = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        if "node_modules" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                name = named(node)
                if name is not None and not name.startswith("_"):
                    places[name].append(path.relative_to(PACKAGE).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1 and name not in MIRRORED} == {}


def named(node: ast.AST) -> str | None:
    match node:
        case ast.ClassDef(name=name):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
            return name
    return None
