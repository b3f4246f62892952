"""A FastAPI application whose request has four spans of its own below the server's."""

from fastapi import FastAPI
from opentelemetry import trace

app = FastAPI()
tracer = trace.get_tracer("served")


@app.get("/work/{number}")
async def work(number: int) -> dict[str, int]:
    """Do a little in four spans."""
    for step in range(4):
        with tracer.start_as_current_span(f"step {step}") as span:
            span.set_attribute("number", number)
            span.set_attribute("step", step)
    return {"number": number}
