"""Telemetry that is kept in memory, so that a test sees what would have left the process."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from otel_distro.logs.guarded_logger import GuardedLoggerProvider
from otel_distro.metrics.guarded_meter import GuardedMeterProvider
from otel_distro.otlp.surface import Surface
from otel_distro.trace.guarded_tracer import GuardedTracerProvider
from otel_distro.trace.id_generator import create_id_generator


@dataclass
class Telemetry:
    """The three providers, guarded as in a process, and what they have recorded."""

    span_exporter: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    metric_reader: InMemoryMetricReader = field(default_factory=InMemoryMetricReader)
    log_exporter: InMemoryLogRecordExporter = field(default_factory=InMemoryLogRecordExporter)

    def __post_init__(self) -> None:
        surface = Surface(lambda _: None)
        self.tracer_provider = GuardedTracerProvider(
            surface, id_generator=create_id_generator("random"), shutdown_on_exit=False
        )
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self.span_exporter))
        self.meter_provider = GuardedMeterProvider(
            surface, metric_readers=[self.metric_reader], shutdown_on_exit=False
        )
        self.logger_provider = GuardedLoggerProvider(surface, shutdown_on_exit=False)
        self.logger_provider.add_log_record_processor(SimpleLogRecordProcessor(self.log_exporter))

    @property
    def providers(self) -> dict[str, Any]:
        """The providers, as the arguments that instrumentors take."""
        return {
            "tracer_provider": self.tracer_provider,
            "meter_provider": self.meter_provider,
            "logger_provider": self.logger_provider,
        }

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """Finished spans."""
        return self.span_exporter.get_finished_spans()

    @property
    def server_spans(self) -> list[ReadableSpan]:
        """Finished spans of the kind SERVER."""
        return [span for span in self.spans if span.kind is SpanKind.SERVER]

    @property
    def records(self) -> list[Any]:
        """Log records."""
        return [data.log_record for data in self.log_exporter.get_finished_logs()]

    def points(self, name: str) -> list[Any]:
        """Return the data points of one metric."""
        data = self.metric_reader.get_metrics_data()
        if data is None:
            return []
        return [
            point
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def shutdown(self) -> None:
        """End the providers."""
        self.tracer_provider.shutdown()
        self.meter_provider.shutdown()
        self.logger_provider.shutdown()


@pytest.fixture
def contrib_telemetry() -> Iterator[Telemetry]:
    """Record a second time, for an oracle to compare with."""
    recorded = Telemetry()
    yield recorded
    recorded.shutdown()


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    """Record into memory for one test."""
    recorded = Telemetry()
    yield recorded
    recorded.shutdown()
