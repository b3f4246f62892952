"""A scraper finds every worker, each on a port of its own, and no supervisor."""

from typing import Any

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.otel_distro.conftest import free_port
from tests.integration.otel_distro.otlp_sink import OtlpSink


def listening(pid: int) -> set[int]:
    """Return the ports that a process listens on."""
    connections = psutil.Process(pid).net_connections("tcp4")
    return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}


def scraped(port: int) -> float:
    """Return the requests that the process on a port has counted."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    families = text_string_to_metric_families(text)
    return sum(
        one.value for family in families for one in family.samples if one.name == "requests_served_total"
    )


def test_every_forked_worker_is_scraped_by_itself(serve: Any, otlp_sink: OtlpSink) -> None:
    """What the workers show adds up, and the arbiter, which was there first, shows nothing (Processes 6)."""
    scraping = {"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT": str(free_port())}
    server = serve("gunicorn-preload", **scraping)
    server.wait_until_served()
    workers = set(server.count(200))
    own = int(server.url.rpartition(":")[2])

    ports = {pid: listening(pid) - {own} for pid in workers}

    assert listening(server.process.pid) == {own}
    assert all(len(found) == 1 for found in ports.values())
    assert sum(scraped(*found) for found in ports.values()) == 200
