"""An application that hands hostile values to every entry of the OpenTelemetry API and to `logging`."""

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from opentelemetry import _logs, metrics, trace
from opentelemetry._logs import LogRecord
from opentelemetry.metrics import Observation
from opentelemetry.trace import Link, SpanContext, StatusCode, TraceFlags

from tests.unit.otel_distro.otlp.hostile import VALUES

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
logger = logging.getLogger("zoo")
tracer = trace.get_tracer("zoo")
meter = metrics.get_meter("zoo")
otel_logger = _logs.get_logger("zoo")
good_counter = meter.create_counter("zoo.good")
good_histogram = meter.create_histogram("zoo.measured")
good_gauge = meter.create_gauge("zoo.level")
observed: list[Any] = [Observation(1, {"neighbour": "good"})]
meter.create_observable_gauge("zoo.observed", [lambda _: [*observed, Observation(2, {"neighbour": "too"})]])
LINKED = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1))

app = FastAPI()


class UnshowableError(Exception):
    """An exception that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@app.exception_handler(UnshowableError)
def say_that_it_was_raised(_request: Request, _error: Exception) -> Response:
    """Answer with a status that no other exception gets."""
    return Response("unshowable", 418)


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"


@app.get("/zoo/{name}")
async def zoo(name: str) -> dict[str, Any]:
    """Hand one value to every entry, between good ones."""
    bad = VALUES[name]()
    mixed = {"before": "good", "bad": bad, "after": "good"}
    trace_with(name, bad, mixed)
    measure_with(bad)
    log_with(name, bad, mixed)
    return {"name": name}


def trace_with(name: str, bad: Any, mixed: dict[str, Any]) -> None:
    """Hand the value to the tracer's and the span's methods."""
    tracer.start_span(bad, attributes=bad).end()
    with tracer.start_as_current_span("zoo", attributes=mixed, links=[Link(LINKED, mixed)]) as span:
        span.set_attribute("zoo.name", name)
        span.set_attribute("one", bad)
        span.set_attribute(bad, "good")
        span.set_attributes({"first": "good", "bad too": bad, "last": "good"})
        span.add_event(bad, mixed, bad)
        span.add_event("good", mixed)
        span.add_link(LINKED, mixed)
        span.record_exception(UnshowableError(), mixed)
        span.set_status(StatusCode.ERROR, bad)
        span.update_name(bad)
        span.update_name("zoo")


def measure_with(bad: Any) -> None:
    """Hand the value to instruments, old and new."""
    for record in (good_counter.add, good_histogram.record, good_gauge.set):
        record(1, {"neighbour": "good"})
        record(bad, {"bad": "amount"})
        record(1, {"bad": bad})
        record(1, {"neighbour": "good"})
    meter.create_counter("zoo bad name ü", "ü" * 100).add(1)
    observed.append(bad)
    observed.append(Observation(bad, {"bad": bad}))


def log_with(name: str, bad: Any, mixed: dict[str, Any]) -> None:
    """Hand the value to the Logs API and to `logging`."""
    otel_logger.emit(body=bad, attributes=mixed, event_name=bad, severity_text=bad)
    otel_logger.emit(LogRecord(body=f"emitted {name}", attributes=mixed, exception=UnshowableError()))
    logger.info("before %s", name)
    logger.info("extra %s", name, extra={"before": "good", "bad": bad, "after": "good"})
    logger.info("after %s", name)


@app.get("/logging")
async def misuse_logging() -> str:
    """Log with arguments that do not fit, and an exception that cannot be shown."""
    logger.warning("%s %s", 1)
    logger.warning("%d", "x")
    try:
        raise UnshowableError
    except UnshowableError:
        logger.exception("failed")
    logger.warning("neighbour of the misuse")
    return "logged"


@app.get("/raised/{where}")
async def raised(where: str) -> str:
    """Raise what cannot be shown, out of the kinds of block that there are."""
    if where == "current":
        with tracer.start_as_current_span("block"):
            raise UnshowableError
    if where == "used":
        with trace.use_span(tracer.start_span("block"), end_on_exit=True):
            raise UnshowableError
    with tracer.start_span("block"):
        raise UnshowableError


@app.get("/interrupted")
def unhandled() -> None:
    """Raise what nothing handles and nothing can show."""
    raise RuntimeError(UnshowableError())


@app.post("/users")
async def create_user(request: Request) -> dict[str, str]:
    """Log what a caller sent, and fail over it in a span that ends well."""
    user = (await request.json())["user"]
    logger.info("user %s", user)
    try:
        with tracer.start_as_current_span("check", attributes={"user": user}):
            raise ValueError(user)
    except ValueError:
        logger.info("rejected", exc_info=True, extra={"user": user})
    logger.info("neighbour")
    return {"checked": "yes"}
