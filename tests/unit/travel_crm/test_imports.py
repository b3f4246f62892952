"""The service runs where nothing of OpenTelemetry but its API is installed."""

import subprocess
import sys

_ONLY_THE_API = """
import sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("otel_distro", "sentry_sdk", "opentelemetry.sdk", "opentelemetry.semconv",
                            "opentelemetry.instrumentation", "opentelemetry.exporter")):
            raise ImportError(name)
        return None

sys.meta_path.insert(0, Refusing())
import travel_crm.api.app
import travel_crm.worker
print(travel_crm.api.app.app.title)
"""


def test_the_api_of_opentelemetry_is_all_it_needs() -> None:
    """Both processes import with the SDK, the instrumentations and the distro out of reach."""
    ended = subprocess.run(
        [sys.executable, "-c", _ONLY_THE_API], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Travel CRM\n", "")
