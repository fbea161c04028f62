"""A load spread over processes."""

import math
from pathlib import Path

import pytest

from muca.bench.crowd import Sent
from muca.bench.load import BUSY, LATE_SECONDS, Load, percentile, problems
from muca.bench.servers import own_server
from muca.bench.wires import CARRIERS, BenchError, Target


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile([1.0, 2.0, 3.0, 4.0], share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 3.0, 4.0, 4.0]
    assert math.isnan(percentile([], 0.5))


def test_a_load_that_is_the_bottleneck_says_so() -> None:
    fine = Sent(1, 1, LATE_SECONDS, BUSY)
    assert problems([fine]) == []
    assert "behind its schedule" in problems([fine, fine._replace(late_seconds=0.2)])[0]
    assert "97% of a processor" in problems([fine, fine._replace(busy=0.97)])[0]


def test_processes_share_members_and_senders_and_account_for_everything() -> None:
    with own_server() as server, Load(server.target("tcp"), "test", 3) as load:
        assert len(load.join(7)) == 7
        assert len(load.join(4, at_once=True)) == 4
        load.hear_of_everyone()
        for run in (
            load.at_rate(2, 0.3, [b"Hello"], 50.0),
            load.at_full_load(4, 0.3, [b"Hello"], 4),
            load.acknowledged(5, 0.3, [b"Hello"], 2),
        ):
            assert run.messages > 0
            assert run.deliveries == run.messages * 11
        assert len(load.come_back()) == 11
        assert load.at_rate(1, 0.2, [b"Hello"], 20.0).latencies


def test_an_error_in_a_process_is_raised_here(tmp_path: Path) -> None:
    with Load(Target("127.0.0.1", 1, CARRIERS["tcp"]), "test", 2) as load, pytest.raises(BenchError, match="reach"):
        load.join(2)
