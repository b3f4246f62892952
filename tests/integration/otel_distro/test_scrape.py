"""`OTEL_METRICS_EXPORTER=otlp,prometheus`: a scraper finds the process's metrics beside those sent."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.integration.otel_distro.conftest import PROGRAMS, RunningApplication, clean_environment, free_port
from tests.integration.otel_distro.otlp_sink import OtlpSink

BOTH = {"OTEL_METRICS_EXPORTER": "otlp,prometheus", "OTEL_METRIC_EXPORT_INTERVAL": "200"}
DURATION = "http_server_request_duration_seconds"


@pytest.fixture
def port() -> int:
    """A port for the scraper; those above it are mostly free too."""
    return free_port()


@pytest.fixture
def taken(port: int) -> Iterator[int]:
    """The same, with somebody on it."""
    with socket.create_server(("127.0.0.1", port)):
        yield port


def scraped(port: int) -> list[Sample]:
    """Return the samples that a scraper of OpenMetrics finds."""
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    response = httpx.get(f"http://127.0.0.1:{port}/metrics", headers=accept, timeout=30).raise_for_status()
    return [one for family in text_string_to_metric_families(response.text) for one in family.samples]


def scraped_if_there(port: int) -> list[Sample]:
    """Return the samples, or none where nothing listens."""
    try:
        return scraped(port)
    except httpx.TransportError:
        return []


def of_greetings(samples: list[Sample], name: str, label: str = "http_route") -> list[Sample]:
    """Return the samples of a name for the route that was asked."""
    return [one for one in samples if one.name == name and one.labels.get(label) == "/greeting/{name}"]


def test_scraper_and_collector_find_the_same(run_application: Any, otlp_sink: OtlpSink, port: int) -> None:
    """The count at the scrape is that of the requests, with the trace for exemplar; OTLP has it too."""
    application = run_application("plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), **BOTH)

    trace_id = ""
    for _ in range(3):
        trace_id = httpx.get(f"{application.url}/greeting/Ada").headers["x-trace-id"]
    samples = scraped(port)

    (count,) = of_greetings(samples, f"{DURATION}_count")
    exemplars = [one.exemplar for one in of_greetings(samples, f"{DURATION}_bucket") if one.exemplar]
    assert count.value == 3
    assert trace_id in {one.labels["trace_id"] for one in exemplars}
    assert {"process_memory_usage_bytes", "target_info"} <= {one.name for one in samples}
    otlp_sink.wait_until(lambda: "http.server.request.duration" in otlp_sink.metric_names)
    assert application.stderr == "greeting Ada\n" * 3


def test_text_format_is_readable(run_application: Any, port: int) -> None:
    """What does not ask for OpenMetrics, such as curl, is answered in the old format."""
    run_application("plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), **BOTH)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text = response.read().decode()

    assert "# TYPE http_server_active_requests gauge" in text


def test_it_listens_on_loopback_alone(run_application: Any, port: int) -> None:
    """Unless OTEL_EXPORTER_PROMETHEUS_HOST says otherwise."""
    application = run_application("plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), **BOTH)

    connections = psutil.Process(application.process.pid).net_connections("tcp")

    (listener,) = [one.laddr for one in connections if one.laddr and one.laddr.port == port]
    assert listener.ip == "127.0.0.1"


def test_taken_port_is_said_and_the_next_one_is_used(run_application: Any, taken: int) -> None:
    """One line names both, and the application serves as ever."""
    application: RunningApplication = run_application(
        "plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(taken), **BOTH
    )

    assert httpx.get(f"{application.url}/greeting/Ada").status_code == 200
    (line,) = [line for line in application.stderr.splitlines() if "scraper" in line]
    assert f"port {taken} is taken" in line
    url = line.partition("are on ")[2]
    assert httpx.get(url).status_code == 200


def test_status_says_where(run_application: Any, port: int, tmp_path: Path) -> None:
    """`otel-distro status` lists the page of each process."""
    run_application("plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), **BOTH)
    environ = clean_environment() | {"OTEL_DISTRO_SPOOL_DIR": str(tmp_path / "spool")}

    def told() -> str:
        done = subprocess.run(
            [PROGRAMS / "otel-distro", "status"], env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout

    deadline = time.monotonic() + 60
    while f"metrics for a scraper: on http://127.0.0.1:{port}/metrics" not in told():
        assert time.monotonic() < deadline, told()
        time.sleep(0.2)


def test_every_worker_has_a_page(run_application: Any, port: int) -> None:
    """The pages of all workers together count each request once."""
    workers = {"UVICORN_WORKERS": "2", "UVICORN_TIMEOUT_WORKER_HEALTHCHECK": "60"}
    application = run_application("plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), **workers, **BOTH)
    for _ in range(40):
        httpx.get(f"{application.url}/greeting/Ada", timeout=30).raise_for_status()

    def counted() -> float:
        return sum(
            one.value
            for offset in range(4)
            for one in of_greetings(scraped_if_there(port + offset), f"{DURATION}_count")
        )

    deadline = time.monotonic() + 60
    while (requests := counted()) < 40:
        assert time.monotonic() < deadline, requests
        time.sleep(0.2)
    assert requests == 40


def test_buckets_are_those_of_the_environment(run_application: Any, port: int) -> None:
    """A metric that is named has them; another one keeps its own."""
    application = run_application(
        "plain",
        OTEL_EXPORTER_PROMETHEUS_PORT=str(port),
        OTEL_DISTRO_HISTOGRAM_BUCKETS="http.server.request.duration=0.1,0.5,1,2,5,10;bad=2,1",
        **BOTH,
    )

    httpx.get(f"{application.url}/greeting/Ada")
    bounds = [one.labels["le"] for one in of_greetings(scraped(port), f"{DURATION}_bucket")]

    assert bounds == ["0.1", "0.5", "1.0", "2.0", "5.0", "10.0", "+Inf"]
    assert "OTEL_DISTRO_HISTOGRAM_BUCKETS" in application.stderr
    assert "rising bounds" in application.stderr


def test_further_names_stand_beside_the_conventions(run_application: Any, port: int) -> None:
    """A team's names for a duration, its count, and what is under way."""
    names = (
        "http.server.request.duration=crm.request.duration{http.route:route};"
        "count(http.server.request.duration)=crm.requests{http.route:route};"
        "sum(http.server.active_requests)=crm.active"
    )
    application = run_application(
        "plain", OTEL_EXPORTER_PROMETHEUS_PORT=str(port), OTEL_DISTRO_SCRAPED_NAMES=names, **BOTH
    )

    httpx.get(f"{application.url}/greeting/Ada")
    samples = scraped(port)

    (requests,) = of_greetings(samples, "crm_requests_total", "route")
    (seconds,) = of_greetings(samples, "crm_request_duration_seconds_count", "route")
    (active,) = [one for one in samples if one.name == "crm_active"]
    assert (requests.value, seconds.value, active.value) == (1, 1, 0)
    assert of_greetings(samples, f"{DURATION}_count")
