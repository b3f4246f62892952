"""Finished records on their way to the encoder: cheap for the application, bounded, and counted."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.intake import Intake
from otel_distro.delivery.outcome import Delivered
from otel_distro.delivery.settings import MEBIBYTE, DeliverySettings, Destination
from otel_distro.delivery.slicing import MOST
from tests.unit.otel_distro.delivery.conftest import Encoded
from tests.unit.otel_distro.delivery.scripted_transport import ScriptedTransport

HEAVY = 64 * 1024
"""Characters of a record whose text is counted too."""


class Encoder:
    """Turns texts into bytes; cannot encode `bad`."""

    def __init__(self) -> None:
        self.slices: list[list[str]] = []
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, records: Sequence[str]) -> Encoded:
        """Encode, or raise for a bad record."""
        self.entered.set()
        self.gate.wait(60)
        if "bad" in records:
            raise ValueError("bad")
        self.slices.append(list(records))
        return Encoded("".join(records).encode(), len(records))


@pytest.fixture
def delivery(tmp_path: Path) -> Iterator[Delivery]:
    """Return delivery that always succeeds."""
    settings = DeliverySettings(
        destinations={"logs": Destination("http://localhost:1")},
        spool_dir=tmp_path,
        intake_items=1000,
        intake_text=MEBIBYTE,
        batch_delay=0.05,
        warnings=False,
    )
    delivery = Delivery(settings, lambda payload, _: [payload], ScriptedTransport().create)
    yield delivery
    delivery.shutdown(1)


def test_hands_on_small_slices(delivery: Delivery) -> None:
    """Encoding holds the interpreter's lock: never for more than 64 records at once."""
    encoder = Encoder()
    intake = Intake("logs", encoder, len, delivery)
    for number in range(300):
        intake.offer(str(number))

    assert intake.flush(Deadline(5))

    assert max(map(len, encoder.slices)) <= MOST
    assert [record for part in encoder.slices for record in part] == [str(n) for n in range(300)]


def test_hands_on_by_itself(delivery: Delivery) -> None:
    """Nobody needs to flush; a record waits for company for a moment only, again and again."""
    encoder = Encoder()
    intake = Intake("logs", encoder, len, delivery)

    for number in range(3):
        intake.offer(str(number))
        until = time.monotonic() + 10
        while len(encoder.slices) <= number and time.monotonic() < until:
            time.sleep(0.005)

    assert encoder.slices == [["0"], ["1"], ["2"]]


def test_a_bad_record_takes_no_other_with_it(delivery: Delivery) -> None:
    """Reliability row 10: what cannot be encoded is found by halving, and counted."""
    encoder = Encoder()
    intake = Intake("logs", encoder, len, delivery)
    records = [str(number) for number in range(40)]
    records[7] = records[23] = "bad"
    for record in records:
        intake.offer(record)

    intake.flush(Deadline(5))
    assert delivery.force_flush(5)

    account = delivery.account.of("logs")
    assert (account.accepted, account.delivered) == (40, 38)
    assert account.dropped == {"unencodable": 2}


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_bad_record_does_not_end_the_thread(delivery: Delivery, raised: type[BaseException]) -> None:
    """A body whose `__str__` calls `sys.exit` ends nothing but itself: what comes after it arrives."""

    class Raising(Encoder):
        def __call__(self, records: Sequence[str]) -> Encoded:
            if "bad" in records:
                raise raised
            return super().__call__(records)

    intake = Intake("logs", Raising(), len, delivery)
    for record in ("before", "bad", "after"):
        intake.offer(record)
        until = time.monotonic() + 10
        while delivery.account.of("logs").pending and time.monotonic() < until:
            time.sleep(0.005)

    assert delivery.force_flush(5)
    account = delivery.account.of("logs")
    assert (account.accepted, account.delivered, account.dropped) == (3, 2, {"unencodable": 1})


