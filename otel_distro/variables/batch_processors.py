"""Variables of the SDK's batch processors, which only exporters other than OTLP go through.

What goes out by OTLP has queues of its own, bounded by bytes: there these change nothing.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#batch-span-processor
"""

from collections.abc import Iterator, Mapping

from otel_distro import parsing
from otel_distro.variables.variable import Parse, Variable

_OPTIONS: Mapping[str, tuple[str, Parse, str]] = {
    "SCHEDULE_DELAY": ("5000", parsing.milliseconds, "between two exports, milliseconds"),
    "EXPORT_TIMEOUT": ("30000", parsing.milliseconds, "of one export, milliseconds"),
    "MAX_QUEUE_SIZE": ("2048", parsing.positive, "items that wait, at most"),
    "MAX_EXPORT_BATCH_SIZE": ("512", parsing.positive, "items in one export, at most"),
}
_SIGNALS = {"BSP": "spans", "BLRP": "log records"}

CHECKED = tuple(
    Variable(f"OTEL_{prefix}_{option}", default, parse, f"{items}, for exporters other than OTLP: {why}")
    for prefix, items in _SIGNALS.items()
    for option, (default, parse, why) in _OPTIONS.items()
)


def queues_below_batches(usable: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Find a queue that is smaller than a batch, at which the SDK gives up.

    Args:
        usable: variables whose text is good by itself.

    Yields:
        The variable that is to blame, half a sentence, and what is used instead.
    """
    for prefix in _SIGNALS:
        queue, batch = f"OTEL_{prefix}_MAX_QUEUE_SIZE", f"OTEL_{prefix}_MAX_EXPORT_BATCH_SIZE"
        if int(usable.get(queue, "2048")) >= int(usable.get(batch, "512")):
            continue
        if queue in usable:
            yield queue, f"is below {batch} ({usable.get(batch, '512')})", "2048"
        if batch in usable and int(usable[batch]) > 2048:
            yield batch, f"is above {queue} (2048)", "512"
