"""What people are sent, as Alertmanager's own templates make it of an alert."""

import html
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from stack.build.binaries import Binaries
from stack.settings import CHECKOUT

_TEMPLATES = CHECKOUT / "backends" / "alertmanager" / "templates" / "*.tmpl"
_TRACES = '{ resource.service.name = "travel-crm-api" && status = error }'
_SUMMARY = "travel-crm-api fails 7 % of its requests"
_LABELS = {"alertname": "ErrorRateHigh", "service_name": "travel-crm-api", "severity": "critical"}
_ALERT = {
    "labels": _LABELS,
    "annotations": {
        "summary": _SUMMARY,
        "description": "Over five minutes.",
        "runbook_url": "file:///srv/travel-crm/docs/runbooks/ErrorRateHigh.md",
        "dashboard_url": "https://grafana.example/team/d/travel-crm-service",
        "traces": _TRACES,
    },
    "startsAt": "2026-11-25T10:00:00Z",
    "endsAt": "2026-11-25T10:20:00Z",
}

Render = Callable[..., str]


@pytest.fixture
def render(tmp_path: Path, binaries: Binaries) -> Render:
    """Call it with the name of a template, a status, and `html` where it is no plain text."""

    def rendered(name: str, status: str = "firing", kind: str = "text") -> str:
        alert = _ALERT | {"status": status}
        data = {"status": status, "alerts": [alert], "commonLabels": _LABELS}
        file = tmp_path / "data.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        subject = "(index .Alerts 0)" if name == "traces_url" else "."
        done = subprocess.run(
            [
                binaries("amtool"),
                *("template", "render", f"--template.glob={_TEMPLATES}", f"--template.data={file}"),
                f"--template.type={kind}",
                f'--template.text={{{{ template "travel_crm.{name}" {subject} }}}}',
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return rendered


@pytest.mark.parametrize("status", ["firing", "resolved"])
def test_subject_says_how_it_stands_and_what_it_is_about(render: Render, status: str) -> None:
    """Read on a lock screen."""
    assert render("subject", status) == f"{status.upper()}: ErrorRateHigh (travel-crm-api)"


@pytest.mark.parametrize(("name", "kind"), [("text", "text"), ("slack", "text"), ("html", "html")])
def test_message_has_the_words_and_the_three_links(render: Render, name: str, kind: str) -> None:
    """Summary and description, then runbook, dashboard and traces, each to be followed as it is."""
    message = render(name, kind=kind)

    links = re.findall(r"(?:file|https)://[^\s\"|<>]+", message)
    assert _SUMMARY in message
    assert "Over five minutes." in message
    assert links[0].endswith("/docs/runbooks/ErrorRateHigh.md")
    assert links[1] == "https://grafana.example/team/d/travel-crm-service"
    assert links[2].startswith("https://grafana.example/team/explore?")
    assert len(links) == 3


@pytest.mark.parametrize(("name", "kind"), [("traces_url", "text"), ("html", "html")])
def test_traces_are_those_of_the_alert_around_its_beginning(render: Render, name: str, kind: str) -> None:
    """The link opens Grafana's Explore on Tempo, from a quarter of an hour before, with the alert's query."""
    (link,) = re.findall(r"https://grafana.example/team/explore[^\s\"]+", render(name, kind=kind))

    query = parse_qs(urlsplit(html.unescape(link)).query)
    pane = json.loads(query["panes"][0])["a"]
    assert pane["datasource"] == pane["queries"][0]["datasource"]["uid"] == "tempo"
    assert pane["queries"][0]["query"] == _TRACES
    # 09:45 and 10:45.
    assert pane["range"] == {"from": "1795599900000", "to": "1795603500000"}


def test_the_end_is_said_when_it_is_over(render: Render) -> None:
    """With the time, so that nobody has to look it up."""
    assert "until 10:20:00 UTC" in render("text", "resolved")
    assert "until" not in render("text")
