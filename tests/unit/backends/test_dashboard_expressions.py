"""What the dashboards' shapes of PromQL make of measurements, by Prometheus's own account."""

import json
import subprocess
from pathlib import Path

import pytest

from backends.grafana.generator.expressions import failed
from stack.build.binaries import Binaries


@pytest.mark.parametrize(
    ("series", "share"),
    [
        ({'error="no"': "0+3x10", 'error="yes"': "0+1x10"}, 0.25),
        ({'error="no"': "0+3x10"}, 0),
        ({'error="yes"': "0+3x10"}, 1),
    ],
)
def test_share_of_what_failed(
    binaries: Binaries, tmp_path: Path, series: dict[str, str], share: float
) -> None:
    """Also where nothing fails, and where everything does: then one of the two series is not there."""
    expression = failed('calls_total{error="no"}', "calls_total", "route").replace("$__rate_interval", "5m")
    labelled = {f'calls_total{{route="/", {labels}}}': values for labels, values in series.items()}
    case = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in labelled.items()],
        "promql_expr_test": [
            {
                "expr": expression,
                "eval_time": "8m",
                "exp_samples": [{"labels": '{route="/"}', "value": share}],
            }
        ],
    }
    file = tmp_path / "case.yml"
    # Which is YAML, too.
    file.write_text(json.dumps({"tests": [case]}), encoding="utf-8")

    done = subprocess.run(
        [binaries("promtool"), "test", "rules", file], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
