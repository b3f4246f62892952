"""A script that records, says that it is ready, and waits for a signal; each way treats it differently."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from opentelemetry import metrics, trace


def record() -> None:
    """Record 200 spans and count as many."""
    counter = metrics.get_meter("signalled").create_counter("items")
    for _ in range(200):
        with trace.get_tracer("signalled").start_as_current_span("item"):
            counter.add(1)


def wait() -> None:
    """Say what is seen of the signal's action, and wait."""
    sys.stdout.write(f"{signal.getsignal(signal.SIGTERM)!r}\n" if plain() else "handled\n")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(30)


def plain() -> bool:
    """Say whether the application has no handler of its own."""
    return isinstance(signal.getsignal(signal.SIGTERM), signal.Handlers)


def leave(_number: int, _frame: FrameType | None) -> None:
    """End by an exit status of one's own."""
    sys.exit(7)


def hand_on(number: int, _frame: FrameType | None) -> None:
    """Clean up, then let the default action end the process."""
    sys.stdout.write("cleaned up\n")
    sys.stdout.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def with_handler(handler: Callable[[int, FrameType | None], None]) -> Callable[[], None]:
    """Return a way that handles SIGTERM itself."""

    def way() -> None:
        signal.signal(signal.SIGTERM, handler)
        record()
        wait()

    return way


def without_handler() -> None:
    """Leave the signal alone."""
    record()
    wait()


def ignoring() -> None:
    """Take no notice of SIGTERM, and end by oneself."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    record()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(2)


def in_a_loop() -> None:
    """Let asyncio handle the signal, then take its handler away and get another one."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
        record()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stopped.wait()
        loop.remove_signal_handler(signal.SIGTERM)
        record()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(30)

    asyncio.run(main())


def returning() -> None:
    """Record, and end by itself."""
    record()
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def saying_goodbye() -> None:
    """End by itself too, with a handler that ends telemetry and leaves past `atexit`."""

    def leave_at_once(_number: int, _frame: FrameType | None) -> None:
        import otel_distro

        otel_distro.shutdown()
        os._exit(7)

    signal.signal(signal.SIGTERM, leave_at_once)
    returning()


def handler_before_telemetry() -> None:
    """Set telemetry up in code when the handler is there already."""
    signal.signal(signal.SIGTERM, hand_on)
    import otel_distro

    otel_distro.instrument()
    record()
    wait()


WAYS: dict[str, Callable[[], None]] = {
    "nothing": without_handler,
    "leave": with_handler(leave),
    "hand-on": with_handler(hand_on),
    "ignore": ignoring,
    "asyncio": in_a_loop,
    "return": returning,
    "goodbye": saying_goodbye,
    "early": handler_before_telemetry,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]]()
