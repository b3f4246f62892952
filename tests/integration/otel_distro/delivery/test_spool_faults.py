"""A spool that takes nothing more: full, without room, or not to be had. Reliability row 12."""

import shutil
from pathlib import Path

from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import PATIENCE, ScriptedCollector, wait_until

TRACES_ONLY = {"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}


def test_the_cap_is_kept_to_and_what_is_beyond_it_is_counted(
    collector: ScriptedCollector, start: Start, spool: Path
) -> None:
    """Reliability row 1: disk and memory are bounded; sent = received + dropped, to the unit."""
    collector.stop()
    process = start(TRACES_ONLY | {"OTEL_DISTRO_SPOOL_MAX_MIB": "1"}, spans=60_000, rate=10_000, waits=True)
    process.wait_for("recorded", 60)

    account = process.end().signals["traces"].account

    assert sum(path.stat().st_size for path in spool.rglob("*.segment")) <= 1024 * 1024
    assert account.accepted == 60_000 == account.spooled + account.lost
    assert account.spooled > 0
    assert set(account.dropped) <= {"buffer_full", "queue_full", "shutdown"}
    assert f"lost: {account.lost:,} spans" in process.lines[-1][1]
    collector.start()
    heir = start(TRACES_ONLY, waits=True)
    assert wait_until(lambda: len(collector.received.taken("traces")) == account.spooled, PATIENCE)
    assert heir.end().signals["traces"].account.delivered == account.spooled


def test_a_full_disk_loses_nothing_while_memory_has_room(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 12: what cannot be written waits in memory, and goes out when it can."""
    collector.stop()
    process = start(TRACES_ONLY, spans=3000, rate=1000, file_bytes=50_000, waits=True)
    process.wait_for("recorded")
    # By the time of the first line everything that finds room on the disk is there, be it nothing.
    assert wait_until(lambda: bool(process.lines), PATIENCE)
    collector.start()

    assert wait_until(lambda: len(collector.received.taken("traces")) == 3000, PATIENCE)
    account = process.end().signals["traces"].account
    assert account.delivered == 3000
    assert collector.received.repeated("traces") == 0


def test_a_directory_that_is_removed_is_made_anew(
    collector: ScriptedCollector, start: Start, spool: Path
) -> None:
    """Reliability row 12: what is said to be kept is there, and what went with the directory is counted."""
    collector.stop()
    process = start(TRACES_ONLY, spans=3000, rate=1000, waits=True)
    assert wait_until(lambda: process.spooled("traces") > 0, PATIENCE)

    shutil.rmtree(spool.rename(spool.with_name("removed")))
    process.wait_for("recorded")
    assert wait_until(lambda: process.reports and process.spooled("traces") > 0, PATIENCE)

    account = process.end().signals["traces"].account
    assert account.accepted == 3000 == account.spooled + account.lost
    assert set(account.dropped) == {"spool_removed"}
    collector.start()
    start(TRACES_ONLY, waits=True)
    assert wait_until(lambda: len(collector.received.taken("traces")) == account.spooled, PATIENCE)


def test_a_directory_that_cannot_be_had_is_replaced(
    collector: ScriptedCollector, start: Start, tmp_path: Path
) -> None:
    """Reliability row 12: the user's own directory takes what the named one cannot."""
    (tmp_path / "file").touch()
    home = tmp_path / "home"
    home.mkdir()
    collector.stop()
    unusable = {"OTEL_DISTRO_SPOOL_DIR": str(tmp_path / "file" / "spool"), "HOME": str(home)}
    process = start(TRACES_ONLY | unusable, spans=200)
    process.spool = home

    account = process.wait().signals["traces"].account

    assert account.spooled == 200
    assert str(tmp_path / "file" / "spool") in process.stderr
    collector.start()
    start(TRACES_ONLY | unusable, waits=True)
    assert wait_until(lambda: len(collector.received.taken("traces")) == 200, PATIENCE)


def test_without_a_spool_the_loss_is_said(collector: ScriptedCollector, start: Start, tmp_path: Path) -> None:
    """Reliability row 12: nothing is lost in silence, even without a spool and where the home is a file."""
    (tmp_path / "file").touch()
    collector.stop()
    variables = {"HOME": str(tmp_path / "file" / "none"), "OTEL_DISTRO_SPOOL_MAX_MIB": "0"}
    process = start(TRACES_ONLY | variables, spans=200)

    process.wait_for_exit()

    assert "lost: 200 spans (shutdown)" in process.lines[-1][1]
