"""Names of the variables that this distribution adds to OpenTelemetry's own.

`opentelemetry-instrument` loads this module through the entry point
`opentelemetry_environment_variables` and offers each name as an option of its own.
"""

OTEL_DISTRO_ACCESS_RECORDS = "OTEL_DISTRO_ACCESS_RECORDS"
"""Whether each request leaves one log record inside its server span (`true` or `false`)."""

OTEL_DISTRO_TRACE_ID_HEADER = "OTEL_DISTRO_TRACE_ID_HEADER"
"""The header that carries the trace id in and out; `none` turns it off."""
