"""A smoke run of every scenario, in which each delivery is accounted for by the load itself."""

import math

import pytest

from muca.bench import scenarios
from muca.bench.scenarios import FIGURES, SCENARIOS, Scenario, Workload
from muca.bench.servers import own_server

SMALL = Workload(members=12, senders=3, seconds=0.4, window=8, processes=2)


@pytest.fixture(autouse=True)
def _short_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "HISTORY_MESSAGES", 200)
    monkeypatch.setattr(scenarios, "ASKED", 20)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_gives_its_figures(name: Scenario) -> None:
    with own_server() as server:
        figures = SCENARIOS[name](server, SMALL).figures
    assert figures
    assert figures.keys() <= FIGURES.keys()
    assert all(math.isfinite(value) and value >= 0 for value in figures.values()), figures


@pytest.mark.parametrize("transport", ["tls", "websocket"])
@pytest.mark.parametrize("rate", [None, 50.0])
def test_members_may_come_over_any_transport(transport: str, rate: float | None) -> None:
    with own_server() as server:
        figures = SCENARIOS["fanout"](server, SMALL._replace(transport=transport, rate=rate, mentions=True)).figures
    assert figures["deliveries_per_second"] == pytest.approx(12 * figures["messages_per_second"])
    assert ("p99_ms" in figures) == (rate is not None)
