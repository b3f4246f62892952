"""Owns the ids of new traces and spans: the caller's where it asked for one, else random.

Used by the tracer provider; wraps the generator that `OTEL_PYTHON_ID_GENERATOR` names.
https://opentelemetry.io/docs/specs/otel/trace/sdk/#id-generators
"""

import logging
from importlib.metadata import entry_points

from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

from otel_distro.propagation import current_requested_trace_id

_logger = logging.getLogger(__name__)


class RequestedIdGenerator(IdGenerator):
    """Takes the requested trace id for root spans, and another generator's ids otherwise."""

    def __init__(self, generator: IdGenerator) -> None:
        self._generator = generator

    def generate_span_id(self) -> int:
        """Return a new span id."""
        return self._generator.generate_span_id()

    def generate_trace_id(self) -> int:
        """Return the trace id that was asked for, or a new one."""
        return current_requested_trace_id() or self._generator.generate_trace_id()

    def is_trace_id_random(self) -> bool:
        """Say whether the id at hand is random; one that a caller chose need not be."""
        return not current_requested_trace_id() and self._generator.is_trace_id_random()


def create_id_generator(name: str) -> RequestedIdGenerator:
    """Create the id generator.

    Args:
        name: an entry point of the group `opentelemetry_id_generator`, such as `random`. One that
            cannot be loaded is named in a warning, and random ids are used.
    """
    return RequestedIdGenerator(_load(name))


def _load(name: str) -> IdGenerator:
    if name == "random":
        return RandomIdGenerator()
    try:
        (entry_point,) = entry_points(group="opentelemetry_id_generator", name=name)
        generator = entry_point.load()()
    except Exception as error:  # noqa: BLE001 - whatever a third party's module raises
        _logger.warning("OTEL_PYTHON_ID_GENERATOR: %r cannot be loaded (%s); using random", name, error)
        return RandomIdGenerator()
    return generator if isinstance(generator, IdGenerator) else RandomIdGenerator()
