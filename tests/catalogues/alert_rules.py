"""Reads Prometheus's rules, and what `promtool` is told to try them with."""

from dataclasses import dataclass
from typing import Any

import yaml

from stack.settings import CHECKOUT

PROMETHEUS = CHECKOUT / "backends" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULE_TESTS = sorted((PROMETHEUS / "rule-tests").glob("*.yml"))


@dataclass(frozen=True)
class Alert:
    """An alerting rule."""

    name: str
    labels: dict[str, str]
    annotations: dict[str, str]


def rules() -> list[dict[str, Any]]:
    """Return every rule of every file, as it stands there."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in RULES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def alerts() -> dict[str, Alert]:
    """Return the alerting rules by their names."""
    alerting = [rule for rule in rules() if "alert" in rule]
    return {rule["alert"]: Alert(rule["alert"], rule["labels"], rule["annotations"]) for rule in alerting}


def outcomes() -> dict[str, set[bool]]:
    """Return for each alert in the tests whether it is expected to fire, to stay silent, or both."""
    found: dict[str, set[bool]] = {}
    for file in RULE_TESTS:
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            for expected in case["alert_rule_test"]:
                found.setdefault(expected["alertname"], set()).add(bool(expected["exp_alerts"]))
    return found
