"""The part of docs/LIMITS.md that is generated from model/limits.py.

``python -m tests.model.limits_page`` updates it; ``test_limits.py`` fails while the page differs.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from muca.model import limits

PAGE: Final = Path(__file__).parents[2] / "docs/LIMITS.md"
BEGIN: Final = "<!-- made from model/limits.py: begin -->\n"
ADVICE: Final = ("Raise it", "Lower it", "Change it", "Leave it")
"""How the paragraph begins that says when to change a limit."""


class Setting(NamedTuple):
    """A limit, as its definition explains it."""

    group: str
    name: str
    default: str
    """As written, with underscores between thousands, which TOML allows, too."""
    paragraphs: tuple[str, ...]


def settings() -> list[Setting]:
    """Return all limits in the order of their definition."""
    source = inspect.getsource(limits)
    kinds = (limits.AnnouncedLimits, limits.Limits)
    names = [kind.__name__ for kind in kinds]
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name in names]
    return [setting for node in classes for setting in _settings_of(node, source.splitlines())]


def _settings_of(node: ast.ClassDef, lines: list[str]) -> Iterator[Setting]:
    """Pair each field with its docstring, which exists only in the source, and the last comment above it."""
    for field, after in pairwise([*node.body, None]):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.value is not None):
            continue
        if not isinstance(field.value, ast.Constant):  # the announced limits
            continue
        groups = re.findall(r"^    # (.+)$", "\n".join(lines[node.lineno : field.lineno]), re.MULTILINE)
        written = ast.get_source_segment("\n".join(lines), field.value) or ""
        text = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = inspect.cleandoc(str(after.value.value))
        yield Setting(groups[-1] if groups else "", field.target.id, written, tuple(text.split("\n\n")))


def made_from_limits() -> str:
    """Return the tables, one for each group."""
    groups: dict[str, list[Setting]] = {}
    for setting in settings():
        groups.setdefault(setting.group, []).append(setting)
    return "\n".join(_table(group, rows) for group, rows in groups.items())


def _table(group: str, rows: list[Setting]) -> str:
    lines = [["setting", "default", "what it limits, and what happens at the limit", "when to change it"], ["---"] * 4]
    lines += [[f"`{row.name}`", f"`{row.default}`", *map(_in_markdown, row.paragraphs)] for row in rows]
    return f"## {group}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _in_markdown(paragraph: str) -> str:
    return " ".join(paragraph.split()).replace("``", "`")


def renewed(page: str) -> str:
    """Return the page with what limits.py says now."""
    return f"{page.partition(BEGIN)[0]}{BEGIN}\n{made_from_limits()}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
