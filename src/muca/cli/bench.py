"""``muca bench``: how much this machine, or a running server, can carry."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from muca.bench.capacity import Carried, measure
from muca.bench.report import as_card, as_json, as_text, carried_as_text, machine
from muca.bench.scenarios import SCENARIOS, Measured, Scenario, Workload
from muca.bench.servers import own_server, running_server
from muca.bench.wires import BenchError
from muca.cli.progress import tell

Transport = Literal["tcp", "tls", "websocket"]


def bench(
    *scenarios: Scenario,
    server: str | None = None,
    members: int = 100,
    senders: int = 10,
    rate: float | None = None,
    size: int = 100,
    seconds: float = 5.0,
    window: int = 128,
    transport: Transport = "tcp",
    mentions: Annotated[bool, Parameter(negative="")] = False,
    processes: int | None = None,
    card: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Measure what a server can carry.

    Parameters
    ----------
    scenarios
        What to measure (default: everything).
    server
        HOST:PORT of a running server (default: start one with an empty database). Use one on which nobody works: the
        load goes to everybody, and its accounts and messages stay.
    members
        People who are online.
    senders
        How many of them write.
    rate
        Messages a second of all of them (default: what suits the scenario; in fanout, as many as possible).
    size
        Characters of a message.
    seconds
        Duration of each measurement.
    window
        Messages of each sender that are under way in fanout without a rate.
    transport
        How the members are connected.
    mentions
        Let each message mention somebody.
    processes
        Processes of the load (default: one for each processor except one, at most 8).
    card
        SVG file for a picture of what this machine can carry: how many messages a second for how many people.
    json
        Print JSON instead of tables.
    """
    workload = Workload(
        members=members,
        senders=min(senders, members),
        rate=rate,
        size=size,
        seconds=seconds,
        window=window,
        transport=transport,
        mentions=mentions,
        processes=processes,
    )
    for name, value in workload._asdict().items():
        if isinstance(value, int | float) and not isinstance(value, bool) and not value > 0:
            print(f"muca: --{name} must be greater than 0.", file=sys.stderr)
            return 2
    measured: dict[str, Measured] = {}
    carried: list[Carried] = []
    names = scenarios or (() if card else tuple(SCENARIOS))
    if not json:
        print(machine(), flush=True)
    try:
        for name in names:
            tell(f"{name} …")
            with own_server() if server is None else running_server(server) as place:
                measured[name] = SCENARIOS[name](place, workload)
            tell("")
            if not json:
                print(f"\n{as_text(name, measured[name])}", flush=True)
        if card is not None:
            carried = measure(workload, tell)
            tell("")
            card.write_text(as_card(carried), encoding="utf-8")
            if not json:
                print(f"\n{carried_as_text(carried)}\n\nThe card is in {card}.")
    except (BenchError, OSError) as error:
        tell("")
        print(f"muca: {error}", file=sys.stderr)
        return 1
    if json:
        print(as_json(measured, workload._asdict(), carried))
    return 0
