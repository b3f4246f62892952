"""A script with more to encode than its end allows, and a callback that would end the thread it runs in."""

import sys
import time
from collections.abc import Iterable

from opentelemetry._logs import get_logger
from opentelemetry.metrics import CallbackOptions, Observation, get_meter
from opentelemetry.trace import get_tracer

RECORDS = 4000


def ending(_: CallbackOptions) -> Iterable[Observation]:
    """End the thread."""
    sys.exit(1)


meter, logger = get_meter("backlog"), get_logger("backlog")
meter.create_observable_gauge("ended", callbacks=[ending])
meter.create_counter("items").add(1)
attributes = {f"key {number}": f"{number}" * 50 for number in range(100)}
spans = [get_tracer("backlog").start_span("span", attributes=attributes) for _ in range(RECORDS)]
for span in spans:
    span.end()
    logger.emit(body="record", attributes=attributes)
sys.stdout.write("ready\n")
sys.stdout.flush()
time.sleep(60)
