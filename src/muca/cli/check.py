"""``muca check``: whether everything on a server is intact."""

import os
import sys
from typing import Annotated

from cyclopts import Parameter

from muca.cli.backup import ConfigFile, Data
from muca.cli.progress import tell
from muca.server.config import ConfigError, load_config
from muca.server.files.check import check_files
from muca.storage.sqlite.check import Finding, mend
from muca.storage.sqlite.check import check as check_database
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.snapshot import known_files
from muca.storage.store import StoreUnusable


def check(
    *,
    repair: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    data: Data = None,
    config: ConfigFile = None,
) -> int:
    """Check the database and the files of a server, also while it runs.

    Parameters
    ----------
    repair
        Mend what can be made anew from the rest; the server must be stopped.
    """
    os.umask(0o077)
    try:
        folder = load_config(config, {"data": str(data) if data is not None else None}).data_path
        findings = [*check_database(folder, _show)]
        if repair and findings and all(finding.can_be_mended for finding in findings):
            tell("")
            for finding in findings:
                print(f"{finding.text}.")
            mend(folder)
            print("The indexes were made anew.")
            findings = [*check_database(folder, _show)]
        known = known_files(folder / FILE_NAME) if not any(finding.is_damage for finding in findings) else {}
        findings += [Finding(text) for text in check_files(folder / "files", known, _show)]
    except (ConfigError, StoreUnusable) as error:
        tell("")
        print(f"muca: {error}", file=sys.stderr)
        return 2
    tell("")
    for finding in findings:
        print(f"{finding.text}.")
    if not findings:
        print(f"{folder}: everything is intact; files: {len(known):,}")
        return 0
    mendable = all(finding.can_be_mended for finding in findings)
    print("muca: " + _ADVICE[mendable], file=sys.stderr)
    return 1


_ADVICE = {
    True: "Stop the server, and run this command with --repair.",
    False: "Find out why (disk, memory, another program), and restore a backup (muca restore).",
}


def _show(doing: str, share: float) -> None:
    tell(f"{doing}: {share:.0%}")
