"""The way from a panel to a trace, its log lines, its metrics, its error, and back, as Grafana goes it."""

import json
import re
from typing import Any

import pytest
import yaml

from backends.grafana.generator.__main__ import FOLDER
from stack.addresses import Addresses
from stack.settings import CHECKOUT
from tests.catalogues.dashboard_queries import Query, queries_of
from tests.e2e.backends import Backends, ask, attributes
from tests.e2e.conftest import Sent, until
from tests.e2e.sentry_server import events_of_trace

_SOURCES = CHECKOUT / "backends" / "grafana" / "provisioning" / "datasources" / "datasources.yaml"
_SERVICE_PAGE = FOLDER / "travel-crm-service.json"


@pytest.fixture(scope="module")
def links() -> dict[str, Any]:
    """What Grafana is told of each source, with its doubled `$` undone as its provisioning does it."""
    sources = yaml.safe_load(_SOURCES.read_text(encoding="utf-8").replace("$$", "$"))["datasources"]
    return {source["uid"]: source["jsonData"] for source in sources}


@pytest.fixture(scope="module")
def addresses(full_stack: Any) -> Addresses:
    """Know where the backends are."""
    return Addresses(full_stack.settings.ports)


def panel_query(title: str) -> Query:
    """Return the first query of a panel of the service's page."""
    page = json.loads(_SERVICE_PAGE.read_text(encoding="utf-8"))
    return next(query for query in queries_of(page) if query.where == title)


def test_a_point_on_a_graph_leads_to_its_trace(
    addresses: Addresses, backends: Backends, links: dict[str, Any], booked: Sent
) -> None:
    """An exemplar of the very query of the panel carries the id, under the name that Grafana looks for."""
    (label,) = [link["name"] for link in links["prometheus"]["exemplarTraceIdDestinations"]]
    parameters = {"query": panel_query("Duration").filled(), "start": "0", "end": "9999999999"}

    def exemplars() -> set[str]:
        found = ask(f"{addresses.prometheus}/api/v1/query_exemplars", **parameters).json()["data"]
        return {one["labels"][label] for series in found for one in series["exemplars"]}

    until(lambda: booked.trace_id in exemplars())
    assert until(lambda: backends.spans(booked.trace_id))


def test_a_span_leads_to_its_log_lines(
    addresses: Addresses, backends: Backends, links: dict[str, Any], booked: Sent
) -> None:
    """The query of the link, filled in for a span of the worker, finds what the worker logged."""
    way = links["tempo"]["tracesToLogsV2"]
    worker = until(
        lambda: [s for s in backends.spans(booked.trace_id) if s["service"] == "travel-crm-worker"]
    )
    query = filled(way["query"], way["tags"], worker[0]["service"]).replace(
        "${__trace.traceId}", booked.trace_id
    )

    def lines() -> list[Any]:
        url = f"{addresses.loki}/loki/api/v1/query_range"
        return ask(url, query=query, since="1h").raise_for_status().json()["data"]["result"]

    assert until(lines)


def test_a_span_leads_to_its_metrics(addresses: Addresses, links: dict[str, Any], booked: Sent) -> None:
    """Each query of the link has series for the service of the span."""
    way = links["tempo"]["tracesToMetrics"]
    for query in way["queries"]:
        text = filled(query["query"], way["tags"], "travel-crm-api").replace("[5m]", "[10m]")
        if "ERROR" not in text:
            until(lambda text=text: instant(addresses, text))


def test_a_log_line_leads_to_its_trace(
    addresses: Addresses, backends: Backends, links: dict[str, Any], booked: Sent
) -> None:
    """The label that the link reads is on the lines, and its value is a trace that Tempo has."""
    fields = {field["name"]: field for field in links["loki"]["derivedFields"]}
    label = fields["Trace"]["matcherRegex"]
    query = f'{{service_name="travel-crm-api"}} | trace_id="{booked.trace_id}"'
    url = f"{addresses.loki}/loki/api/v1/query_range"

    def labels() -> list[str]:
        found = ask(url, query=query, since="1h").raise_for_status().json()
        return [stream["stream"][label] for stream in found["data"]["result"]]

    (trace_id, *_) = until(labels)
    assert fields["Trace"]["datasourceUid"] == "tempo"
    assert until(lambda: backends.spans(trace_id))


def test_a_trace_leads_to_its_error_and_the_error_to_its_trace(
    full_stack: Any, backends: Backends, failed: Sent
) -> None:
    """The event has the trace's ids, and its span is the one that failed in the service."""
    (event,) = until(lambda: events_of_trace(full_stack.settings, failed.trace_id))
    context = event["data"]["contexts"]["trace"]

    def failed_with() -> set[str | None]:
        spans = backends.spans(context["trace_id"])
        errors = [span for span in spans if span["status"].get("code") == "STATUS_CODE_ERROR"]
        return {attributes(span).get("sentry.event_id") for span in errors}

    until(lambda: event["data"]["event_id"].replace("-", "") in failed_with())


def filled(query: str, tags: list[dict[str, str]], service: str) -> str:
    """Return the query with the span's tags, written as Grafana writes them."""
    text = ", ".join(f'{tag["value"]}="{service}"' for tag in tags)
    return re.sub(r"\$\{__tags\}|\$__tags", text, query)


def instant(addresses: Addresses, query: str) -> list[Any]:
    """Return what Prometheus has now."""
    response = ask(f"{addresses.prometheus}/api/v1/query", query=query).raise_for_status()
    return response.json()["data"]["result"]
