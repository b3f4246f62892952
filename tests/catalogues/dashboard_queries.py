"""Every query of a dashboard, as its source is asked once a page is open: with all choices made."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Source = Literal["prometheus", "loki", "tempo"]

# What Grafana fills in, for a look at the last minutes.
_FILLED_IN = {"__rate_interval": "30s", "__range": "5m"}
_VARIABLE = re.compile(r"\$\w+")
_LABEL_VALUES = re.compile(r"label_values\((?P<series>.+), (?P<label>\w+)\)")


@dataclass(frozen=True)
class Query:
    """A query as it stands in a dashboard; `label` is what a variable lists the values of."""

    where: str
    source: Source
    text: str
    label: str = ""
    everything: Mapping[str, str] = field(default_factory=dict)

    def filled(self, **variables: str) -> str:
        """Return it with the variables that are given, and with everything chosen for the others."""

        def fill(variable: re.Match[str]) -> str:
            chosen = {**_FILLED_IN, **self.everything, **variables}
            return chosen.get(variable[0].removeprefix("$"), variable[0])

        return _VARIABLE.sub(fill, self.text)


def queries_of(page: Mapping[str, Any]) -> Iterator[Query]:
    """Return the queries of the panels and of the variables; the service graph's is Grafana's own."""
    variables = [one for one in page["templating"].get("list", ()) if one["type"] == "query"]
    everything = {variable["name"]: variable["allValue"] for variable in variables}
    for panel in page["panels"]:
        for target in panel.get("targets", ()):
            if target.get("queryType") == "serviceMap":
                yield Query(panel["title"], "prometheus", "traces_service_graph_request_total")
            else:
                text = target.get("expr") or target["query"]
                yield Query(panel["title"], panel["datasource"]["type"], text, everything=everything)
    for variable in variables:
        match = _LABEL_VALUES.fullmatch(variable["query"]["query"])
        assert match, variable["query"]
        where = f"variable {variable['name']}"
        yield Query(where, "prometheus", match["series"], match["label"], everything)
