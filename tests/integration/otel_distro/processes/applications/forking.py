"""Forks while telemetry is exported, in the ways that Python has."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from opentelemetry import metrics, trace

import otel_distro

tracer = trace.get_tracer("forking")
items = metrics.get_meter("forking").create_counter("items")


def work(number: int) -> None:
    """Record one span, and count one item."""
    with tracer.start_as_current_span(f"item-{number}"):
        items.add(1)


def fork_in_mid_export() -> None:
    """Fork 100 times while the parent records and sends; each child records and ends."""
    for number in range(100):
        for _ in range(20):
            work(-1)
        pid = os.fork()
        if pid == 0:
            # A child that hangs is told from one that is slow.
            signal.alarm(60)
            work(number)
            if number % 10 == 0:
                sys.exit(0)
            # Spares the child the teardown of its interpreter, which takes longer than all else.
            otel_distro.shutdown()
            os._exit(0)
        if number % 10 == 9:
            reap()
    reap()


def reap() -> None:
    """Wait for all children, and say how one ended that did not end well."""
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return
        if status:
            sys.stderr.write(f"child {pid} ended with {status}\n")


def by_multiprocessing(method: str) -> Callable[[], None]:
    """Return a function that has five processes record one item each."""

    def start() -> None:
        context: Any = multiprocessing.get_context(method)
        work(-1)
        processes = [context.Process(target=work, args=(number,)) for number in range(5)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        work(-1)

    return start


def by_pool(method: str) -> Callable[[], None]:
    """Return a function that has a pool of three record thirty items, and terminates it at once."""

    def start() -> None:
        work(-1)
        with multiprocessing.get_context(method).Pool(3) as pool:
            pool.map(work, range(30), 1)

    return start


def by_executor(method: str) -> Callable[[], None]:
    """Return a function that has an executor of three record thirty items."""

    def start() -> None:
        context: Any = multiprocessing.get_context(method)
        work(-1)
        with ProcessPoolExecutor(3, context) as executor:
            list(executor.map(work, range(30)))

    return start


def terminate() -> None:
    """Terminate a child that has recorded and waits."""
    context: Any = multiprocessing.get_context("fork")
    recorded = context.Event()

    def work_and_wait() -> None:
        work(0)
        recorded.set()
        time.sleep(60)

    work(-1)
    process = context.Process(target=work_and_wait)
    process.start()
    recorded.wait()
    process.terminate()
    process.join()
    sys.stdout.write(f"{process.exitcode}")


def miss() -> None:
    """Terminate a child whose main thread waits, by way of another thread: nothing interrupts the wait."""
    context: Any = multiprocessing.get_context("fork")

    def work_and_wait() -> None:
        work(0)
        threading.Timer(1, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
        os.read(os.pipe()[0], 1)

    process = context.Process(target=work_and_wait)
    process.start()
    process.join()
    sys.stdout.write(f"{process.exitcode}")


def leave_at_once() -> None:
    """End a child by `os._exit` when standard input ends, without telling anybody."""
    work(-1)
    if os.fork() == 0:
        work(0)
        sys.stdin.read()
        os._exit(0)
    os.wait()


WAYS: dict[str, Callable[[], None]] = {
    "mid-export": fork_in_mid_export,
    "fork": by_multiprocessing("fork"),
    "spawn": by_multiprocessing("spawn"),
    "forkserver": by_multiprocessing("forkserver"),
    "pool-fork": by_pool("fork"),
    "pool-spawn": by_pool("spawn"),
    "executor-fork": by_executor("fork"),
    "executor-spawn": by_executor("spawn"),
    "terminate": terminate,
    "miss": miss,
    "exit": leave_at_once,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]]()
