"""muca beside other chat servers: the same work, on the same processor, in turn, in one run.

Each server has one processor, and the load another one. A round measures every server once; the table has the medians
and the spread. What is not installed is left out by name.

    python -m benchmarks.compare [--rounds 3] [--seconds 4] [--out docs/benchmarks]
"""

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.peers.servers import PEERS, Peer, find
from benchmarks.plots import plot
from muca.bench.load import Load, Run, percentile
from muca.bench.report import machine
from muca.bench.scenarios import TICK_SECONDS, Workload, texts
from muca.bench.servers import TestedServer, own_server
from muca.bench.wires import BenchError, Target

START_SECONDS = 20.0
STOP_SECONDS = 20.0


class Work(NamedTuple):
    """What every server has to do."""

    key: str
    title: str
    members: int
    rate: float | None = None


WORKS = {
    work.key: work
    for work in (
        Work("full", "full load, 100 members", 100),
        Work("2000", "2,000 messages a second, 100 members", 100, 2_000.0),
        Work("500", "500 messages a second, 100 members", 100, 500.0),
        Work("100", "100 messages a second, 100 members", 100, 100.0),
        Work("crowd", "10 messages a second, 2,000 members", 2_000, 10.0),
    )
}
SENDERS = 10
WINDOW = 64


class Result(NamedTuple):
    """One server doing one work."""

    cpu_us: float
    """Server CPU a delivery, in microseconds, while it lasts."""
    idle_us: float
    """The same, until the server is idle again."""
    p50_ms: float
    p99_ms: float
    memory_kb: float
    """For each connection."""
    limits: list[str]


@contextlib.contextmanager
def peer_server(peer: Peer, program: str) -> Iterator[tuple[TestedServer, Target]]:
    """Start another server on a free port."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        command = peer.start(program, Path(folder), port)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder)
        try:
            assert process.stdout is not None
            if program == sys.executable or peer.program == "bun":
                port = int(next(line for line in process.stdout if line.startswith("ready")).split()[1])
            wait_for(port, process)
            server = TestedServer("127.0.0.1", {}, psutil.Process(process.pid), is_own=True)
            yield server, Target("127.0.0.1", port, peer.carrier, peer.language)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise BenchError(f"{process.args!r} did not start.")


@contextlib.contextmanager
def on_processor(number: int) -> Iterator[None]:
    """Let processes that are started now run on this processor alone, where the system can do that."""
    everywhere = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if everywhere:
        os.sched_setaffinity(0, {sorted(everywhere)[number]})
    try:
        yield
    finally:
        if everywhere:
            os.sched_setaffinity(0, everywhere)


@contextlib.contextmanager
def started(name: str) -> Iterator[tuple[TestedServer, Target]]:
    if name.startswith("muca"):
        with own_server() as server:
            yield server, server.target(name.partition(", ")[2].lower())
        return
    program = find(PEERS[name])
    assert program is not None
    with peer_server(PEERS[name], program) as found:
        yield found


def measure(name: str, work: Work, seconds: float) -> Result:
    """Let one server do one work."""
    said = texts(Workload())
    with on_processor(0), started(name) as (server, target), on_processor(-1), Load(target, "compare", 1) as load:
        load.join(1)
        start = server.idle_usage()
        load.join(work.members - 1)
        joined = server.idle_usage()
        run_one(load, work, 1.0, said)
        before = server.idle_usage()
        run = run_one(load, work, seconds, said)
        after, idle = server.usage(), server.idle_usage()
    assert start is not None
    assert joined is not None
    assert before is not None
    assert after is not None
    assert idle is not None
    return Result(
        cpu_us=max(TICK_SECONDS, after.cpu_seconds - before.cpu_seconds) / run.deliveries * 1e6,
        idle_us=max(TICK_SECONDS, idle.cpu_seconds - before.cpu_seconds) / run.deliveries * 1e6,
        p50_ms=percentile(run.latencies, 0.5) * 1e3,
        p99_ms=percentile(run.latencies, 0.99) * 1e3,
        memory_kb=(joined.memory_bytes - start.memory_bytes) / work.members / 1e3,
        limits=run.limits,
    )


def run_one(load: Load, work: Work, seconds: float, said: list[bytes]) -> Run:
    if work.rate is None:
        return load.at_full_load(SENDERS, seconds, said, WINDOW)
    return load.at_rate(SENDERS, seconds, said, work.rate)


def median(results: list[Result], figure: Callable[[Result], float]) -> float:
    return statistics.median(map(figure, results))


def table(work: Work, measured: dict[str, list[Result]]) -> str:
    """Return a Markdown table of one work: medians, and the spread of the CPU."""
    lines = [
        f"### {work.title[0].upper()}{work.title[1:]}",
        "",
        "| server | µs CPU a delivery (spread) | … until idle | p50 | p99 | KB a connection |",
        "|---|---|---|---|---|---|",
    ]
    for name, results in sorted(measured.items(), key=lambda item: median(item[1], lambda result: result.cpu_us)):
        each = sorted(result.cpu_us for result in results)
        latency = "–" if work.rate is None else f"{median(results, lambda result: result.p50_ms):.1f} ms"
        worst = "–" if work.rate is None else f"{median(results, lambda result: result.p99_ms):.1f} ms"
        memory = median(results, lambda result: result.memory_kb)
        note = " †" if any(result.limits for result in results) else ""
        lines.append(
            f"| {name}{note} | {median(results, lambda result: result.cpu_us):.2f} ({each[0]:.2f} to {each[-1]:.2f}) "
            f"| {median(results, lambda result: result.idle_us):.2f} | {latency} | {worst} | {memory:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure all in turn, and write the tables and plots."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--works", nargs="*", choices=WORKS, default=list(WORKS))
    parser.add_argument("--servers", nargs="*", default=["muca, TCP", "muca, WebSocket", *PEERS])
    parser.add_argument("--out", type=Path, help="folder for compare.md and the plots")
    options = parser.parse_args()
    missing = [name for name in options.servers if name in PEERS and find(PEERS[name]) is None]
    for name in missing:
        print(f"{name} is left out, because it is not installed: {PEERS[name].package}")
    names = [name for name in options.servers if name not in missing]
    pages = []
    for work in (WORKS[name] for name in options.works):
        measured: dict[str, list[Result]] = {}
        for number in range(options.rounds):
            for name in names:
                if name in PEERS and work.members > PEERS[name].members_max:
                    continue
                try:
                    measured.setdefault(name, []).append(measure(name, work, options.seconds))
                except BenchError as error:
                    print(f"{name}, {work.title}, round {number + 1}: {error}", file=sys.stderr)
        pages.append(table(work, {name: results for name, results in measured.items() if results}))
        print(f"\n{pages[-1]}", flush=True)
        if options.out is not None:
            bars = {
                name: median(results, lambda result: result.cpu_us) for name, results in measured.items() if results
            }
            plot(options.out / f"{work.key}.svg", f"{work.title}: µs CPU a delivery", bars)
    if options.out is not None:
        left_out = "".join(f"\n{name} was left out: it was not installed." for name in missing)
        settings = "\n".join(f"- {name}: {PEERS[name].settings}" for name in names if name in PEERS)
        text = f"{machine()}\n\n{settings}\n{left_out}\n\n" + "\n\n".join(pages)
        (options.out / "compare.md").write_text(f"# muca beside other servers\n\n{text}\n", "utf-8")


if __name__ == "__main__":
    main()
