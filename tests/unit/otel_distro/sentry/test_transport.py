"""An event that Sentry does not take is told of, in one line and not in many."""

import socket
from collections.abc import Iterator

import pytest
import sentry_sdk
from sentry_sdk.transport import HttpTransport

from otel_distro.sentry.reporting import flush_sentry
from otel_distro.sentry.transport import TellingTransport


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    """Set Sentry up with a server that is not there."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        dsn = f"http://public@127.0.0.1:{bound.getsockname()[1]}/1"
        sentry_sdk.init(dsn=dsn, transport=TellingTransport, default_integrations=False)
        transport = sentry_sdk.get_client().transport
        assert isinstance(transport, HttpTransport)
        yield transport
    sentry_sdk.get_global_scope().set_client(None)


def test_lost_events_are_one_line_a_minute(
    transport: HttpTransport, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten errors that do not arrive are one warning; a minute later, there is another."""
    for number in range(10):
        sentry_sdk.capture_message(f"error {number}")
    flush_sentry(5)

    (record,) = caplog.records
    assert record.getMessage().startswith("errors are lost on the way to Sentry (network)")

    monkeypatch.setattr(transport, "_next_warning", 0.0)
    sentry_sdk.capture_message("error 10")
    flush_sentry(5)

    assert len(caplog.records) == 2
