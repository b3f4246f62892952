"""Makes instruments safe to call with anything: measurements as they are made, and callbacks.

The SDK finds an instrument's aggregation by its exact class, so an instrument keeps its class and
gets another recording method.
https://opentelemetry.io/docs/specs/otel/metrics/api/#synchronous-instrument-api
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import islice
from typing import Any, Final

from opentelemetry.metrics import CallbackOptions, Observation

from otel_distro.failsafe import CONTAINED, failsafe, failsafe_in_thread
from otel_distro.otlp.measurement import measured_number
from otel_distro.otlp.surface import Surface
from otel_distro.otlp.wire import MAX_INT64

MOST_OBSERVATIONS: Final = 10_000
"""Observations of one callback; an endless one must not hold up the others."""

Record = Callable[..., None]
Callback = Callable[[CallbackOptions], Iterable[Observation]]


def guarded_recording(record: Record, surface: Surface) -> Record:
    """Wrap `add`, `record` or `set` of an instrument so that no argument makes it raise.

    Args:
        record: the SDK's bound method.
        surface: makes arguments safe, and counts what is no number.
    """

    @failsafe
    def make_safe(amount: Any, attributes: Any, context: Any) -> None:
        number = _number(amount, surface)
        if number is not None:
            safe = surface.attributes(attributes, None)
            record(number, safe, context if context is None else surface.instance(context, dict, None))

    def guarded(amount: Any, attributes: Any = None, context: Any = None) -> None:
        kind: type = type(amount)  # pyright: ignore[reportUnknownVariableType]
        if (kind is float or (kind is int and -MAX_INT64 <= amount <= MAX_INT64)) and (
            context is None or issubclass(type(context), dict)
        ):
            try:
                return record(amount, surface.attributes(attributes, None), context)
            except CONTAINED:  # a foreign view or reservoir may raise anything
                return surface.refuse()
        return make_safe(amount, attributes, context)

    return guarded


def guarded_callbacks(callbacks: Any, surface: Surface) -> list[Callback] | None:
    """Wrap the callbacks of an observable instrument; what is no callback is left out."""
    if callbacks is None:
        return None
    found: Sequence[Any] = _list_of(callbacks) or ()
    usable: list[Any] = [
        callback for callback in found if callable(callback) or isinstance(callback, Generator)
    ]
    surface.refuse(len(found) - len(usable))
    return [_guarded_callback(_started(callback), surface) for callback in usable]


def _guarded_callback(callback: Callback, surface: Surface) -> Callback:
    def observe(options: CallbackOptions) -> list[Observation]:
        found: list[Observation] = []
        _collect(callback, options, surface, found)
        return found

    return observe


@failsafe_in_thread
def _collect(
    callback: Callback, options: CallbackOptions, surface: Surface, found: list[Observation]
) -> None:
    """Append what a callback observes; what it yields before it raises stays."""
    for observation in islice(callback(options) or (), MOST_OBSERVATIONS):
        if (safe := _safe_observation(observation, surface)) is not None:
            found.append(safe)  # noqa: PERF401 - it stays where the next one raises


def _safe_observation(observation: Any, surface: Surface) -> Observation | None:
    if not issubclass(type(observation), Observation):
        surface.refuse()
        return None
    value = _number(observation.value, surface)
    if value is None:
        return None
    context = observation.context
    safe = surface.attributes(observation.attributes, None)
    return Observation(value, safe, context if issubclass(type(context), dict) else None)


def _number(amount: Any, surface: Surface) -> int | float | None:
    try:
        return measured_number(amount)
    except CONTAINED:  # a foreign number may raise anything
        surface.refuse()
        return None


@failsafe
def _list_of(callbacks: Any) -> list[Any]:
    return list(islice(callbacks, MOST_OBSERVATIONS))


def _started(callback: Any) -> Callback:
    """Return a callback as a function; a generator is advanced to where it takes its first options."""
    if not isinstance(callback, Generator):
        return callback
    next(callback)  # pyright: ignore[reportUnknownArgumentType]

    def resume(options: CallbackOptions) -> Iterable[Observation]:
        try:
            return callback.send(options)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        except StopIteration:
            return ()

    return resume
