"""One request, followed: its trace, and the lines that were logged in it."""

from grafana_foundation_sdk.builders.dashboard import Dashboard, TextBoxVariable

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import log_lines, one_trace, timeseries, traces_found


def create_trace_page() -> Dashboard:
    """Return the dashboard; it is opened with `?var-trace_id=`, as a runbook or a person has it."""
    page = create_page(
        "trace", "Travel CRM: follow a trace", "The trace and the log lines of one X-Trace-ID."
    )
    page.with_variable(
        TextBoxVariable("trace_id").label("Trace id").description("As the answer's X-Trace-ID said it.")
    )
    page.with_variable(
        choice("service", "Service", "label_values(traces_span_metrics_calls_total, service_name)")
    )
    add_row(page, "This trace", _this())
    add_row(page, "Others to look at", _others())
    return page


def _this() -> list[object]:
    return [
        one_trace("Trace", "$trace_id"),
        log_lines("Log lines", '{service_name=~".+"} | trace_id = `$trace_id`'),
    ]


def _others() -> list[object]:
    calls = 'traces_span_metrics_calls_total{service_name=~"$service"}'
    failed = 'traces_span_metrics_calls_total{service_name=~"$service", status_code="STATUS_CODE_ERROR"}'
    buckets = 'traces_span_metrics_duration_seconds_bucket{service_name=~"$service"}'
    every = "[$__rate_interval]"
    slow = f"topk(10, histogram_quantile(0.95, sum by (le, span_name) (rate({buckets}{every}))))"
    return [
        traces_found("Newest traces", '{ resource.service.name =~ "$service" && kind = server }'),
        traces_found("Newest errors", '{ resource.service.name =~ "$service" && status = error }'),
        timeseries("Spans that take longest", "s", {"{{span_name}}": slow}, exemplars=True),
        timeseries(
            "Spans that fail most",
            "ops",
            {"{{span_name}}": f"topk(10, sum by (span_name) (rate({failed}{every})))"},
        ),
        timeseries("Spans", "ops", {"{{service_name}}": f"sum by (service_name) (rate({calls}{every}))"}),
    ]
