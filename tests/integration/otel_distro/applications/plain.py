"""A FastAPI application that knows nothing of telemetry."""

import logging

from fastapi import FastAPI

app = FastAPI()


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"


@app.get("/greeting/{name}")
def greeting(name: str) -> str:
    """Log, and answer."""
    logging.getLogger("greetings").warning("greeting %s", name)
    return f"Hello, {name}."


@app.get("/broken")
def broken() -> None:
    """Raise what nothing handles."""
    raise ValueError("no such luck")
