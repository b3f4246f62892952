"""A model of queue and spool over several processes that are killed at any moment.

Whatever happens, no record is delivered twice but those that were in flight in a killed process, and
none that had reached the disk is lost; each account adds up.
"""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch, join
from otel_distro.delivery.queue import ByteQueue
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.signal_spool import Kept
from otel_distro.delivery.spool import Spool


class Model:
    """One process: its queue, its spool, and what it has in flight."""

    def __init__(self, directory: Path) -> None:
        self.account = Account()
        self.queue = ByteQueue(64)
        self.spool = Spool(
            DeliverySettings(service_name="model", spool_dir=directory, spool_bytes=400), self.account
        )
        self.spool.open()
        self.flights: list[Kept] = []


class SpoolMachine(RuleBasedStateMachine):
    """Runs processes that share a directory."""

    processes = Bundle("processes")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.directory = Path(self.folder.name)
        self.alive: list[Model] = []
        self.number = 0
        self.on_disk: set[int] = set()
        self.dropped: set[int] = set()
        self.perhaps_twice: set[int] = set()
        self.delivered: Counter[int] = Counter()

    @initialize(target=processes)
    def begin(self) -> Model:
        """Start the first process."""
        return self._start()

    @rule(target=processes)
    def start(self) -> Model:
        """Start another process."""
        return self._start()

    def _start(self) -> Model:
        process = Model(self.directory)
        self.alive.append(process)
        return process

    @rule(process=processes)
    def submit(self, process: Model) -> None:
        """Accept a record, or drop it where there is no room."""
        self.number += 1
        process.account.accept("logs", 1)
        if not process.queue.offer(Batch(self.number.to_bytes(8, "big"), 1)):
            process.account.drop("logs", 1, "buffer_full")
            self.dropped.add(self.number)

    @rule(process=processes)
    def keep(self, process: Model) -> None:
        """Move the queue to disk."""
        batches = process.queue.take_all()
        left = process.spool.keep("logs", batches)
        process.queue.put_back(left)
        for batch in batches[: len(batches) - len(left)]:
            self.on_disk.update(_numbers(batch))

    @rule(process=processes)
    def send_from_memory(self, process: Model) -> None:
        """Deliver what is at the front of the queue."""
        batches = process.queue.take(3, 1000)
        if batches:
            whole = join(batches)
            process.account.deliver("logs", whole.items, "queued")
            self.delivered.update(_numbers(whole))

    @rule(process=processes, items=st.integers(1, 4))
    def take(self, process: Model, items: int) -> None:
        """Read a request from disk; it is in flight then."""
        kept = process.spool.take("logs", items, 1000)
        if kept:
            process.flights.append(kept)

    @rule(process=processes)
    def arrive(self, process: Model) -> None:
        """Let the oldest request in flight succeed."""
        if process.flights:
            kept = process.flights.pop(0)
            self.delivered.update(_numbers(kept.batch))
            process.account.deliver("logs", kept.batch.items, "spooled")
            process.spool.done("logs", kept)

    @rule(process=processes)
    def fail(self, process: Model) -> None:
        """Let the oldest request in flight fail."""
        if process.flights:
            process.spool.release("logs", process.flights.pop(0))

    @rule(process=processes)
    def adopt(self, process: Model) -> None:
        """Take over what others left."""
        process.spool.adopt()

    @rule(process=consumes(processes), arrived=st.booleans())
    def kill(self, process: Model, arrived: bool) -> None:
        """Kill a process; its requests in flight may have arrived."""
        for kept in process.flights:
            self.perhaps_twice.update(_numbers(kept.batch))
            if arrived:
                self.delivered.update(_numbers(kept.batch))
        self.alive.remove(process)
        process.spool.abandon()

    @invariant()
    def accounts_add_up(self) -> None:
        """Each process's account balances."""
        assert all(process.account.of("logs").balanced for process in self.alive)

    @invariant()
    def nothing_is_delivered_twice(self) -> None:
        """But for what was in flight in a killed process."""
        twice = {number for number, times in self.delivered.items() if times > 1}
        assert twice <= self.perhaps_twice

    def teardown(self) -> None:
        """Deliver everything that is left: what had reached the disk has arrived then."""
        for process in list(self.alive):
            for kept in process.flights:
                process.spool.release("logs", kept)
            process.spool.close()
        heir = Model(self.directory)
        while heir.spool.adopt():
            pass
        while kept := heir.spool.take("logs", 100, 10_000):
            self.delivered.update(_numbers(kept.batch))
            heir.account.deliver("logs", kept.batch.items, "spooled")
            heir.spool.done("logs", kept)
        assert self.on_disk <= set(self.delivered)
        assert not self.dropped & set(self.delivered)
        assert not list(self.directory.rglob("*.segment"))
        self.nothing_is_delivered_twice()
        heir.spool.close()
        self.folder.cleanup()


def _numbers(batch: Batch) -> list[int]:
    return [
        int.from_bytes(batch.payload[start : start + 8], "big") for start in range(0, len(batch.payload), 8)
    ]


TestSpoolMachine = SpoolMachine.TestCase
TestSpoolMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
