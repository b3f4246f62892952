"""A program that is watched, for tests: `opentelemetry-instrument python observed.py '{"spans": 100, …}'`.

It knows the OpenTelemetry API and `logging` alone. It prints a line of JSON for each thing that
happens, and does the next one when a line arrives on its standard input, if it was told to wait.
"""

import json
import logging
import os
import resource
import sys
import time
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry._logs import get_logger_provider


def say(event: str, **details: Any) -> None:
    """Print what has happened."""
    sys.stdout.write(json.dumps({"event": event, "pid": os.getpid(), **details}) + "\n")
    sys.stdout.flush()


def record(options: dict[str, Any]) -> None:
    """Record what the options ask for: log records, data points, then spans, at once or at a rate."""
    logger = logging.getLogger("observed")
    logger.setLevel(logging.INFO)
    name = options.get("name", "")
    for number in range(options.get("logs", 0)):
        logger.info("%s record %d", name, number)
    counter = metrics.get_meter("observed").create_counter("things")
    for number in range(options.get("points", 0)):
        counter.add(1, {"number": number})
    record_spans(options.get("spans", 0), options.get("rate"))


def record_spans(count: int, rate: float | None) -> None:
    """Record spans, at a rate if there is one."""
    tracer = trace.get_tracer("observed")
    began = time.monotonic()
    for number in range(count):
        tracer.start_span(f"span {number}", attributes={"number": number, "text": "x" * 40}).end()
        if rate and number % 10 == 9:
            time.sleep(max(began + (number + 1) / rate - time.monotonic(), 0))


def flush(milliseconds: int) -> None:
    """Flush each signal, and say what it answered and how long it took."""
    providers: dict[str, Any] = {
        "traces": trace.get_tracer_provider(),
        "logs": get_logger_provider(),
        "metrics": metrics.get_meter_provider(),
    }
    for signal, provider in providers.items():
        began = time.monotonic()
        answer = provider.force_flush(milliseconds)
        say(f"flushed {signal}", answer=answer, seconds=time.monotonic() - began)


def main(options: dict[str, Any]) -> None:
    """Run as the options say."""
    if "file_bytes" in options:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (options["file_bytes"], most))
    say("ready")
    record(options)
    say("recorded")
    if "flush" in options:
        flush(options["flush"])
    if options.get("waits"):
        sys.stdin.readline()
    say("ending")


main(json.loads(sys.argv[1]))
