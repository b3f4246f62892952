"""What the service keeps its things in: the database, the cache, and how they are used."""

from grafana_foundation_sdk.builders.dashboard import CustomVariable, Dashboard
from grafana_foundation_sdk.models.dashboard import VariableOption

from backends.grafana.generator.expressions import failed, quantile, quantiles, rate
from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import ranking, single, timeseries, traces_found

_CHOSEN = 'service_name=~"$service", operation=~"$operation"'
_COUNT = f"travel_crm_db_query_duration_seconds_count{{{_CHOSEN}}}"
_BUCKETS = f"travel_crm_db_query_duration_seconds_bucket{{{_CHOSEN}}}"
_SYSTEMS = 'db_client_operation_duration_seconds_count{service_name=~"$service"}'
_REQUESTS = 'travel_crm_http_requests_total{service_name=~"$service"}'
_UNFAILING = 'db_client_operation_duration_seconds_count{service_name=~"$service", error_type=""}'


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
    page.with_variable(
        CustomVariable("slow")
        .label("Slower than")
        .description("How long an operation takes that is listed as slow.")
        .values("1ms,5ms,20ms,100ms,500ms,1s")
        .current(VariableOption(selected=True, text="20ms", value="20ms"))
    )
    add_row(page, "Now", _now())
    add_row(page, "Operations", _operations())
    add_row(page, "In traces", _traces())
    return page


def _now() -> list[object]:
    return [
        single("Operations", "ops", rate(_COUNT)),
        single("Failed", "percentunit", failed(_UNFAILING, _SYSTEMS)),
        single("95th percentile", "s", quantile(0.95, _BUCKETS)),
        single(
            "Cache hits",
            "percent",
            'avg(travel_crm_cache_hit_rate{service_name=~"$service"})',
            why="Of the reads that asked the cache.",
        ),
    ]


def _operations() -> list[object]:
    labels = ("operation", "collection")
    operations = rate(_COUNT, *labels)
    return [
        timeseries("Operations", "ops", {"{{operation}} {{collection}}": operations}),
        timeseries(
            "Duration",
            "s",
            quantiles(_BUCKETS),
            exemplars=True,
            why="A point leads to the trace of one command.",
        ),
        timeseries(
            "By system",
            "ops",
            {"{{db_system_name}}": rate(_SYSTEMS, "db_system_name")},
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
            {
                "A second": ("ops", operations),
                "95th percentile": ("s", quantile(0.95, _BUCKETS, *labels)),
            },
        ),
    ]


def _traces() -> list[object]:
    return [
        timeseries(
            "Operations for each request",
            "short",
            {"{{service_name}}": f"{rate(_COUNT, 'service_name')} / {rate(_REQUESTS, 'service_name')}"},
            why="It grows with the data where a query is made in a loop: the N+1 problem.",
        ),
        traces_found(
            "Slow operations",
            '{ resource.service.name =~ "$service" && span.db.system.name != nil && duration > $slow }',
            why="The newest traces with a command that took longer than is chosen above.",
        ),
        traces_found(
            "Many operations",
            '{ resource.service.name =~ "$service" && span.db.system.name != nil } | count() > 10',
            why="Traces with more than ten commands. The same one again and again is a query in a loop.",
        ),
    ]
