"""What the OpenAPI document promises is kept, whatever is sent: schemathesis makes it up, the API answers.

https://schemathesis.readthedocs.io/
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from stack.ports import find_free_ports
from tests.integration.travel_crm.conftest import DEMO_KEY, Start, client_of, is_alive, start_api, wait_until

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# That one day is before another, or a key was used before, is a rule that no schema can tell.
NOT_FOR_US = "positive_data_acceptance"
EXAMPLES = 10


@pytest.fixture
def api(start: Start, environ: dict[str, str]) -> Iterator[httpx.Client]:
    """Start the API with a payment provider that works, as 502 would be the provider's fault."""
    port, provider = find_free_ports(2)
    start("-m", "uvicorn", "travel_crm.gateway_simulator.app:app", "--port", str(provider), environ=environ)
    start_api(start, environ | {"CARDPAY_URL": f"http://127.0.0.1:{provider}"}, port)
    with client_of(port) as client, client_of(provider) as of_provider:
        wait_until(lambda: is_alive(client) and is_alive(of_provider), seconds=60)
        yield client


def test_no_answer_breaks_the_document(api: httpx.Client, tmp_path: Path) -> None:
    """No 500, no wrong data taken, no way around the key, nothing that the document does not tell of."""
    document = api.get("/openapi.json").json()
    operations = sum(len(methods) for methods in document["paths"].values())

    ended = subprocess.run(
        [
            *(SCHEMATHESIS, "run", f"{api.base_url}/openapi.json", "--header", f"X-API-Key: {DEMO_KEY}"),
            *(
                "--checks",
                "all",
                "--exclude-checks",
                NOT_FOR_US,
                "--phases",
                "examples,coverage,fuzzing,stateful",
            ),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--generation-database", "none"),
            *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"Tested: {operations}\n" in ended.stdout
