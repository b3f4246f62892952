"""Parses buckets of histograms, as in `http.server.request.duration=0.1,0.5,1;db.…=0.01,0.1`."""

import math
import re
from collections.abc import Mapping
from itertools import pairwise

from otel_distro import parsing

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,254}")
_MOST = 256
_REASON = "is no metric=bound,bound,… with at most 256 rising bounds"


def histogram_buckets(value: str) -> Mapping[str, tuple[float, ...]]:
    """Return the upper bounds of the buckets of each metric, in its unit.

    Raises:
        PartlyBadError: where some members cannot be used; the others are in it.
        ValueError: where none can.
    """
    members = [member.strip() for member in value.split(";") if member.strip()]
    good = parsing.each(members, lambda member: bool(_parsed(member)), _REASON, ";")
    return {name: bounds for member in good for name, bounds in _parsed(member).items()}


def _parsed(member: str) -> dict[str, tuple[float, ...]]:
    name, _, text = member.partition("=")
    try:
        bounds = tuple(float(bound) for bound in text.split(","))
    except ValueError:
        return {}
    rising = all(lower < upper for lower, upper in pairwise(bounds))
    finite = all(math.isfinite(bound) for bound in bounds)
    usable = rising and finite and len(bounds) <= _MOST and _NAME.fullmatch(name.strip())
    return {name.strip(): bounds} if usable else {}
