"""Puts the buckets that an operator chose in the place of those of the instruments.

The SDK's configurator has no argument for views, so they are given to the provider that it makes.
https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view
"""

import functools
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk import _configuration as sdk_configuration
from opentelemetry.sdk.metrics import Histogram
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View


@contextmanager
def chosen_buckets(buckets: Mapping[str, tuple[float, ...]]) -> Generator[None]:
    """Give the meter provider that the SDK's configurator makes in this block these buckets.

    Args:
        buckets: upper bounds by the metric's name, in its unit; other metrics keep their own.
    """
    views = [_view(name, bounds) for name, bounds in buckets.items()]
    module: Any = sdk_configuration
    original = module.MeterProvider
    module.MeterProvider = functools.partial(original, views=views)
    try:
        yield
    finally:
        module.MeterProvider = original


def _view(name: str, bounds: tuple[float, ...]) -> View:
    aggregation = ExplicitBucketHistogramAggregation(bounds)
    return View(instrument_type=Histogram, instrument_name=name, aggregation=aggregation)
