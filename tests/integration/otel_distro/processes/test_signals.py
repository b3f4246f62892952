"""A signal ends a server as it would without telemetry, and nothing that it served is missing."""

import signal
from typing import Any

import pytest

from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.servers import SERVERS
from tests.integration.otel_distro.processes.telemetry import counted, process_ids, served


def case(name: str, number: signal.Signals) -> Any:
    """Return a server and a signal; those that are much like another are left to the long run."""
    marks = [pytest.mark.soak] if name in ("uvicorn-reload", "gunicorn-asgi") else []
    return pytest.param(name, number, id=f"{name}-{number.name}", marks=marks)


CASES = [
    *[case(name, signal.SIGTERM) for name in SERVERS],
    case("uvicorn", signal.SIGINT),
    case("gunicorn", signal.SIGINT),
]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_signal_loses_nothing_and_keeps_the_exit_status(
    serve: Any, otlp_sink: OtlpSink, name: str, number: int
) -> None:
    """400 spans and a count of 400 arrive; the status is the bare one (Launching 6, Lifecycle, row 6)."""
    # gunicorn kills uvicorn's workers at SIGINT: what they measured since the last export goes with them.
    bare, server = serve(name, instrumented=False), serve(name, OTEL_METRIC_EXPORT_INTERVAL="1000")
    bare.wait_until_served()
    server.wait_until_served()
    workers = set(server.count(400))

    expected, status = bare.end(number), server.end(number)

    assert status == expected
    assert len(served(otlp_sink)) == 400
    assert len({span.span_id for span in otlp_sink.spans}) == len(otlp_sink.spans)
    assert counted(otlp_sink) == 400
    assert workers <= process_ids(otlp_sink)
    assert server.process.pid in workers or server.process.pid not in process_ids(otlp_sink)
