"""Sentry is set up to report errors only, and never gets in the application's way."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import format_span_id, format_trace_id
from sentry_sdk.envelope import Envelope
from sentry_sdk.scope import remove_external_propagation_context
from sentry_sdk.transport import Transport

from otel_distro.sentry.reporting import configure_sentry, flush_sentry

DSN = "http://public@127.0.0.1:9/1"


class _Sent(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    @property
    def events(self) -> list[Any]:
        return [event for envelope in self.envelopes if (event := envelope.get_event())]


@pytest.fixture(autouse=True)
def _no_sentry_afterwards() -> Iterator[None]:
    """Leave the process without Sentry."""
    yield
    sentry_sdk.get_global_scope().set_client(None)
    sentry_sdk.get_global_scope().clear()
    remove_external_propagation_context()


@pytest.fixture
def sent() -> _Sent:
    """Set Sentry up and hold what would be sent."""
    assert configure_sentry(dsn=DSN, environment="test", release="1.2.3", service_name="api") is not None
    sent = _Sent()
    sentry_sdk.get_client().transport = sent
    return sent


def test_event_names_environment_release_and_service(sent: _Sent) -> None:
    """An event says where it comes from, and neither the process's arguments nor its packages."""
    logging.getLogger("application").error("failed")

    (event,) = sent.events
    assert (event["environment"], event["release"]) == ("test", "1.2.3")
    assert event["tags"] == {"service.name": "api"}
    assert "sys.argv" not in json.dumps(event)
    assert "modules" not in event


def test_error_of_a_job_belongs_to_its_span(sent: _Sent) -> None:
    """A worker serves no requests; what it logs within a span, sampled or not, has the span's ids."""
    tracer = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False).get_tracer("worker")

    with tracer.start_as_current_span("job") as span:
        try:
            raise OSError("no route")
        except OSError:
            logging.getLogger("worker").exception("job failed")

    (event,) = sent.events
    context = span.get_span_context()
    assert event["contexts"]["trace"] == {
        "trace_id": format_trace_id(context.trace_id),
        "span_id": format_span_id(context.span_id),
    }
    assert event["exception"]["values"][0]["type"] == "OSError"


def test_only_errors_are_reported(sent: _Sent) -> None:
    """Warnings make no event, and there is no tracing, no session and no log of Sentry's own."""
    logging.getLogger("application").warning("careful")
    with sentry_sdk.start_transaction(name="job"):
        pass

    assert sent.envelopes == []


@pytest.mark.parametrize("name", ["opentelemetry.sdk.trace.export", "otel_distro.failsafe", "opentelemetry"])
def test_telemetrys_own_trouble_is_not_reported(sent: _Sent, name: str) -> None:
    """A Collector that is down floods no error tracker."""
    logging.getLogger(name).error("Failed to export")
    assert sent.events == []

    logging.getLogger("application").error("failed")
    breadcrumbs = sent.events[0]["breadcrumbs"]["values"]
    assert not any("export" in crumb["message"] for crumb in breadcrumbs)


@pytest.mark.parametrize(
    "dsn",
    [
        "hunter2",
        "ftp://hunter2@host/1",
        "https://hunter2@host/not-a-number",
        "https://host/1",
        "http://hunter2@[::/1",
    ],
)
def test_bad_dsn_is_one_warning_without_its_value(dsn: str, caplog: pytest.LogCaptureFixture) -> None:
    """The application runs on without Sentry, and no log tells the value."""
    hook = configure_sentry(dsn=dsn, environment=None, release=None, service_name="api")

    assert hook is None
    assert not sentry_sdk.is_initialized()
    (record,) = caplog.records
    assert "SENTRY_DSN" in record.getMessage()
    assert "hunter2" not in caplog.text


def test_application_that_set_sentry_up_keeps_its_settings() -> None:
    """Only the link to the trace is added to it."""
    sentry_sdk.init(dsn=DSN, release="theirs", default_integrations=False)

    assert configure_sentry(dsn=DSN, environment=None, release="ours", service_name="api") is not None
    assert sentry_sdk.get_client().options["release"] == "theirs"


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_sdk_is_not_imported_without_a_dsn() -> None:
    """A process without SENTRY_DSN does not pay for Sentry."""
    finished = _run(
        "import sys, otel_distro.sentry.reporting\n"
        "print([name for name in sys.modules if name.startswith('sentry')])"
    )

    assert finished.stdout.strip() == "[]"


def test_process_ends_soon_and_in_silence_when_sentry_does_not_answer() -> None:
    """A Sentry that takes connections and never answers delays the end by the shutdown time at most.

    It would wait for ever, so that a bound with room for a slow interpreter tells the two apart.
    """
    finished = _run(
        """
import logging, socket
from otel_distro.sentry.reporting import configure_sentry
logging.getLogger().addHandler(logging.NullHandler())
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
configure_sentry(dsn=f"http://public@127.0.0.1:{port}/1", environment=None, release="1", service_name="api")
logging.getLogger("application").error("failed")
import time
print(time.monotonic())
"""
    )

    assert finished.returncode == 0
    assert finished.stderr == ""
    assert time.monotonic() - float(finished.stdout) < 15


def test_flush_waits_no_longer_than_told(sent: _Sent) -> None:
    """Flushing is bounded, and harmless where Sentry is not set up."""
    flush_sentry(0.1)
    sentry_sdk.get_global_scope().set_client(None)
    flush_sentry(0.1)
