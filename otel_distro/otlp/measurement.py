"""Reads a measured number out of whatever was given for one.

Used by the encoder for the values of data points, and by the guard of the instruments.
https://opentelemetry.io/docs/specs/otel/metrics/data-model/#numeric-types
"""

from typing import Any, SupportsFloat

from otel_distro.otlp.wire import MAX_INT64, MIN_INT64


def measured_number(value: object) -> int | float:
    """Return the value as an integer of 64 bits, or as a float.

    An integer beyond 64 bits becomes the nearest float, as do fractions and decimals; what numpy
    makes becomes the Python number. Text is no number.

    Raises:
        OverflowError: where it is beyond the range of a float.
        Exception: where it is no number.
    """
    if type(value) is float:
        return value
    number = value if type(value) is int else _plain_number(value)
    return number if type(number) is float or MIN_INT64 <= number <= MAX_INT64 else float(number)


def _plain_number(value: Any) -> int | float:
    if hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if not isinstance(value, SupportsFloat):
        raise TypeError("no number")
    return value.__float__()
