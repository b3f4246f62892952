"""Errors of a served application reach a Sentry server under the request's trace id, once each.

The server here takes what Sentry's SDK really sends over HTTP; the end-to-end tests ask Bugsink.
"""

import gzip
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from sentry_sdk.envelope import Envelope

from stack.ports import find_free_ports

SECRET = "hunter2-hunter2"

APPLICATION = """
import logging
import sys

from fastapi import BackgroundTasks, FastAPI, HTTPException
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

from otel_distro.sentry.reporting import configure_sentry

dsn, edge = sys.argv[1], sys.argv[2]
trace.set_tracer_provider(TracerProvider(sampler=ParentBased(ALWAYS_OFF)))
hook = configure_sentry(dsn=dsn, environment="test", release="1", service_name="api")
app = FastAPI()


@app.get("/unhandled")
async def unhandled(token: str = ""):
    try:
        int("x")
    except ValueError as error:
        raise RuntimeError(f"password={token}") from error


@app.get("/threaded")
def threaded():
    raise KeyError("threaded")


@app.get("/logged")
async def logged(token: str = ""):
    logging.getLogger("app").error("token=%s", token)


@app.get("/unavailable")
async def unavailable():
    raise HTTPException(503)


@app.get("/background")
async def background(tasks: BackgroundTasks):
    def fail():
        raise OSError("background")

    tasks.add_task(fail)


@app.get("/tenants/{tenant}/orders")
def of_a_tenant(tenant: str):
    names = {"tenant.id": tenant, "enduser.pseudo.id": "u-17", "enduser.id": f"{tenant}@example.com"}
    trace.get_current_span().set_attributes(names)
    with trace.get_tracer("app").start_as_current_span("inner"):
        raise LookupError(f"nothing for {tenant}@example.com")


@app.get("/missing")
async def missing():
    raise HTTPException(404)


if edge == "ours":
    from otel_distro.instrumentation.fastapi import DistroFastAPIInstrumentor

    DistroFastAPIInstrumentor().instrument(server_request_hook=hook)
else:
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(app, server_request_hook=hook)

import uvicorn

uvicorn.run(app, port=int(sys.argv[3]), log_level="warning")
"""


class _Ingest(ThreadingHTTPServer):
    """Takes envelopes as a Sentry server does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _IngestHandler)
        self.events: list[Any] = []

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def wait_for(self, trace_id: str) -> list[Any]:
        """Return the events of a trace once there is one and no other has come for a while."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not self._of(trace_id):
            time.sleep(0.05)
        time.sleep(0.3)
        return self._of(trace_id)

    def _of(self, trace_id: str) -> list[Any]:
        return [event for event in self.events if event["contexts"]["trace"]["trace_id"] == trace_id]


class _IngestHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        event = Envelope.deserialize(body).get_event()
        if event is not None:
            assert isinstance(self.server, _Ingest)
            self.server.events.append(event)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        return


@pytest.fixture
def ingest() -> Iterator[_Ingest]:
    """Run a server that takes Sentry's envelopes."""
    with _Ingest() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(params=["ours", "contrib"])
def address(request: pytest.FixtureRequest, ingest: _Ingest, tmp_path: Path) -> Iterator[str]:
    """Serve the application by uvicorn, with our edge and with contrib's middleware."""
    (tmp_path / "application.py").write_text(APPLICATION)
    (port,) = find_free_ports(1)
    command = [sys.executable, "application.py", ingest.dsn, request.param, str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        _wait_until_served(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_served(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the application did not come up")


def _trace_id(number: int) -> str:
    return f"{number:032x}"


def test_each_error_is_one_event_under_its_trace(ingest: _Ingest, address: str) -> None:
    """Raised, logged, answered with a 5xx or in a background task: one event, with the caller's trace id."""
    expected = {
        "unhandled": "RuntimeError",
        "threaded": "KeyError",
        "unavailable": "HTTPException",
        "background": "OSError",
        "logged": None,
    }

    # A connection each, as uvicorn closes one whose background task failed.
    for number, path in enumerate((*expected, "missing"), start=1):
        httpx.get(
            f"{address}/{path}",
            params={"token": SECRET},
            headers={
                "traceparent": f"00-{_trace_id(number)}-00f067aa0ba902b7-00",
                "cookie": f"session={SECRET}",
                "authorization": f"Bearer {SECRET}",
            },
        )

    for number, (path, kind) in enumerate(expected.items(), start=1):
        events = ingest.wait_for(_trace_id(number))
        kinds = [
            [value["type"] for value in event.get("exception", {}).get("values", [])][-1:] for event in events
        ]
        assert kinds == [[kind] if kind else []], path
        (event,) = events
        assert event["transaction"] == f"/{path}"
        assert len(event["contexts"]["trace"]["span_id"]) == 16
        assert event["contexts"]["trace"]["span_id"] != "00f067aa0ba902b7"
    assert len(ingest.events) == len(expected)
    assert SECRET not in json.dumps(ingest.events)


def test_cause_of_an_error_is_kept(ingest: _Ingest, address: str) -> None:
    """An error is reported with what caused it."""
    httpx.get(f"{address}/unhandled", headers={"traceparent": f"00-{_trace_id(7)}-00f067aa0ba902b7-01"})

    (event,) = ingest.wait_for(_trace_id(7))
    assert [value["type"] for value in event["exception"]["values"]] == ["ValueError", "RuntimeError"]


@pytest.mark.parametrize("address", ["ours"], indirect=True)
def test_an_event_says_whose_request_it_was(ingest: _Ingest, address: str) -> None:
    """Tenant, route and the user's pseudonym are there though the trace is not sampled; no address is."""
    httpx.get(
        f"{address}/tenants/acme/orders", headers={"traceparent": f"00-{_trace_id(8)}-00f067aa0ba902b7-00"}
    )

    (event,) = ingest.wait_for(_trace_id(8))
    assert event["tags"] == {"service.name": "api", "tenant": "acme", "route": "/tenants/{tenant}/orders"}
    assert event["user"] == {"id": "u-17"}
    assert event["exception"]["values"][-1]["value"] == "nothing for [Filtered]"
    assert "acme@" not in json.dumps(event)
