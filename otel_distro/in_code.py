"""Starts and ends telemetry from an application's own code, in the place of `opentelemetry-instrument`.

Everything is imported when it is used: `import otel_distro` costs nothing.
"""

import threading

_starting = threading.Lock()


def instrument() -> None:
    """Set up traces, metrics, logs and errors, and instrument the libraries that are installed.

    Call it once, as early as convenient: an application that exists already is instrumented too.
    Under `opentelemetry-instrument`, or when called again, it does nothing. It never raises: what
    does not work is named in a warning, and the application runs without it.
    """
    from opentelemetry.instrumentation.auto_instrumentation import (  # pyright: ignore[reportMissingTypeStubs]
        initialize,
    )

    from otel_distro.delivery.stderr import write_line
    from otel_distro.processes.current import current_lifecycle

    with _starting:
        if current_lifecycle() is not None:
            return
        try:
            initialize()
        except Exception as error:  # noqa: BLE001 - the boundary to the application
            write_line(f"telemetry could not be set up ({type(error).__name__}: {error})")


def shutdown() -> None:
    """Deliver what is recorded, keep on disk what does not arrive, and record no more.

    For code that ends a process by `os._exit`, and for tests: all threads end and connections
    close. Takes `OTEL_DISTRO_SHUTDOWN_TIMEOUT` at most. A process that ends in any other way needs
    no call.
    """
    from otel_distro.processes.current import current_lifecycle

    lifecycle = current_lifecycle()
    if lifecycle is not None:
        lifecycle.end()
