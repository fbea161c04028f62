"""The check of files against what the database says of them."""

import hashlib
from pathlib import Path

from muca.server.files.check import check_files
from muca.server.files.folder import place_of


def test_what_is_missing_or_changed_is_named(tmp_path: Path) -> None:
    files = [f"f-{number:032x}" for number in range(4)]
    known = {file: hashlib.sha256(file.encode()).hexdigest() for file in files}
    for file in files[1:]:
        path = tmp_path / place_of(file)
        path.parent.mkdir(exist_ok=True)
        path.write_text(file)
    (tmp_path / place_of(files[2])).write_text("other")
    (tmp_path / place_of(files[3])).unlink()
    (tmp_path / place_of(files[3])).mkdir()
    shown: list[float] = []
    assert list(check_files(tmp_path, known, lambda _, share: shown.append(share))) == [
        f"File {files[0]} is missing",
        f"File {files[2]} is not as it was uploaded",
        f"File {files[3]} cannot be read: Is a directory",
    ]
    assert shown == [0.25, 0.5, 0.75, 1.0]
