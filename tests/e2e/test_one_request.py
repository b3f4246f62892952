"""One request with a known `traceparent`, found by its trace id in every backend."""

import base64
import json
from collections import defaultdict
from typing import Any

from tests.e2e.backends import Backends, Span, ask, attributes
from tests.e2e.conftest import PROMISED_WITHIN, Crm, Sent, until
from tests.e2e.sentry_server import events_of_trace

# What the customer gave, and what the caller sent along (conftest.py).
PRIVATE = ("ada@example.com", "hunter2")
API, WORKER, GATEWAY = "travel-crm-api", "travel-crm-worker", "payment-gateway"


def kind(span: Span) -> str:
    """Return what a span stands for: its database, SMTP, or its kind."""
    system = attributes(span).get("db.system.name")
    if system:
        return system
    return "smtp" if "SMTP" in span["name"].upper() else span["kind"].removeprefix("SPAN_KIND_").lower()


def kinds_below(spans: list[Span]) -> dict[tuple[str, str], set[str]]:
    """Return, for each service and kind of parent, the kinds of its children."""
    by_id = {span["spanId"]: span for span in spans}
    below: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for span in spans:
        parent = by_id.get(span.get("parentSpanId", ""))
        if parent is not None:
            below[parent["service"], kind(parent)].add(kind(span))
    return below


def with_server_span(spans: list[Span]) -> list[Span]:
    """Return the spans once that of the request is among them, which ends last."""
    return spans if any((span["service"], kind(span)) == (API, "server") for span in spans) else []


def test_trace_runs_from_http_through_the_worker(backends: Backends, booked: Sent) -> None:
    """Tempo has SERVER, MongoDB, Redis, producer, worker and SMTP spans in their right order."""

    def complete() -> list[Span]:
        spans = backends.spans(booked.trace_id)
        arrived = {(span["service"], kind(span)) for span in spans}
        return spans if {(API, "server"), (WORKER, "consumer"), (WORKER, "smtp")} <= arrived else []

    spans = until(complete)

    (server,) = [span for span in spans if kind(span) == "server"]
    assert base64.b64decode(server["parentSpanId"]).hex() == booked.caller_span_id
    assert server["name"] == "POST /bookings"
    below = kinds_below(spans)
    assert {"mongodb", "redis", "producer"} <= below[API, "server"]
    assert below[API, "producer"] == {"redis", "consumer"}
    assert {"mongodb", "smtp"} <= below[WORKER, "consumer"]


def test_log_records_lie_under_the_trace_id(backends: Backends, booked: Sent) -> None:
    """Loki has one access record and what API and worker logged, by trace id alone."""

    def access() -> list[str]:
        lines = backends.lines(API, booked.trace_id)
        return [line for line in lines if line.startswith("POST /bookings 201 ")]

    assert len(until(access)) == 1
    assert until(lambda: backends.lines(WORKER, booked.trace_id))


def test_measurement_has_the_trace_for_exemplar(backends: Backends, booked: Sent) -> None:
    """Prometheus leads from the duration of requests to this one."""
    until(lambda: booked.trace_id in backends.exemplar_trace_ids())


def test_confirmation_reaches_the_mailbox(full_stack: Any, booked: Sent) -> None:
    """The worker has sent a real e-mail for this very booking."""
    mailpit = f"http://127.0.0.1:{full_stack.settings.ports.mailpit}/api/v1/search"
    booking = booked.response.json()["id"]

    def found() -> int:
        return ask(mailpit, query=booking).raise_for_status().json()["messages_count"]

    assert until(found) == 1


