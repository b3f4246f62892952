"""A program that leaves one span and one log record, says what it sees, and ends with a status of its own."""

import json
import logging
import os
import sys

from opentelemetry import trace

with trace.get_tracer("program").start_as_current_span("work"):
    logging.getLogger("program").warning("working")

sys.stdout.write(
    json.dumps(
        {
            "arguments": sys.argv[1:],
            "isolated": bool(sys.flags.isolated),
            "user": os.environ.get("USER_SITECUSTOMIZE"),
            "environ": {name: value for name, value in os.environ.items() if name.startswith("OTEL_")},
        }
    )
)
sys.exit(7)
