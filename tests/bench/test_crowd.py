"""The load of one process: marks in any pieces, and nothing that is lost or comes twice goes unnoticed."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.bench.crowd import Crowd
from muca.bench.wires import CARRIERS, BenchError, Target

DEADLINE_SECONDS = 30.0
JOINED = b'{"CMD":"ACK","TYPE":"OKAY","RE":"j","DATA":{"ROOMS":[{"ROOM":"lobby"}],"TOKEN":"secret"}}\n'
DELIVERED = b'{"CMD":"MSG","ROOM":"lobby","FROM":"bench","MSG":"\\"CMD\\":\\"MSG\\" is no mark"}\n'
ACKNOWLEDGED = b'{"CMD":"ACK","TYPE":"OKAY","RE":"s0-1","DATA":{"ROOM":"lobby"}}\n'


class Scripted:
    """A server for one client: it says ``pieces``, one by one, and then waits until the client leaves."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.target = Target("127.0.0.1", self._listener.getsockname()[1], CARRIERS["tcp"])

    def __enter__(self) -> Target:
        self._thread.start()
        return self.target

    def __exit__(self, *_: object) -> None:
        self._thread.join(DEADLINE_SECONDS)
        self._listener.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in self._pieces:
                client.sendall(piece)
            client.settimeout(DEADLINE_SECONDS)
            while client.recv(1 << 16):
                pass


def cut(content: bytes, places: list[int]) -> Iterator[bytes]:
    bounds = [0, *sorted(place % len(content) for place in places), len(content)]
    return (content[begin:end] for begin, end in itertools.pairwise(bounds) if begin < end)


@given(st.integers(1, 5), st.lists(st.integers(0, 10_000), max_size=8))
def test_deliveries_are_counted_in_whatever_pieces_they_come(count: int, places: list[int]) -> None:
    with Scripted(list(cut(JOINED + DELIVERED * count, places))) as target:
        crowd = Crowd(target, "test", 0)
        try:
            crowd.join(1)
            assert crowd.settle(count).deliveries == count
        finally:
            crowd.leave()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (DELIVERED * 3, "got 3 messages instead of 2"),
        (DELIVERED, "Deliveries are missing"),
        (DELIVERED * 2 + b'{"CMD":"BYE","CODE":"slow_reader","TEXT":"You read too slowly."}\n', "You read too slowly"),
        (b'{"CMD":"ACK","TYPE":"FAIL","RE":"s0-1","CODE":"slow_down","TEXT":"Wait."}\n', "refused .* Wait"),
    ],
)
def test_what_is_lost_repeated_or_refused_is_said(said: bytes, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muca.bench.crowd.QUIET_SECONDS", 0.3)
    with Scripted([JOINED + said]) as target:
        crowd = Crowd(target, "test", 0)
        try:
            with pytest.raises(BenchError, match=complaint):
                crowd.settle(2 * len(crowd.join(1)))
        finally:
            crowd.leave()


def test_a_message_without_an_acknowledgement_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muca.bench.crowd.QUIET_SECONDS", 0.3)
    with Scripted([JOINED, DELIVERED]) as target:
        crowd = Crowd(target, "test", 0)
        try:
            crowd.join(1)
            sent = crowd.run_acknowledged(1, 0.05, [b"Hello"], 1)
            assert (sent.messages, sent.acknowledged) == (1, 0)
            with pytest.raises(BenchError, match="not acknowledged"):
                crowd.settle(1)
        finally:
            crowd.leave()


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(BenchError, match=f"cannot reach 127.0.0.1, port {port}"):
        Crowd(Target("127.0.0.1", port, CARRIERS["tcp"]), "test", 0).join(1)


@pytest.mark.parametrize("run", [Crowd.run_at_rate, Crowd.run_at_full_load])
def test_who_sends_nothing_still_reads(run: Callable[..., object]) -> None:
    """A process of the load may have only readers."""
    with Scripted([JOINED + DELIVERED + ACKNOWLEDGED]) as target:
        crowd = Crowd(target, "test", 0)
        try:
            crowd.join(1)
            run(crowd, 0, 0.05, [b"Hello"], 1, *([0.0] if run is Crowd.run_at_full_load else []))
            assert crowd.settle(1).deliveries == 1
        finally:
            crowd.leave()
