"""That each of Grafana's sources leads to the other two by trace id."""

from typing import Any

import pytest
import yaml

from stack.settings import CHECKOUT

_FILE = CHECKOUT / "backends" / "grafana" / "provisioning" / "datasources" / "datasources.yaml"


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """Return each source's settings by its uid."""
    sources = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["datasources"]
    return {source["uid"]: source["jsonData"] for source in sources}


def test_an_exemplar_leads_to_its_trace(settings: dict[str, Any]) -> None:
    """Under the name of the label that Prometheus keeps the id in."""
    (destination,) = settings["prometheus"]["exemplarTraceIdDestinations"]

    assert (destination["name"], destination["datasourceUid"]) == ("trace_id", "tempo")


def test_a_span_leads_to_its_lines_and_its_metrics(settings: dict[str, Any]) -> None:
    """The variables are Grafana's, so their `$` is doubled for its provisioning."""
    logs = settings["tempo"]["tracesToLogsV2"]
    metrics = settings["tempo"]["tracesToMetrics"]

    assert logs["datasourceUid"] == "loki"
    assert logs["query"] == '{$${__tags}} | trace_id = "$${__trace.traceId}"'
    assert metrics["datasourceUid"] == "prometheus"
    assert all("$$__tags" in query["query"] for query in metrics["queries"])


def test_a_line_leads_to_its_trace(settings: dict[str, Any]) -> None:
    """Its id is structured metadata, which a derived field finds as a label."""
    (field,) = settings["loki"]["derivedFields"]

    assert field["matcherType"] == "label"
    assert (field["matcherRegex"], field["datasourceUid"]) == ("trace_id", "tempo")
