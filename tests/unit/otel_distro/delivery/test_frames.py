"""The spool's file format: what is damaged is left out, what is before it is kept."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_distro.delivery.frames import MAGIC, encode_frame
from otel_distro.delivery.segment import Segment

_frames = st.lists(st.tuples(st.binary(min_size=4, max_size=40), st.integers(1, 2)), max_size=6)


def _read(path: Path, data: bytes) -> list[tuple[bytes | None, int]]:
    path.write_bytes(data)
    segment = Segment.found(path, "token")
    read = [(payload, frame.items) for frame, payload in segment.take(10**6, 10**6)]
    segment.close()
    return read


@settings(deadline=None)
@given(_frames)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, frames: list[tuple[bytes, int]]
) -> None:
    """All frames, in their order."""
    path = tmp_path_factory.mktemp("spool") / "segment"
    data = MAGIC + b"".join(encode_frame(payload, items) for payload, items in frames)

    assert _read(path, data) == frames


@settings(deadline=None)
@given(_frames, st.data())
def test_a_torn_file_keeps_what_is_whole(
    tmp_path_factory: pytest.TempPathFactory, frames: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    """A file that is cut anywhere holds the frames before the cut."""
    path = tmp_path_factory.mktemp("spool") / "segment"
    encoded = [encode_frame(payload, items) for payload, items in frames]
    whole = MAGIC + b"".join(encoded)
    cut = data.draw(st.integers(0, len(whole)))

    read = _read(path, whole[:cut])

    ends = [len(MAGIC) + sum(map(len, encoded[: n + 1])) for n in range(len(encoded))]
    assert read == [frame for frame, end in zip(frames, ends, strict=True) if end <= cut]


@settings(deadline=None)
@given(_frames, st.data())
def test_a_changed_byte_never_passes_as_telemetry(
    tmp_path_factory: pytest.TempPathFactory, frames: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    """Every payload that is read was written, whichever byte was damaged."""
    path = tmp_path_factory.mktemp("spool") / "segment"
    whole = bytearray(MAGIC + b"".join(encode_frame(payload, items) for payload, items in frames))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))

    read = _read(path, bytes(whole))

    assert all(payload is None or (payload, items) in frames for payload, items in read)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_file_is_fatal(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any bytes can lie in the spool."""
    path = tmp_path_factory.mktemp("spool") / "segment"

    assert all(payload is None or payload for payload, _ in _read(path, MAGIC + data))


def test_a_segment_that_cannot_be_written_whole_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no half frame behind."""
    segment = Segment.create(tmp_path / "segment", "token")
    segment.append(b"first", 1)
    real = os.pwrite

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if len(data) > 8:
            return real(descriptor, data[:8], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space"):
        segment.append(b"second", 1)
    monkeypatch.undo()
    segment.append(b"third", 1)

    assert [payload for _, payload in segment.take(10, 100)] == [b"first", b"third"]
