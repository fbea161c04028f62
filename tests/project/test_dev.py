"""``dev.py`` itself: its output, and when it recreates ``.venv``. Every test runs in the venv that it has set up."""

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.project.files import ROOT, page


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ROOT / "dev.py", *arguments], capture_output=True, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> ModuleType:
    """A copy of the project's set-up files in a folder with a space in its name, and the ``dev.py`` of that copy."""
    root = tmp_path / "my chat"
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ("dev.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    spec = importlib.util.spec_from_file_location("dev_copy", root / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_help_names_every_command() -> None:
    done = dev("--help")
    assert done.returncode == 0
    assert all(f"dev.py {command} " in done.stdout for command in ("run", "test", "setup", "fix", "lock"))


@pytest.mark.parametrize("arguments", [(), ("walk",), ("run", "5000"), ("setup", "--", "x"), ("run", "test")])
def test_a_command_that_makes_no_sense_gets_the_usage_and_2(arguments: tuple[str, ...]) -> None:
    done = dev(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "python3 dev.py run [-- ARGUMENTS]" in done.stderr


def test_an_older_python_is_told_which_one_is_needed() -> None:
    ast.parse(page("dev.py"), feature_version=(3, 7))
    pretend = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('dev.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"muca needs Python 3.11 or newer, but {sys.executable} is Python 3.9.\n"


def test_a_venv_is_made_anew_when_what_is_installed_in_it_has_changed(project: ModuleType) -> None:
    before = project.ingredients(project.TEST_LOCKS)
    rewrite(project.ROOT / "requirements/test.txt", "sha256:", "sha256:0")
    rewrite(project.ROOT / "pyproject.toml", 'muca = "muca.cli:main"', 'muca = "muca.cli:start"')
    after = project.ingredients(project.TEST_LOCKS)
    assert {name for name in before if before[name] != after[name]} == {"test", "package"}


def test_the_checker_of_the_http_part_does_not_depend_on_muca(project: ModuleType) -> None:
    before = project.ingredients(project.HTTP_LOCKS)
    rewrite(project.ROOT / "pyproject.toml", 'muca = "muca.cli:main"', 'muca = "muca.cli:start"')
    assert project.ingredients(project.HTTP_LOCKS) == before


def test_a_setting_of_the_linter_changes_nothing_that_is_installed(project: ModuleType) -> None:
    before = project.ingredients(project.TEST_LOCKS)
    rewrite(project.ROOT / "pyproject.toml", "line-length = 120", "line-length = 100")
    assert project.ingredients(project.TEST_LOCKS) == before


def test_what_the_tests_need_comes_on_top_of_what_runs(project: ModuleType) -> None:
    assert project.ingredients(project.RUN_LOCKS).items() < project.ingredients(project.TEST_LOCKS).items()


def test_a_venv_counts_only_with_its_stamp_and_its_python(project: ModuleType) -> None:
    venv, stamp = project.VENV, project.VENV / project.STAMP
    assert project.stamped(venv) == {}
    project.PYTHON.parent.mkdir(parents=True)
    project.PYTHON.touch()
    assert project.stamped(venv) == {}
    stamp.write_text('{"run": "half')
    assert project.stamped(venv) == {}
    stamp.write_text(json.dumps({"run": "hash"}))
    assert project.stamped(venv) == {"run": "hash"}
    project.PYTHON.unlink()
    assert project.stamped(venv) == {}


def test_a_finished_venv_is_left_alone(project: ModuleType) -> None:
    project.PYTHON.parent.mkdir(parents=True)
    project.PYTHON.touch()
    (project.VENV / project.STAMP).write_text(json.dumps(project.ingredients(project.TEST_LOCKS)))
    project.set_up(project.RUN_LOCKS)
    project.set_up(project.TEST_LOCKS)
    assert sorted(path.name for path in project.VENV.rglob("*") if path.is_file()) == [
        "muca-setup.json",
        project.PYTHON.name,
    ]
