"""Profiles of a share of the processes reach Sentry, also from workers that a server forks."""

import subprocess
import sys

import pytest

_PROCESS = """
import os, sys, time, warnings
import sentry_sdk
from opentelemetry.trace import INVALID_SPAN
from sentry_sdk.profiler import stop_profiler
from sentry_sdk.transport import Transport
from otel_distro.sentry.reporting import configure_sentry

warnings.simplefilter("ignore")
hook = configure_sentry(dsn="http://public@127.0.0.1:9/1", environment=None, release="1", service_name="api",
                        profiles_rate=float(sys.argv[1]))

class Sent(Transport):
    def capture_envelope(self, envelope):
        chunks.extend(item.payload.json for item in envelope if item.type == "profile_chunk")

chunks = []
sentry_sdk.get_client().transport = Sent()
forked = sys.argv[2] == "forked"
if forked:
    time.sleep(0.1)
    if child := os.fork():
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    hook(INVALID_SPAN, {})

def busy():
    end = time.process_time() + 0.3
    while time.process_time() < end:
        sum(range(1000))

busy()
stop_profiler()
functions = {frame["function"] for chunk in chunks for frame in chunk["profile"]["frames"]}
with_transactions = sentry_sdk.get_client().options["traces_sample_rate"] is not None
print(len(chunks), "busy" in functions, with_transactions)
sys.stdout.flush()
os._exit(0)
"""


def profiled(rate: float, process: str) -> str:
    """Run a busy process; return how many profiles it sent, whether its work is in it, and traced."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROCESS, str(rate), process],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.strip()


@pytest.mark.parametrize("process", ["plain", "forked"])
def test_all_processes_are_profiled_at_one(process: str) -> None:
    """What a process is busy with is in its profile, and Sentry's own tracing stays off."""
    assert profiled(1, process) == "1 True False"


def test_none_is_at_nought() -> None:
    """There is no profiler at all."""
    assert profiled(0, "plain") == "0 False False"
