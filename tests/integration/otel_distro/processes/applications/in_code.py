"""An application that sets telemetry up itself: after its imports, or after it was made."""

import os

from fastapi import FastAPI
from opentelemetry import metrics

import otel_distro

if os.environ.get("WHEN") != "after":
    otel_distro.instrument()

app = FastAPI()
served = metrics.get_meter("in_code").create_counter("requests.served")


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"


@app.get("/count")
def count() -> int:
    """Count one request, and say which process did."""
    served.add(1)
    return os.getpid()


otel_distro.instrument()
otel_distro.instrument()
