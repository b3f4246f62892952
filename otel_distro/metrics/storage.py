"""Gives a forked child metrics of its own, and notices the first measurement of a process.

The SDK copies the parent's counts into every child, which reports them again as its own, and its
locks as they were: one that another thread held is never released in the child. Both lie in
objects that the SDK has no function for, so they are replaced where it keeps them.
https://opentelemetry.io/docs/specs/otel/metrics/sdk/
"""

import threading
from collections.abc import Callable
from time import time_ns
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.metrics import Counter, MeterProvider
from opentelemetry.sdk.metrics._internal.aggregation import (  # pyright: ignore[reportMissingTypeStubs]
    _SumAggregation,  # pyright: ignore[reportPrivateUsage]
)
from opentelemetry.sdk.metrics._internal.measurement import Measurement
from opentelemetry.sdk.metrics._internal.metric_reader_storage import MetricReaderStorage


def on_first_measurement(provider: Any, notify: Callable[[], None]) -> None:
    """Call something before the first measurement of a synchronous instrument.

    Args:
        provider: the SDK's; another one is left alone.
        notify: called once, by the thread that measures.
    """
    consumer = _consumer(provider)
    if consumer is None:
        return

    def first(measurement: Any) -> None:
        consumer.__dict__.pop("consume_measurement", None)
        notify()
        consumer.consume_measurement(measurement)

    consumer.consume_measurement = first


def renew_storage(provider: Any) -> None:
    """Forget all measurements in a forked child, and the locks of its parent.

    Series that stand at zero in the parent do so in the child: they were made so that they exist.
    """
    consumer = _consumer(provider)
    if consumer is None:
        return
    consumer._lock = threading.Lock()
    renewed: dict[Any, Any] = {}
    for reader, old in consumer._reader_storages.items():
        renewed[reader] = _renewed(old)
    consumer._reader_storages = renewed
    for meter in provider._meters.values():
        meter._instrument_registration_lock = threading.Lock()


def _consumer(provider: Any) -> Any:
    """Return what the SDK's meter provider hands measurements to; `None` for another provider."""
    return provider._measurement_consumer if _is_sdk(provider) else None


def _is_sdk(provider: Any) -> bool:
    return isinstance(provider, MeterProvider)


def _renewed(old: Any) -> MetricReaderStorage:
    storage = MetricReaderStorage(
        old._sdk_config, old._instrument_class_temporality, old._instrument_class_aggregation
    )
    for instrument, matches in list(old._instrument_view_instrument_matches.items()):
        if isinstance(instrument, Counter):
            for aggregation in [one for match in matches for one in _series(match)]:
                zero = Measurement(0, time_ns(), instrument, Context(), aggregation._attributes)
                storage.consume_measurement(zero, should_sample_exemplar=False)
    return storage


def _series(match: Any) -> list[Any]:
    """Return the series of a counter that stand at zero."""
    series: list[Any] = list(match._attributes_aggregation.values())
    return [one for one in series if type(one) is _SumAggregation and getattr(one, "_value", None) == 0]
