"""The log records of a long trace, out of a real Loki."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from stack.addresses import Addresses
from stack.build.binaries import Binaries
from stack.components.backends import loki
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from stack.traces.loki import read_records
from stack.traces.trace import Span

_TRACE = "0af7651916cd43dd8448eb211c80319c"
_SPAN = "b7ad6b7169203331"
_LINES = [f"line {number:03}" for number in range(300)]
_MILLISECOND = 1_000_000


@pytest.fixture(scope="module")
def addresses(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal
) -> Iterator[Addresses]:
    """Run Loki alone."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("loki"), "full")
    with running(settings, [loki(settings, binaries)], terminal):
        yield Addresses(settings.ports)


def _record(line: str, time: int) -> dict[str, Any]:
    return {"timeUnixNano": str(time), "body": {"stringValue": line}, "traceId": _TRACE, "spanId": _SPAN}


def _send(addresses: Addresses, start: int) -> None:
    """Log a line a millisecond."""
    name = {"key": "service.name", "value": {"stringValue": "travel-crm-worker"}}
    records = [_record(line, start + number * _MILLISECOND) for number, line in enumerate(_LINES)]
    logs = {"resource": {"attributes": [name]}, "scopeLogs": [{"logRecords": records}]}
    url = f"{addresses.loki}/otlp/v1/logs"
    httpx.post(url, json={"resourceLogs": [logs]}).raise_for_status()


def test_every_line_of_a_long_trace_is_read(addresses: Addresses) -> None:
    """Oldest first, however many; where there are too many, the oldest are there and it is said."""
    start = time.time_ns() - 1_000 * _MILLISECOND
    _send(addresses, start)
    span = Span(
        _SPAN, "", "travel-crm-worker", "batch job", "internal", start, start + len(_LINES) * _MILLISECOND
    )
    url = addresses.loki_records(_TRACE)
    with httpx.Client() as client:
        deadline = time.monotonic() + 20
        while not read_records(client, url, [span])[0] and time.monotonic() < deadline:
            time.sleep(0.1)
        records, is_all = read_records(client, url, [span])
        first, first_is_all = read_records(client, url, [span], most=100)

    assert ([record.text for record in records], is_all) == (_LINES, True)
    assert ([record.text for record in first], first_is_all) == (_LINES[:100], False)
