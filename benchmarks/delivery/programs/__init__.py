"""The applications that are measured; they know the OpenTelemetry API and nothing of who records."""
