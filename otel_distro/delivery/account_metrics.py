"""Offers the account as metrics, in the semantic conventions' names for SDKs.

They leave through the pipeline that they describe; when it is broken, the status file and stderr
tell the same. The names are written out: the package that holds them marks them as incubating.
https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT

from otel_distro.delivery.account import Account, SignalAccount
from otel_distro.delivery.settings import DeliverySettings, Destination, Signal

Attributes = dict[str, str | int]

COMPONENT_TYPE: Final = "otel.component.type"
COMPONENT_NAME: Final = "otel.component.name"

BEFORE_EXPORT: Final = frozenset({"queue_full", "already_shutdown", "unencodable", "not_exported"})
"""Reasons for which records are dropped before they reach the exporter's queue."""


@dataclass(frozen=True)
class _Names:
    """What the conventions call one signal's metrics."""

    exported: str
    inflight: str
    unit: str
    kind: str
    processed: str | None = None
    queue_size: str | None = None
    queue_capacity: str | None = None


_NAMES: Mapping[Signal, _Names] = {
    "traces": _Names(
        "otel.sdk.exporter.span.exported",
        "otel.sdk.exporter.span.inflight",
        "{span}",
        "span",
        "otel.sdk.processor.span.processed",
        "otel.sdk.processor.span.queue.size",
        "otel.sdk.processor.span.queue.capacity",
    ),
    "logs": _Names(
        "otel.sdk.exporter.log.exported",
        "otel.sdk.exporter.log.inflight",
        "{log_record}",
        "log",
        "otel.sdk.processor.log.processed",
        "otel.sdk.processor.log.queue.size",
        "otel.sdk.processor.log.queue.capacity",
    ),
    "metrics": _Names(
        "otel.sdk.exporter.metric_data_point.exported",
        "otel.sdk.exporter.metric_data_point.inflight",
        "{data_point}",
        "metric",
    ),
}


def create_account_metrics(
    meter_provider: MeterProvider, account: Account, settings: DeliverySettings
) -> None:
    """Create observable instruments that report the account at each collection.

    Args:
        meter_provider: reports them.
        account: what is reported.
        settings: name the servers, and the bound of the queue before encoding.
    """
    meter = meter_provider.get_meter("otel_distro.delivery")
    for signal, destination in settings.destinations.items():
        _Reporting(account, signal, destination, settings.intake_items).create(meter)


class _Reporting:
    """Reports one signal."""

    def __init__(self, account: Account, signal: Signal, destination: Destination, capacity: int) -> None:
        self._account = account
        self._signal: Signal = signal
        self._names = _NAMES[signal]
        self._capacity = capacity
        self._exporter = _exporter_attributes(self._names.kind, destination)
        processor = f"batching_{self._names.kind}_processor"
        self._processor: Attributes = {
            COMPONENT_TYPE: processor,
            COMPONENT_NAME: f"{processor}/0",
        }

    def create(self, meter: Meter) -> None:
        unit = self._names.unit
        self._counter(meter, self._names.exported, self._exported)
        meter.create_observable_up_down_counter(self._names.inflight, [self._reporting(self._inflight)], unit)
        if self._names.processed and self._names.queue_size and self._names.queue_capacity:
            self._counter(meter, self._names.processed, self._processed)
            meter.create_observable_up_down_counter(
                self._names.queue_size, [self._reporting(self._queue_size)], unit
            )
            meter.create_observable_up_down_counter(
                self._names.queue_capacity, [self._reporting(self._queue_capacity)], unit
            )

    def _counter(
        self, meter: Meter, name: str, observe: Callable[[SignalAccount], Iterable[Observation]]
    ) -> None:
        meter.create_observable_counter(name, [self._reporting(observe)], self._names.unit)

    def _reporting(
        self, observe: Callable[[SignalAccount], Iterable[Observation]]
    ) -> Callable[[CallbackOptions], Iterable[Observation]]:
        return lambda _: observe(self._account.of(self._signal))

    def _exported(self, account: SignalAccount) -> Iterable[Observation]:
        yield Observation(account.delivered, self._exporter)
        for reason, count in account.dropped.items():
            if reason not in BEFORE_EXPORT:
                yield Observation(count, {**self._exporter, ERROR_TYPE: reason})

    def _inflight(self, account: SignalAccount) -> Iterable[Observation]:
        yield Observation(account.queued + account.spooled - account.pending, self._exporter)

    def _processed(self, account: SignalAccount) -> Iterable[Observation]:
        before = {reason: n for reason, n in account.dropped.items() if reason in BEFORE_EXPORT}
        passed_on = account.accepted - account.recovered - account.pending - sum(before.values())
        yield Observation(passed_on, self._processor)
        for reason, count in before.items():
            yield Observation(count, {**self._processor, ERROR_TYPE: reason})

    def _queue_size(self, account: SignalAccount) -> Iterable[Observation]:
        yield Observation(account.pending, self._processor)

    def _queue_capacity(self, _: SignalAccount) -> Iterable[Observation]:
        yield Observation(self._capacity, self._processor)


def _exporter_attributes(kind: str, destination: Destination) -> Attributes:
    protocol = "grpc" if destination.protocol == "grpc" else "http"
    component = f"otlp_{protocol}_{kind}_exporter"
    attributes: Attributes = {
        COMPONENT_TYPE: component,
        COMPONENT_NAME: f"{component}/0",
    }
    endpoint = destination.endpoint if "://" in destination.endpoint else f"//{destination.endpoint}"
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return attributes
    if host:
        attributes[SERVER_ADDRESS] = host
    if port:
        attributes[SERVER_PORT] = port
    return attributes
