"""Status files: small, whole, and readable after their process is gone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from otel_distro.delivery.account import SignalAccount
from otel_distro.delivery.ownership import Ownership
from otel_distro.delivery.status import (
    KEPT_OF_ENDED,
    ProcessStatus,
    SignalStatus,
    prune,
    read_statuses,
    render,
    write_status,
)

ACCOUNT = SignalAccount(accepted=10, delivered=5, spooled=3, dropped={"http_401": 2}, unknown=1, recovered=4)
STATUS = ProcessStatus(
    service="shop",
    pid=42,
    token="42-abc",
    started_at=1.0,
    updated_at=2.0,
    spool_bytes=1000,
    spool_limit=2000,
    signals={
        "traces": SignalStatus("http://localhost:4318", ACCOUNT, 12.0, "connection refused", 1.5, None),
        "logs": SignalStatus("http://localhost:4318", SignalAccount()),
    },
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """From any directory above, and with whether the process lives."""
    directory = tmp_path / "spool" / "shop"
    directory.mkdir(parents=True)
    owner = Ownership.create(directory, STATUS.token)
    write_status(directory, STATUS)

    (alive,) = read_statuses(tmp_path / "spool")
    owner.end()
    (gone,) = read_statuses(directory)

    assert alive == STATUS
    assert gone == replace(STATUS, alive=False)


def test_the_file_is_small_and_private(tmp_path: Path) -> None:
    """A few kilobytes, for its user only."""
    write_status(tmp_path, STATUS)

    (path,) = tmp_path.iterdir()

    assert path.stat().st_size < 4096
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"signals": 3}', '{"signals": {"a": 1}}', "null"])
def test_other_files_are_passed_over(tmp_path: Path, content: str) -> None:
    """A half-written or foreign file is no error."""
    (tmp_path / "x.status.json").write_text(content)

    assert read_statuses(tmp_path) == []


def test_a_file_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    """An unknown field is no error."""
    write_status(tmp_path, STATUS)
    (path,) = tmp_path.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text()), "unknown": 1}))

    assert read_statuses(tmp_path) == []


def test_old_files_of_the_gone_are_removed(tmp_path: Path) -> None:
    """A few stay, for whoever asks why a process ended."""
    for number in range(KEPT_OF_ENDED + 5):
        write_status(tmp_path, replace(STATUS, token=f"{number}", started_at=float(number)))

    prune(tmp_path)

    assert [status.started_at for status in read_statuses(tmp_path)] == list(range(5, KEPT_OF_ENDED + 5))


def test_the_text_says_it_all() -> None:
    """One paragraph a process, two lines a signal."""
    assert render([STATUS]) == (
        "shop, pid 42: running; 1,000 of 2,000 bytes on disk\n"
        "  traces -> http://localhost:4318: not arriving for 12 s (connection refused)\n"
        "    accepted 10, delivered 5, queued 0, spooled 3, dropped 2 (http_401 2), recovered 4, "
        "perhaps repeated 1\n"
        "  logs -> http://localhost:4318: nothing sent yet\n"
        "    accepted 0, delivered 0, queued 0, spooled 0, dropped 0"
    )
    assert "gone without a goodbye" in render([replace(STATUS, alive=False)])
    assert render([]) == "no process has written a status yet"


def test_a_signal_that_is_refused_is_not_said_to_arrive() -> None:
    """A key that was withdrawn keeps nothing waiting: what is refused is lost."""
    arrived = SignalStatus("http://localhost:4318", ACCOUNT, None, "HTTP 503", 1.0, 2.0)
    refused = replace(arrived, last_failure="HTTP 401", last_failure_at=3.0)

    assert "arriving; last failure: HTTP 503" in render([replace(STATUS, signals={"logs": arrived})])
    assert "refused at the last attempt (HTTP 401)" in render([replace(STATUS, signals={"logs": refused})])
