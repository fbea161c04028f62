"""The developer's commands, using only the standard library of Python 3.11 or newer.

python3 dev.py run [-- ARGUMENTS]    set up whatever is missing, then run `muca serve ARGUMENTS`
python3 dev.py test [-- ARGUMENTS]   set up whatever is missing, run all checks, then `pytest ARGUMENTS`
python3 dev.py setup                 create .venv and install muca with its dependencies
python3 dev.py fix                   format, sort imports, apply the linter's safe fixes
python3 dev.py lock [-- ARGUMENTS]   update requirements/*.txt by `uv pip compile ARGUMENTS`, as in `-- --upgrade`
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence, by whatever Python is at hand
    sys.exit("muca needs Python 3.11 or newer, but {} is Python {}.{}.".format(sys.executable, *sys.version_info))

import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
HTTP_VENV = ROOT / ".venv-http"
"""A separate venv for the tests of HTTP, because their dependencies must not mix with muca's."""
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
BIN = VENV / PROGRAMS
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = "muca-setup.json"
"""In a venv: what it was created from. Written last and removed first, so a venv without it is incomplete."""

RUN_LOCKS = ("build", "run")
TEST_LOCKS = (*RUN_LOCKS, "test")
HTTP_LOCKS = ("http",)

PAGE_BUILDER = "hatch_build.py"
"""Builds the page, and runs npm in its folder."""

CHECKS = {
    "format": ("ruff", "format", "--check"),
    "lint": ("ruff", "check"),
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-logo"),
    "dependencies": ("deptry", "--no-ansi", "src"),
    "dead code": ("vulture",),
    "page": ("python", PAGE_BUILDER, "run", "check"),
    "page's tests": ("python", PAGE_BUILDER, "run", "test"),
}
"""The quick checks, in order. All of them run before a failed one ends the run."""

DEBIAN_PROGRAMS = {
    "chromium": "chromium",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "tmux": "tmux",
    "nginx": "nginx",
    "caddy": "caddy",
}
DEBIAN_FILES = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": "fonts-noto-color-emoji",
    "/usr/lib/nginx/modules/ngx_stream_module.so": "libnginx-mod-stream",
}


MEASURED = [f"tests/{name}" for name in ("client", "contracts", "core", "model", "protocol", "storage", "ui/view")]
"""The tests whose branches are measured: those that run in one process and are quick. Measuring doubles their time,
and the others wait for what a loaded machine does."""


class Failed(Exception):
    """The command cannot continue. The text is for the user."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code: 1 if a check failed, 2 if the command is invalid."""
    words, extra = list(arguments), []
    if "--" in words:
        cut = words.index("--")
        words, extra = words[:cut], words[cut + 1 :]
    if words in (["-h"], ["--help"], ["help"]):
        print(__doc__)
        return 0
    takes_extra = {"run": run, "test": test, "lock": lock}
    takes_none = {"setup": setup, "fix": fix}
    try:
        if len(words) == 1 and words[0] in takes_extra:
            return takes_extra[words[0]](extra)
        if len(words) == 1 and words[0] in takes_none and not extra:
            return takes_none[words[0]]()
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(__doc__, file=sys.stderr)
    return 2


# ---------------------------------------------------------------------------------------------------------- commands


def run(arguments: Sequence[str]) -> int:
    """Start the server in the current folder; on POSIX it replaces this process."""
    set_up(RUN_LOCKS)
    build_page()
    command = [str(PYTHON), "-P", "-m", "muca", "serve", *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C also reaches the server, which then stops by itself
    return subprocess.call(command)


def test(arguments: Sequence[str]) -> int:
    """Run all checks, then the tests."""
    provide_test_programs()
    set_up(TEST_LOCKS)
    set_up(HTTP_LOCKS, HTTP_VENV)
    build_page()
    failed = [name for name, command in CHECKS.items() if not check(name, command)]
    if failed:
        alone = [f"  {name}: {shown(CHECKS[name])}" for name in failed]
        raise Failed("\n".join(["The tests were not run, because these checks failed. To run a single one:", *alone]))
    # One by one and in order: the browser tests come first, and no time-critical program runs at the same time.
    pytest = ("-m", "pytest", "-n", "logical", "--dist", "loadgroup")
    if arguments:
        return python(*pytest, *arguments)
    python("-m", "coverage", "erase")
    unmeasured = python(*pytest, *(f"--ignore={folder}" for folder in MEASURED))
    measured = python("-m", "coverage", "run", *pytest, *MEASURED)
    python("-m", "coverage", "combine", "--quiet")
    return unmeasured or measured or python("-m", "coverage", "report")


def python(*arguments: str) -> int:
    """Run .venv's Python in the root."""
    return subprocess.call([str(PYTHON), *arguments], cwd=ROOT)


def setup() -> int:
    """Create .venv and install, nothing else."""
    set_up(RUN_LOCKS)
    build_page()
    print(f"Ready: {shown(('muca',))} --help")
    return 0


def fix() -> int:
    """Format and apply safe fixes; the remaining problems are printed."""
    set_up(TEST_LOCKS)
    subprocess.call([BIN / "ruff", "check", "--fix-only", "--quiet"], cwd=ROOT)
    subprocess.call([BIN / "ruff", "format"], cwd=ROOT)
    subprocess.call([PYTHON, PAGE_BUILDER, "run", "fix"], cwd=ROOT)
    return subprocess.call([BIN / "ruff", "check"], cwd=ROOT)


def lock(arguments: Sequence[str]) -> int:
    """Pin every dependency by version and hash, for all platforms. Each lock uses the versions of the previous ones."""
    if shutil.which("uv") is None:
        raise Failed("Updating the locks needs uv: pip install uv")
    sources = {"run": ["pyproject.toml"], **{group: ["--group", group] for group in ("build", "test", "http")}}
    earlier: list[str] = []
    for name, source in sources.items():
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-header", *earlier, *arguments, *source, "--output-file", lock_file(name)]
        if subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL):
            raise Failed(f"{lock_file(name)} could not be updated.")
        earlier += ["--constraints", lock_file(name)]
    return 0


