"""Bounds the series of each metric: what is beyond goes into one of its own, and no count is lost.

A caller that invents a value for each request would otherwise make a series each. The SDK does this
by itself from 1.45.2 on; with an older one, its store gets a dictionary that knows when it is full.
https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
"""

from time import time_ns
from typing import Any, Final

from opentelemetry.sdk.metrics._internal import (
    _view_instrument_match,  # pyright: ignore[reportPrivateUsage] - where the series are kept
    metric_reader_storage,
)
from opentelemetry.sdk.metrics.view import DefaultAggregation

SERIES_LIMIT: Final = 2000
"""Series of one metric, besides the one for all others; the specification's default."""
OVERFLOW: Final = {"otel.metric.overflow": True}


_KEY: Final = _view_instrument_match._hash_attributes(OVERFLOW)  # pyright: ignore[reportPrivateUsage]


def configure_cardinality_limit() -> None:
    """Bound the series of every meter provider that is created from now on."""
    if not hasattr(_view_instrument_match, "_DEFAULT_CARDINALITY_LIMIT"):
        setattr(metric_reader_storage, "_ViewInstrumentMatch", BoundedMatch)  # noqa: B010 - a private name


class BoundedMatch(_view_instrument_match._ViewInstrumentMatch):  # pyright: ignore[reportPrivateUsage]
    """The SDK's store of one metric's series, with a bound."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._attributes_aggregation = _Series(self)

    def create_overflow(self) -> Any:
        """Return the aggregation for everything beyond the bound."""
        view: Any = self._view
        aggregation: Any = view._aggregation
        if isinstance(aggregation, DefaultAggregation):
            aggregation = self._instrument_class_aggregation[type(self._instrument)]
        factory: Any = view._exemplar_reservoir_factory
        return aggregation._create_aggregation(self._instrument, OVERFLOW, factory, time_ns())


class _Series(dict[Any, Any]):
    """The aggregations of one metric by their attributes. A full one claims to hold every other."""

    def __init__(self, match: BoundedMatch) -> None:
        super().__init__()
        self._match = match

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or len(self) >= SERIES_LIMIT

    def __missing__(self, _key: object) -> Any:
        overflow = self.get(_KEY)
        return self.setdefault(_KEY, self._match.create_overflow()) if overflow is None else overflow
