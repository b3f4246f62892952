"""Variables about which spans are made, what they may hold, and how context travels.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.components import component, components
from otel_distro.variables.variable import Variable, setting

RATIO_SAMPLERS = ("traceidratio", "parentbased_traceidratio")
PLAIN_SAMPLERS = ("always_on", "always_off", "parentbased_always_on", "parentbased_always_off")


@dataclass(frozen=True)
class TracingSettings:
    """Propagation, sampling and ids."""

    propagators: tuple[str, ...] = setting(
        "OTEL_PROPAGATORS",
        "tracecontext,baggage",
        components("opentelemetry_propagator", "tracecontext", "baggage", "none"),
        "the specification's default",
    )
    sampler: str = setting(
        "OTEL_TRACES_SAMPLER",
        "parentbased_always_on",
        component("opentelemetry_traces_sampler", *PLAIN_SAMPLERS, *RATIO_SAMPLERS),
        "the specification's default",
    )
    sampler_argument: str | None = setting(
        "OTEL_TRACES_SAMPLER_ARG", "", parsing.text, "the sampler's argument, such as a ratio"
    )
    id_generator: str = setting(
        "OTEL_PYTHON_ID_GENERATOR",
        "random",
        component("opentelemetry_id_generator", "random"),
        "makes the ids that no caller brought",
    )


def _limit(name: str, default: str, why: str) -> Variable:
    return Variable(name, default, parsing.limit, why, instead="no limit")


CHECKED = (
    _limit("OTEL_ATTRIBUTE_COUNT_LIMIT", "128", "attributes of a span, event, link or log record, at most"),
    _limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "", "characters of an attribute's value, at most"),
    _limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "128", "attributes of a span, at most"),
    _limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "", "characters of a span attribute's value, at most"),
    _limit("OTEL_SPAN_EVENT_COUNT_LIMIT", "128", "events of a span, at most"),
    _limit("OTEL_SPAN_LINK_COUNT_LIMIT", "128", "links of a span, at most"),
    _limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "128", "attributes of a span's event, at most"),
    _limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "128", "attributes of a span's link, at most"),
)


def sampler_argument_fault(sampler: str, argument: str) -> str:
    """Say what is wrong with a sampler's argument in half a sentence; nothing where it may be right.

    A sampler that a package brought takes what it likes.
    """
    if sampler not in (*RATIO_SAMPLERS, *PLAIN_SAMPLERS):
        return ""
    try:
        parsing.ratio(argument)
    except ValueError as error:
        return str(error)
    return ""
