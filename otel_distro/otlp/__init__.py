"""OTLP: turns finished spans, log records and metrics into the bytes of an export request."""
