"""A process that records telemetry, for tests: `python application.py '{"spans": 100, …}'`.

It prints one line of JSON when it is ready, and one with its account after delivery was shut down.
Exit follows the order that the distribution uses: providers, which hand on what they have, and then
delivery, with one deadline for all.
"""

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.settings import SIGNALS, DeliverySettings, Destination, Signal, http_endpoint
from otel_distro.logs.export import DeliveryLogRecordProcessor
from otel_distro.metrics.export import DeliveryMetricExporter
from otel_distro.trace.export import DeliverySpanProcessor
from tests.integration.otel_distro.delivery import encoding


class Application:
    """Records spans, log records and data points through the SDK."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.delivery = Delivery(_settings(options), encoding.split)
        self.delivery.start()
        resource = Resource({"service.name": options.get("service", "app")})
        self.tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.tracers.add_span_processor(DeliverySpanProcessor(self.delivery, encoding.encode_spans))
        self.loggers = LoggerProvider(resource=resource, shutdown_on_exit=False)
        self.loggers.add_log_record_processor(
            DeliveryLogRecordProcessor(self.delivery, encoding.encode_log_records)
        )
        reader = PeriodicExportingMetricReader(
            DeliveryMetricExporter(self.delivery, encoding.encode_metrics), export_interval_millis=60_000
        )
        self.meters = MeterProvider([reader], resource=resource, shutdown_on_exit=False)

    def record(self) -> None:
        """Record what the options ask for, at once or at a rate."""
        tracer = self.tracers.get_tracer("application")
        logger = self.loggers.get_logger("application")
        for number in range(self.options.get("logs", 0)):
            logger.emit(LogRecord(body=f"{os.getpid()}-{number}", severity_number=SeverityNumber.INFO))
        counter = self.meters.get_meter("application").create_counter("things")
        for number in range(self.options.get("points", 0)):
            counter.add(1, {"number": number, "pid": os.getpid()})
        rate = self.options.get("rate")
        began = time.monotonic()
        for number in range(self.options.get("spans", 0)):
            tracer.start_span(f"span {number}", attributes={"number": number, "text": "x" * 40}).end()
            if rate and number % 10 == 9:
                time.sleep(max(began + (number + 1) / rate - time.monotonic(), 0))

    def end(self) -> None:
        """Hand on what is left, and shut delivery down."""
        self.tracers.shutdown()
        self.loggers.shutdown()
        self.meters.shutdown()
        self.delivery.shutdown()

    def say(self, event: str) -> None:
        """Print where the process is, with its account and its memory."""
        account = {name: asdict(self.delivery.account.of(name)) for name in SIGNALS}
        line = {"event": event, "pid": os.getpid(), "rss": _resident_bytes(), "account": account}
        print(json.dumps(line), flush=True)  # noqa: T201 - this is how the test reads it


def _settings(options: dict[str, Any]) -> DeliverySettings:
    protocol = options.get("protocol", "http/protobuf")
    endpoint = options["endpoint"]
    destinations: dict[Signal, Destination] = {
        name: Destination(
            endpoint=endpoint if protocol == "grpc" else http_endpoint(endpoint, name),
            protocol=protocol,
            **options.get("destination", {}),
        )
        for name in SIGNALS
    }
    return DeliverySettings(
        service_name=options.get("service", "app"),
        destinations=destinations,
        spool_dir=Path(options["spool"]) if options.get("spool") else None,
        **options.get("settings", {}),
    )


def _resident_bytes() -> int:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def main(options: dict[str, Any]) -> None:
    """Run as the options say."""
    application = Application(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    application.say("ready")
    try:
        application.record()
        application.say("recorded")
        time.sleep(options.get("stay", 0))
    finally:
        application.end()
        application.say("ended")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
