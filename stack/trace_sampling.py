"""Which share of the traces the Collector keeps, as the environment says.

The Collector does not start where it cannot read a number, and says so in its log alone; so the numbers are
read here first. What they mean is in collector/config/sampling.yaml.
"""

import re
from collections.abc import Mapping

_PERCENT, _SLOW = "TRACE_SAMPLE_PERCENT", "TRACE_SLOW_MILLISECONDS"


def usable_sampling(environ: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the variables that can be used, and a line for each that cannot and is left out."""
    usable = {name: environ[name] for name in (_PERCENT, _SLOW) if environ.get(name)}
    problems: list[str] = []
    percent = usable.get(_PERCENT, "100")
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", percent, re.ASCII) or float(percent) > 100:
        problems.append(f"{_PERCENT}={percent!r} is no number from 0 to 100; every trace is kept")
        del usable[_PERCENT]
    slow = usable.get(_SLOW, "500")
    if not re.fullmatch(r"\d{1,9}", slow, re.ASCII):
        problems.append(f"{_SLOW}={slow!r} is no whole number of milliseconds; using 500")
        del usable[_SLOW]
    return usable, tuple(problems)
