"""``muca doctor``: what is wrong with a server, and what to do."""

import json as json_
import sys
from collections.abc import Iterable
from typing import Final

from muca.cli.options import ConfigFile, Data, Flag, settings_for
from muca.client.address import parse_address
from muca.server.config import ConfigError
from muca.server.doctor import Verdict, examine, examine_server

_SIGNS: Final = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


def doctor(
    address: str | None = None,
    /,
    *,
    json: Flag = False,
    data: Data = None,
    config: ConfigFile = None,
) -> int:
    """Check a server, and say what to do.

    Parameters
    ----------
    address
        Check the server at this address from here (default: the one on this machine, with its disk and settings).
    json
        Print one JSON object per check.
    """
    verdicts: Iterable[Verdict]
    try:
        if address is not None:
            verdicts = examine_server(*parse_address(address))
        else:
            verdicts = examine(settings_for(data, config))
    except (ConfigError, ValueError) as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    worst = 0
    for verdict in verdicts:
        worst |= verdict.state == "error"
        if json:
            print(json_.dumps(verdict._asdict(), ensure_ascii=False), flush=True)
        else:
            print(f"{_SIGNS[verdict.state]}  {verdict.check:<11}  {verdict.text}", flush=True)
    return worst
