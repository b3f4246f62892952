"""Records spans, log records and a metric at a rate, then ends: `recorder.py SPANS RATE`.

Prints a line when all is recorded; what it takes from there to its end is exporting.
"""

import logging
import sys
import time

from opentelemetry import metrics, trace


def main(spans: int, rate: float) -> None:
    """Record; a rate of 0 means at once."""
    logger = logging.getLogger("recorder")
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.NullHandler())
    tracer = trace.get_tracer("recorder")
    counter = metrics.get_meter("recorder").create_counter("recorded")
    began = time.monotonic()
    for number in range(spans):
        with tracer.start_as_current_span(f"span {number % 20}", attributes={"number": number}):
            if rate == 0:
                logger.info("record %d", number)
        counter.add(1, {"kind": number % 10})
        if rate and number % 10 == 9:
            time.sleep(max(began + (number + 1) / rate - time.monotonic(), 0))
    print("recorded", flush=True)  # noqa: T201 - this is how the benchmark knows


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
