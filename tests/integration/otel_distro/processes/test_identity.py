"""Who each process says it is: the same after a restart, and never one name for two."""

import re
from contextlib import suppress
from itertools import count
from typing import Any

import httpx
import psutil
import pytest

from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.telemetry import counted, instances, process_ids, served

GIVEN = {"OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=shop-7", "OTEL_METRIC_EXPORT_INTERVAL": "200"}
SLOTS = {"shop-7-w0", "shop-7-w1", "shop-7-w2"}


def test_killed_worker_is_replaced_under_its_name(serve: Any, otlp_sink: OtlpSink) -> None:
    """Three workers are three instances before and after one is killed (Processes 1)."""
    server = serve("uvicorn-workers", "--workers", "3", **GIVEN)
    server.wait_until_served()
    first = server.count(200)
    otlp_sink.wait_until(lambda: counted(otlp_sink) == 200 and instances(otlp_sink) == SLOTS, 120)
    before = process_ids(otlp_sink)

    killed = psutil.Process(first[0])
    killed.kill()
    killed.wait(60)
    second = server.count_until(lambda served: not before.issuperset(served))
    server.end()

    assert process_ids(otlp_sink) == before | set(second)
    assert len(process_ids(otlp_sink)) == 4
    assert server.process.pid not in process_ids(otlp_sink)
    assert instances(otlp_sink) == SLOTS
    assert counted(otlp_sink) == 200 + len(second)


def test_recycled_workers_lose_nothing(serve: Any, otlp_sink: OtlpSink) -> None:
    """Of 20 workers that each serve five requests nothing is missing (Processes 5)."""
    server = serve("gunicorn", "--max-requests", "5", **GIVEN)
    server.wait_until_served()
    pids: set[int] = set()
    answered: set[str] = set()
    for number in count(1):
        # A worker that has served its five may close a connection whose request it has served.
        with suppress(httpx.RemoteProtocolError, httpx.ReadError):
            trace_id = f"{number:032x}"
            headers = {"traceparent": f"00-{trace_id}-{number:016x}-01"}
            pids.add(httpx.get(f"{server.url}/count", headers=headers, timeout=30).json())
            answered.add(trace_id)
        if len(pids) == 20:
            break
    server.end()

    arrived = [span.trace_id.hex() for span in served(otlp_sink)]
    assert answered <= set(arrived)
    assert counted(otlp_sink) == len(arrived) == len(set(arrived))
    assert instances(otlp_sink) == {"shop-7-w0", "shop-7-w1"}
    assert server.process.pid not in process_ids(otlp_sink)


@pytest.mark.parametrize("command", [("gunicorn-preload", "--workers", "1"), ("uvicorn-reload",)])
def test_supervisor_reports_nothing(serve: Any, otlp_sink: OtlpSink, command: tuple[str, ...]) -> None:
    """A process that serves nothing sends nothing, not even its own log lines (Processes 1)."""
    server = serve(*command, **GIVEN)
    server.wait_until_served()
    workers = set(server.count(20))
    otlp_sink.wait_until(lambda: counted(otlp_sink) == 20)
    server.end()

    assert process_ids(otlp_sink) == workers


def test_single_process_is_what_it_is_called(serve: Any, otlp_sink: OtlpSink) -> None:
    """Without workers the given id has no suffix."""
    server = serve("uvicorn", **GIVEN)
    server.wait_until_served()
    server.end()

    assert instances(otlp_sink) == {"shop-7"}


@pytest.mark.parametrize("name", ["uvicorn-workers", "gunicorn"])
def test_each_worker_says_which_instance_it_is(serve: Any, otlp_sink: OtlpSink, name: str) -> None:
    """Who reads the start-up tables finds each by its name at the backend; the supervisor writes none."""
    server = serve(name, OTEL_LOG_LEVEL="info", **GIVEN)
    server.wait_until_served()
    otlp_sink.wait_until(lambda: len(instances(otlp_sink)) == 2, 120)
    server.end()

    said = re.findall(
        r"^otel-distro: .* for counted(?:, instance (.*))?$", server.log.read_text(), re.MULTILINE
    )
    assert sorted(said) == sorted(instances(otlp_sink)) == ["shop-7-w0", "shop-7-w1"]


def test_two_servers_of_a_service_are_never_one_instance(serve: Any, otlp_sink: OtlpSink) -> None:
    """Two supervisors on one machine share the names of their workers out among them."""
    servers = [serve("gunicorn", **GIVEN), serve("gunicorn", **GIVEN)]
    for server in servers:
        server.wait_until_served()
        server.count(100)
    for server in servers:
        server.end()

    names = {(resource["process.pid"], resource["service.instance.id"]) for resource in otlp_sink.resources}
    assert len(names) == len(process_ids(otlp_sink)) == len(instances(otlp_sink)) == 4
    assert counted(otlp_sink) == 200
