"""What no file of the project may hold, and what has to be there beside each other."""

import re
import tomllib
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import muca
from tests.project.files import ROOT, page, project_files, project_texts

REGISTRY_HOST = re.compile(
    r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|crates\.io|deb\.debian\.org)\b"
)
SOMEBODYS_PATH = re.compile(r"(?<![\w.~])/(root|home/\w+|Users/\w+|tmp/\w+)/")
LINK = re.compile(r"\]\(([^)\s]+)\)")

UNTESTED = {
    "__main__.py": "one call; the tests of the commands start muca by it",
    "client/events.py": "values without behaviour",
    "core/asking.py": "every request that waits for the store goes through it; their tests are about it",
    "core/effects.py": "values without behaviour",
    "core/inputs.py": "values without behaviour",
    "core/arriving.py": "tests/core/test_joining.py, where who joins also begins",
    "core/catching_up.py": "tests/core/test_two_hubs.py",
    "core/leaving.py": "tests/core/test_joining.py, where who comes also goes",
    "core/live.py": "values that the handlers change; tests/core is about what they mean",
    "model/abilities.py": "values; tests/core and tests/server/test_outbox.py are about what they mean",
    "model/changes.py": "values; tests/contracts is about what they mean",
    "model/events.py": "values; the dialects' tests write and read every one",
    "model/facts.py": "values; tests/contracts is about what they mean",
    "model/ids.py": "names for strings",
    "model/presence.py": "values; core/test_roster.py is about what they mean",
    "model/pushes.py": "values; the dialects' tests write and read every one",
    "model/queries.py": "values; tests/contracts is about what they mean",
    "model/replies.py": "values; the dialects' tests write and read every one",
    "model/requests.py": "values; the dialects' tests write and read every one",
    "model/storage.py": "values; tests/contracts is about what they mean",
    "model/word.py": "a base class without behaviour",
    "protocol/dialect.py": "an interface",
    "storage/news.py": "tests/contracts/test_store_news.py",
    "storage/sqlite/changes.py": "tests/contracts is about it",
    "storage/sqlite/events.py": "tests/contracts is about it",
    "storage/sqlite/facts.py": "tests/contracts is about it",
    "storage/sqlite/listings.py": "tests/contracts is about it",
    "storage/sqlite/lists.py": "tests/contracts is about it",
    "storage/sqlite/look.py": "tests/contracts is about it",
    "storage/sqlite/mentions.py": "tests/contracts is about it",
    "storage/sqlite/messages.py": "tests/contracts is about it",
    "storage/sqlite/missed.py": "tests/contracts/test_store_missed.py",
    "storage/sqlite/recipients.py": "tests/contracts is about it",
    "storage/sqlite/rooms.py": "tests/contracts is about it",
    "storage/store.py": "an interface; tests/contracts is its definition",
}
"""Source files without a test file of their own, and why."""


def offences(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    return [f"{name}: {found[0]}" for name, text in texts.items() for found in pattern.finditer(text)]


def test_no_file_names_a_package_registry_host() -> None:
    assert offences(REGISTRY_HOST, project_texts()) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert offences(SOMEBODYS_PATH, project_texts()) == []


def test_no_file_names_the_folder_it_was_written_in() -> None:
    beside = [place for place in (ROOT, ROOT.parent, Path.home()) if len(place.parts) > 2]
    pattern = re.compile("|".join(rf"(?<![\w.~]){re.escape(place.as_posix())}(?!\w)" for place in beside) or r"(?!)")
    assert offences(pattern, project_texts()) == []


def test_the_patterns_find_what_they_are_for() -> None:
    planted = {"a": "https://files.python" + "hosted.org/x", "b": "see /ho" + "me/tony/muca", "c": "docs/root/page.md"}
    assert offences(REGISTRY_HOST, planted) == ["a: python" + "hosted.org"]
    assert offences(SOMEBODYS_PATH, planted) == ["b: /ho" + "me/tony/"]


def test_the_changelog_tells_of_this_version() -> None:
    assert re.search(rf"^## \[?{re.escape(muca.__version__)}\b", page("CHANGELOG.md"), re.MULTILINE)


def test_the_changelog_is_by_date_and_begins_with_the_newest() -> None:
    dates = re.findall(r"^### (\d{4}-\d\d-\d\d)$", page("CHANGELOG.md"), re.MULTILINE)
    assert dates == sorted(set(dates), reverse=True) != []


def test_every_link_between_pages_leads_to_a_file() -> None:
    broken = []
    for name, text in project_texts().items():
        if name.endswith(".md"):
            for target in LINK.findall(text):
                place = target.partition("#")[0]
                if place and "://" not in place and not (ROOT / name).parent.joinpath(place).exists():
                    broken.append(f"{name}: {target}")
    assert broken == []


def test_every_source_file_has_its_test_file() -> None:
    sources = [
        PurePosixPath(name).relative_to("src/muca")
        for name in project_files()
        if name.startswith("src/muca/") and name.endswith(".py") and not name.endswith("/__init__.py")
    ]
    tests = ROOT / "tests"
    untested = {str(source) for source in sources if not (tests / source.with_name(f"test_{source.name}")).exists()}
    assert sources
    assert sorted(untested - UNTESTED.keys()) == []
    assert sorted(UNTESTED.keys() - untested) == [], "these are tested or gone: take them off the list"


def test_every_dependency_is_locked_at_a_version_it_allows_and_with_hashes() -> None:
    project = tomllib.loads(page("pyproject.toml"))
    wanted = {
        "run": project["project"]["dependencies"],
        "build": [*project["dependency-groups"]["build"], *project["build-system"]["requires"]],
        "test": project["dependency-groups"]["test"],
        "http": project["dependency-groups"]["http"],
    }
    for name, declared in wanted.items():
        entries = re.split(r"\n(?=\S)", page(f"requirements/{name}.txt"))
        locked = {}
        for entry in entries:
            requirement = Requirement(entry.partition("\\")[0])
            assert re.fullmatch(r"==[^=*,]+", str(requirement.specifier)), entry
            assert "--hash=sha256:" in entry
            locked[canonicalize_name(requirement.name)] = str(requirement.specifier)[2:]
        for requirement in map(Requirement, declared):
            assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), (name, requirement)
