"""Every metric of the Travel CRM, by the name and labels that its team knows, wherever it is looked for."""

from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from stack.addresses import Addresses
from tests.catalogues.metrics import documented, series_of
from tests.e2e.backends import ask
from tests.e2e.conftest import Crm, Sent, until

Labels = dict[str, str]

NAMES = {
    "travel_crm_http_request_duration_seconds": {"method", "route", "status_code"},
    "travel_crm_http_requests_total": {"method", "route", "status_code"},
    "travel_crm_active_connections": set[str](),
    "travel_crm_db_query_duration_seconds": {"operation", "collection"},
    "travel_crm_emails_sent_total": {"status", "type"},
    "travel_crm_bookings_created_total": {"status"},
    "travel_crm_payments_processed_total": {"gateway", "status"},
    "travel_crm_cache_hit_rate": {"cache_type"},
    "travel_crm_job_queue_size": {"queue_name", "status"},
    "travel_crm_sla_breaches_total": {"severity"},
}
HISTOGRAMS = {name for name in NAMES if name.endswith("_seconds")}
OF_A_BOOKING = {"method": "POST", "route": "/bookings", "status_code": "201"}


def series_name(name: str) -> str:
    """Return the name of one series of a metric."""
    return f"{name}_count" if name in HISTOGRAMS else name


def in_prometheus(addresses: Addresses, name: str) -> list[Labels]:
    """Return the labels of each series that Prometheus has of a name."""
    response = ask(f"{addresses.prometheus}/api/v1/query", query=name)
    return [series["metric"] for series in response.raise_for_status().json()["data"]["result"]]


def at_the_collector(addresses: Addresses, name: str) -> list[Labels]:
    """Return the labels of each series that the Collector shows a scraper of a name."""
    return on_page(addresses.service_metrics, name)


def in_the_processes(addresses: Addresses, name: str) -> list[Labels]:
    """Return the labels of each series that API and worker show a scraper themselves."""
    ports = (addresses.ports.api_metrics, addresses.ports.worker_metrics)
    return [labels for port in ports for labels in on_page(f"http://127.0.0.1:{port}/metrics", name)]


def on_page(url: str, name: str) -> list[Labels]:
    """Return the labels of each sample of a name on a page."""
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    families = text_string_to_metric_families(ask(url, accept).raise_for_status().text)
    return [dict(one.labels) for family in families for one in family.samples if one.name == name]


@pytest.fixture(scope="module")
def addresses(
    full_stack: Any,
    crm: Crm,
    booking_draft: dict[str, Any],
    booked: Sent,
    request: pytest.FixtureRequest,
) -> Addresses:
    """Know where things are, once a booking was read, one request failed, and so did the gateway."""
    url = f"{crm.url}/bookings/{booked.response.json()['id']}"
    ask(url, {"X-API-Key": crm.key}).raise_for_status()
    crm.post("/bookings", booking_draft | {"payment": {"gateway": "cardpay", "token": "tok_failing"}})
    request.getfixturevalue("failed")
    return Addresses(full_stack.settings.ports)


@pytest.mark.parametrize("look", [in_prometheus, at_the_collector, in_the_processes])
@pytest.mark.parametrize("name", NAMES)
def test_name_is_there_with_its_labels(addresses: Addresses, name: str, look: Any) -> None:
    """Prometheus, the Collector's page and those of the processes have it with the same labels."""

    def labelled() -> list[Labels]:
        return [labels for labels in look(addresses, series_name(name)) if NAMES[name] <= labels.keys()]

    until(labelled)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("travel_crm_http_request_duration_seconds", {0.1, 0.5, 1, 2, 5, 10}),
        ("travel_crm_db_query_duration_seconds", {0.01, 0.05, 0.1, 0.5, 1, 2, 5}),
    ],
)
def test_buckets_are_the_teams(addresses: Addresses, name: str, wanted: set[float]) -> None:
    """Each of its bounds is there, so that no quantile is a guess between others."""
    bounds = {float(labels["le"]) for labels in until(lambda: in_prometheus(addresses, f"{name}_bucket"))}

    assert wanted <= bounds


def test_a_booking_is_a_request_with_a_duration(addresses: Addresses) -> None:
    """Both say the same number for the same labels."""

    def value(query: str) -> float:
        found = ask(f"{addresses.prometheus}/api/v1/query", query=f"sum({query})")
        result = found.raise_for_status().json()["data"]["result"]
        return float(result[0]["value"][1]) if result else 0

    selector = "{" + ",".join(f'{name}="{text}"' for name, text in OF_A_BOOKING.items()) + "}"

    # Asked again: an export may come between the two questions.
    def agree() -> bool:
        requests = value(f"travel_crm_http_requests_total{selector}")
        return requests == value(f"travel_crm_http_request_duration_seconds_count{selector}") > 0

    until(agree)


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_histogram_leads_to_the_request(addresses: Addresses, booked: Sent, name: str) -> None:
    """An exemplar of the requests, and one of its commands, has the request's trace id."""

    def trace_ids() -> set[str]:
        parameters = {"query": f"{name}_bucket", "start": "0", "end": "9999999999"}
        found = ask(f"{addresses.prometheus}/api/v1/query_exemplars", **parameters).json()["data"]
        return {one["labels"]["trace_id"] for series in found for one in series["exemplars"]}

    until(lambda: booked.trace_id in trace_ids())


def test_every_documented_metric_arrives(addresses: Addresses) -> None:
    """What alerts and dashboards are checked against is what Prometheus has; losses alone have none yet."""
    wanted = {
        series
        for name, kind in documented().items()
        if "from the first loss" not in kind
        for series in series_of(name, kind)
    }

    def missing() -> set[str]:
        names = ask(f"{addresses.prometheus}/api/v1/label/__name__/values").raise_for_status().json()
        return wanted - set(names["data"])

    until(lambda: not missing())
