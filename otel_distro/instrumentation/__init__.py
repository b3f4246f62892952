"""Instrumentations: one library a file, written against the OpenTelemetry API."""
