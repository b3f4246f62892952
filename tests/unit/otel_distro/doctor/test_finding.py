"""How findings are said."""

from otel_distro.doctor.finding import Finding, render


def test_a_line_a_finding() -> None:
    """Problems say what to do; subjects stand in one column."""
    findings = [Finding("spool", "can be written"), Finding("distribution", "two of them", "choose one")]

    assert render(findings).splitlines() == [
        "ok       spool         can be written",
        "problem  distribution  two of them -> choose one",
    ]
    assert [finding.well for finding in findings] == [True, False]