def test_an_interrupt_of_a_flush_passes(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the main thread it is meant for the process; it costs no record but the one that raises it."""

    class Interrupted(Encoder):
        def __call__(self, records: Sequence[str]) -> Encoded:
            if "bad" in records:
                raise KeyboardInterrupt
            return super().__call__(records)

    # No thread takes the records before the flush does.
    monkeypatch.setattr(delivery.gate, "wait", lambda *_: False)
    intake = Intake("logs", Interrupted(), len, delivery)
    for record in ("a", "bad", "b", "c"):
        intake.offer(record)

    with pytest.raises(KeyboardInterrupt):
        intake.flush(Deadline(5))

    account = delivery.account.of("logs")
    assert (account.accepted, account.queued, account.dropped) == (4, 3, {"unencodable": 1})


def test_what_finds_no_room_is_counted(delivery: Delivery) -> None:
    """Traps, Delivery 2: a burst is bounded in memory, and exact in the account."""
    encoder = Encoder()
    encoder.gate.clear()
    intake = Intake("logs", encoder, len, delivery)
    for number in range(3000):
        intake.offer(str(number))
    before = delivery.account.of("logs")
    encoder.gate.set()
    intake.flush(Deadline(5))
    delivery.force_flush(5)

    account = delivery.account.of("logs")
    assert before.pending <= 1000
    assert account.accepted == 3000
    assert account.dropped["queue_full"] >= 1900
    assert account.delivered + account.lost == 3000


def test_heavy_records_cost_no_light_one(delivery: Delivery) -> None:
    """The text that waits is bounded too: what is beyond is dropped, and light records are kept."""
    encoder = Encoder()
    encoder.gate.clear()
    intake = Intake("logs", encoder, len, delivery)
    for _ in range(100):
        intake.offer("h" * HEAVY)
        intake.offer("light")
    encoder.gate.set()
    intake.flush(Deadline(20))
    delivery.force_flush(20)

    account = delivery.account.of("logs")
    heavy = "".join("".join(part) for part in encoder.slices).count("h" * HEAVY)
    assert 16 <= heavy <= 21
    assert account.dropped == {"queue_full": 100 - heavy}
    assert account.delivered == 100 + heavy
    assert max(sum(map(len, part)) for part in encoder.slices) < 6 * HEAVY


@pytest.mark.parametrize("flushed", [False, True])
def test_waits_while_memory_for_encoded_bytes_is_full(tmp_path: Path, *, flushed: bool) -> None:
    """A burst that is encoded faster than it is sent is not lost: neither good neighbours nor huge ones."""

    def slowly(_: bytes) -> Delivered:
        time.sleep(0.02)
        return Delivered()

    settings = DeliverySettings(
        destinations={"logs": Destination("http://localhost:1")},
        spool_dir=tmp_path,
        spool_bytes=0,
        queue_bytes=MEBIBYTE,
        request_bytes=MEBIBYTE // 2,
        batch_delay=0.05,
        warnings=False,
    )
    delivery = Delivery(settings, lambda payload, _: [payload], ScriptedTransport(slowly).create)
    intake = Intake("logs", Encoder(), len, delivery)
    for number in range(400):
        intake.offer("x" * (100 if number % 10 else 200_000))

    handed_on = intake.flush(Deadline(20)) if flushed else True
    until = time.monotonic() + 20
    while delivery.account.of("logs").delivered < 400 and time.monotonic() < until:
        time.sleep(0.01)
    delivery.shutdown(1)

    account = delivery.account.of("logs")
    assert handed_on
    assert (account.accepted, account.delivered, account.lost) == (400, 400, 0)


def test_after_the_end_records_are_counted(delivery: Delivery) -> None:
    """The semantic conventions call them `already_shutdown`."""
    intake = Intake("logs", Encoder(), len, delivery)
    intake.offer("before")
    intake.close(Deadline(1))

    intake.offer("after")

    assert delivery.account.of("logs").dropped == {"already_shutdown": 1}


def test_what_is_left_when_time_is_over_is_counted(delivery: Delivery) -> None:
    """Also while the thread is stuck in an encoder: nothing is lost unsaid."""
    encoder = Encoder()
    encoder.gate.clear()
    intake = Intake("logs", encoder, len, delivery)
    intake.offer("a")
    assert encoder.entered.wait(10)
    for number in range(100):
        intake.offer(str(number))

    assert not intake.close(Deadline(0.2))

    assert delivery.account.of("logs").dropped == {"shutdown": 100}
    encoder.gate.set()
    until = time.monotonic() + 10
    while not delivery.account.of("logs").delivered and time.monotonic() < until:
        time.sleep(0.005)
    assert delivery.account.of("logs").accepted == 101


def test_a_flush_ends_in_time(delivery: Delivery) -> None:
    """Also while the thread is stuck in an encoder."""
    encoder = Encoder()
    encoder.gate.clear()
    intake = Intake("logs", encoder, len, delivery)
    intake.offer("a")
    assert encoder.entered.wait(10)
    intake.offer("b")
    began = time.monotonic()

    assert not intake.flush(Deadline(0.3))

    assert time.monotonic() - began < 10
    encoder.gate.set()


def test_threads_share_an_intake(delivery: Delivery) -> None:
    """Every record of every thread is in the account."""
    intake = Intake("logs", Encoder(), len, delivery)

    def work() -> None:
        for number in range(200):
            intake.offer(str(number))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    intake.flush(Deadline(5))
    delivery.force_flush(5)

    account = delivery.account.of("logs")
    assert account.accepted == 800
    assert account.delivered + account.lost == 800
