"""A program that leaves more than limits allow: a wordy span, a wordy record, a counter and a histogram."""

import logging

from opentelemetry import metrics, trace

words = {f"word.{number}": "a long word" for number in range(9)}
meter = metrics.get_meter("measured")
meter.create_counter("orders").add(3)
meter.create_histogram("sizes").record(3)
with trace.get_tracer("measured").start_as_current_span("work", attributes=words) as span:
    for number in range(9):
        span.add_event(f"event {number}")
    logging.getLogger("measured").warning("working", extra=words)
