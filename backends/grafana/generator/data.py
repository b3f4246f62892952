"""What the service keeps its things in: the database, the cache, and how they are used."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import ranking, single, timeseries, traces_found

_CHOSEN = 'service_name=~"$service", operation=~"$operation"'
_COUNT = f"travel_crm_db_query_duration_seconds_count{{{_CHOSEN}}}"
_BUCKETS = f"travel_crm_db_query_duration_seconds_bucket{{{_CHOSEN}}}"
_SYSTEMS = 'db_client_operation_duration_seconds_count{service_name=~"$service"}'
_UNFAILING = 'db_client_operation_duration_seconds_count{service_name=~"$service", error_type=""}'
_EVERY = "[$__rate_interval]"


def create_data_page() -> Dashboard:
    """Return the dashboard."""
    page = create_page("data", "Travel CRM: database and cache", "MongoDB, Redis, and how they are asked.")
    page.with_variable(
        choice("service", "Service", "label_values(travel_crm_db_query_duration_seconds_count, service_name)")
    )
    page.with_variable(
        choice(
            "operation",
            "Operation",
            'label_values(travel_crm_db_query_duration_seconds_count{service_name=~"$service"}, operation)',
        )
    )
    add_row(page, "Now", _now())
    add_row(page, "Operations", _operations())
    add_row(page, "In traces", _traces())
    return page


def _quantile(share: float, by: str = "le") -> str:
    return f"histogram_quantile({share}, sum by ({by}) (rate({_BUCKETS}{_EVERY})))"


def _now() -> list[object]:
    return [
        single("Operations", "ops", f"sum(rate({_COUNT}{_EVERY}))"),
        single(
            "Failed", "percentunit", f"1 - sum(rate({_UNFAILING}{_EVERY})) / sum(rate({_SYSTEMS}{_EVERY}))"
        ),
        single("95th percentile", "s", _quantile(0.95)),
        single(
            "Cache hits",
            "percent",
            'avg(travel_crm_cache_hit_rate{service_name=~"$service"})',
            why="Of the reads that asked the cache.",
        ),
    ]


def _operations() -> list[object]:
    by_operation = f"sum by (operation, collection) (rate({_COUNT}{_EVERY}))"
    durations = {f"p{share * 100:g}": _quantile(share) for share in (0.5, 0.95, 0.99)}
    return [
        timeseries("Operations", "ops", {"{{operation}} {{collection}}": by_operation}),
        timeseries(
            "Duration", "s", durations, exemplars=True, why="A point leads to the trace of one command."
        ),
        timeseries(
            "By system",
            "ops",
            {"{{db_system_name}}": f"sum by (db_system_name) (rate({_SYSTEMS}{_EVERY}))"},
        ),
        timeseries(
            "Cache hits",
            "percent",
            {"{{cache_type}}": 'avg by (cache_type) (travel_crm_cache_hit_rate{service_name=~"$service"})'},
        ),
        timeseries(
            "Answering",
            "short",
            {"{{dependency}}": 'min by (dependency) (travel_crm_dependency_up{service_name=~"$service"})'},
            why="1 while a dependency answers, 0 while it does not.",
        ),
        ranking(
            "Operations",
            "short",
            {"a second": by_operation, "p95 s": _quantile(0.95, "le, operation, collection")},
        ),
    ]


def _traces() -> list[object]:
    return [
        timeseries(
            "Operations for each request",
            "short",
            {
                "{{service_name}}": f"sum by (service_name) (rate({_COUNT}{_EVERY})) / sum by (service_name) "
                f'(rate(travel_crm_http_requests_total{{service_name=~"$service"}}{_EVERY}))'
            },
            why="It grows with the data where a query is made in a loop: the N+1 problem.",
        ),
        traces_found(
            "Slow operations",
            '{ resource.service.name =~ "$service" && span.db.system.name != nil && duration > 20ms }',
            why="The newest traces with a command that took more than 20 milliseconds.",
        ),
        traces_found(
            "Many operations",
            '{ resource.service.name =~ "$service" && span.db.system.name != nil } | count() > 10',
            why="Traces with more than ten commands. The same one again and again is a query in a loop.",
        ),
    ]
