"""Hands finished spans from the SDK to delivery.

https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor
"""

from collections.abc import Callable, Sequence

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from otel_distro.delivery.batch import Encoded
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.intake import Intake

EncodeSpans = Callable[[Sequence[ReadableSpan]], Encoded]
WeighSpan = Callable[[ReadableSpan], int]

_SAMPLED = 1


class DeliverySpanProcessor(SpanProcessor):
    """Collects sampled spans; see `Intake` for what happens to them.

    Args:
        delivery: takes the encoded spans.
        encode: turns spans into an OTLP export request.
        weigh: estimates the characters that a span holds.
    """

    def __init__(self, delivery: Delivery, encode: EncodeSpans, weigh: WeighSpan) -> None:
        self._delivery = delivery
        self._intake = Intake("traces", encode, weigh, delivery)
        self._offer = self._intake.offer

    def on_end(self, span: ReadableSpan) -> None:
        """Take a finished span if it is sampled. Never raises, never waits."""
        context = span.context
        if context is not None and context.trace_flags & _SAMPLED:
            self._offer(span)

    def shutdown(self) -> None:
        """Hand on what has finished; later spans are dropped and counted.

        Delivery goes on until it is shut down itself, for all signals at once.
        """
        self._intake.close(self._delivery.intake_deadline)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Wait until all finished spans are delivered; answer whether they are, in time."""
        deadline = Deadline(timeout_millis / 1000)
        handed_on = self._intake.flush(deadline)
        return self._delivery.force_flush(deadline.remaining or 0.0, ("traces",)) and handed_on
