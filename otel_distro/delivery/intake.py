"""Takes finished records from the application's threads and hands them on, encoded, in small slices.

`offer` is what an application pays for: it appends to a queue and returns. A thread encodes slices
of few records and lets others run every millisecond or so, since encoding holds the interpreter's
lock. Where the memory for encoded bytes fills faster than it is sent, it waits, and the records wait
here. Both their number and the text in the heavy ones are bounded; a heavy one that finds no room
leaves that of the light ones alone.
"""

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import perf_counter, sleep, thread_time
from typing import Generic, TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation

from otel_distro.delivery.batch import Encoded
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.settings import Signal
from otel_distro.delivery.slicing import Slicing
from otel_distro.failsafe import passes_on

T = TypeVar("T")

_HEAVY = 32 * 1024
_LARGEST = 256 * 1024
_LAST_SLICE = 0.3
_CROWD = 512
_HOLD = 0.001
_BREATH = 0.0002


class Intake(Generic[T]):
    """The finished records of one signal that wait to be encoded.

    Args:
        signal: whose records.
        encode: turns records into bytes; should not raise, and loses only single records if it does.
        weigh: estimates the characters that a record holds; does not raise.
        delivery: takes the bytes.
    """

    def __init__(
        self,
        signal: Signal,
        encode: Callable[[Sequence[T]], Encoded],
        weigh: Callable[[T], int],
        delivery: Delivery,
    ) -> None:
        self._signal: Signal = signal
        self._encode = encode
        self._weigh = weigh
        self._delivery = delivery
        self._limit = delivery.settings.intake_items
        self._heavy_limit = delivery.settings.intake_text
        self._delay = delivery.settings.batch_delay
        self._reset()
        delivery.on_fork(self._reset)
        delivery.gate.on_silence(self._fall_silent)
        delivery.account.watch(signal, lambda: len(self._records))

    def _reset(self) -> None:
        self._records: deque[tuple[T, int]] = deque()
        self._heavy: deque[int] = deque()
        # Reentrant, unlike an event: a record may finish in a signal handler or a destructor.
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._draining = threading.Lock()
        self._slicing = Slicing()
        self._thread: threading.Thread | None = None
        self._idle = True
        self._closed = False

    def offer(self, record: T) -> None:
        """Take a finished record; where there is no room it is dropped and counted. Never waits."""
        waiting = len(self._records)
        weight = self._weigh(record)
        if waiting >= self._limit or self._closed or (weight > _HEAVY and not self._admit(weight)):
            self._refuse()
            return
        self._records.append((record, weight))
        # After the append: whoever waits has set this before it looked for records.
        if self._idle:
            self._idle = False
            self._call()
        elif waiting == _CROWD:
            self._calls.put(None)

    def _admit(self, weight: int) -> bool:
        """Note a heavy record; answer whether there was room."""
        # Not a running total: that would take a lock, and a record may interrupt another one.
        if self._heavy and sum(self._heavy) + weight > self._heavy_limit:
            return False
        self._heavy.append(weight)
        return True

    def flush(self, deadline: Deadline) -> bool:
        """Hand on all records that wait now; answer whether that was possible in time."""
        if self._records:
            self._delivery.gate.open()
        remaining = deadline.remaining
        if not self._draining.acquire(timeout=-1 if remaining is None else remaining):
            return False
        try:
            while self._records and not deadline.passed:
                self._delivery.wait_for_room(self._signal, deadline)
                self._hand_on(self._slice())
        finally:
            self._draining.release()
        return not self._records

    def close(self, deadline: Deadline) -> bool:
        """Hand on all records that wait; later ones, and those for which no time is left, are counted."""
        self._closed = True
        try:
            return self.flush(deadline)
        finally:
            self._give_up()
            self._calls.put(None)
            # What the thread has in its hands is soon in delivery's; later, it would be lost unsaid.
            if self._draining.acquire(timeout=_LAST_SLICE):
                self._draining.release()

    def _give_up(self) -> None:
        with suppress(IndexError):
            while True:
                self._take()
                self._lose("shutdown")

    def _call(self) -> None:
        if self._thread is None:
            self._start()
        self._calls.put(None)

    def _start(self) -> None:
        thread = threading.Thread(name=f"otel-distro-encode-{self._signal}", target=self._run, daemon=True)
        self._thread = thread
        self._delivery.gate.want()
        self._delivery.start()
        try:
            contextvars.Context().run(thread.start)
        except RuntimeError:
            # The interpreter ends: `close` hands on what is here.
            return

    def _run(self) -> None:
        calls = self._calls
        if not self._delivery.gate.wait():
            return
        with suppress_instrumentation():
            while not self._closed:
                self._idle = True
                if not self._records:
                    calls.get()
                self._idle = False
                with suppress(Empty):
                    calls.get(timeout=self._delay)
                self._drain()

    def _drain(self) -> None:
        """Hand on all records, but let other threads run at short intervals.

        Where records come in faster than that, they would soon be lost: then it goes on at once.
        """
        began = perf_counter()
        while self._records:
            self._delivery.wait_for_room(self._signal, Deadline(None))
            with self._draining:
                self._hand_on(self._slice())
            if perf_counter() - began > _HOLD and len(self._records) * 2 < self._limit:
                sleep(_BREATH)
                began = perf_counter()

    def _slice(self) -> list[T]:
        records: list[T] = []
        weight = 0
        # Another thread may give up what waits at any moment.
        with suppress(IndexError):
            while len(records) < self._slicing.size and weight < _LARGEST:
                record, heavier = self._take()
                records.append(record)
                weight += heavier
        return records

    def _take(self) -> tuple[T, int]:
        record, weight = self._records.popleft()
        if weight > _HEAVY:
            self._heavy.popleft()
        return record, weight

    def _hand_on(self, records: list[T]) -> None:
        if not records:
            return
        began = thread_time()
        try:
            encoded = self._encode(records)
        except BaseException as error:
            # A record that cannot be encoded takes neither others with it nor the thread.
            self._hand_on_halves(records)
            if passes_on(error):
                raise
        else:
            self._slicing.took(len(records), thread_time() - began)
            self._delivery.submit(self._signal, encoded)

    def _hand_on_halves(self, records: list[T]) -> None:
        if len(records) == 1:
            self._lose("unencodable")
            return
        middle = len(records) // 2
        try:
            self._hand_on(records[:middle])
        finally:
            self._hand_on(records[middle:])

    def _fall_silent(self) -> None:
        """Forget what a process recorded that exports nothing."""
        self._closed = True
        self._records.clear()
        self._heavy.clear()
        self._calls.put(None)

    def _refuse(self) -> None:
        if not self._delivery.gate.silent:
            self._lose("already_shutdown" if self._closed else "queue_full")

    def _lose(self, reason: str) -> None:
        account = self._delivery.account
        account.accept(self._signal, 1)
        account.drop(self._signal, 1, reason)
