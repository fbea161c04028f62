"""The checks of ``dev.py test`` catch what they are there for: planted violations."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT


def lint(code: str, place: str) -> str:
    """Lint a module as if it stood at this place in the project."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--no-cache",
            "--output-format=concise",
            f"--stdin-filename={place}",
            "-",
        ],
        cwd=ROOT,
        input=f'"""A planted module."""\n\n{code}\n',
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout


IMPURE = {
    "import asyncio": "asyncio",
    "import os": "os",
    "import secrets": "secrets",
    "import selectors": "selectors",
    "import socket": "socket",
    "import ssl": "ssl",
    "import threading": "threading",
    "import time": "time",
    "import uuid": "uuid",
    "from os.path import exists": "os",
    "from time import monotonic": "time",
    "from random import shuffle": "random.shuffle",
    "import random\n\nrandom.random()": "random.random",
    "from datetime import UTC, datetime\n\ndatetime.now(UTC)": "datetime.datetime.now",
    "import sqlite3": "sqlite3",
    "import json\n\njson.loads('{}')": "json.loads",
}


@pytest.mark.parametrize("package", ["core", "protocol"])
@pytest.mark.parametrize("code", IMPURE)
def test_core_and_protocol_touch_no_clock_chance_or_world(package: str, code: str) -> None:
    assert f"TID251 `{IMPURE[code]}` is banned: " in lint(code, f"src/muca/{package}/planted.py")


@pytest.mark.parametrize("package", ["core", "protocol"])
def test_core_and_protocol_are_handed_a_seeded_random_and_make_none(package: str) -> None:
    place = f"src/muca/{package}/planted.py"
    named = "from random import Random\n\n\ndef _toss(chance: Random) -> float:\n    return chance.random()"
    assert lint(named, place) == "All checks passed!\n"
    assert "S311" in lint("from random import Random\n\nRandom()", place)


def test_the_server_may_touch_the_world() -> None:
    code = "import asyncio\nimport time\n\nprint(asyncio, time.monotonic())"
    assert lint(code, "src/muca/server/planted.py") == "All checks passed!\n"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import json\n\njson.loads('{}')", "json.loads"),
        ("import asyncio\n\nTASK = asyncio.create_task(asyncio.sleep(1))", "asyncio.create_task"),
    ],
)
def test_muca_keeps_off_what_tests_may_use(code: str, name: str) -> None:
    assert f"TID251 `{name}` is banned: " in lint(code, "src/muca/server/planted.py")
    assert "TID251" not in lint(code, "tests/planted.py")


@pytest.mark.parametrize("place", ["src/muca/storage/planted.py", "tests/planted.py", "benchmarks/planted.py"])
def test_nobody_opens_a_database_with_the_wrong_sqlite(place: str) -> None:
    assert "TID251 `sqlite3` is banned: " in lint("import sqlite3", place)


LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_imports_against_the_direction_are_caught(tmp_path: Path) -> None:
    """Every package is given the import that it must not have, and each is reported."""
    planted = {
        "muca.model": "muca.protocol",
        "muca.protocol": "muca.core",
        "muca.core": "muca.storage",
        "muca.storage": "muca.protocol",
        "muca.client": "muca.core",
        "muca.ui": "muca.server",
        "muca.server": "muca.client",
    }
    package = tmp_path / "muca"
    shutil.copytree(ROOT / "src/muca", package, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for source, target in planted.items():
        (tmp_path / source.replace(".", "/") / "planted.py").write_text(f"import {target}\n")
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-logo", "--no-cache", f"--config={ROOT / 'pyproject.toml'}"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    reported = {
        source: target
        for source, target in planted.items()
        if re.search(rf"^- +{source}\.planted -> {target} \(l\.1\)$", done.stdout, re.MULTILINE)
    }
    assert reported == planted, done.stdout


MUST_FAIL = """
import asyncio
import warnings

import pytest


async def answer() -> None: ...


def test_forgets_to_await() -> None:
    answer()


async def test_drops_a_failed_task() -> None:
    async def fail() -> None:
        raise RuntimeError

    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)


def test_warns() -> None:
    warnings.warn("old", DeprecationWarning)


def test_leaves_a_file_open() -> None:
    open(__file__)


@pytest.mark.xfail
def test_passes_though_it_should_not() -> None: ...
"""


def test_warnings_and_forgotten_coroutines_fail_tests(tmp_path: Path) -> None:
    module = tmp_path / "test_planted.py"
    module.write_text(MUST_FAIL)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            "pyproject.toml",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            module,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    failures = set(re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", done.stdout, re.MULTILINE))
    assert failures == set(re.findall(r"def (test_\w+)", MUST_FAIL)), done.stdout


@pytest.mark.parametrize("ci", [True, False])
def test_ci_has_the_same_examples_in_every_run_and_no_machine_is_too_slow_for_one(ci: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {})
    tell = "import hypothesis, tests.conftest as _; now = hypothesis.settings(); print(now.derandomize, now.deadline)"
    done = subprocess.run(
        [sys.executable, "-c", tell], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == f"{ci} None\n", done.stderr
