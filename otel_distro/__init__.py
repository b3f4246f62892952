"""OpenTelemetry distribution for FastAPI services on MongoDB and Redis."""
