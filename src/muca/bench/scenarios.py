"""What is measured: the table of scenarios, each a function that puts a load on a server and returns figures."""

import contextlib
import json
import math
import random
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, NamedTuple

from muca.bench.load import Load, Run, percentile
from muca.bench.servers import TestedServer
from muca.bench.wires import MUCA, mentioning

WARM_UP_SECONDS: Final = 0.5
TICK_SECONDS: Final = 0.01
"""In such steps, systems count the time that a process has used: less cannot be seen."""
HISTORY_MESSAGES: Final = 20_000
"""Messages in the room, at least, before its history is read or searched."""
ASKED: Final = 300


class Workload(NamedTuple):
    """How much load there is."""

    members: int = 100
    senders: int = 10
    rate: float | None = None
    """Messages a second of all senders together; None: what suits the scenario, or as many as possible."""
    size: int = 100
    """Characters of a message."""
    seconds: float = 5.0
    window: int = 128
    """Messages of one sender that are under way at full load."""
    transport: str = "tcp"
    mentions: bool = False
    """Whether each message mentions somebody."""
    processes: int | None = None


class Measured(NamedTuple):
    """The result of a scenario."""

    figures: dict[str, float]
    """By the names in ``FIGURES``."""
    limits: Sequence[str] = ()
    """How the load was too slow for the figures to be those of the server, for people."""


FIGURES: Final = {
    "messages_per_second": ("messages a second", "{:,.0f}"),
    "deliveries_per_second": ("deliveries a second", "{:,.0f}"),
    "deliveries_per_cpu_second": ("deliveries a second of server CPU", "{:,.0f}"),
    "deliveries_per_cpu_second_idle": ("… counted until the server is idle again", "{:,.0f}"),
    "cpu_us_per_delivery": ("server CPU a delivery", "{:,.2f} µs"),
    "cpu_us_per_message": ("server CPU a message", "{:,.0f} µs"),
    "acknowledged_per_second": ("acknowledged messages a second", "{:,.0f}"),
    "acknowledged_per_second_window_16": ("… with 16 under way for each sender", "{:,.0f}"),
    "p50_ms": ("p50", "{:,.1f} ms"),
    "p99_ms": ("p99", "{:,.1f} ms"),
    "p999_ms": ("p99.9", "{:,.1f} ms"),
    "joins_per_second": ("joins a second, one after another", "{:,.0f}"),
    "joins_at_once_per_second": ("joins a second, all at once", "{:,.0f}"),
    "cpu_ms_per_join": ("server CPU a join", "{:,.2f} ms"),
    "back_seconds": ("until everyone was back", "{:,.2f} s"),
    "cpu_percent": ("server CPU", "{:,.2f} %"),
    "memory_mb": ("memory", "{:,.1f} MB"),
    "memory_at_start_mb": ("memory at start", "{:,.1f} MB"),
    "memory_kb_per_connection": ("memory a connection", "{:,.1f} KB"),
    "answers_per_second": ("answers a second", "{:,.0f}"),
    "page_p50_ms": ("a page of history, p50", "{:,.1f} ms"),
    "page_p99_ms": ("a page of history, p99", "{:,.1f} ms"),
    "search_p50_ms": ("a search, p50", "{:,.1f} ms"),
    "search_p99_ms": ("a search, p99", "{:,.1f} ms"),
    "join_p50_ms": ("a join, p50", "{:,.1f} ms"),
    "join_p99_ms": ("a join, p99", "{:,.1f} ms"),
}
"""What the figures are called, and how they are written."""


def fanout(server: TestedServer, workload: Workload) -> Measured:
    """Everybody reads what some send, at full load or at a rate."""
    with _load(server, workload) as load:
        said = texts(workload)
        load.join(workload.members)
        _run(load, workload, WARM_UP_SECONDS, said)
        before = server.idle_usage()
        run = _run(load, workload, workload.seconds, said)
        after, idle = server.usage(), server.idle_usage()
        figures = {
            "messages_per_second": run.messages / workload.seconds,
            "deliveries_per_second": run.deliveries / workload.seconds,
        }
        if workload.rate is not None:
            figures |= _latency(run)
        if before is not None and after is not None and idle is not None:
            cpu_seconds = max(TICK_SECONDS, after.cpu_seconds - before.cpu_seconds)
            idle_seconds = max(TICK_SECONDS, idle.cpu_seconds - before.cpu_seconds)
            figures |= {
                "deliveries_per_cpu_second": run.deliveries / cpu_seconds,
                "deliveries_per_cpu_second_idle": run.deliveries / idle_seconds,
                "cpu_us_per_delivery": cpu_seconds / run.deliveries * 1e6,
                "memory_mb": idle.memory_bytes / 1e6,
            }
        return Measured(figures, run.limits)


