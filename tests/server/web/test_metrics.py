"""GET /metrics: what Prometheus reads, and who may."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from muca.server.web import asker
from tests.server.web.http import answer, ask
from tests.serving import serving
from tests.websocket import WebSocketWire
from tests.wire import Wire

TOKEN = "a-token-for-metrics"


async def figures(port: int) -> dict[str, float]:
    """Ask; give each sample by name and labels."""
    told = await ask(port, "/metrics")
    assert told.status == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(told.body.decode())
        for sample in family.samples
    }


async def test_what_happens_is_counted(tmp_path: Path) -> None:
    """Two members over two ways and one of the first generation; one leaves."""
    async with serving(tmp_path) as server, WebSocketWire(server.port) as tony, Wire(server.port) as mary:
        await tony.join("Tony", "tony")
        await mary.join("Mary", "mary")
        async with Wire(server.port) as old:
            await old.join_v1("Old", "old")
            for told in (tony, mary):
                await told.until("PEER", UID="old")
            before = await figures(server.port)
            for number in range(3):
                await tony.ask(CMD="SEND", TO=[], MSG="hi", ID=str(number))
                await old.until("MSG")
            await tony.ask(CMD="SEND", TO=[], MSG="hi", ID="2")
            after = await figures(server.port)
            assert after["muca_connections v1 tcp"] == 1
        assert after["muca_connections v2 tcp"] == after["muca_connections websocket tcp"] == 1
        assert after["muca_connections http tcp"] >= 1
        assert (after["muca_sessions"], after["muca_peers"]) == (3, 3)
        assert after["muca_messages_total"] - before["muca_messages_total"] == 3
        assert after["muca_deliveries_total"] - before["muca_deliveries_total"] == 9
        assert after["muca_commit_seconds_count"] - before["muca_commit_seconds_count"] == 4
        assert after["muca_commit_seconds_bucket +Inf"] == after["muca_commit_seconds_count"]
        assert after["muca_commit_seconds_sum"] > before["muca_commit_seconds_sum"]
        assert after["muca_store_waiting write"] == after["muca_store_waiting read"] == 0
        assert after["muca_http_answers_total /metrics 200"] == 1
        assert after["process_resident_memory_bytes"] > 1_000_000
        await mary.ask(CMD="LEAVE", ID="l")
        assert await mary.ended()
        await ask(server.port, "/nothing/at/all")
        last = await figures(server.port)
        assert last["muca_closes_total left"] >= 1
        assert last["muca_http_answers_total none 404"] == 1


async def test_two_servers_in_one_process_count_apart(tmp_path: Path) -> None:
    async with serving(tmp_path / "a") as one, serving(tmp_path / "b") as other, Wire(one.port) as wire:
        await wire.join("Tony", "tony")
        assert ((await figures(one.port))["muca_peers"], (await figures(other.port))["muca_peers"]) == (1, 0)


@pytest.mark.parametrize("token", [None, TOKEN])
async def test_strangers_are_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str | None) -> None:
    """This machine may ask, unless it asks for another one: a reverse proxy does."""
    refusal = 404 if token is None else 401
    right = {"Authorization": f"Bearer {TOKEN}"}
    async with serving(tmp_path, metrics_token=token) as server:
        assert (await ask(server.port, "/metrics")).status == 200
        for name in ("Forwarded", "Via", "X_Forwarded_For", "X_Forwarded_Host", "X_Real_IP"):
            assert (await ask(server.port, "/metrics", **{name: "192.0.2.1"})).status == refusal
        monkeypatch.setattr(asker, "is_loopback", lambda _: False)
        assert (await ask(server.port, "/metrics")).status == refusal
        assert (await ask(server.port, "/metrics", Authorization=f"Bearer {TOKEN}x")).status == refusal
        async with Wire(server.port) as wire:
            wire.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\r\n\r\n")
            assert (await answer(wire)).status == refusal
        assert (await ask(server.port, "/metrics", **right)).status == (404 if token is None else 200)
