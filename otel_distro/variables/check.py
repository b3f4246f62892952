"""Finds the values that cannot be used, before the SDK or an instrumentation sees them.

Called by `settings.py` with the environment; what is wrong becomes one sentence that names the
variable, its value unless it may be a secret, and what is used instead.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#parsing-empty-value
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from otel_distro.parsing import PartlyBadError
from otel_distro.variables.batch_processors import queues_below_batches
from otel_distro.variables.instrumentation import of_a_library
from otel_distro.variables.masking import quoted
from otel_distro.variables.tracing import sampler_argument_fault
from otel_distro.variables.variable import Variable

_SAMPLER, _ARGUMENT = "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"


@dataclass(frozen=True)
class Checked:
    """What an environment says in variables that are known.

    Args:
        usable: their text, without what is bad or empty, in the one spelling that all readers take.
        problems: one sentence for each bad value.
    """

    usable: Mapping[str, str]
    problems: tuple[str, ...]


def check(environ: Mapping[str, str], known: Mapping[str, Variable]) -> Checked:
    """Check the variables that are known, and those that some library's instrumentation has.

    Args:
        environ: variable names to text, such as `os.environ`.
        known: the variables, by name.
    """
    usable: dict[str, str] = {}
    problems: list[str] = []
    for variable, given in _given(environ, known):
        text, problem = _checked(variable, given)
        problems += problem
        if text:
            usable[variable.name] = text
    for name, reason, instead in _contradictions(usable):
        problems.append(_sentence(known[name], usable.pop(name), reason, instead))
    return Checked(usable, tuple(problems))


def _given(environ: Mapping[str, str], known: Mapping[str, Variable]) -> Iterator[tuple[Variable, str]]:
    for name, value in environ.items():
        given = value.strip()
        variable = known.get(name) or of_a_library(name)
        if variable and given:
            yield variable, given


def _checked(variable: Variable, given: str) -> tuple[str, list[str]]:
    try:
        return variable.plain(given), []
    except PartlyBadError as error:
        instead = "the rest of it" if variable.secret else quoted(variable, error.usable)
        return variable.plain(error.usable), [_sentence(variable, given, str(error), instead)]
    except ValueError as error:
        return "", [_sentence(variable, given, str(error), variable.default or variable.instead)]


def _contradictions(usable: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the variables that are bad beside others, with half a sentence and what is used."""
    yield from list(queues_below_batches(usable))
    sampler = usable.get(_SAMPLER, "parentbased_always_on").lower()
    fault = sampler_argument_fault(sampler, usable[_ARGUMENT]) if _ARGUMENT in usable else ""
    if fault:
        yield _ARGUMENT, fault, "1.0" if "ratio" in sampler else f"{sampler}, which needs none"


def _sentence(variable: Variable, given: str, reason: str, instead: str) -> str:
    used = f"using {instead}" if instead else "it is ignored"
    return f"{variable.name}: {quoted(variable, given)} {reason}; {used}"
