"""``muca check``: whether everything on a server is intact."""

import os
import sys
from typing import Final

from muca.cli.options import ConfigFile, Data, Flag, settings_for
from muca.cli.progress import show, tell
from muca.server.config import ConfigError
from muca.server.files.check import check_files
from muca.storage.sqlite.check import Finding
from muca.storage.sqlite.check import check as check_database
from muca.storage.sqlite.check import repair as repair_database
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.snapshot import known_files
from muca.storage.store import StoreUnusable


def check(
    *,
    repair: Flag = False,
    data: Data = None,
    config: ConfigFile = None,
) -> int:
    """Check the database and the files of a server, also while it runs.

    Parameters
    ----------
    repair
        Rebuild the indexes, if nothing else is wrong; the server must be stopped.
    """
    os.umask(0o077)
    try:
        folder = settings_for(data, config).data_path
        findings = [*check_database(folder, show)]
        if repair and findings and all(finding.is_repairable for finding in findings):
            tell("")
            for finding in findings:
                print(f"{finding.text}.")
            repair_database(folder)
            print("The indexes were rebuilt.")
            findings = [*check_database(folder, show)]
        known = known_files(folder / FILE_NAME) if not any(finding.is_damage for finding in findings) else {}
        findings += [Finding(text) for text in check_files(folder / "files", known, show)]
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
    repairable = all(finding.is_repairable for finding in findings)
    print("muca: " + _ADVICE[repairable], file=sys.stderr)
    return 1


_ADVICE: Final = {
    True: "Stop the server, and run this command with --repair.",
    False: "Find out why (disk, memory, another program), and restore a backup (muca restore).",
}
