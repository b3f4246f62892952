"""Whatever is handed to a logger, nothing raises, and the good neighbours arrive (traps: Logs 4)."""

import logging
import time
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor

from otel_distro.logs.bridge import LoggingBridge
from otel_distro.logs.guarded_logger import GuardedLoggerProvider
from otel_distro.otlp.logs import encode_log_records
from otel_distro.otlp.surface import Surface
from tests.unit.otel_distro.otlp.hostile import VALUES, Colour, FakeScalar, Plain, Unshowable, UnshowableError

LONGEST = 10.0
"""Seconds that one hostile value may take in all its places."""

each_value = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())


class Recorded:
    """A guarded provider, what it has counted, and what would leave the process."""

    def __init__(self) -> None:
        self.replaced = 0
        self._exporter = InMemoryLogRecordExporter()
        self.provider = GuardedLoggerProvider(Surface(self._count), shutdown_on_exit=False)
        self.provider.add_log_record_processor(SimpleLogRecordProcessor(self._exporter))
        self.logger = self.provider.get_logger("zoo")

    def _count(self, values: int) -> None:
        self.replaced += values

    @property
    def records(self) -> list[Any]:
        """The records as a Collector sees them."""
        payload = encode_log_records(self._exporter.get_finished_logs()).payload
        groups = ExportLogsServiceRequest.FromString(payload).resource_logs
        return [record for group in groups for scope in group.scope_logs for record in scope.log_records]


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """Record through a guarded provider, for one test."""
    recorded = Recorded()
    yield recorded
    recorded.provider.shutdown()


@pytest.fixture
def shop(recorded: Recorded) -> Iterator[logging.Logger]:
    """Return a logger of `logging` whose records are taken and printed nowhere."""
    bridge = LoggingBridge(logger_provider=recorded.provider)
    bridge.install()
    logger = logging.getLogger("shop.zoo")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    yield logger
    bridge.uninstall()


def attributes(record: Any) -> dict[str, Any]:
    """Return the attributes of a decoded record."""
    return {pair.key: pair.value for pair in record.attributes}


@each_value
def test_every_entry(recorded: Recorded, make: Any) -> None:
    """The value is handed to every parameter; neighbours arrive, in the same record too."""
    bad = make()
    mixed = {"before": "good", "bad": bad, "after": "good"}
    began = time.perf_counter()

    logger = recorded.provider.get_logger(bad, bad, bad, {"bad": bad})
    logger.emit(bad)
    logger.emit(
        timestamp=bad,
        observed_timestamp=bad,
        context=bad,
        severity_number=bad,
        severity_text=bad,
        body=bad,
        attributes=bad,
        event_name=bad,
        exception=bad,
    )
    recorded.logger.emit(body="mixed", attributes=mixed, exception=UnshowableError(bad))
    recorded.logger.emit(LogRecord(body="whole", attributes=mixed, exception=UnshowableError(bad)))
    recorded.logger.emit(LogRecord(body="neighbour", severity_number=SeverityNumber.INFO))

    assert time.perf_counter() - began < LONGEST
    found = {record.body.string_value: record for record in recorded.records}
    assert "neighbour" in found
    for name in ("mixed", "whole"):
        arrived = attributes(found[name])
        assert arrived["before"].string_value == arrived["after"].string_value == "good"
        assert "bad" in arrived
        assert arrived["exception.message"].string_value == "<UnshowableError that cannot be shown>"


@each_value
def test_extras_of_logging(recorded: Recorded, shop: logging.Logger, make: Any) -> None:
    """An extra, a message or an exception of any kind costs neither the record nor its neighbours."""
    bad = make()
    began = time.perf_counter()

    shop.warning("extra", extra={"before": "good", "bad": bad, "after": "good"})
    shop.warning("key", extra={"after": "good", **_keyed(bad)})
    try:
        raise UnshowableError
    except UnshowableError:
        shop.exception("failed", extra={"bad": bad})
    shop.warning("neighbour")

    assert time.perf_counter() - began < LONGEST
    found = {record.body.string_value: record for record in recorded.records}
    assert {"extra", "key", "failed", "neighbour"} == set(found)
    arrived = attributes(found["extra"])
    assert arrived["before"].string_value == arrived["after"].string_value == "good"
    assert "bad" in arrived
    assert attributes(found["key"])["after"].string_value == "good"
    assert attributes(found["failed"])["exception.type"].string_value.endswith("UnshowableError")


def _keyed(value: Any) -> dict[Any, str]:
    return {value: "good"} if type(value).__hash__ and not issubclass(type(value), MappingProxyType) else {}


def test_extras_round_trip(recorded: Recorded, shop: logging.Logger) -> None:
    """What has a form in OTLP arrives as it is, and the rest as text that says what it was."""
    shop.warning(
        "zoo",
        extra={
            "text": "ü",
            "number": 7,
            "float": 0.5,
            "truth": True,
            "nothing": None,
            "bytes": b"\xff",
            "list": [1, "a"],
            "dict": {"a": {"b": 1}},
            "set": {1},
            "enum": Colour.RED,
            "numpy": FakeScalar(5),
            "big": 2**70,
            "object": Plain(),
            "unshowable": Unshowable(),
        },
    )

    found = attributes(recorded.records[0])
    assert found["text"].string_value == "ü"
    assert found["number"].int_value == 7
    assert found["float"].double_value == 0.5
    assert found["truth"].bool_value is True
    assert found["nothing"].WhichOneof("value") is None
    assert found["bytes"].bytes_value == b"\xff"
    first, second = found["list"].array_value.values
    assert (first.int_value, second.string_value) == (1, "a")
    assert found["dict"].kvlist_value.values[0].value.kvlist_value.values[0].value.int_value == 1
    assert found["set"].array_value.values[0].int_value == 1
    assert (found["enum"].string_value, found["numpy"].int_value) == ("red", 5)
    assert found["big"].string_value == str(2**70)
    assert found["object"].string_value == "<Plain>"
    assert found["unshowable"].string_value == "<Unshowable that cannot be shown>"


def test_too_many_attributes(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """Of 10,000 attributes the first are kept, and nothing floods."""
    with pytest.warns(UserWarning, match="dropped"):
        recorded.logger.emit(body="many", attributes={f"key {n}": n for n in range(10_000)})

    (found,) = recorded.records
    assert (len(found.attributes), found.dropped_attributes_count) == (128, 9_872)
    assert recorded.replaced == 9_872
    assert not caplog.records


def test_a_record_stays_the_applications(recorded: Recorded) -> None:
    """The record that was handed over keeps its exception and attributes."""
    error = ValueError("no luck")
    record = LogRecord(body="kept", attributes={"a": 1}, exception=error)

    recorded.logger.emit(record)

    assert (record.attributes, record.exception) == ({"a": 1}, error)
    assert attributes(recorded.records[0])["exception.message"].string_value == "no luck"


def test_interrupts_pass(recorded: Recorded) -> None:
    """What is meant for the process passes."""

    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded.logger.emit(body="x", attributes={"bad": Interrupted()})  # type: ignore[dict-item]
