"""The bridge from `logging`: every record arrives, and the application prints what it printed."""

import io
import logging
import logging.config
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from otel_distro.logs.bridge import LoggingBridge
from otel_distro.logs.reported import mark_reported


@pytest.fixture
def bridge(telemetry: Any) -> Iterator[LoggingBridge]:
    """Install a bridge for one test."""
    installed = LoggingBridge(logger_provider=telemetry.logger_provider, code_attributes=True)
    installed.install()
    yield installed
    installed.uninstall()


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Return a logger that lets INFO through and whose records print nothing."""
    fresh = logging.getLogger("shop.orders")
    fresh.setLevel(logging.INFO)
    fresh.propagate = False
    fresh.addHandler(logging.NullHandler())
    yield fresh
    fresh.handlers.clear()
    fresh.propagate = True


@pytest.mark.usefixtures("bridge")
def test_record_arrives_with_the_ids_of_its_span(telemetry: Any, logger: logging.Logger) -> None:
    """Message, level, extras, place in the code and trace are kept."""
    with telemetry.tracer_provider.get_tracer("test").start_as_current_span("work") as span:
        logger.warning("order %d is late", 7, extra={"order": 7, "tenant": "acme"})

    (record,) = telemetry.records
    assert record.body == "order 7 is late"
    assert record.severity_text == "WARN"
    assert record.attributes["order"] == 7
    assert record.attributes["tenant"] == "acme"
    assert record.attributes["code.function.name"] == "test_record_arrives_with_the_ids_of_its_span"
    assert (record.trace_id, record.span_id) == (
        span.get_span_context().trace_id,
        span.get_span_context().span_id,
    )
    (data,) = telemetry.log_exporter.get_finished_logs()
    assert data.instrumentation_scope.name == "shop.orders"


@pytest.mark.usefixtures("bridge")
def test_exception_arrives_whole(telemetry: Any, logger: logging.Logger) -> None:
    """`logger.exception` carries type, message and stack trace."""
    try:
        raise LookupError("gone")
    except LookupError:
        logger.exception("failed")

    (record,) = telemetry.records
    assert record.attributes["exception.type"] == "LookupError"
    assert record.attributes["exception.message"] == "gone"
    assert "test_exception_arrives_whole" in record.attributes["exception.stacktrace"]


class Broken:
    """Cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


def cyclic() -> list[Any]:
    """Return a list that contains itself."""
    inner: list[Any] = []
    inner.append(inner)
    return inner


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize(
    "value",
    [
        None,
        {"a": {"b": [1, None]}},
        {1, 2},
        object(),
        Broken(),
        {Broken(): 1},
        cyclic(),
        2**80,
        float("nan"),
        b"x",
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_extra_can_lose_a_record(telemetry: Any, logger: logging.Logger, value: object) -> None:
    """Whatever an extra holds, the record and its other attributes arrive (traps: Logs 4)."""
    logger.info("hello", extra={"odd": value, "good": 1})

    (record,) = telemetry.records
    assert record.body == "hello"
    assert record.attributes["good"] == 1
    assert "odd" in record.attributes


@pytest.mark.usefixtures("bridge")
def test_arguments_that_do_not_fit_keep_the_message(telemetry: Any) -> None:
    """A wrong number of arguments is `logging`'s business, and the record still arrives."""
    quiet = logging.getLogger("shop.quiet")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False

    quiet.warning("%s and %s", 1)

    assert [record.body for record in telemetry.records] == ["%s and %s"]


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("name", ["opentelemetry.sdk", "urllib3.connectionpool", "grpc", "uvicorn.access"])
def test_records_of_delivery_are_left_out(
    telemetry: Any, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a failing export logs is not exported in turn (traps: Logs 2)."""
    logging.getLogger(name).warning("retrying")

    assert not telemetry.records


@pytest.mark.usefixtures("bridge")
def test_logger_that_does_not_propagate_is_heard(telemetry: Any, logger: logging.Logger) -> None:
    """Loggers of uvicorn stop before the root logger, and arrive all the same (traps: Logs 1)."""
    assert not logger.propagate

    logger.error("server trouble")

    assert [record.body for record in telemetry.records] == ["server trouble"]


@pytest.mark.usefixtures("bridge")
def test_reported_exception_is_not_reported_again(telemetry: Any, logger: logging.Logger) -> None:
    """The server's log of an exception that the edge recorded is no second record."""
    error = ValueError("once")
    mark_reported(error)

    logger.error("Exception in ASGI application", exc_info=error)

    assert not telemetry.records


def test_application_logs_as_if_there_were_no_bridge(telemetry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`basicConfig` still works, and `dictConfig` does not switch the export off."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stderr", printed)
    bridge = LoggingBridge(logger_provider=telemetry.logger_provider)
    bridge.install()
    try:
        logging.getLogger("shop").warning("last resort")
        logging.basicConfig(format="MINE %(message)s")
        logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
        logging.getLogger("shop").warning("configured")
    finally:
        bridge.uninstall()

    assert printed.getvalue() == "last resort\nMINE configured\n"
    assert [record.body for record in telemetry.records] == ["last resort", "configured"]


def test_level_is_respected(telemetry: Any, logger: logging.Logger) -> None:
    """`OTEL_PYTHON_LOG_HANDLER_LEVEL` holds records back from export alone."""
    bridge = LoggingBridge(logger_provider=telemetry.logger_provider, level="error")
    bridge.install()
    try:
        logger.info("small")
        logger.error("large")
    finally:
        bridge.uninstall()

    assert [record.body for record in telemetry.records] == ["large"]
