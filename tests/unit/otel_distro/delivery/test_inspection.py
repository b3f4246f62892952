"""What waits in a spool, seen from outside."""

import os
from pathlib import Path

import pytest

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.inspection import waiting_in
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Return a spool with three spans in two batches, and a log record."""
    account = Account()
    opened = Spool(DeliverySettings(service_name="shop", spool_dir=tmp_path), account)
    opened.open()
    account.accept("traces", 3)
    account.accept("logs", 1)
    assert opened.keep("traces", [Batch(b"first", 2), Batch(b"second", 1)]) == []
    assert opened.keep("logs", [Batch(b"record", 1)]) == []
    return opened


def test_what_is_sent_waits_no_more(spool: Spool) -> None:
    """Counted by signal; looking takes nothing, and a process that runs looks after it."""
    directory = spool.directory
    assert directory
    before = waiting_in(directory)
    taken = spool.take("traces", 2, 100)
    assert taken
    spool.done("traces", taken)

    after = waiting_in(directory)
    spool.close()

    assert before.records == {"traces": 3, "logs": 1}
    assert after.records == {"traces": 1, "logs": 1}
    assert before.size > 0
    assert not after.abandoned
    assert waiting_in(directory).abandoned


def test_damage_is_counted_once_nobody_writes(spool: Spool) -> None:
    """What is whole still waits; the end of a file in use may be cut at any moment."""
    directory = spool.directory
    assert directory
    spool.close()
    path = next(path for path in directory.glob("*.segment") if ".traces." in path.name)
    os.truncate(path, path.stat().st_size - 1)

    found = waiting_in(directory)

    assert found.damaged == 1
    assert found.records["traces"] == 2


def test_a_directory_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """Nothing is raised, and nothing is made."""
    assert waiting_in(tmp_path / "none").records == {}
    assert not (tmp_path / "none").exists()
