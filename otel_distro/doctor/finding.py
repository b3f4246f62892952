"""What one check has found, and how it is said: one line, ok or problem, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What one check has found.

    Args:
        subject: what was looked at, in a word or two.
        text: what was seen; never a secret.
        remedy: what to do; empty where all is well.
    """

    subject: str
    text: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy


def render(findings: Sequence[Finding]) -> str:
    """Return the findings as text for a terminal, one a line."""
    width = max((len(finding.subject) for finding in findings), default=0)
    return "\n".join(_line(finding, width) for finding in findings)


def _line(finding: Finding, width: int) -> str:
    verdict = "ok" if finding.well else "problem"
    advice = "" if finding.well else f" -> {finding.remedy}"
    return f"{verdict:<7}  {finding.subject:<{width}}  {finding.text}{advice}"
