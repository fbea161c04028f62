"""The project's own files, as the tests of this folder read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def project_files() -> tuple[str, ...]:
    """Name every file that is tracked or about to be, from the root, with forward slashes."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return tuple(name for name in sorted(listing.stdout.split("\0")) if name and (ROOT / name).is_file())


def project_texts() -> dict[str, str]:
    """Return the text of every one of them that is text."""
    texts = {}
    for name in project_files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            texts[name] = content.decode("utf-8", "replace")
    return texts


def page(name: str) -> str:
    """Return the text of one file."""
    return (ROOT / name).read_text("utf-8")
