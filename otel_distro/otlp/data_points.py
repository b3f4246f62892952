"""Encodes the data points of the four kinds of metric, and their exemplars.

For a well-formed point it gives what upstream's encoder gives, field by field; as there, a gauge
has no start time.
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
"""

import sys
from collections.abc import Sequence
from struct import pack
from typing import Any, Final

from opentelemetry.sdk.metrics import Exemplar
from opentelemetry.sdk.metrics.export import (
    Buckets,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    NumberDataPoint,
)

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.attributes import AttributeWriter
from otel_distro.otlp.fields import count_field, time_field
from otel_distro.otlp.measurement import measured_number
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import (
    MAX_FIXED64,
    delimited,
    sint32,
    tagged_double,
    tagged_fixed64,
    tagged_sfixed64,
    varint,
)

_number_attributes: Final = AttributeWriter(b"\x3a")
_histogram_attributes: Final = AttributeWriter(b"\x4a")
_exponential_attributes: Final = AttributeWriter(b"\x0a")
_exemplar_attributes: Final = AttributeWriter(b"\x3a")


def encode_sum_point(point: NumberDataPoint, sanitiser: Sanitiser) -> bytes:
    """Encode a data point of a sum."""
    return time_field(0x11, point.start_time_unix_nano, sanitiser) + encode_gauge_point(point, sanitiser)


def encode_gauge_point(point: NumberDataPoint, sanitiser: Sanitiser) -> bytes:
    """Encode a data point of a gauge."""
    parts = [
        time_field(0x19, point.time_unix_nano, sanitiser),
        _number_field(0x31, 0x21, point.value, sanitiser),
    ]
    _append_exemplars(parts, b"\x2a", point.exemplars, sanitiser)
    _number_attributes.append(parts, point.attributes, sanitiser)
    return b"".join(parts)


def encode_histogram_point(point: HistogramDataPoint, sanitiser: Sanitiser) -> bytes:
    """Encode a data point of a histogram with explicit bounds."""
    parts = [
        _times_and_count(point, sanitiser),
        _optional_double(0x29, point.sum, sanitiser),
        _optional_double(0x59, point.min, sanitiser),
        _optional_double(0x61, point.max, sanitiser),
        _packed(b"\x32", "Q", [sanitiser.whole(count, MAX_FIXED64) for count in point.bucket_counts]),
        _packed(b"\x3a", "d", [_number(bound, sanitiser) for bound in point.explicit_bounds]),
    ]
    _append_exemplars(parts, b"\x42", point.exemplars, sanitiser)
    _histogram_attributes.append(parts, point.attributes, sanitiser)
    return b"".join(parts)


def encode_exponential_point(point: ExponentialHistogramDataPoint, sanitiser: Sanitiser) -> bytes:
    """Encode a data point of a histogram with exponential buckets."""
    parts = [
        _times_and_count(point, sanitiser),
        _optional_double(0x29, point.sum, sanitiser),
        _optional_double(0x61, point.min, sanitiser),
        _optional_double(0x69, point.max, sanitiser),
        b"\x30" + sint32(point.scale),
        tagged_fixed64(0x39, sanitiser.whole(point.zero_count, MAX_FIXED64)),
        count_field(b"\x50", point.flags, sanitiser),
        _buckets_field(b"\x42", point.positive, sanitiser),
        _buckets_field(b"\x4a", point.negative, sanitiser),
    ]
    _append_exemplars(parts, b"\x5a", point.exemplars, sanitiser)
    _exponential_attributes.append(parts, point.attributes, sanitiser)
    return b"".join(parts)


def _times_and_count(
    point: HistogramDataPoint | ExponentialHistogramDataPoint, sanitiser: Sanitiser
) -> bytes:
    return (
        time_field(0x11, point.start_time_unix_nano, sanitiser)
        + time_field(0x19, point.time_unix_nano, sanitiser)
        + tagged_fixed64(0x21, sanitiser.whole(point.count, MAX_FIXED64))
    )


def _buckets_field(tag: bytes, buckets: Buckets, sanitiser: Sanitiser) -> bytes:
    if not buckets.bucket_counts:
        return b""
    counts = b"".join([varint(sanitiser.whole(count, MAX_FIXED64)) for count in buckets.bucket_counts])
    return delimited(tag, b"\x08" + sint32(buckets.offset) + delimited(b"\x12", counts))


def _packed(tag: bytes, kind: str, numbers: Sequence[float]) -> bytes:
    return delimited(tag, pack(f"<{len(numbers)}{kind}", *numbers)) if numbers else b""


def _number_field(integer_tag: int, double_tag: int, value: Any, sanitiser: Sanitiser) -> bytes:
    number = _number(value, sanitiser)
    if type(number) is int:
        return tagged_sfixed64(integer_tag, number)
    return tagged_double(double_tag, number)


def _optional_double(tag: int, value: Any, sanitiser: Sanitiser) -> bytes:
    return b"" if value is None else tagged_double(tag, _number(value, sanitiser))


def _number(value: Any, sanitiser: Sanitiser) -> int | float:
    """Return a number within range; a sum of integers may have grown beyond it.

    Raises:
        Exception: where the value is no number.
    """
    try:
        number = measured_number(value)
    except OverflowError:
        number = sys.float_info.max if value > 0 else -sys.float_info.max
    if type(number) is float and isinstance(value, int):
        sanitiser.replaced += 1
    return number


def _append_exemplars(
    parts: list[bytes], tag: bytes, exemplars: Sequence[Exemplar], sanitiser: Sanitiser
) -> None:
    for exemplar in exemplars:
        try:
            parts.append(delimited(tag, _encode_exemplar(exemplar, sanitiser)))
        except CONTAINED:  # the point is worth keeping without
            sanitiser.replaced += 1


def _encode_exemplar(exemplar: Exemplar, sanitiser: Sanitiser) -> bytes:
    parts = [
        time_field(0x11, exemplar.time_unix_nano, sanitiser),
        _number_field(0x31, 0x19, exemplar.value, sanitiser),
    ]
    if exemplar.span_id is not None and exemplar.trace_id is not None:
        span_id, trace_id = exemplar.span_id.to_bytes(8, "big"), exemplar.trace_id.to_bytes(16, "big")
        parts.append(b"\x22\x08%b\x2a\x10%b" % (span_id, trace_id))
    _exemplar_attributes.append(parts, exemplar.filtered_attributes, sanitiser)
    return b"".join(parts)
