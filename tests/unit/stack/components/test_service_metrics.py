"""The distribution takes the buckets and names that the stack gives the service."""

from otel_distro import settings
from otel_distro.variables.histogram_buckets import histogram_buckets
from otel_distro.variables.metric_aliases import metric_aliases
from stack.components.service_metrics import NAMES, metrics_environ


def test_every_value_is_usable() -> None:
    """A bad one would be replaced by a default, with a line that nobody reads."""
    in_force = settings.from_environ({**metrics_environ(9464), "OTEL_DISTRO_SCRAPED_NAMES": NAMES})

    assert in_force.problems == ()
    assert in_force.prometheus_port == 9464
    assert set(histogram_buckets(in_force.histogram_buckets or "")) == {
        *("http.server.request.duration", "http.client.request.duration", "db.client.operation.duration"),
    }
    assert [alias.name for alias in metric_aliases(in_force.scraped_names or "")] == [
        "travel_crm.http.request.duration",
        "travel_crm.http.requests",
        "travel_crm.active_connections",
        "travel_crm.db.query.duration",
    ]
