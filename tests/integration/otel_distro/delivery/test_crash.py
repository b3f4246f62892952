"""Processes that are killed, and what the next ones make of their spool. Reliability rows 7 and 12."""

import os
from pathlib import Path

from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import (
    PATIENCE,
    ScriptedCollector,
    black_hole,
    healthy,
    wait_until,
)

RATE = 500
REPLAY = 30
"""Seconds within which a new process has sent what dead ones left: it takes about one."""


def test_a_killed_process_loses_at_most_the_last_second(
    collector: ScriptedCollector, start: Start, spool: Path
) -> None:
    """Reliability row 7: `kill -9` in the middle of an outage; what had reached the disk arrives."""
    collector.stop()
    process = start(spans=100_000, rate=RATE)
    assert wait_until(lambda: process.spooled("traces") >= 3 * RATE, PATIENCE)
    process.kill()
    on_disk = process.spooled("traces")
    collector.start()

    heir = start(waits=True)
    heir.wait_for("ready")

    assert wait_until(lambda: not segments(spool), REPLAY)
    assert len(collector.received.taken("traces")) >= on_disk
    account = heir.end().signals["traces"].account
    assert account.recovered == account.delivered == len(collector.received.taken("traces"))
    assert collector.received.repeated("traces") == 0


def test_a_request_in_flight_survives_its_process(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 7: nobody knows whether it arrived, so it comes again, and nothing else does."""
    collector.behaviour = black_hole
    process = start(spans=200, waits=True)
    process.wait_for("recorded")
    assert wait_until(lambda: process.spooled("traces") == 200, PATIENCE)
    process.kill()
    collector.behaviour = healthy

    heir = start(waits=True)

    assert wait_until(lambda: len(collector.received.taken("traces")) == 200, REPLAY)
    heir.end()
    assert collector.received.repeated("traces") == 0


def test_workers_share_a_spool(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 7: of three workers one is killed; each span arrives once, by the others."""
    collector.stop()
    workers = [start(spans=300, logs=100, waits=True) for _ in range(3)]
    for worker in workers:
        worker.wait_for("recorded")
    assert wait_until(lambda: all(w.spooled("traces") == 300 for w in workers), PATIENCE)
    assert wait_until(lambda: all(w.spooled("logs") == 100 for w in workers), PATIENCE)
    workers[0].kill()
    collector.start()

    assert wait_until(lambda: len(collector.received.taken("traces")) == 900, PATIENCE)
    assert wait_until(lambda: sum(collector.received.taken("logs").values()) == 300, PATIENCE)
    accounts = [worker.end().signals["traces"].account for worker in workers[1:]]
    assert sum(account.delivered for account in accounts) == 900
    assert sum(account.recovered for account in accounts) == 300
    assert all(account.balanced for account in accounts)
    assert collector.received.repeated("traces") == 0


def test_a_torn_file_costs_its_end_only(collector: ScriptedCollector, start: Start, spool: Path) -> None:
    """Reliability row 12: a file that was cut within a frame gives what is before it."""
    left = leave_behind(collector, start, spool)
    largest = max(left, key=lambda path: path.stat().st_size)
    os.truncate(largest, largest.stat().st_size - 10)

    heir = start(waits=True)

    assert wait_until(lambda: len(collector.received.taken("traces")) > 0, PATIENCE)
    account = heir.end().signals["traces"].account
    assert 0 < account.delivered < 2000
    assert account.delivered == account.recovered == len(collector.received.taken("traces"))


def test_a_corrupt_frame_costs_itself_only(collector: ScriptedCollector, start: Start, spool: Path) -> None:
    """Reliability row 12: a frame that is not what was written is counted as lost; the others arrive."""
    left = leave_behind(collector, start, spool)
    largest = max(left, key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[100] ^= 0xFF
    largest.write_bytes(content)
    (spool / "garbage.segment").write_bytes(os.urandom(1000))
    (largest.parent / f"00000000000000000001.{'9' * 8}.traces.segment").write_bytes(os.urandom(1000))

    heir = start(waits=True)

    assert wait_until(lambda: heir.delivered("traces") > 0, PATIENCE)
    account = heir.end().signals["traces"].account
    assert set(account.dropped) == {"spool_corrupt"}
    assert account.recovered == 2000 == account.delivered + account.lost
    assert len(collector.received.taken("traces")) == account.delivered
    assert "spool_corrupt" in heir.stderr


def leave_behind(collector: ScriptedCollector, start: Start, spool: Path) -> list[Path]:
    """Leave 2,000 spans of a killed process in the spool, with the Collector back; return the files."""
    collector.stop()
    process = start(spans=2000, rate=1000, waits=True)
    process.wait_for("recorded")
    assert wait_until(lambda: process.spooled("traces") == 2000, PATIENCE)
    process.kill()
    collector.start()
    return segments(spool)


def segments(spool: Path) -> list[Path]:
    """Return the files that hold spans."""
    return [path for path in spool.rglob("*.segment") if ".traces." in path.name]