# ------------------------------------------------------------------------------------------------------------ set-up


def lock_file(name: str) -> str:
    """Return the path of a lock, relative to the root."""
    return f"requirements/{name}.txt"


def ingredients(locks: Sequence[str]) -> dict[str, str]:
    """Return what a venv with these locks is created from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    package = {table: project[table] for table in ("build-system", "project")} | {"hatch": project["tool"]["hatch"]}
    made_from = {"folder": str(ROOT), "python": f"{sys.version} in {sys.base_prefix}"}
    if "run" in locks:
        made_from["package"] = hashlib.sha256(json.dumps(package, sort_keys=True).encode()).hexdigest()
    for name in locks:
        made_from[name] = hashlib.sha256((ROOT / lock_file(name)).read_bytes()).hexdigest()
    return made_from


def stamped(venv: Path) -> dict[str, str]:
    """Read what a venv was created from; nothing if it is incomplete or broken."""
    try:
        stamp: dict[str, str] = json.loads((venv / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if (venv / PROGRAMS / PYTHON.name).exists() else {}


def set_up(locks: Sequence[str], venv: Path = VENV) -> None:
    """Make a venv match the locks: recreate it if anything has changed."""
    wanted, present = ingredients(locks), stamped(venv)
    if wanted.items() <= present.items():
        return
    started = time.perf_counter()
    print(f"Setting up {venv} ...", flush=True)
    if not present or not present.items() <= wanted.items():
        (venv / STAMP).unlink(missing_ok=True)
        make_venv(venv)
    files = [word for name in locks for word in ("-r", lock_file(name))]
    pip_install(venv, "--require-hashes", *files)
    if "run" in locks:
        pip_install(venv, "--no-deps", "--no-build-isolation", "--editable", ".")
    (venv / STAMP).write_text(json.dumps(wanted, indent=2), "utf-8")
    print(f"Set up in {time.perf_counter() - started:.0f} s.", flush=True)


def make_venv(venv: Path) -> None:
    """Create an empty venv, replacing whatever is there."""
    if importlib.util.find_spec("ensurepip") is None:  # Debian has it in a separate package
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        apt_install([package])
        if importlib.util.find_spec("ensurepip") is None:
            raise Failed(f"This Python cannot create a venv. On Debian and Ubuntu: {apt_line([package])}")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(venv)]):
        raise Failed(f"{venv} could not be created. If a program is using it, close that program and try again.")


def pip_install(venv: Path, *arguments: str) -> None:
    """Install into a venv from the index that pip is configured for on this machine."""
    python = venv / PROGRAMS / PYTHON.name
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *arguments]
    if subprocess.call(command, cwd=ROOT):
        raise Failed("The installation failed, see above. Run the same command to try again.")


def build_page() -> None:
    """Build the page, if its sources have changed."""
    if subprocess.call([str(PYTHON), PAGE_BUILDER], cwd=ROOT):
        raise Failed("The page could not be built, see above. Run the same command to try again.")


# ---------------------------------------------------------------------------------------------------- Debian's packages


def provide_test_programs() -> None:
    """Install the programs that the tests need, or print the command. Tests report missing programs themselves."""
    if sys.platform != "linux":
        return
    packages = missing_packages()
    if packages:
        apt_install(packages)
        packages = missing_packages()
    if packages:
        print(f"Some programs that the tests need are missing. On Debian and Ubuntu: {apt_line(packages)}", flush=True)


def missing_packages() -> list[str]:
    """Return Debian's packages for programs that the tests need and that are missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])  # nginx is there, but only in root's PATH
    missing = [package for program, package in DEBIAN_PROGRAMS.items() if shutil.which(program, path=path) is None]
    if importlib.util.find_spec("_tkinter") is None or importlib.util.find_spec("tkinter") is None:
        missing.append("python3-tk")
    if is_debian():
        missing += [package for file, package in DEBIAN_FILES.items() if not Path(file).exists()]
    return missing


def is_debian() -> bool:
    """Return whether packages are installed with apt-get."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def apt_line(packages: Sequence[str]) -> str:
    """Return the command for a user to type."""
    return " ".join(["sudo apt-get install -y", *packages])


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian's packages, on Debian as root; the caller checks the result."""
    if not is_debian() or os.geteuid() != 0:
        return
    print("Installing", *packages, "...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt_get = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install, update = [*apt_get, "install", "-y", "--no-install-recommends", *packages], [*apt_get, "update"]
    for command in (install, update, install, update, install):  # it may fail because of an old list or another apt-get
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        if command is install and done.returncode == 0:
            importlib.invalidate_caches()
            return
    print(done.stdout, flush=True)


# ------------------------------------------------------------------------------------------------------------- checks


def check(name: str, command: Sequence[str]) -> bool:
    """Run one check; its output is shown if it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    passed = done.returncode == 0
    print(f"{name:<13} {'ok' if passed else 'FAILED':<6} {time.perf_counter() - started:5.1f} s", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def shown(command: Sequence[str]) -> str:
    """Return a command of .venv as a user would type it in the root."""
    return " ".join([str((BIN / command[0]).relative_to(ROOT)), *command[1:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