def sends(server: TestedServer, workload: Workload) -> Measured:
    """Everybody sends as fast as their messages are acknowledged."""
    with _load(server, workload) as load:
        load.join(workload.members)
        load.acknowledged(workload.members, WARM_UP_SECONDS, texts(workload), 1)
        one = load.acknowledged(workload.members, workload.seconds, texts(workload), 1)
        more = load.acknowledged(workload.members, workload.seconds, texts(workload), 16)
        return Measured(
            {
                "acknowledged_per_second": one.acknowledged / workload.seconds,
                "acknowledged_per_second_window_16": more.acknowledged / workload.seconds,
            },
            [*one.limits, *more.limits],
        )


def latency(server: TestedServer, workload: Workload) -> Measured:
    """How long a message takes from SEND until the last member has it."""
    with _load(server, workload) as load:
        rate = workload.rate or 100.0
        load.join(workload.members)
        load.at_rate(workload.senders, WARM_UP_SECONDS, texts(workload), rate)
        before = server.usage()
        run = load.at_rate(workload.senders, workload.seconds, texts(workload), rate)
        figures = {"messages_per_second": run.messages / workload.seconds, **_latency(run)}
        after = server.idle_usage()
        if before is not None and after is not None:
            figures["cpu_us_per_message"] = (after.cpu_seconds - before.cpu_seconds) / run.messages * 1e6
        return Measured(figures, run.limits)


def join(server: TestedServer, workload: Workload) -> Measured:
    """Everybody joins, one after another and then all at once, and is told of everybody else."""
    figures: dict[str, float] = {}
    for name, at_once in (("joins_per_second", False), ("joins_at_once_per_second", True)):
        with _load(server, workload) as load:
            before, start = server.usage(), time.perf_counter()
            load.join(1)
            load.join(workload.members - 1, at_once=at_once)
            load.hear_of_everyone()
            figures[name] = workload.members / (time.perf_counter() - start)
            after = server.idle_usage()
            if before is not None and after is not None and not at_once:
                figures["cpu_ms_per_join"] = (after.cpu_seconds - before.cpu_seconds) / workload.members * 1e3
    return Measured(figures)


def reconnect(server: TestedServer, workload: Workload) -> Measured:
    """Everybody loses the connection, and comes back at the same moment."""
    with _load(server, workload) as load:
        load.join(workload.members)
        start = time.perf_counter()
        seconds = sorted(load.come_back())
        return Measured(
            {
                "back_seconds": time.perf_counter() - start,
                "join_p50_ms": percentile(seconds, 0.5) * 1e3,
                "join_p99_ms": percentile(seconds, 0.99) * 1e3,
            }
        )


def idle(server: TestedServer, workload: Workload) -> Measured:
    """Everybody is online, and nobody says anything."""
    with _load(server, workload) as load:
        load.join(1)
        start = server.idle_usage()
        load.join(workload.members)
        before = server.idle_usage()
        time.sleep(workload.seconds)
        after = server.usage()
        if start is None or before is None or after is None:
            return Measured({}, ["the server's process cannot be seen"])
        return Measured(
            {
                "memory_at_start_mb": start.memory_bytes / 1e6,
                "memory_mb": after.memory_bytes / 1e6,
                "memory_kb_per_connection": (after.memory_bytes - start.memory_bytes) / workload.members / 1e3,
                "cpu_percent": (after.cpu_seconds - before.cpu_seconds) / workload.seconds * 100,
            }
        )


def history(server: TestedServer, workload: Workload) -> Measured:
    """Somebody reads pages of 50 messages, anywhere in the history."""
    return _asked(server, workload, "page", _pages(ASKED))


def search(server: TestedServer, workload: Workload) -> Measured:
    """Somebody searches for words."""
    return _asked(server, workload, "search", _searches(ASKED))


