"""Delivery of spans that have nothing but names, over a transport that does what a test says."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.settings import DeliverySettings, Destination, Signal
from tests.unit.otel_distro.delivery.scripted_transport import ScriptedTransport
from tests.unit.otel_distro.delivery.shop import Shop

LONG = 20.0
"""Seconds: less than a server that hangs takes, and more than anything else does."""


@dataclass(frozen=True)
class Encoded:
    """What an encoder returns."""

    payload: bytes
    items: int
    replaced: int = 0
    dropped: int = 0


def spans(*names: str) -> Encoded:
    """Encode spans that have nothing but names."""
    return Encoded(_request(list(names)), len(names))


def names_in(payload: bytes) -> list[str]:
    """Return the names of the spans in a request."""
    groups = ExportTraceServiceRequest.FromString(payload).resource_spans
    return [span.name for group in groups for scope in group.scope_spans for span in scope.spans]


def halve(payload: bytes, _: Signal) -> list[bytes]:
    """Split a request in two."""
    names = names_in(payload)
    middle = len(names) // 2
    return [_request(names[:middle]), _request(names[middle:])] if middle else [payload]


def _request(names: list[str]) -> bytes:
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for name in names:
        scope.spans.add(name=name)
    return request.SerializeToString()


Start = Callable[..., tuple[Delivery, ScriptedTransport]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts delivery of spans; all are shut down at the end."""
    started: list[Delivery] = []

    def begin(answer: Any = None, **changes: Any) -> tuple[Delivery, ScriptedTransport]:
        transport = ScriptedTransport(answer) if answer else ScriptedTransport()
        settings = DeliverySettings(
            service_name="test",
            destinations={"traces": Destination("http://localhost:1/v1/traces")},
            spool_dir=tmp_path / "spool",
            warnings=False,
            **changes,
        )
        delivery = Delivery(settings, halve, transport.create)
        delivery.start()
        started.append(delivery)
        return delivery, transport

    yield begin
    for delivery in started:
        delivery.shutdown(0.5)


def until(condition: Callable[[], bool], seconds: float = LONG) -> bool:
    """Wait until something holds; answer whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.005)
    return condition()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop whose spools are closed at the end."""
    shop = Shop(tmp_path / "spool")
    yield shop
    for spool in shop.spools:
        spool.close()
