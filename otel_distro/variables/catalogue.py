"""Lists the variables that only the SDK or an instrumentation reads.

They are checked all the same (`check.py`): the SDK gives up, or an instrumentation cannot be
imported, where one of them is bad.
"""

from collections.abc import Mapping

from otel_distro.variables import (
    batch_processors,
    exporters,
    http,
    launching,
    logs,
    metrics,
    otlp,
    tracing,
)
from otel_distro.variables.variable import Variable

CHECKED: Mapping[str, Variable] = {
    variable.name: variable
    for module in (exporters, otlp, tracing, metrics, logs, batch_processors, http, launching)
    for variable in module.CHECKED
}
"""By the name of the variable."""