def mixed(server: TestedServer, workload: Workload) -> Measured:
    """A working day: people write, read, search, come and go, all at the same time."""
    _fill(server, workload)
    with contextlib.ExitStack() as loads:
        load = loads.enter_context(_load(server, workload))
        load.join(workload.members)
        reader, searcher, visitors = (loads.enter_context(_load(server, workload, processes=1)) for _ in range(3))
        reader.join(1)
        searcher.join(1)
        threads = loads.enter_context(ThreadPoolExecutor(3))
        before = server.idle_usage()
        others = {
            "page": threads.submit(reader.ask, _pages(math.ceil(10 * workload.seconds)), workload.seconds),
            "search": threads.submit(searcher.ask, _searches(math.ceil(2 * workload.seconds)), workload.seconds),
            "join": threads.submit(visitors.visit, workload.seconds, 2.0),
        }
        run = load.at_rate(workload.senders, workload.seconds, texts(workload), workload.rate or 50.0)
        figures = {"messages_per_second": run.messages / workload.seconds, **_latency(run)}
        for name, answers in others.items():
            seconds = sorted(answers.result())
            figures[f"{name}_p50_ms"] = percentile(seconds, 0.5) * 1e3
            figures[f"{name}_p99_ms"] = percentile(seconds, 0.99) * 1e3
        after = server.usage()
        if before is not None and after is not None:
            figures["cpu_percent"] = (after.cpu_seconds - before.cpu_seconds) / workload.seconds * 100
        return Measured(figures, run.limits)


Scenario = Literal["fanout", "sends", "latency", "join", "reconnect", "idle", "history", "search", "mixed"]

SCENARIOS: Final[dict[Scenario, Callable[[TestedServer, Workload], Measured]]] = {
    "fanout": fanout,
    "sends": sends,
    "latency": latency,
    "join": join,
    "reconnect": reconnect,
    "idle": idle,
    "history": history,
    "search": search,
    "mixed": mixed,
}
"""By the name on the command line."""


def _load(server: TestedServer, workload: Workload, processes: int | None = None) -> Load:
    name = secrets.token_hex(4)
    language = mentioning(f"bench-{name}-0-0") if workload.mentions else MUCA
    return Load(server.target(workload.transport, language), name, processes or workload.processes)


def _run(load: Load, workload: Workload, seconds: float, said: Sequence[bytes]) -> Run:
    if workload.rate is None:
        return load.at_full_load(workload.senders, seconds, said, workload.window)
    return load.at_rate(workload.senders, seconds, said, workload.rate)


def texts(workload: Workload) -> list[bytes]:
    """Make texts of words of a synthetic language, in which a word is as frequent as in a natural one."""
    chance = random.Random(1)
    weights = [1 / (rank + 5) for rank in range(len(_WORDS))]
    words = chance.choices(_WORDS, weights, k=workload.size * 100)
    text = " ".join(words).encode()
    return [text[start : start + workload.size] for start in range(0, 97 * workload.size, workload.size)]


_WORDS: Final = [
    a + b + c for a in "bdfgklmnprstvz" for b in ("a", "er", "i", "on", "u") for c in ("ka", "lo", "ten", "s")
]


def _pages(count: int) -> list[bytes]:
    """Make requests for history, anywhere."""
    chance = random.Random(2)
    return [
        b'{"CMD":"HISTORY","ROOM":"lobby","BEFORE":%d,"LIMIT":50,"ID":"a"}' % chance.randint(60, HISTORY_MESSAGES)
        for _ in range(count)
    ]


def _searches(count: int) -> list[bytes]:
    """Make searches, each for another word or two."""
    chance = random.Random(3)
    return [
        json.dumps({"CMD": "SEARCH", "QUERY": " ".join(chance.sample(_WORDS, 2)), "LIMIT": 20, "ID": "a"}).encode()
        for _ in range(count)
    ]


def _fill(server: TestedServer, workload: Workload) -> None:
    """Write a history, and wait until it is indexed."""
    with _load(server, workload, processes=1) as load:
        load.join(2)
        written = 0
        while written < HISTORY_MESSAGES:
            written += load.at_full_load(1, 0.2, texts(workload), workload.window).messages
    server.idle_usage()


def _asked(server: TestedServer, workload: Workload, name: str, requests: Sequence[bytes]) -> Measured:
    """Measure how long answers take, while nothing else happens."""
    _fill(server, workload)
    with _load(server, workload, processes=1) as load:
        load.join(1)
        seconds = sorted(load.ask(requests))
        return Measured(
            {
                "answers_per_second": len(seconds) / sum(seconds),
                f"{name}_p50_ms": percentile(seconds, 0.5) * 1e3,
                f"{name}_p99_ms": percentile(seconds, 0.99) * 1e3,
            }
        )


def _latency(run: Run) -> dict[str, float]:
    return {
        name: percentile(run.latencies, share) * 1e3
        for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("p999_ms", 0.999))
    }
