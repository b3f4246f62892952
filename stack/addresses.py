"""Where the parts of a running stack are found, and the links that lead into them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from stack.ports import LOOPBACK
from stack.settings import Ports


@dataclass(frozen=True)
class Addresses:
    """The URLs of a stack on the given ports, without a slash at the end."""

    ports: Ports

    @property
    def api(self) -> str:
        """Return the Travel CRM's API."""
        return self._http("api")

    @property
    def viewer(self) -> str:
        """Return the viewer inside the embedded profile's Collector."""
        return self._http("viewer")

    @property
    def collector(self) -> str:
        """Return the Collector's OTLP receiver over HTTP."""
        return self._http("otlp_http")

    @property
    def collector_health(self) -> str:
        """Return the Collector's health check."""
        return self._http("collector_health")

    @property
    def collector_metrics(self) -> str:
        """Return the Collector's own metrics."""
        return f"{self._http('collector_metrics')}/metrics"

    @property
    def service_metrics(self) -> str:
        """Return the service's metrics, as the Collector offers them to a scraper."""
        return f"{self._http('collector_prometheus')}/metrics"

    @property
    def tempo(self) -> str:
        """Return Tempo."""
        return self._http("tempo")

    @property
    def loki(self) -> str:
        """Return Loki."""
        return self._http("loki")

    @property
    def prometheus(self) -> str:
        """Return Prometheus."""
        return self._http("prometheus")

    @property
    def alertmanager(self) -> str:
        """Return Alertmanager."""
        return self._http("alertmanager")

    @property
    def mailpit(self) -> str:
        """Return mailpit's page and API."""
        return self._http("mailpit")

    @property
    def bugsink(self) -> str:
        """Return Bugsink's page and API."""
        return self._http("bugsink")

    @property
    def mongodb(self) -> str:
        """Return MongoDB, with the service's database."""
        return f"mongodb://{LOOPBACK}:{self.ports.mongodb}/travel_crm"

    @property
    def redis(self) -> str:
        """Return Redis, with the service's database."""
        return f"redis://{LOOPBACK}:{self.ports.redis}/0"

    @property
    def smtp(self) -> str:
        """Return the mail server."""
        return f"smtp://{LOOPBACK}:{self.ports.smtp}"

    def viewer_trace(self, trace_id: str) -> str:
        """Return the viewer's page of a trace."""
        return f"{self.viewer}/traces/{trace_id}"

    def tempo_trace(self, trace_id: str) -> str:
        """Return the trace in Tempo."""
        return f"{self.tempo}/api/traces/{trace_id}"

    def loki_records(self, trace_id: str) -> str:
        """Return the log records of a trace in Loki."""
        query = urlencode({"query": f'{{service_name=~"travel-crm-.*"}} | trace_id="{trace_id}"'})
        return f"{self.loki}/loki/api/v1/query_range?{query}"

    def prometheus_exemplars(self, start: float, end: float) -> str:
        """Return the exemplars of the API's request durations between two times in seconds since 1970."""
        query = urlencode(
            {"query": "http_server_request_duration_seconds_bucket", "start": int(start), "end": int(end)}
        )
        return f"{self.prometheus}/api/v1/query_exemplars?{query}"

    def _http(self, port: str) -> str:
        return f"http://{LOOPBACK}:{self.ports.number(port)}"
