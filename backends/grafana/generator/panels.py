"""The kinds of panel that the dashboards are made of, each with the defaults that all of them share.

A query is a text in the backend's own language. Each panel asks one data source, by the uid that
../provisioning/datasources/datasources.yaml gives it.
"""

from collections.abc import Mapping
from typing import Any

from grafana_foundation_sdk.builders import dashboard, heatmap, logs, loki, prometheus, stat, table, tempo
from grafana_foundation_sdk.builders import timeseries as graph
from grafana_foundation_sdk.builders.common import ReduceDataOptions, StackingConfig, VizLegendOptions
from grafana_foundation_sdk.models.common import (
    DataSourceRef,
    LegendDisplayMode,
    LegendPlacement,
    LogsSortOrder,
    StackingMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")
LOKI = DataSourceRef(type_val="loki", uid="loki")
TEMPO = DataSourceRef(type_val="tempo", uid="tempo")

Queries = Mapping[str, str]
"""What to draw, by its legend."""

LETTERS = "ABCDEFGH"
"""What the queries of a panel are told apart by, in their order."""

# Of the 24 columns of a page.
_HALF, _QUARTER, _WHOLE = 12, 6, 24


def timeseries(
    title: str, unit: str, queries: Queries, *, why: str = "", exemplars: bool = False, stacked: bool = False
) -> graph.Panel:
    """Return a graph over time, half a page wide.

    With `exemplars` each point of a histogram that was kept leads to its trace.
    """
    panel = (
        graph.Panel()
        .title(title)
        .description(why)
        .datasource(PROMETHEUS)
        .unit(unit)
        .min(0)
        .span(_HALF)
        .height(8)
        .fill_opacity(10)
        .show_points(VisibilityMode.NEVER)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["mean", "max"])
        )
    )
    if stacked:
        panel.stacking(StackingConfig().mode(StackingMode.NORMAL))
    for legend, expression in queries.items():
        panel.with_target(_promql(expression, legend).exemplar(exemplars))
    return panel


def single(title: str, unit: str, expression: str, *, why: str = "") -> stat.Panel:
    """Return one number, a quarter of a page wide."""
    return (
        stat.Panel()
        .title(title)
        .description(why)
        .datasource(PROMETHEUS)
        .unit(unit)
        .span(_QUARTER)
        .height(4)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_promql(expression, title))
    )


def distribution(title: str, expression: str, *, why: str = "") -> heatmap.Panel:
    """Return a heat map of a classic histogram of seconds, half a page wide, with its exemplars."""
    return (
        heatmap.Panel()
        .title(title)
        .description(why)
        .datasource(PROMETHEUS)
        .span(_HALF)
        .height(8)
        .with_target(_promql(expression, "{{le}}").format(PromQueryFormat.HEATMAP).exemplar(True))
    )


def ranking(title: str, columns: Mapping[str, tuple[str, str]], *, why: str = "") -> table.Panel:
    """Return a table of what is true now, half a page wide: a row a set of labels, a column a query.

    `columns` are a unit and a query each, by their headings.
    """
    panel = table.Panel().title(title).description(why).datasource(PROMETHEUS).span(_HALF).height(8)
    for heading, (unit, expression) in columns.items():
        panel.with_target(_promql(expression, heading).format(PromQueryFormat.TABLE).instant())
        panel.override_by_name(heading, [DynamicConfigValue(id_val="unit", value=unit)])
    # Each query is a table of its own until they are merged, its numbers under the query's letter.
    headings = {f"Value #{letter}": heading for letter, heading in zip(LETTERS, columns, strict=False)}
    return panel.transformations(
        [
            DataTransformerConfig(id_val="merge", options={}),
            DataTransformerConfig(
                id_val="organize", options={"excludeByName": {"Time": True}, "renameByName": headings}
            ),
        ]
    )


def log_lines(title: str, expression: str, *, why: str = "") -> logs.Panel:
    """Return log lines, the newest first, the width of the page; each leads to its trace."""
    return (
        logs.Panel()
        .title(title)
        .description(why)
        .datasource(LOKI)
        .span(_WHOLE)
        .height(9)
        .show_time(True)
        .wrap_log_message(True)
        .sort_order(LogsSortOrder.DESCENDING)
        .with_target(loki.Dataquery().datasource(LOKI).expr(expression).max_lines(200))
    )


def traces_found(title: str, expression: str, *, why: str = "") -> table.Panel:
    """Return the newest traces that a TraceQL query finds, half a page wide; each leads to its tree."""
    query = tempo.Dataquery().datasource(TEMPO).query_type("traceql").query(expression).limit(20)
    return (
        table.Panel().title(title).description(why).datasource(TEMPO).span(_HALF).height(9).with_target(query)
    )


def one_trace(title: str, identifier: str) -> dashboard.Panel:
    """Return the tree of one trace, the width of the page."""
    query = tempo.Dataquery().datasource(TEMPO).query_type("traceql").query(identifier)
    return (
        dashboard.Panel()
        .type("traces")
        .title(title)
        .datasource(TEMPO)
        .span(_WHOLE)
        .height(16)
        .with_target(query)
    )


def service_map(title: str, *, why: str = "") -> dashboard.Panel:
    """Return the graph of who calls whom, half a page wide; each node leads to its traces."""
    query = tempo.Dataquery().datasource(TEMPO).query_type("serviceMap")
    return (
        dashboard.Panel()
        .type("nodeGraph")
        .title(title)
        .description(why)
        .datasource(TEMPO)
        .span(_HALF)
        .height(9)
        .with_target(query)
    )


def _promql(expression: str, legend: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().datasource(PROMETHEUS).expr(expression).legend_format(legend)


Panel = Any
"""What the builders of `grafana_foundation_sdk` have in common is a protocol of its own, one a package."""
