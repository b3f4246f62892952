"""What each profile of the Collector keeps, whatever is added to it."""

from collections.abc import Callable
from typing import Any

import pytest

Effective = Callable[[str], dict[str, Any]]
_SECOND = 1_000_000_000


def test_the_collector_accepts_each_profile(otelcol: Callable[..., str], profile: str) -> None:
    """`otelcol validate` has nothing to say."""
    assert otelcol("validate", profile) == ""


def test_the_memory_limiter_comes_first_in_every_pipeline(effective: Effective, profile: str) -> None:
    """What is refused for want of memory is refused before anything is done with it."""
    pipelines = effective(profile)["service"]["pipelines"]

    first = {name: pipeline["processors"][0] for name, pipeline in pipelines.items()}

    assert first == dict.fromkeys(pipelines, "memory_limiter")


def test_every_listener_is_on_loopback(effective: Effective, profile: str) -> None:
    """Nothing listens beyond the machine unless LISTEN_HOST says so."""
    configuration = effective(profile)
    exporters = configuration["exporters"]
    protocols = configuration["receivers"]["otlp"]["protocols"]
    pull = configuration["service"]["telemetry"]["metrics"]["readers"][0]["pull"]

    endpoints = [
        protocols["grpc"]["endpoint"],
        protocols["http"]["endpoint"],
        configuration["extensions"]["health_check"]["endpoint"],
        exporters["prometheus"]["endpoint"],
        exporters.get("desktop", {}).get("endpoint", "127.0.0.1:"),
        f"{pull['exporter']['prometheus']['host']}:",
    ]

    assert [endpoint.split(":")[0] for endpoint in endpoints] == ["127.0.0.1"] * len(endpoints)


def test_spans_are_measured_with_exemplars_in_seconds(effective: Effective, profile: str) -> None:
    """A rate or a duration leads to a trace, in a pipeline where nothing is sampled."""
    configuration = effective(profile)

    connector = configuration["connectors"]["span_metrics"]
    measured = configuration["service"]["pipelines"]["traces/measured"]

    assert connector["exemplars"]["enabled"] is True
    assert connector["metrics_expiration"] > 0
    assert measured["processors"] == ["memory_limiter"]
    assert "span_metrics" in measured["exporters"]


def test_each_backend_has_a_queue_on_disk_and_is_never_given_up(effective: Effective) -> None:
    """A backend that is down blocks no other, and has its data within seconds of its return."""
    exporters = effective("full and sentry")["exporters"]
    backends = {name: each for name, each in exporters.items() if name.startswith("otlp_http/")}

    retries = {name: each["retry_on_failure"] for name, each in backends.items()}
    queues = {name: each["sending_queue"] for name, each in backends.items()}

    assert set(backends) == {f"otlp_http/{name}" for name in ("tempo", "prometheus", "loki", "sentry")}
    assert {retry["max_elapsed_time"] for retry in retries.values()} == {0}
    assert {retry["max_interval"] for retry in retries.values()} == {5 * _SECOND}
    assert {queue["storage"] for queue in queues.values()} == {"file_storage/queues"}
    assert all(queue["batch"]["max_size"] for queue in queues.values())


def test_an_error_of_a_queue_reaches_no_sender(effective: Effective, profile: str) -> None:
    """What comes from outside passes a processor that keeps errors to itself, and makes no batches."""
    configuration = effective(profile)
    queued = [
        pipeline["processors"][-1].split("/")[0]
        for pipeline in configuration["service"]["pipelines"].values()
        if pipeline["receivers"] == ["otlp"]
        and any(exporter.startswith("otlp_http/") for exporter in pipeline["exporters"])
    ]

    assert bool(queued) == (profile != "embedded")
    assert set(queued) <= {"batch", "tail_sampling"}
    for name, processor in configuration["processors"].items():
        if name.startswith("batch"):
            assert (processor["send_batch_size"], processor["timeout"]) == (0, 0)


def test_sentry_only_adds(effective: Effective) -> None:
    """The overlay changes nothing of what runs without it, since lists are replaced on a merge."""
    alone = effective("full")
    merged = effective("full and sentry")

    for pipeline in ("traces/sentry", "logs/sentry"):
        del merged["service"]["pipelines"][pipeline]
    sentry = merged["exporters"].pop("otlp_http/sentry")
    sampler = merged["processors"].pop("probabilistic_sampler/sentry")

    assert merged == alone
    assert sentry["headers"] == [
        {"name": "x-sentry-auth", "value": "sentry sentry_key=0123456789abcdef"},
    ]
    assert sampler["sampling_percentage"] == pytest.approx(10)
