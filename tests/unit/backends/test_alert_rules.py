"""That each alert says how bad it is, what it means, and where to look; and that it was seen to fire."""

import json
import re

import pytest
import yaml

from stack.settings import CHECKOUT
from tests.catalogues.alert_rules import RULE_TESTS, RULES, Alert, alerts, outcomes

_RUNBOOKS = CHECKOUT / "docs" / "runbooks"
_DASHBOARDS = {
    json.loads(file.read_text(encoding="utf-8"))["uid"]
    for file in (CHECKOUT / "backends" / "grafana" / "dashboards").glob("*.json")
}
_EACH = pytest.mark.parametrize("alert", list(alerts().values()), ids=lambda alert: alert.name)


@_EACH
def test_severity_is_one_that_a_route_knows(alert: Alert) -> None:
    """A template in its place chooses between such."""
    severity = alert.labels["severity"]
    written = re.sub(r"\{\{.*?\}\}", " ", severity).split()

    assert set(written) <= {"critical", "warning", "none"}
    assert len(written) == (2 if "{{ else }}" in severity else 1)


@_EACH
def test_words_and_links_are_there(alert: Alert) -> None:
    """A summary, a description, the runbook of that very alert, and a dashboard that is provisioned."""
    assert alert.annotations["summary"]
    assert alert.annotations["description"]
    assert alert.annotations["runbook_url"] == f"{{{{ $externalLabels.runbooks }}}}/{alert.name}.md"
    assert (_RUNBOOKS / f"{alert.name}.md").is_file()
    base, _, uid = alert.annotations["dashboard_url"].partition("/d/")
    assert base == "{{ $externalLabels.grafana }}"
    assert uid in _DASHBOARDS


@_EACH
def test_it_was_tried_firing_and_silent(alert: Alert) -> None:
    """An alert that cannot fire, or cannot but fire, would be found."""
    assert outcomes()[alert.name] == {True, False}


@_EACH
def test_what_it_follows_from_is_inhibiting(alert: Alert) -> None:
    """A cause that no inhibition rule knows would keep nothing back."""
    file = CHECKOUT / "backends" / "alertmanager" / "alertmanager.yml"
    inhibitions = yaml.safe_load(file.read_text(encoding="utf-8"))["inhibit_rules"]
    targets = [matcher for rule in inhibitions for matcher in rule["target_matchers"]]

    symptom_of = re.sub(r"\{\{.*?\}\}", " ", alert.labels.get("symptom_of", ""))
    for cause in symptom_of.split():
        assert f'symptom_of=~".*{cause}.*"' in targets


def test_inhibition_names_alerts_that_are_there() -> None:
    """On both sides."""
    text = (CHECKOUT / "backends" / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")

    named = {name for found in re.findall(r'alertname=~?"([\w|]+)"', text) for name in found.split("|")}

    assert named
    assert named <= set(alerts())


def test_nothing_is_left_over() -> None:
    """Every runbook and every case belongs to an alert, and every file of rules has its cases."""
    assert {file.stem for file in _RUNBOOKS.glob("*.md")} == set(alerts())
    assert set(outcomes()) == set(alerts())
    assert [file.name for file in RULES] == [file.name for file in RULE_TESTS]


def test_each_that_tells_somebody_is_in_the_documentation() -> None:
    """The table has a row with its runbook, and none that is not there."""
    text = (CHECKOUT / "docs" / "alerts.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| (\w+) \|.*\| \[→\]\(runbooks/(\w+)\.md\) \|$", text, re.MULTILINE)

    telling = {alert.name for alert in alerts().values() if alert.labels["severity"] != "none"}
    assert rows == [(name, name) for name, _ in rows]
    assert {name for name, _ in rows} == telling
    assert f": {len(telling)} alerts, each with a runbook" in (CHECKOUT / "README.md").read_text(
        encoding="utf-8"
    )
