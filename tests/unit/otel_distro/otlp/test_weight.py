"""How much memory a record is thought to hold."""

import time
from typing import Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan

from otel_distro.otlp.weight import weigh_log_record, weigh_span
from tests.unit.otel_distro.otlp.hostile import VALUES

RESOURCE = Resource({})
LONGEST = 0.5
"""Seconds: far above what a look takes, far below what reading an unbounded value takes."""


def weight_of(**fields: Any) -> int:
    """Return the weight of a log record."""
    return weigh_log_record(ReadableLogRecord(LogRecord(**fields), RESOURCE))


def test_text_weighs() -> None:
    """Wherever an application puts much of it: attributes, events, a body, one level further in."""
    attributes: Any = {"text": "x" * 1000, "number": 7, "list": ["y" * 100] * 3, "dict": {"a": "z" * 50}}

    assert weigh_span(ReadableSpan("span", attributes=attributes)) == 1350
    assert weigh_span(ReadableSpan("span", events=[Event("event", attributes)] * 2)) == 2700
    assert weight_of(body="x" * 10, attributes=attributes) == 1360
    assert weight_of(body=attributes) == 1350
    assert weight_of(body=b"x" * 10) == 10


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())
def test_any_value(make: Any) -> None:
    """Nothing raises, and no container is read further than its bound."""
    bad = make()
    began = time.perf_counter()

    assert weight_of(body=bad, attributes={"bad": bad}) >= 0
    assert weight_of(attributes=bad) >= 0

    assert time.perf_counter() - began < LONGEST
