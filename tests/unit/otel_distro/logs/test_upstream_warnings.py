"""OpenTelemetry's own warnings come once a kind and minute, and short (traps: from outside)."""

import logging
from collections.abc import Iterator

import pytest
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import View

from otel_distro.logs.upstream_warnings import INTERVAL, LONGEST, RareWarnings


class Clock:
    """Time that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Put the filter before the loggers of these tests, for one test."""
    clock = Clock()
    rare = RareWarnings(clock)
    names = ("baggage", "baggage.propagation", "sdk.metrics._internal.metric_reader_storage")
    loggers = [logging.getLogger(f"opentelemetry.{name}") for name in names]
    for logger in loggers:
        logger.addFilter(rare)
    yield clock
    for logger in loggers:
        logger.removeFilter(rare)


def extract(header: str) -> None:
    """Read a baggage header as the server edge does."""
    W3CBaggagePropagator().extract({"baggage": header})


def test_bad_baggage_is_said_once(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """4,000 members that are none make one line a kind, and another one only after a minute."""
    for _ in range(5):
        extract(",".join(["no member"] * 800))
    kinds = {record.msg for record in caplog.records}
    assert len(caplog.records) == len(kinds) == 2

    clock.now += INTERVAL
    extract("no member")
    assert len(caplog.records) == 3


def test_each_kind_is_said(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """One kind of line does not silence another."""
    extract("no member")
    extract("k=v," * 181 + "z=v")

    assert [record.getMessage()[:20] for record in caplog.records] == [
        "Baggage list-member ",
        "Baggage exceeded the",
    ]
    assert clock.now == 1000.0


@pytest.mark.usefixtures("clock")
def test_details_that_are_asked_for_pass(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever turns on DEBUG gets every line."""
    with caplog.at_level(logging.DEBUG, "opentelemetry.baggage"):
        for number in range(3):
            logging.getLogger("opentelemetry.baggage").debug("detail %d", number)

    assert [record.getMessage() for record in caplog.records] == ["detail 0", "detail 1", "detail 2"]


@pytest.mark.usefixtures("clock")
def test_long_lines_are_cut(caplog: pytest.LogCaptureFixture) -> None:
    """60 kB of baggage are not echoed."""
    extract("k=" + "x" * 60_000)

    (record,) = caplog.records
    assert len(record.getMessage()) == LONGEST
    assert record.getMessage().startswith("Baggage header `k=xxx")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("views", "lines"), [(1, 0), (2, 1)])
def test_one_view_of_two_libraries_is_no_conflict(
    views: int, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Buckets that an operator chose for what two clients measure cost no line; two views of a name do."""
    chosen = [View(instrument_name="db.client.operation.duration") for _ in range(views)]
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], views=chosen, shutdown_on_exit=False)

    for library in ("mongodb", "redis"):
        provider.get_meter(library).create_histogram("db.client.operation.duration").record(1)

    assert len(caplog.records) == lines


@pytest.mark.usefixtures("clock")
def test_what_cannot_be_shown(caplog: pytest.LogCaptureFixture) -> None:
    """An argument that cannot be shown does not make the logging call raise."""

    class Unshowable:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    logging.getLogger("opentelemetry.baggage").warning("bad value %s", Unshowable())

    assert [record.getMessage() for record in caplog.records] == ["bad value %s"]
