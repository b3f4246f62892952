"""How the service's metrics leave it: to the Collector and to a scraper, with the team's buckets and names.

The names are those that `collector/config/travel-crm.yaml` makes for what goes to the Collector.
"""

_HTTP = "0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2,5,10"
_DATABASE = "0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2,5"
_REQUEST_LABELS = "{http.request.method:method,http.route:route,http.response.status_code:status_code}"
_COMMAND_LABELS = "{db.operation.name:operation,db.collection.name:collection}"

BUCKETS = (
    f"http.server.request.duration={_HTTP};"
    f"http.client.request.duration={_HTTP};"
    f"db.client.operation.duration={_DATABASE}"
)
"""The team's bounds, 0.1 to 10 s and 0.01 to 5 s, and finer ones below and between."""

NAMES = (
    f"http.server.request.duration=travel_crm.http.request.duration{_REQUEST_LABELS};"
    f"count(http.server.request.duration)=travel_crm.http.requests{_REQUEST_LABELS};"
    "sum(http.server.active_requests)=travel_crm.active_connections;"
    f"db.client.operation.duration=travel_crm.db.query.duration{_COMMAND_LABELS}"
)
"""The team's names for what the semantic conventions measure, of the CRM's own processes."""


def metrics_environ(port: int) -> dict[str, str]:
    """Return the variables of a process that is scraped on a port.

    Args:
        port: of its page; where it is taken, the process says so and takes the next one.
    """
    return {
        # Metrics are on the page seconds after a request, not a minute.
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
        "OTEL_METRICS_EXPORTER": "otlp,prometheus",
        "OTEL_EXPORTER_PROMETHEUS_PORT": str(port),
        "OTEL_DISTRO_HISTOGRAM_BUCKETS": BUCKETS,
    }
