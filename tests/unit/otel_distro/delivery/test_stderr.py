"""Lines on stderr never wait, never raise, and never pass through what the application put there."""

import os
import sys

import pytest

from otel_distro.delivery.stderr import write_line


class Stream:
    """A stream on a descriptor, as `sys.__stderr__` is one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor


def test_writes_one_line_to_the_process_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to what `sys.stderr` was replaced by."""
    reader, writer = os.pipe()
    monkeypatch.setattr(sys, "__stderr__", Stream(writer))
    monkeypatch.setattr(sys, "stderr", None)

    write_line("text \ud800")

    assert os.read(reader, 1000) == b"otel-distro: text \\ud800\n"
    os.close(reader)
    os.close(writer)


def test_a_reader_that_does_not_read_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full pipe loses the line, not the process."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    while True:
        try:
            os.write(writer, b"x" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writer, True)
    monkeypatch.setattr(sys, "__stderr__", Stream(writer))

    write_line("text")

    os.close(reader)
    os.close(writer)


def test_a_closed_stream_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is none at all."""
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)

    for stream in (None, Stream(writer)):
        monkeypatch.setattr(sys, "__stderr__", stream)
        write_line("text")
