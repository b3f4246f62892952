"""What the service tells of itself, through the OpenTelemetry API alone."""
