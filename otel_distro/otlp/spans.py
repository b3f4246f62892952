"""Encodes finished spans to an OTLP `ExportTraceServiceRequest`.

For a well-formed span it gives what upstream's encoder gives, field by field; as there, a link's
trace state is left out.
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceState
from opentelemetry.trace.span import DEFAULT_TRACE_STATE

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.attributes import AttributeWriter
from otel_distro.otlp.batch import EncodedBatch, Encoder, encode_batch
from otel_distro.otlp.fields import TextWriter, count_field, text_field, time_field
from otel_distro.otlp.limits import DEFAULT_LIMITS, ValueLimits
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited

_REMOTE_KNOWN: Final = b"\x00\x01\x00\x00"
"""The flag that says whether a context came from another process is set, and says no."""
_REMOTE: Final = b"\x00\x03\x00\x00"
_FLAGS: Final = {False: b"\x85\x01" + _REMOTE_KNOWN, True: b"\x85\x01" + _REMOTE}
_LINK_FLAGS: Final = {False: b"\x35" + _REMOTE_KNOWN, True: b"\x35" + _REMOTE}
_INTERNAL: Final = b"\x30\x01"
_KINDS: Final = {id(kind): bytes((0x30, kind.value + 1)) for kind in SpanKind}
"""By the member's `id`: a member's own hash is computed in Python."""
_times: Final = struct.Struct("<BQBQ").pack

_names: Final = TextWriter(b"\x2a")
_event_names: Final = TextWriter(b"\x12")
_span_attributes: Final = AttributeWriter(b"\x4a")
_event_attributes: Final = AttributeWriter(b"\x1a")
_link_attributes: Final = AttributeWriter(b"\x22")


def encode_spans(spans: Iterable[ReadableSpan], limits: ValueLimits = DEFAULT_LIMITS) -> EncodedBatch:
    """Encode finished spans.

    Args:
        spans: as the SDK hands them to a span processor's `on_end`.
        limits: the bounds on the values of one span.

    Returns:
        The batch. Nothing raises: a span whose parts cannot be read keeps its ids, name and times;
        one without valid ids is dropped, and counted.
    """
    return encode_batch(spans, _encode_span, _encode_bare_span, limits)


def _encode_span(span: ReadableSpan, sanitiser: Sanitiser) -> bytes:
    parts = _identity(span, sanitiser)
    beyond = _span_attributes.append(parts, span.attributes, sanitiser)
    dropped = span.dropped_attributes
    if dropped or beyond:
        parts.append(count_field(b"\x50", dropped + beyond, sanitiser))
    if _has_some(span, "_events"):
        beyond = _append_each(parts, b"\x5a", span.events, _encode_event, sanitiser)
        parts.append(count_field(b"\x60", span.dropped_events + beyond, sanitiser))
    if _has_some(span, "_links"):
        beyond = _append_each(parts, b"\x6a", span.links, _encode_link, sanitiser)
        parts.append(count_field(b"\x70", span.dropped_links + beyond, sanitiser))
    parts.append(_status_field(span.status, sanitiser))
    return b"".join(parts)


def _has_some(span: ReadableSpan, name: str) -> bool:
    """Tell whether a span has events or links; the properties copy both, even where there are none."""
    held = getattr(span, name, None)
    return held is None or len(held) > 0 or bool(getattr(held, "dropped", 0))


def _encode_bare_span(span: ReadableSpan, sanitiser: Sanitiser) -> bytes:
    return b"".join(_identity(span, sanitiser))


def _identity(span: ReadableSpan, sanitiser: Sanitiser) -> list[bytes]:
    context, parent = span.get_span_context(), span.parent
    if context is None:
        raise ValueError("a span without context")
    parts = [
        _context_fields(context),
        _trace_state_field(context.trace_state, sanitiser),
        _names.field(span.name, sanitiser),
        _kind_field(span.kind, sanitiser),
        _time_fields(span.start_time, span.end_time, sanitiser),
        _FLAGS[parent is not None and parent.is_remote],
    ]
    if parent is not None:
        parts.append(b"\x22\x08" + parent.span_id.to_bytes(8, "big"))
    return parts


def _context_fields(context: SpanContext) -> bytes:
    return b"\x0a\x10%b\x12\x08%b" % (
        context.trace_id.to_bytes(16, "big"),
        context.span_id.to_bytes(8, "big"),
    )


def _trace_state_field(state: TraceState, sanitiser: Sanitiser) -> bytes:
    if state is DEFAULT_TRACE_STATE or not state:
        return b""
    return text_field(b"\x1a", ",".join([f"{key}={value}" for key, value in state.items()]), sanitiser)


def _kind_field(kind: SpanKind, sanitiser: Sanitiser) -> bytes:
    known = _KINDS.get(id(kind))
    if known is None:
        sanitiser.replaced += 1
        return _INTERNAL
    return known


def _time_fields(start: Any, end: Any, sanitiser: Sanitiser) -> bytes:
    try:
        return _times(0x39, start, 0x41, end)
    except CONTAINED:  # times that are none, or not of 64 bits
        return time_field(0x39, start, sanitiser) + time_field(0x41, end, sanitiser)


def _append_each(
    parts: list[bytes], tag: bytes, items: Sequence[Any], encoder: Encoder, sanitiser: Sanitiser
) -> int:
    """Append events or links; return how many could not be encoded."""
    lost = 0
    for item in items:
        try:
            parts.append(delimited(tag, encoder(item, sanitiser)))
        except CONTAINED:  # the item is not of the SDK's making
            lost += 1
    sanitiser.replaced += lost
    return lost


def _encode_event(event: Event, sanitiser: Sanitiser) -> bytes:
    parts = [time_field(0x09, event.timestamp, sanitiser), _event_names.field(event.name, sanitiser)]
    beyond = _event_attributes.append(parts, event.attributes, sanitiser)
    parts.append(count_field(b"\x20", event.dropped_attributes + beyond, sanitiser))
    return b"".join(parts)


def _encode_link(link: Link, sanitiser: Sanitiser) -> bytes:
    parts = [_context_fields(link.context), _LINK_FLAGS[link.context.is_remote]]
    beyond = _link_attributes.append(parts, link.attributes, sanitiser)
    parts.append(count_field(b"\x28", link.dropped_attributes + beyond, sanitiser))
    return b"".join(parts)


def _status_field(status: Status | None, sanitiser: Sanitiser) -> bytes:
    if status is None:
        return b""
    code, description = status.status_code, status.description
    if code is StatusCode.UNSET and description is None:
        return b"\x7a\x00"
    message = text_field(b"\x12", description, sanitiser)
    return delimited(b"\x7a", message + count_field(b"\x18", code.value, sanitiser))
