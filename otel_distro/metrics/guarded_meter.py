"""The SDK's meter provider and meter, safe to call with anything.

`configurator.py` has the SDK's configurator make this provider. A name or unit that the
specification does not allow is mended, so that the instrument still counts.
https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax
"""

import re
import threading
from collections.abc import Callable
from itertools import islice
from time import monotonic
from typing import Any, Final

from opentelemetry import metrics
from opentelemetry.sdk.metrics import Meter, MeterProvider

from otel_distro.delivery.stderr import write_line
from otel_distro.failsafe import failsafe
from otel_distro.metrics.guarded_instruments import guarded_callbacks, guarded_recording
from otel_distro.metrics.reader import COLLECTOR
from otel_distro.otlp.surface import Surface

LAST_COLLECTION_MILLIS: Final = 1_000
"""Milliseconds that the collection at exit may take; what it collected is delivered after that."""

_COLLECTORS: Final = (COLLECTOR, "OtelPeriodicExportingMetricReader")
_NAME: Final = re.compile(r"[a-zA-Z][-_./a-zA-Z0-9]{0,254}")
_NOT_IN_NAMES: Final = re.compile(r"[^-_./a-zA-Z0-9]")
_UNIT: Final = re.compile(r"[\x00-\x7F]{0,63}")
_MOST_BOUNDARIES: Final = 1000
_NOTHING: Final = metrics.NoOpMeter("otel_distro")


class GuardedMeterProvider(MeterProvider):
    """A meter provider whose meters and instruments no argument breaks.

    Args:
        surface: makes arguments safe.
        arguments: the SDK's.
    """

    def __init__(self, surface: Surface, **arguments: Any) -> None:
        # Before the SDK's part, which asks for a meter already.
        self._surface = surface
        super().__init__(**arguments)

    def get_meter(
        self, name: Any, version: Any = None, schema_url: Any = None, attributes: Any = None
    ) -> metrics.Meter:
        """Return the meter of an instrumentation scope."""
        scope = self._surface.scope(name, version, schema_url, attributes)
        # Without a name the SDK makes a meter that measures nothing.
        meter = super().get_meter(scope[0] or "unknown", *scope[1:])
        if type(meter) is Meter:
            meter.__class__ = GuardedMeter
            vars(meter)["surface"] = self._surface
        return meter

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Collect and deliver; answer whether every reader has done so, in time.

        The SDK's own answers True whatever its readers say, and raises where one of them fails.

        Args:
            timeout_millis: for all readers together.
        """
        until = monotonic() + timeout_millis / 1000
        flushes = [failsafe(reader.force_flush) for reader in self._metric_readers]
        answers = [flush(max(until - monotonic(), 0.0) * 1000) for flush in flushes]
        return all(answers)

    def shutdown(self, timeout_millis: float = LAST_COLLECTION_MILLIS) -> None:
        """Collect once more, and end; a callback that does not return does not hold up the exit.

        Args:
            timeout_millis: for the last collection.
        """
        super().shutdown(timeout_millis)
        if any(thread.name in _COLLECTORS for thread in threading.enumerate()):
            write_line("the last metrics are lost: a callback of an observable instrument did not return")


class GuardedMeter(Meter):
    """A meter that creates an instrument whatever it is given."""

    surface: Surface

    def create_counter(self, name: Any, unit: Any = "", description: Any = "") -> metrics.Counter:
        """Create a counter."""
        return self._guarded(super().create_counter, "add", name, unit, description)

    def create_up_down_counter(
        self, name: Any, unit: Any = "", description: Any = ""
    ) -> metrics.UpDownCounter:
        """Create a counter that may fall."""
        return self._guarded(super().create_up_down_counter, "add", name, unit, description)

    def create_histogram(
        self,
        name: Any,
        unit: Any = "",
        description: Any = "",
        *,
        explicit_bucket_boundaries_advisory: Any = None,
    ) -> metrics.Histogram:
        """Create a histogram; boundaries that are no ascending numbers are set aside."""
        return self._guarded(
            super().create_histogram,
            "record",
            name,
            unit,
            description,
            explicit_bucket_boundaries_advisory=self._boundaries(explicit_bucket_boundaries_advisory),
        )

    def create_gauge(self, name: Any, unit: Any = "", description: Any = "") -> Any:
        """Create a gauge."""
        return self._guarded(super().create_gauge, "set", name, unit, description)

    def create_observable_counter(
        self, name: Any, callbacks: Any = None, unit: Any = "", description: Any = ""
    ) -> metrics.ObservableCounter:
        """Create a counter that is read at each collection."""
        return self._observable(super().create_observable_counter, name, callbacks, unit, description)

    def create_observable_up_down_counter(
        self, name: Any, callbacks: Any = None, unit: Any = "", description: Any = ""
    ) -> metrics.ObservableUpDownCounter:
        """Create a counter that may fall and is read at each collection."""
        return self._observable(super().create_observable_up_down_counter, name, callbacks, unit, description)

    def create_observable_gauge(
        self, name: Any, callbacks: Any = None, unit: Any = "", description: Any = ""
    ) -> metrics.ObservableGauge:
        """Create a gauge that is read at each collection."""
        return self._observable(super().create_observable_gauge, name, callbacks, unit, description)

    def _guarded(
        self,
        create: Callable[..., Any],
        method: str,
        name: Any,
        unit: Any,
        description: Any,
        **options: Any,
    ) -> Any:
        """Create an instrument, and put a guard before the method that records with it."""
        text = self.surface.optional_text(description) or ""
        named = _valid_name(name, self.surface)
        instrument = failsafe(create)(named, _valid_unit(unit, self.surface), text, **options)
        if instrument is None:
            return _without_effect(create, named)
        if method not in vars(instrument):
            vars(instrument)[method] = guarded_recording(getattr(instrument, method), self.surface)
        return instrument

    def _observable(
        self,
        create: Callable[..., Any],
        name: Any,
        callbacks: Any,
        unit: Any,
        description: Any,
    ) -> Any:
        named = _valid_name(name, self.surface)
        text = self.surface.optional_text(description) or ""
        safe = failsafe(guarded_callbacks)(callbacks, self.surface)
        instrument = failsafe(create)(named, safe, _valid_unit(unit, self.surface), text)
        return _without_effect(create, named) if instrument is None else instrument

    @failsafe
    def _boundaries(self, boundaries: Any) -> list[float] | None:
        if boundaries is None:
            return None
        found: list[Any] = list(islice(boundaries, _MOST_BOUNDARIES))
        if all(type(one) in (int, float) for one in found) and found == sorted(set(found)):
            return found
        self.surface.refuse()
        return None


def _without_effect(create: Callable[..., Any], name: str) -> Any:
    """Return an instrument of the API that does nothing, of the kind that could not be created."""
    return getattr(_NOTHING, create.__name__)(name)


def _valid_name(name: Any, surface: Surface) -> str:
    if type(name) is str and _NAME.fullmatch(name):
        return name
    if type(name) is str:
        surface.refuse()
    mended = _NOT_IN_NAMES.sub("_", surface.text(name)[:255])
    return mended if _NAME.fullmatch(mended) else f"unnamed_{mended}"[:255]


def _valid_unit(unit: Any, surface: Surface) -> str:
    if unit is None or (type(unit) is str and _UNIT.fullmatch(unit)):
        return unit or ""
    surface.refuse()
    return ""
