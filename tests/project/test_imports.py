"""The modules of muca import each other in no circle, whether at the top, in a function or for types only."""

import ast
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.project.files import ROOT, project_files


def modules() -> dict[str, str]:
    """Return the source of every module by its name."""
    return {
        name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", "."): (
            ROOT / name
        ).read_text("utf-8")
        for name in project_files()
        if name.startswith("src/muca/") and name.endswith(".py")
    }


def imports_of(source: str, known: Collection[str]) -> set[str]:
    """Return the known modules that a module imports; ``from package import name`` may mean a module of the package."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else str(node.module))
    return found & set(known)


def circle_in(sources: dict[str, str]) -> list[str]:
    """Return the modules of one circle, in order; nothing if there is none."""
    graph = {name: imports_of(source, sources.keys()) for name, source in sources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_in_a_circle() -> None:
    assert circle_in(modules()) == []


@pytest.mark.parametrize(
    "first",
    [
        "import muca.b",
        "from muca.b import x",
        "from muca import b",
        "def f():\n    from muca.b import x",
        "if TYPE_CHECKING:\n    from muca.b import x",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(first: str) -> None:
    sources = {"muca": "", "muca.a": first, "muca.b": "from muca.c import y", "muca.c": "import muca.a"}
    assert set(circle_in(sources)) == {"muca.a", "muca.b", "muca.c"}
    assert circle_in(sources | {"muca.c": "import muca"}) == []
