"""Calls that a driver never reports the end of are ended, and never pile up."""

import asyncio
from threading import Event, Thread

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from otel_distro.instrumentation.client_call import ClientCall, start_call
from otel_distro.instrumentation.client_instruments import create_database_instruments
from otel_distro.instrumentation.pending_calls import PendingCalls


class _Calls:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self._instruments = create_database_instruments("scope", provider, MeterProvider())

    def start(self, name: str) -> ClientCall:
        call = start_call(self._instruments, name, {})
        assert call is not None
        return call

    def ended(self) -> list[tuple[str, object]]:
        spans = self.exporter.get_finished_spans()
        return [(span.name, (span.attributes or {}).get("error.type")) for span in spans]


@pytest.fixture
def calls() -> _Calls:
    """Start calls and tell which have ended."""
    return _Calls()


def test_call_is_taken_once_by_its_key(calls: _Calls) -> None:
    """A call is found by its number, and only the first time."""
    pending = PendingCalls()
    call = calls.start("find")
    pending.add(7, call)

    assert pending.take(8) is None
    assert pending.take(7) is call
    assert pending.take(7) is None
    assert calls.ended() == []


def test_next_call_of_a_thread_ends_the_one_before(calls: _Calls) -> None:
    """A thread that sends again no longer waits for what it sent before."""
    pending = PendingCalls()
    pending.add(1, calls.start("first"))

    pending.add(2, calls.start("second"))

    assert calls.ended() == [("first", "_OTHER")]
    assert pending.take(1) is None
    assert pending.take(2) is not None


def test_cancelled_task_ends_its_call(calls: _Calls) -> None:
    """The call of a cancelled task ends with it, as an error."""
    pending = PendingCalls()

    async def command() -> None:
        pending.add(1, calls.start("find"))
        await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.create_task(command())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0)

    asyncio.run(main())

    assert calls.ended() == [("find", "CancelledError")]
    (span,) = calls.exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR


def test_finished_call_leaves_nothing_on_its_task(calls: _Calls) -> None:
    """A task that sends many commands is watched during each, and not after."""
    pending = PendingCalls()

    async def main() -> None:
        for key in range(100):
            pending.add(key, calls.start("find"))
            assert pending.take(key) is not None

    asyncio.run(main())

    assert calls.ended() == []


def test_calls_of_tasks_and_threads_are_kept_apart(calls: _Calls) -> None:
    """The same number in another task or thread is another call."""
    pending = PendingCalls()

    async def command(name: str) -> str:
        pending.add(0, calls.start(name))
        await asyncio.sleep(0.01)
        call = pending.take(0)
        assert call is not None
        call.end()
        return name

    async def main() -> None:
        await asyncio.gather(*(command(f"task {number}") for number in range(50)))

    threads = [Thread(target=asyncio.run, args=(main(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(calls.ended()) == 200
    assert {error for _, error in calls.ended()} == {None}


def test_oldest_call_is_given_up_at_the_limit(calls: _Calls) -> None:
    """Threads that wait for an answer for ever leave no more than the limit behind."""
    pending = PendingCalls(limit=2)
    answered = Event()

    def wait_for_answer(number: int, added: Event) -> None:
        pending.add(number, calls.start(f"call {number}"))
        added.set()
        answered.wait(30)

    # All threads live to the end: a later one would otherwise get an earlier one's identity.
    threads: list[Thread] = []
    for number in range(3):
        added = Event()
        threads.append(Thread(target=wait_for_answer, args=(number, added)))
        threads[-1].start()
        assert added.wait(30)
    answered.set()
    for thread in threads:
        thread.join()

    assert calls.ended() == [("call 0", "_OTHER")]


def test_clear_forgets_without_ending(calls: _Calls) -> None:
    """After a fork the parent's calls are the parent's to end."""
    pending = PendingCalls()
    pending.add(1, calls.start("find"))

    pending.clear()

    assert pending.take(1) is None
    assert calls.ended() == []
