"""Writes every dashboard as the JSON that Grafana is provisioned with: `make dashboards`.

Generated rather than kept by hand, since a panel is two lines here and eighty there, and what all of them
share is said once. What is written is committed, and a test holds the two together.
"""

import json
import sys
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from backends.grafana.generator.business import create_business_page
from backends.grafana.generator.data import create_data_page
from backends.grafana.generator.panels import LETTERS
from backends.grafana.generator.pipeline import create_pipeline_page
from backends.grafana.generator.runtime import create_runtime_page
from backends.grafana.generator.service import create_service_page
from backends.grafana.generator.trace import create_trace_page

FOLDER = Path(__file__).parents[1] / "dashboards"
PAGES = (
    create_service_page,
    create_data_page,
    create_business_page,
    create_runtime_page,
    create_pipeline_page,
    create_trace_page,
)


def generate() -> dict[str, str]:
    """Return the text of each file by its name."""
    return {f"{page['uid']}.json": json.dumps(page, indent=2) + "\n" for page in map(_finished, PAGES)}


def _finished(create: Any) -> dict[str, Any]:
    """Return the dashboard as plain data, each query of a panel under a letter of its own."""
    page: Dashboard = create()
    data = json.loads(json.dumps(page.build(), cls=JSONEncoder))
    for number, panel in enumerate(data["panels"], start=1):
        panel["id"] = number
        for letter, target in zip(LETTERS, panel.get("targets", ()), strict=False):
            target["refId"] = letter
    return data


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in generate().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
