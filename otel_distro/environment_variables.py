"""Names of the variables that this distribution adds to OpenTelemetry's own.

`opentelemetry-instrument` loads this module through the entry point
`opentelemetry_environment_variables` and offers each name as an option of its own.
"""

OTEL_DISTRO_ACCESS_RECORDS = "OTEL_DISTRO_ACCESS_RECORDS"
"""Whether each request leaves one log record inside its server span (`true` or `false`)."""

OTEL_DISTRO_HISTOGRAM_BUCKETS = "OTEL_DISTRO_HISTOGRAM_BUCKETS"
"""Upper bounds of the buckets of histograms, `metric=bound,bound,…;metric=…`."""

OTEL_DISTRO_INSTRUMENT = "OTEL_DISTRO_INSTRUMENT"
"""`true`: each Python process of this environment is instrumented as it starts."""

OTEL_DISTRO_SCRAPED_NAMES = "OTEL_DISTRO_SCRAPED_NAMES"
"""Further names of metrics for a scraper of the process, `metric=other.name{attribute:label,…};…`."""

OTEL_DISTRO_SHUTDOWN_TIMEOUT = "OTEL_DISTRO_SHUTDOWN_TIMEOUT"
"""Milliseconds that a process that ends may go on delivering, all signals together."""

OTEL_DISTRO_SPOOL_DIR = "OTEL_DISTRO_SPOOL_DIR"
"""The directory where undelivered telemetry waits."""

OTEL_DISTRO_SPOOL_MAX_MIB = "OTEL_DISTRO_SPOOL_MAX_MIB"
"""The most that waits there for each service, in MiB; 0 keeps nothing on disk."""

OTEL_DISTRO_TRACE_ID_HEADER = "OTEL_DISTRO_TRACE_ID_HEADER"
"""The header that carries the trace id in and out; `none` turns it off."""
