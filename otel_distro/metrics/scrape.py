"""Serves this process's metrics to a Prometheus scraper, as `OTEL_METRICS_EXPORTER=prometheus` asks.

The SDK's configurator creates the reader by its entry point, beside the one that sends. Each
process listens on a port of its own: the first free one from `OTEL_EXPORTER_PROMETHEUS_PORT` on. A
port that is taken is said on standard error, and never stops the application.
https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/prometheus/
"""

import threading
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any
from wsgiref.simple_server import WSGIServer

from opentelemetry.sdk.metrics.export import MetricReader, MetricsData
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client import Metric as Family
from prometheus_client.registry import Collector

from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.stderr import write_line
from otel_distro.failsafe import failsafe
from otel_distro.metrics.aliases import with_aliases
from otel_distro.metrics.exposition import families_of
from otel_distro.variables.metric_aliases import Alias

_PORTS_TRIED = 64

Collect = Callable[[], Iterable[Family]]


class ScrapeEndpoint:
    """The HTTP server that a scraper asks.

    Args:
        host: the address to listen on; the name of loopback means its IPv4 address.
        port: the first port to try.
        notes: gets a word on where it listens, for `otel-distro status`.
    """

    def __init__(self, host: str, port: int, notes: MutableMapping[str, str]) -> None:
        self._host = "127.0.0.1" if host == "localhost" else host
        self._port = port
        self._notes = notes
        self._server: WSGIServer | None = None
        self._opened: list[WSGIServer] = []

    @property
    def url(self) -> str | None:
        """Where a scraper finds it; `None` where it does not listen."""
        if self._server is None:
            return None
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.server_port}/metrics"

    @failsafe
    def open(self, collect: Collect) -> None:
        """Listen on the first free port, in a thread of its own.

        Args:
            collect: called for each scrape.
        """
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(collect))
        problem: OSError | None = None
        for port in range(self._port, min(self._port + _PORTS_TRIED, 65536)):
            try:
                self._server, _ = start_http_server(port, self._host, registry)
            except OSError as error:
                problem = problem or error
            else:
                self._opened.append(self._server)
                break
        self._tell(problem)

    @failsafe
    def close(self) -> None:
        """Listen no more; never waits."""
        server, self._server = self._server, None
        if server is not None:
            threading.Thread(
                name="otel-distro-scrape-end", target=_close, args=(server,), daemon=True
            ).start()

    def abandon(self) -> None:
        """Close what a forked child has inherited: the port is its parent's, which may be closing it yet."""
        for server in self._opened:
            server.socket.close()
        self._opened.clear()
        self._server = None

    def _tell(self, problem: OSError | None) -> None:
        if self._server is None:
            where = f"nowhere, as {self._host} takes nobody on port {self._port} and above: {problem}"
        else:
            where = f"on {self.url}"
        self._notes["metrics for a scraper"] = where
        if problem is not None:
            write_line(f"port {self._port} is taken: metrics for a scraper are {where}")


def _close(server: WSGIServer) -> None:
    server.shutdown()
    server.server_close()


class ScrapeReader(MetricReader):
    """Collects when it is asked.

    Args:
        endpoint: asks; listens from now on, in a forked child from its first record on.
        delivery: says whether this process reports at all.
        aliases: further names of metrics.
    """

    def __init__(self, endpoint: ScrapeEndpoint, delivery: Delivery, aliases: Sequence[Alias] = ()) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._aliases = aliases
        self._reset()
        delivery.on_fork(self._begin_in_child)
        delivery.gate.on_want(self._listen)
        delivery.gate.on_silence(endpoint.close)
        self._listen()

    def _reset(self) -> None:
        self._collecting = threading.Lock()
        self._collected: MetricsData | None = None
        self._listening = False

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            self._endpoint.open(self.families)

    def _begin_in_child(self) -> None:
        self._endpoint.abandon()
        self._reset()

    def families(self) -> Iterable[Family]:
        """Collect, and return what a scraper is shown."""
        with self._collecting:
            self._collected = None
            self.collect()
            data = self._collected
        return () if data is None else families_of(with_aliases(data, self._aliases))

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Do nothing: the endpoint ends with the process."""

    def _receive_metrics(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> None:
        self._collected = metrics_data


class _Collector(Collector):
    """What the server's registry asks."""

    def __init__(self, collect: Collect) -> None:
        self._collect = collect

    def collect(self) -> Iterable[Family]:
        return self._collect()
