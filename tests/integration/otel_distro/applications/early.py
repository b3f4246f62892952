"""An application whose telemetry is its own choice, and whose parts may be imported early."""

from fastapi import FastAPI

app = FastAPI(telemetry={"operation_spans": True, "auto_configure": True})


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"
