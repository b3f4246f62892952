"""The account as metrics: at the far end, to the unit, by the semantic conventions' names.

Reliability row 1, trap Delivery 2.
https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
"""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.semconv._incubating.metrics import otel_metrics

from otel_distro.delivery.account import SignalAccount
from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import (
    PATIENCE,
    Behaviour,
    Exchange,
    ScriptedCollector,
    healthy,
    status,
    wait_until,
)

Key = tuple[str, str | None]
"""A metric's name, and the `error.type` of the point."""


class Series:
    """The last value of each point of our own metrics that a Collector was sent."""

    def __init__(self) -> None:
        self.values: dict[Key, int] = {}

    def take(self, exchange: Exchange) -> None:
        """Take metrics, and remember ours."""
        for name, point in _points(ExportMetricsServiceRequest.FromString(exchange.body)):
            attributes = {pair.key: pair.value.string_value for pair in point.attributes}
            if name.startswith("otel.sdk."):
                self.values[name, attributes.get("error.type")] = point.as_int
        healthy(exchange)


def _points(request: ExportMetricsServiceRequest) -> Iterator[tuple[str, Any]]:
    for group in request.resource_metrics:
        for scope in group.scope_metrics:
            for metric in scope.metrics:
                for point in getattr(metric, str(metric.WhichOneof("data"))).data_points:
                    yield metric.name, point


EXPORTED = otel_metrics.OTEL_SDK_EXPORTER_SPAN_EXPORTED
INFLIGHT = otel_metrics.OTEL_SDK_EXPORTER_SPAN_INFLIGHT
PROCESSED = otel_metrics.OTEL_SDK_PROCESSOR_SPAN_PROCESSED
LOGS_EXPORTED = otel_metrics.OTEL_SDK_EXPORTER_LOG_EXPORTED
QUEUE_SIZE = otel_metrics.OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE
QUEUE_CAPACITY = otel_metrics.OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        pytest.param(healthy, {(EXPORTED, None): 300, (INFLIGHT, None): 0}, id="healthy"),
        pytest.param(
            status(401), {(EXPORTED, None): 0, (EXPORTED, "http_401"): 300, (INFLIGHT, None): 0}, id="401"
        ),
        pytest.param(status(503), {(EXPORTED, None): 0, (INFLIGHT, None): 300}, id="503"),
    ],
)
def test_metrics_tell_what_became_of_spans(
    collector: ScriptedCollector, start: Start, behaviour: Behaviour, expected: dict[Key, int]
) -> None:
    """Delivered, dropped by reason, or still with us: as the metrics say, so the status file, exactly."""
    series = Series()

    def behave(exchange: Exchange) -> None:
        {"metrics": series.take, "traces": behaviour}.get(exchange.signal, healthy)(exchange)

    collector.behaviour = behave
    process = start({"OTEL_METRIC_EXPORT_INTERVAL": "300"}, spans=300, logs=20, waits=True)
    expected = expected | {(PROCESSED, None): 300, (LOGS_EXPORTED, None): 20, (QUEUE_SIZE, None): 0}

    assert wait_until(lambda: expected.items() <= series.values.items(), PATIENCE), series.values
    assert series.values[QUEUE_CAPACITY, None] > 300
    account = process.end().signals["traces"].account
    assert account.accepted == 300
    assert _as_metrics(account) == {
        key: value for key, value in expected.items() if key[0] in (EXPORTED, INFLIGHT)
    }


def _as_metrics(account: SignalAccount) -> dict[Key, int]:
    dropped = {(EXPORTED, reason): count for reason, count in account.dropped.items()}
    inflight = account.queued + account.spooled
    return {(EXPORTED, None): account.delivered, (INFLIGHT, None): inflight, **dropped}
