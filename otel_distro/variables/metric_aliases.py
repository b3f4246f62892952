"""Parses further names of metrics, as in `count(job.duration)=shop.jobs{job.queue:queue}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from otel_distro import parsing

_NAME = r"[A-Za-z][A-Za-z0-9_./-]{0,254}"
_ALIAS = re.compile(rf"(?:(count|sum)\(({_NAME})\)|({_NAME}))=({_NAME})(?:\{{([^{{}}]*)\}})?")
_REASON = "is no metric=other.name{attribute:label,…}"
_LABEL = re.compile(r"[A-Za-z][\w.-]*:[A-Za-z]\w*")


@dataclass(frozen=True)
class Alias:
    """One further name.

    Args:
        source: the metric that it is made of.
        name: of the metric that is made.
        kind: "" for a copy, `count` for how many values a histogram has, `sum` for all points in one.
        labels: attributes of the source by another name; the others keep theirs.
    """

    source: str
    name: str
    kind: str
    labels: Mapping[str, str]


def metric_aliases(value: str) -> tuple[Alias, ...]:
    """Parse aliases, separated by semicolons.

    Raises:
        PartlyBadError: where some members cannot be used; the others are in it.
        ValueError: where none can.
    """
    members = [member.strip() for member in value.split(";") if member.strip()]
    good = parsing.each(members, lambda member: _alias(member) is not None, _REASON, ";")
    return tuple(alias for alias in map(_alias, good) if alias is not None)


def _alias(member: str) -> Alias | None:
    match = _ALIAS.fullmatch(re.sub(r"\s", "", member))
    if match is None:
        return None
    kind, aggregated, copied, name, labels = match.groups()
    pairs = [pair for pair in (labels or "").split(",") if pair]
    if not all(_LABEL.fullmatch(pair) for pair in pairs):
        return None
    return Alias(aggregated or copied, name, kind or "", dict(pair.split(":") for pair in pairs))
