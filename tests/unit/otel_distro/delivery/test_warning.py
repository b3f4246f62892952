"""The lines on stderr: soon, rarely, and until it works again."""

from itertools import pairwise
from pathlib import Path

import pytest

from otel_distro.delivery.account import Account
from otel_distro.delivery.health import Health
from otel_distro.delivery.settings import Destination, Signal
from otel_distro.delivery.warning import Warner, Watched


class Scene:
    """A warner on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.lines: list[tuple[float, str]] = []
        self.account = Account()
        self.healths: dict[Signal, Health] = {"traces": Health(), "logs": Health()}
        destinations: dict[Signal, Destination] = {
            signal: Destination(f"http://user:secret@localhost:4318/v1/{signal}?key=secret")
            for signal in self.healths
        }
        monkeypatch.setattr("otel_distro.delivery.health.monotonic", lambda: self.now)
        self.disk_problem: str | None = None
        watched = Watched(
            destinations, self.healths, self.account, lambda: Path("/spool"), lambda: self.disk_problem
        )
        self.warner = Warner(watched, lambda line: self.lines.append((self.now, line)), lambda: self.now)

    def fail(self, signal: Signal, reason: str = "connection", message: str = "connection refused") -> None:
        """Let an attempt to deliver a record fail; it waits."""
        self.account.accept(signal, 1)
        self.healths[signal].failed(reason, message)

    def deliver(self, signal: Signal) -> None:
        """Let a record that waits arrive."""
        self.account.deliver(signal, 1, "queued")
        self.healths[signal].delivered()

    def pass_by(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds * 5):
            self.now += 0.2
            self.warner.look()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a fresh scene."""
    return Scene(monkeypatch)


def test_the_first_line_comes_within_ten_seconds(scene: Scene) -> None:
    """Traps, Launching 1; it says what, where to, why, and what became of it."""
    scene.account.accept("traces", 1234)
    scene.account.spool("traces", 1234)
    scene.healths["traces"].failed("connection", "connection refused")

    scene.pass_by(10)

    ((_, line),) = scene.lines
    assert line == (
        "telemetry is not arriving: traces to http://localhost:4318 (connection refused); "
        "waiting: 1,234 spans; nothing lost"
    )


def test_a_disk_that_takes_nothing_is_told_with_it(scene: Scene) -> None:
    """Reliability row 12: a full disk in an outage is the moment before the loss."""
    scene.account.accept("traces", 1)
    scene.disk_problem = "/spool: No space left on device"
    scene.healths["traces"].failed("connection", "connection refused")

    scene.pass_by(10)

    assert "not kept on disk: /spool: No space left on device" in scene.lines[0][1]


def test_a_loss_is_told_with_its_cause(scene: Scene) -> None:
    """What the Collector said of it is what a person needs to know."""
    scene.account.accept("traces", 7)
    scene.account.drop("traces", 7, "rejected")
    scene.healths["traces"].note("rejected", "no room")

    scene.pass_by(1)

    assert scene.lines[0][1] == (
        "telemetry was lost: 7 spans (rejected); traces to http://localhost:4318 (no room)"
    )


def test_then_at_most_one_a_minute_of_each_kind(scene: Scene) -> None:
    """Whatever fails, and however often."""
    for _ in range(300):
        for signal in scene.healths:
            scene.fail(signal, "http_503", "HTTP 503")
        scene.account.accept("logs", 1)
        scene.account.drop("logs", 1, "buffer_full")
        scene.pass_by(1)

    (_, lost), *outage = scene.lines
    assert lost.startswith("telemetry was lost: 1 log record (buffer_full)")
    times = [at for at, _ in outage]
    assert len(times) == 5
    assert all(later - earlier >= 60 for earlier, later in pairwise(times))
    assert "traces, logs to" in outage[0][1]
    assert "log records (buffer_full)" in outage[1][1]


def test_a_loss_that_was_told_delays_no_line_about_an_outage(scene: Scene) -> None:
    """Reliability row 3: the first line of an outage comes within ten seconds, whatever came before."""
    scene.account.accept("traces", 1)
    scene.account.drop("traces", 1, "rejected")
    scene.pass_by(3)

    scene.fail("traces")
    scene.pass_by(10)

    lost, outage = [line for _, line in scene.lines]
    assert lost.startswith("telemetry was lost")
    assert outage.startswith("telemetry is not arriving")


def test_what_was_refused_is_no_outage_once_nothing_waits(scene: Scene) -> None:
    """A Collector that came back and refused the last batch is not said to be away, minute by minute."""
    scene.fail("traces")
    scene.pass_by(10)
    scene.account.drop("traces", 1, "http_400")
    scene.healths["traces"].note("http_400", "HTTP 400")

    scene.pass_by(300)

    outage, lost = [line for _, line in scene.lines]
    assert outage.startswith("telemetry is not arriving")
    assert lost == "telemetry was lost: 1 span (http_400); traces to http://localhost:4318 (HTTP 400)"


def test_one_line_when_it_works_again(scene: Scene) -> None:
    """Once, and only after a line that said it did not."""
    scene.fail("traces")
    scene.pass_by(10)

    scene.deliver("traces")
    scene.pass_by(100)

    assert [line for _, line in scene.lines][1:] == ["telemetry arrives again"]


def test_a_short_interruption_is_passed_over(scene: Scene) -> None:
    """A Collector's restart is no news."""
    scene.fail("traces")
    scene.pass_by(3)
    scene.deliver("traces")
    scene.pass_by(100)

    assert scene.lines == []


def test_a_server_that_comes_and_goes_makes_few_lines(scene: Scene) -> None:
    """Two a minute at the most."""
    for _ in range(20):
        scene.fail("traces", "http_503", "HTTP 503")
        scene.pass_by(8)
        scene.deliver("traces")
        scene.pass_by(7)

    assert len(scene.lines) <= 10


def test_a_loss_is_said_while_the_rest_arrives(scene: Scene) -> None:
    """A server that rejects some records, or an application that makes too many."""
    scene.account.accept("traces", 10)
    scene.account.drop("traces", 2, "queue_full")
    scene.account.drop("traces", 1, "rejected")

    scene.pass_by(10)

    assert [line for _, line in scene.lines] == ["telemetry was lost: 3 spans (queue_full, rejected)"]


def test_no_secret_is_said(scene: Scene) -> None:
    """Neither credentials nor keys in the endpoint's URL."""
    scene.fail("logs", "http_401", "HTTP 401")
    scene.pass_by(10)
    scene.account.drop("logs", 1, "http_401")
    scene.warner.farewell()

    assert len(scene.lines) == 2
    assert "secret" not in str(scene.lines)


def test_the_last_line_says_what_remains(scene: Scene) -> None:
    """At exit: how much is on disk, where, and what was lost."""
    scene.account.accept("traces", 5)
    scene.account.spool("traces", 3)
    scene.account.drop("traces", 2, "shutdown")
    scene.healths["traces"].failed("timeout", "no answer in time")

    scene.warner.farewell()

    assert scene.lines[0][1] == (
        "exit with telemetry undelivered: traces to http://localhost:4318 (no answer in time); "
        "3 spans kept in /spool for the next start; lost: 2 spans (shutdown)"
    )


def test_a_good_end_is_silent(scene: Scene) -> None:
    """Reliability row 16: nothing is written where nothing is wrong."""
    scene.account.accept("traces", 5)
    scene.account.deliver("traces", 5, "queued")

    scene.warner.farewell()
    scene.pass_by(100)

    assert scene.lines == []
