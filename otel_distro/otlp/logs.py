"""Encodes log records to an OTLP `ExportLogsServiceRequest`.

For a well-formed record it gives what upstream's encoder gives, field by field.
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
"""

from collections.abc import Iterable
from typing import Any, Final

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.any_value import encode_value
from otel_distro.otlp.attributes import AttributeWriter
from otel_distro.otlp.batch import EncodedBatch, encode_batch
from otel_distro.otlp.fields import TextWriter, count_field, text_field, time_field
from otel_distro.otlp.limits import DEFAULT_LIMITS, ValueLimits
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited, tagged_fixed32

_HIGHEST_SEVERITY: Final = 24
_SEVERITIES: Final = {
    id(severity): b"\x10" + bytes((severity.value,)) if severity.value else b"" for severity in SeverityNumber
}
"""By the member's `id`: a member's own hash is computed in Python."""

_severity_texts: Final = TextWriter(b"\x1a")
_attributes: Final = AttributeWriter(b"\x32")


def encode_log_records(
    records: Iterable[ReadableLogRecord], limits: ValueLimits = DEFAULT_LIMITS
) -> EncodedBatch:
    """Encode log records.

    Args:
        records: as the SDK hands them to a log exporter; those that it hands to a log record
            processor have the same form.
        limits: the bounds on the values of one record.

    Returns:
        The batch. Nothing raises: a record whose parts cannot be read keeps its times, severity and
        body; one that has not even these is dropped, and counted.
    """
    return encode_batch(records, _encode_record, _encode_bare_record, limits)


def _encode_record(readable: ReadableLogRecord, sanitiser: Sanitiser) -> bytes:
    record = readable.log_record
    parts = _essence(record, sanitiser)
    beyond = _attributes.append(parts, record.attributes, sanitiser)
    dropped = readable.dropped_attributes
    if dropped or beyond:
        parts.append(count_field(b"\x38", dropped + beyond, sanitiser))
    parts.append(_correlation(record, sanitiser))
    parts.append(text_field(b"\x62", record.event_name, sanitiser))
    return b"".join(parts)


def _encode_bare_record(readable: ReadableLogRecord, sanitiser: Sanitiser) -> bytes:
    return b"".join(_essence(readable.log_record, sanitiser))


def _essence(record: LogRecord, sanitiser: Sanitiser) -> list[bytes]:
    return [
        time_field(0x09, record.timestamp, sanitiser),
        time_field(0x59, record.observed_timestamp, sanitiser),
        _severity_field(record.severity_number, sanitiser),
        _severity_texts.field(record.severity_text, sanitiser),
        delimited(b"\x2a", encode_value(record.body, sanitiser)),
    ]


def _severity_field(severity: Any, sanitiser: Sanitiser) -> bytes:
    known = _SEVERITIES.get(id(severity))
    if known is not None or severity is None:
        return known or b""
    return count_field(b"\x10", sanitiser.whole(severity, _HIGHEST_SEVERITY), sanitiser)


def _correlation(record: LogRecord, sanitiser: Sanitiser) -> bytes:
    """Encode the ids of the span in which the record was made; each is left out where it is 0."""
    try:
        return b"".join(
            (
                b"\x4a\x10" + record.trace_id.to_bytes(16, "big") if record.trace_id else b"",
                b"\x52\x08" + record.span_id.to_bytes(8, "big") if record.span_id else b"",
                tagged_fixed32(0x45, record.trace_flags) if record.trace_flags else b"",
            )
        )
    except CONTAINED:  # ids that are no ids; the record is worth keeping without
        sanitiser.replaced += 1
        return b""
