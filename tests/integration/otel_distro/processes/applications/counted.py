"""A FastAPI application that counts its requests by the OpenTelemetry API."""

import os

from fastapi import FastAPI
from opentelemetry import metrics

app = FastAPI()
served = metrics.get_meter("counted").create_counter("requests.served")


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"


@app.get("/count")
def count() -> int:
    """Count one request, and say which process did."""
    served.add(1)
    return os.getpid()
