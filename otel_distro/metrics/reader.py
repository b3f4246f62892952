"""Collects metrics at an interval and hands them to delivery.

The SDK's own reader starts a thread when it is made and reports from then on, in a supervisor and in
every process that a script starts; this one begins when its process exports.
https://opentelemetry.io/docs/specs/otel/metrics/sdk/#periodic-exporting-metricreader
"""

import contextvars
import threading
from contextlib import suppress
from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics.export import MetricReader, MetricsData

from otel_distro.delivery.delivery import Delivery
from otel_distro.failsafe import failsafe_in_thread
from otel_distro.metrics.export import DeliveryMetricExporter

COLLECTOR = "otel-distro-collect"
"""The name of the thread that collects."""


class DeliveryMetricReader(MetricReader):
    """Collects from the first record of a process to its end.

    Args:
        exporter: takes what is collected.
        delivery: says when this process exports.
        interval: seconds between two collections.
    """

    def __init__(self, exporter: DeliveryMetricExporter, delivery: Delivery, interval: float) -> None:
        super().__init__(exporter.temporalities, exporter.aggregations)
        self._exporter = exporter
        self._gate = delivery.gate
        self._interval = interval
        self._reset()
        self._gate.on_want(self._start)
        self._gate.on_silence(lambda: self._stopped.set())
        delivery.on_fork(self._reset)

    def _reset(self) -> None:
        self._stopped = threading.Event()
        self._exporting = threading.Lock()
        self._thread: threading.Thread | None = None

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Collect now, and wait until it is delivered; answer whether it is, in time."""
        if not self._gate.open():
            return True
        super().force_flush(timeout_millis)
        return self._exporter.force_flush(timeout_millis)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Collect a last time; delivery goes on until it is shut down itself.

        Args:
            timeout_millis: how long to wait for that; a callback may never return.
            kwargs: accepted.
        """
        if self._stopped.is_set():
            return
        self._stopped.set()
        if self._thread and self._thread.is_alive():
            self._thread.join(timeout_millis / 1000)
        elif self._gate.is_open:
            self._collect_once()

    def _receive_metrics(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> None:
        with self._exporting, suppress_instrumentation():
            self._exporter.export(metrics_data, timeout_millis)

    def _start(self) -> None:
        self._thread = threading.Thread(name=COLLECTOR, target=self._run, daemon=True)
        with suppress(RuntimeError):
            # An interpreter that ends takes no thread: `shutdown` collects.
            contextvars.Context().run(self._thread.start)

    def _run(self) -> None:
        self._gate.wait()
        while self._gate.is_open:
            stopped = self._stopped.wait(self._interval)
            if self._gate.is_open:
                self._collect_once()
            if stopped:
                return

    @failsafe_in_thread
    def _collect_once(self) -> None:
        self.collect(timeout_millis=30_000)
