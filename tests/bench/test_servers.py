"""Where the load goes."""

import asyncio
from pathlib import Path

import pytest

from muca.bench.scenarios import SCENARIOS, Measured, Workload
from muca.bench.servers import running_server
from muca.bench.wires import BenchError
from tests.serving import ServerProcess
from tests.wire import Wire


def measured(address: str) -> Measured:
    with running_server(address) as server:
        return SCENARIOS["fanout"](server, Workload(members=3, senders=1, rate=20.0, seconds=0.4))


async def test_a_running_server_is_measured_with_its_process(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as server:
        figures = (await asyncio.to_thread(measured, f"127.0.0.1:{server.port}")).figures
    assert figures["deliveries_per_second"] == pytest.approx(3 * figures["messages_per_second"])
    assert figures["memory_mb"] > 0


async def test_nobody_who_is_online_gets_a_load(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as server, Wire(server.port) as mary:
        await mary.join("Mary", "mary@lab")
        with pytest.raises(BenchError, match="People are online"):
            await asyncio.to_thread(measured, f"127.0.0.1:{server.port}")


@pytest.mark.parametrize("address", ["", "somewhere", "host:", "host:port", ":40452"])
def test_an_address_names_a_host_and_a_port(address: str) -> None:
    with pytest.raises(BenchError, match="is not an address such as localhost:40452"):
        measured(address)


async def test_a_transport_that_the_server_does_not_have_is_named(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as process:
        with running_server(f"127.0.0.1:{process.port}") as server, pytest.raises(BenchError, match="listen for tls"):
            server.target("tls")
