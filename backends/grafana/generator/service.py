"""The service as its callers see it: rate, errors, duration, saturation, by route."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.expressions import EVERY, failed, quantile, quantiles, rate
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
_ROUTE = ("method", "route")


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


def _now() -> list[object]:
    return [
        single("Requests", "reqps", rate(_REQUESTS)),
        single("Failed", "percentunit", failed(_OTHER_THAN_5XX, _REQUESTS), why="Answers of 500 and above."),
        single("95th percentile", "s", quantile(0.95, _BUCKETS)),
        single(
            "Under way",
            "short",
            'sum(travel_crm_active_connections{service_name=~"$service"})',
            why="Requests that have begun and not ended: what is waited for grows here first.",
        ),
    ]


def _by_route() -> list[object]:
    requests = rate(_REQUESTS, *_ROUTE)
    slow = quantile(0.95, _BUCKETS, *_ROUTE)
    return [
        timeseries("Requests", "reqps", {"{{method}} {{route}}": requests}),
        timeseries(
            "Answers by status",
            "reqps",
            {"{{status_code}}": rate(_REQUESTS, "status_code")},
            stacked=True,
        ),
        timeseries(
            "Duration",
            "s",
            quantiles(_BUCKETS),
            exemplars=True,
            why="A point leads to the trace of one request.",
        ),
        distribution("Duration, all requests", f"sum by (le) (increase({_BUCKETS}{EVERY}))"),
        timeseries(
            "How fast the error budgets go",
            "short",
            {"{{slo}} over {{window}}": "max by (slo, window) (slo:burn_rate)"},
            why="1 spends a month's budget in a month; docs/alerts.md says when somebody is told.",
        ),
        timeseries("95th percentile by route", "s", {"{{method}} {{route}}": slow}),
        ranking(
            "Routes",
            {
                "Requests": ("reqps", requests),
                "Failed": ("percentunit", failed(_OTHER_THAN_5XX, _REQUESTS, *_ROUTE)),
                "95th percentile": ("s", slow),
            },
        ),
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
                f'(rate(http_client_request_duration_seconds_bucket{{service_name=~"$service"}}{EVERY})))'
            },
            exemplars=True,
            why="95th percentile of the requests that the service sends, such as those to a payment gateway.",
        ),
        log_lines("Errors", '{service_name=~"$service"} | severity_number >= 17'),
    ]
