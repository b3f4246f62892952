"""The frame that every dashboard has: its address, its variables, the way to the other dashboards."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, QueryVariable, Row
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from backends.grafana.generator.panels import PROMETHEUS, Panel

_TAG = "travel-crm"


def create_page(name: str, title: str, description: str) -> Dashboard:
    """Return an empty dashboard, found at `/d/travel-crm-NAME`, that leads to all others of this tag."""
    others = (
        DashboardLink("Travel CRM")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([_TAG])
        .as_dropdown(True)
        .keep_time(True)
        .include_vars(True)
    )
    return (
        Dashboard(title)
        .uid(f"{_TAG}-{name}")
        .description(description)
        .tags([_TAG])
        .readonly()
        .time("now-30m", "now")
        .refresh("10s")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(others)
    )


def choice(name: str, label: str, query: str, *, everything: str = ".+") -> QueryVariable:
    """Return a variable of which several values, or all, can be chosen: it is meant for `=~` matchers.

    `query` is one of Prometheus's source, such as `label_values(METRIC, LABEL)`. `everything` is what all of
    them together match; Loki takes no pattern that matches nothing as well.
    """
    return (
        QueryVariable(name)
        .label(label)
        .datasource(PROMETHEUS)
        .query({"query": query, "refId": f"variable-{name}", "qryType": 5})
        .definition(query)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(everything)
        .current(VariableOption(selected=True, text="All", value="$__all"))
    )


def add_row(page: Dashboard, title: str, panels: Sequence[Panel]) -> None:
    """Put panels below the heading, from left to right."""
    page.with_row(Row(title))
    for panel in panels:
        page.with_panel(panel)
