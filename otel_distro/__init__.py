"""OpenTelemetry distribution for FastAPI services on MongoDB and Redis."""

from otel_distro.in_code import instrument, shutdown

__all__ = ["instrument", "shutdown"]
