"""Checks the files of messages against what the database says of them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from muca.model.ids import FileId
from muca.server.files.folder import place_of


def check_files(folder: Path, known: Mapping[FileId, str], progress: Callable[[str, float], None]) -> Iterator[str]:
    """Yield a sentence, without its full stop, for each file that is missing or not as it was uploaded.

    ``known``: the SHA-256 of each file that the database names.
    """
    for number, (file, sha256) in enumerate(sorted(known.items()), 1):
        try:
            with (folder / place_of(file)).open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except FileNotFoundError:
            yield f"File {file} is missing"
        except OSError as error:
            yield f"File {file} cannot be read: {error.strerror or error}"
        else:
            if found != sha256:
                yield f"File {file} is not as it was uploaded"
        progress("Checking files", number / len(known))
