"""``GET /metrics``: the server's metrics for Prometheus, collected on request."""

import hmac
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

import psutil
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from muca.model.errors import ErrorCode
from muca.server.conditions import Condition
from muca.server.figures import COMMIT_SECONDS
from muca.server.runtime import Runtime
from muca.server.web.answers import Failed
from muca.server.web.asker import ASKER

_CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Collector):
    """The collector for Prometheus.

    Args:
        runtime: the source of the metrics.
        answers: counts of HTTP responses by route and status.
    """

    def __init__(self, runtime: Runtime, answers: Counter[tuple[str, int]]) -> None:
        self._runtime = runtime
        self._answers = answers
        self._process = psutil.Process()

    def collect(self) -> Iterator[Metric]:
        """Yield the current value of every metric."""
        runtime, figures = self._runtime, self._runtime.figures
        connections = GaugeMetricFamily("muca_connections", "Open connections.", labels=("transport", "dialect"))
        open_now = Counter((connection.over_tls, connection.speaks) for connection in runtime.connections.values())
        for (over_tls, speaks), count in sorted(open_now.items()):
            connections.add_metric(("tls" if over_tls else "tcp", speaks), count)
        yield connections
        yield GaugeMetricFamily("muca_sessions", "Sessions.", value=runtime.hub.session_count)
        yield GaugeMetricFamily("muca_peers", "People who are online.", value=runtime.hub.peer_count)
        yield CounterMetricFamily("muca_messages", "Messages stored.", value=figures.messages)
        yield CounterMetricFamily(
            "muca_deliveries", "Pushes to rooms, one for each recipient.", value=figures.deliveries
        )
        yield HistogramMetricFamily(
            "muca_commit_seconds",
            "Commits to disk, with their duration.",
            buckets=list(zip([*map(str, COMMIT_SECONDS), "+Inf"], accumulate(figures.commits), strict=True)),
            sum_value=figures.commit_seconds,
        )
        waiting = GaugeMetricFamily("muca_store_waiting", "Requests that wait for the store.", labels=("what",))
        waiting.add_metric(("write",), runtime.store.writes_waiting)
        waiting.add_metric(("read",), runtime.store.reads_waiting)
        yield waiting
        failing = GaugeMetricFamily("muca_storage_failing", "1 while this is not working.", labels=("what",))
        for condition in Condition:
            failing.add_metric((condition.value,), condition in runtime.conditions.now)
        yield failing
        yield GaugeMetricFamily(
            "muca_backup_time_seconds", "Unix time of the newest backup; 0: none.", value=figures.backup_at
        )
        closes = CounterMetricFamily("muca_closes", "Connections that the server closed.", labels=("reason",))
        for reason, count in sorted(figures.closes.items()):
            closes.add_metric((reason,), count)
        yield closes
        answers = CounterMetricFamily("muca_http_answers", "HTTP requests answered.", labels=("route", "status"))
        for (route, status), count in sorted(self._answers.items()):
            answers.add_metric((route, str(status)), count)
        yield answers
        memory = self._process.memory_info().rss
        yield GaugeMetricFamily("process_resident_memory_bytes", "Memory of the process.", value=memory)


def routes(metrics: Metrics, token: str | None) -> list[web.RouteDef]:
    """Return the route; with the ``token``, requests are allowed from anywhere, otherwise only from this machine."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(metrics)

    async def get(request: web.Request) -> web.Response:
        _check(request, token)
        headers = {"Content-Type": _CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=generate_latest(registry), headers=headers)

    return [web.get("/metrics", get)]


def _check(request: web.Request, token: str | None) -> None:
    """Refuse strangers; without a token, do not even reveal that there are metrics."""
    if request[ASKER].is_here:
        return
    if token is None:
        raise Failed(ErrorCode.NOT_FOUND)
    said = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    if not hmac.compare_digest(said, f"Bearer {token}".encode()):
        raise Failed(
            ErrorCode.NOT_ALLOWED, "Send “Authorization: Bearer …” with the server's metrics_token.", status=401
        )
