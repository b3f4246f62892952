"""Hands log records from the SDK to delivery.

https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecordprocessor
"""

from collections.abc import Callable, Sequence

from opentelemetry.sdk._logs import LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord
from opentelemetry.sdk.resources import Resource

from otel_distro.delivery.batch import Encoded
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.intake import Intake

EncodeLogRecords = Callable[[Sequence[ReadableLogRecord]], Encoded]
WeighLogRecord = Callable[[ReadableLogRecord], int]

_NO_RESOURCE = Resource.get_empty()


class DeliveryLogRecordProcessor(LogRecordProcessor):
    """Collects log records; see `Intake` for what happens to them.

    Args:
        delivery: takes the encoded records.
        encode: turns records into an OTLP export request.
        weigh: estimates the characters that a record holds.
    """

    def __init__(self, delivery: Delivery, encode: EncodeLogRecords, weigh: WeighLogRecord) -> None:
        self._delivery = delivery
        self._intake = Intake[ReadableLogRecord]("logs", encode, weigh, delivery)
        self._offer = self._intake.offer

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Take a log record. Never raises, never waits."""
        self._offer(
            ReadableLogRecord(
                log_record.log_record,
                log_record.resource or _NO_RESOURCE,
                log_record.instrumentation_scope,
                log_record.limits,
            )
        )

    def shutdown(self) -> None:
        """Hand on what was emitted; later records are dropped and counted.

        Delivery goes on until it is shut down itself, for all signals at once.
        """
        self._intake.close(self._delivery.intake_deadline)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Wait until all emitted records are delivered; answer whether they are, in time."""
        deadline = Deadline(timeout_millis / 1000)
        handed_on = self._intake.flush(deadline)
        return self._delivery.force_flush(deadline.remaining or 0.0, ("logs",)) and handed_on
