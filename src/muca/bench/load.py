"""A load spread over processes, so that it is not the bottleneck; and whether it was."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from muca.bench.crowd import Crowd, Sent, Settled
from muca.bench.wires import BenchError, Target

PROCESSES_MAX: Final = 8
LATE_SECONDS: Final = 0.05
BUSY: Final = 0.9
"""The share of a processor above which a process of the load may have been the bottleneck."""
START_SECONDS: Final = 30.0


class Run(NamedTuple):
    """One run of a load."""

    messages: int
    acknowledged: int
    deliveries: int
    latencies: list[float]
    """Seconds from SEND until the last member had the message, for the timed ones, in ascending order."""
    limits: list[str]
    """How the load itself was too slow, for people."""


class Load:
    """Members of a chat, in several processes. Use it as a context manager: it ends the processes.

    ``name`` distinguishes the user ids from those of other loads: ``bench-NAME-0-0`` is the first one.
    """

    def __init__(self, target: Target, name: str, processes: int | None = None) -> None:
        count = processes or min(PROCESSES_MAX, max(1, (os.cpu_count() or 1) - 1))
        self._members = [0] * count
        self._pipes: list[Connection] = []
        self._processes = contextlib.ExitStack()
        spawn = multiprocessing.get_context("spawn")
        for index in range(count):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=work, args=(theirs, target, name, index), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.callback(process.join)
            self._processes.callback(ours.close)

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.close()

    def join(self, members: int, *, at_once: bool = False) -> list[float]:
        """Let more members join. Returns how long each took, in seconds."""
        shares = list(_shares(members, len(self._pipes)))
        self._members = [before + more for before, more in zip(self._members, shares, strict=True)]
        if at_once:
            found = self._all(Crowd.join, [(share, True) for share in shares])
        else:
            found = [self._one(index, Crowd.join, share) for index, share in enumerate(shares)]
        return [seconds for some in found for seconds in some]

    def hear_of_everyone(self) -> None:
        """Wait until the first member was told of everyone who joined after it."""
        self._one(0, Crowd.hear_of, sum(self._members) - 1)

    def come_back(self) -> list[float]:
        """Cut all connections, and let everyone join again at once. Returns as ``join`` does."""
        found = self._all(Crowd.come_back, [()] * len(self._pipes))
        return [seconds for some in found for seconds in some]

    def visit(self, seconds: float, rate: float) -> list[float]:
        """Let so many people a second come, each of whom leaves at once. Returns as ``join`` does."""
        found: list[float] = self._one(0, Crowd.visit, seconds, rate)
        return found

    def ask(self, requests: Sequence[bytes], seconds: float = 0.0) -> list[float]:
        """Let one member send requests, with the ID ``a``, each after the answer to the previous one.

        ``seconds``: over how long they are spread. Returns how long each took, in seconds.
        """
        taken: list[float] = self._one(0, Crowd.ask, requests, seconds)
        return taken

    def at_rate(self, senders: int, seconds: float, texts: Sequence[bytes], rate: float) -> Run:
        """Send so many messages a second."""
        return self._settle(
            self._all(
                Crowd.run_at_rate,
                [
                    (share, seconds, texts, rate * share / max(1, senders))
                    for share in _shares(senders, len(self._pipes))
                ],
            )
        )

    def at_full_load(self, senders: int, seconds: float, texts: Sequence[bytes], window: int) -> Run:
        """Send as fast as the server delivers."""
        shares = _shares(senders, len(self._pipes))
        return self._settle(
            self._all(Crowd.run_at_full_load, [(share, seconds, texts, window, share / senders) for share in shares])
        )

    def acknowledged(self, senders: int, seconds: float, texts: Sequence[bytes], window: int) -> Run:
        """Send as fast as the server acknowledges."""
        shares = _shares(senders, len(self._pipes))
        return self._settle(self._all(Crowd.run_acknowledged, [(share, seconds, texts, window) for share in shares]))

    def _settle(self, sent: list[Sent]) -> Run:
        """Wait for everything that is under way."""
        messages = sum(part.messages for part in sent)
        received: list[Settled] = self._all(Crowd.settle, [(messages,)] * len(self._pipes))
        sent_at = {number: at for part in received for number, at in part.sent_at.items()}
        heard = [part.heard_at for part in received]
        latencies = sorted(max(part.get(number, at) for part in heard) - at for number, at in sent_at.items())
        return Run(
            messages,
            sum(part.acknowledged for part in sent),
            sum(part.deliveries for part in received),
            latencies,
            problems(sent),
        )

    def _one(self, index: int, method: Callable[..., Any], *arguments: object) -> Any:
        self._pipes[index].send((method.__name__, arguments))
        return self._answer(index)

    def _all(self, method: Callable[..., Any], arguments: Iterable[tuple[object, ...]]) -> list[Any]:
        """Call a method of every crowd at the same time."""
        for pipe, its in zip(self._pipes, arguments, strict=True):
            pipe.send((method.__name__, its))
        return [self._answer(index) for index in range(len(self._pipes))]

    def _answer(self, index: int) -> Any:
        try:
            answer = self._pipes[index].recv()
        except EOFError:
            raise BenchError("A process of the load has ended.") from None
        if isinstance(answer, BenchError):
            raise answer
        return answer


def problems(sent: Sequence[Sent]) -> list[str]:
    """Say for people how the load itself was too slow."""
    found = []
    if (late := max(part.late_seconds for part in sent)) > LATE_SECONDS:
        found.append(f"the load was up to {late * 1_000:.0f} ms behind its schedule")
    if (busy := max(part.busy for part in sent)) > BUSY:
        found.append(f"a process of the load used {busy:.0%} of a processor")
    return found


def percentile(ascending: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies; NaN if there are none."""
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))] if ascending else float("nan")


def _shares(total: int, parts: int) -> Iterator[int]:
    """Split as evenly as possible; the first parts get the rest."""
    for part in range(parts):
        yield (total + parts - 1 - part) // parts


def work(pipe: Connection, target: Target, name: str, index: int) -> None:
    """Do what comes through the pipe until it is closed; in between, read what arrives."""
    crowd = Crowd(target, name, index)
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            try:
                while not pipe.poll():
                    crowd.read(0.02)
                method, arguments = pipe.recv()
                answer = getattr(crowd, method)(*arguments)
            except BenchError as error:
                answer = error
                pipe.send(answer)
                return
            pipe.send(answer)
