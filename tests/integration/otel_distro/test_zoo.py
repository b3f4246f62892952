"""The zoo of hostile values, in a served application, on every entry of all three signals.

The same application runs bare and under the launcher. Every answer is the same, what it prints is
the same, and all good neighbours arrive (reliability: row 10; traps: Logs 4).
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes
from tests.unit.otel_distro.otlp.hostile import VALUES

ROOT = str(Path(__file__).parents[3])
MISUSES = ("/logging", "/raised/current", "/raised/used", "/raised/with", "/interrupted")


@pytest.fixture
def run_zoo(run_application: Any) -> Any:
    """Start the application of the zoo, bare or instrumented."""

    def run(**arguments: Any) -> Any:
        settings = {"PYTHONPATH": ROOT, "OTEL_METRIC_EXPORT_INTERVAL": "500"}
        return run_application("app", directory="zoo", **settings, **arguments)

    return run


def answers(application: Any) -> dict[str, tuple[int, str]]:
    """Visit every page, and return what each answered."""
    paths = [*(f"/zoo/{name}" for name in VALUES), *MISUSES]
    with httpx.Client(base_url=application.url, timeout=60) as client:
        found = [(path, client.get(path)) for path in paths]
    return {path: (response.status_code, response.text) for path, response in found}


def printed(text: str) -> Counter[str]:
    """Return the lines that an application printed, but for stack frames and our own."""
    ours = ("otel-distro:", "WARNING opentelemetry", "WARNING otel_distro", "INFO otel_distro")
    return Counter(line for line in text.splitlines() if line[:1].strip() and not line.startswith(ours))


def points(sink: OtlpSink, name: str) -> list[Any]:
    """Return the data points of a metric as they were last exported."""
    newest: dict[str, Any] = {}
    for request in sink.metrics:
        for group in request.resource_metrics:
            for metric in (metric for scope in group.scope_metrics for metric in scope.metrics):
                if metric.name == name:
                    data = getattr(metric, metric.WhichOneof("data"))
                    newest.update((str(attributes(point)), point) for point in data.data_points)
    return list(newest.values())


def neighbour(found: Iterable[Any]) -> Any:
    """Return the one data point of the good measurements."""
    (point,) = [point for point in found if attributes(point) == {"neighbour": "good"}]
    return point


def test_zoo(run_zoo: Any, otlp_sink: OtlpSink) -> None:
    """Nothing raised, no answer changed, all good neighbours arrive."""
    bare = run_zoo(instrumented=False)
    expected = answers(bare)
    bare.stop()

    application = run_zoo()
    found = answers(application)
    application.stop()

    assert found == expected
    assert {status for path, (status, _) in found.items() if path.startswith("/zoo/")} == {200}
    assert printed(application.stderr) == printed(bare.stderr)
    check_spans(otlp_sink)
    check_points(otlp_sink)
    check_records(otlp_sink)


def check_spans(sink: OtlpSink) -> None:
    """Each value's span arrived, with what stood beside the value."""
    spans = {attributes(span)["zoo.name"]: attributes(span) for span in sink.spans if span.name == "zoo"}
    assert spans.keys() == VALUES.keys()
    for name, arrived in spans.items():
        kept = {key: arrived.get(key) for key in ("before", "after", "first", "last")}
        assert kept == dict.fromkeys(kept, "good"), name
        assert "bad" in arrived
    for span in (span for span in sink.spans if span.name == "zoo"):
        events = {event.name: attributes(event) for event in span.events}
        assert (events["good"]["before"], events["good"]["after"]) == ("good", "good")
        assert events["exception"]["exception.message"] == "<UnshowableError that cannot be shown>"
        assert [attributes(link)["after"] for link in span.links] == ["good", "good"]
    blocks = [span.status.message for span in sink.spans if span.name == "block"]
    assert blocks == ["UnshowableError: <UnshowableError that cannot be shown>"] * 3


def check_points(sink: OtlpSink) -> None:
    """Each good measurement counted."""
    assert neighbour(points(sink, "zoo.good")).as_int == 2 * len(VALUES)
    assert neighbour(points(sink, "zoo.measured")).count == 2 * len(VALUES)
    assert neighbour(points(sink, "zoo.level")).as_int == 1
    assert neighbour(points(sink, "zoo.observed")).as_int == 1
    assert points(sink, "zoo_bad_name__")[0].as_int == len(VALUES)


def check_records(sink: OtlpSink) -> None:
    """Each value's log records arrived, and those beside them."""
    records = {record.body.string_value: attributes(record) for record in sink.records}
    for name in VALUES:
        assert {f"before {name}", f"after {name}"} <= records.keys()
        for kind in ("emitted", "extra"):
            arrived = records[f"{kind} {name}"]
            assert (arrived["before"], arrived["after"]) == ("good", "good")
            assert "bad" in arrived
    assert {"%s %s", "%d", "failed", "neighbour of the misuse"} <= records.keys()
    assert records["failed"]["exception.type"].endswith("UnshowableError")
