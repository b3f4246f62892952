"""Log files that several processes write to at once."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from travel_crm.log_files import FILES, MOST_BYTES, SharedRotatingFileHandler

_WRITER = """
import logging, sys
from travel_crm.logging_configuration import configure_logging
from travel_crm.settings import Settings

name, directory, count = sys.argv[1:]
configure_logging(Settings.from_environ({"LOG_DIR": directory, "OTEL_SERVICE_NAME": name}))
logging.getLogger().handlers[0].setLevel("CRITICAL")
logger = logging.getLogger("writer")
for number in range(int(count)):
    level = logging.ERROR if number % 2 else logging.INFO
    logger.log(level, "x" * (number % 997), extra={"number": number})
"""

_HOLDER = """
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""

PROCESSES = 4
LINES = 5000


def lines_of(directory: Path, name: str) -> Iterator[dict[str, object]]:
    """Return the lines of a log and of those put aside; fail where one is not whole."""
    for file in directory.glob(f"{name}*"):
        if not file.name.endswith(".lock"):
            yield from (json.loads(line) for line in file.read_text().splitlines())


def test_several_processes_lose_and_tear_no_line(tmp_path: Path) -> None:
    """Four processes write three files' worth at once: every line is there, once, whole, in files of 5 MB.

    One may be more by what the others write while a busy machine stops the process that puts it aside.
    """
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, f"writer-{number}", str(tmp_path), str(LINES)])
        for number in range(PROCESSES)
    ]
    assert [writer.wait(120) for writer in writers] == [0] * PROCESSES

    combined = Counter((line["service"], line["number"]) for line in lines_of(tmp_path, "combined.log"))
    errors = Counter((line["service"], line["number"]) for line in lines_of(tmp_path, "error.log"))

    everything = {(f"writer-{writer}", number) for writer in range(PROCESSES) for number in range(LINES)}
    assert combined == Counter(everything)
    assert errors == Counter(one for one in everything if one[1] % 2)
    sizes = [file.stat().st_size for file in tmp_path.glob("combined.log*")]
    assert len([size for size in sizes if size]) > 2
    assert max(sizes) < 1.5 * MOST_BYTES


def test_a_process_that_is_stopped_while_it_puts_a_file_aside_holds_up_no_other(tmp_path: Path) -> None:
    """The lock is held by a process that does not run: lines are written all the same, past the size."""
    command = [sys.executable, "-c", _HOLDER, str(tmp_path / "log.lock")]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    os.kill(holder.pid, signal.SIGSTOP)
    handler = SharedRotatingFileHandler(str(tmp_path / "log"), most_bytes=70_000)

    for _ in range(100):
        handler.handle(logging.makeLogRecord({"msg": "x" * 1000}))
    held = (tmp_path / "log").stat().st_size, (tmp_path / "log.1").exists()
    holder.kill()
    holder.communicate()
    handler.handle(logging.makeLogRecord({"msg": "x"}))
    handler.close()

    assert held == (100_100, False)
    assert (tmp_path / "log").read_text() == "x\n"
    assert (tmp_path / "log.1").stat().st_size == 100_100


def test_only_the_youngest_files_are_kept(tmp_path: Path) -> None:
    """There are five in all, and what was written last is there."""
    handler = SharedRotatingFileHandler(str(tmp_path / "log"), most_bytes=65 * 1024)

    for number in range(20):
        handler.handle(logging.makeLogRecord({"msg": f"{number} {'x' * 600}"}))
    handler.close()

    names = ["log", *(f"log.{number}" for number in range(1, FILES))]
    assert {file.name for file in tmp_path.iterdir()} == {*names, "log.lock"}
    kept = [(tmp_path / name).read_text().split()[0] for name in names]
    assert kept == ["19", "18", "17", "16", "15"]


def test_a_file_that_was_taken_away_comes_back(tmp_path: Path) -> None:
    """Somebody removes the file, or moves it: later lines go to a new one under the name."""
    handler = SharedRotatingFileHandler(str(tmp_path / "log"))
    handler.handle(logging.makeLogRecord({"msg": "before"}))
    (tmp_path / "log").rename(tmp_path / "elsewhere")

    handler.handle(logging.makeLogRecord({"msg": "after"}))
    handler.close()

    assert (tmp_path / "log").read_text() == "after\n"
    assert (tmp_path / "elsewhere").read_text() == "before\n"


def test_a_disk_that_fails_raises_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be written is told on stderr, as `logging` does."""
    handler = SharedRotatingFileHandler(str(tmp_path / "log"))
    (tmp_path / "log").unlink()
    (tmp_path / "log").mkdir()

    handler.handle(logging.makeLogRecord({"msg": "lost"}))
    handler.close()

    assert "IsADirectoryError" in capsys.readouterr().err
