"""A spool whose files and directories are damaged, removed, unreadable, or not to be had."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.reporter import Reporter
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.spool import Spool
from tests.unit.otel_distro.delivery.shop import Shop, keep, segments, take_all


def broken_disk(monkeypatch: pytest.MonkeyPatch, name: str) -> pytest.MonkeyPatch:
    """Let a file that ends in a name be unreadable, until undone."""
    real = os.open

    def fail(path: Any, *arguments: Any) -> int:
        if str(path).endswith(name):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *arguments)

    monkeypatch.setattr("otel_distro.delivery.segment.os.open", fail)
    return monkeypatch


def test_damaged_records_are_counted_as_lost(shop: Shop) -> None:
    """Reliability row 12: a corrupt file costs what it holds, is counted, and stops nothing."""
    spool, account = shop.open()
    keep(spool, account, b"first", b"second")
    (path,) = segments(shop.directory)
    path.write_bytes(path.read_bytes().replace(b"first", b"fxrst"))

    assert take_all(spool) == [b"second"]
    assert account.of("traces").dropped == {"spool_corrupt": 1}


def test_removed_files_are_counted_as_lost(shop: Shop) -> None:
    """Someone may empty the directory while we run."""
    spool, account = shop.open()
    keep(spool, account, b"payload")
    for signal in spool._signals.values():
        signal.close()
    for path in segments(shop.directory):
        path.unlink()

    assert take_all(spool) == []
    assert spool.ready("traces") == 0
    assert account.of("traces").dropped == {"spool_removed": 1}


def test_a_disk_that_cannot_tell_takes_no_spool_away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cannot be looked at for a moment stay their owner's."""
    spool, account = shop.open()
    keep(spool, account, b"one")

    def fail(path: Path, **_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", fail)
        spool.open()
    other, _ = shop.open()
    other.adopt()

    assert take_all(other) == []
    assert take_all(spool) == [b"one"]


def test_a_removed_directory_is_made_anew(shop: Shop) -> None:
    """Reliability row 12: what comes later is kept, what can be read still is sent, and no file is left."""
    spool, account = shop.open()
    keep(spool, account, b"before")
    shutil.rmtree(shop.directory)

    assert keep(spool, account, b"meanwhile") != []
    spool.open()

    assert keep(spool, account, b"after") == []
    assert len(segments(shop.directory)) == 1
    assert take_all(spool) == [b"before", b"after"]
    assert account.of("traces").lost == 0


def test_what_was_in_a_removed_directory_at_the_end_is_lost(shop: Shop) -> None:
    """Reliability row 12: nothing is said to wait for the next start that is not there."""
    spool, account = shop.open()
    keep(spool, account, b"before")
    shutil.rmtree(shop.directory)
    spool.open()
    keep(spool, account, b"after")

    shop.spools.remove(spool)
    spool.close()

    assert account.of("traces").dropped == {"spool_removed": 1}
    assert account.of("traces").spooled == 1
    heir, _ = shop.open()
    assert heir.adopt()
    assert take_all(heir) == [b"after"]


def test_files_of_others_are_passed_over(shop: Shop) -> None:
    """What is no segment of ours is neither read as one nor removed."""
    spool, _ = shop.open()
    assert spool.directory
    names = ["notes.txt", "1.2.3.4.segment", "1.token.profiles.segment", "draft-1-ab"]
    for name in names:
        (spool.directory / name).write_bytes(b"OTLPSPL1")

    assert not spool.adopt()
    assert all((spool.directory / name).exists() for name in names)


def test_what_only_looks_like_a_segment_stops_nothing(shop: Shop) -> None:
    """Reliability row 12: a directory or a pipe is no segment, whatever its name."""
    killed, account = shop.open()
    keep(killed, account, b"payload")
    shop.kill(killed)
    spool, _ = shop.open()
    assert spool.directory
    (spool.directory / "0.0aaa.traces.segment").mkdir()
    os.mkfifo(spool.directory / "0.0bbb.traces.segment")

    assert spool.adopt()
    assert take_all(spool) == [b"payload"]


def test_a_segment_that_cannot_be_read_stops_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reliability row 12: a disk may give an error for one file; it is named, and left to a later try."""
    bad, account = shop.open()
    keep(bad, account, b"unreadable")
    account.accept("logs", 1)
    bad.keep("logs", [Batch(b"log record", 1)])
    shop.kill(bad)
    good, account = shop.open()
    keep(good, account, b"payload")
    shop.kill(good)
    disk = broken_disk(monkeypatch, f"{bad.token}.traces.segment")
    spool, account = shop.open()

    assert spool.adopt()

    assert take_all(spool) == [b"payload"]
    assert account.of("logs").spooled == 1
    assert list(spool.unreadable.values()) == ["Input/output error"]
    disk.undo()
    kept = spool.take("logs", 1, 10**6)
    assert kept
    spool.done("logs", kept)
    assert spool.adopt()
    assert take_all(spool) == [b"unreadable"]


def test_a_segment_that_cannot_be_read_any_more_is_passed_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies behind it is sent, and it keeps its records."""
    killed, account = shop.open()
    keep(killed, account, b"unreadable")
    shop.kill(killed)
    spool, account = shop.open()
    spool.adopt()
    keep(spool, account, b"payload")
    broken_disk(monkeypatch, f"{killed.token}.traces.segment")

    assert take_all(spool) == [b"payload"]
    assert spool.ready("traces") == 1
    assert spool.problem
    assert "Input/output error" in spool.problem


def test_a_torn_file_of_a_killed_process_is_tolerated(shop: Shop) -> None:
    """Its whole frames are sent, the torn one is noted."""
    killed, account = shop.open()
    keep(killed, account, b"whole", b"cut off")
    shop.kill(killed)
    (path,) = segments(shop.directory)
    os.truncate(path, path.stat().st_size - 3)

    spool, account = shop.open()
    spool.adopt()

    assert take_all(spool) == [b"whole"]
    assert spool.torn == 1
    assert account.of("traces").accepted == 1


def test_without_a_usable_directory_the_next_best_is_used(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A directory that cannot be made is no reason to lose telemetry; it is said."""
    shop.directory.write_text("a file is in the way")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    spool, account = shop.open()

    assert str(shop.directory) in spool.unusable
    assert spool.directory
    assert spool.directory.is_relative_to(tmp_path / "home")
    assert keep(spool, account, b"payload") == []


def test_a_directory_that_others_can_write_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Anyone may have made the default directory first; an explicit one is the operator's choice."""
    home = tmp_path / "home"
    default = home / ".local" / "state" / "otel-distro"
    default.mkdir(parents=True)
    default.chmod(0o777)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "tmp"))
    spool = Spool(DeliverySettings(service_name="shop"), Account())

    spool.open()

    assert spool.directory
    assert spool.directory.is_relative_to(tmp_path / "tmp")
    spool.close()


def test_a_segment_that_cannot_be_read_is_said_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reliability row 12: with its name and the reason; the try is repeated, the line is not."""
    killed, account = shop.open()
    keep(killed, account, b"payload")
    shop.kill(killed)
    broken_disk(monkeypatch, ".segment")
    spool, account = shop.open()
    lines: list[str] = []
    reporter = Reporter(DeliverySettings(), account, spool, [], {}, lines.append)

    for _ in range(3):
        assert not spool.adopt()
        reporter.report()

    (line,) = lines
    assert f"{killed.token}.traces.segment (Input/output error)" in line
