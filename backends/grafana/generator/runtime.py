"""The processes themselves: processor time, memory, threads, the interpreter's collector."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import single, timeseries

_OF = 'service_name=~"$service", service_instance_id=~"$instance"'
_EVERY = "[$__rate_interval]"
_LEGEND = "{{service_name}} {{service_instance_id}}"


def create_runtime_page() -> Dashboard:
    """Return the dashboard."""
    page = create_page(
        "runtime", "Travel CRM: runtime", "Processor time, memory, threads and garbage, by process."
    )
    page.with_variable(choice("service", "Service", "label_values(process_thread_count, service_name)"))
    page.with_variable(
        choice(
            "instance",
            "Instance",
            'label_values(process_thread_count{service_name=~"$service"}, service_instance_id)',
        )
    )
    add_row(page, "Now", _now())
    add_row(page, "By process", _processes())
    return page


def _now() -> list[object]:
    return [
        single("Processes", "short", f"count(process_thread_count{{{_OF}}})"),
        single("Processors in use", "short", f"sum(rate(process_cpu_time_seconds_total{{{_OF}}}{_EVERY}))"),
        single("Resident memory", "bytes", f"sum(process_memory_usage_bytes{{{_OF}}})"),
        single("Open files", "short", f"sum(process_unix_file_descriptor_count{{{_OF}}})"),
    ]


def _processes() -> list[object]:
    by = "sum by (service_name, service_instance_id)"
    by_generation = "sum by (service_name, cpython_gc_generation)"
    return [
        timeseries(
            "Processors in use",
            "short",
            {_LEGEND: f"{by} (rate(process_cpu_time_seconds_total{{{_OF}}}{_EVERY}))"},
            why="1 is one processor, busy all the time.",
        ),
        timeseries("Resident memory", "bytes", {_LEGEND: f"{by} (process_memory_usage_bytes{{{_OF}}})"}),
        timeseries(
            "Share of the memory that it may have",
            "percentunit",
            {_LEGEND: f"{by} (process_memory_utilization_ratio{{{_OF}}})"},
            why="Of its control group's limit, or of the machine where there is none.",
        ),
        timeseries("Up for", "s", {_LEGEND: f"{by} (process_uptime_seconds{{{_OF}}})"}),
        timeseries("Threads", "short", {_LEGEND: f"{by} (process_thread_count{{{_OF}}})"}),
        timeseries("Open files", "short", {_LEGEND: f"{by} (process_unix_file_descriptor_count{{{_OF}}})"}),
        timeseries(
            "Garbage collections",
            "ops",
            {
                "{{service_name}} generation {{cpython_gc_generation}}": f"{by_generation} "
                f"(rate(cpython_gc_collections_total{{{_OF}}}{_EVERY}))"
            },
        ),
        timeseries(
            "Context switches",
            "ops",
            {_LEGEND: f"{by} (rate(process_context_switches_total{{{_OF}}}{_EVERY}))"},
        ),
    ]
