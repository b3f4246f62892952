"""The service as its callers see it: rate, errors, duration, saturation, by route."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import (
    distribution,
    log_lines,
    ranking,
    service_map,
    single,
    timeseries,
    traces_found,
)

_CHOSEN = 'service_name=~"$service", route=~"$route"'
_REQUESTS = f"travel_crm_http_requests_total{{{_CHOSEN}}}"
_OTHER_THAN_5XX = f'travel_crm_http_requests_total{{{_CHOSEN}, status_code!~"5.."}}'
_BUCKETS = f"travel_crm_http_request_duration_seconds_bucket{{{_CHOSEN}}}"
_EVERY = "[$__rate_interval]"
# Where nothing fails there is no series of failures, but there is always one of all the rest.
_FAILED = f"1 - sum(rate({_OTHER_THAN_5XX}{_EVERY})) / sum(rate({_REQUESTS}{_EVERY}))"


def create_service_page() -> Dashboard:
    """Return the dashboard."""
    page = create_page("service", "Travel CRM: service", "Rate, errors, duration and saturation, by route.")
    page.with_variable(
        choice("service", "Service", "label_values(travel_crm_http_requests_total, service_name)")
    )
    page.with_variable(
        choice(
            "route",
            "Route",
            'label_values(travel_crm_http_requests_total{service_name=~"$service"}, route)',
            # A request that matched none has none.
            everything=".*",
        )
    )
    add_row(page, "Now", _now())
    add_row(page, "By route", _by_route())
    add_row(page, "Who calls whom", _around())
    return page


def _quantile(share: float, by: str = "le") -> str:
    return f"histogram_quantile({share}, sum by ({by}) (rate({_BUCKETS}{_EVERY})))"


def _now() -> list[object]:
    return [
        single("Requests", "reqps", f"sum(rate({_REQUESTS}{_EVERY}))"),
        single("Failed", "percentunit", _FAILED, why="Answers of 500 and above."),
        single("95th percentile", "s", _quantile(0.95)),
        single(
            "Under way",
            "short",
            'sum(travel_crm_active_connections{service_name=~"$service"})',
            why="Requests that have begun and not ended: what is waited for grows here first.",
        ),
    ]


def _by_route() -> list[object]:
    per_route = {
        "req/s": f"sum by (method, route) (rate({_REQUESTS}{_EVERY}))",
        "failed": f"1 - sum by (method, route) (rate({_OTHER_THAN_5XX}{_EVERY}))"
        f" / sum by (method, route) (rate({_REQUESTS}{_EVERY}))",
        "p95 s": _quantile(0.95, "le, method, route"),
    }
    durations = {f"p{share * 100:g}": _quantile(share) for share in (0.5, 0.95, 0.99)}
    return [
        timeseries("Requests", "reqps", {"{{method}} {{route}}": per_route["req/s"]}),
        timeseries(
            "Answers by status",
            "reqps",
            {"{{status_code}}": f"sum by (status_code) (rate({_REQUESTS}{_EVERY}))"},
            stacked=True,
        ),
        timeseries(
            "Duration", "s", durations, exemplars=True, why="A point leads to the trace of one request."
        ),
        distribution("Duration, all requests", f"sum by (le) (increase({_BUCKETS}{_EVERY}))"),
        timeseries(
            "How fast the error budgets go",
            "short",
            {"{{slo}} over {{window}}": "max by (slo, window) (slo:burn_rate)"},
            why="1 spends a month's budget in a month; docs/alerts.md says when somebody is told.",
        ),
        timeseries("95th percentile by route", "s", {"{{method}} {{route}}": per_route["p95 s"]}),
        ranking("Routes", "short", per_route),
    ]


def _around() -> list[object]:
    return [
        service_map(
            "Service graph", why="From the traces: services, databases, gateways, and what each call takes."
        ),
        traces_found(
            "Failed requests",
            '{ resource.service.name =~ "$service" && kind = server '
            "&& span.http.response.status_code >= 500 }",
            why="The newest traces whose request was answered with 500 or above.",
        ),
        traces_found(
            "Slow requests",
            '{ resource.service.name =~ "$service" && kind = server && duration > 250ms }',
            why="The newest traces whose request took more than a quarter of a second.",
        ),
        timeseries(
            "Under way by instance",
            "short",
            {
                "{{service_instance_id}}": "sum by (service_instance_id) "
                '(travel_crm_active_connections{service_name=~"$service"})'
            },
        ),
        timeseries(
            "Calls to other services",
            "s",
            {
                "{{server_address}} {{http_response_status_code}}": "histogram_quantile(0.95, "
                "sum by (le, server_address, http_response_status_code) "
                f'(rate(http_client_request_duration_seconds_bucket{{service_name=~"$service"}}{_EVERY})))'
            },
            exemplars=True,
            why="95th percentile of the requests that the service sends, such as those to a payment gateway.",
        ),
        log_lines("Errors", '{service_name=~"$service"} | severity_number >= 17'),
    ]
