"""`otel-distro doctor`: says why there is no data, one line a check, and what to do."""
