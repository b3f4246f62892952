"""The account as metrics, in the names of the semantic conventions."""

import re
from pathlib import Path
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.semconv._incubating.metrics import otel_metrics

from otel_distro.delivery import account_metrics
from otel_distro.delivery.account import Account
from otel_distro.delivery.account_metrics import create_account_metrics
from otel_distro.delivery.settings import DeliverySettings, Destination

EXPORTER = {
    "otel.component.type": "otlp_http_span_exporter",
    "otel.component.name": "otlp_http_span_exporter/0",
    "server.address": "collector",
    "server.port": 4318,
}
PROCESSOR = {
    "otel.component.type": "batching_span_processor",
    "otel.component.name": "batching_span_processor/0",
}


def _collect(account: Account) -> dict[str, list[tuple[dict[str, Any], float]]]:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    settings = DeliverySettings(
        destinations={
            "traces": Destination("http://collector:4318/v1/traces"),
            "metrics": Destination("collector:4317", "grpc"),
        }
    )
    create_account_metrics(provider, account, settings)
    data: Any = reader.get_metrics_data()
    metrics = data.resource_metrics[0].scope_metrics[0].metrics
    return {m.name: [(dict(p.attributes), p.value) for p in m.data.data_points] for m in metrics}


def test_the_account_is_reported() -> None:
    """Delivered without error type, dropped with its reason, the rest in flight."""
    account = Account()
    account.watch("traces", lambda: 7)
    account.accept("traces", 100)
    account.recover("traces", 20)
    account.drop("traces", 5, "queue_full")
    account.deliver("traces", 60, "queued")
    account.spool("traces", 10)
    account.drop("traces", 3, "rejected", "spooled")

    found = _collect(account)

    assert found["otel.sdk.exporter.span.exported"] == [
        (EXPORTER, 60),
        ({**EXPORTER, "error.type": "rejected"}, 3),
    ]
    assert found["otel.sdk.exporter.span.inflight"] == [(EXPORTER, 52)]
    assert found["otel.sdk.processor.span.processed"] == [
        (PROCESSOR, 95),
        ({**PROCESSOR, "error.type": "queue_full"}, 5),
    ]
    assert found["otel.sdk.processor.span.queue.size"] == [(PROCESSOR, 7)]
    assert found["otel.sdk.processor.span.queue.capacity"] == [(PROCESSOR, 8192)]


def test_the_names_are_those_of_the_conventions() -> None:
    """They are written out in our code; the incubating package holds the same."""
    known = {value for name, value in vars(otel_metrics).items() if name.startswith("OTEL_SDK_")}
    source = Path(account_metrics.__file__).read_text("utf-8")
    ours = set(re.findall(r'"(otel\.sdk\.[a-z_.]+)"', source))

    assert len(ours) == 12
    assert ours <= known


def test_an_endpoint_without_port_is_no_error() -> None:
    """Nor is one that is no address at all."""
    account = Account()
    for endpoint in ("https://collector/v1/traces", "unix:///tmp/socket", "http://[::1", "not a url"):
        settings = DeliverySettings(destinations={"traces": Destination(endpoint)})
        create_account_metrics(MeterProvider(shutdown_on_exit=False), account, settings)