def test_trace_of_a_payment_runs_through_the_gateway(backends: Backends, paid: Sent) -> None:
    """Tempo has the gateway's SERVER span below the API's client span, and both e-mails below the request."""

    def complete() -> list[Span]:
        spans = backends.spans(paid.trace_id)
        sent = [span for span in spans if (span["service"], kind(span)) == (WORKER, "smtp")]
        return spans if len(sent) == 2 and any(span["service"] == GATEWAY for span in spans) else []

    spans = until(complete, PROMISED_WITHIN)

    assert paid.response.json()["status"] == "confirmed"
    by_id = {span["spanId"]: span for span in spans}
    (charge,) = [span for span in spans if (span["service"], kind(span)) == (GATEWAY, "server")]
    call = by_id[charge["parentSpanId"]]
    assert (call["service"], kind(call)) == (API, "client")
    assert kind(by_id[call["parentSpanId"]]) == "server"


def test_emails_name_the_trace(full_stack: Any, paid: Sent) -> None:
    """Confirmation and receipt lead from the mailbox to the request that they are about."""
    mailpit = f"http://127.0.0.1:{full_stack.settings.ports.mailpit}/api/v1"
    booking = paid.response.json()["id"]

    def found() -> list[dict[str, Any]]:
        messages = ask(f"{mailpit}/search", query=booking).raise_for_status().json()["messages"]
        return messages if len(messages) == 2 else []

    for message in until(found):
        headers = ask(f"{mailpit}/message/{message['ID']}/headers").raise_for_status().json()
        assert headers["X-Trace-Id"] == [paid.trace_id]
        assert headers["Traceparent"][0].split("-")[1] == paid.trace_id


def test_health_is_measured_and_not_traced(full_stack: Any, backends: Backends, crm: Crm) -> None:
    """A probe leaves no trace, and neither does what it asks the databases.

    A request after it does: once that is found, the probe's spans would be there too.
    """
    trace_id = "d" * 31 + "1"
    headers = {"traceparent": f"00-{trace_id}-{'e' * 16}-01"}
    url = f"http://127.0.0.1:{full_stack.settings.ports.api}/health/ready"

    assert ask(url, headers).status_code == 200
    later = crm.post("/customers", {"name": "Ada Lovelace", "email": "ada@example.com"})

    until(lambda: backends.counted_requests("/health/ready"))
    until(lambda: any(kind(span) == "server" for span in backends.spans(later.trace_id)))
    assert backends.spans(trace_id) == []


def test_failure_answers_in_the_services_words(failed: Sent) -> None:
    """What nobody handled is a 500 in the service's form, with the trace id to ask about."""
    body = failed.response.json()

    assert failed.response.status_code == 500
    assert body["success"] is False
    assert body["trace_id"] == failed.response.headers["x-trace-id"] == failed.trace_id
    assert "Traceback" not in failed.response.text


def test_failure_is_one_event_in_sentry(full_stack: Any, backends: Backends, failed: Sent) -> None:
    """Bugsink has the exception once, under the request's trace id; the span leads to it."""
    (event,) = until(lambda: events_of_trace(full_stack.settings, failed.trace_id))
    spans = until(lambda: with_server_span(backends.spans(failed.trace_id)))

    assert event["data"]["exception"]["values"][-1]["type"] == "JSONDecodeError"
    tags = dict(event["data"]["tags"])
    assert (tags["service.name"], tags["route"]) == (API, "/payments")
    (server,) = [span for span in spans if kind(span) == "server" and span["service"] == API]
    assert tags["tenant"] == attributes(server)["tenant.id"]
    (span,) = [span for span in spans if "sentry.event_id" in attributes(span)]
    assert attributes(span)["sentry.event_id"] == event["data"]["event_id"]
    assert base64.b64decode(span["spanId"]).hex() == event["data"]["contexts"]["trace"]["span_id"]


def test_event_holds_nothing_private(full_stack: Any, crm: Crm, failed: Sent) -> None:
    """No cookie, no credential, no body and no address of the request."""
    (event,) = until(lambda: events_of_trace(full_stack.settings, failed.trace_id))

    told = json.dumps(event["data"])
    request = event["data"]["request"]
    assert not {"cookies", "data", "env", "query_string"} & set(request)
    assert not [word for word in (*PRIVATE, crm.key) if word in told]
